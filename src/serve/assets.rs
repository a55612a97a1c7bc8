//! Style sheet and scripts, embedded in the program and served under names that have their hash, so that browsers may keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::Category;

use super::problem::Problem;

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// Where it is served.
    pub path: String,
    content_type: &'static str,
    text: String,
}

impl Asset {
    fn new(name: &str, content_type: &'static str, text: String) -> Self {
        let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
        let hash = ContentHash::of(&text);
        Self { path: format!("/assets/{stem}-{}.{ending}", hash.short()), content_type, text }
    }
}

/// The style sheet.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let text = format!("{}{}", include_str!("assets/style.css"), category_switches());
    Asset::new("style.css", "text/css; charset=utf-8", text)
});

/// Keyboard, colour scheme and copying. Runs before the page is shown, so that it appears in the right colours.
pub static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("script.js", "text/javascript; charset=utf-8", include_str!("assets/script.js").to_owned()));

/// htmx 4.0.1 (<https://htmx.org>, Zero-Clause BSD), as its package on npm has it.
pub static HTMX: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("htmx.js", "text/javascript; charset=utf-8", include_str!("assets/htmx.min.js").to_owned()));

/// Hides what belongs to a category while its checkbox is off: works without scripts.
fn category_switches() -> String {
    let rule = |name: &str| format!("main:has(#show-{name}:not(:checked)) .cut-{name}{{display:none}}\n");
    Category::ALL.iter().map(|category| rule(category.name())).collect()
}

/// Serves one.
pub async fn serve(Path(name): Path<String>) -> Response {
    let assets: [&Asset; 3] = [&STYLE, &SCRIPT, &HTMX];
    match assets.into_iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(&name)) {
        Some(asset) => {
            let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, asset.text.as_str()).into_response()
        }
        None => Problem::not_found("There is no such file.").into_response(),
    }
}
