//! A document as a line of JSON: its clean text and metadata.

use serde::Serialize;

use crate::relate::Relation;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Completeness, DocumentId};

/// A line of the export. Metadata has the chosen values; their evidence is in the sidecars.
#[derive(Clone, Debug, Serialize)]
pub struct JsonLine<'a> {
    /// The document's id.
    pub id: DocumentId,
    /// The URL it is known by, for web pages.
    pub url: Option<&'a str>,
    /// The headline.
    pub title: Option<&'a str>,
    /// Authors, in order.
    pub authors: &'a [String],
    /// The day of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// The day of the last modification.
    pub modified: Option<String>,
    /// ISO 639-1, else 639-3.
    pub language: Option<&'a str>,
    /// The site name: the outlet.
    pub site: Option<&'a str>,
    /// The section.
    pub section: Option<&'a str>,
    /// Keywords.
    pub tags: &'a [String],
    /// The licence that the page declares.
    pub licence: Option<&'a str>,
    /// Opt-outs from text and data mining and AI training.
    pub opt_out: &'a [String],
    /// When it was fetched.
    pub fetched_at: Option<Timestamp>,
    /// Whether the text is complete.
    pub completeness: Completeness,
    /// Expected quality of the text, 0 to 1.
    pub confidence: f64,
    /// Words of the text.
    pub words: u64,
    /// The document that has the text, if this one is a copy.
    pub copy_of: Option<DocumentId>,
    /// The canonical document of the cluster: this one, if it is in none.
    pub cluster: DocumentId,
    /// Relations to other documents.
    pub relations: &'a [Relation],
    /// SHA-256 of the text and a line feed, as in the text file.
    pub text_sha256: ContentHash,
    /// The clean text.
    pub text: &'a str,
}
