//! What an extraction thread does with one input: read it, see whether it changed, clean it. Touches neither corpus nor queue.

use gleaner_extract::article::isolate::{clean_isolated, isolate};
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::page::{Link, Page};

use super::context::RunContext;
use super::corpus::address::Addresses;
use super::crawl::poll::{self, Source};
use super::job::{CleanPage, Commit, InputBody, Job, SourceResult, WorkResult};
use super::later_pages::{JoinedStory, LaterPages, answered_at, first_page_of};
use super::options::Again;
use super::refusal;
use crate::ingest;
use crate::outcome::{Outcome, Refusal, Stage};
use crate::store::{KnownDocument, RawRef, SourceKey};

/// Reads and cleans one input. Never panics: a panic is the input's outcome.
pub fn clean(job: Job, context: &RunContext<'_>) -> WorkResult {
    if context.is_stopped() {
        return WorkResult::settled(Outcome::Refused(Refusal::RunEnded));
    }
    isolate(|| read_and_clean(job, context)).unwrap_or_else(|error| WorkResult::settled(refusal::of_clean_error(&error)))
}

/// Reads what polling a source sent. Never panics: a panic is the source's outcome.
pub fn read_source(source: Source, raw: &RawDocument, context: &RunContext<'_>) -> WorkResult {
    let content = match isolate(|| poll::read(&source, raw, context.clean.limits)) {
        Ok(Ok(content)) => Ok(Some(content)),
        Ok(Err(error)) => {
            let message = format!("{error} ({})", source.url);
            Err(Outcome::Failed { stage: Stage::Parse, error: message, hint: Some(error.hint().to_owned()) })
        }
        Err(error) => Err(refusal::of_clean_error(&error)),
    };
    let header = |name: &str| raw.http.as_ref().and_then(|http| http.header(name)).map(str::to_owned);
    let (etag, last_modified) = (header("etag"), header("last-modified"));
    let result = SourceResult { source, content, etag, last_modified };
    WorkResult { bytes: raw.bytes.len() as u64, result: Ok(Commit::Enqueue(Box::new(result))) }
}

fn read_and_clean(job: Job, context: &RunContext<'_>) -> WorkResult {
    let Job { body, known, later_pages } = job;
    // Every page of an archive is a document of its own, wherever its story continues.
    let may_continue = matches!(body, InputBody::File(_) | InputBody::Fetched(_));
    let (raw, kept) = match read(body, known.as_ref(), context) {
        Ok(read) => read,
        Err(error) => return WorkResult::settled(refusal::of_read_error(&error)),
    };
    let bytes = raw.bytes.len() as u64;
    let has_moved = known.as_ref().is_some_and(|known| has_moved(known, kept.as_ref(), context));
    let is_settled = |known: &&KnownDocument| !has_moved && is_unchanged(known, &raw, context) && later_pages.are_those_of(known);
    let result = match known.as_ref().filter(is_settled) {
        Some(known) => Err(Outcome::Unchanged { id: known.id }),
        None => {
            let later_pages = if may_continue { later_pages } else { LaterPages::default() };
            let input = Input { raw, kept, known: known.map(Box::new), later_pages, has_moved, may_continue };
            clean_input(input, context)
        }
    };
    WorkResult { bytes, result }
}

type Read = (RawDocument, Option<RawRef>);

/// The document, and where its body is kept, if it is.
fn read(body: InputBody, known: Option<&KnownDocument>, context: &RunContext<'_>) -> Result<Read, ingest::Error> {
    let max_bytes = context.clean.limits.max_bytes;
    match body {
        InputBody::File(path) => {
            let raw = ingest::file::read(&path, max_bytes)?;
            let kept = RawRef { sha256: raw.hash, path: context.layout.key(&path) };
            Ok((raw, Some(kept)))
        }
        InputBody::ArchivePage(archive, place) => {
            Ok(in_archive(ingest::archive::read_page(&archive, &place, max_bytes)?, context))
        }
        InputBody::FromArchive(raw) => Ok(in_archive(*raw, context)),
        // The very body that the corpus has is not kept twice.
        InputBody::Fetched(raw) => {
            let kept = known.filter(|known| known.raw.sha256 == raw.hash).map(|known| known.raw.clone());
            Ok((*raw, kept))
        }
    }
}

fn in_archive(raw: RawDocument, context: &RunContext<'_>) -> Read {
    let kept = match &raw.origin {
        Origin::Member { archive, place } => Some(RawRef { sha256: raw.hash, path: context.layout.member_key(archive, place) }),
        Origin::File(_) | Origin::Url(_) | Origin::Stdin => None,
    };
    (raw, kept)
}

fn is_unchanged(known: &KnownDocument, raw: &RawDocument, context: &RunContext<'_>) -> bool {
    context.again == Again::Changed && known.raw.sha256 == raw.hash && known.cleaner.as_ref() == Some(&context.cleaner)
}

/// True if a page in an archive is the body that the document had in another place, where it can no longer be read: archives are renamed,
/// joined and repacked.
fn has_moved(known: &KnownDocument, kept: Option<&RawRef>, context: &RunContext<'_>) -> bool {
    let is_elsewhere = kept.is_some_and(|kept| kept.sha256 == known.raw.sha256 && kept.path != known.raw.path);
    let (path, place) = context.layout.body(&known.raw.path);
    let Some(place) = place.filter(|_| is_elsewhere) else { return false };
    let there = ingest::archive::read_page(&path, &place, context.clean.limits.max_bytes);
    !there.is_ok_and(|there| there.hash == known.raw.sha256)
}

/// What was read of an input.
struct Input {
    raw: RawDocument,
    kept: Option<RawRef>,
    known: Option<Box<KnownDocument>>,
    later_pages: LaterPages,
    has_moved: bool,
    may_continue: bool,
}

fn clean_input(input: Input, context: &RunContext<'_>) -> Result<Commit, Outcome> {
    let Input { mut raw, kept, known, mut later_pages, has_moved, may_continue } = input;
    let cleaned = clean_isolated(&raw, None, context.clean).map_err(|error| refusal::of_clean_error(&error))?;
    let opt_out = || refusal::of_opt_out(&cleaned.article, &raw, context.tdm_opt_out);
    if let Some(refusal) = refusal::of_article(&cleaned.article).or_else(opt_out) {
        return Err(Outcome::Refused(refusal));
    }
    if let Some(first) = first_page_of(&raw, &cleaned.page, &later_pages) {
        return Ok(Commit::StartAt(first));
    }
    let addresses = raw.http.as_ref().and_then(|http| Addresses::of(http, declared(&cleaned.page)));
    let key = kept.as_ref().map(|kept| SourceKey(kept.path.clone())).unwrap_or_else(|| SourceKey(raw.origin.to_string()));
    let (article, removals) = match answered_at(&raw).filter(|_| may_continue) {
        Some(url) => {
            let JoinedStory { article, pages } = later_pages.join(cleaned, url, context)?;
            (article, pages.iter().flat_map(|page| page.labelled.removals()).cloned().collect())
        }
        None => (cleaned.article, cleaned.labelled.removals().cloned().collect()),
    };
    if kept.is_some() {
        raw.bytes = Vec::new();
    }
    let page = CleanPage { key, addresses, raw, kept, article, removals, has_moved, known, later_pages };
    Ok(Commit::Store(Box::new(page)))
}

/// The address that the page says it should be known by (RFC 6596).
fn declared(page: &Page) -> Option<&str> {
    let is_canonical = |link: &&Link| link.rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("canonical"));
    page.head.links.iter().find(is_canonical).map(|link| link.href.as_str())
}
