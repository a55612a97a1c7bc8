//! A JSON Feed (<https://www.jsonfeed.org/version/1.1/>) with the full clean text of each document.

use std::io::{self, Write};

use serde::Serialize;

use super::atom::urn;
use super::body::xhtml;
use super::document::{ExportDocument, instant};
use super::exporter::{About, Exporter, FileFormat};
use gleaner_extract::base::printable::escape_json;

/// JSON Feed.
pub const FORMAT: FileFormat = FileFormat {
    name: "jsonfeed",
    extensions: &[".feed.json", ".json"],
    is_compressible: true,
    is_feed: true,
    open: |out, about| Ok(Box::new(JsonFeed::new(out, about)?)),
};

struct JsonFeed<W> {
    out: W,
    is_empty: bool,
}

impl<W: Write> JsonFeed<W> {
    fn new(mut out: W, about: About<'_>) -> io::Result<Self> {
        let string = |text: &str| serde_json::to_string(text).map(escape_json);
        let title = string(about.title)?;
        write!(out, "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":{title},")?;
        if let Some(url) = about.url {
            write!(out, "\"feed_url\":{},", string(url)?)?;
        }
        out.write_all(b"\"items\":[\n")?;
        Ok(Self { out, is_empty: true })
    }
}

impl<W: Write> Exporter for JsonFeed<W> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        let start = if self.is_empty { "" } else { ",\n" };
        self.is_empty = false;
        let item = serde_json::to_string(&Item::of(document)).map(escape_json)?;
        self.out.write_all(format!("{start}{item}").as_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()
    }
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    title: String,
    content_html: String,
    content_text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

impl<'a> Item<'a> {
    fn of(document: &ExportDocument<'a>) -> Self {
        Self {
            id: urn(document),
            url: document.url,
            title: document.heading(),
            content_html: xhtml(document),
            content_text: document.text,
            summary: document.description,
            image: document.image,
            date_published: document.published.map(|date| instant(date).to_string()),
            date_modified: document.modified.map(|date| instant(date).to_string()),
            authors: document.authors.iter().map(|name| Author { name }).collect(),
            tags: document.tags,
            language: document.language,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;
    use gleaner_extract::base::time::Timestamp;

    #[test]
    fn the_feed_is_one_object() {
        let mut out = Vec::new();
        let about = About { title: "A \"b\"", url: Some("https://a.example/feed.json"), now: Timestamp::from_unix(0) };
        let mut feed = JsonFeed::new(&mut out, about).unwrap();
        feed.document(&sample::document("One.")).unwrap();
        feed.document(&sample::document("Two.")).unwrap();
        feed.finish().unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((value["title"].as_str(), value["items"].as_array().unwrap().len()), (Some("A \"b\""), 2));
        assert_eq!(value["items"][0]["date_published"], "2024-02-19T06:30:00Z");
        assert_eq!(value["items"][1]["content_html"], "<p>Two.</p>\n");
    }
}
