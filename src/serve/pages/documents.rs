//! The list of documents, and what a search finds: with counts by site, language and so on, each of which narrows the list.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use maud::{Markup, html};

use super::super::app::{SharedApp, read};
use super::super::feeds::FEEDS;
use super::super::filters::{Entry, Found, NAMES, Wanted};
use super::super::params::Params;
use super::super::problem::Problem;
use super::super::saved::list_path;
use super::document::shortened_value;
use super::layout::{SearchField, document_path, number, plural, search_page};
use crate::search::{Facet, FacetKind, SnippetPart, WatchConfig};
use gleaner_extract::document::Completeness;

/// Documents on one page.
const ON_PAGE: usize = 50;

/// Values of each kind of counts.
const FACET_VALUES: usize = 8;

/// The kinds of counts, with the parameter that narrows by each.
const FACETS: &[(FacetKind, &str, &str)] = &[
    (FacetKind::Site, "site", "Site"),
    (FacetKind::Language, "language", "Language"),
    (FacetKind::Day, "day", "Day"),
    (FacetKind::Author, "author", "Author"),
    (FacetKind::Tag, "tag", "Tag"),
    (FacetKind::Completeness, "completeness", "Completeness"),
];

/// Lists documents.
pub async fn documents(State(app): State<SharedApp>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let params = Params::of_query(query.as_deref()).only(NAMES);
    let wanted = Wanted::of(&params, ON_PAGE)?;
    read(app, move |app, reader| {
        let found = wanted.find(reader)?;
        let facets = app.facets(reader, wanted.query.as_ref(), &wanted.filter, FACET_VALUES)?;
        let content = html! {
            h1 { @if wanted.query.is_some() { "Search" } @else { "Documents" } }
            div #results.facets {
                aside aria-label="Narrow the list" {
                    (chosen(&params))
                    (saved_searches(&app.setup.config.watch))
                    @for facet in facets.iter() { (counts(facet, &params)) }
                    (dates(&params))
                }
                section aria-label="Documents" {
                    p role="status" { (plural(found.total, "document")) (order_links(&params, wanted.query.is_some())) }
                    (feeds(&params))
                    ol.items { @for entry in &found.entries { (row(entry)) } (more(&params, &wanted, &found)) }
                }
            }
        };
        let text = params.get("q").unwrap_or_default().to_owned();
        let kept = params.with("q", None).with("offset", None);
        let field = SearchField { text: &text, kept: &kept, is_live: true };
        Ok(search_page(if text.is_empty() { "Documents" } else { &text }, &field, &content))
    })
    .await
}

/// A document of the list.
fn row(entry: &Entry) -> Markup {
    let document = &entry.document;
    let language = document.language.as_deref();
    html! {
        li {
            h3 lang=[language] dir="auto" {
                a data-row href=(document_path(document.id, "")) {
                    @if entry.title.is_empty() { (shortened_value(document.title.as_deref().unwrap_or("Untitled"))) } @else { (marked(&entry.title)) }
                }
            }
            @if !entry.snippet.is_empty() { p lang=[language] dir="auto" { (marked(&entry.snippet)) } }
            p.meta {
                @if let Some(site) = document.outlet.as_deref().or(document.site.as_deref()) { bdi { (shortened_value(site)) } " · " }
                @if let Some(day) = document.published { time datetime=(day) { (day) } " · " }
                @if !document.authors.is_empty() { bdi { (shortened_value(&document.authors.join(", "))) } " · " }
                (plural(document.words, "word"))
                @if document.copy_of.is_some() { " · a copy" }
                @if document.completeness != Completeness::Complete { " · " span.warn { (document.completeness.name()) } }
            }
        }
    }
}

/// Text with what was searched for marked.
fn marked(parts: &[SnippetPart]) -> Markup {
    html! { @for part in parts { @if part.hit { mark { (part.text) } } @else { (part.text) } } }
}

