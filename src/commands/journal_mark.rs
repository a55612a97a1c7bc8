//! How far the journals of runs have been read by what follows a run.

use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::files;
use gleaner_extract::base::path_text::path_text;

/// Largest file in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// A file that names the last journal that was read. It is written after what was read has been dealt with: a kill in between means that the same is done again,
/// never that it is left out.
#[derive(Debug)]
pub(super) struct JournalMark {
    path: PathBuf,
    /// The last journal that was read.
    pub journal: Option<String>,
}

/// The file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    journal: Option<String>,
}

impl JournalMark {
    /// Reads the file. One that cannot be read counts as none, with a warning.
    pub fn read(path: PathBuf) -> Self {
        let read = match files::read(&path, MAX_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Content::default()),
            read => read.and_then(|bytes| Ok(serde_json::from_slice(&bytes)?)),
        };
        let content = read.unwrap_or_else(|error| {
            tracing::warn!("{}: {error}; it is replaced", path_text(&path));
            Content::default()
        });
        Self { path, journal: content.journal }
    }

    /// Writes the file, with this journal unless there is none.
    pub fn advance(self, journal: Option<String>) -> io::Result<()> {
        let staged = self.path.with_added_extension("new");
        files::replace(&staged, &serde_json::to_vec(&Content { journal: journal.or(self.journal) })?)?;
        std::fs::rename(staged, self.path)
    }
}
