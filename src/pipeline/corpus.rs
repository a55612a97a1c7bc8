//! The corpus as a pass sees it: written under its lock, or only looked at.

use std::path::Path;

use url::Url;

use super::clean::{Diff, Mode};
use super::diff::unified;
use super::identity::{Identity, identify, is_kept_file, is_newer, is_poorer, is_whole};
use super::pass::Task;
use super::prepare::{Ready, Shared};
use super::refusal::refused;
use super::{Error, Setup};
use crate::ingest;
use crate::outcome::Outcome;
use crate::store::journal::JournalLine;
use crate::store::{self, CorpusReader, Journal, KnownDocument, NewDocument, PutResult, RawPart, SourceKey, Store, Urls};
use gleaner_extract::article::fingerprint;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::canonical;
use gleaner_extract::document::{DocumentId, LaterPage, Origin, RawDocument};

/// The corpus, opened for one pass.
pub enum Corpus {
    /// For writing, under its lock, with a journal.
    Written(Box<Store>, Journal),
    /// For a look only.
    Read(Box<CorpusReader>),
}

/// What a look at a file's name says.
pub enum Seen {
    /// It is to be read; this is what the corpus knows of it.
    Due(Option<Box<KnownDocument>>),
    /// A page that gleaner kept or an archive has, of which the corpus has a newer one: this document's.
    Superseded(Box<KnownDocument>),
    /// A further page of a story, kept with the story's first one, which has this address.
    LaterPage(SourceKey),
}

/// What became of a clean page.
pub struct Stored {
    /// The outcome.
    pub outcome: Outcome,
    /// The difference to the present text, where it was asked for and there is one.
    pub diff: Option<String>,
}

impl Corpus {
    /// Opens the corpus; for writing it takes the lock.
    pub fn open(setup: &Setup, mode: Mode, now: Timestamp) -> Result<Self, Error> {
        Ok(match mode {
            Mode::Write => {
                let store = Store::open_under(setup.take_lock()?, &setup.layout)?;
                Self::Written(Box::new(store), Journal::create(&setup.layout, now)?)
            }
            Mode::DryRun => Self::Read(Box::new(CorpusReader::open(&setup.layout)?)),
        })
    }

    /// What is known of a source.
    pub fn known(&self, source: &SourceKey) -> Result<Option<KnownDocument>, Error> {
        Ok(match self {
            Self::Written(store, _) => store.known(source)?,
            Self::Read(reader) => reader.known(source)?,
        })
    }

    /// Whether the corpus has a page at this address, or one that gives it as another address of its own.
    pub fn has_address(&self, url: &Url) -> Result<bool, Error> {
        Ok(match self {
            Self::Written(store, _) => store.has_address(url)?,
            Self::Read(_) => false,
        })
    }

    /// Looks a file up: a page that gleaner kept is known by its address, any other by its path.
    pub fn look_up(&self, setup: &Setup, path: &Path) -> Result<Seen, Error> {
        let key = setup.layout.key(path);
        // A sidecar that cannot be read is told when the file itself is.
        let Some(facts) = ingest::kept::facts(path).ok().flatten() else {
            return Ok(Seen::Due(self.known(&SourceKey(key))?.map(Box::new)));
        };
        match facts.part {
            Some(part) => {
                let first = ingest::kept::facts(&path.with_file_name(part.of)).ok().flatten();
                Ok(Seen::LaterPage(SourceKey(first.map_or(facts.http.final_url, |first| first.http.final_url))))
            }
            None => self.look_up_at(&facts.http.final_url, facts.fetched_at, &key),
        }
    }

    /// The further pages that are kept of the story whose first one lies at this path.
    pub fn parts(&self, first: &str) -> Result<Vec<RawPart>, Error> {
        Ok(match self {
            Self::Written(store, _) => store.parts(first)?,
            Self::Read(reader) => reader.parts(first)?,
        })
    }

