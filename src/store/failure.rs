//! Why the corpus could not be read or written.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::files;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::document::DocumentId;

/// The action of an [`Error::Io`] where a file of a document is read.
pub(super) const READ: &str = "read";

/// Why the corpus could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no corpus.
    #[error("open the corpus {path}: there is none, neither `clean/` nor `.gleaner/`", path = path_text(path))]
    NoCorpus {
        /// The folder where it should be.
        path: PathBuf,
    },
    /// Another run holds the lock.
    #[error("lock the corpus {path}: another run holds it (process {pid})", path = path_text(path))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The process that holds it, `?` if unknown.
        pid: String,
    },
    /// A file could not be read or written.
    #[error("{action} {path}: {source}", path = path_text(path))]
    Io {
        /// The attempted action: `write`, `read`, …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A sidecar does not have the content that gleaner wrote.
    #[error("read the sidecar {path}: {reason}", path = path_text(path))]
    Sidecar {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A reader's corrections of a document cannot be used.
    #[error("read the corrections {path}: {reason}", path = path_text(path))]
    Corrections {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A fetched page does not have the content that gleaner wrote.
    #[error("read the fetched page {path}: {reason}", path = path_text(path))]
    Raw {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The index could not be read or written.
    #[error("{action} the index {path}: {reason}", path = path_text(path))]
    Index {
        /// The attempted action.
        action: &'static str,
        /// The index.
        path: PathBuf,
        /// SQLite's error.
        reason: String,
    },
    /// The index is damaged.
    #[error("read the index {path}: {reason}", path = path_text(path))]
    IndexDamaged {
        /// The index.
        path: PathBuf,
        /// SQLite's error.
        reason: String,
    },
    /// A write failed earlier in this run and left something incomplete.
    #[error("close the corpus {path}: a write to it failed earlier in this run", path = path_text(path))]
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
    #[error("find {name}: several documents match: {candidates}")]
    Ambiguous {
        /// The requested name.
        name: String,
        /// The names of their files, the first few.
        candidates: String,
    },
}

/// What to do about corrections that cannot be used.
pub const CORRECTIONS_HINT: &str =
    "fix the file, or move it away to clean the document without it; docs/format.md says what is in it";

impl Error {
    /// The error of reading a sidecar: where there is no file that could be one, the sidecar is damaged like one with other content.
    pub(super) fn of_sidecar(error: Self) -> Self {
        match error {
            Self::Io { path, source, .. } if files::is_no_file(&source) => Self::Sidecar { path, reason: source.to_string() },
            error => error,
        }
    }

    /// True if a file is gone or does not have the content that gleaner wrote, so that it has to be written again. A file that cannot be
    /// read is not damaged.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Sidecar { .. } | Self::Raw { .. } | Self::IndexDamaged { .. } => true,
            Self::Io { source, .. } => is_not_found(source),
            _ => false,
        }
    }

    /// True if a file of one document could not be read: that document cannot be stored, all others can.
    pub fn is_of_one_document(&self) -> bool {
        matches!(self, Self::Io { action: READ, .. })
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoCorpus { .. } => {
                Some("go to the corpus's folder, name it with `--root DIR`, or create a corpus with `gleaner init`")
            }
            Self::Locked { .. } => Some("wait for the other run to finish; the lock is released with its process"),
            Self::Io { source, .. } => io_hint(source),
            Self::Sidecar { .. } => Some("run `gleaner clean --all`, which rewrites the sidecar from its source"),
            Self::Corrections { .. } => Some(CORRECTIONS_HINT),
            Self::Raw { .. } => Some("restore the file from a backup, or remove it and fetch the page again"),
            Self::IndexDamaged { .. } => Some("run `gleaner reindex`, which rebuilds it from the files"),
            Self::Unfinished { .. } => Some("fix the earlier error; the next run repairs the rest"),
            Self::Ambiguous { .. } => Some("give more digits of the id"),
            Self::Index { .. } | Self::Identity { .. } | Self::Empty { .. } => None,
        }
    }
}

/// Advice for common file errors.
fn io_hint(error: &std::io::Error) -> Option<&'static str> {
    const HINTS: &[(ErrorKind, &str)] = &[
        (ErrorKind::StorageFull, "the disk is full: free some space and run again; nothing that was written is lost"),
        (ErrorKind::QuotaExceeded, "your disk quota is used up: free some space and run again; nothing that was written is lost"),
        (ErrorKind::PermissionDenied, "check the folder's owner, or write elsewhere with `--output`"),
        (ErrorKind::ReadOnlyFilesystem, "the file system is read-only: write elsewhere with `--output`"),
        (ErrorKind::NotFound, "the file is gone: was it moved while gleaner ran?"),
    ];
    if files::is_no_file(error) {
        return Some("gleaner wrote no such thing: move it away");
    }
    HINTS.iter().find(|(known, _)| *known == error.kind()).map(|(_, hint)| *hint)
}

/// Whether the error means that there is no such file, or something else in its place.
pub(super) fn is_not_found(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) || files::is_no_file(error)
}

/// Turns a system error into an [`Error::Io`].
pub(super) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |source| Error::Io { action, path, source }
}
