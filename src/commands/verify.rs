//! `verify`: checks that the corpus is whole, and repairs it. The store checks and repairs its files; this reads pages in archives back for it, and
//! cleans the sources of damaged documents again.

use serde::Serialize;

use super::file_tasks;
use crate::config::Loaded;
use crate::engine::options::EngineOptions;
use crate::engine::task::Task;
use crate::engine::{self, Error, Progress, RunReport, Setup, archives};
use crate::ingest::archive::columns::Columns;
use crate::store::repair::{self, RepairPlan};
use crate::store::verify::{self, Checked, Finding};

/// What was repaired, and what is left.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RepairReport {
    /// Files that were moved to `.gleaner/replaced/`.
    pub set_aside: u64,
    /// Whether the index was rebuilt.
    pub reindexed: bool,
    /// What became of the sources that were cleaned again.
    pub cleaned: Option<RunReport>,
    /// What is still wrong.
    pub findings: Vec<Finding>,
}

/// Checks every file of the corpus, and the pages of archives that documents were cleaned from. Changes nothing.
pub fn verify(loaded: &Loaded, progress: &dyn Progress) -> Result<Vec<Finding>, Error> {
    let cap = loaded.config.page.max_bytes;
    let observer = |checked| match checked {
        Checked::Total(total) => progress.total(total),
        Checked::One => progress.checked(),
    };
    Ok(verify::run_observed(
        &loaded.layout(),
        Some(&|path, places, report| archives::hashes(path, places, cap, report)),
        &observer,
    )?)
}

/// Repairs what a check found, and checks again. What was set aside may leave another file alone, so that this is done twice.
pub fn repair(loaded: &Loaded, setup: &Setup, progress: &dyn Progress) -> Result<RepairReport, Error> {
    let mut done = RepairReport { findings: verify(loaded, progress)?, ..RepairReport::default() };
    for _ in 0..2 {
        if !done.findings.iter().any(|finding| finding.repair.is_automatic()) {
            break;
        }
        let RepairPlan { set_aside, reindexed, bodies, is_source_unknown } = repair::run(&setup.layout, &done.findings)?;
        done.set_aside += set_aside;
        done.reindexed |= reindexed;
        let mut tasks: Box<dyn Iterator<Item = Task>> = match is_source_unknown {
            true => {
                Box::new(file_tasks::files(setup, setup.layout.raw.clone(), &Columns::default()).chain(tasks_of(setup, bodies)))
            }
            false => Box::new(tasks_of(setup, bodies)),
        };
        done.cleaned = Some(engine::run(setup, EngineOptions::default(), &mut tasks, progress)?);
        done.findings = verify(loaded, progress)?;
    }
    Ok(done)
}

/// One task for each body that is cleaned again.
pub(super) fn tasks_of(setup: &Setup, bodies: Vec<String>) -> impl Iterator<Item = Task> {
    bodies.into_iter().map(|body| match setup.layout.body(&body) {
        (archive, Some(place)) => Task::ArchivePage(archive, place),
        (file, None) => Task::File(file),
    })
}
