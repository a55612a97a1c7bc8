//! JSON Lines: a document as a line of JSON, its clean text and metadata.

use std::io::{self, Write};

use serde::Serialize;

use super::document::ExportDocument;
use super::exporter::{Exporter, FileFormat};
use crate::relate::Relation;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::printable::escape_json;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Completeness, DocumentId};

/// JSON Lines.
pub const FORMAT: FileFormat = FileFormat {
    name: "jsonl",
    extensions: &[".jsonl", ".ndjson"],
    is_compressible: true,
    is_feed: false,
    open: |out, _| Ok(Box::new(JsonLines { out })),
};

struct JsonLines<W> {
    out: W,
}

impl<W: Write> Exporter for JsonLines<W> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        let json = serde_json::to_string(&JsonLine::of(document)).map(escape_json)?;
        self.out.write_all(format!("{json}\n").as_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A line. Metadata has the chosen values; their evidence is in the sidecars.
#[derive(Clone, Debug, Serialize)]
struct JsonLine<'a> {
    id: DocumentId,
    url: Option<&'a str>,
    title: Option<&'a str>,
    authors: &'a [String],
    published: Option<String>,
    modified: Option<String>,
    language: Option<&'a str>,
    site: Option<&'a str>,
    section: Option<&'a str>,
    tags: &'a [String],
    licence: Option<&'a str>,
    opt_out: &'a [String],
    fetched_at: Option<Timestamp>,
    completeness: Completeness,
    confidence: f64,
    words: u64,
    copy_of: Option<DocumentId>,
    cluster: DocumentId,
    relations: &'a [Relation],
    text_sha256: ContentHash,
    text: &'a str,
}

impl<'a> JsonLine<'a> {
    fn of(document: &ExportDocument<'a>) -> Self {
        Self {
            id: document.id,
            url: document.url,
            title: document.title,
            authors: document.authors,
            published: document.published.map(|date| date.day.to_string()),
            modified: document.modified.map(|date| date.day.to_string()),
            language: document.language,
            site: document.site,
            section: document.section,
            tags: document.tags,
            licence: document.licence,
            opt_out: document.opt_out,
            fetched_at: document.fetched_at,
            completeness: document.completeness,
            confidence: document.confidence,
            words: document.words,
            copy_of: document.copy_of,
            cluster: document.cluster,
            relations: document.relations,
            text_sha256: document.text_sha256,
            text: document.text,
        }
    }
}
