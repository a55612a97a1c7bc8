//! All sites of the corpus, with the number of their documents, those that have drifted first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use maud::html;

use super::super::app::{SharedApp, read};
use super::super::params::Params;
use super::super::problem::Problem;
use super::layout::{Section, number, page};
use super::site::{drift_reason, site_path};

/// Sites on one page.
const ON_PAGE: usize = 200;

/// Lists the sites.
pub async fn sites(State(app): State<SharedApp>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let from = Params::of_query(query.as_deref()).number("from", 0);
    read(app, move |app, reader| {
        let mut sites = app.overview(reader)?.by_site.clone();
        let health = app.health.get(&app.setup)?;
        let drift_of = |site: &str| health.report.drifted.iter().find(|drift| drift.site == site);
        sites.sort_by_key(|(site, _)| drift_of(site).is_none());
        let total = sites.len();
        let content = html! {
            h1 { "Sites" }
            div.scroll {
                table {
                    thead { tr { th scope="col" { "site" } th.number scope="col" { "documents" } th scope="col" { "state" } } }
                    tbody {
                        @for (site, count) in sites.iter().skip(from).take(ON_PAGE) {
                            tr {
                                td { a data-row href=(site_path(site)) { bdi { (site) } } }
                                td.number { (number(*count)) }
                                td { @if let Some(drift) = drift_of(site) { span.warn { "drifted: " (drift_reason(drift.reason)) } } }
                            }
                        }
                    }
                }
            }
            @if from + ON_PAGE < total { p { a href={ "/sites?from=" (from + ON_PAGE) } { "More sites" } } }
        };
        Ok(page("Sites", Section::Sites, &content))
    })
    .await
}
