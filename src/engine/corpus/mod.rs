//! The corpus as a run sees it: written to under its lock, or only looked at.

pub mod address;
mod diff;
mod identity;
pub mod look_up;
mod note;
mod recleaned;
mod restore;
pub mod view;

use std::sync::{Arc, Mutex, PoisonError};

use gleaner_extract::article::fingerprint;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::canonical;
use gleaner_extract::document::{DocumentId, LaterPage, Origin};

use self::diff::unified;
use self::identity::{Identity, identify, is_kept_file, is_less_complete};
use self::note::Note;
use self::view::CorpusView;
use super::context::RunContext;
use super::job::{CleanPage, InputBody};
use super::options::{Diff, Mode};
use super::setup::{Error, Setup};
use super::task::Task;
use crate::ingest::kept;
use crate::notify::Outbox;
use crate::outcome::{Outcome, Refusal};
use crate::reclean::Recleaned;
use crate::relate::NearLimit;
use crate::store::journal::JournalLine;
use crate::store::journal_facts::{ArticleFacts, RequestFacts};
use crate::store::rotation;
use crate::store::{
    self, CorpusReader, DocumentName, Journal, KnownDocument, KnownSites, NewDocument, PutResult, RawPart, SiteCounter,
    SourceKey, Store, Urls,
};

/// The corpus, opened for one run.
pub enum Corpus {
    /// For writing, under its lock, with a journal, and with the events that hooks are to be told of.
    Writing(Box<Store>, Journal, Outbox),
    /// For a look only; counts the lines of sites where that is asked for.
    Reading(Box<CorpusReader>, Option<Arc<Mutex<SiteCounter>>>),
}

/// What became of a clean page.
pub struct Stored {
    /// The outcome.
    pub outcome: Outcome,
    /// The difference from the present text, if it was requested and there is one.
    pub diff: Option<String>,
    /// What cleaning the document again changes, if that is counted.
    pub recleaned: Option<Recleaned>,
}

impl From<Outcome> for Stored {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, diff: None, recleaned: None }
    }
}

impl Corpus {
    /// Opens the corpus; for writing it takes the lock.
    pub fn open(setup: &Setup, mode: Mode, now: Timestamp) -> Result<Self, Error> {
        Ok(match mode {
            Mode::Write => {
                let mut store = Store::open_under(setup.take_lock()?, &setup.layout)?;
                let outbox = Outbox::new(&setup.layout.state, &setup.config.hook, now);
                let journal = Journal::create(&setup.layout, now)?;
                store.record_run(journal.path());
                Self::Writing(Box::new(store), journal, outbox)
            }
            Mode::DryRun => Self::Reading(Box::new(CorpusReader::open(&setup.layout)?), None),
        })
    }

    /// The corpus to look at.
    pub fn view(&self) -> &dyn CorpusView {
        match self {
            Self::Writing(store, ..) => store.as_ref(),
            Self::Reading(reader, _) => reader.as_ref(),
        }
    }

    /// The lines of sites that are boilerplate, as of the last completed run.
    pub fn known_sites(&self) -> Result<KnownSites, Error> {
        Ok(match self {
            Self::Writing(store, ..) => store.known_sites()?,
            Self::Reading(reader, _) => reader.known_sites()?,
        })
    }

    /// A number that grows with everything that is written: as long as it stays, so does what the corpus knows.
    pub fn generation(&self) -> u64 {
        match self {
            Self::Writing(store, ..) => store.generation(),
            Self::Reading(..) => 0,
        }
    }

    /// True if the run writes.
    pub fn is_writing(&self) -> bool {
        matches!(self, Self::Writing(..))
    }

    /// The later pages that are kept of a story, if its first page is a kept file.
    pub fn later_pages_of(&self, setup: &Setup, first: &InputBody) -> Result<Vec<RawPart>, Error> {
        match first {
            InputBody::File(path) if kept::sidecar(path).is_some() => self.view().later_pages(&setup.layout.key(path)),
            _ => Ok(Vec::new()),
        }
    }

    /// The same for a first page that was just fetched and is the very body that the corpus has.
    pub fn later_pages_known(
        &self,
        setup: &Setup,
        first: &InputBody,
        known: Option<&KnownDocument>,
    ) -> Result<Vec<RawPart>, Error> {
        match (first, known) {
            (InputBody::Fetched(raw), Some(known)) if known.raw.sha256 == raw.hash() => self.view().later_pages(&known.raw.path),
            _ => self.later_pages_of(setup, first),
        }
    }

    /// Keeps a later page that was just fetched, next to the first one.
    pub fn keep_later_page(&mut self, page: &mut CleanPage) -> Result<(), Error> {
        let (Self::Writing(store, ..), Some(first), Some(mut fresh)) = (self, &page.kept, page.later_pages.fresh.take()) else {
            return Ok(());
        };
        let of = first.path.rsplit('/').next().unwrap_or(&first.path).to_owned();
        let number = u32::try_from(page.later_pages.kept.len() + 2).unwrap_or(u32::MAX);
        fresh.part = Some(LaterPage { of, number });
        page.later_pages.kept.push(store.keep_part(&fresh, first)?);
        Ok(())
    }

