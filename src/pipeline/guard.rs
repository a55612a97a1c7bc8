//! Stands between a page and the run: one page's panic, in a part that is not ours, is that page's failure and no more.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use url::Url;

use super::clean_one::{Cleaned, Tools, clean_one};
use crate::document::{Outcome, RawDocument, Stage};
use crate::page;

/// Why a page could not be cleaned.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It is not a page.
    #[error(transparent)]
    Page(#[from] page::Error),
    /// It is a data file.
    #[error("read the page: it is JSON data, not HTML or text")]
    Json,
    /// A parser gave up on it.
    #[error("parse the page: a parser broke off ({0})")]
    Panic(String),
}

impl Trouble {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Page(error) => error.hint(),
            Self::Json => "only HTML, Markdown and plain text are read; leave the file out or convert it to text",
            Self::Panic(_) => "this is a fault in gleaner: please report it with the page",
        }
    }

    /// As what became of the page: what is no page is refused, for a later run would find the same.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Page(page::Error::Empty) => refused("it is empty"),
            Self::Page(page::Error::Binary { kind }) => Outcome::Refused { reason: format!("it is binary data ({kind})") },
            Self::Json => refused("it is JSON data"),
            Self::Page(page::Error::TooLarge { .. }) | Self::Panic(_) => {
                Outcome::Failed { stage: Stage::Parse, error: self.to_string(), hint: Some(self.hint().to_owned()) }
            }
        }
    }
}

/// A refusal for a reason that is always the same.
pub fn refused(reason: &str) -> Outcome {
    Outcome::Refused { reason: reason.to_owned() }
}

/// [`clean_one`], panics caught and data files told apart.
pub fn clean_guarded(raw: &RawDocument, url: Option<&Url>, tools: Tools<'_>) -> Result<Cleaned, Trouble> {
    if raw.http.is_none() && is_json(&raw.bytes) {
        return Err(Trouble::Json);
    }
    // Nothing that the closure borrows can be left half-changed: it only reads.
    match catch_unwind(AssertUnwindSafe(|| clean_one(raw, url, tools))) {
        Ok(cleaned) => Ok(cleaned?),
        Err(payload) => Err(Trouble::Panic(message(payload.as_ref()))),
    }
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
pub fn message(payload: &(dyn Any + Send)) -> String {
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
