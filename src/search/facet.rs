//! Counts of documents by what they have in common.

use serde::{Deserialize, Serialize};

/// What documents are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FacetKind {
    /// The registrable domain, else the site's name.
    Site,
    /// The language.
    Language,
    /// The day of publication, `YYYY-MM-DD`.
    Day,
    /// An author. Names that differ in case and accents only are one.
    Author,
    /// A keyword; likewise.
    Tag,
    /// The verdict on completeness.
    Completeness,
}

impl FacetKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Site, Self::Language, Self::Day, Self::Author, Self::Tag, Self::Completeness];
}

/// The counts of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// The kind.
    pub kind: FacetKind,
    /// The values: days the latest first, others the most frequent first.
    pub values: Vec<FacetCount>,
    /// Number of further values.
    pub more: u64,
}

/// A value, and the number of documents that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FacetCount {
    /// The value, as a [`Filter`](super::Filter) takes it.
    pub value: String,
    /// The number of documents.
    pub documents: u64,
}
