//! `documents_arrow`: a table of pages in, a table of documents out: articles, with all that it takes to decide which document each page is, what recurs
//! on its site, and which texts are near duplicates.

use std::sync::Arc;

use arrow_array::builder::{Int64Builder, ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BinaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_pyarrow::PyArrowType;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use gleaner_extract::article::address::{PageAddresses, declared};
use gleaner_extract::article::clean::CleanedPage;
use gleaner_extract::article::fingerprint::{Fingerprint, describe};
use gleaner_extract::article::isolate::clean_isolated;
use gleaner_extract::article::site::NoTables;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::into_nfc;
use gleaner_extract::document::{HttpFacts, NoStory, Origin, RawDocument};
use gleaner_warc::http::facts::http_facts;
use pyo3::prelude::*;
use url::Url;

use super::sites::Sites;
use crate::arrow::{Batch, of_arrow};
use crate::columns::{PageColumns, Row, Values, article_columns, article_fields};
use crate::input::PageInput;
use crate::settings::{Arguments, FetchedAt, Rules, Settings, message};

/// The documents of a batch of pages. Relative dates of pages without a time of fetching count from `now`, and no date is later.
#[pyfunction]
#[pyo3(signature = (batch, *, sites = None, now = None, rules = None))]
pub fn documents_arrow(
    py: Python<'_>,
    batch: PyArrowType<RecordBatch>,
    sites: Option<&Sites>,
    now: Option<FetchedAt>,
    rules: Option<&Rules>,
) -> PyResult<Batch> {
    let arguments = Arguments { fetched_at: now, rules, ..Arguments::default() };
    let settings = Settings::of(arguments)?;
    let documents = py.detach(|| documents(&batch.0, &settings, sites)).map_err(of_arrow)?;
    Ok(Batch(documents))
}

fn documents(batch: &RecordBatch, settings: &Settings, sites: Option<&Sites>) -> Result<RecordBatch, ArrowError> {
    let pages = PageColumns::of(batch)?;
    let facts = FactColumns::of(batch)?;
    let (mut rows, mut facts_of_rows) = (Vec::new(), Vec::new());
    for number in 0..pages.len() {
        let (row, facts) = match pages.page(number) {
            Some(page) => document(facts.raw(number, page), settings, sites),
            None => (Row::failed("there is no page: the value is null".to_owned()), Facts::default()),
        };
        rows.push(row);
        facts_of_rows.push(facts);
    }
    let fields = article_fields().into_iter().chain(fields());
    let columns = article_columns(&rows)?.into_iter().chain(columns(&facts_of_rows));
    RecordBatch::try_new(Arc::new(Schema::new(fields.collect::<Vec<Field>>())), columns.collect())
}

fn document(raw: RawDocument, settings: &Settings, sites: Option<&Sites>) -> (Row, Facts) {
    let context = settings.context(Some(sites.map_or(&NoTables, |sites| sites)));
    match clean_isolated(&raw, None, context) {
        Ok(cleaned) => {
            let facts = Facts::of(&raw, &cleaned);
            (Row::of(cleaned), facts)
        }
        Err(error) => (Row::failed(message(&error)), Facts::default()),
    }
}

/// What is known of pages besides their bytes.
struct FactColumns {
    is_text: bool,
    http: Option<Values>,
    fetched_at: Option<Values>,
}

impl FactColumns {
    fn of(batch: &RecordBatch) -> Result<Self, ArrowError> {
        let column = |name| batch.column_by_name(name).map(Values::of).transpose();
        let is_text = batch.column_by_name("html").is_none();
        Ok(Self { is_text, http: column("http")?, fetched_at: column("fetched_at")? })
    }

    /// The page of a row. Without what an archive has of the response, one with a URL counts as fetched from there, as a row of a table does that the
    /// program reads.
    fn raw(&self, row: usize, page: PageInput) -> RawDocument {
        let PageInput { bytes, url, content_type } = page;
        let recorded: Option<HttpFacts> = value(&self.http, row).and_then(|http| serde_json::from_str(http).ok());
        let media_type = if self.is_text { "text/plain" } else { "text/html" };
        let charset = if std::str::from_utf8(&bytes).is_ok() { "; charset=utf-8" } else { "" };
        let content_type = content_type.unwrap_or_else(|| format!("{media_type}{charset}"));
        let url = url.and_then(|url| Url::parse(&url).ok()).filter(|url| matches!(url.scheme(), "http" | "https"));
        let of_url = |url: &Url| http_facts(url, 0, [("content-type".to_owned(), content_type)], bytes.len());
        let http = recorded.or_else(|| url.as_ref().map(of_url));
        let fetched_at = value(&self.fetched_at, row).and_then(|at| at.parse().ok());
        RawDocument { http, fetched_at, ..RawDocument::local(Origin::Stdin, bytes) }
    }
}

fn value(column: &Option<Values>, row: usize) -> Option<&str> {
    column.as_ref()?.text(row)
}

/// What is known of a document besides its article.
#[derive(Default)]
struct Facts {
    refused: Option<&'static str>,
    body: Option<ContentHash>,
    addresses: Option<PageAddresses>,
    text: Option<ContentHash>,
    tokens: Option<ContentHash>,
    fingerprint: Fingerprint,
    site: Option<String>,
    lines: Vec<u8>,
    removed: Vec<&'static str>,
}

impl Facts {
    fn of(raw: &RawDocument, cleaned: &CleanedPage) -> Self {
        let article = &cleaned.article;
        let described = describe(&article.text);
        let site_page = cleaned.site_page.as_ref();
        Self {
            refused: article.no_story().map(|no_story| match no_story {
                NoStory::Blocked => "blocked",
                NoStory::Consent => "consent",
                NoStory::NoText => "no_text",
                NoStory::FrontPage => "front_page",
            }),
            body: Some(raw.hash()),
            addresses: raw.http.as_ref().and_then(|http| PageAddresses::of(http, declared(&cleaned.page))),
            text: Some(ContentHash::of(into_nfc(article.text.clone()) + "\n")),
            tokens: described.as_ref().map(|(tokens, _)| *tokens),
            fingerprint: described.map(|(_, sketch)| sketch.fingerprint()).unwrap_or_default(),
            site: site_page.map(|page| page.site.clone()),
            lines: site_page.map(|page| page.lines.to_bytes()).unwrap_or_default(),
            removed: cleaned.labelled.removals().map(|removal| removal.category.name()).collect(),
        }
    }
}

fn fields() -> Vec<Field> {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let list = |name, of| Field::new_list(name, Field::new_list_field(of, true), false);
    vec![
        text("refused"),
        text("body_sha256"),
        text("identity"),
        text("answered"),
        text("text_sha256"),
        text("tokens_sha256"),
        Field::new("key", DataType::Int64, true),
        Field::new("shingles", DataType::Int32, false),
        list("fingerprint", DataType::Int64),
        text("site_key"),
        Field::new("lines", DataType::Binary, false),
        list("removed", DataType::Utf8),
    ]
}

fn columns(facts: &[Facts]) -> Vec<ArrayRef> {
    let text = |of: &dyn Fn(&Facts) -> Option<String>| -> ArrayRef { Arc::new(facts.iter().map(of).collect::<StringArray>()) };
    let hash = |of: fn(&Facts) -> Option<ContentHash>| text(&|facts: &Facts| of(facts).map(|hash| hash.to_string()));
    let key = |facts: &Facts| facts.tokens.map(|tokens| tokens.leading().cast_signed());
    let shingles = |facts: &Facts| i32::try_from(facts.fingerprint.shingles).unwrap_or(i32::MAX);
    let (mut fingerprints, mut removed) = (ListBuilder::new(Int64Builder::new()), ListBuilder::new(StringBuilder::new()));
    for facts in facts {
        facts.fingerprint.hashes.iter().for_each(|hash| fingerprints.values().append_value(hash.cast_signed()));
        fingerprints.append(true);
        facts.removed.iter().for_each(|category| removed.values().append_value(category));
        removed.append(true);
    }
    vec![
        text(&|facts| facts.refused.map(str::to_owned)),
        hash(|facts| facts.body),
        text(&|facts| Some(facts.addresses.as_ref()?.identity.to_string())),
        text(&|facts| Some(facts.addresses.as_ref()?.answered.to_string())),
        hash(|facts| facts.text),
        hash(|facts| facts.tokens),
        Arc::new(facts.iter().map(key).collect::<Int64Array>()),
        Arc::new(facts.iter().map(shingles).collect::<Int32Array>()),
        Arc::new(fingerprints.finish()),
        text(&|facts| facts.site.clone()),
        Arc::new(facts.iter().map(|facts| Some(facts.lines.as_slice())).collect::<BinaryArray>()),
        Arc::new(removed.finish()),
    ]
}
