//! A document in other forms, as plain text that can be copied: its text, Markdown, and as a reference.

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::super::app::{SharedApp, read};
use super::super::document_source::find;
use super::super::problem::Problem;

/// The clean text.
pub async fn text(State(app): State<SharedApp>, Path(id): Path<String>) -> Result<Response, Problem> {
    read(app, move |_, reader| {
        let id = find(reader, &id)?.sidecar.id;
        let text = reader.text(&id)?.ok_or_else(|| Problem::not_found("The text is damaged or missing."))?;
        Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text + "\n").into_response())
    })
    .await
}
