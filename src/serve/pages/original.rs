//! The page as it was fetched: in a frame that runs no scripts, sends no forms and reaches no network, by the sandbox of the frame and by the policy of
//! the response. Elements for which browsers open connections in spite of a policy get another name.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use axum::response::{IntoResponse, Response};
use maud::html;
use memchr::memchr_iter;

use super::super::app::{SharedApp, read};
use super::super::document_source::{find, markup, raw as raw_of};
use super::super::problem::Problem;
use super::document::{heading, title_of};
use super::layout::{Section, document_path, size};
use gleaner_extract::page::{self, Format};

/// Nothing is run or fetched; styles in the page itself are shown.
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src 'none'; form-action 'none'; \
    base-uri 'none'; frame-ancestors 'self'";

/// The frame with the page.
pub async fn original(State(app): State<SharedApp>, Path(id): Path<String>) -> Result<Response, Problem> {
    read(app, move |app, reader| {
        let document = find(reader, &id)?;
        let bytes = raw_of(app, &document)?.bytes.len() as u64;
        let sidecar = document.sidecar;
        let content = html! {
            (heading(&sidecar, "original"))
            p.meta {
                "As fetched, " (size(bytes)) ", from " code { (sidecar.raw.path) } ". Scripts, forms and everything that the page would fetch are off."
            }
            iframe src=(document_path(sidecar.id, "raw")) sandbox="" referrerpolicy="no-referrer" title="The page as it was fetched" {}
        };
        Ok(super::layout::page(&format!("As fetched – {}", title_of(&sidecar)), Section::Documents, &content))
    })
    .await
}

/// The page itself, as UTF-8.
pub async fn raw(State(app): State<SharedApp>, Path(id): Path<String>) -> Result<Response, Problem> {
    read(app, move |app, reader| {
        let document = find(reader, &id)?;
        let raw = raw_of(app, &document)?;
        let text = markup(&raw);
        let is_html = page::read(&raw.bytes, page::ReadHints::default(), &app.setup.config.page)
            .is_ok_and(|page| page.format == Format::Html);
        let content_type = if is_html { "text/html; charset=utf-8" } else { "text/plain; charset=utf-8" };
        let body = if is_html { without_connections(&text) } else { text };
        let headers = [(CONTENT_TYPE, content_type), (CONTENT_SECURITY_POLICY, POLICY), (X_FRAME_OPTIONS, "SAMEORIGIN")];
        Ok((headers, Body::from(body)).into_response())
    })
    .await
}

/// Elements for which browsers open connections whatever the policy says: hints of `<link>`, and frames before they are refused.
const CONNECTING: &[&str] = &["link", "iframe", "frame", "fencedframe", "object", "embed"];

/// The markup with every such element under another name.
fn without_connections(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len());
    let mut from = 0;
    let begins = |at: usize, name: &str| {
        let after = markup.as_bytes().get(at + 1..at + 1 + name.len());
        after.is_some_and(|after| after.eq_ignore_ascii_case(name.as_bytes()))
    };
    for at in memchr_iter(b'<', markup.as_bytes()) {
        if CONNECTING.iter().any(|name| begins(at, name)) {
            out.push_str(markup.get(from..=at).unwrap_or_default());
            out.push_str("x-");
            from = at + 1;
        }
    }
    out.push_str(markup.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_connects_without_a_click_is_renamed() {
        let page = "<!doctype html><LINK rel=preconnect href=//t.example><p>Über <link\nrel=dns-prefetch><linker> <a href=x>link</a> <iFrame src=//t.example></iframe> <";
        let expected = "<!doctype html><x-LINK rel=preconnect href=//t.example><p>Über <x-link\nrel=dns-prefetch><x-linker> <a href=x>link</a> <x-iFrame src=//t.example></iframe> <";
        assert_eq!(without_connections(page), expected);
    }
}
