//! Saved searches: the `[[watch]]` tables of the configuration.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::super::app::{SharedApp, read};
use super::super::feeds::{FEEDS, FeedForm};
use super::super::filters::Wanted;
use super::super::problem::Problem;
use super::super::saved::{api_path, feed_path, list_path, params_of};
use super::reply;
use crate::search::WatchConfig;
use gleaner_extract::document::Completeness;

/// All saved searches, in the order of the configuration.
#[derive(Debug, Serialize)]
struct Searches<'a> {
    searches: Vec<SavedSearch<'a>>,
}

/// A saved search.
#[derive(Debug, Serialize)]
struct SavedSearch<'a> {
    name: &'a str,
    /// What is looked for; null for any text.
    query: Option<&'a str>,
    filters: Filters<'a>,
    /// How many documents match.
    matches: u64,
    /// The documents: as a page, and as JSON.
    page: String,
    documents: String,
    feeds: Vec<Feed>,
}

/// What restricts it besides the query. Each may be one of several; an empty list restricts nothing.
#[derive(Debug, Serialize)]
struct Filters<'a> {
    sites: &'a [String],
    authors: &'a [String],
    languages: &'a [String],
    completeness: &'a [Completeness],
    tags: &'a [String],
    canonical_only: bool,
}

/// A feed or e-book of a saved search.
#[derive(Debug, Serialize)]
struct Feed {
    title: &'static str,
    #[serde(rename = "type")]
    content_type: &'static str,
    path: String,
}

/// The saved searches, each with the number of its matches.
pub async fn searches(State(app): State<SharedApp>) -> Result<Response, Problem> {
    read(app, |app, reader| {
        let search = |watch| -> Result<SavedSearch<'_>, Problem> {
            let matches = Wanted::of(&params_of(watch), 1)?.find(reader)?.total;
            Ok(saved_search(watch, matches))
        };
        let searches = app.setup.config.watch.iter().map(search).collect::<Result<_, _>>()?;
        reply::json(&Searches { searches })
    })
    .await
}

fn saved_search(watch: &WatchConfig, matches: u64) -> SavedSearch<'_> {
    let feed = |form: &FeedForm| Feed { title: form.title, content_type: form.content_type, path: feed_path(watch, form.file) };
    SavedSearch {
        name: &watch.name,
        query: watch.query.as_deref(),
        filters: Filters {
            sites: &watch.sites,
            authors: &watch.authors,
            languages: &watch.languages,
            completeness: &watch.completeness,
            tags: &watch.tags,
            canonical_only: watch.canonical_only,
        },
        matches,
        page: list_path(watch),
        documents: api_path(watch),
        feeds: FEEDS.iter().map(feed).collect(),
    }
}
