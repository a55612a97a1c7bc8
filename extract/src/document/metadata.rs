//! Metadata: each field an `Option<Found>`, a value with its evidence. Extracts none; see `metadata`.

use serde::{Deserialize, Serialize};

use crate::base::time::{Day, Timestamp};

/// A value and where the page states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// The place on the page, e.g. `json-ld:NewsArticle.headline`, `meta:og:title`, `markup:h1`, `text:line 5`.
    #[serde(rename = "witness")]
    pub evidence: String,
    /// Confidence in percent: the source's reliability, raised by sources that agree and lowered by those that do not.
    #[serde(default = "certain")]
    pub confidence: u8,
}

impl<T> Found<T> {
    /// A certain value with its evidence.
    pub fn new(value: T, evidence: impl Into<String>) -> Self {
        Self { value, evidence: evidence.into(), confidence: certain() }
    }
}

/// The confidence of values that are not scored.
fn certain() -> u8 {
    100
}

/// A publication or modification date: the page's local day, and the instant if known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageDate {
    /// The day in the page's own time zone; never converted to another.
    pub day: Day,
    /// The instant, if time and zone are given.
    pub instant: Option<Timestamp>,
}

/// What is known about a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metadata {
    /// The headline.
    pub title: Option<Found<String>>,
    /// The authors in order; never an empty list.
    pub authors: Option<Found<Vec<String>>>,
    /// The first publication.
    pub published: Option<Found<PageDate>>,
    /// The last modification.
    pub modified: Option<Found<PageDate>>,
    /// The site's name.
    pub site: Option<Found<String>>,
    /// The section.
    pub section: Option<Found<String>>,
    /// Keywords.
    pub tags: Option<Found<Vec<String>>>,
    /// The language: ISO 639-1 if it has such a code, else 639-3; lower case.
    pub language: Option<Found<String>>,
    /// The page's own summary.
    pub description: Option<Found<String>>,
    /// The canonical URL that the page declares.
    pub canonical_url: Option<Found<String>>,
    /// Other URLs that the page declares for itself: AMP, mobile and short ones. Sorted.
    pub aliases: Option<Found<Vec<String>>>,
    /// The URL of the lead image.
    pub image: Option<Found<String>>,
    /// Whether the page declares that it is behind a paywall: `isAccessibleForFree` and the like.
    pub paywalled: Option<Found<bool>>,
    /// The licence that the page declares: its URL or text.
    pub licence: Option<Found<String>>,
    /// Opt-outs from text and data mining and AI training, sorted: `noai`, `noimageai`, `tdm-reservation`.
    pub opt_out: Option<Found<Vec<String>>>,
    /// URLs of what the page declares that the story is based on, such as an agency's story: `isBasedOn` and the like. Sorted, its own left out.
    pub based_on: Option<Found<Vec<String>>>,
}
