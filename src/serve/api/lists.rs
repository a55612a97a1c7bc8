//! Lists: documents and what a search finds, sites, runs.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::Serialize;

use super::super::app::{SharedApp, read};
use super::super::filters::Wanted;
use super::super::params::Params;
use super::super::problem::Problem;
use super::reply;
use crate::health::SiteDrift;
use crate::search::SnippetPart;
use crate::store::journal::RunSummary;
use crate::store::listed::ListedDocument;

/// Most runs that are listed.
const MAX_RUNS: usize = 200;

/// Documents of one answer, unless the request says otherwise.
const USUAL_LIMIT: usize = 50;

/// Documents.
#[derive(Debug, Serialize)]
struct Documents {
    /// How many there are in all.
    total: u64,
    /// Number of those before these.
    offset: u64,
    documents: Vec<Listed>,
}

/// A document of a list.
#[derive(Debug, Serialize)]
struct Listed {
    document: ListedDocument,
    /// A passage of its text with what was searched for marked; empty without a search.
    snippet: Vec<SnippetPart>,
}

/// A site.
#[derive(Debug, Serialize)]
struct Site<'a> {
    /// The registrable domain, or the site name; `?` if unknown.
    site: &'a str,
    /// Its documents with a text of their own.
    documents: u64,
    /// How it has drifted, if it has.
    drift: Option<&'a SiteDrift>,
}

/// All sites.
#[derive(Debug, Serialize)]
struct Sites<'a> {
    sites: Vec<Site<'a>>,
}

/// The last runs.
#[derive(Debug, Serialize)]
struct Runs {
    runs: Vec<RunSummary>,
}

/// Documents by the same parameters as on the page, or what a search finds.
pub async fn documents(State(app): State<SharedApp>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let wanted = Wanted::of(&Params::of_query(query.as_deref()), USUAL_LIMIT)?;
    read(app, move |_, reader| {
        let found = wanted.find(reader)?;
        let documents = found.entries.into_iter().map(|entry| Listed { document: entry.document, snippet: entry.snippet });
        reply::json(&Documents { total: found.total, offset: wanted.page.offset, documents: documents.collect() })
    })
    .await
}

/// The sites of the corpus, those with most documents first.
pub async fn sites(State(app): State<SharedApp>) -> Result<Response, Problem> {
    read(app, |app, reader| {
        let (by_site, health) = (reader.documents_by_site()?, app.health.get(&app.setup)?);
        let drift = |site: &str| health.report.drifted.iter().find(|drift| drift.site == site);
        let sites = by_site.iter().map(|(site, documents)| Site { site, documents: *documents, drift: drift(site) }).collect();
        reply::json(&Sites { sites })
    })
    .await
}

/// The last runs, newest first.
pub async fn runs(State(app): State<SharedApp>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let limit = Params::of_query(query.as_deref()).number("limit", 20).clamp(1, MAX_RUNS);
    read(app, move |app, _| reply::json(&Runs { runs: app.runs.last(&app.setup.layout, limit)? })).await
}
