//! The same as JSON, under `/api/v1`. What it gives is what the commands print with `--json`; `openapi.json` describes it.

mod document;
mod lists;
mod pages;
mod reply;
mod searches;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use super::app::SharedApp;

/// The description of the interface (OpenAPI 3.1).
const OPENAPI: &str = include_str!("openapi.json");

/// The address that takes pages, if that is allowed.
pub fn writing_routes() -> Router<SharedApp> {
    Router::new().route("/pages", post(pages::post))
}

/// The addresses below `/api/v1`.
pub fn routes() -> Router<SharedApp> {
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/documents", get(lists::documents))
        .route("/documents/{id}", get(document::document))
        .route("/documents/{id}/explain", get(document::explained))
        .route("/documents/{id}/related", get(document::relations))
        .route("/documents/{id}/history", get(document::versions))
        .route("/searches", get(searches::searches))
        .route("/sites", get(lists::sites))
        .route("/runs", get(lists::runs))
}

async fn openapi() -> Response {
    reply::text(OPENAPI.to_owned())
}
