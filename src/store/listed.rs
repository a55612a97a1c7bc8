//! A document as the index knows it: what lists show. Reads nothing.

use serde::Serialize;

use super::document::SourceKey;
use super::name::Stem;
use gleaner_extract::base::time::{Day, Timestamp};
use gleaner_extract::document::{Completeness, DocumentId};

/// What the index knows of a document. [`read_listed`](super::CorpusReader::read_listed) reads its files.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedDocument {
    /// Its id.
    pub id: DocumentId,
    /// The source that it is known by.
    pub source: SourceKey,
    #[serde(skip)]
    pub(super) stem: Stem,
    /// The headline.
    pub title: Option<String>,
    /// Authors, in order.
    pub authors: Vec<String>,
    /// Keywords, in order.
    pub tags: Vec<String>,
    /// The registrable domain, else the site's name.
    pub site: Option<String>,
    /// The site's name.
    pub outlet: Option<String>,
    /// The language.
    pub language: Option<String>,
    /// The day of publication.
    pub published: Option<Day>,
    /// When it was fetched; `None` for files.
    pub fetched_at: Option<Timestamp>,
    /// Words of the text, folded.
    pub words: u64,
    /// Whether the text is complete.
    pub completeness: Completeness,
    /// Expected quality of the text, 0 to 1.
    pub confidence: f64,
    /// If it is a copy, the original, which has the text.
    pub copy_of: Option<DocumentId>,
    /// The canonical document of its cluster of near duplicates, which may be itself.
    pub cluster: Option<DocumentId>,
    /// Its canonical URL, else the URL it was found at.
    pub url: Option<String>,
}

impl ListedDocument {
    /// The name of its files, without extension and folder.
    pub fn file_stem(&self) -> &str {
        self.stem.as_str().rsplit('/').next().unwrap_or_default()
    }
}
