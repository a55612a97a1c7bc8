//! Which address is what.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use super::app::SharedApp;
use super::problem::Problem;
use super::{api, assets, feeds, guard, pages};

/// Most bytes of a form.
const MAX_FORM: usize = 256 << 10;

/// All addresses, behind the guard.
pub fn of(app: SharedApp) -> Router {
    Router::new()
        .route("/", get(pages::start))
        .route("/disk", get(pages::disk_page))
        .route("/keys", get(pages::keys))
        .route("/login", get(pages::login).post(pages::log_in))
        .route("/sites", get(pages::sites))
        .route("/sites/{site}", get(pages::site))
        .route("/assets/{name}", get(assets::serve))
        .route("/documents", get(pages::documents))
        .nest("/documents/{id}", of_document())
        .nest("/api/v1", api::routes())
        .route("/feeds/{name}", get(feeds::feed))
        .fallback(missing)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(from_fn_with_state(app.clone(), guard::check))
        .with_state(app)
}

/// The pages of a document.
fn of_document() -> Router<SharedApp> {
    Router::new()
        .route("/", get(pages::document))
        .route("/blocks", get(pages::blocks))
        .route("/candidates", get(pages::candidates))
        .route("/original", get(pages::original))
        .route("/raw", get(pages::raw))
        .route("/as/{form}", get(pages::copy))
        .route("/versions", get(pages::versions))
        .route("/cluster", get(pages::cluster))
        .route("/compare/{other}", get(pages::compare))
}

async fn missing() -> Problem {
    Problem::not_found("There is nothing at this address.")
}
