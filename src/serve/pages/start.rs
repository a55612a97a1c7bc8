//! The start page: what is new, the last runs, sites that have drifted, failed URLs, and the disk.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::super::app::{App, SharedApp, read};
use super::super::disk;
use super::super::feeds::FEEDS;
use super::super::params::Params;
use super::super::problem::Problem;
use super::super::saved::{feed_path, list_path};
use super::super::site_health::KnownHealth;
use super::document::shortened_value;
use super::layout::{Section, document_path, number, page, plural, size};
use super::login::remember;
use super::site::{drift_reason, site_path};
use crate::queue::{FILE_NAME, Queue, QueueEntry, QueueFilter, UrlCounts, UrlState};
use crate::search::{Filter, Order, WatchConfig};
use crate::store::journal::RunSummary;
use crate::store::{CorpusReader, Overview};
use gleaner_extract::base::time::Timestamp;

/// Days of what is new.
const DAYS: i64 = 7;

/// Sites that are listed for each day.
const MAX_SITES: usize = 8;

const MAX_LATEST: usize = 10;
const MAX_RUNS: usize = 8;
const MAX_DRIFTED: usize = 20;
const MAX_FAILED: usize = 15;

/// Shows the start page; with the token in its address, remembers it first.
pub async fn start(State(app): State<SharedApp>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    if let Some(token) = Params::of_query(query.as_deref()).get("token") {
        return remember(&app, token);
    }
    read(app, |app, reader| {
        let (overview, health) = (app.overview(reader)?, app.health.get(&app.setup)?);
        let (runs, queue) = (app.runs.last(&app.setup.layout, MAX_RUNS)?, queue(app)?);
        let content = html! {
            h1 { "The corpus" }
            (totals(&overview))
            @if app.access.is_writable() { p { a href="/add" { "Add pages" } } }
            div.tiles {
                section { h2 { "New" } (new(&health)) }
                section { h2 { "Latest" } (latest(reader)?) }
                @if !app.setup.config.watch.is_empty() { section { h2 { "Saved searches" } (saved_searches(&app.setup.config.watch)) } }
                section { h2 { "Last runs" } (run_table(&runs)) }
                section { h2 { "Sites that have drifted" } (drifted(&health)) }
                section { h2 { "Queue" } (queue_table(&queue)) }
                section #disk { h2 { "Disk" } (disk_line(app, &overview)) }
            }
        };
        Ok(page("The corpus", Section::Start, &content).into_response())
    })
    .await
}

fn totals(overview: &Overview) -> Markup {
    html! {
        p {
            a href="/documents" { (plural(overview.documents, "document")) } " with " (plural(overview.words, "word"))
            @if overview.copies > 0 { ", " (number(overview.copies)) " copies" }
            ", from " a href="/sites" { (plural(overview.by_site.len() as u64, "site")) } "."
        }
    }
}

/// New documents by day and site, as the journals have them.
fn new(health: &KnownHealth) -> Markup {
    let today = health.now.unix().div_euclid(86_400);
    let of_day = |day: i64| {
        let count =
            |site: &crate::health::SiteHistory| site.days.within(day..=day).map(|counts| u64::from(counts.new)).sum::<u64>();
        let mut sites: Vec<(&String, u64)> =
            health.history.sites.iter().map(|(site, known)| (site, count(known))).filter(|(_, new)| *new > 0).collect();
        sites.sort_by_key(|(site, new)| (std::cmp::Reverse(*new), *site));
        (day, sites)
    };
    let days: Vec<_> = (0..DAYS).map(|back| of_day(today - back)).filter(|(_, sites)| !sites.is_empty()).collect();
    html! {
        @if days.is_empty() { p.soft { "No run has fetched anything new in the last " (DAYS) " days." } }
        @for (day, sites) in &days {
            h3 { (Timestamp::from_unix(day * 86_400).day()) ": " (number(sites.iter().map(|(_, new)| new).sum())) }
            p {
                @for (site, new) in sites.iter().take(MAX_SITES) { a href=(site_path(site)) { (site) } " " (number(*new)) "  " }
                @if sites.len() > MAX_SITES { "and " (sites.len() - MAX_SITES) " more sites" }
            }
        }
    }
}

/// The documents that were published last.
fn latest(reader: &CorpusReader) -> Result<Markup, Problem> {
    let listed = reader.select(&Filter::default(), Order::Newest).take(MAX_LATEST).collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        @if listed.is_empty() { p.soft { "There are no documents yet." } }
        ul {
            @for document in &listed {
                li {
                    a data-row href=(document_path(document.id, "")) lang=[document.language.as_deref()] { bdi { (shortened_value(document.title.as_deref().unwrap_or("Untitled"))) } }
                    span.meta { " " @if let Some(day) = document.published { (day) } }
                }
            }
        }
    })
}

