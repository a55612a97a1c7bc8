//! What the extracting threads do with one input: read it, see whether it changed, clean it. Touches no store.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use url::Url;

use super::address::Addresses;
use super::clean::Again;
use super::door::{self, Door, Findings};
use super::parts::{self, Desk, Joined, Parts};
use super::refusal::{outcome_of_page, refused};
use crate::fetch::TdmOptOut;
use crate::ingest;
use crate::outcome::{Outcome, Stage};
use crate::store::{Cleaner, KnownDocument, Layout, RawRef, SourceKey};
use gleaner_extract::article::clean::CleanContext;
use gleaner_extract::article::isolate::{clean_isolated, isolate};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Article, Completeness, Origin, RawDocument, Removal};
use gleaner_extract::page::{Link, Page};

/// What all threads share.
pub struct Shared<'a> {
    /// Rules and limits.
    pub context: CleanContext<'a>,
    /// The instant of the run.
    pub now: Timestamp,
    /// Where files lie.
    pub layout: &'a Layout,
    /// The stamp of this run.
    pub cleaner: Cleaner,
    /// What is cleaned again.
    pub again: Again,
    /// What becomes of pages that reserve themselves against mining and training.
    pub reservations: TdmOptOut,
    /// Set when the run has failed and what is queued need not be done.
    pub stop: AtomicBool,
}

/// One input.
pub struct Job {
    /// As the user named it.
    pub origin: Origin,
    /// Its bytes, or where they are.
    pub body: Body,
    /// What the corpus knows of it.
    pub known: Option<KnownDocument>,
    /// The further pages of its story.
    pub parts: Parts,
}

/// Where a page's bytes are.
pub enum Body {
    /// In a file.
    File(PathBuf),
    /// In an archive, at a place.
    Member(PathBuf, String),
    /// Here, and in an archive.
    Page(Box<RawDocument>),
    /// Here alone, just fetched.
    Fetched(Box<RawDocument>),
}

/// One input, done but for the storing.
pub struct Prepared {
    /// As the user named it.
    pub origin: Origin,
    /// Bytes of raw input.
    pub bytes: u64,
    /// What is left to do, or what became of the input.
    pub result: Result<Work, Outcome>,
}

/// What is left to do, in the order of the inputs.
pub enum Work {
    /// A page is to be stored.
    Store(Box<Ready>),
    /// What a door leads to is to be taken into the queue.
    Queue(Box<Opened>),
    /// It is a later page of the story that begins there, which is to be asked for instead.
    BeginsAt(Url),
    /// It is a further page of a story, kept with the story's first one, which has this address.
    PartOf(SourceKey),
    /// It was not asked for: it waits for the next run.
    Nothing,
}

/// What came from a door.
pub struct Opened {
    /// The door.
    pub door: Door,
    /// What it leads to, or that nothing changed, or why it could not be read.
    pub findings: Result<Option<Findings>, Outcome>,
    /// `ETag` of the answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the answer.
    pub last_modified: Option<String>,
}

impl Opened {
    /// A door that gave nothing to read.
    pub fn closed(door: Door, findings: Result<Option<Findings>, Outcome>) -> Self {
        Self { door, findings, etag: None, last_modified: None }
    }
}

/// A clean page, ready to be stored.
pub struct Ready {
    /// What it is known by, for files.
    pub key: SourceKey,
    /// Its addresses, for pages that were fetched.
    pub addresses: Option<Addresses>,
    /// The raw document; its bytes are there only while they are still to be kept.
    pub raw: RawDocument,
    /// Where the body lies, once it does.
    pub kept: Option<RawRef>,
    /// The article.
    pub article: Article,
    /// What was removed.
    pub removals: Vec<Removal>,
    /// Whether the document's body was in an archive and is there no more, and this is it.
    pub has_moved: bool,
    /// The document that the address asked for led to so far.
    pub known: Option<Box<KnownDocument>>,
    /// The further pages of its story.
    pub parts: Parts,
}

impl Prepared {
    /// An input with its outcome, nothing to store.
    pub fn settled(origin: Origin, outcome: Outcome) -> Self {
        Self { origin, bytes: 0, result: Err(outcome) }
    }
}

