//! Archives as inputs of a pass: every page of them, read one after the other while earlier ones are cleaned.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use super::Setup;
use super::clean::Again;
use super::pass::Task;
use super::prepare::outcome_of;
use super::refusal::refused;
use crate::ingest::archive::{Archive, detect_file, is_stream};
use crate::ingest::{self, Error};
use crate::outcome::Outcome;
use crate::store::Layout;
use crate::store::archives::{self, FileFingerprint, FinishedArchive};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{Origin, RawDocument};

/// How archives are read.
#[derive(Clone, Debug)]
pub struct Reading {
    layout: Layout,
    /// Most bytes of a page.
    cap: usize,
    /// Hash of all that shapes what becomes of a page.
    stamp: ContentHash,
    again: Again,
}

impl Reading {
    /// As this run does it.
    pub fn of(setup: &Setup, again: Again) -> Self {
        let (cleaner, cap) = (setup.cleaner(), setup.config.page.max_bytes);
        let shaped = format!("{cleaner:?} {cap} {:?}", setup.config.fetch.reservations);
        Self { layout: setup.layout.clone(), cap, stamp: ContentHash::of(shaped), again }
    }

    /// What a file stands for: itself, or the pages in it and a word that they were all. An archive that has not changed since all of its
    /// pages were taken is not read.
    pub fn tasks_of(&self, path: PathBuf) -> Box<dyn Iterator<Item = Task>> {
        let Some(format) = detect_file(&path) else { return once(Task::File(path)) };
        let origin = Origin::File(path.clone());
        let (archive, fingerprint) = (self.layout.key(&path), FileFingerprint::of(&path).ok());
        let known = archives::find(&self.layout, &archive).filter(|_| self.again == Again::Changed);
        if let Some(note) = known.filter(|note| note.stamp == self.stamp && Some(&note.fingerprint) == fingerprint.as_ref()) {
            return once(Task::Settled(origin, Outcome::AllUnchanged { pages: note.pages }));
        }
        let pages = match Archive::open(&path, format, self.cap) {
            Ok(archive) => or_nothing(origin, archive.map(|page| task(page, Task::Capture))),
            Err(error) => once(settled(&error)),
        };
        let stamp = self.stamp;
        let end = fingerprint
            .map(|fingerprint| Task::ReadThrough(path, Box::new(FinishedArchive { archive, stamp, fingerprint, pages: 0 })));
        Box::new(pages.chain(end))
    }
}

fn once(task: Task) -> Box<dyn Iterator<Item = Task>> {
    Box::new(std::iter::once(task))
}

/// The pages; where there are none, that is said of the archive.
fn or_nothing<'a>(origin: Origin, pages: impl Iterator<Item = Task> + 'a) -> Box<dyn Iterator<Item = Task> + 'a> {
    let mut pages = pages.peekable();
    match pages.peek() {
        Some(_) => Box::new(pages),
        None => Box::new(std::iter::once(Task::Settled(origin, refused("it is an archive without pages")))),
    }
}

/// The pages of a stream, if it is a web archive. Nobody else has them, so they are kept like fetched ones.
pub fn stream<'a>(mut stream: impl BufRead + 'a, cap: usize) -> Result<Box<dyn Iterator<Item = Task> + 'a>, impl BufRead + 'a> {
    // A stream that cannot be read is told by who reads it as a list.
    let is_archive = stream.fill_buf().is_ok_and(is_stream);
    if !is_archive {
        return Err(stream);
    }
    Ok(match Archive::from_stream(Path::new("<stdin>"), stream, cap) {
        Ok(archive) => or_nothing(Origin::Stdin, archive.map(|page| task(page, Task::Passing))),
        Err(error) => Box::new(std::iter::once(settled(&error))),
    })
}

fn task(page: Result<RawDocument, Error>, way: impl FnOnce(Box<RawDocument>) -> Task) -> Task {
    page.map_or_else(|error| settled(&error), |page| way(Box::new(page)))
}

/// An input that came to nothing.
pub fn settled(error: &Error) -> Task {
    Task::Settled(error.origin(), outcome_of(error))
}

/// Tells place and hash of every page of an archive that can be read, for [`crate::store::verify`].
pub fn hashes(path: &Path, cap: usize, tell: &mut dyn FnMut(&str, ContentHash)) -> io::Result<()> {
    let format = detect_file(path).ok_or(io::ErrorKind::InvalidData)?;
    let archive = Archive::open(path, format, cap).map_err(io::Error::other)?;
    for page in archive.flatten() {
        tell(page.origin.place().unwrap_or_default(), page.hash);
    }
    Ok(())
}

/// Reads a body where it lies: in a file, or in an archive at a place.
pub fn read(path: &Path, place: Option<&str>, cap: usize) -> Result<RawDocument, Error> {
    match place {
        Some(place) => ingest::archive::read_page(path, place, cap),
        None if detect_file(path).is_some() => Err(Error::Many { path: path.to_path_buf() }),
        None => ingest::file::read(path, cap),
    }
}
