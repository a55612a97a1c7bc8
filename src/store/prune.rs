//! Deletes what is old and what no document needs: journals, earlier versions of texts, forgotten documents. Only what is asked for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::Serialize;

use super::failure::{Error, io_error};
use super::layout::Layout;
use super::lock::Lock;
use super::trash::TRASH;
use super::{atomic, clean, journal, undo};
use gleaner_extract::base::time::Timestamp;

/// What is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PruneSelection {
    /// Journals of runs, by the time in their names, each with what it takes to undo the run. The newest one always stays.
    pub logs: bool,
    /// Earlier versions of texts, by the time when they were replaced.
    pub versions: bool,
    /// Forgotten documents, by the time when they were.
    pub trash: bool,
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PruneReport {
    /// True where nothing was deleted.
    pub dry_run: bool,
    /// Journals.
    pub logs: u64,
    /// Earlier versions.
    pub versions: u64,
    /// Forgotten documents.
    pub trash: u64,
    /// Bytes of them all.
    pub bytes: u64,
}

/// Deletes what is selected and older than `before`, under the lock; with `dry_run`, only counts it.
pub fn run(layout: &Layout, selection: PruneSelection, before: Timestamp, dry_run: bool) -> Result<PruneReport, Error> {
    let _lock = Lock::take(layout)?;
    let mut pruning = Pruning { before, report: PruneReport { dry_run, ..PruneReport::default() } };
    if selection.logs {
        pruning.logs(layout)?;
    }
    if selection.versions {
        pruning.versions(layout)?;
    }
    if selection.trash {
        pruning.trash(&layout.clean.join(TRASH))?;
    }
    Ok(pruning.report)
}

struct Pruning {
    before: Timestamp,
    report: PruneReport,
}

impl Pruning {
    fn logs(&mut self, layout: &Layout) -> Result<(), Error> {
        let mut journals = journal::named_by_time(layout)?;
        // `gleaner status` shows the last run, however long ago it was.
        journals.pop();
        let before = self.before;
        for (_, name) in journals.iter().filter(|(started, _)| *started < before) {
            self.remove_file(&layout.log.join(name))?;
            self.remove_file(&undo::of_journal(layout, name))?;
            self.report.logs += 1;
        }
        Ok(())
    }

    fn versions(&mut self, layout: &Layout) -> Result<(), Error> {
        for version in clean::versions(&layout.clean)? {
            let files = ["json", "txt"].map(|extension| layout.clean.join(version.with_extension(extension)));
            let times = files.iter().map(|path| modified(path)).collect::<Result<Vec<_>, _>>()?;
            if times.into_iter().flatten().max().is_some_and(|newest| newest < self.before) {
                // Sidecar first: a text without one is removed by the next call, whatever stopped this one.
                files.iter().try_for_each(|path| self.remove_file(path))?;
                self.report.versions += 1;
            }
            if let Some(folder) = files[0].parent().filter(|_| !self.report.dry_run) {
                // Fails as long as there are other versions.
                let _ = fs::remove_dir(folder);
            }
        }
        Ok(())
    }

    fn trash(&mut self, trash: &Path) -> Result<(), Error> {
        for name in atomic::names(trash)? {
            let folder = trash.join(name);
            // The time of the last move into it.
            if modified(&folder)?.is_some_and(|moved| moved < self.before) {
                self.report.bytes += size_below(&folder)?;
                if !self.report.dry_run {
                    fs::remove_dir_all(&folder).map_err(io_error("remove", &folder))?;
                }
                self.report.trash += 1;
            }
        }
        Ok(())
    }

    fn remove_file(&mut self, path: &Path) -> Result<(), Error> {
        let size = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            found => found.map_err(io_error("read", path))?.len(),
        };
        self.report.bytes += size;
        if self.report.dry_run { Ok(()) } else { fs::remove_file(path).map_err(io_error("remove", path)) }
    }
}

/// When a file was last written; `None` if there is none.
fn modified(path: &Path) -> Result<Option<Timestamp>, Error> {
    let time = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found.and_then(|found| found.modified()).map_err(io_error("read", path))?,
    };
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Ok(Some(Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))))
}

/// The bytes of all files in a folder and its subfolders. Links are not followed.
fn size_below(folder: &Path) -> Result<u64, Error> {
    let (mut bytes, mut folders) = (0, vec![PathBuf::from(folder)]);
    while let Some(folder) = folders.pop() {
        for name in atomic::names(&folder)? {
            let path = folder.join(name);
            let found = fs::symlink_metadata(&path).map_err(io_error("read", &path))?;
            if found.is_dir() { folders.push(path) } else { bytes += found.len() }
        }
    }
    Ok(bytes)
}
