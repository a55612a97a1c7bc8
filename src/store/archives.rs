//! Archives that were read to their end with nothing left to do: `.gleaner/archives/<hash>.json`, one small file each, so that a run need not read
//! a gigabyte again to learn that nothing changed.
//!
//! A cache like the index, and dropped with it: whenever the index is built anew, every archive is read again. An archive counts as unchanged
//! where its size, its time of change and its ends are the same, and so is all that shapes what becomes of its pages.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::{Error, Layout, atomic, checksummed, io_error};
use gleaner_extract::base::hash::ContentHash;

/// Bytes at either end of an archive that are compared.
const END: u64 = 64 << 10;

/// Longest note.
const MAX_NOTE: u64 = 64 << 10;

/// What is remembered of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Its key (see [`Layout::key`]).
    pub archive: String,
    /// Hash of all that shapes what becomes of its pages.
    pub stamp: ContentHash,
    /// How it looked before it was read.
    pub face: Face,
    /// Pages in it.
    pub pages: u64,
}

/// How a file looks from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Face {
    /// Bytes.
    size: u64,
    /// Its last change: nanoseconds since 1970, as digits.
    modified: String,
    /// Hash of its first and last bytes.
    ends: ContentHash,
}

impl Face {
    /// Looks at a file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let facts = file.metadata()?;
        let modified = facts.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string();
        let (size, mut first, mut last) = (facts.len(), Vec::new(), Vec::new());
        file.by_ref().take(END).read_to_end(&mut first)?;
        file.seek(SeekFrom::Start(size.saturating_sub(END)))?;
        file.take(END).read_to_end(&mut last)?;
        Ok(Self { size, modified, ends: ContentHash::of_parts([first.as_slice(), &last]) })
    }
}

/// What is remembered of an archive, if anything. A note that cannot be read is none.
pub fn known(layout: &Layout, archive: &str) -> Option<Note> {
    let bytes = atomic::read(&place(layout, archive), MAX_NOTE).ok()?;
    checksummed::open(&bytes).ok().map(|(note, _): (Note, _)| note).filter(|note| note.archive == archive)
}

/// Remembers an archive. To be called when all that was made of it is in the corpus.
pub fn remember(layout: &Layout, note: &Note) -> Result<(), Error> {
    let path = place(layout, &note.archive);
    path.parent().map_or(Ok(()), atomic::make_dir)?;
    let checksummed = checksummed::seal(note).map_err(|error| io_error("write", &path)(error.into()))?;
    atomic::write_alone(&path, &checksummed.bytes)
}

/// Forgets all archives.
pub(super) fn forget(layout: &Layout) -> Result<(), Error> {
    let folder = folder(layout);
    match fs::remove_dir_all(&folder) {
        Err(error) if !atomic::is_absence(&error) => Err(io_error("remove", &folder)(error)),
        _ => Ok(()),
    }
}

fn folder(layout: &Layout) -> PathBuf {
    layout.state.join("archives")
}

fn place(layout: &Layout, archive: &str) -> PathBuf {
    folder(layout).join(format!("{}.json", ContentHash::of(archive)))
}
