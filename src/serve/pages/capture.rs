//! Keeps a page as the reader's browser shows it. The bookmarklet makes the page send itself here: that shows what came, in a form of this server, and only
//! the reader's click keeps it. So the page learns no token, no other site can add anything, and nothing is written for whoever has not logged in.

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::super::app::SharedApp;
use super::super::forms::{Form, KEEP_PAGE, MAX_PAGE_FORM, fields_of, form, see_other};
use super::super::keep::keep;
use super::super::params::Params;
use super::super::problem::Problem;
use super::document::shortened_value;
use super::layout::{Section, document_path, page, plain_frame, respond, size};
use crate::commands::post::Posted;
use crate::ingest::posted::PostedPage;

/// Shows the page that came, and asks whether to keep it.
pub async fn capture(State(app): State<SharedApp>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    // The semaphore is never closed.
    let _permit = app.large.acquire().await;
    let fields = fields_of(&parts, body, MAX_PAGE_FORM).await?;
    let (url, text) = (fields.get("url").unwrap_or_default(), fields.get("html").unwrap_or_default());
    if url.is_empty() || text.is_empty() {
        return Err(Problem::bad_request("There is no page in the request.")
            .with_hint("The bookmarklet on the page “Add pages” sends one."));
    }
    let content = html! {
        p { bdi { (shortened_value(url)) } " (" (size(text.len() as u64)) ")" }
        input type="hidden" name="url" value=(url);
        input type="hidden" name="html" value=(text);
        p { button autofocus { "Keep this page" } }
    };
    let shown = html! {
        h1 { "Keep this page?" }
        p { "It is stored as your browser showed it, and cleaned as if it had been fetched." }
        (form(&app, KEEP_PAGE, &content))
    };
    Ok(page("Keep a page", Section::None, &shown))
}

/// Keeps the page of the form, and shows the document.
pub async fn keep_page(State(app): State<SharedApp>, Extension(form): Extension<Form>) -> Result<Response, Problem> {
    let posted = keep(app, page_of(form.fields())).await?;
    let outcome = match posted {
        Posted::Waiting => return Ok(see_other("/add?waiting=1".to_owned())),
        Posted::Done(outcome) => outcome,
    };
    if let Some(id) = outcome.document() {
        return Ok(see_other(document_path(id, "")));
    }
    let content = html! {
        div.error {
            h1 { "The page was not kept" }
            p { "It was " (outcome.name()) @if let Some(reason) = outcome.reason() { ": " (reason) } "." }
            p { a href="/add" { "Add other pages" } }
        }
    };
    Ok(respond(StatusCode::UNPROCESSABLE_ENTITY, &plain_frame("The page was not kept", Section::None, &content)))
}

/// Browsers write line ends in forms in their own way.
fn page_of(fields: &Params) -> PostedPage {
    let html = fields.get("html").unwrap_or_default().replace("\r\n", "\n");
    PostedPage { url: fields.get("url").unwrap_or_default().to_owned(), html, title: None, fetched_at: None }
}
