//! Side by side: the page's blocks in their order, next to what became of each, and why.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use maud::{Markup, html};

use super::super::app::{App, SharedApp, read};
use super::super::document_source::find;
use super::super::params::Params;
use super::super::problem::Problem;
use super::correct::{correct_button, corrected, corrections};
use super::document::{heading, language, shortened_value, title_of};
use super::layout::{Section, document_path, page, plural};
use super::text_window::{cost, shortened, window};
use super::wrong::{reports, wrong_button};
use crate::commands::explain::{BlockVerdict, ExplainTarget, ExplainedBlock, explain};
use crate::store::Sidecar;
use gleaner_extract::document::Category;

/// Bytes of markup around a block.
const MARKUP: usize = 800;

/// Shows the blocks of a document's page.
pub async fn blocks(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = Params::of_query(query.as_deref());
    let from = query.number("from", 0);
    read(app, move |app, reader| {
        let sidecar = find(reader, &id)?.sidecar;
        let explained = explain(&app.setup, &ExplainTarget::Id(sidecar.id.to_string()))?;
        // A removed block is shown once, a kept one on both sides.
        let size = |block: &ExplainedBlock| MARKUP + 2 * cost(&block.text);
        let shown = window(explained.blocks.iter().map(size), from);
        let (by_hand, gone) = corrected(&explained);
        let content = html! {
            (heading(&sidecar, "blocks"))
            (switches(&explained.blocks))
            (reports(app, &sidecar, &query))
            (corrections(app, &sidecar, &query))
            @if gone > 0 { p.warn { (plural(gone as u64, "correction")) " by hand not applied: the page does not have those blocks any more." } }
            @if shown.start > 0 { p { a href=(document_path(sidecar.id, "blocks")) { "From the beginning" } } }
            ol.blocks start=(shown.start + 1) {
                @for (at, block) in explained.blocks.iter().enumerate().take(shown.end).skip(shown.start) { (row(app, &sidecar, (at + 1, block), by_hand.contains(&(at + 1)))) }
            }
            @if shown.end < explained.blocks.len() {
                p { a href={ (document_path(sidecar.id, "blocks")) "?from=" (shown.end) } { "The next blocks of " (explained.blocks.len()) } }
            }
        };
        Ok(page(&format!("Side by side – {}", title_of(&sidecar)), Section::Documents, &content))
    })
    .await
}

fn category(block: &ExplainedBlock) -> Option<Category> {
    match block.verdict {
        BlockVerdict::Removed { category, .. } => Some(category),
        BlockVerdict::Kept { .. } => None,
    }
}

/// A checkbox for each category that the page has. The style sheet hides the blocks of those that are off.
fn switches(blocks: &[ExplainedBlock]) -> Markup {
    let count = |wanted: Category| blocks.iter().filter(|block| category(block) == Some(wanted)).count();
    let counts = Category::ALL.iter().map(|category| (*category, count(*category))).filter(|(_, count)| *count > 0);
    html! {
        p.meta { "Left: the page, block by block. Right: the clean text, or why there is none." }
        fieldset.switches {
            legend { "Show what was removed as" }
            @for (category, count) in counts {
                label class={ "cut-" (category.name()) } title=(category.describe()) {
                    input type="checkbox" id={ "show-" (category.name()) } checked autocomplete="off";
                    " " span.swatch aria-hidden="true" {} (category.name().replace('_', " ")) " (" (count) ")"
                }
            }
        }
    }
}

/// A block with its number.
fn row(app: &App, sidecar: &Sidecar, (number, block): (usize, &ExplainedBlock), is_corrected: bool) -> Markup {
    let buttons = html! {
        @if app.access.is_writable() { p { (correct_button(app, number, block, is_corrected)) " " (wrong_button(app, number, block)) } }
    };
    let (text, is_all) = shortened(&block.text);
    let left = html! { p lang=[language(sidecar)] dir="auto" { (text) @if !is_all { " […]" } } };
    match &block.verdict {
        BlockVerdict::Kept { role, score, spared } => html! {
            li id={ "block-" (number) } {
                div { (left) }
                div.clean {
                    p lang=[language(sidecar)] dir="auto" { (text) @if !is_all { " […]" } }
                    p.meta { (role.replace('_', " ")) ", " (percent(*score)) @if let Some(spared) = spared { ". Kept although " code { (spared.rule) } " matched: " (sentence(&spared.why)) } }
                    (buttons)
                }
            }
        },
        BlockVerdict::Removed { category, rule, why, score } => html! {
            li id={ "block-" (number) } class={ "cut-" (category.name()) } {
                div.cut { (left) }
                div {
                    p { strong { "Removed: " (category.name().replace('_', " ")) } }
                    p.meta { (sentence(why)) " Rule " code { (rule) } ", " (percent(*score)) }
                    (buttons)
                }
            }
        },
    }
}

/// A reason as a sentence.
fn sentence(why: &str) -> String {
    let why = shortened_value(why);
    let mut chars = why.chars();
    let begun: String = chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
    if begun.ends_with(['.', '!', '?', '…']) { begun } else { begun + "." }
}

fn percent(score: f32) -> String {
    format!("{:.0} % likely to be the story", score * 100.0)
}
