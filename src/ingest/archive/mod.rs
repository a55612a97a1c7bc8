//! Archives: files that hold many pages. Each format is one module and one row of `FORMATS`; this module only walks the table.
//!
//! A format is recognised by the first bytes of a file. Pages are read one after another in constant memory. Each has a place in its
//! archive (`crawl.warc.gz#1234`) by which it can be read again. A damaged page is an error at its place, and reading continues after it.

pub mod columns;
mod csv_rows;
mod epub;
mod har;
mod json_lines;
mod mbox;
mod packed_file;
mod record;
mod redirects;
mod row;
mod source;
mod tar_pages;
mod warc;
mod zip_pages;

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use self::columns::Columns;
use self::record::{Access, ArchiveContext, ArchiveItem, ArchiveReader, Damage, ReadSeek, SkipReason};
use self::redirects::RedirectMap;
use self::source::ArchiveSource;
use super::failure::Error;
use super::kept;
use crate::files;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::document::RawDocument;
use gleaner_warc::budget::Budget;
use gleaner_warc::compression::Compression;

pub use self::record::ArchiveFormat;
pub use self::source::ArchiveOptions;

/// Every archive format, in the order in which they are tried.
const FORMATS: &[ArchiveFormat] = &[
    warc::FORMAT,
    har::FORMAT,
    epub::FORMAT,
    mbox::FORMAT,
    zip_pages::FORMAT,
    tar_pages::FORMAT,
    json_lines::FORMAT,
    csv_rows::FORMAT,
];

/// Decompressed bytes by which a format is recognised.
const DETECTION_BYTES: u64 = 16 << 10;

/// The format of an archive whose content starts with `start`; `None` if it is not an archive.
fn detect(start: &[u8], file: &mut dyn ReadSeek, columns: &Columns) -> Option<&'static ArchiveFormat> {
    let mut fitting = FORMATS.iter().filter(|format| (format.detect)(start, columns));
    fitting.find(|format| file.rewind().is_ok() && (format.confirm)(file))
}

/// The format of an archive in memory, decompressed.
pub fn detect_bytes(bytes: &[u8]) -> Option<&'static ArchiveFormat> {
    let start = bytes.get(..DETECTION_BYTES as usize).unwrap_or(bytes);
    detect(start, &mut io::Cursor::new(bytes), &Columns::default())
}

/// The format of a file; `None` if it is not an archive, or is a page that gleaner keeps. A file that cannot be read is an error: taken for a
/// page, all of an archive would become one document.
pub fn detect_file(path: &Path, columns: &Columns) -> Result<Option<&'static ArchiveFormat>, Error> {
    if kept::sidecar(path).is_some_and(|sidecar| sidecar.is_file()) || !path.is_file() {
        return Ok(None);
    }
    let file = files::open(path).map_err(|source| Error::unopened(path, source))?;
    detect_content(file, columns).map_err(|source| Error::Io { path: path.to_path_buf(), source })
}

fn detect_content(mut file: File, columns: &Columns) -> io::Result<Option<&'static ArchiveFormat>> {
    let mut raw_start = Vec::new();
    (&mut file).take(Compression::DETECTION_BYTES as u64).read_to_end(&mut raw_start)?;
    file.rewind()?;
    let start = source::start(&mut file, DETECTION_BYTES)?;
    let is_compressed = Compression::detect(&raw_start).is_some();
    Ok(detect(&start, &mut file, columns).filter(|format| !is_compressed || format.access == Access::Sequential))
}

