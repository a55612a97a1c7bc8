//! Which documents a request asks for: the same names in pages, feeds and the interface for programs, and as `gleaner list` and `search` have them.

use std::str::FromStr;

use super::params::Params;
use super::problem::Problem;
use crate::search::{Filter, Order, Page, Query, SearchOrder, SnippetPart};
use crate::store::CorpusReader;
use crate::store::listed::ListedDocument;
use gleaner_extract::base::time::Day;
use gleaner_extract::document::Completeness;

/// Most documents of one answer.
const MAX_LIMIT: usize = 500;

/// What a request asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What is looked for in the texts; `None` for all documents.
    pub query: Option<Query>,
    /// Which documents.
    pub filter: Filter,
    /// Of what a search finds, the latest first instead of the best.
    pub by_date: bool,
    /// Which part of them.
    pub page: Page,
}

/// Documents that were found.
#[derive(Debug)]
pub struct Found {
    /// How many there are.
    pub total: u64,
    /// A part of them.
    pub entries: Vec<Entry>,
}

/// A document that was found.
#[derive(Debug)]
pub struct Entry {
    /// What the index knows of it.
    pub document: ListedDocument,
    /// The headline, with what was searched for marked; empty without a search.
    pub title: Vec<SnippetPart>,
    /// A passage of the text; empty without a search.
    pub snippet: Vec<SnippetPart>,
}

/// The names of parameters that choose documents.
pub const NAMES: &[&str] =
    &["q", "site", "author", "language", "tag", "completeness", "since", "until", "canonical", "order", "offset", "limit"];

impl Wanted {
    /// Reads the parameters of a request, of which a page has so many documents unless it says otherwise.
    pub fn of(params: &Params, usual_limit: usize) -> Result<Self, Problem> {
        let all = |name| params.all(name).map(str::to_owned).collect::<Vec<_>>();
        let filter = Filter {
            since: day(params, "since")?,
            until: day(params, "until")?,
            sites: all("site"),
            authors: all("author"),
            languages: all("language"),
            completeness: params.all("completeness").map(completeness).collect::<Result<_, _>>()?,
            tags: all("tag"),
            canonical_only: flag(params, "canonical")?,
            ids: None,
        };
        let by_date = match params.get("order") {
            None | Some("relevance") => false,
            Some("newest") => true,
            Some(other) => return Err(invalid("order", other, "`relevance` or `newest`")),
        };
        let limit = number(params, "limit")?.unwrap_or(usual_limit).clamp(1, MAX_LIMIT) as u64;
        let page = Page { offset: number(params, "offset")?.unwrap_or(0) as u64, limit };
        let query = params
            .get("q")
            .map(Query::parse)
            .transpose()
            .map_err(|error| Problem::bad_request(format!("Failed to {error}")).with_hint(error.hint()))?;
        Ok(Self { query, filter, by_date, page })
    }

    /// The documents.
    pub fn find(&self, reader: &CorpusReader) -> Result<Found, Problem> {
        if let Some(query) = &self.query {
            let order = if self.by_date { SearchOrder::Newest } else { SearchOrder::Relevance };
            let results = reader.search(query, &self.filter, order, self.page)?;
            let entry =
                |hit: crate::store::search::SearchHit| Entry { document: hit.document, title: hit.title, snippet: hit.snippet };
            return Ok(Found { total: results.total, entries: results.hits.into_iter().map(entry).collect() });
        }
        let skipped = usize::try_from(self.page.offset).unwrap_or(usize::MAX);
        let listed = reader.select(&self.filter, Order::Newest).skip(skipped).take(self.page.limit as usize);
        let entry = |document| Entry { document, title: Vec::new(), snippet: Vec::new() };
        let entries = listed.map(|document| document.map(entry)).collect::<Result<_, _>>()?;
        Ok(Found { total: reader.count(&self.filter)?, entries })
    }
}

fn invalid(name: &str, value: &str, expected: &str) -> Problem {
    Problem::bad_request(format!("{name} is {expected}, not {value:?}."))
}

fn day(params: &Params, name: &str) -> Result<Option<Day>, Problem> {
    let parse = |value: &str| Day::from_str(value).map_err(|_| invalid(name, value, "a day such as 2024-03-05"));
    params.get(name).map(parse).transpose()
}

fn number(params: &Params, name: &str) -> Result<Option<usize>, Problem> {
    params.get(name).map(|value| value.parse().map_err(|_| invalid(name, value, "a number"))).transpose()
}

fn completeness(name: &str) -> Result<Completeness, Problem> {
    Completeness::from_name(name).ok_or_else(|| invalid("completeness", name, "a verdict such as `complete` or `truncated`"))
}

fn flag(params: &Params, name: &str) -> Result<bool, Problem> {
    match params.get(name) {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1" | "on") => Ok(true),
        Some(other) => Err(invalid(name, other, "`true` or `false`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(query: &str) -> Result<Wanted, Problem> {
        Wanted::of(&Params::of_query(Some(query)), 50)
    }

    #[test]
    fn parameters_become_a_filter() {
        let found = wanted(
            "q=old+mill&site=a.example&site=b.example&since=2024-03-05&completeness=truncated&canonical=1&offset=50&limit=9999",
        )
        .unwrap();
        assert_eq!(found.filter.sites, ["a.example", "b.example"]);
        assert_eq!((found.filter.since.unwrap().to_string().as_str(), found.filter.canonical_only), ("2024-03-05", true));
        assert_eq!((found.page, found.query.is_some()), (Page { offset: 50, limit: 500 }, true));
        assert!(wanted("").unwrap().filter.is_empty());
    }

    #[test]
    fn what_cannot_be_understood_is_said() {
        for query in
            ["since=yesterday", "completeness=good", "order=best", "canonical=maybe", "offset=-1", "limit=x", "q=%22open"]
        {
            let problem = wanted(query).unwrap_err();
            assert_eq!(problem.status, axum::http::StatusCode::BAD_REQUEST, "{query}");
        }
    }
}
