//! CSL-JSON (<https://docs.citationstyles.org/>, csl-data.json 1.0.2): one array with an item per document, for Zotero, pandoc and citation processors. Has
//! metadata and no text.

use std::io::{self, Write};

use serde::Serialize;

use super::citation::citation_key;
use super::document::ExportDocument;
use super::exporter::{Exporter, FileFormat};
use gleaner_extract::base::printable::escape_json;
use gleaner_extract::base::time::Day;

/// CSL-JSON.
pub const FORMAT: FileFormat = FileFormat {
    name: "csl",
    extensions: &[".csl.json", ".json"],
    is_compressible: true,
    is_feed: false,
    open: |out, _| Ok(Box::new(Csl { out, is_empty: true })),
};

struct Csl<W> {
    out: W,
    is_empty: bool,
}

impl<W: Write> Exporter for Csl<W> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        let start = if self.is_empty { "[\n" } else { ",\n" };
        self.is_empty = false;
        self.out.write_all(format!("{start}{}", item(document)?).as_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(if self.is_empty { b"[]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    r#type: &'static str,
    title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Name<'a>>,
    #[serde(rename = "container-title", skip_serializing_if = "Option::is_none")]
    container_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accessed: Option<Date>,
    #[serde(rename = "URL", skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keyword: Option<String>,
    #[serde(rename = "abstract", skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
}

/// A name as it is written: which part of it is the family's, the page does not say.
#[derive(Serialize)]
struct Name<'a> {
    literal: &'a str,
}

#[derive(Serialize)]
struct Date {
    #[serde(rename = "date-parts")]
    parts: [[u16; 3]; 1],
}

impl Date {
    fn of(day: Day) -> Self {
        Self { parts: [[day.year().unsigned_abs(), day.month().into(), day.day().into()]] }
    }
}

/// The item of a document, on one line.
pub fn item(document: &ExportDocument<'_>) -> io::Result<String> {
    let item = Item {
        id: citation_key(document),
        r#type: if document.url.is_some() { "article-newspaper" } else { "document" },
        title: document.heading(),
        author: document.authors.iter().map(|name| Name { literal: name }).collect(),
        container_title: document.site,
        section: document.section,
        issued: document.day().map(Date::of),
        accessed: document.fetched_at.map(|time| Date::of(time.day())),
        url: document.url,
        language: document.language,
        keyword: (!document.tags.is_empty()).then(|| document.tags.join(", ")),
        summary: document.description,
    };
    Ok(serde_json::to_string(&item).map(escape_json)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    #[test]
    fn items_are_one_array() {
        let authors = ["Jo Ash".to_owned()];
        let mut out = Vec::new();
        let mut csl = Csl { out: &mut out, is_empty: true };
        csl.document(&ExportDocument { authors: &authors, ..sample::document("One.") }).unwrap();
        csl.document(&ExportDocument { published: None, ..sample::document("Two.") }).unwrap();
        csl.finish().unwrap();
        let items: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(items[0]["issued"]["date-parts"], serde_json::json!([[2024, 2, 19]]));
        assert_eq!(items[0]["author"], serde_json::json!([{"literal": "Jo Ash"}]));
        assert!(items[1].get("issued").is_none() && items[1]["id"] != items[0]["id"]);
    }
}
