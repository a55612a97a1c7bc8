//! `clean`: every file below the given paths becomes clean text, where it is not already.

use std::path::PathBuf;

use super::pass::{self, Task};
use super::{Error, Progress, RunReport, Setup, prepare};
use crate::document::Origin;
use crate::ingest::walk::{Skip, Walk};

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
    progress.total(walk(setup, paths.clone()).count() as u64);
    let how = pass::Options { again: options.again, mode: options.mode, diff: options.diff, ..pass::Options::default() };
    pass::pass(setup, how, &mut files(setup, paths), progress)
}

/// The files below the paths, as tasks.
pub(super) fn files(setup: &Setup, paths: Vec<PathBuf>) -> impl Iterator<Item = Task> + use<> {
    walk(setup, paths).map(|found| match found {
        Ok(path) => Task::File(path),
        Err(error) => Task::Settled(Origin::File(error.path().to_path_buf()), prepare::outcome_of(&error)),
    })
}

fn walk(setup: &Setup, paths: Vec<PathBuf>) -> Walk {
    let layout = &setup.layout;
    let folders = vec![layout.clean.clone(), layout.log.clone(), layout.state.clone()];
    Walk::new(paths, Skip { folders, raw: Some(layout.raw.clone()) })
}
