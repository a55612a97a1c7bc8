//! Search: documents by a query of their text and a filter, with snippets; counts for facets.

use std::path::Path;

use serde::Serialize;

use super::clean;
use super::failure::Error;
use super::index::FacetColumns;
use super::listed::ListedDocument;
use super::reader::CorpusReader;
use crate::files;
use crate::search::{Facet, FacetKind, Filter, Order, Page, Query, SearchOrder, SnippetPart, marked, snippet};
use gleaner_extract::base::hash::ContentHash;

/// A page of what a search found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchResults {
    /// The number of all documents that match.
    pub total: u64,
    /// The documents of the page, best or latest first.
    pub hits: Vec<SearchHit>,
}

/// A document that a search found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchHit {
    /// The document.
    pub document: ListedDocument,
    /// BM25 with a word in the title counting five times: higher is better. 0 by date, and after the first thousand or two of many matches, which alone are
    /// ranked.
    pub score: f64,
    /// The headline, with what the query asks for marked.
    pub title: Vec<SnippetPart>,
    /// A passage of the text; empty if the text cannot be read.
    pub snippet: Vec<SnippetPart>,
}

impl CorpusReader {
    /// The documents that match a query and a filter: a page of them, and their number. Copies are found by the text of their original.
    pub fn search(&self, query: &Query, filter: &Filter, order: SearchOrder, page: Page) -> Result<SearchResults, Error> {
        let (total, found) = self.index().search(query, filter, order, page)?;
        let hits = found.into_iter().map(|(document, score)| {
            let title = document.title.as_deref().map(|title| marked(title, query)).unwrap_or_default();
            let snippet = self.text_of_listed(&document)?.map(|text| snippet(&text, query)).unwrap_or_default();
            Ok(SearchHit { document, score, title, snippet })
        });
        Ok(SearchResults { total, hits: hits.collect::<Result<_, Error>>()? })
    }

    /// What [`facets`](Self::facets) counts by, to be kept in memory until the index changes.
    pub fn facet_columns(&self) -> Result<FacetColumns, Error> {
        self.index().facet_columns()
    }

    /// The numbers of documents that match a query and a filter, by what they have in common: of each kind at most `limit` values. Without a query, every
    /// document that the filter lets through counts.
    pub fn facets(
        &self,
        columns: &FacetColumns,
        query: Option<&Query>,
        filter: &Filter,
        kinds: &[FacetKind],
        limit: usize,
    ) -> Result<Vec<Facet>, Error> {
        self.index().facets(columns, query, filter, kinds, limit)
    }

    /// The documents that match a query and a filter, latest first: a page of them, without snippets. Without a query, every document that the filter lets
    /// through.
    pub fn matching(&self, query: Option<&Query>, filter: &Filter, page: Page) -> Result<Vec<ListedDocument>, Error> {
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        match query {
            Some(query) => {
                let (_, found) = self.index().search(query, filter, SearchOrder::Newest, page)?;
                Ok(found.into_iter().map(|(document, _)| document).collect())
            }
            None => self.select(filter, Order::Newest).skip(size(page.offset)).take(size(page.limit)).collect(),
        }
    }

    /// The hash of a document's text; of a copy, that of the text it would have.
    pub fn text_sha256(&self, document: &ListedDocument) -> Result<Option<ContentHash>, Error> {
        self.index().text_sha256(&document.id)
    }

    /// The text file of a document, of a copy that of the original, as it is on disk: a snippet of a text that a run is writing does no harm.
    fn text_of_listed(&self, document: &ListedDocument) -> Result<Option<String>, Error> {
        let original = document.copy_of.map(|id| self.index().document(&id)).transpose()?.flatten();
        let stem = original.as_ref().map_or(&document.stem, |original| &original.stem);
        Ok(read(&self.layout.clean.join(stem.text())))
    }
}

fn read(path: &Path) -> Option<String> {
    files::read_text(path, clean::MAX_TEXT_BYTES).ok()
}
