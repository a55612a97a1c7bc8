//! `extract`: one page in, one article out; no corpus.

use std::io::Read;
use std::path::Path;

use url::Url;

use super::clean_one::{Cleaned, Tools};
use super::guard::clean_guarded;
use super::{Error, Setup, archive};
use crate::document::RawDocument;
use crate::ingest;

/// Reads a file for [`extract`], compressed or not, under the cap on page size.
pub fn read_file(setup: &Setup, path: &Path) -> Result<RawDocument, Error> {
    Ok(archive::read(path, None, setup.config.page.max_bytes)?)
}

/// Reads a stream (standard input) for [`extract`], compressed or not, under the cap on page size.
pub fn read_stream(setup: &Setup, stream: &mut dyn Read) -> Result<RawDocument, Error> {
    Ok(ingest::file::read_stream(stream, setup.config.page.max_bytes)?)
}

/// Extracts the article of a page. `url` is its address where it is known and the document itself does not say.
pub fn extract(setup: &Setup, raw: &RawDocument, url: Option<&Url>) -> Result<Cleaned, Error> {
    let tools = Tools { rules: &setup.rules, page: &setup.config.page, now: setup.clock.now() };
    clean_guarded(raw, url, tools).map_err(|trouble| Error::Page {
        source_name: raw.origin.to_string(),
        error: trouble.to_string(),
        hint: trouble.hint(),
    })
}
