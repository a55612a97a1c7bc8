//! A document in other forms, as plain text that can be copied: its text, Markdown, and as a reference.

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::super::app::{SharedApp, read};
use super::super::document_source::find;
use super::super::problem::Problem;
use crate::commands::export::{record, stem};
use crate::export::{ExportDocument, bibtex, csl, markdown};

/// A form of a document.
#[derive(Clone, Copy, Debug)]
pub struct CopyForm {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    write: fn(&ExportDocument<'_>) -> std::io::Result<String>,
}

/// The forms.
pub const FORMS: &[CopyForm] = &[
    CopyForm { name: "text", title: "Text", write: |document| Ok(format!("{}\n", document.text)) },
    CopyForm { name: "markdown", title: "Markdown", write: |document| Ok(markdown::file(document)) },
    CopyForm { name: "bibtex", title: "BibTeX", write: |document| Ok(bibtex::entry(document)) },
    CopyForm { name: "csl", title: "CSL-JSON", write: |document| Ok(format!("[{}]\n", csl::item(document)?)) },
];

/// A document in the form with this name.
pub async fn copy(State(app): State<SharedApp>, Path((id, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let missing = || Problem::not_found("There is no such form of a document.");
    let form = FORMS.iter().find(|form| form.name == name).ok_or_else(missing)?;
    read(app, move |app, reader| {
        let document = find(reader, &id)?;
        let text = reader.text(&document.sidecar.id)?.ok_or_else(|| Problem::not_found("The text is damaged or missing."))?;
        let written = (form.write)(&record(&document.sidecar, &stem(&app.setup.layout, &document), &text));
        let written = written.map_err(|error| Problem::not_found(format!("Failed to write the document: {error}.")))?;
        Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], written).into_response())
    })
    .await
}
