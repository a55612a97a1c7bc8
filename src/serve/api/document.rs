//! One document, and what belongs to it.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;

use super::super::app::{SharedApp, read};
use super::super::document_source::find;
use super::super::problem::Problem;
use super::reply;
use crate::commands::explain::{ExplainTarget, explain};
use crate::commands::history::{HistoryEntry, history};
use crate::commands::related::related;
use crate::store::Sidecar;

/// A document with its text.
#[derive(Debug, Serialize)]
struct WithText {
    /// Everything that is known of it, as in its sidecar.
    document: Sidecar,
    /// The clean text; of a copy, that of the original; `null` if it is damaged.
    text: Option<String>,
}

/// The versions of a document.
#[derive(Debug, Serialize)]
struct Versions {
    /// Oldest first.
    versions: Vec<HistoryEntry>,
}

/// A document: its sidecar and its text.
pub async fn document(State(app): State<SharedApp>, Path(id): Path<String>) -> Result<Response, Problem> {
    read(app, move |_, reader| {
        let document = find(reader, &id)?.sidecar;
        let text = reader.text(&document.id)?;
        reply::json(&WithText { document, text })
    })
    .await
}

/// Its page, block by block, as `gleaner explain --json` prints it.
pub async fn explained(State(app): State<SharedApp>, Path(id): Path<String>) -> Result<Response, Problem> {
    read(app, move |app, reader| {
        let id = find(reader, &id)?.sidecar.id;
        reply::json(&explain(&app.setup, &ExplainTarget::Id(id.to_string()))?)
    })
    .await
}

/// What it is related to, as `gleaner related --json` prints it.
pub async fn relations(State(app): State<SharedApp>, Path(id): Path<String>) -> Result<Response, Problem> {
    read(app, move |_, reader| reply::json(&related(reader, &find(reader, &id)?)?)).await
}

/// Its versions, as `gleaner history --json` prints them.
pub async fn versions(State(app): State<SharedApp>, Path(id): Path<String>) -> Result<Response, Problem> {
    read(app, move |_, reader| reply::json(&Versions { versions: history(reader, &find(reader, &id)?)? })).await
}
