//! Stores pages that programs and browsers send. One at a time: each takes the corpus's lock.

use axum::http::StatusCode;

use super::app::{SharedApp, change};
use super::problem::Problem;
use crate::commands::post::{PostError, Posted, post};
use crate::ingest::posted::PostedPage;

/// Waits for its turn, and stores a page.
pub async fn keep(app: SharedApp, page: PostedPage) -> Result<Posted, Problem> {
    let turn = std::sync::Arc::clone(&app);
    // The semaphore is never closed.
    let _permit = turn.writer.acquire().await;
    change(app, move |app| post(&app.setup, page).map_err(problem)).await
}

fn problem(error: PostError) -> Problem {
    match error {
        PostError::Page(error) => of_page(&error),
        PostError::Engine(error) => error.into(),
    }
}

/// What is wrong with a page.
pub fn of_page(error: &crate::ingest::posted::Error) -> Problem {
    let status = match error {
        crate::ingest::posted::Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    Problem::new(status, format!("Failed to {error}.")).with_hint(error.hint())
}
