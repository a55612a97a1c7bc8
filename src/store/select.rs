//! Documents by filter, read from the index alone: what export, list, search and the web interface share.

use super::failure::Error;
use super::index::{Index, Position};
use super::listed::ListedDocument;
use super::reader::{CorpusReader, StoredDocument};
use crate::search::{Filter, Order};

/// Documents in an order, read in batches: memory does not grow with their number, and no transaction stays open between two of them. A document that a
/// run writes meanwhile may be in the list or not; none is in it twice unless its place in the order changed.
#[derive(Debug)]
pub struct Listing<'a> {
    index: &'a Index,
    filter: Filter,
    order: Order,
    batch: std::vec::IntoIter<ListedDocument>,
    /// `None` at the end.
    next: Option<Position>,
}

impl Iterator for Listing<'_> {
    type Item = Result<ListedDocument, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(document) = self.batch.next() {
                return Some(Ok(document));
            }
            let after = self.next.take()?;
            match self.index.select(&self.filter, self.order, &after) {
                Ok((batch, next)) => (self.batch, self.next) = (batch.into_iter(), next),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl CorpusReader {
    /// The documents that a filter lets through, in an order. After an error there are no more.
    pub fn select(&self, filter: &Filter, order: Order) -> Listing<'_> {
        Listing { index: self.index(), filter: filter.clone(), order, batch: Vec::new().into_iter(), next: Some(Position::Start) }
    }

    /// The number of documents that a filter lets through.
    pub fn count(&self, filter: &Filter) -> Result<u64, Error> {
        self.index().count(filter)
    }

    /// The files of a document: its sidecar, and its text, of a copy that of the original; `None` if the text is damaged. A sidecar that is gone or damaged is an
    /// error.
    pub fn read_listed(&self, document: &ListedDocument) -> Result<(StoredDocument, Option<String>), Error> {
        self.with_text(&document.stem)
    }
}
