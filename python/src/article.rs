//! An article as Python sees it: frozen, with its metadata as attributes.

use gleaner_extract::article::clean::CleanedPage;
use gleaner_extract::article::extras::Extras;
use gleaner_extract::article::render::json::OutputLine;
use gleaner_extract::article::render::{OutputFormat, render_with};
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::document::{self, Found, Metadata};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use serde_json::Value;

use super::parts::{Comment, Image, Link, Removal, double, tuple};
use super::settings::Settings;

/// An article: its text, its metadata, and how far both are to be trusted.
#[pyclass(frozen, module = "gleaner")]
pub struct Article {
    line: OutputLine,
    article: document::Article,
    url: Option<String>,
    content: Option<String>,
    removals: Option<Vec<document::Removal>>,
    error: Option<String>,
}

impl Article {
    /// The article of a cleaned page.
    pub fn of(cleaned: &CleanedPage, extras: &Extras, settings: &Settings) -> Self {
        let line = OutputLine::of(Value::Null, cleaned).with_url(cleaned).with_extras(cleaned, extras);
        Self {
            line: if settings.explain { line.explained(cleaned) } else { line },
            article: cleaned.article.clone(),
            url: url_of(cleaned),
            content: settings.format.map(|format| content(cleaned, extras, format)),
            removals: settings.explain.then(|| cleaned.labelled.removals().cloned().collect()),
            error: None,
        }
    }

    /// What is left of a page that could not be read.
    pub fn failed(error: String) -> Self {
        let article = document::Article {
            text: String::new(),
            metadata: Metadata::default(),
            completeness: document::Completeness::Empty,
            evidence: Vec::new(),
            is_front_page: false,
            entries: Vec::new(),
            confidence: 0.0,
            words: 0,
            limits: Vec::new(),
            decoding: None,
        };
        let line = OutputLine::failed(Value::Null, error.clone());
        Self { line, article, url: None, content: None, removals: None, error: Some(error) }
    }

    fn metadata(&self) -> &Metadata {
        &self.article.metadata
    }
}

/// The article in a format. Plain text has no line break at its end, as the text itself has none.
fn content(cleaned: &CleanedPage, extras: &Extras, format: OutputFormat) -> String {
    let mut content = render_with(cleaned, extras, format);
    if format == OutputFormat::Text {
        content.truncate(content.trim_end_matches('\n').len());
    }
    content
}

/// The page's URL, as given or as the page declares it.
pub fn url_of(cleaned: &CleanedPage) -> Option<String> {
    let declared = || cleaned.article.metadata.canonical_url.as_ref().map(|found| found.value.clone());
    cleaned.page.head.url.as_ref().map(ToString::to_string).or_else(declared)
}

fn text(found: &Option<Found<String>>) -> Option<&str> {
    found.as_ref().map(|found| found.value.as_str())
}

fn texts<'py>(py: Python<'py>, found: &Option<Found<Vec<String>>>) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, found.as_ref().map_or(&[][..], |found| found.value.as_slice()))
}

fn day(found: &Option<Found<PageDate>>) -> Option<String> {
    found.as_ref().map(|found| found.value.day.to_string())
}

#[pymethods]
impl Article {
    /// The clean text: paragraphs with blank lines between them.
    #[getter]
    fn text(&self) -> &str {
        &self.article.text
    }

    /// The article in the format that was asked for; the clean text by default.
    #[getter]
    fn content(&self) -> &str {
        self.content.as_deref().unwrap_or(&self.article.text)
    }

    /// The headline.
    #[getter]
    fn title(&self) -> Option<&str> {
        text(&self.metadata().title)
    }

    /// The authors, in order.
    #[getter]
    fn authors<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        texts(py, &self.metadata().authors)
    }

    /// The day of the first publication, as `YYYY-MM-DD`.
    #[getter]
    fn date(&self) -> Option<String> {
        day(&self.metadata().published)
    }

    /// The day of the last change, as `YYYY-MM-DD`.
    #[getter]
    fn modified(&self) -> Option<String> {
        day(&self.metadata().modified)
    }

    /// The language: ISO 639-1 where it has such a code, else 639-3.
    #[getter]
    fn language(&self) -> Option<&str> {
        text(&self.metadata().language)
    }

    /// The site's name.
    #[getter]
    fn site(&self) -> Option<&str> {
        text(&self.metadata().site)
    }

    /// The section.
    #[getter]
    fn section(&self) -> Option<&str> {
        text(&self.metadata().section)
    }

    /// Keywords.
    #[getter]
    fn tags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        texts(py, &self.metadata().tags)
    }

    /// The page's own summary.
    #[getter]
    fn description(&self) -> Option<&str> {
        text(&self.metadata().description)
    }

    /// The URL of the lead image.
    #[getter]
    fn image(&self) -> Option<&str> {
        text(&self.metadata().image)
    }

    /// The licence that the page declares.
    #[getter]
    fn licence(&self) -> Option<&str> {
        text(&self.metadata().licence)
    }

    /// Opt-outs from text and data mining and from AI training.
    #[getter]
    fn opt_out<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        texts(py, &self.metadata().opt_out)
    }

    /// Whether the page declares that it is behind a paywall.
    #[getter]
    fn paywalled(&self) -> Option<bool> {
        self.metadata().paywalled.as_ref().map(|found| found.value)
    }

    /// The canonical URL that the page declares.
    #[getter]
    fn canonical_url(&self) -> Option<&str> {
        text(&self.metadata().canonical_url)
    }

    /// The page's URL, as given or as the page declares it.
    #[getter]
    fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Whether the text is complete: `complete`, `live`, `truncated`, `blocked`, `consent`, `index-page` or `empty`.
    #[getter]
    fn completeness(&self) -> &'static str {
        self.article.completeness.name()
    }

    /// The evidence for that, strongest first.
    #[getter]
    fn completeness_evidence<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.article.evidence)
    }

    /// The expected quality of the text, from 0 to 1.
    #[getter]
    fn confidence(&self) -> f64 {
        double(self.article.confidence)
    }

    /// The number of words of the text.
    #[getter]
    fn words(&self) -> usize {
        self.article.words
    }

    /// What was removed, and why; `None` without `explain`.
    #[getter]
    fn removals<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        tuple(py, self.removals.as_deref(), |removal| Removal(removal.clone()))
    }

    /// The links of the article; `None` without `links`.
    #[getter]
    fn links<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        tuple(py, self.line.links(), |link| Link(link.clone()))
    }

    /// The images of the article; `None` without `images`.
    #[getter]
    fn images<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        tuple(py, self.line.images(), |image| Image(image.clone()))
    }

    /// The comments of readers; `None` without `comments`.
    #[getter]
    fn comments<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        tuple(py, self.line.comments(), |comment| Comment(comment.clone()))
    }

    /// Why the page could not be read; only `extract_many` gives such articles.
    #[getter]
    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// One line of JSON, as `gleaner extract --json` writes it.
    fn to_json(&self) -> String {
        self.line.to_json()
    }

    /// The same as a dictionary.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = py.import("json")?.call_method1("loads", (self.line.to_json(),))?.cast_into::<PyDict>()?;
        // Neither is known of a page of which only the bytes are.
        for name in ["id", "ms"] {
            fields.del_item(name)?;
        }
        Ok(fields)
    }

    fn __str__(&self) -> &str {
        self.content()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let title = PyString::new(py, self.title().unwrap_or_default());
        Ok(format!("<Article {} {}, {} words>", title.repr()?, self.completeness(), self.article.words))
    }
}
