//! What a worker is given and what it gives back.

use std::path::PathBuf;

use gleaner_extract::article::site::SitePage;
use gleaner_extract::document::{Article, DocumentId, RawDocument};
use url::Url;

use super::corpus::address::Addresses;
use super::crawl::poll::{Source, SourceContent};
use super::later_pages::LaterPages;
use super::read_body::ReadBody;
use crate::outcome::Outcome;
use crate::store::undo::Restore;
use crate::store::{AppliedCorrections, KnownDocument, RawRef, Removals, SourceKey};

/// One input for a worker.
pub struct Job {
    /// Its bytes, or where they are.
    pub body: InputBody,
    /// What the corpus knows of it.
    pub known: Option<KnownDocument>,
    /// The later pages of its story.
    pub later_pages: LaterPages,
}

/// Where a page's bytes are.
pub enum InputBody {
    /// In a file.
    File(PathBuf),
    /// In an archive, at a place.
    ArchivePage(PathBuf, String),
    /// Read from an archive on disk.
    FromArchive(Box<RawDocument>),
    /// Just fetched: kept nowhere yet.
    Fetched(Box<RawDocument>),
    /// Read from a stream: kept nowhere, until its turn has come.
    FromStream(Box<RawDocument>),
}

impl InputBody {
    /// Bytes of the body that are in memory, or that a worker will read.
    pub fn held_bytes(&self) -> u64 {
        match self {
            Self::File(path) => path.metadata().map_or(0, |file| file.len()),
            Self::ArchivePage(..) => 0,
            Self::FromArchive(raw) | Self::Fetched(raw) | Self::FromStream(raw) => raw.bytes.len() as u64,
        }
    }
}

/// What a worker made of an input.
pub struct WorkResult {
    /// Bytes of raw input.
    pub bytes: u64,
    /// What was read, if anything was.
    pub read: Option<ReadBody>,
    /// What is left to do, or the input's outcome.
    pub result: Result<Commit, Outcome>,
}

impl WorkResult {
    /// An input with its outcome and nothing left to do.
    pub fn settled(outcome: Outcome) -> Self {
        Self { bytes: 0, read: None, result: Err(outcome) }
    }

    /// Bytes that the result has in memory, but for what every result has.
    pub fn held_bytes(&self) -> u64 {
        match &self.result {
            Ok(Commit::Store(page)) => page.held_bytes(),
            // The URLs of a source take about as much as the source.
            Ok(Commit::Enqueue(_)) => self.bytes,
            Ok(Commit::Unchanged(page)) => page.body.held_bytes(),
            Ok(
                Commit::StartAt(_)
                | Commit::LaterPageOf(_)
                | Commit::Forget(_)
                | Commit::Restore(_)
                | Commit::NotRequested
                | Commit::PassedOver,
            )
            | Err(_) => 0,
        }
    }

    /// An input of which nothing was read, with what is left to do.
    pub fn unread(commit: Commit) -> Self {
        Self { bytes: 0, read: None, result: Ok(commit) }
    }
}

/// What is left to do when an input's turn has come.
pub enum Commit {
    /// The document is as cleaning the body would make it, or has a newer body.
    Unchanged(Box<UnchangedPage>),
    /// A clean page is stored.
    Store(Box<CleanPage>),
    /// The URLs of a source go into the queue.
    Enqueue(Box<SourceResult>),
    /// It is a later page of the story that starts there; that page is fetched instead.
    StartAt(Url),
    /// It is a later page of a story that the corpus knows by this address, and was kept with the story's first page.
    LaterPageOf(SourceKey),
    /// The document is forgotten.
    Forget(DocumentId),
    /// The document is restored.
    Restore(Box<Restore>),
    /// It was not requested: it waits for the next run.
    NotRequested,
    /// It does not concern this run, which is a survey.
    PassedOver,
}

/// A page that is not cleaned, because the corpus has what would come of it.
pub struct UnchangedPage {
    /// The document.
    pub id: DocumentId,
    /// The body, in case that the document changes before its turn.
    pub body: InputBody,
    /// True if cleaning it would make what a rollback has undone.
    pub is_undone: bool,
}

/// A clean page, ready to be stored.
pub struct CleanPage {
    /// What it is known by, if it is a file.
    pub key: SourceKey,
    /// Its addresses, if it was fetched.
    pub addresses: Option<Addresses>,
    /// The raw document; it has its bytes only until they are kept.
    pub raw: RawDocument,
    /// Where its body is kept, once it is.
    pub kept: Option<RawRef>,
    /// The article.
    pub article: Article,
    /// What was removed.
    pub removals: Removals,
    /// The text of what was removed because it recurs across the site.
    pub recurring: String,
    /// The corrections by hand that were applied.
    pub corrections: Option<AppliedCorrections>,
    /// What the page shows of its site.
    pub site_page: Option<SitePage>,
    /// True if the document's body was in an archive, is no longer there, and this is it.
    pub has_moved: bool,
    /// The document that the requested URL has led to so far.
    pub known: Option<Box<KnownDocument>>,
    /// The later pages of its story.
    pub later_pages: LaterPages,
}

impl CleanPage {
    fn held_bytes(&self) -> u64 {
        let fresh = self.later_pages.fresh.as_ref().map_or(0, |fresh| fresh.bytes.len());
        (self.raw.bytes.len() + self.article.text.len() + self.recurring.len() + fresh) as u64
    }
}

/// What came of polling a source.
pub struct SourceResult {
    /// The source.
    pub source: Source,
    /// What it leads to, `None` if nothing changed, or why it could not be read.
    pub content: Result<Option<SourceContent>, Outcome>,
    /// `ETag` of the answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the answer.
    pub last_modified: Option<String>,
}

impl SourceResult {
    /// A source that sent nothing to read.
    pub fn without_body(source: Source, content: Result<Option<SourceContent>, Outcome>) -> Self {
        Self { source, content, etag: None, last_modified: None }
    }
}
