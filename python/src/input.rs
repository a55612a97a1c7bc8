//! What Python passes as a page: bytes or text, with or without what is known of it.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyString, PyTuple};

/// A page, and what is known of it.
pub struct PageInput {
    /// Its bytes, or a text as UTF-8.
    pub bytes: Vec<u8>,
    /// Its URL.
    pub url: Option<String>,
    /// Its `Content-Type` header.
    pub content_type: Option<String>,
}

impl PageInput {
    /// One page of many: bytes, a text, a tuple of a page and its URL, or a dictionary with `html` or `text`, and perhaps `url` and `content_type`.
    pub fn of_item(item: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(fields) = item.cast::<PyDict>() {
            let page = match fields.get_item("html")? {
                Some(html) => html,
                None => fields.get_item("text")?.ok_or_else(|| PyTypeError::new_err("a page has neither `html` nor `text`"))?,
            };
            let field = |name| Ok::<_, PyErr>(fields.get_item(name)?.filter(|value| !value.is_none()));
            let text = |name| field(name)?.map(|value| value.extract()).transpose();
            return Ok(Self { bytes: bytes_of(&page)?, url: text("url")?, content_type: text("content_type")? });
        }
        if let Ok(pair) = item.cast::<PyTuple>() {
            let (page, url): (Bound<'_, PyAny>, Option<String>) = pair.extract()?;
            return Ok(Self { bytes: bytes_of(&page)?, url, content_type: None });
        }
        Ok(Self { bytes: bytes_of(item)?, url: None, content_type: None })
    }
}

/// The bytes of a page.
pub fn bytes_of(page: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(bytes) = page.cast::<PyBytes>() {
        Ok(bytes.as_bytes().to_vec())
    } else if let Ok(text) = page.cast::<PyString>() {
        // Lone surrogates, as `surrogateescape` leaves them, are no text.
        Ok(text.to_string_lossy().into_owned().into_bytes())
    } else if let Ok(bytes) = page.cast::<PyByteArray>() {
        Ok(bytes.to_vec())
    } else {
        let found = page.get_type().name()?;
        Err(PyTypeError::new_err(format!("a page is bytes or str, not {found}")))
    }
}
