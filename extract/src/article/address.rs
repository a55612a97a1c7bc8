//! Which address a fetched page is known by. Pure.

use url::Url;

use crate::base::url::{canonical, site};
use crate::document::HttpFacts;
use crate::page::{Link, Page};

/// The addresses of a fetched page, canonical form throughout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageAddresses {
    /// The one requested.
    pub requested: Url,
    /// The one that answered.
    pub answered: Url,
    /// The one it is known by.
    pub identity: Url,
}

impl PageAddresses {
    /// From the HTTP facts, and the canonical address that the page itself declares. That is trusted if it is a page of the same site; a
    /// front page is never taken for the canonical address of a story.
    pub fn of(http: &HttpFacts, declared: Option<&str>) -> Option<Self> {
        let answered = canonical(&Url::parse(http.page_url()).ok()?);
        let requested = Url::parse(&http.requested).map_or_else(|_| answered.clone(), |url| canonical(&url));
        let declared = declared.and_then(|text| answered.join(text.trim()).ok()).map(|url| canonical(&url));
        let trusted = declared.filter(|declared| is_same_page(declared, &answered));
        Some(Self { identity: trusted.unwrap_or_else(|| answered.clone()), requested, answered })
    }
}

/// The address that the page says it should be known by (RFC 6596).
pub fn declared(page: &Page) -> Option<&str> {
    let is_canonical = |link: &&Link| link.rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("canonical"));
    page.head.links.iter().find(is_canonical).map(|link| link.href.as_str())
}

fn is_same_page(declared: &Url, answered: &Url) -> bool {
    let is_front_page = |url: &Url| url.path() == "/" && url.query().is_none();
    matches!(declared.scheme(), "http" | "https")
        && site(declared) == site(answered)
        && declared.port() == answered.port()
        && (!is_front_page(declared) || is_front_page(answered))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(requested: &str, answered: &str, declared: Option<&str>) -> String {
        let http = HttpFacts { requested: requested.into(), final_url: answered.into(), status: 200, ..HttpFacts::default() };
        PageAddresses::of(&http, declared).unwrap().identity.into()
    }

    #[test]
    fn a_declared_address_is_trusted_within_its_site() {
        let (short, long) = ("https://a.example/s?utm_source=x", "https://www.a.example/2024/story?id=1#top");
        assert_eq!(identity(short, long, None), "https://www.a.example/2024/story?id=1");
        assert_eq!(identity(short, long, Some("/2024/story")), "https://www.a.example/2024/story");
        assert_eq!(identity(short, long, Some("https://m.a.example/x")), "https://m.a.example/x");
        for wrong in [
            "https://elsewhere.example/2024/story",
            "https://www.a.example/",
            "javascript:x",
            "http://",
            "https://a.example:81/x",
        ] {
            assert_eq!(identity(short, long, Some(wrong)), "https://www.a.example/2024/story?id=1", "{wrong}");
        }
    }
}
