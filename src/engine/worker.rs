//! What an extraction thread does with one input: read it, see whether it changed, clean it. Touches neither corpus nor queue.

use std::path::PathBuf;

use gleaner_extract::article::address::declared;
use gleaner_extract::article::clean::{CleanedPage, PageLocation};
use gleaner_extract::article::corrections::apply;
use gleaner_extract::article::isolate::{clean_isolated, isolate};
use gleaner_extract::article::site::{RULE, SitePage};
use gleaner_extract::document::{Origin, RawDocument};

use super::context::RunContext;
use super::corpus::address::Addresses;
use super::crawl::poll::{self, Source};
use super::job::{CleanPage, Commit, InputBody, Job, SourceResult, UnchangedPage, WorkResult};
use super::later_pages::{JoinedStory, LaterPages, answered_at, first_page_of};
use super::read_body::ReadBody;
use super::refusal;
use super::survey;
use crate::ingest;
use crate::outcome::{Outcome, Refusal, Stage};
use crate::store::{AppliedCorrections, CORRECTIONS_HINT, KnownDocument, RawRef, SourceKey, StoredCorrections, sum_up};

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
    WorkResult { bytes: raw.bytes.len() as u64, read: None, result: Ok(Commit::Enqueue(Box::new(result))) }
}

fn read_and_clean(job: Job, context: &RunContext<'_>) -> WorkResult {
    let Job { body, known, later_pages } = job;
    // Every page of an archive is a document of its own, wherever its story continues.
    let may_continue = matches!(body, InputBody::File(_) | InputBody::Fetched(_) | InputBody::FromStream(_));
    let (body, later_pages) = match read(body, known.as_ref(), context) {
        Ok(body) => (body, if may_continue { later_pages } else { LaterPages::default() }),
        Err(error) => return WorkResult::settled(refusal::of_read_error(&error)),
    };
    let (hash, bytes) = (body.raw.hash(), body.raw.bytes.len() as u64);
    let read = ReadBody { hash, kept: body.kept.clone(), later_pages: later_pages.count(), more: later_pages.more };
    if survey::passes_over_body(known.as_ref(), &read, context) {
        return WorkResult { bytes, read: None, result: Ok(Commit::PassedOver) };
    }
    let result = match known.as_ref().filter(|known| read.is_unchanged(known, context)) {
        Some(known) => {
            let is_undone = read.is_undone(known, context);
            Ok(Commit::Unchanged(Box::new(UnchangedPage { id: known.id, body: body.again(known, context), is_undone })))
        }
        None => {
            let has_moved = known.as_ref().is_some_and(|known| read.has_moved(known, context));
            let Body { raw, kept, .. } = body;
            clean_input(Input { raw, kept, known: known.map(Box::new), later_pages, has_moved, may_continue }, context)
        }
    };
    WorkResult { bytes, read: Some(read), result }
}

/// A body that was read.
struct Body {
    raw: RawDocument,
    /// Where it is kept, if it is.
    kept: Option<RawRef>,
    place: BodyPlace,
}

/// Where a body can be read again.
enum BodyPlace {
    File(PathBuf),
    ArchivePage(PathBuf, String),
    /// Nowhere without reading all of the archive: what redirects led to the page is in records before it.
    Archive,
    Stream,
    /// Where the corpus keeps it.
    Corpus,
}

impl Body {
    /// The body of a page that is the document's, to be read again should that change.
    fn again(self, known: &KnownDocument, context: &RunContext<'_>) -> InputBody {
        match self.place {
            BodyPlace::File(path) => InputBody::File(path),
            BodyPlace::ArchivePage(archive, place) => InputBody::ArchivePage(archive, place),
            BodyPlace::Archive => InputBody::FromArchive(Box::new(self.raw)),
            BodyPlace::Stream => InputBody::FromStream(Box::new(self.raw)),
            BodyPlace::Corpus => match context.layout.body(&known.raw.path) {
                (archive, Some(place)) => InputBody::ArchivePage(archive, place),
                (file, None) => InputBody::File(file),
            },
        }
    }
}

