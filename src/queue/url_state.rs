//! The states that a page in the queue can be in.

use serde::Serialize;

/// The state of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UrlState {
    /// To be fetched.
    Waiting,
    /// Being fetched and cleaned. After a kill it is waiting again.
    InProgress,
    /// Fetched; its body is under `raw/` and has to be cleaned.
    Kept,
    /// In the corpus.
    Done,
    /// Failed, and to be retried.
    Retry,
    /// Given up, or refused permanently; the reason is recorded.
    Dead,
}

impl UrlState {
    /// All states, in the order in which a page passes them.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::InProgress, Self::Kept, Self::Done, Self::Retry, Self::Dead];

    /// The name in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InProgress => "flight",
            Self::Kept => "kept",
            Self::Done => "done",
            Self::Retry => "retry",
            Self::Dead => "dead",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}