    /// Keeps a fetched body, if it is not kept yet, and drops its bytes.
    pub fn keep_raw(&mut self, page: &mut CleanPage) -> Result<(), Error> {
        if let (Self::Writing(store, ..), None) = (self, &page.kept) {
            page.kept = Some(store.keep_raw(&page.raw)?);
        }
        page.raw.replace_bytes(Vec::new());
        Ok(())
    }

    /// What a source is cleaned from: a file, or a page in an archive.
    pub fn body_of(&self, setup: &Setup, source: &SourceKey) -> Result<Task, Error> {
        let known = self.view().known(source)?;
        Ok(match setup.layout.body(known.as_ref().map_or(&source.0, |known| &known.raw.path)) {
            (archive, Some(place)) => Task::ArchivePage(archive, place),
            (file, None) => Task::File(file),
        })
    }

    /// The source of a document, as an input; for an id without a document, the id.
    pub fn origin_of(&self, setup: &Setup, id: DocumentId) -> Result<Origin, Error> {
        let Some(source) = self.view().source(id)? else { return Ok(Origin::File(id.to_string().into())) };
        Ok(source.url().map_or_else(|| Origin::File(setup.layout.path(&source.0)), Origin::Url))
    }

    /// Moves a document to the trash, or says that it would.
    pub fn forget(&mut self, id: DocumentId) -> Result<Outcome, Error> {
        let is_there = match self {
            Self::Writing(store, ..) => store.forget(&id)?,
            Self::Reading(reader, _) => reader.source(&id)?.is_some(),
        };
        Ok(if is_there { Outcome::Forgotten { id } } else { Outcome::Refused(Refusal::NoDocument) })
    }

    /// Stores a clean page, or says what storing it would do.
    pub fn store(&mut self, context: &RunContext<'_>, mut page: CleanPage, diff: Diff) -> Result<Stored, Error> {
        // The very body that the corpus has is not kept twice.
        if let (None, Some(known)) = (&page.kept, page.known.as_ref().filter(|known| known.raw.sha256 == page.raw.hash())) {
            page.kept = Some(known.raw.clone());
        }
        self.keep_raw(&mut page)?;
        let (source, id, known) = match identify(self.view(), context, &page)? {
            Identity::Settled(id) => return Ok(Outcome::Unchanged { id }.into()),
            Identity::Of { source, id, known } => (source, id, known),
        };
        if let Some(known) = known.as_ref().filter(|known| is_less_complete(known, &page)) {
            // A kept body is seen in every run; only a new one is worth reporting.
            let settled = Outcome::Unchanged { id: known.id };
            return Ok(if is_kept_file(&page) { settled } else { Outcome::Refused(Refusal::LessComplete) }.into());
        }
        let diff = match diff {
            Diff::Unified => self.difference(known.as_deref(), &page, &source)?,
            Diff::None => None,
        };
        let recleaned = recleaned::compare(self.view(), context, known.as_deref(), &page)?;
        let outcome = match self {
            Self::Writing(store, _, outbox) => put(store, outbox, (source, id, known.as_deref()), page, context)?,
            Self::Reading(_, counter) => {
                let outcome = foresee(known.as_deref(), id, &page);
                note_site_page(counter.as_deref(), &outcome, &page)?;
                outcome
            }
        };
        Ok(Stored { outcome, diff, recleaned })
    }

    fn difference(&self, known: Option<&KnownDocument>, page: &CleanPage, key: &SourceKey) -> Result<Option<String>, Error> {
        let present = known.map(|known| self.view().text(known)).transpose()?.flatten().unwrap_or_default();
        let diff = unified(present.trim_end(), &page.article.text, &key.0);
        Ok((!diff.is_empty()).then_some(diff))
    }

    /// The outcome of a later page on its own: it belongs to the document of its story, which has this address.
    pub fn story_of(&self, address: &SourceKey) -> Result<Outcome, Error> {
        let canonical = SourceKey(address.url().map_or_else(|| address.0.clone(), |url| canonical(&url).into()));
        let known = self.view().known(&canonical)?;
        Ok(known.map_or(Outcome::Refused(Refusal::LaterPageAlone), |known| Outcome::Unchanged { id: known.id }))
    }

    /// The name of the document that was stored, and of the one that a URL led to.
    pub fn name(&self, origin: &Origin, outcome: &Outcome) -> Result<Option<DocumentName>, Error> {
        let id = match outcome {
            Outcome::Kept { id, .. } | Outcome::Restored { id, .. } => id,
            Outcome::Copy { of, .. } => of,
            Outcome::Unchanged { id } if matches!(origin, Origin::Url(_)) => id,
            _ => return Ok(None),
        };
        match self {
            Self::Writing(store, ..) => Ok(store.name(id)?),
            Self::Reading(..) => Ok(None),
        }
    }