fn read(body: InputBody, known: Option<&KnownDocument>, context: &RunContext<'_>) -> Result<Body, ingest::Error> {
    let max_bytes = context.clean.limits.max_bytes;
    Ok(match body {
        InputBody::File(path) => {
            let raw = ingest::file::read(&path, max_bytes)?;
            let kept = Some(RawRef { sha256: raw.hash(), path: context.layout.key(&path) });
            Body { raw, kept, place: BodyPlace::File(path) }
        }
        InputBody::ArchivePage(archive, place) => {
            let raw = ingest::archive::read_page(&archive, &place, max_bytes)?;
            Body { kept: kept_in_archive(&raw, context), raw, place: BodyPlace::ArchivePage(archive, place) }
        }
        InputBody::FromArchive(raw) => Body { kept: kept_in_archive(&raw, context), raw: *raw, place: BodyPlace::Archive },
        // The very body that the corpus has is not kept twice.
        InputBody::Fetched(raw) => {
            let kept = known.filter(|known| known.raw.sha256 == raw.hash()).map(|known| known.raw.clone());
            Body { raw: *raw, kept, place: BodyPlace::Corpus }
        }
        InputBody::FromStream(raw) => Body { raw: *raw, kept: None, place: BodyPlace::Stream },
    })
}

fn kept_in_archive(raw: &RawDocument, context: &RunContext<'_>) -> Option<RawRef> {
    match &raw.origin {
        Origin::Member { archive, place } => Some(RawRef { sha256: raw.hash(), path: context.layout.member_key(archive, place) }),
        Origin::File(_) | Origin::Url(_) | Origin::Stdin => None,
    }
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
    let location = PageLocation { url: None, path: kept.as_ref().map(|kept| kept.path.as_str()) };
    let cleaned = clean_isolated(&raw, location, context.clean).map_err(|error| refusal::of_clean_error(&error))?;
    let opt_out = || refusal::of_opt_out(&cleaned.article, &raw, context.tdm_opt_out);
    if let Some(refusal) = refusal::of_article(&cleaned.article).or_else(opt_out) {
        return Err(Outcome::Refused(refusal));
    }
    if let Some(first) = first_page_of(&raw, &cleaned.page, &later_pages) {
        return Ok(Commit::StartAt(first));
    }
    let addresses = raw.http.as_ref().and_then(|http| Addresses::of(http, declared(&cleaned.page)));
    let key = kept.as_ref().map(|kept| SourceKey(kept.path.clone())).unwrap_or_else(|| SourceKey(raw.origin.to_string()));
    let mut story = match answered_at(&raw).filter(|_| may_continue) {
        Some(url) => later_pages.join(cleaned, url, context)?,
        None => JoinedStory { article: cleaned.article.clone(), pages: vec![cleaned] },
    };
    let corrections = known.as_ref().map_or(Ok(None), |known| correct(&mut story, &known.corrections))?;
    let JoinedStory { article, pages } = story;
    let removed = || pages.iter().flat_map(|page| page.labelled.removals());
    let recurring: Vec<&str> = removed().filter(|removal| removal.rule.0 == RULE).map(|removal| removal.text.as_str()).collect();
    let (removals, recurring) = (sum_up(removed()), recurring.join("\n"));
    let site_page = site_page(pages);
    if kept.is_some() {
        raw.replace_bytes(Vec::new());
    }
    let page = CleanPage {
        key,
        addresses,
        raw,
        kept,
        article,
        removals,
        recurring,
        corrections,
        site_page,
        has_moved,
        known,
        later_pages,
    };
    Ok(Commit::Store(Box::new(page)))
}

/// Applies the corrections by hand that there are of the document. One that cannot be read fails: no text is written without them.
fn correct(story: &mut JoinedStory, stored: &StoredCorrections) -> Result<Option<AppliedCorrections>, Outcome> {
    let (sha256, corrections) = match stored.clone().into_read() {
        Ok((Some(sha256), corrections)) => (sha256, corrections),
        Ok((None, _)) => return Ok(None),
        Err(error) => {
            let hint = Some(CORRECTIONS_HINT.to_owned());
            return Err(Outcome::Failed { stage: Stage::Store, error: error.to_string(), hint });
        }
    };
    let found = apply(&mut story.pages, &mut story.article, &corrections);
    if story.article.text.is_empty() {
        return Err(Outcome::Refused(Refusal::NoText));
    }
    Ok(Some(AppliedCorrections::of(sha256, &corrections, &found)))
}

/// What the pages of a story show of its site.
fn site_page(pages: Vec<CleanedPage>) -> Option<SitePage> {
    pages.into_iter().filter_map(|page| page.site_page).reduce(|mut first, later| {
        first.lines.extend(later.lines);
        first
    })
}
