//! What is reported of a site that drifted.

use gleaner_extract::base::time::{Day, Timestamp};
use gleaner_extract::document::DocumentId;
use serde::{Deserialize, Serialize};

use super::measure::Measure;

/// Why a site probably drifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// robots.txt, status codes such as 403, robot checks or consent walls keep gleaner out.
    Blocked,
    /// The site cannot be reached, or its servers fail.
    Unreachable,
    /// Feeds, sitemaps or front pages of the site cannot be read.
    FeedDead,
    /// Articles end at a paywall.
    Paywall,
    /// Text or metadata are no longer found where they were.
    LayoutChanged,
    /// Sources are read and have no new articles.
    Silence,
    /// The same happened at half of the sites at once: gleaner itself, its settings or its network.
    Everywhere,
    /// None of these.
    Unclear,
}

impl Reason {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Unreachable => "unreachable",
            Self::FeedDead => "feed_dead",
            Self::Paywall => "paywall",
            Self::LayoutChanged => "layout_changed",
            Self::Silence => "silence",
            Self::Everywhere => "everywhere",
            Self::Unclear => "unclear",
        }
    }
}

/// One measure of a site that has changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// What.
    pub measure: Measure,
    /// The first day on which it was different.
    pub since: Day,
    /// Its usual value. Shares are 0 to 1.
    pub before: f64,
    /// Its value since then.
    pub now: f64,
    /// The days with data since then.
    pub days: u32,
    /// By how many standard errors it differs.
    pub score: f64,
}

/// A document, or a request without one, that shows a drift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// When the run began that requested it.
    pub at: Timestamp,
    /// The document.
    pub id: Option<DocumentId>,
    /// The path of its text, relative to the corpus root if it is inside it.
    pub path: Option<String>,
    /// The URL.
    pub source: String,
    /// Why there is no document.
    pub error: Option<String>,
}

/// A site that drifted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteDrift {
    /// The registrable domain; [`EVERYWHERE`](super::EVERYWHERE) for what happened at half of the sites at once.
    pub site: String,
    /// Why it probably did.
    pub reason: Reason,
    /// The first day on which it was different.
    pub since: Day,
    /// True if hooks and the end of a run have not told of it before.
    pub is_new: bool,
    /// What changed, clearest first.
    pub changes: Vec<Change>,
    /// At most three examples, the latest last.
    pub examples: Vec<Example>,
}

/// The calendar day with this number, counted from 1970-01-01.
pub(super) fn day(number: i64) -> Day {
    Timestamp::from_unix(number.saturating_mul(86_400)).day()
}
