//! What every format is: something that takes documents one at a time. Opens no files, and knows no format.

use std::io::{self, Write};

use super::document::ExportDocument;
use gleaner_extract::base::time::Timestamp;

/// Writes documents in one format, as they come: memory does not grow with their number, unless the format says so.
pub trait Exporter {
    /// Writes one document.
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()>;

    /// Writes what comes after the last document. Nothing is written after it.
    fn finish(&mut self) -> io::Result<()>;
}

/// What is said of an export as a whole, in the formats that have a place for it.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// What it is called.
    pub title: &'a str,
    /// Where it can be found, if it is on the web.
    pub url: Option<&'a str>,
    /// When it is made.
    pub now: Timestamp,
}

/// Begins an export in one format.
pub type Open = for<'a> fn(&'a mut dyn Write, About<'a>) -> io::Result<Box<dyn Exporter + 'a>>;

/// A format that is one file or stream.
#[derive(Clone, Copy, Debug)]
pub struct FileFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// The ends of file names, the preferred one first.
    pub extensions: &'static [&'static str],
    /// Whether the file may be compressed as a whole. Formats that compress by themselves may not.
    pub is_compressible: bool,
    /// Whether it is a feed: a list of what is new, with the latest first.
    pub is_feed: bool,
    /// Begins an export.
    pub open: Open,
}
