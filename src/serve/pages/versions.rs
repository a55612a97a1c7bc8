//! The versions of a document, and the difference between two of them, word by word.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use maud::{Markup, html};

use super::super::app::{SharedApp, read};
use super::super::document_source::find;
use super::super::params::Params;
use super::super::problem::Problem;
use super::document::{heading, language, shortened_value, title_of};
use super::layout::{Section, document_path, number, page, plural};
use super::text_window::{cost, shortened, window};
use crate::commands::history::{HistoryEntry, VersionDiff, diff, history};
use crate::compare::{Differences, Part, Piece, Side};

/// Bytes of markup around a piece.
const MARKUP: usize = 30;

/// Shows the versions of a document, and what changed between two of them.
pub async fn versions(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let params = Params::of_query(query.as_deref());
    read(app, move |_, reader| {
        let document = find(reader, &id)?;
        let entries = history(reader, &document)?;
        let chosen = params.get("a").zip(params.get("b"));
        let compared = if entries.len() > 1 { Some(diff(reader, &document, chosen)?) } else { None };
        let sidecar = document.sidecar;
        let path = document_path(sidecar.id, "versions");
        let content = html! {
            (heading(&sidecar, "versions"))
            h2 { (plural(entries.len() as u64, "version")) }
            div.scroll { (table(&entries)) }
            @if let Some(compared) = &compared {
                (choice(&path, &entries, compared))
                (marked(language(&sidecar), &compared.differences, &path, &params))
            } @else { p.soft { "The text has not changed since it was first cleaned." } }
        };
        Ok(page(&format!("Versions – {}", title_of(&sidecar)), Section::Documents, &content))
    })
    .await
}

fn table(entries: &[HistoryEntry]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "version" } th scope="col" { "fetched" } th scope="col" { "change" } th.number scope="col" { "words" } th scope="col" { "headline" } } }
            tbody {
                @for entry in entries.iter().rev() {
                    tr {
                        td { (entry.version) }
                        td { time datetime=(entry.at) { (entry.at) } }
                        td { (entry.class.name()) @for evidence in entry.evidence.iter().take(3) { br; span.meta { (shortened_value(evidence)) } } }
                        td.number { (number(entry.words)) }
                        td { bdi { (shortened_value(entry.title.as_deref().unwrap_or_default())) } }
                    }
                }
            }
        }
    }
}

/// Which versions are compared.
fn choice(path: &str, entries: &[HistoryEntry], compared: &VersionDiff) -> Markup {
    let select = |name: &str, label: &str, chosen: usize| {
        html! {
            label for=(name) { (label) " " }
            select id=(name) name=(name) {
                @for entry in entries { option value=(entry.version) selected[entry.version == chosen] { (entry.version) } }
            }
            " "
        }
    };
    html! {
        h2 { "What changed" }
        form action=(path) method="get" {
            (select("a", "From version", compared.from.version))
            (select("b", "to", compared.to.version))
            button { "Compare" }
        }
        p.meta { (compared.to.class.name()) ": " (plural(compared.words_removed as u64, "word")) " removed, " (compared.words_added) " added" }
    }
}

/// Two texts as one, with what only one of them has marked, as far as it fits a page.
pub fn marked(language: Option<&str>, differences: &Differences, path: &str, params: &Params) -> Markup {
    let whole = |text: &String| vec![Piece { side: Side::Same, text: text.clone() }];
    let of_part = |part: &Part| match part {
        Part::Same(text) => whole(text),
        Part::Changed(spot) => spot.pieces.clone(),
    };
    let pieces: Vec<Piece> = differences.parts.iter().flat_map(of_part).collect();
    let from = params.number("from", 0);
    let shown = window(pieces.iter().map(|piece| MARKUP + cost(&piece.text)), from);
    html! {
        @if shown.start > 0 { p { a href=(params.with("from", None).on(path)) { "From the beginning" } } }
        div.text lang=[language] dir="auto" {
            p dir="auto" {
                @for piece in pieces.get(shown.clone()).unwrap_or_default() { (marked_piece(piece)) }
            }
        }
        @if shown.end < pieces.len() {
            p { a href=(params.with("from", Some(&shown.end.to_string())).on(path)) { "Read on" } }
        }
    }
}

fn marked_piece(piece: &Piece) -> Markup {
    let (text, is_all) = shortened(&piece.text);
    let text = html! { (text) @if !is_all { " […]" } };
    match piece.side {
        Side::Same => text,
        Side::Removed => html! { del { (text) } },
        Side::Added => html! { ins { (text) } },
    }
}
