//! The list of keys as a page, for browsers without scripts.

use axum::response::Response;
use maud::html;

use super::layout::{Section, key_list, page};

/// The keys.
pub async fn keys() -> Response {
    page(
        "Keys",
        Section::None,
        &html! { h1 { "Keys" } p { "They need scripts; everything can be reached without them." } (key_list()) },
    )
}
