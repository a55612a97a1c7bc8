//! Which archives a pass has read to their end with every page settled, so that the next run need not read them.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use super::Error;
use super::corpus::Corpus;
use crate::outcome::Outcome;
use crate::store::Layout;
use crate::store::archives::{self, FinishedArchive};
use gleaner_extract::document::Origin;

/// The archives of a pass.
#[derive(Debug, Default)]
pub struct Archives {
    pages: HashMap<PathBuf, u64>,
    ended: Vec<(PathBuf, FinishedArchive)>,
    /// Those in which something failed: they are read again, and it is said again.
    troubled: HashSet<PathBuf>,
}

impl Archives {
    /// A page of an archive was handed out.
    pub fn page(&mut self, origin: &Origin) {
        if let Origin::Member { archive, .. } = origin {
            match self.pages.get_mut(archive) {
                Some(pages) => *pages += 1,
                None => drop(self.pages.insert(archive.clone(), 1)),
            }
        }
    }

    /// An archive was read to its end.
    pub fn end(&mut self, path: PathBuf, note: FinishedArchive) {
        let pages = self.pages.remove(&path).unwrap_or_default();
        self.ended.push((path, FinishedArchive { pages, ..note }));
    }

    /// What became of an input.
    pub fn settled(&mut self, origin: &Origin, outcome: &Outcome) {
        if let (Origin::Member { archive: path, .. } | Origin::File(path), Outcome::Failed { .. }) = (origin, outcome) {
            self.troubled.insert(path.clone());
        }
    }

    /// Writes down those that need not be read again. To be called when everything is stored.
    pub fn remember(&self, corpus: &Corpus, layout: &Layout) -> Result<(), Error> {
        let is_whole = |path: &PathBuf| matches!(corpus, Corpus::Written(..)) && !self.troubled.contains(path);
        let mut whole = self.ended.iter().filter(|(path, _)| is_whole(path));
        Ok(whole.try_for_each(|(_, note)| archives::record(layout, note))?)
    }
}
