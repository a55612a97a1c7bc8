//! A stored document as the formats get it.

use std::borrow::Cow;

use crate::export::ExportDocument;
use crate::store::reader::StoredDocument;
use crate::store::{Layout, Sidecar, text_sha256};
use gleaner_extract::document::Found;

/// The path of a document's files below `clean/`, without extension and with `/` as separator.
pub fn stem<'a>(layout: &Layout, document: &'a StoredDocument) -> Cow<'a, str> {
    let path = document.sidecar_path.strip_prefix(&layout.clean).unwrap_or(&document.sidecar_path);
    // Names of documents are plain; on Windows the separator is another.
    let text = path.to_str().unwrap_or_default();
    let text = text.strip_suffix(".json").unwrap_or(text);
    if text.contains('\\') { text.replace('\\', "/").into() } else { text.into() }
}

/// A document with its text, and what [`stem`] gives, for export.
pub fn record<'a>(sidecar: &'a Sidecar, stem: &'a str, text: &'a str) -> ExportDocument<'a> {
    ExportDocument {
        id: sidecar.id,
        stem,
        url: sidecar.urls.canonical.as_deref().or(sidecar.urls.r#final.as_deref()),
        title: text_of(&sidecar.title),
        authors: list_of(&sidecar.authors),
        published: sidecar.published.as_ref().map(|found| found.value),
        modified: sidecar.modified.as_ref().map(|found| found.value),
        language: text_of(&sidecar.language),
        site: text_of(&sidecar.site),
        section: text_of(&sidecar.section),
        tags: list_of(&sidecar.tags),
        description: text_of(&sidecar.description),
        image: text_of(&sidecar.image),
        licence: text_of(&sidecar.licence),
        opt_out: list_of(&sidecar.opt_out),
        fetched_at: sidecar.fetched_at,
        completeness: sidecar.completeness,
        confidence: sidecar.confidence,
        words: sidecar.words,
        copy_of: sidecar.copy_of,
        cluster: sidecar.cluster.unwrap_or(sidecar.id),
        relations: &sidecar.relations,
        // The text of a copy is that of its original, which may have other punctuation.
        text_sha256: if sidecar.copy_of.is_some() { text_sha256(text) } else { sidecar.text_sha256 },
        text,
    }
}

/// The value of a field.
pub fn text_of(found: &Option<Found<String>>) -> Option<&str> {
    found.as_ref().map(|found| found.value.as_str())
}

/// The values of a field.
pub fn list_of(found: &Option<Found<Vec<String>>>) -> &[String] {
    found.as_ref().map_or(&[], |found| &found.value)
}
