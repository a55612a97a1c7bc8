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
    /// What to do if the queue has it already.
    pub if_known: IfKnown,
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
