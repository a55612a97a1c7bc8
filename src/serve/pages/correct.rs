//! Corrections by hand: the buttons beside the blocks of a page, and what they do.

use std::sync::Arc;

use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::super::app::{App, SharedApp, change, read};
use super::super::document_source::find;
use super::super::forms::{Form, form_for_buttons, see_other};
use super::super::params::Params;
use super::super::problem::Problem;
use super::layout::document_path;
use crate::commands::correct::{BlockName, CorrectError, CorrectionChange, correct, plan};
use crate::commands::explain::{BlockVerdict, ExplainedBlock, Explanation};
use crate::commands::report_block::block_name;
use crate::engine::Silent;
use crate::store::Sidecar;
use gleaner_extract::article::corrections::ReaderVerdict;
use gleaner_extract::document::DocumentId;

/// The form that the buttons of all blocks belong to.
const FORM: &str = "correct";

/// What a button does, as it is sent, named and reported.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("cut", "Cut", "was cut"),
    ("restore", "Restore", "was restored"),
    ("undo", "Undo the correction", "is as the rules have it"),
];

/// Corrects the block that the form names, and cleans its document again.
pub async fn correct_block(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Extension(form): Extension<Form>,
) -> Result<Response, Problem> {
    let fields = form.fields();
    let (action, block) = fields.get("block").and_then(|value| value.split_once(':')).unwrap_or_default();
    let (action, block, from) = (action.to_owned(), block.to_owned(), fields.number("from", 0));
    let name = BlockName::Named(block.clone());
    let wanted = match action.as_str() {
        "cut" => CorrectionChange::Set(ReaderVerdict::Cut, name),
        "restore" => CorrectionChange::Set(ReaderVerdict::Restore, name),
        "undo" => CorrectionChange::UndoBlock(name),
        _ => return Err(Problem::bad_request("The form names no block.")),
    };
    let id = read(Arc::clone(&app), move |_, reader| Ok(find(reader, &id)?.sidecar.id)).await?;
    let turn = Arc::clone(&app);
    // The semaphore is never closed.
    let _permit = turn.writer.acquire().await;
    change(app, move |app| write(app, id, &wanted)).await?;
    let number = block.split('-').next().unwrap_or_default();
    let shown = Params::default().and("from", &from.to_string()).and(&action, number);
    Ok(see_other(shown.on(&document_path(id, "blocks")) + &format!("#block-{number}")))
}

fn write(app: &App, id: DocumentId, wanted: &CorrectionChange) -> Result<(), Problem> {
    let conflict = |error: CorrectError| {
        let message = format!("The block was not corrected: {error}.");
        Problem::new(StatusCode::CONFLICT, message).with_hint(error.hint())
    };
    match app.setup.hold_lock_briefly() {
        Err(error) if error.is_locked() => return Err(busy()),
        held => held?,
    }
    let planned = plan(&app.setup, id.to_string().as_ref(), std::slice::from_ref(wanted));
    let result = match planned {
        Ok(Ok(plan)) => correct(&app.setup, plan, &Silent),
        Ok(Err(error)) => {
            drop(app.setup.take_lock());
            return Err(conflict(error));
        }
        Err(error) => Err(error),
    };
    let report = result.inspect_err(|_| drop(app.setup.take_lock()))?;
    match report.failures.first() {
        None => Ok(()),
        Some(failure) => Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, format!("Failed to {}.", failure.error))),
    }
}

fn busy() -> Problem {
    Problem::new(StatusCode::CONFLICT, "A run is active.").with_hint("Correct the block when it is over.")
}

/// What stands above the blocks: what was corrected last, and the form of the buttons. Nothing, unless corrections are allowed.
pub fn corrections(app: &App, sidecar: &Sidecar, query: &Params) -> Markup {
    if !app.access.is_writable() {
        return html! {};
    }
    let from = html! { input type="hidden" name="from" value=(query.number("from", 0)); };
    let number = |action: &str| query.get(action).and_then(|number| number.parse::<usize>().ok());
    html! {
        @for (action, _, done) in ACTIONS {
            @if let Some(number) = number(action) { p role="status" { "Block " (number) " " (done) ". The document was cleaned again." } }
        }
        (form_for_buttons(app, FORM, &document_path(sidecar.id, "correct"), &from))
    }
}

/// Which blocks were corrected by hand, by their numbers from 1; and how many corrections are of blocks that are gone.
pub fn corrected(page: &Explanation) -> (Vec<usize>, usize) {
    let numbers: Vec<usize> = page.corrections.iter().filter_map(|correction| correction.block).collect();
    let gone = page.corrections.len() - numbers.len();
    (numbers, gone)
}

/// The button of a block.
pub fn correct_button(app: &App, number: usize, block: &ExplainedBlock, is_corrected: bool) -> Markup {
    let wanted = match &block.verdict {
        _ if is_corrected => "undo",
        BlockVerdict::Kept { .. } => "cut",
        BlockVerdict::Removed { .. } => "restore",
    };
    html! {
        @if app.access.is_writable() {
            @for (action, name, _) in ACTIONS.iter().filter(|(action, ..)| *action == wanted) {
                button.small form=(FORM) name="block" value={ (action) ":" (block_name(number, block)) } aria-label={ (name) ": block " (number) } { (name) }
            }
        }
    }
}
