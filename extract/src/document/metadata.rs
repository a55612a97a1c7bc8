//! Metadata: each field an `Option<Found>`, a value with its witness.

use serde::{Deserialize, Serialize};

use crate::base::time::{Day, Timestamp};

/// A value and where the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// The source within the page, e.g. `json-ld:headline`, `meta:og:title`, `markup:h1`, `text:line 5`.
    #[serde(rename = "witness")]
    pub evidence: String,
    /// How far it is believed, in percent: the witness's reliability, raised by others that agree and lowered by those that do not.
    #[serde(default = "certain")]
    pub confidence: u8,
}

impl<T> Found<T> {
    /// A value with its witness, beyond doubt.
    pub fn new(value: T, evidence: impl Into<String>) -> Self {
        Self { value, evidence: evidence.into(), confidence: certain() }
    }
}

/// Of what is not weighed.
fn certain() -> u8 {
    100
}

/// A date of publication or modification: the page's local day, and the instant where the page tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageDate {
    /// The day in the page's own time zone: never shifted by ours.
    pub day: Day,
    /// The instant, where time and zone are given.
    pub instant: Option<Timestamp>,
}

/// What is known about a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metadata {
    /// The headline.
    pub title: Option<Found<String>>,
    /// People, in order; empty list never stored as found.
    pub authors: Option<Found<Vec<String>>>,
    /// First publication.
    pub published: Option<Found<PageDate>>,
    /// Last modification.
    pub modified: Option<Found<PageDate>>,
    /// The outlet's name.
    pub site: Option<Found<String>>,
    /// The section or rubric.
    pub section: Option<Found<String>>,
    /// Keywords.
    pub tags: Option<Found<Vec<String>>>,
    /// ISO 639-1 where there is one, else 639-3, lower case.
    pub language: Option<Found<String>>,
    /// The page's own summary.
    pub description: Option<Found<String>>,
    /// The canonical address that the page itself declares.
    pub canonical_url: Option<Found<String>>,
    /// Other addresses that the page itself gives the story: AMP, mobile, short and shared ones. Sorted.
    pub aliases: Option<Found<Vec<String>>>,
    /// The lead image's address.
    pub image: Option<Found<String>>,
    /// `isAccessibleForFree` and kin: true where the page says it is paid for.
    pub paywalled: Option<Found<bool>>,
    /// The licence that the page declares: its address, or its words.
    pub licence: Option<Found<String>>,
    /// TdmOptOut against text and data mining and AI training, sorted: `noai`, `noimageai`, `tdm-reservation`.
    pub opt_out: Option<Found<Vec<String>>>,
}
