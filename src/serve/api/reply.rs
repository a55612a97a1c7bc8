//! Answers as JSON.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::super::problem::Problem;

/// A value as JSON.
pub fn json(value: &impl Serialize) -> Result<Response, Problem> {
    let encoded = serde_json::to_string(value);
    encoded.map(text).map_err(|error| {
        Problem::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, format!("Failed to encode the answer: {error}."))
    })
}

/// Text that is JSON.
pub fn text(json: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], json).into_response()
}
