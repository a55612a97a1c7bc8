//! Takes a page with its URL.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::super::app::SharedApp;
use super::super::forms::whole;
use super::super::keep::{keep, of_page};
use super::super::params::Params;
use super::super::problem::Problem;
use super::reply;
use crate::commands::post::Posted;
use crate::ingest::posted::PostedPage;
use crate::outcome::Outcome;
use gleaner_extract::document::DocumentId;

/// Bytes of JSON around a page.
const MAX_OVERHEAD: usize = 1 << 20;

/// What became of a page.
#[derive(Debug, Serialize)]
struct Answer {
    /// `new`, `updated`, `unchanged`, `copy`, `refused`, `failed`; `waiting` if the next run will tell.
    outcome: &'static str,
    /// The document, if there is one.
    id: Option<DocumentId>,
    /// Why there is none.
    reason: Option<String>,
    /// What the user can do about it.
    hint: Option<String>,
}

/// Takes a page as JSON, or as HTML with its URL in the query.
pub async fn post(State(app): State<SharedApp>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let max = 2 * app.setup.config.page.max_bytes + MAX_OVERHEAD;
    // The semaphore is never closed.
    let _permit = app.large.acquire().await;
    let page = {
        match essence.as_str() {
            "application/json" => PostedPage::from_json(&whole(body, max).await?).map_err(|error| of_page(&error))?,
            "text/html" | "application/xhtml+xml" => {
                let query = Params::of_query(parts.uri.query());
                let url = query.get("url").ok_or_else(|| {
                    Problem::bad_request("The page's URL is missing.")
                        .with_hint("Add it to the address: /api/v1/pages?url=https%3A%2F%2F…")
                })?;
                PostedPage::from_html(url, &whole(body, max).await?, &content_type)
            }
            _ => {
                return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "A page is JSON or HTML.")
                    .with_hint("Send it with `Content-Type: application/json` or `text/html`."));
            }
        }
    };
    answer(keep(app.clone(), page).await?)
}

fn answer(posted: Posted) -> Result<Response, Problem> {
    let outcome = match posted {
        Posted::Done(outcome) => outcome,
        Posted::Waiting => {
            let waiting = Answer { outcome: "waiting", id: None, reason: None, hint: None };
            return Ok((StatusCode::ACCEPTED, reply::json(&waiting)?).into_response());
        }
    };
    let (id, reason) = (outcome.document(), outcome.reason());
    let status = match &outcome {
        Outcome::Kept { new: true, .. } => StatusCode::CREATED,
        Outcome::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Outcome::Failed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::OK,
    };
    let name = outcome.name();
    let hint = if let Outcome::Failed { hint, .. } = outcome { hint } else { None };
    let body = reply::json(&Answer { outcome: name, id, reason, hint })?;
    let place = id.filter(|_| status == StatusCode::CREATED).map(|id| [(LOCATION, format!("/api/v1/documents/{id}"))]);
    Ok((status, place, body).into_response())
}
