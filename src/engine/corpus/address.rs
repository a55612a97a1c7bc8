//! Decides which address a fetched page is known by. Pure.

use url::Url;

use crate::store::{SourceKey, Urls};
use gleaner_extract::base::url::{canonical, site};
use gleaner_extract::document::{DocumentId, HttpFacts};

/// The addresses of a fetched page, canonical form throughout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The one requested.
    requested: Url,
    /// The one that answered.
    answered: Url,
    /// The one it is known by.
    identity: Url,
}

impl Addresses {
    /// From the HTTP facts, and the canonical address that the page itself declares. That is trusted if it is a page of the same site; a
    /// front page is never taken for the canonical address of a story.
    pub fn of(http: &HttpFacts, declared: Option<&str>) -> Option<Self> {
        let answered = canonical(&Url::parse(http.page_url()).ok()?);
        let requested = Url::parse(&http.requested).map_or_else(|_| answered.clone(), |url| canonical(&url));
        let declared = declared.and_then(|text| answered.join(text.trim()).ok()).map(|url| canonical(&url));
        let trusted = declared.filter(|declared| is_same_page(declared, &answered));
        Some(Self { identity: trusted.unwrap_or_else(|| answered.clone()), requested, answered })
    }

    /// The key that the page is known by.
    pub fn key(&self) -> SourceKey {
        SourceKey(self.identity.to_string())
    }

    /// The identity of a page with these addresses, if the corpus knows none of them.
    pub fn id(&self) -> DocumentId {
        DocumentId::of_url(&self.identity)
    }

    /// True if the page answered where this other body did; also if it is not known where that was.
    pub fn answered_at(&self, other: Option<&str>) -> bool {
        other.and_then(|other| Url::parse(other).ok()).is_none_or(|other| canonical(&other) == self.answered)
    }

    /// True if the page is known by the address that answered.
    pub fn is_undeclared(&self) -> bool {
        self.identity == self.answered
    }

    /// The same, known by the address that answered instead of the one it declares.
    pub fn undeclared(&self) -> Self {
        Self { identity: self.answered.clone(), ..self.clone() }
    }

    /// As they are written into the sidecar of a document of this source.
    pub fn urls(&self, source: &SourceKey, http: &HttpFacts) -> Urls {
        let hops = http.redirects.iter().filter_map(|hop| Url::parse(hop).ok()).map(|hop| canonical(&hop));
        let others = hops.chain([self.requested.clone(), self.answered.clone()]).map(|url| url.to_string());
        let mut aliases: Vec<String> = others.filter(|url| *url != source.0).collect();
        aliases.sort_unstable();
        aliases.dedup();
        Urls {
            requested: Some(http.requested.clone()),
            r#final: Some(http.final_url.clone()),
            canonical: Some(source.0.clone()),
            aliases,
        }
    }
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

    fn key(requested: &str, answered: &str, declared: Option<&str>) -> String {
        let http = HttpFacts { requested: requested.into(), final_url: answered.into(), status: 200, ..HttpFacts::default() };
        Addresses::of(&http, declared).unwrap().key().0
    }

    #[test]
    fn a_declared_address_is_trusted_within_its_site() {
        let (short, long) = ("https://a.example/s?utm_source=x", "https://www.a.example/2024/story?id=1#top");
        assert_eq!(key(short, long, None), "https://www.a.example/2024/story?id=1");
        assert_eq!(key(short, long, Some("/2024/story")), "https://www.a.example/2024/story");
        assert_eq!(key(short, long, Some("https://m.a.example/x")), "https://m.a.example/x");
        for wrong in [
            "https://elsewhere.example/2024/story",
            "https://www.a.example/",
            "javascript:x",
            "http://",
            "https://a.example:81/x",
        ] {
            assert_eq!(key(short, long, Some(wrong)), "https://www.a.example/2024/story?id=1", "{wrong}");
        }
    }
}
