//! Stores one page that a program gives with its URL, as a browser showed it. Where a run is active, the page waits in the drop folder for the next one.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::notified::notified;
use crate::engine::options::{EngineOptions, Mode};
use crate::engine::task::{Task, one};
use crate::engine::{self, Error, Event, Progress, Setup};
use crate::files;
use crate::ingest::posted::PostedPage;
use crate::outcome::Outcome;
use gleaner_extract::document::RawDocument;

/// What became of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It was cleaned.
    Done(Outcome),
    /// It waits for the next run.
    Waiting,
}

/// Why a page was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The page cannot be taken.
    #[error(transparent)]
    Page(#[from] crate::ingest::posted::Error),
    /// The corpus could not be read or written.
    #[error(transparent)]
    Engine(#[from] Error),
}

/// Stores a page. A run that begins meanwhile waits until it is stored.
pub fn post(setup: &Setup, page: PostedPage) -> Result<Posted, PostError> {
    let page = page.received(setup.clock.now());
    let raw = page.document(setup.config.page.max_bytes)?;
    match setup.hold_lock_briefly() {
        Ok(()) => Ok(Posted::Done(store(setup, raw)?)),
        Err(error) => match &setup.layout.drop {
            Some(folder) if error.is_locked() => {
                leave(folder, &page)?;
                Ok(Posted::Waiting)
            }
            _ => Err(error.into()),
        },
    }
}

fn store(setup: &Setup, raw: RawDocument) -> Result<Outcome, Error> {
    let first = First::default();
    let mut tasks = one(Task::FromStream(Box::new(raw)));
    notified(setup, "serve", Mode::Write, || engine::run(setup, EngineOptions::default(), &mut tasks, &first))?;
    let outcome = first.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(outcome.unwrap_or(Outcome::Refused(crate::outcome::Refusal::RunEnded)))
}

/// Leaves a page to the next run.
fn leave(folder: &Path, page: &PostedPage) -> Result<(), Error> {
    let path = folder.join(page.file_name());
    let written = std::fs::create_dir_all(folder).and_then(|()| files::write_whole(&path, &serde_json::to_vec(page)?));
    written.map_err(|source| Error::Io { action: "write", path, source })
}

/// Keeps what became of the first input: others are copies that are cleaned again because of it.
#[derive(Debug, Default)]
struct First(Mutex<Option<Outcome>>);

impl Progress for First {
    fn done(&self, event: Event<'_>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| event.outcome.clone());
    }
}
