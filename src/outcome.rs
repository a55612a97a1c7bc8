//! What became of one input. One bad page is an outcome, never an error of the run.

use std::fmt;

use serde::{Deserialize, Serialize};

use gleaner_extract::document::DocumentId;

/// The stage at which something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Getting it over the network.
    Fetch,
    /// Reading it from disk or standard input.
    Read,
    /// Decoding and parsing.
    Parse,
    /// Writing the result.
    Store,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fetch => "fetch",
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Store => "store",
        })
    }
}

/// What became of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Clean text was written, anew or in a new version.
    Kept {
        /// The document.
        id: DocumentId,
        /// True where it is new to the corpus, false where an earlier version was replaced.
        new: bool,
    },
    /// The same text is in the corpus already, under another document.
    Copy {
        /// The document that was not written.
        id: DocumentId,
        /// The document that holds the text.
        of: DocumentId,
    },
    /// Nothing changed since the last run.
    Unchanged {
        /// The document.
        id: DocumentId,
    },
    /// An archive that is as it was when all of its pages were taken: it was not read again.
    AllUnchanged {
        /// Pages in it.
        pages: u64,
    },
    /// It leads to pages: a feed, a sitemap, a front page.
    Read {
        /// Addresses in it.
        found: u64,
        /// Those that nobody knew.
        new: u64,
    },
    /// Not taken, for a reason that is not a failure: robots.txt, a binary file, no article text.
    Refused {
        /// The reason, as a fragment that fits "refused: …".
        reason: String,
    },
    /// It could not be done; a later run tries again.
    Failed {
        /// Where.
        stage: Stage,
        /// The error, as a fragment that fits "failed to …".
        error: String,
        /// What the user can do.
        hint: Option<String>,
    },
}

impl Outcome {
    /// The name used in journal and report.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Kept { new: true, .. } => "new",
            Self::Kept { new: false, .. } => "updated",
            Self::Copy { .. } => "copy",
            Self::Unchanged { .. } | Self::AllUnchanged { .. } => "unchanged",
            Self::Read { .. } => "read",
            Self::Refused { .. } => "refused",
            Self::Failed { .. } => "failed",
        }
    }
}
