//! What an article has many of, as Python sees it: removed blocks, links, images and comments. All are frozen.

use gleaner_extract::article::extras;
use gleaner_extract::article::render::json::{ImageEntry, LinkEntry};
use gleaner_extract::document;
use pyo3::PyClass;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

/// A number of single precision in double precision, by way of its digits, so that 0.9 is 0.9.
pub fn double(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_default()
}

/// A tuple of them; `None` if they were not asked for.
pub fn tuple<'py, T, P>(py: Python<'py>, parts: Option<&[T]>, of: fn(&T) -> P) -> PyResult<Option<Bound<'py, PyTuple>>>
where
    P: PyClass + Into<PyClassInitializer<P>>,
{
    let Some(parts) = parts else { return Ok(None) };
    let parts = parts.iter().map(|part| Py::new(py, of(part))).collect::<PyResult<Vec<_>>>()?;
    PyTuple::new(py, parts).map(Some)
}

/// The beginning of a text as Python writes it.
fn shortened<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyString>> {
    PyString::new(py, &text.chars().take(60).collect::<String>()).repr()
}

/// A block that was removed from the page.
#[pyclass(frozen, module = "gleaner")]
pub struct Removal(pub document::Removal);

#[pymethods]
impl Removal {
    /// The block's place on the page, from 0.
    #[getter]
    fn block(&self) -> usize {
        self.0.block
    }

    /// What it is: `paywall`, `newsletter`, `navigation` and so on.
    #[getter]
    fn category(&self) -> &'static str {
        self.0.category.name()
    }

    /// The rule, or the reason of the labeller, by which it was removed.
    #[getter]
    fn rule(&self) -> &str {
        &self.0.rule.0
    }

    /// Why, in one sentence.
    #[getter]
    fn why(&self) -> &str {
        &self.0.why
    }

    /// The probability that it belongs to the article, from 0 to 1.
    #[getter]
    fn score(&self) -> f64 {
        double(self.0.score)
    }

    /// Its text.
    #[getter]
    fn text(&self) -> &str {
        &self.0.text
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Removal {} {}>", self.0.rule, shortened(py, &self.0.text)?))
    }
}

/// A link of the article.
#[pyclass(frozen, module = "gleaner")]
pub struct Link(pub LinkEntry);

#[pymethods]
impl Link {
    /// Its absolute address.
    #[getter]
    fn url(&self) -> &str {
        &self.0.url
    }

    /// The words that are linked.
    #[getter]
    fn text(&self) -> &str {
        &self.0.text
    }

    /// Which paragraph of the text it is in, from 0.
    #[getter]
    fn paragraph(&self) -> usize {
        self.0.paragraph
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Link {} {}>", self.0.url, shortened(py, &self.0.text)?))
    }
}

/// An image of the article.
#[pyclass(frozen, module = "gleaner")]
pub struct Image(pub ImageEntry);

#[pymethods]
impl Image {
    /// Its absolute address.
    #[getter]
    fn url(&self) -> &str {
        &self.0.url
    }

    /// Its alternative text; empty if it has none.
    #[getter]
    fn alt(&self) -> &str {
        &self.0.alt
    }

    /// Before which paragraph of the text it stands, from 0.
    #[getter]
    fn paragraph(&self) -> usize {
        self.0.paragraph
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Image {} {}>", self.0.url, shortened(py, &self.0.alt)?))
    }
}

/// A reader's comment.
#[pyclass(frozen, module = "gleaner")]
pub struct Comment(pub extras::Comment);

#[pymethods]
impl Comment {
    /// Who wrote it, if the markup says so.
    #[getter]
    fn author(&self) -> Option<&str> {
        self.0.author.as_deref()
    }

    /// The day as `YYYY-MM-DD`, if the markup says so.
    #[getter]
    fn date(&self) -> Option<String> {
        self.0.date.map(|day| day.to_string())
    }

    /// Its paragraphs, with blank lines between them.
    #[getter]
    fn text(&self) -> &str {
        &self.0.text
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Comment {}>", shortened(py, &self.0.text)?))
    }
}
