//! Verdicts on completeness, with their evidence. Decides none.

use serde::{Deserialize, Serialize};

use crate::base::printable::into_printable;
use crate::base::time::Timestamp;

/// Whether the story is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Completeness {
    /// Nothing indicates that anything is missing.
    #[default]
    Complete,
    /// The story stops before its end.
    Truncated,
    /// A challenge or block page instead of the story.
    Blocked,
    /// A consent wall instead of the story.
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

    /// The verdict with this name.
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

    /// Orders the texts of one page that was fetched several times: a story that is whole is more than a preview, and of two previews the longer one is more.
    pub fn rank(self, words: u64) -> (u8, u64) {
        match self {
            Self::Complete | Self::Live => (2, 0),
            Self::Truncated => (1, words),
            Self::IndexPage | Self::Blocked | Self::Consent | Self::Empty => (0, 0),
        }
    }
}

/// A verdict on completeness with its evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompletenessVerdict {
    /// The verdict.
    pub verdict: Completeness,
    /// The evidence, one sentence fragment each, strongest first. A verdict other than `complete` has at least one.
    pub reasons: Vec<String>,
    /// The entries of a live blog, in the page's order.
    pub entries: Vec<LiveEntry>,
    /// For a list of teasers: its address shows too that it is a front page or a section, and no story.
    pub is_front_page: bool,
}

impl CompletenessVerdict {
    /// The same without characters that steer a terminal, which the quoted page may have.
    pub fn into_printable(self) -> Self {
        let Self { verdict, reasons, entries, is_front_page } = self;
        let entry = |LiveEntry { at, time, title, paragraph }| LiveEntry {
            at,
            time: into_printable(time),
            title: title.map(into_printable),
            paragraph,
        };
        Self {
            verdict,
            reasons: reasons.into_iter().map(into_printable).collect(),
            entries: entries.into_iter().map(entry).collect(),
            is_front_page,
        }
    }
}

/// One timed entry of a live blog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveEntry {
    /// When it was published, if time and zone are given.
    pub at: Option<Timestamp>,
    /// The time as displayed on the page.
    pub time: String,
    /// Its headline.
    pub title: Option<String>,
    /// The index of its first paragraph in the clean text; `None` if the entry's text is not on the page.
    pub paragraph: Option<u32>,
}
