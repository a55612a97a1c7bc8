//! What every page has around its content: head, navigation, search, and the list of keys.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::super::assets::{HTMX, SCRIPT, STYLE};
use super::super::params::Params;

/// Which part of the interface a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The start page.
    Start,
    /// Documents and what belongs to one.
    Documents,
    /// Sites.
    Sites,
    /// None of these.
    None,
}

/// The sections with their addresses and names.
const SECTIONS: &[(Section, &str, &str)] =
    &[(Section::Start, "/", "Start"), (Section::Documents, "/documents", "Documents"), (Section::Sites, "/sites", "Sites")];

/// The keys that the script knows.
pub const KEYS: &[(&str, &str)] = &[
    ("j", "next entry of a list"),
    ("k", "previous entry"),
    ("Enter", "open the entry"),
    ("/", "search"),
    ("Esc", "leave the search field, or close this list"),
    ("?", "show or hide this list"),
];

/// A page as a response.
pub fn page(title: &str, section: Section, content: &Markup) -> Response {
    respond(StatusCode::OK, &plain_frame(title, section, content))
}

/// What the search field has.
#[derive(Clone, Copy, Debug)]
pub struct SearchField<'a> {
    /// Its text.
    pub text: &'a str,
    /// Parameters that a search keeps.
    pub kept: &'a Params,
    /// Whether the list on the page follows what is typed.
    pub is_live: bool,
}

/// A page with what was searched for in its search field.
pub fn search_page(title: &str, field: &SearchField<'_>, content: &Markup) -> Response {
    respond(StatusCode::OK, &frame(title, Section::Documents, field, content))
}

/// HTML with a status.
pub fn respond(status: StatusCode, markup: &Markup) -> Response {
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], markup.0.clone()).into_response()
}

/// The whole page with an empty search field.
pub fn plain_frame(title: &str, section: Section, content: &Markup) -> Markup {
    frame(title, section, &SearchField { text: "", kept: &Params::default(), is_live: false }, content)
}

/// The search field. Where the list is on the page, it follows what is typed.
fn search_input(field: &SearchField<'_>) -> Markup {
    html! {
        @for (name, value) in field.kept.pairs() { input type="hidden" name=(name) value=(value); }
        label.soft for="search" { "Search" }
        @if field.is_live {
            input #search type="search" name="q" value=(field.text) autocomplete="off" hx-get="/documents" hx-trigger="input changed delay:300ms"
                hx-include="closest form" hx-select="#results" hx-target="#results" hx-swap="outerHTML" hx-replace-url="true";
        } @else {
            input #search type="search" name="q" value=(field.text) autocomplete="off";
        }
        button { "Search" }
    }
}

/// The whole page.
fn frame(title: &str, section: Section, field: &SearchField<'_>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="htmx-config" content=r#"{"includeIndicatorCSS": false}"#;
                title { (title) " – gleaner" }
                link rel="stylesheet" href=(STYLE.path);
                script src=(SCRIPT.path) {}
                script src=(HTMX.path) defer {}
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    a.name href="/" { "gleaner" }
                    nav aria-label="Main" {
                        ul {
                            @for (of, path, name) in SECTIONS {
                                li { a href=(path) aria-current=[(*of == section).then_some("page")] { (name) } }
                            }
                        }
                    }
                    form action="/documents" method="get" role="search" {
                        (search_input(field))
                    }
                    button type="button" data-theme-switch data-needs-script hidden { "Colours: " span data-theme-name { "auto" } }
                    a href="/keys" data-keys { "Keys" }
                }
                main #content tabindex="-1" { (content) }
                footer { "gleaner " (env!("CARGO_PKG_VERSION")) " · " a href="/api/v1/openapi.json" { "JSON API" } }
                dialog #keys aria-labelledby="keys-title" {
                    h2 #keys-title { "Keys" }
                    (key_list())
                    form method="dialog" { button { "Close" } }
                }
            }
        }
    }
}

/// The keys as a list.
pub fn key_list() -> Markup {
    html! {
        dl.fields {
            @for (key, what) in KEYS { dt { kbd { (key) } } dd { (what) } }
        }
    }
}

/// The address of a document's page, or of one that belongs to it.
pub fn document_path(id: impl std::fmt::Display, part: &str) -> String {
    if part.is_empty() { format!("/documents/{id}") } else { format!("/documents/{id}/{part}") }
}

/// `1,234` for 1234.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `12.3 MB` for so many bytes.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let (mut value, mut unit) = (bytes as f64 / 1000.0, 0);
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS.get(unit).copied().unwrap_or_default())
}

/// `1 word`, `2 words`.
pub fn plural(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{} {noun}s", number(count)) }
}

/// A link that may be followed: http and https only, so that no article brings a script.
pub fn outward(url: &str) -> Option<String> {
    let parsed: url::Url = url.parse().ok()?;
    matches!(parsed.scheme(), "http" | "https").then(|| parsed.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_for_people() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([5, 1_500, 999_960, 2_000_000_000].map(size), ["5 bytes", "1.5 kB", "1.0 MB", "2.0 GB"]);
        assert_eq!([1, 2].map(|count| plural(count, "word")), ["1 word", "2 words"]);
    }

    #[test]
    fn only_web_links_are_followed() {
        assert!(outward("https://a.example/x").is_some() && outward("HTTP://a.example/").is_some());
        for url in
            ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///etc/passwd", "//a.example", "vbscript:x", " "]
        {
            assert_eq!(outward(url), None, "{url}");
        }
    }
}
