//! The drop folder: what people and programs leave there is taken into the corpus by `run` and `clean`. A file is first linked to below `raw/`, and removed from
//! the folder only when the run is over: nothing is lost by a kill, and what was taken before a kill is known again by its content. A page with its URL
//! ([`PostedPage`]) is stored as a fetched one is.
//!
//! Files that may still be written to are left to the next run, and so are those named like downloads under way. Folders are left alone.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use url::Url;

use super::file_tasks::tasks_of_files;
use crate::engine::options::Again;
use crate::engine::task::{Task, Tasks};
use crate::engine::{Error, Event, Progress, RunReport, Setup};
use crate::files;
use crate::ingest::archive::columns::Columns;
use crate::ingest::posted::{PostedPage, is_named};
use crate::outcome::{Outcome, Stage};
use crate::store::archives::FileFingerprint;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Origin, RawDocument};

/// Where files from the drop folder are kept, below `raw/`.
const FOLDER: &str = "dropped";

/// Seconds for which a file must not have changed.
const SETTLED_S: i64 = 10;

/// Most files that one run takes.
const MAX_FILES: usize = 10_000;

/// Most files of the same name that differ.
const MAX_SAME_NAME: u32 = 1000;

/// The ends of the names of files that are being written, by browsers, `curl`, `rsync`, editors.
const UNFINISHED: &[&str] = &[".part", ".partial", ".crdownload", ".download", ".opdownload", ".tmp", ".temp", ".swp", "~"];

/// Bytes of JSON around a page.
const MAX_OVERHEAD: usize = 1 << 20;

/// What a run takes from the drop folder.
#[derive(Debug, Default)]
pub(super) struct Dropped {
    files: Vec<DroppedFile>,
    /// Pages that could not be stored.
    failed: Mutex<BTreeSet<Url>>,
}

#[derive(Debug)]
struct DroppedFile {
    path: PathBuf,
    found: Found,
}

/// What a file is, and what it was like when that was found out.
#[derive(Debug)]
enum Found {
    /// It is linked to from here.
    Linked(PathBuf, FileFingerprint),
    /// A page with its URL.
    Posted(Box<Url>, FileFingerprint),
    /// It cannot be taken.
    Unreadable(io::Error),
}

impl Dropped {
    /// Takes what lies in the drop folder, and the lock if there is anything. Nothing is removed yet.
    pub fn take(setup: &Setup) -> Result<Self, Error> {
        let Some(folder) = &setup.layout.drop else { return Ok(Self::default()) };
        let paths = settled(folder, setup.clock.now())?;
        if paths.is_empty() {
            return Ok(Self::default());
        }
        setup.hold_lock()?;
        let kept = setup.layout.raw.join(FOLDER);
        let take = |path: PathBuf| {
            let found = take_file(&path, &kept, setup.config.page.max_bytes).unwrap_or_else(Found::Unreadable);
            DroppedFile { path, found }
        };
        let files = paths.into_iter().map(take).collect();
        if kept.is_dir() {
            let failed = |source| Error::Io { action: "sync", path: kept.clone(), source };
            files::open_folder(&kept).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(Self { files, failed: Mutex::default() })
    }

    /// All of it as tasks.
    pub fn tasks<'a>(&'a self, setup: &'a Setup) -> Tasks<'a> {
        let linked = self.files.iter().filter_map(|file| match &file.found {
            Found::Linked(path, _) => Some(Ok(path.clone())),
            _ => None,
        });
        Box::new(self.others(setup).chain(tasks_of_files(setup, linked, Again::Changed, &Columns::default())))
    }

    /// What is not linked to below `raw/`.
    pub fn others<'a>(&'a self, setup: &'a Setup) -> Tasks<'a> {
        Box::new(self.files.iter().filter_map(|file| match &file.found {
            Found::Linked(..) => None,
            Found::Posted(..) => Some(match read_posted(&file.path, setup.config.page.max_bytes) {
                Ok((_, raw)) => Task::FromStream(Box::new(raw)),
                Err(error) => unreadable(&file.path, &error),
            }),
            Found::Unreadable(error) => Some(unreadable(&file.path, error)),
        }))
    }

    /// Listens to the run that does the tasks.
    pub fn watch<'a>(&'a self, progress: &'a dyn Progress) -> impl Progress + use<'a> {
        let posted = self.files.iter().filter_map(|file| match &file.found {
            Found::Posted(url, _) => Some(url.as_ref()),
            _ => None,
        });
        Watch { posted: posted.collect(), failed: &self.failed, progress }
    }

    /// Removes from the folder what the run has taken, unless it is something else by now.
    pub fn finish(&self, report: &RunReport) {
        if report.interrupted {
            return;
        }
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        for file in &self.files {
            let taken = match &file.found {
                Found::Linked(_, fingerprint) => Some(fingerprint),
                Found::Posted(url, fingerprint) => (!failed.contains(url.as_ref())).then_some(fingerprint),
                Found::Unreadable(_) => None,
            };
            if taken.is_some() && FileFingerprint::of(&file.path).ok().as_ref() == taken {
                let removed = fs::remove_file(&file.path);
                removed.unwrap_or_else(|error| tracing::warn!("{} was taken, but not removed: {error}", path_text(&file.path)));
            }
        }
    }
}

/// Notes which pages failed, and passes everything on.
struct Watch<'a> {
    posted: BTreeSet<&'a Url>,
    failed: &'a Mutex<BTreeSet<Url>>,
    progress: &'a dyn Progress,
}

