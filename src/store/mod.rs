//! The corpus on disk: raw pages, clean text with sidecars, the index, the journal and the lock. Files are the truth, the
//! database is a cache.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::hash::ContentHash;
use crate::base::time::Timestamp;
use crate::document::{Article, DocumentId, RawDocument, Removal};

/// Where a corpus keeps its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Paths of raw files are stored relative to it where they lie below it.
    pub root: PathBuf,
    /// Raw pages, the user's and fetched ones.
    pub raw: PathBuf,
    /// Clean text and sidecars.
    pub clean: PathBuf,
    /// Run journals.
    pub log: PathBuf,
    /// Index, lock and temporary files.
    pub state: PathBuf,
}

impl Layout {
    /// The layout of the corpus at `root`: `raw/`, `clean/`, `log/`, `.gleaner/`.
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            raw: root.join("raw"),
            clean: root.join("clean"),
            log: root.join("log"),
            state: root.join(".gleaner"),
        }
    }

    /// The same corpus root with clean text in another folder, which then holds index, lock and journals too.
    pub fn with_output(mut self, out: &Path) -> Self {
        self.clean = out.to_path_buf();
        self.state = out.join(".gleaner");
        self.log = self.state.join("log");
        self
    }
}

/// What a document is known by before it is cleaned: a canonical URL, or a file's path (relative to the root where it lies below it,
/// `/` as separator).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceKey(pub String);

/// The version of everything that shapes clean text. A document whose stamp differs is cleaned again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cleaner {
    /// gleaner's version.
    pub version: String,
    /// The labeller's model, or `rules` for the rule-based one.
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
pub struct Known {
    /// The document.
    pub id: DocumentId,
    /// The raw body it was last cleaned from.
    pub raw: RawRef,
    /// The cleaner's stamp at that time; `None` where it must be cleaned again whatever the stamp says.
    pub cleaner: Option<Cleaner>,
    /// Hash of the clean text.
    pub text_sha256: ContentHash,
    /// The document that holds the text, where this one is a copy.
    pub copy_of: Option<DocumentId>,
    /// `ETag` of the last answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
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
    /// Its addresses.
    pub urls: Urls,
    /// When it was fetched; `None` for files.
    pub fetched_at: Option<Timestamp>,
    /// The clean text and metadata.
    pub article: Article,
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
    /// The text changed; the earlier version lies under `clean/.versions/`.
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
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        None
    }
}

/// The corpus, opened for writing under its lock.
pub struct Store {}

impl Store {
    /// Takes the lock (fails at once with [`Error::Locked`]), sweeps temporary files of a killed run, opens the index and rebuilds
    /// it where the last run did not close it.
    pub fn open(layout: &Layout, now: Timestamp) -> Result<Self, Error> {
        let _ = (layout, now);
        Ok(Self {})
    }

    /// What the corpus knows of a source.
    pub fn known(&self, source: &SourceKey) -> Result<Option<Known>, Error> {
        let _ = source;
        Ok(None)
    }

    /// The lasting identity of a source: that of the canonical URL, or for a file the hash of its first content; a document that is
    /// known keeps its identity. Salted where another source holds the identity already.
    pub fn identify(&self, source: &SourceKey, raw: &RawDocument) -> Result<DocumentId, Error> {
        let _ = source;
        Ok(DocumentId(raw.hash))
    }

    /// Keeps a fetched body, immutable, under `raw/<site>/`.
    pub fn keep_raw(&mut self, raw: &RawDocument) -> Result<RawRef, Error> {
        Ok(RawRef { sha256: raw.hash, path: String::new() })
    }

    /// Writes a document: text, then sidecar (the commit point), then index.
    pub fn put(&mut self, document: &NewDocument) -> Result<Put, Error> {
        let _ = document;
        Ok(Put::New)
    }

    /// Sources whose text was held by a document that has changed since: they must be cleaned again in this run.
    pub fn stale(&self) -> Result<Vec<SourceKey>, Error> {
        Ok(Vec::new())
    }

    /// Marks the index as whole. A run that ends without it has the index rebuilt next time.
    pub fn close(self) -> Result<(), Error> {
        Ok(())
    }
}