/// The saved searches of the configuration, each with its feeds.
fn saved_searches(watches: &[WatchConfig]) -> Markup {
    html! {
        ul {
            @for watch in watches {
                li {
                    a data-row href=(list_path(watch)) { bdi { (shortened_value(&watch.name)) } }
                    span.meta {
                        @for feed in FEEDS { " · " a href=(feed_path(watch, feed.file)) type=(feed.content_type) { (feed.title) } }
                    }
                }
            }
        }
    }
}

fn run_table(runs: &[RunSummary]) -> Markup {
    html! {
        @if runs.is_empty() { p.soft { "None yet." } }
        @else {
            div.scroll tabindex="0" role="region" aria-label="Last runs" {
                table {
                    thead { tr { th scope="col" { "started" } th scope="col" { "outcomes" } } }
                    tbody {
                        @for run in runs {
                            tr {
                                td { (run.started) }
                                td {
                                    @for (outcome, count) in &run.outcomes { (outcome) " " (number(*count)) "  " }
                                    @if run.incomplete > 0 { span.warn { "it was killed" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn drifted(health: &KnownHealth) -> Markup {
    let drifted = &health.report.drifted;
    html! {
        @if drifted.is_empty() {
            p.soft { "None of " (plural(health.report.judged, "site")) " of which enough is known." }
        } @else {
            ul {
                @for drift in drifted.iter().take(MAX_DRIFTED) {
                    li { a href=(site_path(&drift.site)) { (drift.site) } ": " (drift_reason(drift.reason)) ", since " (drift.since) }
                }
            }
        }
    }
}

/// The numbers of the queue, and the URLs that failed last.
fn queue(app: &App) -> Result<(UrlCounts, Vec<QueueEntry>), Problem> {
    let Some(queue) = Queue::open_to_read(&app.setup.layout.state.join(FILE_NAME))? else { return Ok(Default::default()) };
    let filter = QueueFilter { states: vec![UrlState::Dead, UrlState::Retry], ..QueueFilter::default() };
    let mut failed = std::collections::VecDeque::new();
    queue.for_each(&filter, &mut |entry| {
        failed.push_back(entry);
        if failed.len() > MAX_FAILED {
            failed.pop_front();
        }
        true
    })?;
    Ok((queue.counts()?, failed.into_iter().rev().collect()))
}

fn queue_table((counts, failed): &(UrlCounts, Vec<QueueEntry>)) -> Markup {
    html! {
        @if counts.is_empty() { p.soft { "It is empty." } }
        @else { p { @for (state, count) in counts { (state.name()) " " (number(*count)) "  " } } }
        @if !failed.is_empty() {
            h3 { "Failed URLs" }
            ul {
                @for entry in failed {
                    li { bdi { (shortened_value(&entry.url)) } br; span.meta { (entry.state.name()) ", " (shortened_value(entry.reason.as_deref().unwrap_or("no reason"))) } }
                }
            }
            p.meta { code { "gleaner queue failed" } " lists all of them." }
        }
    }
}

fn disk_line(app: &App, overview: &Overview) -> Markup {
    html! {
        p {
            "Texts " (size(overview.text_bytes)) ", index " (size(overview.index_bytes))
            @if let Some(free) = disk::free(&app.setup.layout.root) { ", free " (size(free)) }
        }
        p { a href="/disk" hx-get="/disk" hx-select="#folders" hx-target="#disk" hx-swap="beforeend" { "Count the files" } }
    }
}

/// Counts the files of the corpus, which takes a while.
pub async fn disk_page(State(app): State<SharedApp>) -> Result<Response, Problem> {
    read(app, |app, _| {
        let folders = disk::folders(&app.setup.layout);
        let content = html! {
            h1 { "Disk" }
            div #folders {
                table aria-label="Folders" {
                    thead { tr { th scope="col" { "folder" } th.number scope="col" { "files" } th.number scope="col" { "size" } } }
                    tbody {
                        @for (name, folder) in &folders {
                            tr { td { (name) } td.number { (number(folder.files)) @if folder.is_partial { "+" } } td.number { (size(folder.bytes)) } }
                        }
                    }
                }
            }
        };
        Ok(page("Disk", Section::Start, &content))
    })
    .await
}
