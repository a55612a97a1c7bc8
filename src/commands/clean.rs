//! `clean`: every file below the given paths becomes clean text, unless it is already.

use std::path::PathBuf;

use super::notified::notified;
use crate::engine::archives::{FileTasks, unreadable};
use crate::engine::options::{Again, Diff, EngineOptions, Mode};
use crate::engine::task::{Task, one};
use crate::engine::{self, Error, Progress, RunReport, Setup};
use crate::files;
use crate::ingest;
use crate::ingest::archive::columns::Columns;
use crate::ingest::walk::{FileList, FileWalk, WalkFilter};

/// What to clean and how. Threads and output folder are the [`Setup`]'s.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanOptions {
    /// Files and folders; empty means the corpus's raw folder.
    pub paths: Vec<PathBuf>,
    /// What is cleaned again.
    pub again: Again,
    /// Whether it writes.
    pub mode: Mode,
    /// Whether [`crate::engine::Event::diff`] is filled.
    pub diff: Diff,
    /// The columns of tables of pages, where they have unusual names.
    pub columns: Columns,
}

/// Cleans files. `Err` only if the run as a whole failed (the lock, the store).
pub fn clean(setup: &Setup, options: &CleanOptions, progress: &dyn Progress) -> Result<RunReport, Error> {
    let paths = match options.paths.as_slice() {
        [] if !setup.layout.raw.exists() => return Err(Error::NoRaw(setup.layout.raw.clone())),
        [] => vec![setup.layout.raw.clone()],
        paths => paths.to_vec(),
    };
    // What recurs on a site is counted over all its pages before it is removed from any.
    let sites = (options.again == Again::All && !paths.iter().any(|path| files::is_stream(path)))
        .then(|| {
            engine::count_sites(setup, &mut tasks_of_files(setup, walk(setup, paths.clone()), Again::Changed, &options.columns))
        })
        .transpose()?;
    // Listed before the first is read, so that there is a total to show.
    let files = FileList::collect(walk(setup, paths));
    let mut total = files.total();
    total.into_iter().for_each(|total| progress.total(total));
    let mut tasks = tasks_of_files(setup, files, options.again, &options.columns).inspect(|task| {
        // How many pages an archive has is not known before it is read.
        if let (Task::FromArchive(_), Some(total)) = (task, &mut total) {
            *total += 1;
            progress.total(*total);
        }
    });
    let how = EngineOptions { again: options.again, mode: options.mode, diff: options.diff, ..EngineOptions::default() };
    notified(setup, "clean", options.mode, || match &sites {
        Some(sites) => engine::run_with_sites(setup, how, sites, &mut tasks, progress),
        None => engine::run(setup, how, &mut tasks, progress),
    })
}

/// The files below a path, as tasks; of an archive every page.
pub(super) fn files(setup: &Setup, path: PathBuf, columns: &Columns) -> impl Iterator<Item = Task> + use<> {
    tasks_of_files(setup, walk(setup, vec![path]), Again::Changed, columns)
}

/// Files as tasks; of an archive every page.
pub(super) fn tasks_of_files<Files: Iterator<Item = Result<PathBuf, ingest::Error>>>(
    setup: &Setup,
    files: Files,
    again: Again,
    columns: &Columns,
) -> impl Iterator<Item = Task> + use<Files> {
    let tasks = FileTasks::new(setup, again, columns.clone());
    files.flat_map(move |found| match found {
        Ok(path) => tasks.of(path),
        Err(error) => one(unreadable(&error)),
    })
}

/// A walk over these files and folders, without the corpus's own output.
pub(super) fn walk(setup: &Setup, paths: Vec<PathBuf>) -> FileWalk {
    let layout = &setup.layout;
    let folders = vec![layout.clean.clone(), layout.log.clone(), layout.state.clone()];
    FileWalk::new(paths, WalkFilter { folders, raw: Some(layout.raw.clone()) })
}
