//! `extract`: one page in, one article out; no corpus.

use std::io::Read;
use std::path::Path;

use gleaner_extract::article::clean::{CleanContext, CleanedPage, PageLocation};
use gleaner_extract::article::isolate::clean_isolated;
use gleaner_extract::article::site::SiteTables;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::rules::RuleSet;
use url::Url;

use crate::engine::{Error, Setup, archives};
use crate::files;
use crate::ingest;
use crate::store::KnownSites;

/// Reads a file for [`extract`], or a pipe that the user named, compressed or not, under the cap on page size.
pub fn read_file(setup: &Setup, path: &Path) -> Result<RawDocument, Error> {
    let max_bytes = setup.config.page.max_bytes;
    Ok(if files::is_stream(path) { ingest::file::read_pipe(path, max_bytes) } else { archives::read(path, None, max_bytes) }?)
}

/// Reads a stream (standard input) for [`extract`], compressed or not, under the cap on page size.
pub fn read_stream(setup: &Setup, stream: &mut dyn Read) -> Result<RawDocument, Error> {
    Ok(ingest::file::read_stream(stream, setup.config.page.max_bytes)?)
}

/// Extracts the article of a page. `url` is its address, if it is known and the document itself does not have one.
pub fn extract(setup: &Setup, raw: &RawDocument, url: Option<&Url>) -> Result<CleanedPage, Error> {
    extract_with(setup, &setup.rules, raw, url)
}

/// [`extract`] with other rules than those of the setup.
pub(super) fn extract_with(setup: &Setup, rules: &RuleSet, raw: &RawDocument, url: Option<&Url>) -> Result<CleanedPage, Error> {
    extract_knowing(setup, (rules, None), raw, url)
}

/// [`extract_with`], which also removes the lines that recur on the page's site.
pub(super) fn extract_knowing(
    setup: &Setup,
    (rules, sites): (&RuleSet, Option<&KnownSites>),
    raw: &RawDocument,
    url: Option<&Url>,
) -> Result<CleanedPage, Error> {
    let sites = sites.map(|sites| sites as &dyn SiteTables);
    let context = CleanContext { rules, limits: &setup.config.page, now: Some(setup.clock.now()), sites };
    let path = match &raw.origin {
        Origin::File(path) => Some(setup.layout.key(path)),
        Origin::Member { archive, place } => Some(setup.layout.member_key(archive, place)),
        Origin::Url(_) | Origin::Stdin => None,
    };
    clean_isolated(raw, PageLocation { url, path: path.as_deref() }, context).map_err(|error| Error::Page {
        source_name: raw.origin.to_string(),
        error: error.to_string(),
        hint: error.hint(),
    })
}
