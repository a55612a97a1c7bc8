//! The columns of tables: CSV and Parquet have the same, in this order. Writes no format.

use std::borrow::Cow;

use super::document::ExportDocument;
use gleaner_extract::base::time::{Day, Timestamp};

/// A column.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub name: &'static str,
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

const fn column(name: &'static str, value: Value) -> Column {
    Column { name, value }
}

/// The columns, in order.
pub(super) const COLUMNS: &[Column] = &[
    column("id", Value::Text(|document| Some(document.id.to_string().into()))),
    column("url", Value::Text(|document| document.url.map(Cow::from))),
    column("title", Value::Text(|document| document.title.map(Cow::from))),
    column("authors", Value::List(|document| document.authors)),
    column("published", Value::Day(|document| document.day())),
    column("published_at", Value::Time(|document| document.published?.instant)),
    column("modified", Value::Day(|document| document.modified.map(|date| date.day))),
    column("modified_at", Value::Time(|document| document.modified?.instant)),
    column("language", Value::Text(|document| document.language.map(Cow::from))),
    column("site", Value::Text(|document| document.site.map(Cow::from))),
    column("domain", Value::Text(|document| document.domain().map(Cow::from))),
    column("section", Value::Text(|document| document.section.map(Cow::from))),
    column("tags", Value::List(|document| document.tags)),
    column("description", Value::Text(|document| document.description.map(Cow::from))),
    column("image", Value::Text(|document| document.image.map(Cow::from))),
    column("licence", Value::Text(|document| document.licence.map(Cow::from))),
    column("opt_out", Value::List(|document| document.opt_out)),
    column("fetched_at", Value::Time(|document| document.fetched_at)),
    column("completeness", Value::Text(|document| Some(document.completeness.name().into()))),
    column("confidence", Value::Share(|document| document.confidence)),
    column("words", Value::Count(|document| document.words)),
    column("copy_of", Value::Text(|document| document.copy_of.map(|id| id.to_string().into()))),
    column("cluster", Value::Text(|document| Some(document.cluster.to_string().into()))),
    column("text_sha256", Value::Text(|document| Some(document.text_sha256.to_string().into()))),
    column("text", Value::Text(|document| Some(document.text.into()))),
];
