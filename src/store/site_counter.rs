//! Counts the lines of all sites in advance, for a run that cleans everything again. Writes nothing to the corpus.

use super::failure::Error;
use super::index::Index;
use super::reader::CorpusReader;
use super::sites::{self, KnownSites};
use gleaner_extract::article::site::SitePage;
use gleaner_extract::base::time::Day;
use gleaner_extract::document::DocumentId;

/// Counts the lines of all sites as they will be when pages have been cleaned again. Keeps what it counts in a temporary file.
#[derive(Debug)]
pub struct SiteCounter {
    index: Index,
}

impl SiteCounter {
    /// Begins with the pages that a corpus has.
    pub fn of(corpus: &CorpusReader) -> Result<Self, Error> {
        let mut index = Index::temporary()?;
        index.copy_site_pages(corpus.index())?;
        index.commit()?;
        Ok(Self { index })
    }

    /// Notes the page of a document, in place of the one that it had.
    pub fn note(&mut self, id: &DocumentId, published: Option<Day>, page: &SitePage) -> Result<(), Error> {
        self.index.put_site_page(id, published, page)?;
        if self.index.is_batch_full() { self.index.commit() } else { Ok(()) }
    }

    /// The lines of all sites.
    pub fn count(mut self) -> Result<KnownSites, Error> {
        sites::settle(&mut self.index)?;
        self.index.commit()?;
        KnownSites::of(&self.index)
    }
}
