//! Open corpora: one for each request that is being answered, kept for the next. One whose index has been replaced meanwhile is dropped.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::files::PathId;
use crate::store::{CorpusReader, Error, Layout};

/// Most corpora that are kept open.
const MAX_KEPT: usize = 8;

/// Open corpora. An index that is rebuilt is another file with the same name.
#[derive(Debug, Default)]
pub struct Readers(Mutex<Vec<(Option<PathId>, CorpusReader)>>);

impl Readers {
    /// Calls a function with an open corpus.
    pub fn with<T, E: From<Error>>(&self, layout: &Layout, run: impl FnOnce(&CorpusReader) -> Result<T, E>) -> Result<T, E> {
        let index = id_of(&layout.index());
        let reader = match self.take(index.as_ref()) {
            Some(reader) => reader,
            None => CorpusReader::open(layout)?,
        };
        let done = run(&reader);
        if done.is_ok() {
            self.keep(index, reader);
        }
        done
    }

    fn take(&self, index: Option<&PathId>) -> Option<CorpusReader> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| known.as_ref() == index);
        kept.pop().map(|(_, reader)| reader)
    }

    fn keep(&self, index: Option<PathId>, reader: CorpusReader) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_KEPT {
            kept.push((index, reader));
        }
    }
}

fn id_of(path: &Path) -> Option<PathId> {
    PathId::of(path).ok()
}
