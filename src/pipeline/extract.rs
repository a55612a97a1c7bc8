//! `extract`: one page in, one article out; no corpus.

use std::path::Path;

use url::Url;

use super::clean_one::Cleaned;
use super::{Error, Setup};
use crate::document::RawDocument;

/// Reads a file for [`extract`], compressed or not, under the cap on page size.
pub fn read_file(setup: &Setup, path: &Path) -> Result<RawDocument, Error> {
    let _ = setup;
    Err(Error::Unknown(path.display().to_string()))
}

/// Reads a stream (standard input) for [`extract`], compressed or not, under the cap on page size.
pub fn read_stream(setup: &Setup, stream: &mut dyn std::io::Read) -> Result<RawDocument, Error> {
    let _ = (setup, stream);
    Err(Error::Unknown("<stdin>".to_owned()))
}

/// Extracts the article of a page. `url` is its address where it is known and the document itself does not say.
pub fn extract(setup: &Setup, raw: &RawDocument, url: Option<&Url>) -> Result<Cleaned, Error> {
    let _ = (setup, url);
    Err(Error::Unknown(raw.origin.to_string()))
}
