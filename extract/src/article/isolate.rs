//! Confines a panic in a parser to the page that caused it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::clean::{CleanContext, CleanedPage, PageLocation, clean_page};
use crate::base::printable::into_printable;
use crate::document::RawDocument;
use crate::page;

/// Why a page could not be cleaned.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It could not be read as a page.
    #[error(transparent)]
    Page(#[from] page::Error),
    /// It is a data file.
    #[error("read the page: it is JSON data, not HTML or text")]
    Json,
    /// A parser panicked on it.
    #[error("parse the page: the parser panicked ({0})")]
    Panic(String),
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Page(error) => error.hint(),
            Self::Json => "only HTML, Markdown and plain text are read; leave the file out or convert it to text",
            Self::Panic(_) => "this is a fault in gleaner: please report it with the page",
        }
    }
}

/// Runs `work`; a panic in it becomes [`Error::Panic`]. `work` must only read what it shares, so that a panic leaves nothing half-changed.
pub fn isolate<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| Error::Panic(panic_message(payload.as_ref())))
}

/// [`clean_page`], but catches panics and rejects JSON files.
pub fn clean_isolated<'a>(
    raw: &RawDocument,
    location: impl Into<PageLocation<'a>>,
    context: CleanContext<'_>,
) -> Result<CleanedPage, Error> {
    if raw.http.is_none() && is_json(&raw.bytes) {
        return Err(Error::Json);
    }
    let location = location.into();
    Ok(isolate(|| clean_page(raw, location, context))??)
}

/// Whether the bytes are one or several JSON objects or arrays: many collections have data files among their texts.
fn is_json(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    if !matches!(start.first(), Some(b'{' | b'[')) {
        return false;
    }
    let mut values = serde_json::Deserializer::from_slice(start).into_iter::<serde::de::IgnoredAny>();
    values.all(|value| value.is_ok())
}

/// The message of a panic.
fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    // It may quote the page.
    into_printable(text.unwrap_or("no message").chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_brackets_is_not_json() {
        for json in ["{}", " [1, 2]\n", "{\"a\": 1}\n{\"a\": 2}\n"] {
            assert!(is_json(json.as_bytes()), "{json}");
        }
        for text in ["", "[Reuters] A story.", "{{ template }}", "A [1]", "[1] A footnote"] {
            assert!(!is_json(text.as_bytes()), "{text}");
        }
    }
}
