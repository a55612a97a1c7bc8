//! `extract`: one page in, one article out.

use gleaner_extract::article::extras::Include;
use pyo3::prelude::*;

use super::article::Article;
use super::input::{PageInput, bytes_of};
use super::settings::{Arguments, ExtractionError, FetchedAt, Rules, Settings, message};

/// Extracts the article of a page or text dump.
#[pyfunction]
#[pyo3(signature = (html, url = None, *, content_type = None, format = "text", precision = false, recall = false, explain = false, links = false, images = false, comments = false, fetched_at = None, rules = None))]
#[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
pub fn extract(
    py: Python<'_>,
    html: &Bound<'_, PyAny>,
    url: Option<String>,
    content_type: Option<String>,
    format: &str,
    precision: bool,
    recall: bool,
    explain: bool,
    links: bool,
    images: bool,
    comments: bool,
    fetched_at: Option<FetchedAt>,
    rules: Option<&Rules>,
) -> PyResult<Article> {
    let include = Include { links, images, comments };
    let settings = Settings::of(Arguments { format, precision, recall, explain, include, fetched_at, rules })?;
    let input = PageInput { bytes: bytes_of(html)?, url, content_type };
    let article =
        py.detach(|| settings.clean_with_extras(input).map(|(cleaned, extras)| Article::of(&cleaned, &extras, &settings)));
    article.map_err(|error| ExtractionError::new_err(message(&error)))
}