/// Reads and cleans one input. Never panics: a fault is the input's outcome.
pub fn prepare(job: Job, shared: &Shared<'_>) -> Prepared {
    let origin = job.origin.clone();
    if shared.stop.load(Ordering::Relaxed) {
        return Prepared::settled(origin, refused("the run ended early"));
    }
    isolate(|| read_and_clean(job, shared)).unwrap_or_else(|error| Prepared::settled(origin, outcome_of_page(&error)))
}

/// Reads what came from a door. Never panics: a fault is the door's outcome.
pub fn open(door: Door, raw: &RawDocument, shared: &Shared<'_>) -> Prepared {
    let (origin, bytes) = (Origin::Url(door.url.clone()), raw.bytes.len() as u64);
    let read = isolate(|| door::read(&door, raw, shared.context.limits));
    let findings = match read {
        Ok(Ok(findings)) => Ok(Some(findings)),
        Ok(Err(error)) => {
            let told = format!("{error} ({})", door.url);
            Err(Outcome::Failed { stage: Stage::Parse, error: told, hint: Some(error.hint().to_owned()) })
        }
        Err(error) => Err(outcome_of_page(&error)),
    };
    let header = |name: &str| raw.http.as_ref().and_then(|http| http.header(name)).map(str::to_owned);
    let (etag, last_modified) = (header("etag"), header("last-modified"));
    Prepared { origin, bytes, result: Ok(Work::Queue(Box::new(Opened { door, findings, etag, last_modified }))) }
}

fn read_and_clean(job: Job, shared: &Shared<'_>) -> Prepared {
    let Job { origin, body, known, parts } = job;
    // What lies in archives is a page each, whatever goes on where.
    let may_go_on = matches!(body, Body::File(_) | Body::Fetched(_));
    let (raw, kept) = match read(body, known.as_ref(), shared) {
        Ok(read) => read,
        Err(error) => return Prepared::settled(origin, outcome_of(&error)),
    };
    let bytes = raw.bytes.len() as u64;
    let has_moved = known.as_ref().is_some_and(|known| has_moved(known, kept.as_ref(), shared));
    let is_settled = |known: &&KnownDocument| !has_moved && is_unchanged(known, &raw, shared) && parts.are_those_of(known);
    let result = match known.as_ref().filter(is_settled) {
        Some(known) => Err(Outcome::Unchanged { id: known.id }),
        None => {
            let parts = if may_go_on { parts } else { Parts::default() };
            clean(Input { raw, kept, known: known.map(Box::new), parts, has_moved, may_go_on }, shared)
        }
    };
    Prepared { origin, bytes, result }
}

fn read(body: Body, known: Option<&KnownDocument>, shared: &Shared<'_>) -> Result<(RawDocument, Option<RawRef>), ingest::Error> {
    match body {
        Body::File(path) => {
            let raw = ingest::file::read(&path, shared.context.limits.max_bytes)?;
            let kept = RawRef { sha256: raw.hash, path: shared.layout.key(&path) };
            Ok((raw, Some(kept)))
        }
        Body::Member(archive, place) => {
            let raw = ingest::archive::read_page(&archive, &place, shared.context.limits.max_bytes)?;
            Ok(in_archive(raw, shared))
        }
        Body::Page(raw) => Ok(in_archive(*raw, shared)),
        // The very body that the corpus has is not kept twice.
        Body::Fetched(raw) => {
            let kept = known.filter(|known| known.raw.sha256 == raw.hash).map(|known| known.raw.clone());
            Ok((*raw, kept))
        }
    }
}

/// A page with the place where it lies.
fn in_archive(raw: RawDocument, shared: &Shared<'_>) -> (RawDocument, Option<RawRef>) {
    let kept = match &raw.origin {
        Origin::Member { archive, place } => Some(RawRef { sha256: raw.hash, path: shared.layout.member_key(archive, place) }),
        Origin::File(_) | Origin::Url(_) | Origin::Stdin => None,
    };
    (raw, kept)
}

