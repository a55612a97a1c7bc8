//! “This is wrong”: reports the verdict on a block, into a folder for the user to look at.

use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::super::app::{App, SharedApp, read};
use super::super::document_source::find;
use super::super::forms::{Form, form_for_buttons, see_other};
use super::super::params::Params;
use super::super::problem::Problem;
use super::layout::document_path;
use crate::commands::explain::ExplainedBlock;
use crate::commands::report_block::{block_name, report_block};
use crate::store::Sidecar;

/// The form that the buttons of all blocks belong to.
const FORM: &str = "wrong";

/// Reports the block that the form names.
pub async fn report_wrong(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Extension(form): Extension<Form>,
) -> Result<Response, Problem> {
    let fields = form.fields();
    let (block, from) = (fields.get("block").unwrap_or_default().to_owned(), fields.number("from", 0));
    read(app, move |app, reader| {
        let sidecar = find(reader, &id)?.sidecar;
        if report_block(&app.setup, &sidecar, &block)?.is_none() {
            let hint = "It may have been cleaned again since it was shown: load it again.";
            return Err(Problem::new(StatusCode::CONFLICT, "The page has no such block.").with_hint(hint));
        }
        let number = block.split('-').next().unwrap_or_default();
        let shown = Params::default().and("from", &from.to_string()).and("reported", number);
        Ok(see_other(shown.on(&document_path(sidecar.id, "blocks")) + &format!("#block-{number}")))
    })
    .await
}

/// What stands above the blocks: what was reported last, and the form of the buttons. Nothing, unless reports are allowed.
pub fn reports(app: &App, sidecar: &Sidecar, query: &Params) -> Markup {
    if !app.access.is_writable() {
        return html! {};
    }
    let from = html! { input type="hidden" name="from" value=(query.number("from", 0)); };
    html! {
        @if let Some(number) = query.get("reported").and_then(|number| number.parse::<usize>().ok()) {
            p role="status" { "Block " (number) " was reported: see the folder " code { "reports" } " of the corpus." }
        }
        (form_for_buttons(app, FORM, &document_path(sidecar.id, "wrong"), &from))
    }
}

/// The button of a block.
pub fn wrong_button(app: &App, number: usize, block: &ExplainedBlock) -> Markup {
    html! {
        @if app.access.is_writable() {
            button.small form=(FORM) name="block" value=(block_name(number, block)) aria-label={ "This is wrong: block " (number) } { "This is wrong" }
        }
    }
}
