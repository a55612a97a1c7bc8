//! Files of the user as raw documents: any name, depth and encoding, gzip and zstd too. Never writes.

use std::path::PathBuf;

/// Why a file could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or folder could not be read.
    #[error("read {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        "check that the file exists and may be read"
    }
}
