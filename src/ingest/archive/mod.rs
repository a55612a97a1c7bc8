//! Archives: files that hold many pages. Each format is one module and one row of `FORMATS`; this module only walks the table.
//!
//! A format is recognised by the first bytes of a file. Pages are read one after another in constant memory. Each has a place in its
//! archive (`crawl.warc.gz#1234`) by which it can be read again. A damaged page is an error at its place, and reading continues after it.

mod epub;
mod har;
mod input;
mod mbox;
mod members;
mod record;
mod redirects;
mod warc;

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use self::input::ArchiveInput;
use self::members::{DICTIONARY_FRAME, Members};
use self::record::{ArchiveContext, ArchiveItem, ArchiveReader, Damage, SkipReason};
use self::redirects::RedirectMap;
use super::compression::Compression;
use super::failure::Error;
use super::kept;
use crate::files;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::document::RawDocument;

pub use self::record::ArchiveFormat;

/// Every archive format, in the order in which they are tried.
const FORMATS: &[ArchiveFormat] = &[warc::FORMAT, har::FORMAT, epub::FORMAT, mbox::FORMAT];

/// Decompressed bytes by which a format is recognised.
const DETECTION_BYTES: u64 = 4 << 10;

/// The format of an archive that starts with these decompressed bytes; `None` if it is not an archive.
pub fn detect(start: &[u8]) -> Option<&'static ArchiveFormat> {
    FORMATS.iter().find(|format| (format.detect)(start))
}

/// The format of a file; `None` if it is not an archive, or is a page that gleaner keeps. A file that cannot be read is an error: taken for a
/// page, all of an archive would become one document.
pub fn detect_file(path: &Path) -> Result<Option<&'static ArchiveFormat>, Error> {
    if kept::sidecar(path).is_some_and(|sidecar| sidecar.is_file()) || !path.is_file() {
        return Ok(None);
    }
    detect_content(path).map_err(|source| Error::Io { path: path.to_path_buf(), source })
}

fn detect_content(path: &Path) -> io::Result<Option<&'static ArchiveFormat>> {
    let mut start = Vec::new();
    files::open(path)?.take(DETECTION_BYTES).read_to_end(&mut start)?;
    if Compression::detect(&start).is_none() && !start.starts_with(DICTIONARY_FRAME) {
        return Ok(detect(&start));
    }
    start.clear();
    let opened = Members::new(ArchiveInput::new(files::open(path)?)).and_then(|mut members| members.open().map(|_| members));
    // A truncated beginning is enough to recognise the format.
    match opened.and_then(|members| members.take(DETECTION_BYTES).read_to_end(&mut start)) {
        Err(error) if error.raw_os_error().is_some() => Err(error),
        _ => Ok(detect(&start).filter(|format| format.may_be_compressed)),
    }
}

/// Whether a stream that starts with these bytes can be read with [`Archive::from_stream`].
pub fn is_stream(start: &[u8]) -> bool {
    FORMATS.iter().filter_map(|format| format.stream.as_ref()).any(|stream| (stream.detect)(start))
}

/// The pages of an archive, in order.
pub struct Archive<'a> {
    path: PathBuf,
    format: &'static ArchiveFormat,
    max_page_bytes: usize,
    reader: Box<dyn ArchiveReader + 'a>,
    redirects: RedirectMap,
    skipped: SkipCounts,
}

/// Numbers of items that do not become documents.
#[derive(Debug, Default)]
struct SkipCounts {
    record_types: u64,
    statuses: u64,
    media_types: u64,
}

impl SkipCounts {
    fn add(&mut self, reason: SkipReason) {
        *match reason {
            SkipReason::RecordType => &mut self.record_types,
            SkipReason::Status => &mut self.statuses,
            SkipReason::MediaType => &mut self.media_types,
        } += 1;
    }
}

impl<'a> Archive<'a> {
    /// Opens a file of this format (see [`detect_file`]). Larger pages than `max_page_bytes` are errors.
    pub fn open(path: &Path, format: &'static ArchiveFormat, max_page_bytes: usize) -> Result<Self, Error> {
        let file = files::open(path).map_err(|source| Error::unopened(path, source))?;
        let reader = (format.open_file)(path, file, max_page_bytes)?;
        Ok(Self::new(path, format, reader, max_page_bytes))
    }

