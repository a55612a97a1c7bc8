//! A document: its text as a page to read, what is known of it and from where, and what it is related to.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use maud::{Markup, html};

use super::super::app::{SharedApp, read};
use super::super::document_source::find;
use super::super::params::Params;
use super::super::problem::Problem;
use super::copies::FORMS;
use super::fields::{self, Field, FieldValue};
use super::layout::{Section, document_path, number, outward, page, plural};
use super::text_window::{cost, paragraphs, shortened, window};
use crate::commands::explain::{ExplainTarget, explain};
use crate::relate::Relation;
use crate::store::{CorpusReader, Sidecar};
use gleaner_extract::document::Completeness;

/// Relations that are listed with their titles; the page of the cluster has all of it.
const MAX_RELATIONS: usize = 20;

/// Most characters of a value of a field.
const MAX_VALUE: usize = 400;

/// Most candidates of a field.
const MAX_CANDIDATES: usize = 12;

/// The pages that belong to a document, with their names.
const TABS: &[(&str, &str)] = &[
    ("", "Text"),
    ("blocks", "Side by side"),
    ("original", "Page as fetched"),
    ("versions", "Versions"),
    ("cluster", "Cluster"),
];

/// Shows a document.
pub async fn document(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let from = Params::of_query(query.as_deref()).number("from", 0);
    read(app, move |_, reader| {
        let document = find(reader, &id)?;
        let sidecar = document.sidecar;
        let text = reader.text(&sidecar.id)?;
        let relations = relations(reader, &sidecar)?;
        let content = html! {
            article {
                (heading(&sidecar, ""))
                div.columns {
                    div {
                        @match &text {
                            Some(text) => (story(&sidecar, text, from)),
                            None => p.warn { "The text is damaged or missing. Run " code { "gleaner verify" } " to see what is wrong." }
                        }
                    }
                    aside aria-label="About this document" {
                        (copying(&sidecar))
                        (about(&sidecar))
                        (relations)
                        (removals(&sidecar))
                    }
                }
            }
        };
        Ok(page(&title_of(&sidecar), Section::Documents, &content))
    })
    .await
}

/// The headline, or what stands for it.
pub fn title_of(sidecar: &Sidecar) -> String {
    sidecar.title.as_ref().map_or_else(|| format!("Document {}", sidecar.id.short()), |title| shortened_value(&title.value))
}

/// The language of a document, as HTML has it.
pub fn language(sidecar: &Sidecar) -> Option<&str> {
    sidecar.language.as_ref().map(|language| language.value.as_str())
}

