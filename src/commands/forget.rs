//! `forget`: documents go to the trash. A copy of a forgotten text has the text from then on.

use std::ffi::OsString;

use serde::Serialize;

use super::markdown;
use crate::engine::options::{EngineOptions, Mode};
use crate::engine::task::Task;
use crate::engine::{self, Error, Progress, RunReport, Setup};
use crate::store::{CorpusReader, reader::StoredDocument};
use gleaner_extract::document::DocumentId;

/// Which documents are forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForgetSelection {
    /// These: by id, text or sidecar, source file or URL (see [`CorpusReader::find`]).
    Named(Vec<OsString>),
    /// Those whose raw file was deleted.
    Missing,
}

/// The documents to forget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ForgetList {
    /// Their ids, each once.
    pub ids: Vec<DocumentId>,
    /// The raw files among theirs that are still there. `clean` would make a document of each again.
    pub raw_left: Vec<String>,
}

/// Finds the documents to forget. An error if a name stands for none, or if there is no raw folder: then every file would count as deleted.
pub fn select(setup: &Setup, selection: &ForgetSelection) -> Result<ForgetList, Error> {
    let reader = CorpusReader::open(&setup.layout)?;
    let mut list = ForgetList::default();
    match selection {
        ForgetSelection::Missing if !setup.layout.raw.is_dir() => return Err(Error::NoRaw(setup.layout.raw.clone())),
        ForgetSelection::Missing => list.ids = reader.missing()?,
        ForgetSelection::Named(names) => {
            for name in names {
                let Some(StoredDocument { sidecar, .. }) = reader.find(name)? else {
                    return Err(Error::Unknown(gleaner_extract::base::path_text::path_text(name.as_ref())));
                };
                if !list.ids.contains(&sidecar.id) {
                    let is_left = setup.layout.body(&sidecar.raw.path).0.is_file();
                    list.raw_left.extend(is_left.then_some(sidecar.raw.path));
                    list.ids.push(sidecar.id);
                }
            }
        }
    }
    Ok(list)
}

/// Forgets documents, one input each, then cleans again the copies that could not take over the text of one. `Err` only if the run as a whole failed.
pub fn forget(setup: &Setup, ids: &[DocumentId], mode: Mode, progress: &dyn Progress) -> Result<RunReport, Error> {
    progress.total(ids.len() as u64);
    let started = setup.clock.now();
    let mut tasks = ids.iter().copied().map(Task::Forget);
    let report = engine::run(setup, EngineOptions { mode, ..EngineOptions::default() }, &mut tasks, progress)?;
    if mode == Mode::Write {
        markdown::after_run(setup, started);
    }
    Ok(report)
}
