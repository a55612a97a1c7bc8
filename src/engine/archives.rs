//! Archives as inputs: every page of an archive becomes a task, read one after the other while earlier ones are cleaned.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{BodyHash, Origin, RawDocument};

use super::options::Again;
use super::refusal;
use super::setup::Setup;
use super::task::{Task, Tasks, UnreadArchive, one};
use crate::ingest::archive::columns::Columns;
use crate::ingest::archive::{Archive, ArchiveFormat, ArchiveOptions, detect_file};
use crate::ingest::{self, Error};
use crate::outcome::{Outcome, Refusal};
use crate::store::Layout;
use crate::store::archives::{self, FileFingerprint, FinishedArchive};

/// Turns files into tasks.
#[derive(Clone, Debug)]
pub struct FileTasks {
    layout: Layout,
    options: ArchiveOptions,
    /// Hash of everything that shapes what becomes of a page.
    stamp: ContentHash,
    again: Again,
}

impl FileTasks {
    /// As this run does it.
    pub fn new(setup: &Setup, again: Again, columns: Columns) -> Self {
        let options = ArchiveOptions { max_page_bytes: setup.config.page.max_bytes, columns };
        let shaped = format!("{:?} {options:?} {:?}", setup.cleaner(), setup.config.fetch.reservations);
        Self { layout: setup.layout.clone(), options, stamp: ContentHash::of(shaped), again }
    }

    /// The file itself, or the pages of an archive and a task that ends it. An archive that has not changed since all of its pages were
    /// processed is not read.
    pub fn of(&self, path: PathBuf) -> Tasks<'static> {
        let format = match detect_file(&path, &self.options.columns) {
            Ok(Some(format)) => format,
            Ok(None) => return one(Task::File(path)),
            Err(error) => return one(unreadable(&error)),
        };
        let (archive, fingerprint) = (self.layout.key(&path), FileFingerprint::of(&path).ok());
        let finished = archives::find(&self.layout, &archive).filter(|_| self.again == Again::Changed);
        let is_same = |known: &FinishedArchive| known.stamp == self.stamp && Some(&known.fingerprint) == fingerprint.as_ref();
        if let Some(known) = finished.filter(is_same) {
            let (tasks, again) = (self.clone(), path.clone());
            // Opened only if it has to be.
            let tasks = Box::new(std::iter::once(()).flat_map(move |()| tasks.pages(again.clone(), format)));
            return one(Task::FinishedArchive(Box::new(UnreadArchive { path, known, tasks })));
        }
        self.pages(path, format)
    }

    /// The pages of an archive, and a task that ends it.
    fn pages(&self, path: PathBuf, format: &'static ArchiveFormat) -> Tasks<'static> {
        let origin = Origin::File(path.clone());
        let (archive, fingerprint) = (self.layout.key(&path), FileFingerprint::of(&path).ok());
        let pages = match Archive::open(&path, format, &self.options) {
            Ok(archive) => or_empty(origin, archive.map(|page| page_task(page, Task::FromArchive))),
            Err(error) => one(unreadable(&error)),
        };
        let stamp = self.stamp;
        let finished = fingerprint.map(|fingerprint| FinishedArchive { archive, stamp, fingerprint, pages: 0 });
        let end = finished.map(|finished| Task::ArchiveEnd(path, Box::new(finished)));
        Box::new(pages.chain(end))
    }
}

/// The pages of an archive; if there are none, a refusal of the archive.
fn or_empty<'a>(origin: Origin, pages: impl Iterator<Item = Task> + 'a) -> Tasks<'a> {
    let mut pages = pages.peekable();
    match pages.peek() {
        Some(_) => Box::new(pages),
        None => one(Task::Settled(origin, Outcome::Refused(Refusal::EmptyArchive))),
    }
}

/// The pages of a stream, if it is an archive; else the stream. Nothing else has these pages, so they are kept like fetched ones.
pub fn stream<'a, R: Read + Send + 'a>(stream: R, options: &ArchiveOptions) -> Result<Tasks<'a>, impl Read + use<'a, R>> {
    Archive::from_stream(Path::new("<stdin>"), stream, options).map(|archive| match archive {
        Ok(archive) => or_empty(Origin::Stdin, archive.map(|page| page_task(page, from_stream))),
        Err(error) => one(unreadable(&error)),
    })
}

/// A page that is kept as it was read, not as it was in the archive.
fn from_stream(mut page: Box<RawDocument>) -> Task {
    page.hash = BodyHash::default();
    Task::FromStream(page)
}

fn page_task(page: Result<RawDocument, Error>, task: impl FnOnce(Box<RawDocument>) -> Task) -> Task {
    page.map_or_else(|error| unreadable(&error), |page| task(Box::new(page)))
}

/// An input that cannot be read.
pub fn unreadable(error: &Error) -> Task {
    Task::Settled(error.origin(), refusal::of_read_error(error))
}

/// Calls `report` with the place and the hash of every page of an archive that can be read, for [`crate::store::verify`]. A table is read once for
/// each set of columns that the places of its documents name.
pub fn hashes(
    path: &Path,
    places: &[String],
    max_page_bytes: usize,
    report: &mut dyn FnMut(&str, ContentHash),
) -> io::Result<()> {
    let mut all: Vec<Columns> = Vec::new();
    for place in places {
        let columns = Columns::of_place(place).map(|(_, columns)| columns).unwrap_or_default();
        if !all.contains(&columns) {
            all.push(columns);
        }
    }
    for columns in all {
        let format = detect_file(path, &columns).map_err(io::Error::other)?.ok_or(io::ErrorKind::InvalidData)?;
        let archive = Archive::open(path, format, &ArchiveOptions { max_page_bytes, columns }).map_err(io::Error::other)?;
        for page in archive.flatten() {
            report(page.origin.place().unwrap_or_default(), page.hash());
        }
    }
    Ok(())
}

/// Reads the body of a file, or of the page at a place in an archive.
pub fn read(path: &Path, place: Option<&str>, max_bytes: usize) -> Result<RawDocument, Error> {
    match place {
        Some(place) => ingest::archive::read_page(path, place, max_bytes),
        None if detect_file(path, &Columns::default())?.is_some() => Err(Error::Many { path: path.to_path_buf() }),
        None => ingest::file::read(path, max_bytes),
    }
}
