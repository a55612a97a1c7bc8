//! Which archives a run has read to the end with every page committed, so that the next run need not read them.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use gleaner_extract::document::Origin;

use super::corpus::Corpus;
use super::setup::Error;
use crate::outcome::Outcome;
use crate::store::Layout;
use crate::store::archives::{self, FinishedArchive};

/// The archives of a run.
#[derive(Debug, Default)]
pub struct ArchiveLog {
    pages: HashMap<PathBuf, u64>,
    ended: Vec<(PathBuf, FinishedArchive)>,
    /// Archives with a failed page: they are read again, and the failure is reported again.
    failed: HashSet<PathBuf>,
}

impl ArchiveLog {
    /// A page of an archive was dispatched.
    pub fn page(&mut self, origin: &Origin) {
        if let Origin::Member { archive, .. } = origin {
            match self.pages.get_mut(archive) {
                Some(pages) => *pages += 1,
                None => drop(self.pages.insert(archive.clone(), 1)),
            }
        }
    }

    /// An archive was read to the end.
    pub fn end(&mut self, path: PathBuf, note: FinishedArchive) {
        let pages = self.pages.remove(&path).unwrap_or_default();
        self.ended.push((path, FinishedArchive { pages, ..note }));
    }

    /// An input was committed.
    pub fn settled(&mut self, origin: &Origin, outcome: &Outcome) {
        if let (Origin::Member { archive: path, .. } | Origin::File(path), Outcome::Failed { .. }) = (origin, outcome) {
            self.failed.insert(path.clone());
        }
    }

    /// Saves which archives need not be read again. To be called when everything is committed.
    pub fn save(&self, corpus: &Corpus, layout: &Layout) -> Result<(), Error> {
        let mut whole = self.ended.iter().filter(|(path, _)| corpus.is_writing() && !self.failed.contains(path));
        Ok(whole.try_for_each(|(_, note)| archives::record(layout, note))?)
    }
}
