//! `extract`: one page in, one article out; no corpus.

use std::io::Read;
use std::path::Path;

use gleaner_extract::article::clean::{CleanContext, CleanedPage, PageLocation};
use gleaner_extract::article::extras::{self, Extras, Include};
use gleaner_extract::article::isolate::{self, clean_isolated};
use gleaner_extract::article::site::SiteTables;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::hide_invalid_login;
use gleaner_extract::document::{DocumentId, Origin, RawDocument};
use gleaner_extract::rules::RuleSet;
use tokio::runtime::Builder;
use url::Url;

use super::export::{list_of, text_of};
use crate::engine::{Error, Setup, archives};
use crate::export::{self, About, ExportDocument};
use crate::fetch::{Fetched, Request};
use crate::files;
use crate::ingest;
use crate::store::{KnownSites, text_sha256};

/// Reads a file for [`extract`], or a pipe that the user named, compressed or not, under the cap on page size.
pub fn read_file(setup: &Setup, path: &Path) -> Result<RawDocument, Error> {
    let max_bytes = setup.config.page.max_bytes;
    Ok(if files::is_stream(path) { ingest::file::read_pipe(path, max_bytes) } else { archives::read(path, None, max_bytes) }?)
}

/// Reads a stream (standard input) for [`extract`], compressed or not, under the cap on page size.
pub fn read_stream(setup: &Setup, stream: &mut dyn Read) -> Result<RawDocument, Error> {
    Ok(ingest::file::read_stream(stream, setup.config.page.max_bytes)?)
}

/// Fetches a page for [`extract`], as `ingest` would: within robots.txt, with redirects and retries, a login in its address sent to that host only. It is
/// stored nowhere.
pub fn fetch(setup: &Setup, address: &str) -> Result<RawDocument, Error> {
    let unknown = || Error::Unknown(hide_invalid_login(address).to_string());
    let url = setup.logins.split(Url::parse(address).map_err(|_| unknown())?);
    let fetcher = setup.fetcher()?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| Error::Threads(error.to_string()))?;
    match runtime.block_on(fetcher.fetch(Request { url, etag: None, last_modified: None })).map_err(Error::Fetch)? {
        Fetched::Document(raw) => Ok(*raw),
        // Nothing was asked conditionally.
        Fetched::NotModified => Err(unknown()),
    }
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
    clean_isolated(raw, PageLocation { url, path: path.as_deref() }, context).map_err(|error| page_error(raw, &error))
}

/// The links, images and comments of an extracted page.
pub fn extras(setup: &Setup, raw: &RawDocument, cleaned: &CleanedPage, include: Include) -> Result<Extras, Error> {
    let context = CleanContext { rules: &setup.rules, limits: &setup.config.page, now: Some(setup.clock.now()), sites: None };
    extras::find(raw, cleaned, context, include).map_err(|error| page_error(raw, &error))
}

fn page_error(raw: &RawDocument, error: &isolate::Error) -> Error {
    Error::Page { source_name: raw.origin.to_string(), error: error.to_string(), hint: error.hint() }
}

/// An extracted page as CSV: the names of the columns and a row, as an export of a corpus with this one document has them. What only a corpus knows is
/// empty; the id is that of the address, else that of the page's bytes.
pub fn csv(raw: &RawDocument, cleaned: &CleanedPage) -> String {
    let (article, metadata) = (&cleaned.article, &cleaned.article.metadata);
    let url = cleaned.page.head.url.as_ref();
    let declared = text_of(&metadata.canonical_url);
    let shown = url.map(ToString::to_string);
    let id = url.map_or(DocumentId(raw.hash()), DocumentId::of_url);
    let record = ExportDocument {
        id,
        stem: "",
        url: shown.as_deref().or(declared),
        title: text_of(&metadata.title),
        authors: list_of(&metadata.authors),
        published: metadata.published.as_ref().map(|found| found.value),
        modified: metadata.modified.as_ref().map(|found| found.value),
        language: text_of(&metadata.language),
        site: text_of(&metadata.site),
        section: text_of(&metadata.section),
        tags: list_of(&metadata.tags),
        description: text_of(&metadata.description),
        image: text_of(&metadata.image),
        licence: text_of(&metadata.licence),
        opt_out: list_of(&metadata.opt_out),
        fetched_at: raw.fetched_at,
        completeness: article.completeness,
        confidence: (f64::from(article.confidence) * 10_000.0).round() / 10_000.0,
        words: article.words as u64,
        copy_of: None,
        cluster: id,
        relations: &[],
        text_sha256: text_sha256(&article.text),
        text: &article.text,
    };
    let mut out = Vec::new();
    let about = About { title: "", url: None, now: Timestamp::from_unix(0) };
    // Memory takes whatever is written.
    let _ = export::format("csv").map(|csv| export::write_all(csv, &mut out, about, [record]));
    String::from_utf8(out).unwrap_or_default()
}
