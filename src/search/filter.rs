//! Which documents, in which order, and how many of them. Decides nothing by itself: [`crate::store::select`] reads the index by it.

use serde::{Deserialize, Serialize};

use gleaner_extract::base::time::Day;
use gleaner_extract::document::{Completeness, DocumentId};

/// Conditions on documents. All of them have to hold; of several values of one condition, one has to. An empty filter is every document, copies included.
///
/// Names are compared without case and accents, as [`search_key`](gleaner_extract::base::search_tokens::search_key) folds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Published on this day or later. Leaves out documents without a date.
    pub since: Option<Day>,
    /// Published on this day or earlier. Leaves out documents without a date.
    pub until: Option<Day>,
    /// Registrable domains (of a host, the domain it belongs to) or names of sites.
    pub sites: Vec<String>,
    /// Names of authors.
    pub authors: Vec<String>,
    /// Languages, ISO 639: `en` includes `en-GB`.
    pub languages: Vec<String>,
    /// Verdicts on completeness.
    pub completeness: Vec<Completeness>,
    /// Keywords.
    pub tags: Vec<String>,
    /// Only documents that stand for their cluster of near duplicates, or are in none.
    pub canonical_only: bool,
    /// Only these documents. Ids that no document has are passed over.
    pub ids: Option<Vec<DocumentId>>,
}

impl Filter {
    /// Whether it lets every document through.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The order of documents. Each is the same whenever and however often the index was rebuilt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// By publication, latest first, documents without a date last; those of one day that have no time come after those that have one, in the order of their ids.
    #[default]
    Newest,
    /// By the names of their files, as they are in `clean/`: by the day of publication when they were first written, earliest first, undated ones last; then by
    /// site.
    Name,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Number of entries before it.
    pub offset: u64,
    /// Largest number of entries.
    pub limit: u64,
}

impl Default for Page {
    fn default() -> Self {
        Self { offset: 0, limit: 20 }
    }
}

/// The order of what a search finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SearchOrder {
    /// The best match first; of equal ones the latest.
    #[default]
    Relevance,
    /// As [`Order::Newest`].
    Newest,
}