/// Headline, outlet, authors and date; and the pages that belong to the document, of which one is shown.
pub fn heading(sidecar: &Sidecar, tab: &str) -> Markup {
    let original = [&sidecar.urls.r#final, &sidecar.urls.requested, &sidecar.urls.canonical];
    let original = original.into_iter().flatten().find_map(|url| outward(url));
    html! {
        h1 lang=[language(sidecar)] dir="auto" { (title_of(sidecar)) }
        p.meta {
            @if let Some(site) = &sidecar.site { bdi { (site.value) } " · " }
            @if let Some(authors) = &sidecar.authors { bdi { (shortened_value(&authors.value.join(", "))) } " · " }
            @if let Some(published) = &sidecar.published {
                time datetime=(published.value.day) { (published.value.day) } " · "
            }
            (plural(sidecar.words, "word"))
            @if let Some(url) = original { " · " a href=(url) rel="noreferrer noopener nofollow" { "original page" } }
        }
        @if sidecar.completeness != Completeness::Complete {
            p.warn { "This text is " (sidecar.completeness.name()) "." }
        }
        nav.tabs aria-label="This document" {
            ul {
                @for (part, name) in TABS.iter().filter(|(part, _)| *part != "cluster" || sidecar.cluster.is_some()) {
                    li { a href=(document_path(sidecar.id, part)) aria-current=[(*part == tab).then_some("page")] { (name) } }
                }
            }
        }
    }
}

fn story(sidecar: &Sidecar, text: &str, from: usize) -> Markup {
    let pieces = paragraphs(text);
    let shown = window(pieces.iter().map(|piece| cost(piece)), from);
    let path = document_path(sidecar.id, "");
    html! {
        @if shown.start > 0 { p { a href=(path) { "From the beginning" } } }
        div.text lang=[language(sidecar)] dir="auto" {
            @for piece in pieces.get(shown.clone()).unwrap_or_default() { p dir="auto" { (piece) } }
        }
        @if shown.end < pieces.len() {
            p { a href={ (path) "?from=" (shown.end) } { "Read on: " (plural((pieces.len() - shown.end) as u64, "more paragraph")) } }
        }
    }
}

/// Other forms of the document, and buttons that copy them.
fn copying(sidecar: &Sidecar) -> Markup {
    html! {
        h2 { "Copy as" }
        p.no-print {
            @for form in FORMS {
                @let path = document_path(sidecar.id, &format!("as/{}", form.name));
                a.button href=(path) data-copy=(path) { (form.title) } " "
            }
            span #copied role="status" {}
        }
    }
}

fn about(sidecar: &Sidecar) -> Markup {
    html! {
        h2 { "Metadata" }
        dl.fields {
            @for (name, values) in fields::of_sidecar(sidecar) {
                @for value in values { dt { (name) } dd { (value_with_source(&value)) } }
            }
            dt { "quality" } dd { (format!("{:.0} %", sidecar.confidence * 100.0)) }
            dt { "completeness" } dd { (sidecar.completeness.name()) @for evidence in sidecar.completeness_evidence.iter().take(3) { br; span.meta { (shortened_value(evidence)) } } }
            @if let Some(at) = sidecar.fetched_at { dt { "fetched" } dd { time datetime=(at) { (at) } } }
            dt { "source" } dd { (shortened_value(&sidecar.source.0)) }
            dt { "id" } dd { code { (sidecar.id.short()) } }
            dt { "cleaned by" } dd { "gleaner " (sidecar.cleaner.version) ", model " (sidecar.cleaner.model) }
        }
        p { a href=(document_path(sidecar.id, "candidates")) { "All candidates, and why they lost" } }
    }
}

/// The value; where it is from on hover and, for those who cannot hover, on opening.
fn value_with_source(value: &FieldValue) -> Markup {
    let source = format!("{}, {} % sure", value.evidence, value.confidence);
    html! {
        details {
            summary title=(source) { bdi { (shortened_value(&value.value)) } }
            p.meta { (source) }
        }
    }
}

fn relations(reader: &CorpusReader, sidecar: &Sidecar) -> Result<Markup, Problem> {
    let mut named = Vec::new();
    for relation in sidecar.relations.iter().take(MAX_RELATIONS) {
        let other = reader.find(relation.id.to_string())?.map(|document| document.sidecar);
        named.push((relation, other.as_ref().map_or_else(|| relation.id.short(), title_of)));
    }
    Ok(html! {
        @if !named.is_empty() || sidecar.copy_of.is_some() {
            h2 { "Related" }
            @if let Some(original) = sidecar.copy_of { p { "A copy of " a href=(document_path(original, "")) { (original.short()) } } }
            ul { @for (relation, title) in &named { li { (relation_line(sidecar, relation, title)) } } }
            @if sidecar.relations.len() > MAX_RELATIONS { p.meta { "and " (sidecar.relations.len() - MAX_RELATIONS) " more" } }
        }
    })
}

fn relation_line(sidecar: &Sidecar, relation: &Relation, title: &str) -> Markup {
    html! {
        (relation.kind.name().replace('_', " ")) " "
        a href=(document_path(relation.id, "")) { bdi { (title) } }
        " " span.meta { (format!("{:.0} % of this, {:.0} % of that", relation.here * 100.0, relation.there * 100.0)) }
        " " a href=(document_path(sidecar.id, &format!("compare/{}", relation.id))) { "compare" span.meta { " with " (relation.id.short()) } }
    }
}

fn removals(sidecar: &Sidecar) -> Markup {
    html! {
        @if !sidecar.removals.is_empty() {
            h2 { "Removed" }
            table {
                thead { tr { th scope="col" { "category" } th.number scope="col" { "blocks" } th.number scope="col" { "words" } } }
                tbody {
                    @for (category, removed) in &sidecar.removals {
                        tr {
                            td { abbr title=(category.describe()) { (category.name()) } }
                            td.number { (number(removed.blocks)) }
                            td.number { (number(removed.words)) }
                        }
                    }
                }
            }
            p { a href=(document_path(sidecar.id, "blocks")) { "See what and why" } }
        }
    }
}

/// Shows every candidate of each field.
pub async fn candidates(State(app): State<SharedApp>, Path(id): Path<String>) -> Result<Response, Problem> {
    read(app, move |app, reader| {
        let sidecar = find(reader, &id)?.sidecar;
        let explained = explain(&app.setup, &ExplainTarget::Id(sidecar.id.to_string()))?;
        let fields: Vec<Field> = fields::of_candidates(&explained.candidates);
        let content = html! {
            (heading(&sidecar, "candidates"))
            h2 { "Candidates for each field" }
            p.meta { "The first of each was chosen. Confidence is the share of such values that were right on pages with known metadata." }
            @for (name, values) in fields.iter().filter(|(_, values)| !values.is_empty()) {
                h3 { (name) }
                div.scroll { (candidate_table(name, values)) }
            }
        };
        Ok(page(&format!("Candidates – {}", title_of(&sidecar)), Section::Documents, &content))
    })
    .await
}

fn candidate_table(name: &str, values: &[FieldValue]) -> Markup {
    html! {
        table aria-label=(name) {
            thead { tr { th scope="col" { "value" } th scope="col" { "where the page states it" } th.number scope="col" { "confidence" } } }
            tbody {
                @for (rank, value) in values.iter().take(MAX_CANDIDATES).enumerate() {
                    tr {
                        td { @if rank == 0 { strong { bdi { (shortened_value(&value.value)) } } } @else { bdi { (shortened_value(&value.value)) } } }
                        td { (shortened_value(&value.evidence)) }
                        td.number { (value.confidence) " %" }
                    }
                }
            }
        }
        @if values.len() > MAX_CANDIDATES { p.meta { "and " (values.len() - MAX_CANDIDATES) " more" } }
    }
}

/// A value that fits a line or two.
pub fn shortened_value(value: &str) -> String {
    let (short, _) = shortened(value);
    let mut chars = short.chars();
    let start: String = chars.by_ref().take(MAX_VALUE).collect();
    if chars.next().is_some() { format!("{start}…") } else { start }
}