    /// Keeps the page of a story that has just come beside the first one.
    pub fn keep_part(&mut self, ready: &mut Ready) -> Result<(), Error> {
        let (Self::Written(store, _), Some(first), Some(mut fresh)) = (self, &ready.kept, ready.parts.fresh.take()) else {
            return Ok(());
        };
        let of = first.path.rsplit('/').next().unwrap_or(&first.path).to_owned();
        let number = u32::try_from(ready.parts.kept.len() + 2).unwrap_or(u32::MAX);
        fresh.part = Some(LaterPage { of, number });
        ready.parts.kept.push(store.keep_part(&fresh, first)?);
        Ok(())
    }

    /// Looks a page of an archive up: as the body of a document, by its address, by its place.
    pub fn look_up_page(&self, setup: &Setup, raw: &RawDocument) -> Result<Seen, Error> {
        let key = match &raw.origin {
            Origin::Member { archive, place } => setup.layout.member_key(archive, place),
            origin => origin.to_string(),
        };
        let known = self.known(&SourceKey(key.clone()))?;
        match &raw.http {
            // Another body may have become the document's since.
            Some(http) if known.as_ref().is_none_or(|known| known.raw.path != key) => {
                Ok(match self.look_up_at(&http.final_url, raw.fetched_at, &key)? {
                    // The very body may have moved here from where it was.
                    Seen::Superseded(known) if known.raw.sha256 == raw.hash => Seen::Due(Some(known)),
                    seen => seen,
                })
            }
            _ => Ok(Seen::Due(known.map(Box::new))),
        }
    }

    /// Looks a body up that lies at `key` and came from an address.
    fn look_up_at(&self, final_url: &str, fetched_at: Option<Timestamp>, key: &str) -> Result<Seen, Error> {
        let Ok(url) = Url::parse(final_url) else { return Ok(Seen::Due(None)) };
        let answered = canonical(&url);
        let known = self.known(&SourceKey(answered.as_str().to_owned()))?;
        let is_same_page = |known: &KnownDocument| {
            known.answered.as_deref().and_then(|at| Url::parse(at).ok()).map(|at| canonical(&at)) == Some(answered)
        };
        Ok(match known {
            // An older body may still be fuller than a preview.
            Some(known) if is_newer(&known, fetched_at, key) && is_same_page(&known) && is_whole(&known) => {
                Seen::Superseded(Box::new(known))
            }
            known => Seen::Due(known.map(Box::new)),
        })
    }

    /// Keeps a fetched body, if it is not kept yet. Its bytes are let go.
    pub fn keep_raw(&mut self, ready: &mut Ready) -> Result<(), Error> {
        if let (Self::Written(store, _), None) = (self, &ready.kept) {
            ready.kept = Some(store.keep_raw(&ready.raw)?);
        }
        ready.raw.bytes = Vec::new();
        Ok(())
    }

    /// What a source is cleaned from: a file, or a page in an archive.
    pub fn body_of(&self, setup: &Setup, source: &SourceKey) -> Result<Task, Error> {
        let known = self.known(source)?;
        Ok(match setup.layout.body(known.as_ref().map_or(&source.0, |known| &known.raw.path)) {
            (archive, Some(place)) => Task::Member(archive, place),
            (file, None) => Task::File(file),
        })
    }

    /// Copies whose text no document holds any more.
    pub fn stale(&self) -> Result<Vec<SourceKey>, Error> {
        match self {
            Self::Written(store, _) => Ok(store.stale()?),
            Self::Read(_) => Ok(Vec::new()),
        }
    }

    /// Stores a clean page, or says what storing it would do.
    pub fn store(&mut self, shared: &Shared<'_>, ready: Ready, diff: Diff) -> Result<Stored, Error> {
        let (source, id, known) = match identify(self, shared, &ready)? {
            Identity::Settled(id) => return Ok(Stored { outcome: Outcome::Unchanged { id }, diff: None }),
            Identity::Of { source, id, known } => (source, id, known),
        };
        if let Some(known) = known.as_ref().filter(|known| is_poorer(known, &ready)) {
            // What was kept is looked at in every run; only what has just come is news.
            let settled = Outcome::Unchanged { id: known.id };
            let outcome = if is_kept_file(&ready) { settled } else { refused("the corpus has a fuller version of the story") };
            return Ok(Stored { outcome, diff: None });
        }
        let diff = match diff {
            Diff::Unified => self.difference(known.as_deref(), &ready, &source)?,
            Diff::None => None,
        };
        let outcome = match self {
            Self::Written(store, _) => put(store, source, id, ready, shared)?,
            Self::Read(_) => foresee(known.as_deref(), id, &ready),
        };
        Ok(Stored { outcome, diff })
    }

