//! Why the corpus could not be read or written.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use gleaner_extract::document::DocumentId;

/// Why the corpus could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another run holds the lock.
    #[error("lock the corpus {path}: another run holds it (process {pid})")]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The process that holds it, `?` if unknown.
        pid: String,
    },
    /// A file could not be read or written.
    #[error("{action} {path}: {source}")]
    Io {
        /// The attempted action: `write`, `read`, …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A sidecar does not have the content that gleaner wrote.
    #[error("read the sidecar {path}: {reason}")]
    Sidecar {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A fetched page does not have the content that gleaner wrote.
    #[error("read the fetched page {path}: {reason}")]
    Raw {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The index could not be read or written.
    #[error("{action} the index {path}: {reason}")]
    Index {
        /// The attempted action.
        action: &'static str,
        /// The index.
        path: PathBuf,
        /// SQLite's error.
        reason: String,
    },
    /// The index is damaged.
    #[error("read the index {path}: {reason}")]
    IndexDamaged {
        /// The index.
        path: PathBuf,
        /// SQLite's error.
        reason: String,
    },
    /// A write failed earlier in this run and left something incomplete.
    #[error("close the corpus {path}: a write to it failed earlier in this run")]
    Unfinished {
        /// The folder that was written to.
        path: PathBuf,
    },
    /// A document has the id or the source of another one.
    #[error("write {source_key} as document {id}: another document has this id or source")]
    Identity {
        /// The source.
        source_key: String,
        /// The id.
        id: DocumentId,
    },
    /// A document without text.
    #[error("write {source_key}: it has no text")]
    Empty {
        /// The source.
        source_key: String,
    },
    /// The beginning of an id matches several documents.
    #[error("find {name}: several documents match, including {first} and {second}")]
    Ambiguous {
        /// The requested name.
        name: String,
        /// One of them.
        first: String,
        /// Another one.
        second: String,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Locked { .. } => Some("wait for the other run to finish; the lock is released with its process"),
            Self::Io { source, .. } => io_hint(source.kind()),
            Self::Sidecar { .. } => Some("run `gleaner clean --all`, which rewrites the sidecar from its source"),
            Self::Raw { .. } => Some("restore the file from a backup, or remove it and fetch the page again"),
            Self::IndexDamaged { .. } => Some("run `gleaner reindex`, which rebuilds it from the files"),
            Self::Unfinished { .. } => Some("fix the earlier error; the next run repairs the rest"),
            Self::Ambiguous { .. } => Some("give more digits of the id"),
            Self::Index { .. } | Self::Identity { .. } | Self::Empty { .. } => None,
        }
    }
}

/// Advice for common file errors.
fn io_hint(kind: ErrorKind) -> Option<&'static str> {
    const HINTS: &[(ErrorKind, &str)] = &[
        (ErrorKind::StorageFull, "the disk is full: free some space and run again; nothing that was written is lost"),
        (ErrorKind::QuotaExceeded, "your disk quota is used up: free some space and run again; nothing that was written is lost"),
        (ErrorKind::PermissionDenied, "check the folder's owner, or write elsewhere with `--output`"),
        (ErrorKind::ReadOnlyFilesystem, "the file system is read-only: write elsewhere with `--output`"),
        (ErrorKind::NotFound, "the file is gone: was it moved while gleaner ran?"),
    ];
    HINTS.iter().find(|(known, _)| *known == kind).map(|(_, hint)| *hint)
}

/// Turns a system error into an [`Error::Io`].
pub(super) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |source| Error::Io { action, path, source }
}