    /// Opens a stream for which [`is_stream`] holds; `name` stands for its path.
    pub fn from_stream(name: &Path, mut stream: impl BufRead + 'a, max_page_bytes: usize) -> Result<Self, Error> {
        let failed = |source| Error::Io { path: name.to_path_buf(), source };
        let start = stream.fill_buf().map_err(failed)?;
        let streams = FORMATS.iter().filter_map(|format| Some((format, format.stream.as_ref()?)));
        let mut fitting = streams.filter(|(_, stream)| (stream.detect)(start));
        let (format, found) = fitting.next().ok_or_else(|| failed(io::ErrorKind::InvalidData.into()))?;
        let reader = (found.open)(Box::new(stream)).map_err(failed)?;
        Ok(Self::new(name, format, reader, max_page_bytes))
    }

    fn new(path: &Path, format: &'static ArchiveFormat, reader: Box<dyn ArchiveReader + 'a>, max_page_bytes: usize) -> Self {
        let (redirects, skipped) = (RedirectMap::default(), SkipCounts::default());
        Self { path: path.to_path_buf(), format, max_page_bytes, reader, redirects, skipped }
    }

    fn next_item(&mut self) -> Option<Result<ArchiveItem, Damage>> {
        self.reader.next_item(ArchiveContext { path: &self.path, max_page_bytes: self.max_page_bytes })
    }

    fn log_skipped(&mut self) {
        let (path, format) = (path_text(&self.path), self.format.name);
        let SkipCounts { record_types, statuses, media_types } = std::mem::take(&mut self.skipped);
        if record_types + statuses + media_types > 0 {
            tracing::info!(
                "{path} ({format}): skipped {statuses} responses without a page, {media_types} files that are not pages and {record_types} other records"
            );
        }
    }
}

impl Iterator for Archive<'_> {
    type Item = Result<RawDocument, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.next_item() {
                Some(Ok(ArchiveItem::Page(mut page))) => {
                    page.http.iter_mut().for_each(|http| self.redirects.apply_to(http));
                    return Some(Ok(*page));
                }
                Some(Ok(ArchiveItem::Redirect { from, to })) => {
                    self.redirects.add(&from, &to);
                    self.skipped.add(SkipReason::Status);
                }
                Some(Ok(ArchiveItem::Skipped(reason))) => self.skipped.add(reason),
                Some(Err(Damage { place, reason })) => {
                    return Some(Err(Error::Member { archive: self.path.clone(), place, reason }));
                }
                None => {
                    self.log_skipped();
                    return None;
                }
            }
        }
    }
}

/// Reads one page of an archive by its place. Redirects are not applied: they were when the archive was read.
pub fn read_page(path: &Path, place: &str, max_page_bytes: usize) -> Result<RawDocument, Error> {
    let failed = |reason: String| Error::Member { archive: path.to_path_buf(), place: place.to_owned(), reason };
    let format = detect_file(path)?.ok_or_else(|| match files::open(path) {
        Ok(_) => failed("the file is not an archive".to_owned()),
        Err(source) => Error::unopened(path, source),
    })?;
    let mut archive = Archive::open(path, format, max_page_bytes)?;
    let found = archive.reader.seek_to(place).map_err(|error| failed(error.to_string()))?;
    match if found { archive.next_item() } else { None } {
        Some(Ok(ArchiveItem::Page(page))) if page.origin.place() == Some(place) => Ok(*page),
        Some(Err(Damage { reason, .. })) => Err(failed(reason)),
        _ => Err(failed("there is no page at this place".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_recognises_its_own_files_only() {
        let starts: &[(&str, &[u8])] = &[
            ("WARC", b"WARC/1.0\r\nWARC-Type: warcinfo\r\n"),
            ("HAR", b"\xef\xbb\xbf { \"log\": {\"entries\": []}}"),
            ("EPUB", b"PK\x03\x04....................\0\0....mimetypeapplication/epub+zip"),
            ("mbox", b"From a@b.example Fri May  3 08:00:00 2024\nMessage-ID: <1@b.example>\nFrom: a\n\n"),
        ];
        assert_eq!(FORMATS.iter().map(|format| format.name).collect::<Vec<_>>(), ["WARC", "HAR", "EPUB", "mbox"]);
        for (name, start) in starts {
            let fitting: Vec<_> = FORMATS.iter().filter(|format| (format.detect)(start)).map(|format| format.name).collect();
            assert_eq!(fitting, [*name]);
        }
        assert!(detect(b"<!doctype html><p>A page.").is_none());
    }
}
