//! `explain`: a page with a verdict on every block, and the witnesses of its metadata.

use std::path::PathBuf;

use serde::Serialize;
use url::Url;

use super::{Error, Setup};
use crate::document::{Category, Completeness, DocumentId, Metadata, RuleId};

/// What to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file.
    File(PathBuf),
    /// A page: the kept body where the corpus has one, else it is fetched.
    Url(Url),
    /// A document of the corpus, by the first hex digits of its id (at least 4).
    Id(String),
}

impl Target {
    /// Reads a command-line argument: what starts with `http://` or `https://` is an address, an existing file a file, hex digits
    /// an id.
    pub fn from_arg(arg: &str) -> Result<Self, Error> {
        Err(Error::Unknown(arg.to_owned()))
    }
}

/// A page with all that explains its clean text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The page, as the user named it.
    pub source: String,
    /// The document, where the corpus has it.
    pub id: Option<DocumentId>,
    /// Whether the whole story is there.
    pub completeness: Completeness,
    /// Expected quality of the text, 0 to 1.
    pub confidence: f32,
    /// Words of the clean text.
    pub words: usize,
    /// What is known about the page, each field with its witness.
    pub metadata: Metadata,
    /// Every block of the page, in order: kept and removed ones together are the page's text.
    pub blocks: Vec<ExplainedBlock>,
}

/// One block and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedBlock {
    /// The source line, from 1, for text; `None` for HTML.
    pub line: Option<u32>,
    /// The block's text.
    pub text: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a block.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Part of the story.
    Kept {
        /// What it is in the story: `paragraph`, `heading`, …
        role: &'static str,
        /// The labeller's probability that it is article text, 0 to 1.
        score: f32,
        /// The rule that wanted to drop it and why a guard kept it.
        spared: Option<SparedBy>,
    },
    /// Dropped.
    Removed {
        /// What it is.
        category: Category,
        /// The rule that named it.
        rule: RuleId,
        /// The rule's reason.
        why: String,
        /// The labeller's probability that it is article text, 0 to 1.
        score: f32,
    },
}

/// A rule that was overruled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SparedBy {
    /// The rule.
    pub rule: RuleId,
    /// Why the guard kept the block.
    pub why: String,
}

/// Explains one page. Writes nothing.
pub fn explain(setup: &Setup, target: &Target) -> Result<Explanation, Error> {
    let _ = setup;
    Err(Error::Unknown(format!("{target:?}")))
}
