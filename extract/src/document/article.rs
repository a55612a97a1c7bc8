//! The article: clean text with its metadata. Extracts nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::completeness::{Completeness, LiveEntry};
use super::decoding::Decoding;
use super::limit::Limit;
use super::metadata::Metadata;
use crate::base::hash::ContentHash;

/// A document's permanent identity: the hash of its canonical URL, or of the first content of a local file. Survives updates
/// and re-cleaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentId(pub ContentHash);

impl DocumentId {
    /// The identity of the page at this URL, by its canonical form.
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

/// A cleaned document, ready to be related and stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Clean text: NFC, LF, one blank line between blocks, no trailing newline.
    pub text: String,
    /// Its metadata.
    pub metadata: Metadata,
    /// Whether the text is complete.
    pub completeness: Completeness,
    /// The evidence for that verdict, strongest first.
    pub evidence: Vec<String>,
    /// For a list of teasers: its address shows too that it is a front page or a section, and no story.
    pub is_front_page: bool,
    /// The entries of a live blog.
    pub entries: Vec<LiveEntry>,
    /// The expected quality of the text, from 0 to 1.
    pub confidence: f32,
    /// The number of folded words of the text.
    pub words: usize,
    /// The caps that the page exceeded, sorted.
    pub limits: Vec<Limit>,
    /// What was wrong with the characters of its page, if anything was.
    pub decoding: Option<Decoding>,
}

/// What was served instead of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoStory {
    /// A page that says that the reader is blocked.
    Blocked,
    /// A question for consent.
    Consent,
    /// Nothing that is text.
    NoText,
    /// A front page or a section.
    FrontPage,
}

impl Article {
    /// What it is, if it is nothing that a corpus keeps.
    pub fn no_story(&self) -> Option<NoStory> {
        match self.completeness {
            Completeness::Blocked => Some(NoStory::Blocked),
            Completeness::Consent => Some(NoStory::Consent),
            Completeness::Empty => Some(NoStory::NoText),
            Completeness::IndexPage if self.is_front_page => Some(NoStory::FrontPage),
            _ if self.text.trim().is_empty() => Some(NoStory::NoText),
            _ => None,
        }
    }
}