fn is_unchanged(known: &KnownDocument, raw: &RawDocument, shared: &Shared<'_>) -> bool {
    shared.again == Again::Changed && known.raw.sha256 == raw.hash && known.cleaner.as_ref() == Some(&shared.cleaner)
}

/// Whether a page in an archive is the body that the document had in another place, where it cannot be read any more: archives are renamed,
/// joined and packed anew.
fn has_moved(known: &KnownDocument, kept: Option<&RawRef>, shared: &Shared<'_>) -> bool {
    let is_elsewhere = kept.is_some_and(|kept| kept.sha256 == known.raw.sha256 && kept.path != known.raw.path);
    let (path, place) = shared.layout.body(&known.raw.path);
    let Some(place) = place.filter(|_| is_elsewhere) else { return false };
    let there = ingest::archive::read_page(&path, &place, shared.context.limits.max_bytes);
    !there.is_ok_and(|there| there.hash == known.raw.sha256)
}

/// What was read of an input.
struct Input {
    raw: RawDocument,
    kept: Option<RawRef>,
    known: Option<Box<KnownDocument>>,
    parts: Parts,
    has_moved: bool,
    may_go_on: bool,
}

fn clean(input: Input, shared: &Shared<'_>) -> Result<Work, Outcome> {
    let Input { mut raw, kept, known, mut parts, has_moved, may_go_on } = input;
    let cleaned = clean_isolated(&raw, None, shared.context).map_err(|error| outcome_of_page(&error))?;
    let unwanted = refusal(&cleaned.article).map(refused);
    if let Some(outcome) = unwanted.or_else(|| parts::reserved(&cleaned.article, &raw, shared.reservations)) {
        return Err(outcome);
    }
    if let Some(first) = parts::beginning(&raw, &cleaned.page, &parts) {
        return Ok(Work::BeginsAt(first));
    }
    let addresses = raw.http.as_ref().and_then(|http| Addresses::of(http, declared(&cleaned.page)));
    let key = kept.as_ref().map(|kept| SourceKey(kept.path.clone())).unwrap_or_else(|| SourceKey(raw.origin.to_string()));
    let (article, removals) = match parts::address(&raw).filter(|_| may_go_on) {
        Some(url) => {
            let desk = Desk { context: shared.context, layout: shared.layout, reservations: shared.reservations };
            let Joined { article, leaves } = parts.join(cleaned, url, desk)?;
            (article, leaves.iter().flat_map(|leaf| leaf.labelled.removals()).cloned().collect())
        }
        None => (cleaned.article, cleaned.labelled.removals().cloned().collect()),
    };
    if kept.is_some() {
        raw.bytes = Vec::new();
    }
    Ok(Work::Store(Box::new(Ready { key, addresses, raw, kept, article, removals, has_moved, known, parts })))
}

/// The address that the page says it should be known by (RFC 6596).
fn declared(page: &Page) -> Option<&str> {
    let is_canonical = |link: &&Link| link.rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("canonical"));
    page.head.links.iter().find(is_canonical).map(|link| link.href.as_str())
}

/// What stands in a story's place today may be gone tomorrow.
const BLOCKED: &str = "a block page stands in the story's place";
const CONSENT: &str = "a consent wall stands in the story's place";

/// Whether reading the page again is of no use, as long as it stays as it is.
pub fn is_lasting(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused { reason } if ![BLOCKED, CONSENT].contains(&reason.as_str()))
}

/// Why a page is no article, if it is none: what stands in a story's place is never stored as one.
pub fn refusal(article: &Article) -> Option<&'static str> {
    match article.completeness {
        Completeness::Blocked => Some(BLOCKED),
        Completeness::Consent => Some(CONSENT),
        Completeness::Empty => Some("no article text found"),
        _ if article.text.trim().is_empty() => Some("no article text found"),
        _ => None,
    }
}

/// What becomes of an input that cannot be read.
pub fn outcome_of(error: &ingest::Error) -> Outcome {
    match error {
        ingest::Error::Special { .. } => refused("it is not a regular file"),
        ingest::Error::Loop { .. } => refused("the link leads back to a folder around it"),
        error => Outcome::Failed { stage: Stage::Read, error: error.to_string(), hint: Some(error.hint().to_owned()) },
    }
}