impl Progress for Watch<'_> {
    fn total(&self, inputs: u64) {
        self.progress.total(inputs);
    }

    fn checked(&self) {
        self.progress.checked();
    }

    fn recleaned(&self, report: &crate::reclean::RecleanReport) {
        self.progress.recleaned(report);
    }

    fn done(&self, event: Event<'_>) {
        if let (Origin::Url(url), Outcome::Failed { .. }) = (event.source, event.outcome)
            && self.posted.contains(url)
        {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).insert(url.clone());
        }
        self.progress.done(event);
    }
}

/// The files of the folder that nobody is writing to, in byte order.
fn settled(folder: &Path, now: Timestamp) -> Result<BTreeSet<PathBuf>, Error> {
    let failed = |source| Error::Io { action: "read the folder", path: folder.to_path_buf(), source };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries.map_err(failed)?,
    };
    let mut paths = BTreeSet::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = path_text(Path::new(&entry.file_name()));
        // It may have been moved away meanwhile.
        let Ok(metadata) = entry.metadata() else { continue };
        let is_left = name.starts_with('.') || UNFINISHED.iter().any(|end| name.ends_with(end)) || metadata.is_dir();
        if !is_left && is_settled(&metadata, now) {
            paths.insert(entry.path());
            if paths.len() > MAX_FILES {
                paths.pop_last();
            }
        }
    }
    Ok(paths)
}

/// Whether a file has not changed for a while. One from the future was not written just now either.
fn is_settled(metadata: &Metadata, now: Timestamp) -> bool {
    let modified = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    modified.is_none_or(|at| now.unix().abs_diff(i64::try_from(at.as_secs()).unwrap_or(i64::MAX)) >= SETTLED_S.unsigned_abs())
}

fn take_file(path: &Path, kept: &Path, max_bytes: usize) -> io::Result<Found> {
    let name = path.file_name().unwrap_or_default();
    let fingerprint = FileFingerprint::of(path)?;
    if is_named(&path_text(Path::new(name)))
        && let Ok((url, _)) = read_posted(path, max_bytes)
    {
        return Ok(Found::Posted(Box::new(url), fingerprint));
    }
    fs::create_dir_all(kept)?;
    for number in 1..=MAX_SAME_NAME {
        let place = kept.join(numbered(Path::new(name), number));
        match place.symlink_metadata() {
            Ok(_) if is_same(path, &place)? => return Ok(Found::Linked(place, fingerprint)),
            Ok(_) => {}
            Err(_) => {
                // A file system without links, or another one.
                fs::hard_link(path, &place).or_else(|_| files::copy_whole(path, &place))?;
                return Ok(Found::Linked(place, fingerprint));
            }
        }
    }
    Err(io::Error::other(format!("there are {MAX_SAME_NAME} other files of this name in {}", path_text(kept))))
}

/// The name itself, or with a number: `story-2.html`.
fn numbered(name: &Path, number: u32) -> PathBuf {
    if number == 1 {
        return name.to_path_buf();
    }
    let mut numbered = name.file_stem().unwrap_or_default().to_os_string();
    numbered.push(format!("-{number}"));
    if let Some(ending) = name.extension() {
        numbered.push(".");
        numbered.push(ending);
    }
    numbered.into()
}

/// Whether two files have the same content.
fn is_same(one: &Path, other: &Path) -> io::Result<bool> {
    match (files::PathId::of(one), files::PathId::of(other)) {
        (Ok(one), Ok(other)) if one == other => Ok(true),
        _ => files::have_same_content(one, other),
    }
}

fn read_posted(path: &Path, max_bytes: usize) -> io::Result<(Url, RawDocument)> {
    let invalid = |error: crate::ingest::posted::Error| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    let json = files::read(path, (2 * max_bytes + MAX_OVERHEAD) as u64)?;
    let raw = PostedPage::from_json(&json).and_then(|page| page.document(max_bytes)).map_err(invalid)?;
    match &raw.origin {
        Origin::Url(url) => Ok((url.clone(), raw)),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Task {
    let error = format!("take {}: {error}", path_text(path));
    let hint = "it stays where it is: put a regular file in its place, or move it away".to_owned();
    Task::Settled(Origin::File(path.to_path_buf()), Outcome::Failed { stage: Stage::Read, error, hint: Some(hint) })
}
