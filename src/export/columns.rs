//! The columns of tables: CSV and Parquet have the same, in this order. Writes no format.

use std::borrow::Cow;

use super::document::ExportDocument;
use gleaner_extract::base::time::{Day, Timestamp};

/// A column.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub name: &'static str,
    /// What it is, for the documentation.
    pub meaning: &'static str,
    pub value: Value,
}

/// Text, if the document has it.
type TextOf = for<'d> fn(&'d ExportDocument<'d>) -> Option<Cow<'d, str>>;

/// How the value of a column is found, by its type.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Text(TextOf),
    List(for<'d> fn(&'d ExportDocument<'d>) -> &'d [String]),
    Day(fn(&ExportDocument<'_>) -> Option<Day>),
    Time(fn(&ExportDocument<'_>) -> Option<Timestamp>),
    Share(fn(&ExportDocument<'_>) -> f64),
    Count(fn(&ExportDocument<'_>) -> u64),
}

impl Value {
    /// The type in words.
    fn kind(self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::List(_) => "list of texts",
            Self::Day(_) => "date",
            Self::Time(_) => "time in UTC",
            Self::Share(_) => "number",
            Self::Count(_) => "integer",
        }
    }
}

const fn column(name: &'static str, meaning: &'static str, value: Value) -> Column {
    Column { name, meaning, value }
}

/// Name, type and meaning of each column of CSV and Parquet, in order.
pub fn table_columns() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    COLUMNS.iter().map(|column| (column.name, column.value.kind(), column.meaning))
}

/// The columns, in order.
pub(super) const COLUMNS: &[Column] = &[
    column("id", "the document's id, 64 hexadecimal digits", Value::Text(|document| Some(document.id.to_string().into()))),
    column("url", "its address; none for files", Value::Text(|document| document.url.map(Cow::from))),
    column("title", "the headline", Value::Text(|document| document.title.map(Cow::from))),
    column("authors", "in order", Value::List(|document| document.authors)),
    column("published", "day of publication, in the page's time zone", Value::Day(|document| document.day())),
    column("published_at", "the instant, where time and zone are known", Value::Time(|document| document.published?.instant)),
    column("modified", "day of the last modification", Value::Day(|document| document.modified.map(|date| date.day))),
    column("modified_at", "the instant", Value::Time(|document| document.modified?.instant)),
    column("language", "ISO 639-1, else 639-3", Value::Text(|document| document.language.map(Cow::from))),
    column("site", "the outlet's name", Value::Text(|document| document.site.map(Cow::from))),
    column("domain", "registrable domain of the URL", Value::Text(|document| document.domain().map(Cow::from))),
    column("section", "the section", Value::Text(|document| document.section.map(Cow::from))),
    column("tags", "the page's keywords", Value::List(|document| document.tags)),
    column("description", "the page's own summary", Value::Text(|document| document.description.map(Cow::from))),
    column("image", "URL of the lead image", Value::Text(|document| document.image.map(Cow::from))),
    column("licence", "as declared", Value::Text(|document| document.licence.map(Cow::from))),
    column("opt_out", "opt-outs from text and data mining and AI training", Value::List(|document| document.opt_out)),
    column("fetched_at", "when it was fetched; none for files", Value::Time(|document| document.fetched_at)),
    column(
        "completeness",
        "a verdict: `complete`, `truncated` and so on",
        Value::Text(|document| Some(document.completeness.name().into())),
    ),
    column("confidence", "expected quality of the text, 0 to 1", Value::Share(|document| document.confidence)),
    column("words", "words of the text", Value::Count(|document| document.words)),
    column("copy_of", "the document that has the text", Value::Text(|document| document.copy_of.map(|id| id.to_string().into()))),
    column(
        "cluster",
        "the canonical document of its cluster; its own id, if it is in none",
        Value::Text(|document| Some(document.cluster.to_string().into())),
    ),
    column(
        "text_sha256",
        "SHA-256 of the text and a line feed",
        Value::Text(|document| Some(document.text_sha256.to_string().into())),
    ),
    column("text", "the clean text", Value::Text(|document| Some(document.text.into()))),
];
