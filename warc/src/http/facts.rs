//! What archives and saved pages record of HTTP responses: the facts that are kept, whether the body may be a page, and where a redirect
//! leads. Parses no response.

use std::collections::BTreeMap;

use url::Url;

use super::{header, redirect};
use gleaner_extract::base::url::{hide_logins, without_login};
use gleaner_extract::document::HttpFacts;

/// Media types common in crawls that are never pages, although [`header::not_a_page`] leaves them to the page reader.
const NEVER_PAGES: &[&str] = &[
    "application/atom+xml",
    "application/rss+xml",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "multipart/form-data",
];

/// The HTTP facts of a recorded response. Header names must be in lower case; secrets and logins are left out.
pub fn http_facts(url: &Url, status: u16, headers: impl IntoIterator<Item = (String, String)>, wire_bytes: usize) -> HttpFacts {
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers.into_iter().filter(|(name, _)| !header::is_secret(name)) {
        let value = hide_logins(&value).into_owned();
        kept.entry(name).and_modify(|earlier| *earlier = format!("{earlier}, {value}")).or_insert(value);
    }
    let url = without_login(url.clone()).to_string();
    HttpFacts {
        requested: url.clone(),
        final_url: url,
        status,
        headers: kept,
        wire_bytes: wire_bytes as u64,
        ..HttpFacts::default()
    }
}

/// Whether a body of this media type may be a page.
pub fn may_be_page(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    header::not_a_page(content_type).is_none() && !NEVER_PAGES.contains(&essence.as_str())
}

/// The target of a redirect (RFC 9110 §15.4); `None` for any other status, and for targets that are not on the web.
pub fn redirect_target(status: u16, location: &str, from: &Url) -> Option<Url> {
    let to = from.join(location).ok().filter(|_| redirect::is_redirect(status))?;
    matches!(to.scheme(), "http" | "https").then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_logins_are_left_out() {
        let url = Url::parse("https://ann:secret@a.example/x").unwrap();
        let headers = [("set-cookie", "sid=1"), ("vary", "a"), ("vary", "b")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        let facts = http_facts(&url, 200, headers, 3);
        assert_eq!(facts.final_url, "https://a.example/x");
        assert_eq!(facts.headers.into_iter().collect::<Vec<_>>(), [("vary".to_owned(), "a, b".to_owned())]);
    }

    #[test]
    fn feeds_and_images_are_not_pages() {
        for page in ["text/html; charset=x", "application/xhtml+xml", "text/plain", ""] {
            assert!(may_be_page(page), "{page}");
        }
        for other in ["image/png", "text/xml", "application/rss+xml; charset=utf-8", "application/octet-stream"] {
            assert!(!may_be_page(other), "{other}");
        }
    }
}
