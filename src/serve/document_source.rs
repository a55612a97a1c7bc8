//! The document that a URL names, and the page that it was cleaned from.

use axum::http::StatusCode;
use gleaner_extract::document::RawDocument;
use gleaner_extract::page::decode::decode;

use super::app::App;
use super::problem::Problem;
use crate::commands::explain;
use crate::store::CorpusReader;
use crate::store::reader::StoredDocument;

/// Fewest digits of an id.
const MIN_DIGITS: usize = 4;

/// The document with this id, or with the first digits of it.
pub fn find(reader: &CorpusReader, id: &str) -> Result<StoredDocument, Problem> {
    let is_id = (MIN_DIGITS..=64).contains(&id.len()) && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let found = if is_id { reader.find(id)? } else { None };
    found.ok_or_else(|| {
        let hint = "It may have been forgotten, or the link is cut off. Search for its headline.";
        Problem::not_found("There is no such document.").with_hint(hint)
    })
}

/// The page that a document was cleaned from.
pub fn raw(app: &App, document: &StoredDocument) -> Result<RawDocument, Problem> {
    explain::body(&app.setup, &document.sidecar.raw.path).map_err(|error| {
        let (message, hint) = (format!("Failed to {error}."), error.hint());
        Problem { status: StatusCode::NOT_FOUND, message, hint }
    })
}

/// Its markup as UTF-8.
pub fn markup(raw: &RawDocument) -> String {
    let content_type = raw.http.as_ref().and_then(|http| http.header("content-type"));
    let url = raw.final_url();
    let domain = url.as_ref().and_then(|url| url.host_str()).and_then(|host| host.rsplit('.').next());
    decode(&raw.bytes, content_type, domain).text.into_owned()
}