    fn difference(&self, known: Option<&KnownDocument>, ready: &Ready, key: &SourceKey) -> Result<Option<String>, Error> {
        let present = known.map(|known| self.text(known)).transpose()?.flatten().unwrap_or_default();
        let diff = unified(present.trim_end(), &ready.article.text, &key.0);
        Ok((!diff.is_empty()).then_some(diff))
    }

    /// The present clean text of a document.
    fn text(&self, known: &KnownDocument) -> Result<Option<String>, Error> {
        Ok(match self {
            Self::Written(store, _) => store.text(&known.id)?,
            Self::Read(reader) => reader.text(&known.id)?,
        })
    }

    /// What becomes of a further page by itself: it is in the document of its story, whose address this is.
    pub fn story_of(&self, address: &SourceKey) -> Result<Outcome, Error> {
        let known = self.known(&SourceKey(address.url().map_or_else(|| address.0.clone(), |url| canonical(&url).into())))?;
        let unknown = || refused("it is a further page of a story that the corpus does not have");
        Ok(known.map_or_else(unknown, |known| Outcome::Unchanged { id: known.id }))
    }

    /// Writes down an outcome.
    pub fn journal(&mut self, origin: &Origin, outcome: &Outcome) -> Result<(), Error> {
        match self {
            Self::Written(_, journal) => Ok(journal.write(&JournalLine::of(&origin.to_string(), outcome, None))?),
            Self::Read(_) => Ok(()),
        }
    }

    /// Ends the pass.
    pub fn close(self) -> Result<(), Error> {
        match self {
            Self::Written(store, _) => Ok(store.close()?),
            Self::Read(_) => Ok(()),
        }
    }
}

fn put(
    store: &mut Store,
    source: SourceKey,
    id: Option<DocumentId>,
    ready: Ready,
    shared: &Shared<'_>,
) -> Result<Outcome, Error> {
    let Ready { addresses, raw, kept, article, removals, parts, .. } = ready;
    let kept = match kept {
        Some(kept) => kept,
        None => store.keep_raw(&raw)?,
    };
    let id = match id {
        Some(id) => id,
        None => store.identify(&source, &raw)?,
    };
    let mut urls = match (&addresses, &raw.http) {
        (Some(addresses), Some(http)) => addresses.urls(&source, http),
        _ => Urls::default(),
    };
    urls.aliases.extend(parts.urls());
    let parts = parts.kept;
    let (fetched_at, cleaner) = (raw.fetched_at, shared.cleaner.clone());
    let tokens_sha256 = fingerprint::tokens_sha256(&article.text);
    let document = NewDocument { id, source, raw: kept, parts, urls, fetched_at, article, tokens_sha256, removals, cleaner };
    Ok(match store.put(&document)? {
        PutResult::New => Outcome::Kept { id, new: true },
        PutResult::Updated => Outcome::Kept { id, new: false },
        PutResult::SidecarOnly => Outcome::Unchanged { id },
        PutResult::Copy(of) => Outcome::Copy { id, of },
    })
}

/// What storing the page would do, as far as it can be told without doing it: whether a new text is a copy, it cannot.
fn foresee(known: Option<&KnownDocument>, id: Option<DocumentId>, ready: &Ready) -> Outcome {
    match known {
        Some(known) if known.text_sha256 != store::text_sha256(&ready.article.text) => Outcome::Kept { id: known.id, new: false },
        Some(KnownDocument { id, copy_of: Some(of), .. }) => Outcome::Copy { id: *id, of: *of },
        Some(known) => Outcome::Unchanged { id: known.id },
        None => Outcome::Kept { id: id.unwrap_or(DocumentId(ready.raw.hash)), new: true },
    }
}
