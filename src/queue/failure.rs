//! Why the queue could not be read or written.

use gleaner_extract::base::path_text::path_text;
use std::path::PathBuf;

/// Why the queue could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite reported an error.
    #[error("{action} the queue {path}: {reason}", path = path_text(path))]
    Database {
        /// The attempted action.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// SQLite's error.
        reason: String,
    },
    /// The file was written by a newer gleaner.
    #[error("read the queue {path}: it has version {version}, and this gleaner knows {known}", path = path_text(path))]
    Version {
        /// The file.
        path: PathBuf,
        /// The file's version.
        version: i64,
        /// The newest known version.
        known: i64,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Database { .. } => {
                "check the disk; if the file is damaged, move it away: sources are then read again, and pages already in the corpus are not fetched again"
            }
            Self::Version { .. } => "use the newer version of gleaner",
        }
    }
}
