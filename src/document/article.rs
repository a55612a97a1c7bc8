//! The article: clean text with its metadata.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Metadata;
use crate::base::hash::ContentHash;

/// A document's lasting identity: the hash of its canonical URL, or of the first content of a local file. Survives updates
/// and re-cleaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentId(pub ContentHash);

impl DocumentId {
    /// The identity of the page at this address (its canonical form is taken).
    pub fn of_url(url: &url::Url) -> Self {
        Self(ContentHash::of(crate::base::url::canonical(url).as_str()))
    }

    /// The first 8 hex digits, as used in file names.
    pub fn short(&self) -> String {
        self.0.short()
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Whether the whole story is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Completeness {
    /// Nothing says that anything is missing.
    #[default]
    Complete,
    /// The story stops before its end.
    Truncated,
    /// A challenge or block page in the story's place.
    Blocked,
    /// A consent wall in the story's place.
    Consent,
    /// A list of teasers, not a story.
    IndexPage,
    /// A live blog.
    Live,
    /// No text.
    Empty,
}

impl Completeness {
    /// Every verdict, in the order of the documentation.
    pub const ALL: &'static [Self] =
        &[Self::Complete, Self::Truncated, Self::Blocked, Self::Consent, Self::IndexPage, Self::Live, Self::Empty];

    /// The name used in sidecars and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Truncated => "truncated",
            Self::Blocked => "blocked",
            Self::Consent => "consent",
            Self::IndexPage => "index-page",
            Self::Live => "live",
            Self::Empty => "empty",
        }
    }
}

/// A cleaned document, ready to be related and stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Clean text: NFC, LF, one blank line between blocks, no trailing newline.
    pub text: String,
    /// What is known about it.
    pub metadata: Metadata,
    /// Whether it is all there.
    pub completeness: Completeness,
    /// Expected quality of the text, 0 to 1.
    pub confidence: f32,
    /// Folded words of the text.
    pub words: usize,
}
