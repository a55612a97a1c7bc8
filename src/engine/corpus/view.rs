//! What a run may ask of a corpus, whether it writes to it or only looks.

use url::Url;

use crate::engine::setup::Error;
use crate::store::{CorpusReader, KnownDocument, RawPart, SourceKey, Store};
use gleaner_extract::document::DocumentId;

/// A corpus to look at.
pub trait CorpusView {
    /// What is known of a source.
    fn known(&self, source: &SourceKey) -> Result<Option<KnownDocument>, Error>;

    /// What a document is known by.
    fn source(&self, id: DocumentId) -> Result<Option<SourceKey>, Error>;

    /// True if the corpus has a page at this address, or one that names it as another address of its own.
    fn has_address(&self, url: &Url) -> Result<bool, Error>;

    /// The later pages that are kept of the story whose first page is kept at this path.
    fn later_pages(&self, first: &str) -> Result<Vec<RawPart>, Error>;

    /// The present clean text of a document.
    fn text(&self, known: &KnownDocument) -> Result<Option<String>, Error>;

    /// Whether the clean files of every document that was cleaned from a page of this archive are as they were written.
    fn has_all_of(&self, archive: &str) -> Result<bool, Error>;

    /// Copies whose text no document has any more.
    fn orphaned_copies(&self) -> Result<Vec<SourceKey>, Error>;
}

impl CorpusView for Store {
    fn known(&self, source: &SourceKey) -> Result<Option<KnownDocument>, Error> {
        Ok(self.known(source)?)
    }

    fn source(&self, id: DocumentId) -> Result<Option<SourceKey>, Error> {
        Ok(self.source(&id)?)
    }

    fn has_address(&self, url: &Url) -> Result<bool, Error> {
        Ok(self.has_address(url)?)
    }

    fn later_pages(&self, first: &str) -> Result<Vec<RawPart>, Error> {
        Ok(self.parts(first)?)
    }

    fn text(&self, known: &KnownDocument) -> Result<Option<String>, Error> {
        Ok(self.text(&known.id)?)
    }

    fn has_all_of(&self, archive: &str) -> Result<bool, Error> {
        Ok(self.has_all_of(archive)?)
    }

    fn orphaned_copies(&self) -> Result<Vec<SourceKey>, Error> {
        Ok(self.stale()?)
    }
}

impl CorpusView for CorpusReader {
    fn known(&self, source: &SourceKey) -> Result<Option<KnownDocument>, Error> {
        Ok(self.known(source)?)
    }

    fn source(&self, id: DocumentId) -> Result<Option<SourceKey>, Error> {
        Ok(self.source(&id)?)
    }

    /// Nothing is queued in a dry run, so nothing needs to be recognised.
    fn has_address(&self, _: &Url) -> Result<bool, Error> {
        Ok(false)
    }

    fn later_pages(&self, first: &str) -> Result<Vec<RawPart>, Error> {
        Ok(self.parts(first)?)
    }

    fn text(&self, known: &KnownDocument) -> Result<Option<String>, Error> {
        Ok(self.text(&known.id)?)
    }

    fn has_all_of(&self, archive: &str) -> Result<bool, Error> {
        Ok(self.has_all_of(archive)?)
    }

    /// A dry run stores nothing, so that no copy loses its original.
    fn orphaned_copies(&self) -> Result<Vec<SourceKey>, Error> {
        Ok(Vec::new())
    }
}
