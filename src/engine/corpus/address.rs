//! The address that a fetched page is known by, as the corpus knows it. Pure; which one it is, is decided in [`gleaner_extract::article::address`].

use url::Url;

use crate::store::{SourceKey, Urls};
use gleaner_extract::article::address::PageAddresses;
use gleaner_extract::base::url::canonical;
use gleaner_extract::document::{DocumentId, HttpFacts};

/// The addresses of a fetched page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses(PageAddresses);

impl Addresses {
    /// From the HTTP facts, and the canonical address that the page itself declares.
    pub fn of(http: &HttpFacts, declared: Option<&str>) -> Option<Self> {
        PageAddresses::of(http, declared).map(Self)
    }

    /// The key that the page is known by.
    pub fn key(&self) -> SourceKey {
        SourceKey(self.0.identity.to_string())
    }

    /// The identity of a page with these addresses, if the corpus knows none of them.
    pub fn id(&self) -> DocumentId {
        DocumentId::of_url(&self.0.identity)
    }

    /// True if the page answered where this other body did; also if it is not known where that was.
    pub fn answered_at(&self, other: Option<&str>) -> bool {
        other.and_then(|other| Url::parse(other).ok()).is_none_or(|other| canonical(&other) == self.0.answered)
    }

    /// True if the page is known by the address that answered.
    pub fn is_undeclared(&self) -> bool {
        self.0.identity == self.0.answered
    }

    /// The same, known by the address that answered instead of the one it declares.
    pub fn undeclared(&self) -> Self {
        Self(PageAddresses { identity: self.0.answered.clone(), ..self.0.clone() })
    }

    /// As they are written into the sidecar of a document of this source.
    pub fn urls(&self, source: &SourceKey, http: &HttpFacts) -> Urls {
        let hops = http.redirects.iter().filter_map(|hop| Url::parse(hop).ok()).map(|hop| canonical(&hop));
        let others = hops.chain([self.0.requested.clone(), self.0.answered.clone()]).map(|url| url.to_string());
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
