//! Lists of what is no document: sites and runs.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::Serialize;

use super::super::app::{SharedApp, read};
use super::super::params::Params;
use super::super::problem::Problem;
use super::reply;
use crate::health::SiteDrift;
use crate::store::journal::RunSummary;

/// Most runs that are listed.
const MAX_RUNS: usize = 200;

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

/// The sites of the corpus, those with most documents first.
pub async fn sites(State(app): State<SharedApp>) -> Result<Response, Problem> {
    read(app, |app, reader| {
        let (overview, health) = (reader.overview()?, app.health.get(&app.setup)?);
        let drift = |site: &str| health.report.drifted.iter().find(|drift| drift.site == site);
        let sites =
            overview.by_site.iter().map(|(site, documents)| Site { site, documents: *documents, drift: drift(site) }).collect();
        reply::json(&Sites { sites })
    })
    .await
}

/// The last runs, newest first.
pub async fn runs(State(app): State<SharedApp>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let limit = Params::of_query(query.as_deref()).number("limit", 20).clamp(1, MAX_RUNS);
    read(app, move |app, _| reply::json(&Runs { runs: app.runs.last(&app.setup.layout, limit)? })).await
}