    /// Writes an outcome to the journal, and of an input from the network the request and the article.
    pub fn journal(
        &mut self,
        origin: &Origin,
        outcome: &Outcome,
        name: Option<&DocumentName>,
        requested: Option<(RequestFacts, Option<ArticleFacts>)>,
    ) -> Result<(), Error> {
        let Self::Writing(_, journal, _) = self else { return Ok(()) };
        let line = JournalLine::of(&origin.to_string(), outcome, None).named(name);
        Ok(journal.write(&match requested {
            Some((request, article)) => line.requested(request, article, outcome),
            None => line,
        })?)
    }

    /// The number of texts that are compared for near duplicates, if it is close to the greatest.
    pub fn near_limit(&self) -> Result<Option<NearLimit>, Error> {
        match self {
            Self::Writing(store, ..) => Ok(store.near_limit()?),
            Self::Reading(..) => Ok(None),
        }
    }

    /// Ends the run, and removes the journals of old ones. Gives the number of documents from which cleaning them again would remove other lines.
    pub fn close(self, setup: &Setup, now: Timestamp) -> Result<u64, Error> {
        match self {
            Self::Writing(store, journal, _) => {
                match rotation::rotate(&setup.layout, journal.path(), setup.config.journal, now) {
                    Ok(0) => {}
                    Ok(removed) => tracing::info!("removed {removed} old journals"),
                    // The run is done; the next one tries again.
                    Err(error) => tracing::warn!("failed to {error}"),
                }
                Ok(store.close()?)
            }
            Self::Reading(..) => Ok(0),
        }
    }
}

fn put(
    store: &mut Store,
    outbox: &mut Outbox,
    (source, id, known): (SourceKey, Option<DocumentId>, Option<&KnownDocument>),
    page: CleanPage,
    context: &RunContext<'_>,
) -> Result<Outcome, Error> {
    let CleanPage { addresses, raw, kept, article, removals, corrections, site_page, later_pages, .. } = page;
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
    urls.aliases.extend(later_pages.urls());
    let parts = later_pages.kept;
    let (fetched_at, cleaner) = (raw.fetched_at, context.cleaner.clone());
    let tokens_sha256 = fingerprint::tokens_sha256(&article.text);
    let document = NewDocument {
        id,
        source,
        raw: kept,
        parts,
        urls,
        fetched_at,
        article,
        tokens_sha256,
        removals,
        corrections,
        site_page,
        cleaner,
    };
    warn_of_unmatched(&document);
    let mut note = Note::of(outbox, known, &document);
    let put = store.put(&document)?;
    note.settle(outbox, &put, &document);
    Ok(match put {
        PutResult::New => Outcome::Kept { id, new: true },
        PutResult::Updated => Outcome::Kept { id, new: false },
        PutResult::SidecarOnly => Outcome::Unchanged { id },
        PutResult::Copy(of) => Outcome::Copy { id, of },
    })
}

/// Says that corrections by hand were not applied, because the page has their blocks no longer.
fn warn_of_unmatched(document: &NewDocument) {
    if let Some(applied) = document.corrections.filter(|applied| applied.unmatched > 0) {
        let (id, unmatched) = (document.id.short(), applied.unmatched);
        tracing::warn!("{unmatched} corrections of document {id} were not applied: their blocks are not on its page any more");
    }
}

/// Notes what a page that would be stored shows of its site.
fn note_site_page(counter: Option<&Mutex<SiteCounter>>, outcome: &Outcome, page: &CleanPage) -> Result<(), Error> {
    let (Some(counter), Some(id), Some(shown)) = (counter, outcome.document(), &page.site_page) else { return Ok(()) };
    let published = page.article.metadata.published.as_ref().map(|found| found.value.day);
    Ok(counter.lock().unwrap_or_else(PoisonError::into_inner).note(&id, published, shown)?)
}

/// What storing the page would do, as far as that can be known without doing it. Whether a new text is a copy cannot.
fn foresee(known: Option<&KnownDocument>, id: Option<DocumentId>, page: &CleanPage) -> Outcome {
    match known {
        Some(known) if known.text_sha256 != store::text_sha256(&page.article.text) => Outcome::Kept { id: known.id, new: false },
        // Its files are gone or damaged.
        Some(known) if known.cleaner.is_none() && known.copy_of.is_none() => Outcome::Kept { id: known.id, new: false },
        Some(KnownDocument { id, copy_of: Some(of), .. }) => Outcome::Copy { id: *id, of: *of },
        Some(known) => Outcome::Unchanged { id: known.id },
        None => Outcome::Kept { id: id.unwrap_or(DocumentId(page.raw.hash())), new: true },
    }
}