/// The link to the next documents, which takes its own place when scripts follow it.
fn more(params: &Params, wanted: &Wanted, found: &Found) -> Markup {
    let next = wanted.page.offset + found.entries.len() as u64;
    let path = params.with("offset", Some(&next.to_string())).on("/documents");
    html! {
        @if next < found.total && !found.entries.is_empty() {
            li #more {
                a data-row href=(path) hx-get=(path) hx-trigger="click, revealed" hx-select="#results ol > li" hx-target="#more" hx-swap="outerHTML" {
                    "More: " (number(found.total - next)) " further"
                }
            }
        }
    }
}

/// What the list is narrowed by, each with a link that ends it.
fn chosen(params: &Params) -> Markup {
    let narrowed: Vec<(&str, &str)> =
        params.pairs().filter(|(name, _)| !matches!(*name, "q" | "offset" | "limit" | "order")).collect();
    html! {
        @if !narrowed.is_empty() {
            h2 { "Narrowed by" }
            ul {
                @for (name, value) in narrowed {
                    li { span { (name) ": " bdi { (shortened_value(value)) } } a href=(params.without(name, value).with("offset", None).on("/documents")) { "remove" span.meta { " " (shortened_value(value)) } } }
                }
            }
        }
    }
}

/// The values of one kind, each with its count and a link that narrows the list to it.
fn counts(facet: &Facet, params: &Params) -> Markup {
    let known = FACETS.iter().find(|(kind, ..)| *kind == facet.kind);
    let (_, name, title) = known.copied().unwrap_or((facet.kind, "", ""));
    let narrowed = |value: &str| match facet.kind {
        FacetKind::Day => params.with("since", Some(value)).with("until", Some(value)),
        _ => params.and(name, value),
    };
    html! {
        @if !facet.values.is_empty() {
            h2 { (title) }
            ul {
                @for count in &facet.values {
                    li { a href=(narrowed(&count.value).with("offset", None).on("/documents")) { bdi { (shortened_value(&count.value)) } } span.soft { (number(count.documents)) } }
                }
            }
            @if facet.more > 0 { p.meta { "and " (number(facet.more)) " more" } }
        }
    }
}

/// The saved searches of the configuration.
fn saved_searches(watches: &[WatchConfig]) -> Markup {
    html! {
        @if !watches.is_empty() {
            h2 { "Saved searches" }
            ul { @for watch in watches { li { a href=(list_path(watch)) { bdi { (shortened_value(&watch.name)) } } } } }
        }
    }
}

fn dates(params: &Params) -> Markup {
    let kept = params.with("since", None).with("until", None).with("offset", None);
    html! {
        form action="/documents" method="get" {
            fieldset {
                legend { "Published" }
                @for (name, value) in kept.pairs() { input type="hidden" name=(name) value=(value); }
                p { label for="since" { "from " } input #since type="date" name="since" value=[params.get("since")]; }
                p { label for="until" { "to " } input #until type="date" name="until" value=[params.get("until")]; }
                button { "Narrow" }
            }
        }
    }
}

fn order_links(params: &Params, is_search: bool) -> Markup {
    let by_date = params.get("order") == Some("newest");
    let link = |order: &str, name: &str, is_current: bool| {
        html! { a href=(params.with("order", Some(order)).with("offset", None).on("/documents")) aria-current=[is_current.then_some("true")] { (name) } }
    };
    html! { @if is_search { " · " (link("relevance", "best first", !by_date)) " · " (link("newest", "newest first", by_date)) } }
}

/// Feeds and e-books of this list.
fn feeds(params: &Params) -> Markup {
    let params = params.with("offset", None).with("limit", None).with("order", None);
    html! {
        p.meta.no-print {
            "This list as "
            @for (at, feed) in FEEDS.iter().enumerate() {
                @if at > 0 { ", " }
                a href=(params.on(&format!("/feeds/{}", feed.file))) type=(feed.content_type) { (feed.title) }
            }
        }
    }
}
