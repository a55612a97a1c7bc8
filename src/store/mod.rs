//! The corpus on disk: raw pages, clean text with sidecars, the index, the journal and the lock. Files are the truth, the
//! database is a cache.
//!
//! ```text
//! raw/…                                    the user's own files, never touched; fetched pages as <site>/<name>.html.zst + .json
//! clean/2023/10/<date>_<site>_<slug>_<8 hex>.txt + .json     text and sidecar; without a date in clean/undated/
//! clean/.versions/<id>/<8 hex>.txt + .json                   earlier texts, named by their hash
//! log/<time>.jsonl                                           run journals
//! .gleaner/index.db + index.sha256, lock, tmp/               the index, its checksum while it is closed, the lock, staged files
//! .gleaner/archives/<hash>.json                              archives that need not be read again
//! ```
//!
//! A document is written raw → text → sidecar (the commit point) → sync → index. Every file is staged, synced and renamed, so a run
//! may be killed anywhere: [`Store::open`] finishes or sweeps what was half done and builds the index anew from the files.
//!
//! Two documents never hold the same text. The second is a copy: a sidecar that names the first, and no text. Whether a copy is still
//! right can be read from the sidecars alone; where it is not, it is stale and [`Store::stale`] names it.

pub mod archives;
mod atomic;
mod checksummed;
mod clean;
mod corpus;
mod failpoint;
mod index;
pub mod journal;
mod layout;
mod lock;
mod name;
pub mod raw;
pub mod reader;
pub mod reindex;
pub mod relation;
pub mod sidecar;
mod sync_thread;
pub mod verify;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use clean::text_sha256;
pub use corpus::Store;
pub use failpoint::FAILPOINTS;
pub use journal::Journal;
pub use layout::Layout;
pub use lock::Lock;
pub use reader::Reader;
pub use sidecar::{RawPart, Sidecar};

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Article, Completeness, DocumentId, Removal};

/// What a document is known by before it is cleaned: a canonical URL, or a file's path (relative to the root where it lies below it,
/// `/` as separator).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceKey(pub String);

impl SourceKey {
    /// The address, where the source is a web page and not a file.
    pub fn url(&self) -> Option<url::Url> {
        self.0.parse().ok().filter(|url: &url::Url| matches!(url.scheme(), "http" | "https"))
    }
}

/// The version of everything that shapes clean text. A document whose stamp differs is cleaned again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cleaner {
    /// gleaner's version.
    pub version: String,
    /// The labeller's models, by the beginnings of their checksums.
    pub model: String,
    /// Hash of all rules.
    pub rules: ContentHash,
    /// Hash of the settings that shape text.
    pub config: ContentHash,
}

/// Where a raw body is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRef {
    /// SHA-256 of the body (decompressed).
    pub sha256: ContentHash,
    /// Path relative to the corpus root where it lies below it, else absolute; `/` as separator.
    pub path: String,
}

/// The addresses of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Urls {
    /// Asked for.
    pub requested: Option<String>,
    /// Answered at, after redirects.
    pub r#final: Option<String>,
    /// The canonical form.
    pub canonical: Option<String>,
    /// Other addresses of the same document, sorted.
    pub aliases: Vec<String>,
}

/// What the corpus knows of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDocument {
    /// The document.
    pub id: DocumentId,
    /// The source that the document is known by; another address of it may have been asked for.
    pub source: SourceKey,
    /// The raw body it was last cleaned from.
    pub raw: RawRef,
    /// The cleaner's stamp at that time; `None` where it must be cleaned again whatever the stamp says.
    pub cleaner: Option<Cleaner>,
    /// Hash of the clean text.
    pub text_sha256: ContentHash,
    /// The document that holds the text, where this one is a copy.
    pub copy_of: Option<DocumentId>,
    /// Whether the text is the whole story.
    pub completeness: Completeness,
    /// Folded words of the text.
    pub words: u64,
    /// How many further pages it was cleaned from, where its story is split over several.
    pub parts: usize,
    /// `ETag` of the last answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
    /// The address that gave the raw body, where it was fetched.
    pub answered: Option<String>,
    /// When the raw body was fetched.
    pub fetched_at: Option<Timestamp>,
}

