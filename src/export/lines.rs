//! A document as one line of JSON: its clean text and what is known of it.

use serde::Serialize;

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Completeness, DocumentId};

/// One line. Fields of the metadata hold the values that won; sidecars tell their witnesses.
#[derive(Clone, Debug, Serialize)]
pub struct Line<'a> {
    /// The document's identity.
    pub id: DocumentId,
    /// The address it is known by, for web pages.
    pub url: Option<&'a str>,
    /// The headline.
    pub title: Option<&'a str>,
    /// People, in order.
    pub authors: &'a [String],
    /// The day of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// The day of the last change.
    pub modified: Option<String>,
    /// ISO 639-1, else 639-3.
    pub language: Option<&'a str>,
    /// The outlet's name.
    pub site: Option<&'a str>,
    /// The section or rubric.
    pub section: Option<&'a str>,
    /// Keywords.
    pub tags: &'a [String],
    /// The licence that the page declares.
    pub licence: Option<&'a str>,
    /// TdmOptOut against mining and training.
    pub opt_out: &'a [String],
    /// When it was fetched.
    pub fetched_at: Option<Timestamp>,
    /// Whether it is all there.
    pub completeness: Completeness,
    /// Expected quality of the text, 0 to 1.
    pub confidence: f64,
    /// Words of the text.
    pub words: u64,
    /// SHA-256 of the text file.
    pub text_sha256: ContentHash,
    /// The clean text.
    pub text: &'a str,
}
