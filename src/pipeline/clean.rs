//! `clean`: every file below the given paths becomes clean text, where it is not already.

use std::path::PathBuf;

use super::pass::{self, Task};
use super::{Error, Progress, RunReport, Setup, archive};
use crate::ingest::walk::{FileWalk, WalkFilter};

/// What to clean and how. Threads and output folder are the [`Setup`]'s.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Files and folders; empty means the corpus's raw folder.
    pub paths: Vec<PathBuf>,
    /// What is cleaned again.
    pub again: Again,
    /// What is written.
    pub mode: Mode,
    /// Whether [`super::Event::diff`] is filled.
    pub diff: Diff,
}

/// What is cleaned again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Again {
    /// What changed: the file, or anything that shapes clean text.
    #[default]
    Changed,
    /// Everything.
    All,
}

/// Whether a run writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It writes.
    #[default]
    Write,
    /// It only reports what it would write.
    DryRun,
}

/// Whether differences to the present clean text are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Diff {
    /// They are not.
    #[default]
    None,
    /// As unified diffs.
    Unified,
}

/// Cleans files. `Err` only where the run as a whole failed (the lock, the store).
pub fn clean(setup: &Setup, options: &Options, progress: &dyn Progress) -> Result<RunReport, Error> {
    let paths = match options.paths.as_slice() {
        [] if !setup.layout.raw.exists() => return Err(Error::NoRaw(setup.layout.raw.clone())),
        [] => vec![setup.layout.raw.clone()],
        paths => paths.to_vec(),
    };
    // Listing is far cheaper than reading: so that there is a total to show.
    let mut total = walk(setup, paths.clone()).count() as u64;
    progress.total(total);
    let mut tasks = files(setup, paths, options.again).inspect(|task| {
        // How many pages an archive has shows only as they come.
        if matches!(task, Task::Capture(_)) {
            total += 1;
            progress.total(total);
        }
    });
    let how = pass::Options { again: options.again, mode: options.mode, diff: options.diff, ..pass::Options::default() };
    pass::pass(setup, how, &mut tasks, progress)
}

/// The files below the paths, as tasks; of an archive every page.
pub(super) fn files(setup: &Setup, paths: Vec<PathBuf>, again: Again) -> impl Iterator<Item = Task> + use<> {
    let archives = archive::Reading::of(setup, again);
    walk(setup, paths).flat_map(move |found| match found {
        Ok(path) => archives.tasks_of(path),
        Err(error) => Box::new(std::iter::once(archive::settled(&error))),
    })
}

fn walk(setup: &Setup, paths: Vec<PathBuf>) -> FileWalk {
    let layout = &setup.layout;
    let folders = vec![layout.clean.clone(), layout.log.clone(), layout.state.clone()];
    FileWalk::new(paths, WalkFilter { folders, raw: Some(layout.raw.clone()) })
}
