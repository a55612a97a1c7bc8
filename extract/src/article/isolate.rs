//! Keeps one page's panic, in a part that is not ours, that page's failure and no more.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use url::Url;

use super::clean::{CleanContext, CleanedPage, clean_page};
use crate::document::RawDocument;
use crate::page;

/// Why a page could not be cleaned.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not a page.
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

/// Runs `work`; a panic in it becomes [`Error::Panic`]. For work that leaves nothing half-changed behind: it only reads what it shares.
pub fn isolate<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| Error::Panic(message(payload.as_ref())))
}

/// [`clean_page`], panics caught and data files told apart.
pub fn clean_isolated(raw: &RawDocument, url: Option<&Url>, context: CleanContext<'_>) -> Result<CleanedPage, Error> {
    if raw.http.is_none() && is_json(&raw.bytes) {
        return Err(Error::Json);
    }
    Ok(isolate(|| clean_page(raw, url, context))??)
}

/// Whether the bytes are one JSON object or array, or several: data files lie beside the texts in many a collection.
fn is_json(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    if !matches!(start.first(), Some(b'{' | b'[')) {
        return false;
    }
    let mut values = serde_json::Deserializer::from_slice(start).into_iter::<serde::de::IgnoredAny>();
    values.all(|value| value.is_ok())
}

/// What a panic says.
fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_text_in_brackets() {
        for json in ["{}", " [1, 2]\n", "{\"a\": 1}\n{\"a\": 2}\n"] {
            assert!(is_json(json.as_bytes()), "{json}");
        }
        for text in ["", "[Reuters] A story.", "{{ template }}", "A [1]", "[1] A footnote"] {
            assert!(!is_json(text.as_bytes()), "{text}");
        }
    }
}
