//! One row of a table of pages as a page: its HTML or text, under the URL that the row gives, with the row's metadata as candidates, as those of a
//! feed entry are. Reads no table.

use std::path::Path;

use url::Url;

use super::columns::Field;
use crate::feed_date::feed_date;
use gleaner_extract::document::{FeedEntry, Origin, RawDocument};
use gleaner_warc::http::facts::http_facts;

/// Bytes of a row besides its page: escapes and other columns.
pub const MAX_OVERHEAD: usize = 1 << 20;

/// Longest title, date and author in bytes; longer values are none.
const MAX_VALUE: usize = 4 << 10;

/// Most authors of a row.
const MAX_AUTHORS: usize = 64;

/// The cells of a row that are needed, each with how good its column's name is.
#[derive(Debug, Default)]
pub struct Row {
    cells: Vec<(Field, usize, Vec<Vec<u8>>)>,
}

impl Row {
    /// Adds a cell: one value, or a list of them. Empty values do not count.
    pub fn add(&mut self, (field, rank): (Field, usize), mut values: Vec<Vec<u8>>) {
        values.retain(|value| !value.trim_ascii().is_empty());
        if !values.is_empty() {
            self.cells.push((field, rank, values));
        }
    }

    /// The page; the error says what the row lacks.
    pub fn page(mut self, archive: &Path, place: String) -> Result<RawDocument, String> {
        let html = self.take(Field::Html);
        let has_html = html.is_some();
        let Some(values) = html.or_else(|| self.take(Field::Text)) else {
            return Err("it has neither HTML nor text (name the column with `--text-field` or `--html-field`)".to_owned());
        };
        let mut bytes = values.join(&b"\n\n"[..]);
        let title = self.text(Field::Title);
        let is_html = has_html || is_markup(&bytes);
        if let Some(title) = title.as_deref().filter(|_| !is_html) {
            bytes = under_title(title, bytes);
        }
        let url = self.text(Field::Url).and_then(|text| Url::parse(&text).ok());
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        let media_type = if is_html { "text/html" } else { "text/plain" };
        let charset = if std::str::from_utf8(&bytes).is_ok() { "; charset=utf-8" } else { "" };
        let content_type = format!("{media_type}{charset}");
        // A row that came from a fetched page is recorded as one without a response of its own.
        let http = url.map(|url| http_facts(&url, 0, [("content-type".to_owned(), content_type)], bytes.len()));
        let authors = self.take(Field::Authors).unwrap_or_default();
        let authors = authors.into_iter().take(MAX_AUTHORS).filter_map(short_text).collect();
        let entry = FeedEntry {
            title,
            authors,
            published: self.text(Field::Date).and_then(|date| feed_date(&date)),
            updated: self.text(Field::Modified).and_then(|date| feed_date(&date)),
            ..FeedEntry::default()
        };
        let origin = Origin::Member { archive: archive.to_path_buf(), place };
        let feed = (entry != FeedEntry::default()).then(|| Box::new(entry));
        Ok(RawDocument { http, feed, ..RawDocument::local(origin, bytes) })
    }

    /// The values of a field, from the column with the best name.
    fn take(&mut self, field: Field) -> Option<Vec<Vec<u8>>> {
        let cells = self.cells.iter().enumerate().filter(|(_, (of, ..))| *of == field);
        let (best, _) = cells.min_by_key(|(_, (_, rank, _))| *rank)?;
        Some(self.cells.swap_remove(best).2)
    }

    fn text(&mut self, field: Field) -> Option<String> {
        short_text(self.take(field)?.into_iter().next()?)
    }
}

fn short_text(value: Vec<u8>) -> Option<String> {
    (value.len() <= MAX_VALUE).then(|| String::from_utf8_lossy(&value).trim().to_owned())
}

/// A text under its headline, as text dumps have it, unless it starts with it.
fn under_title(title: &str, text: Vec<u8>) -> Vec<u8> {
    let first_line = text.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    match first_line.trim_ascii() == title.as_bytes() {
        true => text,
        false => [title.as_bytes(), b"\n\n", &text].concat(),
    }
}

/// Whether a text is markup: columns called `content` or `body` hold either.
fn is_markup(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"<") && memchr::memmem::find(bytes, b"</").is_some()
}
