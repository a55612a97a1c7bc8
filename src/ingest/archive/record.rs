//! The types that all archive formats share: items, damage and limits, and the trait and the table row that a format provides. Depends on no
//! format.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use url::Url;

use crate::ingest::failure::Error;
use gleaner_extract::document::RawDocument;

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

/// Why an item does not become a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// It describes other records: requests, revisits, metadata.
    RecordType,
    /// It is an error, a redirect or a partial response.
    Status,
    /// It is an image, a script, a feed or another file that is not a page.
    MediaType,
}

/// An item, or the rest of an archive, that cannot be read.
#[derive(Debug)]
pub struct Damage {
    /// The place in the archive where the item starts.
    pub place: String,
    /// What is wrong with it: a fragment that follows a colon.
    pub reason: String,
}

/// The archive that is being read, and its limits.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveContext<'a> {
    /// The archive, as the user named it.
    pub path: &'a Path,
    /// Most bytes of a page, decoded.
    pub max_page_bytes: usize,
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
    /// Whether a file that starts with these bytes, decompressed, has this format.
    pub detect: fn(&[u8]) -> bool,
    /// Whether a compressed file can be read, too.
    pub may_be_compressed: bool,
    /// Opens a file, which may be compressed if the format allows it.
    pub open_file: OpenFile,
    /// How it is read from a stream; `None` if it can only be read from a file.
    pub stream: Option<StreamFormat>,
}

/// How an archive format is read from a stream, such as standard input.
pub struct StreamFormat {
    /// Whether a stream that starts with these bytes, compressed or not, is taken for this format.
    pub detect: fn(&[u8]) -> bool,
    /// Opens a stream.
    pub open: OpenStream,
}

/// Opens a file as an archive. The path is for errors; the number is the most bytes of a page.
pub type OpenFile = fn(&Path, File, usize) -> Result<Box<dyn ArchiveReader>, Error>;

/// Opens a stream as an archive.
pub type OpenStream = for<'a> fn(Box<dyn Read + 'a>) -> io::Result<Box<dyn ArchiveReader + 'a>>;
