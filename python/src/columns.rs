//! The columns of pages that are read, and those of articles that are written. The schema is documented in `gleaner/_gleaner.pyi`.

use std::sync::Arc;

use arrow_array::builder::{Date32Builder, ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use gleaner_extract::article::clean::CleanedPage;
use gleaner_extract::base::time::Day;
use gleaner_extract::document::{Completeness, Found};

use super::article::url_of;
use super::input::PageInput;
use super::parts::double;

/// The columns of a batch of pages.
pub struct PageColumns {
    pages: Values,
    urls: Option<Values>,
    content_types: Option<Values>,
    ids: Option<(FieldRef, ArrayRef)>,
}

impl PageColumns {
    /// The columns `html` or `text`, and those of `url`, `content_type` and `id` that there are.
    pub fn of(batch: &RecordBatch) -> Result<Self, ArrowError> {
        let pages = batch.column_by_name("html").or_else(|| batch.column_by_name("text"));
        let pages = pages.ok_or_else(|| ArrowError::SchemaError("there is no column `html` or `text`".into()))?;
        let texts = |name| batch.column_by_name(name).map(Values::of).transpose();
        let ids = id_field(&batch.schema()).zip(batch.column_by_name("id").cloned());
        Ok(Self { pages: Values::of(pages)?, urls: texts("url")?, content_types: texts("content_type")?, ids })
    }

    /// The number of pages.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// A page; `None` if it is null.
    pub fn page(&self, row: usize) -> Option<PageInput> {
        let text = |column: &Option<Values>| column.as_ref()?.text(row).map(str::to_owned);
        let bytes = self.pages.bytes(row)?.to_vec();
        Some(PageInput { bytes, url: text(&self.urls), content_type: text(&self.content_types) })
    }
}

/// The values of a column of text or bytes, of any type that has such.
pub struct Values {
    values: ArrayRef,
    /// The place of each row among the values, if these are a dictionary.
    places: Option<Vec<usize>>,
    nulls: Option<NullBuffer>,
    rows: usize,
}

impl Values {
    /// The values of a column; an error if they are numbers or the like.
    pub fn of(column: &ArrayRef) -> Result<Self, ArrowError> {
        let (nulls, rows) = (column.logical_nulls(), column.len());
        let (values, places) = match column.as_any_dictionary_opt() {
            // Without values, all rows are null.
            Some(dictionary) if dictionary.values().is_empty() => (Arc::clone(dictionary.values()), Some(vec![0; rows])),
            Some(dictionary) => (Arc::clone(dictionary.values()), Some(dictionary.normalized_keys())),
            None => (Arc::clone(column), None),
        };
        match values.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {}
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::Null => {}
            other => return Err(ArrowError::SchemaError(format!("a column of pages holds {other} instead of text or bytes"))),
        }
        Ok(Self { values, places, nulls, rows })
    }

    /// The number of rows.
    fn len(&self) -> usize {
        self.rows
    }

    /// The value of a row as bytes; `None` if it is null.
    fn bytes(&self, row: usize) -> Option<&[u8]> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        let place = self.places.as_ref().map_or(Some(row), |places| places.get(row).copied())?;
        match self.values.data_type() {
            DataType::Utf8 => Some(self.values.as_string::<i32>().value(place).as_bytes()),
            DataType::LargeUtf8 => Some(self.values.as_string::<i64>().value(place).as_bytes()),
            DataType::Utf8View => Some(self.values.as_string_view().value(place).as_bytes()),
            DataType::Binary => Some(self.values.as_binary::<i32>().value(place)),
            DataType::LargeBinary => Some(self.values.as_binary::<i64>().value(place)),
            DataType::BinaryView => Some(self.values.as_binary_view().value(place)),
            _ => None,
        }
    }

    /// The value of a row as text; `None` if it is null or no UTF-8.
    pub fn text(&self, row: usize) -> Option<&str> {
        std::str::from_utf8(self.bytes(row)?).ok()
    }
}

fn id_field(schema: &SchemaRef) -> Option<FieldRef> {
    schema.fields().find("id").map(|(_, field)| Arc::clone(field))
}

/// The schema of what is extracted from pages with this schema.
pub fn article_schema(pages: &SchemaRef) -> SchemaRef {
    let fields = article_fields().into_iter().map(Arc::new);
    Arc::new(Schema::new(id_field(pages).into_iter().chain(fields).collect::<Vec<FieldRef>>()))
}

