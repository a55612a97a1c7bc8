//! The types that all archive formats share: items, damage and limits, and the trait and the table row that a format provides. Depends on no
//! format.

use std::io::{self, Read, Seek};
use std::path::Path;

use url::Url;

use super::columns::Columns;
use super::source::ArchiveSource;
use crate::ingest::failure::Error;
use gleaner_extract::document::RawDocument;
use gleaner_warc::budget::Budget;

pub use gleaner_warc::{Damage, SkipReason};

/// One item of an archive.
pub enum ArchiveItem {
    /// A page.
    Page(Box<RawDocument>),
    /// A response that redirects to another URL.
    Redirect {
        /// The requested URL.
        from: Url,
        /// The target.
        to: Url,
    },
    /// An item that does not become a document.
    Skipped(SkipReason),
}

/// The archive that is being read, and its limits.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveContext<'a> {
    /// What may still be decoded of the archive. Decoders take it; items and pages are counted where the reader is called.
    pub budget: &'a Budget,
    /// The archive, as the user named it.
    pub path: &'a Path,
    /// Most bytes of a page, decoded.
    pub max_page_bytes: usize,
    /// Whether the bytes of a file in it are an archive themselves.
    pub is_archive: fn(&[u8]) -> bool,
}

/// An open archive, read item by item in constant memory.
pub trait ArchiveReader {
    /// The next item; `None` at the end. Reading continues after damage.
    fn next_item(&mut self, context: ArchiveContext<'_>) -> Option<Result<ArchiveItem, Damage>>;

    /// Goes to the item at a place, as [`gleaner_extract::document::Origin::Member`] names it; false if there is none. Called at
    /// most once, before the first item.
    fn seek_to(&mut self, place: &str) -> io::Result<bool>;
}

/// A format of archives: one row of the table in [`super`].
pub struct ArchiveFormat {
    /// The format's name.
    pub name: &'static str,
    /// Whether a file that starts with these bytes, decompressed, has this format, given the columns that the user named.
    pub detect: fn(&[u8], &Columns) -> bool,
    /// Whether a file for which `detect` holds really has this format, if its start does not tell.
    pub confirm: fn(&mut dyn ReadSeek) -> bool,
    /// How its bytes are read.
    pub access: Access,
    /// Opens a file or stream.
    pub open: OpenArchive,
}

impl ArchiveFormat {
    /// Whether such a file may be compressed as a whole.
    pub fn is_sequential(&self) -> bool {
        self.access == Access::Sequential
    }
}

/// How the bytes of an archive are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Front to back: from a file or a stream, compressed or not.
    Sequential,
    /// By seeking: from a file that is not compressed.
    Random,
}

/// The bytes of a file, or in memory.
pub trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

/// Opens a file or stream as an archive.
pub type OpenArchive = for<'a> fn(ArchiveSource<'a>) -> Result<Box<dyn ArchiveReader + 'a>, Error>;
