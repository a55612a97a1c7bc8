//! Extraction in one call, with the embedded rules and the default limits. Use [`super::clean`] for other ones.

use std::sync::LazyLock;

use url::Url;

use super::clean::CleanContext;
use super::isolate::{Error, clean_isolated};
use crate::base::time::Timestamp;
use crate::document::{Article, HttpFacts, Origin, RawDocument};
use crate::page;
use crate::rules::RuleSet;

/// What is known about a page besides its bytes. All of it is optional.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// The page's URL. It is ignored unless it is absolute.
    pub url: Option<&'a str>,
    /// Its `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The time of fetching, which relative dates such as "two hours ago" count from. Without it, they are ignored.
    pub fetched_at: Option<Timestamp>,
}

/// The embedded rules. Empty if a file could not be parsed, which a test rules out.
static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::embedded().unwrap_or_default());

/// Extracts the article from an HTML page, Markdown file or text dump. The same input gives the same article on every machine.
///
/// # Errors
/// Fails if the bytes are no page: empty, binary, JSON, or larger than the default limit. A page without a story is no error; see the article's
/// `completeness`.
pub fn extract(bytes: &[u8], hints: Hints<'_>) -> Result<Article, Error> {
    let url = hints.url.and_then(|url| Url::parse(url).ok());
    let mut raw = RawDocument::local(Origin::Stdin, bytes.to_vec());
    raw.fetched_at = hints.fetched_at;
    raw.http = hints.content_type.map(|content_type| HttpFacts::of_page(url.as_ref(), content_type));
    let context = CleanContext { rules: &RULES, limits: &page::Config::default(), now: hints.fetched_at, sites: None };
    clean_isolated(&raw, url.as_ref(), context).map(|cleaned| cleaned.article)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A story in windows-1251 that does not declare its charset.
    fn page() -> Vec<u8> {
        let story = "Старая мельница у реки сгорела в ночь на понедельник. Никто не пострадал, сообщили пожарные. ".repeat(4);
        let html = format!(
            "<html><head><title>Мельница сгорела</title></head><body><article><h1>Мельница сгорела</h1><p>{story}</p></article></body></html>"
        );
        encoding_rs::WINDOWS_1251.encode(&html).0.into_owned()
    }

    #[test]
    fn hints_supply_what_the_bytes_lack() {
        let content_type = Some("text/html; charset=windows-1251");
        let url = Some("https://news.example/2024/05/mill");
        let article = extract(&page(), Hints { url, content_type, fetched_at: None }).unwrap();
        assert!(article.text.starts_with("Старая мельница"), "{}", article.text);
        assert_eq!(article.metadata.site.unwrap().value, "news.example");
    }

    #[test]
    fn bytes_that_are_no_page_are_an_error() {
        for bytes in [&b""[..], b"{\"a\": 1}", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"] {
            assert!(extract(bytes, Hints::default()).is_err());
        }
    }

    /// A source of metadata without an entry in the table of reliabilities panics in tests.
    #[test]
    fn a_date_of_change_in_running_text_is_no_evidence() {
        let law = "The list of protected bridges, last updated on May 3, 2024, names forty-one of them, and the one at Holm is the oldest. ";
        let html = format!("<html><body><article><h1>Old bridges</h1><p>{}</p></article></body></html>", law.repeat(2));
        let article = extract(html.as_bytes(), Hints::default()).unwrap();
        assert_eq!(article.metadata.modified, None);
    }

    #[test]
    fn embedded_rules_are_valid() {
        assert!(RULES.rules().len() > 50);
    }
}