/// A cleaned document on its way into the corpus.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// Its identity; see [`Store::identify`].
    pub id: DocumentId,
    /// What it is known by.
    pub source: SourceKey,
    /// Its raw body.
    pub raw: RawRef,
    /// The further pages of a story that is split over several, in their order.
    pub parts: Vec<RawPart>,
    /// Its addresses.
    pub urls: Urls,
    /// When it was fetched; `None` for files.
    pub fetched_at: Option<Timestamp>,
    /// The clean text and metadata.
    pub article: Article,
    /// Hash of the text's words, by which exact copies find each other (`dedup::exact`); none for a text without words.
    pub tokens_sha256: Option<ContentHash>,
    /// What was removed.
    pub removals: Vec<Removal>,
    /// The cleaner's stamp.
    pub cleaner: Cleaner,
}

/// What [`Store::put`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// A document that the corpus did not have.
    New,
    /// The text changed; the earlier version lies under `clean/.versions/`. Or the document was a copy and has its own text now.
    Updated,
    /// The same text; at most the sidecar was written again.
    SidecarOnly,
    /// The text is in the corpus already, under this document; only a sidecar without text was written.
    Copy(DocumentId),
}

/// Why the corpus could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another run holds the lock.
    #[error("lock the corpus {path}: another run holds it (process {pid})")]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The process that holds it, `?` where unknown.
        pid: String,
    },
    /// A file could not be read or written.
    #[error("{action} {path}: {source}")]
    Io {
        /// What was tried: `write`, `read`, …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A sidecar is not as gleaner wrote it.
    #[error("read the sidecar {path}: {reason}")]
    Sidecar {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A fetched page is not as gleaner wrote it.
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
        /// What was tried.
        action: &'static str,
        /// The index.
        path: PathBuf,
        /// SQLite's answer.
        reason: String,
    },
    /// The index is damaged.
    #[error("read the index {path}: {reason}")]
    IndexDamaged {
        /// The index.
        path: PathBuf,
        /// SQLite's answer.
        reason: String,
    },
    /// A write failed earlier in this run and left something half done.
    #[error("close the corpus {path}: a write to it failed earlier in this run")]
    Unfinished {
        /// Where.
        path: PathBuf,
    },
    /// A document has the identity or source of another one.
    #[error("write {source_key} as document {id}: another source or document has this name already")]
    Identity {
        /// The source.
        source_key: String,
        /// The identity.
        id: DocumentId,
    },
    /// A document without text.
    #[error("write {source_key}: it has no text")]
    Empty {
        /// The source.
        source_key: String,
    },
    /// The beginning of an id fits several documents.
    #[error("find {name}: several documents fit, {first} and {second} among them")]
    Ambiguous {
        /// What was asked for.
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
            Self::Locked { .. } => Some("wait until the other run is done; the lock goes with its process"),
            Self::Io { source, .. } => io_hint(source.kind()),
            Self::Sidecar { .. } => Some("clean its source again with `gleaner clean --all`, which writes the sidecar anew"),
            Self::Raw { .. } => Some("restore the file from a backup, or remove it and fetch the page again"),
            Self::IndexDamaged { .. } => Some("run `gleaner reindex`, which builds it anew from the files"),
            Self::Unfinished { .. } => Some("solve what the earlier error says; the next run repairs the rest"),
            Self::Ambiguous { .. } => Some("give more digits of the id"),
            Self::Index { .. } | Self::Identity { .. } | Self::Empty { .. } => None,
        }
    }
}

/// Advice for the errors of files that users meet.
fn io_hint(kind: ErrorKind) -> Option<&'static str> {
    const HINTS: &[(ErrorKind, &str)] = &[
        (ErrorKind::StorageFull, "the disk is full: make room and run again, nothing that was written is lost"),
        (ErrorKind::QuotaExceeded, "your disk quota is used up: make room and run again, nothing that was written is lost"),
        (ErrorKind::PermissionDenied, "check who owns the folder, or write elsewhere with `--output`"),
        (ErrorKind::ReadOnlyFilesystem, "the file system is read-only: write elsewhere with `--output`"),
        (ErrorKind::NotFound, "the file is gone: was it moved while gleaner ran?"),
    ];
    HINTS.iter().find(|(known, _)| *known == kind).map(|(_, hint)| *hint)
}

/// Makes an [`Error::Io`] of the system's answer.
fn io_error(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |source| Error::Io { action, path, source }
}
