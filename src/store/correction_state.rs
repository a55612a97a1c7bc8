//! What is known of the corrections of a document by hand: those that there are, and those that were applied. Reads and writes no files.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::failure::Error;
use gleaner_extract::article::corrections::{Correction, ReaderVerdict};
use gleaner_extract::base::hash::ContentHash;

/// The corrections that there are of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StoredCorrections {
    /// There is no file.
    #[default]
    None,
    /// They were read.
    Read {
        /// SHA-256 of the file.
        sha256: ContentHash,
        /// The corrections.
        corrections: Vec<Correction>,
    },
    /// They cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// What became of the corrections of a document when it was cleaned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppliedCorrections {
    /// SHA-256 of their file.
    pub sha256: ContentHash,
    /// Number of blocks that were kept by them.
    pub restored: usize,
    /// Number of blocks that were cut by them.
    pub cut: usize,
    /// Number of corrections whose block is not on the page any more.
    pub unmatched: usize,
}

impl StoredCorrections {
    /// The corrections, and the hash of their file if there is one.
    pub fn into_read(self) -> Result<(Option<ContentHash>, Vec<Correction>), Error> {
        match self {
            Self::None => Ok((None, Vec::new())),
            Self::Read { sha256, corrections } => Ok((Some(sha256), corrections)),
            Self::Unreadable { path, reason } => Err(Error::Corrections { path, reason }),
        }
    }
}

impl AppliedCorrections {
    /// Sums up, given the block that each correction was applied to.
    pub fn of(sha256: ContentHash, corrections: &[Correction], found: &[Option<usize>]) -> Self {
        let count = |verdict: ReaderVerdict| {
            let of_verdict = corrections.iter().zip(found).filter(|(correction, _)| correction.verdict == verdict);
            of_verdict.filter(|(_, found)| found.is_some()).count()
        };
        let unmatched = found.iter().filter(|found| found.is_none()).count();
        Self { sha256, restored: count(ReaderVerdict::Restore), cut: count(ReaderVerdict::Cut), unmatched }
    }
}
