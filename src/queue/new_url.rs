//! URLs that are to be added to the queue.

use url::Url;

use gleaner_extract::document::FeedEntry;

/// A URL to be added.
#[derive(Clone, Debug, PartialEq)]
pub struct NewUrl {
    /// The URL to request.
    pub url: Url,
    /// The name of the configured source that it came from; empty for one that a user gave.
    pub source: String,
    /// The feed entry that it came from.
    pub feed: Option<Box<FeedEntry>>,
    /// What it is taken for.
    pub kind: UrlKind,
    /// What to do if the queue has it already.
    pub if_known: IfKnown,
}

/// What a URL is taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UrlKind {
    /// A page: a source led to it.
    #[default]
    Page,
    /// A page, or a feed or sitemap if that is what comes: a user named it.
    Named,
    /// A source: a feed, a sitemap, or a page with links to stories.
    Source,
}

impl UrlKind {
    /// As the queue stores it.
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Page => 0,
            Self::Named => 1,
            Self::Source => 2,
        }
    }

    /// From what the queue stores.
    pub(super) fn from_code(code: i64) -> Self {
        match code {
            1 => Self::Named,
            2 => Self::Source,
            _ => Self::Page,
        }
    }
}

/// What to do with a URL that the queue has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfKnown {
    /// Leave it as it is.
    Leave,
    /// Fetch it again if it failed or was given up.
    Retry,
    /// Fetch it again if it is done. One that failed waits for its next attempt, and one that was given up stays so.
    Recheck,
    /// Fetch it again, unless it is waiting or in progress: a run may be active.
    Refetch,
    /// Fetch it again, whatever its state.
    Requeue,
}
