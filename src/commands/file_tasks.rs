//! Files and folders that the user names, as tasks of a run.

use std::path::PathBuf;

use crate::engine::Setup;
use crate::engine::archives::{FileTasks, unreadable};
use crate::engine::options::Again;
use crate::engine::task::{Task, one};
use crate::ingest;
use crate::ingest::archive::columns::Columns;
use crate::ingest::walk::{FileWalk, WalkFilter};

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
