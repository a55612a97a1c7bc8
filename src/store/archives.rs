//! Archives that were read to the end without failures: one small file each, `.gleaner/archives/<hash>.json`, so that an unchanged archive is not
//! read again.
//!
//! This is a cache like the index and is deleted with it: after a rebuild, every archive is read again. An archive is unchanged if its size,
//! modification time, first and last bytes are, and if everything that affects its documents is.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::failure::{Error, io_error, is_not_found};
use super::layout::Layout;
use super::{atomic, checksummed};
use crate::files;
use gleaner_extract::base::hash::ContentHash;

/// Bytes at each end of an archive that are compared.
const END_BYTES: u64 = 64 << 10;

/// Largest record of an archive.
const MAX_BYTES: u64 = 64 << 10;

/// What is recorded about an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishedArchive {
    /// The archive's key (see [`Layout::key`]).
    pub archive: String,
    /// Hash of everything that affects the documents made from its pages.
    pub stamp: ContentHash,
    /// The file before it was read.
    #[serde(rename = "face")]
    pub fingerprint: FileFingerprint,
    /// Number of pages.
    pub pages: u64,
}

/// The properties by which a change to a file is noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileFingerprint {
    /// Size in bytes.
    size: u64,
    /// Modification time: nanoseconds since 1970, as a decimal string.
    modified: String,
    /// Hash of the first and last bytes.
    ends: ContentHash,
}

impl FileFingerprint {
    /// Reads the properties of a file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut file = files::open(path)?;
        let metadata = file.metadata()?;
        let modified = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string();
        let (size, mut first, mut last) = (metadata.len(), Vec::new(), Vec::new());
        file.by_ref().take(END_BYTES).read_to_end(&mut first)?;
        file.seek(SeekFrom::Start(size.saturating_sub(END_BYTES)))?;
        file.take(END_BYTES).read_to_end(&mut last)?;
        Ok(Self { size, modified, ends: ContentHash::of_parts([first.as_slice(), &last]) })
    }
}

/// What is recorded about an archive, if anything. A record that cannot be read does not count.
pub fn find(layout: &Layout, archive: &str) -> Option<FinishedArchive> {
    let bytes = atomic::read(&record_path(layout, archive), MAX_BYTES).ok()?;
    checksummed::decode(&bytes).ok().map(|(found, _): (FinishedArchive, _)| found).filter(|found| found.archive == archive)
}

/// Records an archive. Call it once everything made from the archive is in the corpus.
pub fn record(layout: &Layout, finished: &FinishedArchive) -> Result<(), Error> {
    let path = record_path(layout, &finished.archive);
    path.parent().map_or(Ok(()), atomic::make_dir)?;
    let checksummed = checksummed::encode(finished).map_err(|error| io_error("write", &path)(error.into()))?;
    atomic::write_single(&path, &checksummed.bytes)
}

/// Deletes the records of all archives.
pub(super) fn clear(layout: &Layout) -> Result<(), Error> {
    let folder = folder(layout);
    match fs::remove_dir_all(&folder) {
        Err(error) if !is_not_found(&error) => Err(io_error("remove", &folder)(error)),
        _ => Ok(()),
    }
}

fn folder(layout: &Layout) -> PathBuf {
    layout.state.join("archives")
}

fn record_path(layout: &Layout, archive: &str) -> PathBuf {
    folder(layout).join(format!("{}.json", ContentHash::of(archive)))
}
