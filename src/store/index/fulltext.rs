//! Full-text search: which documents match, ranked by BM25 or by date. Snippets are made from the texts, which the index does not have.
//!
//! FTS5 looks up the length of every document that it ranks, so of many matches only some are: a query of common words says little about which of a hundred
//! thousand documents is meant. All are counted, in one pass over the postings and the narrow table of attributes.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use rusqlite::{Connection, params};

use super::database::Index;
use super::select::{COLUMNS, condition, listed};
use crate::search::{Filter, Page, Query, SearchOrder};
use crate::store::failure::Error;
use crate::store::listed::ListedDocument;
use gleaner_extract::base::search_tokens::SearchText;

/// Most matches that are ranked: the latest, and as many of the latest that match in the title.
const RANKED: usize = 1_000;

/// BM25 with a word in the title counting five times, and half for another spelling.
const BM25: &str = "bm25(fts, 5.0, 1.0, 0.5)";

/// The documents of a page of matches, each with its score, and the number of all matches.
pub(in crate::store) type Found = (u64, Vec<(ListedDocument, f64)>);

impl Index {
    /// A page of the documents that match a query and a filter. The score is higher for a better match; by date, and after the matches that are ranked, it
    /// is 0.
    pub fn search(&self, query: &Query, filter: &Filter, order: SearchOrder, page: Page) -> Result<Found, Error> {
        self.ask("search", |db| {
            let Some(condition) = condition(db, filter)? else { return Ok((0, Vec::new())) };
            let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
            let end = size(page.offset.saturating_add(page.limit));
            let is_ranked = order == SearchOrder::Relevance;
            let wanted = if is_ranked { end.max(RANKED) } else { end };
            let (total, by_date) = latest_matches(db, &query.to_fts5(), &condition, wanted)?;
            let mut found = Vec::new();
            if is_ranked {
                let mut candidates: Vec<i64> = by_date.iter().take(RANKED).copied().collect();
                if total > RANKED as u64 {
                    candidates.extend(latest_matches(db, &query.to_fts5_of_titles(), &condition, RANKED)?.1);
                }
                found = ranked(db, query, &candidates)?;
            }
            let known: HashSet<i64> = found.iter().map(|(doc, _)| *doc).collect();
            found.extend(by_date.into_iter().filter(|doc| !known.contains(doc)).map(|doc| (doc, 0.0)));
            let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM documents d WHERE doc = ?1"))?;
            let on_page = found.into_iter().skip(size(page.offset)).take(size(page.limit));
            let documents = on_page.map(|(doc, score)| Ok((statement.query_row([doc], listed)?, score)));
            Ok((total, documents.collect::<rusqlite::Result<_>>()?))
        })
    }
}

/// Writes what a document is found by.
pub(super) fn put_text(db: &Connection, doc: i64, title: Option<&str>, text: &str) -> rusqlite::Result<()> {
    let title = title.map(SearchText::of).unwrap_or_default();
    let body = SearchText::of(text);
    let variants = [title.variants, body.variants].join(" ");
    let mut statement = db.prepare_cached("INSERT INTO fts (rowid, title, body, variants) VALUES (?1, ?2, ?3, ?4)")?;
    statement.execute(params![doc, title.tokens, body.tokens, variants.trim()]).map(drop)
}

/// The number of all matches, and the latest of them, in order.
fn latest_matches(db: &Connection, fts5: &str, condition: &str, limit: usize) -> rusqlite::Result<(u64, Vec<i64>)> {
    let sql = format!("SELECT a.at, a.key, a.doc FROM {MATCHES} AND {condition}");
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query([fts5])?;
    let mut total = 0;
    let mut latest: BinaryHeap<(Reverse<i64>, i64, i64)> = BinaryHeap::new();
    while let Some(row) = rows.next()? {
        total += 1;
        let one = (Reverse(row.get(0)?), row.get(1)?, row.get(2)?);
        if latest.len() < limit {
            latest.push(one);
        } else if latest.peek().is_some_and(|last| one < *last) {
            latest.pop();
            latest.push(one);
        }
    }
    Ok((total, latest.into_sorted_vec().into_iter().map(|(.., doc)| doc).collect()))
}

/// The tables of a full-text query. The matches come first in any case: their order is not the planner's to choose.
pub(super) const MATCHES: &str = "fts CROSS JOIN attributes a ON a.doc = fts.rowid WHERE fts MATCH ?1";

/// Documents with their scores, best first.
fn ranked(db: &Connection, query: &Query, candidates: &[i64]) -> rusqlite::Result<Vec<(i64, f64)>> {
    let list: Vec<String> = candidates.iter().map(ToString::to_string).collect();
    let sql = format!(
        "SELECT a.doc, -{BM25} AS score FROM {MATCHES} AND +a.doc IN ({}) ORDER BY score DESC, a.at DESC, a.key",
        list.join(", ")
    );
    let mut statement = db.prepare(&sql)?;
    statement.query_map([query.to_fts5()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
