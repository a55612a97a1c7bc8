//! Which address is what.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::app::SharedApp;
use super::problem::Problem;
use super::{api, assets, feeds, forms, guard, pages};

/// All addresses, behind the guard.
pub fn of(app: SharedApp) -> Router {
    let writing = if app.access.is_writable() { writing(app.clone()) } else { Router::new() };
    Router::new()
        .merge(writing)
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
        .route("/feeds/saved/{watch}/{name}", get(feeds::saved_feed))
        .fallback(missing)
        .layer(DefaultBodyLimit::max(forms::MAX_FORM))
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

/// What changes something: for programs with the token, and forms, each of which is checked to be the server's own.
fn writing(app: SharedApp) -> Router<SharedApp> {
    let forms = Router::new()
        .route("/add", get(pages::add).post(pages::add_urls))
        .route("/pages", post(pages::keep_page))
        .route("/documents/{id}/wrong", post(pages::report_wrong))
        .route("/documents/{id}/correct", post(pages::correct_block))
        .layer(from_fn_with_state(app, forms::check));
    // The page that another site's page sends is only shown, with a form that keeps it.
    forms.route("/capture", post(pages::capture)).nest("/api/v1", api::writing_routes())
}

async fn missing() -> Problem {
    Problem::not_found("There is nothing at this address.")
}
