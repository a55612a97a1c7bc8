//! `rollback`: undoes a run. The documents that it rewrote have again the texts and sidecars from before; those that it added stay.

use std::path::Path;

use serde::Serialize;

use super::notified::notified;
use crate::engine::options::{EngineOptions, Mode};
use crate::engine::task::{Task, one};
use crate::engine::{self, Error, Progress, RunReport, Setup};
use crate::outcome::{Outcome, Stage};
use crate::store::journal::{self, RunSummary};
use crate::store::undo::{self, UndoableRun};
use crate::store::{self, Layout};
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::document::Origin;

/// A run that can be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RollbackCandidate {
    /// The name of its journal: when it started.
    pub run: String,
    /// Documents that it rewrote, if only in their sidecars.
    pub documents: u64,
    /// What it did: the lines of its journal by outcome.
    pub outcomes: std::collections::BTreeMap<String, u64>,
}

/// The runs that can be undone, the newest last.
pub fn candidates(layout: &Layout) -> Result<Vec<RollbackCandidate>, store::Error> {
    let mut found = Vec::new();
    for run in journal::runs(layout)?.into_iter().filter(|run| undo::is_undoable(layout, run)) {
        let documents = UndoableRun::open(layout, &run)?.documents();
        let RunSummary { outcomes, .. } = journal::read(&journal::path_of(layout, &run))?;
        found.push(RollbackCandidate { run, documents, outcomes });
    }
    Ok(found)
}

/// Undoes a run, which is named as its journal is, with or without folder and ending. `Err` only if the rollback as a whole failed.
pub fn rollback(setup: &Setup, run: &Path, mode: Mode, progress: &dyn Progress) -> Result<RunReport, Error> {
    let name = path_text(Path::new(run.file_name().unwrap_or_default()));
    let name = name.strip_suffix(".jsonl").unwrap_or(&name);
    let journal = journal::path_of(&setup.layout, name);
    if name.is_empty() || !journal.is_file() {
        return Err(Error::NoSuchRun(path_text(run)));
    }
    if mode == Mode::Write {
        setup.hold_lock()?;
    }
    if !undo::is_undoable(&setup.layout, name) {
        return match journal::read(&journal)?.outcomes.keys().any(|outcome| REWRITES.contains(&outcome.as_str())) {
            true => Err(Error::NoUndo(name.to_owned())),
            false => Ok(RunReport { dry_run: mode == Mode::DryRun, ..RunReport::default() }),
        };
    }
    let undoable = UndoableRun::open(&setup.layout, name)?;
    progress.total(undoable.documents());
    let mut tasks = undoable.documents_before()?.flat_map(|document| match document {
        Ok(restore) => one(Task::Restore(Box::new(restore))),
        Err(error) => {
            let outcome = Outcome::Failed { stage: Stage::Read, error: error.to_string(), hint: error.hint().map(str::to_owned) };
            one(Task::Settled(Origin::File(journal.clone()), outcome))
        }
    });
    let how = EngineOptions { mode, ..EngineOptions::default() };
    notified(setup, "rollback", mode, || engine::run(setup, how, &mut tasks, progress))
}

/// Outcomes of inputs whose document was rewritten.
const REWRITES: &[&str] = &["updated", "restored"];
