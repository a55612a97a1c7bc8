//! Whether a story is there as a whole, and what says so.

use serde::{Deserialize, Serialize};

use crate::base::time::Timestamp;

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

    /// The verdict of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verdict| verdict.name() == name)
    }

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

/// A verdict on completeness with what it rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompletenessVerdict {
    /// The verdict.
    pub verdict: Completeness,
    /// What speaks for it, one sentence fragment each, the strongest first. A verdict other than `complete` has at least one.
    pub reasons: Vec<String>,
    /// The entries of a live blog, in the page's order.
    pub entries: Vec<LiveEntry>,
}

/// One timed entry of a live blog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveEntry {
    /// When it was published, where the page tells time and zone.
    pub at: Option<Timestamp>,
    /// The time as the page shows it.
    pub time: String,
    /// Its headline, where it has one.
    pub title: Option<String>,
    /// Its first paragraph in the clean text, counted from 0; none where the entry's text is not on the page.
    pub paragraph: Option<u32>,
}
