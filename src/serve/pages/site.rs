//! A site: how it is doing, which of its lines are boilerplate, and its rules.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};

use super::super::app::{SharedApp, read};
use super::super::params::Params;
use super::super::problem::Problem;
use super::super::site_health::KnownHealth;
use super::chart::{CHARTS, chart};
use super::document::shortened_value;
use super::layout::{Section, document_path, page, plural};
use crate::commands::explain::{BlockVerdict, ExplainTarget, explain};
use crate::engine::Setup;
use crate::health::{Reason, SiteDrift};
use crate::search::{Filter, Order};
use crate::store::CorpusReader;
use gleaner_extract::article::site::{RULE as RECURRING_RULE, SiteTable};
use gleaner_extract::rules::PageSite;

/// Rules that are shown.
const MAX_RULES: usize = 100;

/// Recurring lines that are shown.
const MAX_LINES: usize = 100;

/// Newest documents whose recurring lines are shown.
const LOOKED_AT: usize = 3;

/// The address of a site's page.
pub fn site_path(site: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(site.as_bytes()).collect();
    format!("/sites/{}", encoded.replace('+', "%20"))
}

/// Why a site drifted, for people.
pub fn drift_reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Blocked => "it keeps gleaner out",
        Reason::Unreachable => "it cannot be reached",
        Reason::FeedDead => "its feeds or sitemaps cannot be read",
        Reason::Paywall => "its articles end at a paywall",
        Reason::LayoutChanged => "its layout has changed",
        Reason::Silence => "it has no new articles",
        Reason::Everywhere => "something happened at many sites at once",
        Reason::Unclear => "the reason is unclear",
    }
}

/// Shows a site.
pub async fn site(State(app): State<SharedApp>, Path(site): Path<String>) -> Result<Response, Problem> {
    read(app, move |app, reader| {
        let documents = reader.documents_by_site()?.into_iter().find(|(known, _)| *known == site).map_or(0, |(_, count)| count);
        let health = app.health.get(&app.setup)?;
        let (table, lines) = (reader.site_table(&site)?, recurring_lines(&app.setup, reader, &site)?);
        if documents == 0 && !health.history.sites.contains_key(&site) && table.rows().is_empty() {
            return Err(Problem::not_found("The corpus has nothing of this site."));
        }
        let listed = Params::default().with("site", Some(&site)).on("/documents");
        let content = html! {
            h1 { bdi { (site) } }
            p { a href=(listed) { (plural(documents, "document")) } }
            @if let Some(drift) = health.report.drifted.iter().find(|drift| drift.site == site) { (drifted(drift)) }
            h2 { "By day" }
            (charts(&health, &site))
            h2 { "Lines that recur" }
            (recurring(&table, &lines))
            h2 { "Rules" }
            (rules(&app.setup, &site))
        };
        Ok(page(&site, Section::Sites, &content))
    })
    .await
}

fn charts(health: &KnownHealth, site: &str) -> Markup {
    let today = health.now.unix().div_euclid(86_400);
    html! {
        @match health.history.sites.get(site) {
            Some(known) => { div.tiles { @for of in CHARTS { section { (chart(of, &known.days, today)) } } } }
            None => p.soft { "No run has requested anything of it." }
        }
    }
}

fn drifted(drift: &SiteDrift) -> Markup {
    html! {
        section aria-label="Drift" {
            p.warn { "It has drifted since " (drift.since) ": " (drift_reason(drift.reason)) "." }
            ul {
                @for change in &drift.changes {
                    li { (format!("{:?}", change.measure)) ": " (change.before) " before, " (change.now) " since " (change.since) }
                }
                @for example in &drift.examples {
                    li {
                        @match example.id {
                            Some(id) => a href=(document_path(id, "")) { (shortened_value(&example.source)) },
                            None => (shortened_value(&example.source))
                        }
                        @if let Some(error) = &example.error { ": " (shortened_value(error)) }
                    }
                }
            }
        }
    }
}

/// The lines of its newest documents that were removed because they recur, each with how often they do.
fn recurring_lines(setup: &Setup, reader: &CorpusReader, site: &str) -> Result<BTreeMap<String, String>, Problem> {
    let filter = Filter { sites: vec![site.to_owned()], ..Filter::default() };
    let mut lines = BTreeMap::new();
    for document in reader.select(&filter, Order::Newest).take(LOOKED_AT) {
        // One whose page is gone has nothing to show.
        let Ok(explained) = explain(setup, &ExplainTarget::Id(document?.id.to_string())) else { continue };
        for block in explained.blocks {
            if let BlockVerdict::Removed { rule, why, .. } = block.verdict
                && rule.0 == RECURRING_RULE
                && lines.len() < MAX_LINES
            {
                lines.insert(shortened_value(&block.text), why);
            }
        }
    }
    Ok(lines)
}

fn recurring(table: &SiteTable, lines: &BTreeMap<String, String>) -> Markup {
    html! {
        @if table.rows().is_empty() { p.soft { "None: too few pages, or no line is on enough of them." } }
        @else {
            p.meta {
                (plural(table.rows().len() as u64, "line")) " of its pages are known as boilerplate and removed. "
                "These are in its newest documents:"
            }
            @if lines.is_empty() { p.soft { "None of them." } }
            @else {
                div.scroll {
                    table {
                        thead { tr { th scope="col" { "line" } th scope="col" { "how often" } } }
                        tbody { @for (line, why) in lines { tr { td { bdi { (line) } } td { (why) } } } }
                    }
                }
            }
        }
    }
}

fn rules(setup: &Setup, site: &str) -> Markup {
    let matcher = setup.rules.site_matcher(PageSite { host: Some(site), path: None, site_name: None });
    let of_site = setup.rules.sites().filter(|rules| matcher.as_ref().is_some_and(|matcher| matcher.has(&rules.host)));
    let all: Vec<_> = of_site.flat_map(|rules| rules.rules().collect::<Vec<_>>()).collect();
    html! {
        @if all.is_empty() { p.soft { "It has none of its own. " code { "gleaner rules suggest " (site) } " proposes some." } }
        @else {
            div.scroll {
                table {
                    thead { tr { th scope="col" { "rule" } th scope="col" { "does" } th scope="col" { "why" } } }
                    tbody {
                        @for rule in all.iter().take(MAX_RULES) {
                            tr { td { code { (rule.id) } } td { (rule.action.name()) @if let Some(category) = rule.category { " " (category.name()) } } td { (shortened_value(rule.why)) } }
                        }
                    }
                }
            }
            @if all.len() > MAX_RULES { p.meta { "and " (all.len() - MAX_RULES) " more" } }
        }
    }
}