/// The columns of an article.
pub fn article_fields() -> Vec<Field> {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let list = |name| Field::new_list(name, Field::new_list_field(DataType::Utf8, true), false);
    vec![
        text("url"),
        Field::new("text", DataType::Utf8, false),
        text("title"),
        list("authors"),
        Field::new("date", DataType::Date32, true),
        Field::new("modified", DataType::Date32, true),
        text("language"),
        text("site"),
        text("section"),
        list("tags"),
        text("description"),
        text("licence"),
        list("opt_out"),
        Field::new("completeness", DataType::Utf8, false),
        Field::new("confidence", DataType::Float64, false),
        Field::new("words", DataType::Int64, false),
        text("error"),
    ]
}

/// A row of the result.
#[derive(Default)]
pub struct Row {
    url: Option<String>,
    text: String,
    title: Option<String>,
    authors: Vec<String>,
    date: Option<Day>,
    modified: Option<Day>,
    language: Option<String>,
    site: Option<String>,
    section: Option<String>,
    tags: Vec<String>,
    description: Option<String>,
    licence: Option<String>,
    opt_out: Vec<String>,
    completeness: &'static str,
    confidence: f64,
    words: i64,
    error: Option<String>,
}

impl Row {
    /// The row of a cleaned page.
    pub fn of(cleaned: CleanedPage) -> Self {
        let url = url_of(&cleaned);
        let article = cleaned.article;
        let metadata = article.metadata;
        Self {
            url,
            text: article.text,
            title: value(metadata.title),
            authors: value(metadata.authors).unwrap_or_default(),
            date: metadata.published.map(|found| found.value.day),
            modified: metadata.modified.map(|found| found.value.day),
            language: value(metadata.language),
            site: value(metadata.site),
            section: value(metadata.section),
            tags: value(metadata.tags).unwrap_or_default(),
            description: value(metadata.description),
            licence: value(metadata.licence),
            opt_out: value(metadata.opt_out).unwrap_or_default(),
            completeness: article.completeness.name(),
            confidence: double(article.confidence),
            words: i64::try_from(article.words).unwrap_or(i64::MAX),
            error: None,
        }
    }

    /// The row of a page that could not be read.
    pub fn failed(error: String) -> Self {
        Self { completeness: Completeness::Empty.name(), error: Some(error), ..Self::default() }
    }
}

fn value<T>(found: Option<Found<T>>) -> Option<T> {
    found.map(|found| found.value)
}

/// The rows as a batch, with the ids of their pages.
pub fn to_batch(schema: &SchemaRef, pages: &PageColumns, rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let ids = pages.ids.iter().map(|(_, ids)| Arc::clone(ids));
    RecordBatch::try_new(Arc::clone(schema), ids.chain(article_columns(rows)?).collect())
}

/// The values of [`article_fields`].
pub fn article_columns(rows: &[Row]) -> Result<Vec<ArrayRef>, ArrowError> {
    if rows.iter().map(|row| row.text.len() + row.description.as_ref().map_or(0, String::len)).sum::<usize>() > i32::MAX as usize
    {
        return Err(ArrowError::InvalidArgumentError("the texts of a batch are more than 2 GiB: use smaller batches".into()));
    }
    let text = |of: fn(&Row) -> Option<&str>| -> ArrayRef { Arc::new(rows.iter().map(of).collect::<arrow_array::StringArray>()) };
    Ok(vec![
        text(|row| row.url.as_deref()),
        text(|row| Some(&row.text)),
        text(|row| row.title.as_deref()),
        list(rows, |row| &row.authors),
        days(rows, |row| row.date),
        days(rows, |row| row.modified),
        text(|row| row.language.as_deref()),
        text(|row| row.site.as_deref()),
        text(|row| row.section.as_deref()),
        list(rows, |row| &row.tags),
        text(|row| row.description.as_deref()),
        text(|row| row.licence.as_deref()),
        list(rows, |row| &row.opt_out),
        text(|row| Some(row.completeness)),
        Arc::new(rows.iter().map(|row| row.confidence).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|row| row.words).collect::<Int64Array>()),
        text(|row| row.error.as_deref()),
    ])
}

fn list(rows: &[Row], of: fn(&Row) -> &Vec<String>) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for row in rows {
        of(row).iter().for_each(|value| lists.values().append_value(value));
        lists.append(true);
    }
    Arc::new(lists.finish())
}

fn days(rows: &[Row], of: fn(&Row) -> Option<Day>) -> ArrayRef {
    let mut days = Date32Builder::new();
    rows.iter().for_each(|row| days.append_option(of(row).map(since_1970)));
    Arc::new(days.finish())
}

/// The days since 1970-01-01 in the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn since_1970(day: Day) -> i32 {
    let (month, day_of_month) = (i32::from(day.month()), i32::from(day.day()));
    let year = i32::from(day.year()) - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day_of_month - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}
