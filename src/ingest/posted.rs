//! A page that a program gives together with its URL, as a browser showed it: what the web interface takes, and what waits in the drop folder for the
//! next run. As JSON, it is also a line of JSON Lines. Fetches nothing.

use serde::{Deserialize, Serialize};
use url::Url;

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::{has_login, without_login};
use gleaner_extract::document::{FeedEntry, HttpFacts, Origin, RawDocument};
use gleaner_extract::page::decode::decode;

/// How the files of waiting pages are named: so, and the hash of their content.
const PREFIX: &str = "posted-";

/// Longest title in bytes; a longer one is none.
const MAX_TITLE: usize = 4 << 10;

/// A page with its URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostedPage {
    /// Its address.
    pub url: String,
    /// The whole page.
    pub html: String,
    /// Its headline, if the page does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it was loaded; now, if that is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetched_at: Option<Timestamp>,
}

/// Why a page is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not what is expected.
    #[error("read the page: {0}")]
    Json(serde_json::Error),
    /// The URL is none, or not of the web.
    #[error("read the page's url: {0}")]
    Url(String),
    /// There is no HTML.
    #[error("read the page: its html is empty")]
    Empty,
    /// The page is too large.
    #[error("take the page: it has {bytes} bytes, and {max} are allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Json(_) => r#"send an object such as {"url": "https://www.example.com/story", "html": "<html>…"}"#,
            Self::Url(_) => "write the URL in full, such as https://www.example.com/story",
            Self::Empty => "send the whole page as HTML",
            Self::TooLarge { .. } => "raise `page.max_bytes` in config.toml",
        }
    }
}

impl PostedPage {
    /// From JSON.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(bytes).map_err(Error::Json)
    }

    /// From HTML in any charset, and its address.
    pub fn from_html(url: &str, bytes: &[u8], content_type: &str) -> Self {
        Self {
            url: url.to_owned(),
            html: decode(bytes, Some(content_type), None).text.into_owned(),
            title: None,
            fetched_at: None,
        }
    }

    /// The same with the time at which it was loaded: not later than now, and now if it is unknown.
    pub fn received(self, now: Timestamp) -> Self {
        Self { fetched_at: Some(self.fetched_at.map_or(now, |at| at.min(now))), ..self }
    }

    /// The name of the file in which it waits, whose content is its JSON.
    pub fn file_name(&self) -> String {
        format!("{PREFIX}{}.json", ContentHash::of_parts([self.url.as_bytes(), self.html.as_bytes()]))
    }

    /// The document to be cleaned, as if it had been fetched when it was loaded.
    pub fn document(&self, max_bytes: usize) -> Result<RawDocument, Error> {
        let (url, bytes) = (web_url(&self.url)?, self.html.clone().into_bytes());
        if bytes.trim_ascii().is_empty() {
            return Err(Error::Empty);
        }
        if bytes.len() > max_bytes {
            return Err(Error::TooLarge { bytes: bytes.len(), max: max_bytes });
        }
        // A browser has made it, and nothing is known of what the server sent.
        let facts = HttpFacts::of_page(Some(&url), "text/html; charset=utf-8");
        let http = HttpFacts { rendered: true, wire_bytes: bytes.len() as u64, ..facts };
        let title = self.title.as_deref().map(str::trim).filter(|title| (1..=MAX_TITLE).contains(&title.len()));
        let feed = title.map(|title| Box::new(FeedEntry { title: Some(title.to_owned()), ..FeedEntry::default() }));
        Ok(RawDocument { fetched_at: self.fetched_at, http: Some(http), feed, ..RawDocument::local(Origin::Url(url), bytes) })
    }
}

/// Whether a file is named like one in which a page waits.
pub fn is_named(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_suffix(".json"))
        .is_some_and(|hash| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn web_url(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text.trim()).map_err(|error| Error::Url(error.to_string()))?;
    match url.scheme() {
        "http" | "https" if has_login(&url) => Ok(without_login(url)),
        "http" | "https" => Ok(url),
        scheme => Err(Error::Url(format!("{scheme}: is not the start of an address on the web"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2024-05-01T12:00:00Z";

    fn document(json: &str) -> Result<RawDocument, Error> {
        PostedPage::from_json(json.as_bytes())?.received(NOW.parse().unwrap()).document(100)
    }

    #[test]
    fn a_page_becomes_a_document_that_was_fetched() {
        let json =
            r#"{"url":"https://ann:secret@a.example/x","html":"<p>x</p>","title":" T ","fetched_at":"2024-04-01T00:00:00Z"}"#;
        let raw = document(json).unwrap();
        assert_eq!((raw.final_url().unwrap().as_str(), raw.bytes.as_slice()), ("https://a.example/x", &b"<p>x</p>"[..]));
        assert_eq!(raw.fetched_at, Some("2024-04-01T00:00:00Z".parse().unwrap()));
        assert_eq!(raw.feed.as_ref().and_then(|feed| feed.title.as_deref()), Some("T"));
        assert!(is_named(&PostedPage::from_json(json.as_bytes()).unwrap().file_name()) && !is_named("posted-1.json"));
        let future = document(r#"{"url":"https://a.example/","html":"x","fetched_at":"2034-04-01T00:00:00Z"}"#).unwrap();
        assert_eq!(future.fetched_at, Some(NOW.parse().unwrap()));
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for (json, part) in [
            ("", "EOF"),
            ("[]", "expected"),
            (r#"{"url":"https://a.example/"}"#, "html"),
            (r#"{"url":"https://a.example/","html":"x","other":1}"#, "other"),
            (r#"{"url":"www.a.example","html":"x"}"#, "url"),
            (r#"{"url":"file:///etc/passwd","html":"x"}"#, "file:"),
            (r#"{"url":"https://a.example/","html":" \n"}"#, "empty"),
        ] {
            let error = document(json).unwrap_err();
            assert!(error.to_string().contains(part), "{json}: {error}");
        }
        let large = format!(r#"{{"url":"https://a.example/","html":"{}"}}"#, "x".repeat(101));
        assert!(matches!(document(&large), Err(Error::TooLarge { bytes: 101, max: 100 })));
    }

    #[test]
    fn html_is_decoded() {
        let page = PostedPage::from_html("https://a.example/", b"<p>caf\xe9</p>", "text/html; charset=iso-8859-1");
        assert_eq!(page.html, "<p>café</p>");
    }
}