/// The pages of an archive, in order.
pub struct Archive<'a> {
    path: PathBuf,
    format: &'static ArchiveFormat,
    max_page_bytes: usize,
    budget: Budget,
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
    /// Opens a file of this format (see [`detect_file`]). Larger pages than allowed are errors.
    pub fn open(path: &Path, format: &'static ArchiveFormat, options: &ArchiveOptions) -> Result<Self, Error> {
        let file = files::open(path).map_err(|source| Error::unopened(path, source))?;
        Self::new(format, ArchiveSource::file(path, file, options)?)
    }

    /// Opens a stream if it is an archive, and gives it back with all of its bytes if it is not; `name` stands for its path. Of a list of URLs no
    /// more is read than its first line.
    pub fn from_stream<R: Read + Send + 'a>(
        name: &Path,
        mut stream: R,
        options: &ArchiveOptions,
    ) -> Result<Result<Self, Error>, impl Read + use<'a, R>> {
        let mut seen = source::first_line(&mut stream);
        let mut found = None;
        if !seen.starts_with(b"http") {
            let mut more = Vec::new();
            let recording = Recording { inner: &mut stream, seen: &mut more };
            // A stream that cannot be read is reported when it is read for something else.
            let start = source::start(io::Cursor::new(&seen).chain(recording), DETECTION_BYTES).unwrap_or_default();
            seen.extend(more);
            let mut formats = FORMATS.iter().filter(|format| format.access == Access::Sequential);
            found = formats.find(|format| (format.detect)(&start, &options.columns));
        }
        let stream = io::Cursor::new(seen).chain(stream);
        match found {
            Some(format) => Ok(Self::new(format, ArchiveSource::stream(name, stream, options))),
            None => Err(stream),
        }
    }

    fn new(format: &'static ArchiveFormat, source: ArchiveSource<'a>) -> Result<Self, Error> {
        let (path, max_page_bytes, budget) = (source.path.clone(), source.max_page_bytes, source.budget().clone());
        let opened = (format.open)(source);
        let reader = opened.map_err(|error| match budget.check() {
            Err(exceeded) => Error::Exceeded { path: path.clone(), exceeded },
            Ok(()) => error,
        })?;
        let (redirects, skipped) = (RedirectMap::default(), SkipCounts::default());
        Ok(Self { path, format, max_page_bytes, budget, reader, redirects, skipped })
    }

    /// The next item. Every item and every page counts towards the archive's budget; what exceeds it is its last item.
    fn next_item(&mut self) -> Option<Result<ArchiveItem, Error>> {
        if self.budget.check().is_err() {
            return None;
        }
        let context = ArchiveContext {
            budget: &self.budget,
            path: &self.path,
            max_page_bytes: self.max_page_bytes,
            is_archive: |bytes| detect_bytes(bytes).is_some(),
        };
        let item = self.reader.next_item(context)?;
        let _ = self.budget.item();
        if let Ok(ArchiveItem::Page(page)) = &item {
            let _ = self.budget.page(page.bytes.len());
        }
        if let Err(exceeded) = self.budget.check() {
            return Some(Err(Error::Exceeded { path: self.path.clone(), exceeded }));
        }
        Some(item.map_err(|Damage { place, reason }| Error::Member { archive: self.path.clone(), place, reason }))
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
                Some(Err(error)) => return Some(Err(error)),
                None => {
                    self.log_skipped();
                    return None;
                }
            }
        }
    }
}

/// Reads a stream, and remembers what was read.
struct Recording<'r, R> {
    inner: &'r mut R,
    seen: &'r mut Vec<u8>,
}

impl<R: Read> Read for Recording<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.seen.extend_from_slice(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// Reads one page of an archive by its place. Redirects are not applied: they were when the archive was read.
pub fn read_page(path: &Path, place: &str, max_page_bytes: usize) -> Result<RawDocument, Error> {
    let failed = |reason: String| Error::Member { archive: path.to_path_buf(), place: place.to_owned(), reason };
    // Only a table has its columns in a place.
    let columns = Columns::of_place(place).map(|(_, columns)| columns).unwrap_or_default();
    let format = detect_file(path, &columns)?.ok_or_else(|| match files::open(path) {
        Ok(_) => Error::NotAnArchive { path: path.to_path_buf(), place: place.to_owned() },
        Err(source) => Error::unopened(path, source),
    })?;
    let mut archive = Archive::open(path, format, &ArchiveOptions { max_page_bytes, columns })?;
    let found = archive.reader.seek_to(place).map_err(|error| failed(error.to_string()))?;
    match if found { archive.next_item() } else { None } {
        Some(Ok(ArchiveItem::Page(page))) if page.origin.place() == Some(place) => Ok(*page),
        Some(Err(Error::Member { reason, .. })) => Err(failed(reason)),
        Some(Err(error)) => Err(error),
        _ => Err(failed("there is no page at this place".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_recognises_its_own_files_only() {
        let mut tar = tar::Header::new_ustar();
        tar.set_path("a.html").unwrap();
        tar.set_size(3);
        tar.set_cksum();
        let starts: [(&str, &[u8]); 8] = [
            ("WARC", b"WARC/1.0\r\nWARC-Type: warcinfo\r\n"),
            ("HAR", b"\xef\xbb\xbf { \"log\": {\"entries\": []}}"),
            ("EPUB", b"PK\x03\x04....................\0\0....mimetypeapplication/epub+zip"),
            ("mbox", b"From a@b.example Fri May  3 08:00:00 2024\nMessage-ID: <1@b.example>\nFrom: a\n\n"),
            ("ZIP", b"PK\x03\x04....................\0\0....news/a.html"),
            ("tar", tar.as_bytes()),
            ("JSON Lines", b"{\"url\": \"https://a.example/\", \"html\": \"<p>A story."),
            ("CSV", b"url,text\nhttps://a.example/,\"A story"),
        ];
        assert_eq!(FORMATS.iter().map(|format| format.name).collect::<Vec<_>>(), starts.map(|(name, _)| name));
        for (name, start) in starts {
            let fitting = FORMATS.iter().filter(|format| (format.detect)(start, &Columns::default()));
            let fitting: Vec<_> =
                fitting.map(|format| format.name).filter(|fitting| *fitting != "ZIP" || name == "ZIP").collect();
            assert_eq!(fitting, [name]);
        }
        assert!(detect_bytes(b"<!doctype html><p>A page.").is_none());
    }
}
