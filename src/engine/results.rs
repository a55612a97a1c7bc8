//! Takes what comes back from the network and from the extraction threads, keeps fetched bodies, and commits results in their order.

use gleaner_extract::base::time::{Day, Timestamp};
use gleaner_extract::document::{Completeness, Origin, RawDocument};
use url::Url;

use super::context::RunContext;
use super::corpus::Stored;
use super::crawl::poll::{ExpectedKind, Source};
use super::crawl::workers::{FetchEvent, FetchResult, FetchSlot, NotFetched};
use super::in_flight::{InFlight, Requested, RequestedPage};
use super::job::{CleanPage, Commit, InputBody, Job, SourceResult, UnchangedPage, WorkResult};
use super::later_pages::{LaterPages, MorePages};
use super::options::Again;
use super::progress::Event;
use super::setup::Error;
use super::state::{Engine, Message};
use super::worker;
use crate::discover::listing_kind;
use crate::fetch::Fetched;
use crate::outcome::{Outcome, Refusal, Stage};
use crate::queue::{IfKnown, NewUrl, UrlKind};
use crate::store::KnownDocument;
use crate::store::journal_facts::{ArticleFacts, RequestKind};

impl Engine<'_, '_> {
    /// Takes one message in.
    pub fn handle(&mut self, message: Message) -> Result<(), Error> {
        match message {
            Message::Fetch(FetchEvent::Started(number)) => self.request_started(number),
            Message::Fetch(FetchEvent::Finished(result)) => self.handle_fetch(result),
            Message::Worked { number, mut result, slot } => {
                self.keep_body(number, &mut result)?;
                self.in_flight.set_bytes(number, result.held_bytes());
                // The body is on disk now and its bytes are gone: another page may come in.
                drop(slot);
                if let Some(done) = self.fetch_next_page(number, result)? {
                    self.reorder.push(number, *done);
                }
                Ok(())
            }
        }
    }

    fn request_started(&mut self, number: u64) -> Result<(), Error> {
        let Some(input) = self.in_flight.get(number) else { return Ok(()) };
        let is_first = input.request.as_ref().is_none_or(Requested::is_first);
        if let (Some(row), Some(queue), true) = (input.queue_row, &mut self.queue, is_first) {
            queue.store.started(row, self.context.now)?;
        }
        Ok(())
    }

    fn handle_fetch(&mut self, fetched: FetchResult) -> Result<(), Error> {
        let FetchResult { number, result, took, slot } = fetched;
        let Some(input) = self.in_flight.get(number) else { return Ok(()) };
        let Some(requested) = input.request.take() else { return Ok(()) };
        if let Some(facts) = input.facts.as_mut().filter(|_| requested.is_first()) {
            facts.ms = took.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
            facts.cause = result.as_ref().err().and_then(NotFetched::cause);
        }
        match requested {
            Requested::Source(source) => self.source_fetched(number, *source, result, slot),
            Requested::LaterPage { so_far, url } => self.later_page_fetched(number, so_far, &url, result, slot),
            Requested::Page(page) => self.page_fetched(number, page, result, slot),
        }
    }

    fn page_fetched(
        &mut self,
        number: u64,
        page: RequestedPage,
        result: Result<Fetched, NotFetched>,
        slot: Option<FetchSlot>,
    ) -> Result<(), Error> {
        let RequestedPage { url, known, feed } = page;
        let body = match (result, known.as_deref()) {
            (Ok(Fetched::Document(raw)), _) if self.is_source(number, &raw) => {
                let source = Source::new(url, ExpectedKind::Any, "", self.setup.poll_bounds());
                self.queue()?.source_started(&source);
                if let Some(facts) = self.in_flight.get(number).and_then(|input| input.facts.as_mut()) {
                    facts.kind = RequestKind::Source;
                }
                self.read_source(number, source, *raw, slot);
                return Ok(());
            }
            (Ok(Fetched::Document(mut raw)), _) => {
                raw.feed = feed;
                Ok(InputBody::Fetched(raw))
            }
            (Ok(Fetched::NotModified), Some(known)) => self.not_modified(known).map_err(WorkResult::unread),
            (Ok(Fetched::NotModified), None) => Err(WorkResult::settled(Outcome::Refused(Refusal::NoPageSent))),
            (Err(NotFetched::BudgetSpent), _) => {
                self.return_to_queue(number, url)?;
                self.reorder.push(number, WorkResult::unread(Commit::NotRequested));
                return Ok(());
            }
            (Err(NotFetched::Failed { outcome, lasting, .. }), _) => {
                self.mark_failed(number, &outcome, lasting)?;
                Err(WorkResult::settled(outcome))
            }
        };
        match body {
            Ok(body) => {
                let kept = self.corpus.later_pages_known(self.setup, &body, known.as_deref())?;
                let later_pages = LaterPages::of(kept, MorePages::Fetch);
                self.spawn(number, Job { body, known: known.map(|known| *known), later_pages }, slot);
            }
            Err(done) => self.reorder.push(number, done),
        }
        Ok(())
    }

    /// True if what the user named is not a page but a source of pages.
    fn is_source(&mut self, number: u64, raw: &RawDocument) -> bool {
        let content_type = raw.http.as_ref().and_then(|http| http.header("content-type"));
        let kind = self.in_flight.get(number).map(|input| if input.queue_row.is_none() { UrlKind::Named } else { input.kind });
        match kind.unwrap_or_default() {
            UrlKind::Page => false,
            UrlKind::Named => listing_kind(&raw.bytes, content_type).is_some(),
            UrlKind::Source => true,
        }
    }

    fn source_fetched(
        &mut self,
        number: u64,
        source: Source,
        result: Result<Fetched, NotFetched>,
        slot: Option<FetchSlot>,
    ) -> Result<(), Error> {
        let commit = match result {
            Ok(Fetched::Document(raw)) => {
                self.read_source(number, source, *raw, slot);
                return Ok(());
            }
            Ok(Fetched::NotModified) => Commit::Enqueue(Box::new(SourceResult::without_body(source, Ok(None)))),
            Err(NotFetched::Failed { outcome, .. }) => {
                Commit::Enqueue(Box::new(SourceResult::without_body(source, Err(outcome))))
            }
            Err(NotFetched::BudgetSpent) => {
                let limit = self.reached_limit().filter(|_| source.name.is_empty());
                if let (Some(limit), Some(queue)) = (limit, &mut self.queue) {
                    queue.mark_partial(&source, limit);
                }
                Commit::NotRequested
            }
        };
        self.reorder.push(number, WorkResult::unread(commit));
        Ok(())
    }

    /// Gives what a source sent to the extraction threads: a large sitemap is work as well.
    fn read_source(&self, number: u64, source: Source, raw: RawDocument, slot: Option<FetchSlot>) {
        self.work(number, slot, move |context: &RunContext<'_>| worker::read_source(source, &raw, context));
    }

    /// Keeps a fetched body as soon as it is known to be a page, so that it is never requested again.
    fn keep_body(&mut self, number: u64, result: &mut WorkResult) -> Result<(), Error> {
        match &mut result.result {
            // What came from a stream would be lost with a killed run in any case: it is kept at its turn.
            Ok(Commit::Store(page)) if page.kept.is_none() && !matches!(page.raw.origin, Origin::Url(_)) => {}
            Ok(Commit::Store(page)) => {
                self.corpus.keep_raw(page)?;
                let row = self.in_flight.get(number).and_then(|input| input.queue_row);
                if let (Some(row), Some(queue), Some(kept)) = (row, &mut self.queue, &page.kept) {
                    queue.store.kept(row, &kept.path, self.context.now)?;
                }
            }
            Err(outcome) => {
                let lasting = matches!(outcome, Outcome::Refused(refusal) if refusal.is_lasting());
                self.mark_failed(number, outcome, lasting)?;
            }
            Ok(_) => {}
        }
        Ok(())
    }

    /// The page has not changed: nothing to do, unless what shapes clean text has.
    fn not_modified(&self, known: &KnownDocument) -> Result<InputBody, Commit> {
        // The next page of a truncated story may be there by now.
        let is_whole = known.completeness != Completeness::Truncated;
        let body = InputBody::File(self.setup.layout.path(&known.raw.path));
        let is_undone = known.is_undone(&known.raw.sha256, known.parts, &self.context.cleaner);
        let is_current = known.cleaner.as_ref() == Some(&self.context.cleaner) || is_undone;
        if is_current && self.options.again == Again::Changed && is_whole {
            return Err(Commit::Unchanged(Box::new(UnchangedPage { id: known.id, body, is_undone })));
        }
        Ok(body)
    }

    /// Tells the queue that a page was not taken: for good, or for this time.
    pub fn mark_failed(&mut self, number: u64, outcome: &Outcome, lasting: bool) -> Result<(), Error> {
        let Some(reason) = outcome.reason() else { return Ok(()) };
        let row = self.in_flight.get(number).and_then(|input| input.queue_row.take());
        let (Some(row), Some(queue)) = (row, &mut self.queue) else { return Ok(()) };
        match lasting {
            true => queue.store.dead(row, &reason, self.context.now)?,
            false => queue.store.failed(row, &reason, &self.setup.config.queue, self.context.now)?,
        }
        Ok(())
    }

    /// Tells the queue that a page was not requested. One that the user named is added, unless it was the user who ended the run.
    pub fn return_to_queue(&mut self, number: u64, url: Url) -> Result<(), Error> {
        if !self.requeue(number)? && !self.setup.stop.is_requested() {
            let now = self.context.now;
            let new = NewUrl { url, source: String::new(), feed: None, kind: UrlKind::Page, if_known: IfKnown::Requeue };
            self.queue()?.add(&new, now)?;
        }
        Ok(())
    }

    /// Lets a page of the queue wait there again; false if it is from elsewhere.
    fn requeue(&mut self, number: u64) -> Result<bool, Error> {
        let (row, now) = (self.in_flight.get(number).and_then(|input| input.queue_row.take()), self.context.now);
        if let Some(row) = row {
            self.queue()?.store.requeue(row, now)?;
        }
        Ok(row.is_some())
    }

    /// Commits every result whose turn has come. True if there was any.
    pub fn commit_ready(&mut self) -> Result<bool, Error> {
        let mut any = false;
        while let Some((number, result)) = self.reorder.pop() {
            any = true;
            self.commit(number, result)?;
        }
        Ok(any)
    }

    /// Stores a page. Where a file of its document cannot be read, the page waits for the next run: nothing may be replaced that could not be
    /// looked at.
    fn store(&mut self, number: u64, page: CleanPage) -> Result<Stored, Error> {
        match self.corpus.store(self.context, page, self.options.diff) {
            Err(Error::Store(error)) if error.is_of_one_document() => {
                self.requeue(number)?;
                let hint = error.hint().map(str::to_owned);
                Ok(Outcome::Failed { stage: Stage::Store, error: error.to_string(), hint }.into())
            }
            stored => stored,
        }
    }

    /// Tells the queue that a page is in the corpus: also one that the user named, and that the queue may have as failed or given up.
    fn settle_in_queue(&mut self, input: &InFlight, outcome: &Outcome, recheck_from: Option<Timestamp>) -> Result<(), Error> {
        let now = self.context.now;
        match (input.queue_row, &input.origin) {
            (Some(row), _) => self.queue()?.store.done(row, recheck_from, now)?,
            (None, Origin::Url(url)) if input.is_named && outcome.document().is_some() && self.corpus.is_writing() => {
                let noted = match self.present_queue() {
                    Ok(Some(queue)) => queue.store.found_in_corpus(url, now).map_err(Error::from),
                    Ok(None) => Ok(()),
                    Err(error) => Err(error),
                };
                // The page is stored. That its URL waits for another attempt costs one request.
                if let Err(error) = noted {
                    tracing::warn!("{url} is stored, but the queue does not know it: failed to {error}");
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The quality of an article from the network, for the journal.
    fn article_facts(&mut self, number: u64, page: &CleanPage) -> Option<ArticleFacts> {
        self.in_flight.get(number)?.facts.as_ref()?;
        let removed = page.removals.values().map(|removed| removed.words).sum();
        Some(ArticleFacts::of(&page.article, removed))
    }

    fn commit(&mut self, number: u64, done: WorkResult) -> Result<(), Error> {
        let WorkResult { bytes, result, .. } = self.reconsider(number, done)?;
        let (recheck_from, article) = match &result {
            Ok(Commit::Store(page)) => {
                (self.setup.config.recheck.from(published(page), self.context.now), self.article_facts(number, page))
            }
            _ => (None, None),
        };
        let Stored { outcome, diff, recleaned } = match result {
            Ok(Commit::Store(page)) => self.store(number, *page)?,
            Ok(Commit::Unchanged(page)) => {
                self.report.undone += u64::from(page.is_undone);
                Outcome::Unchanged { id: page.id }.into()
            }
            Ok(Commit::StartAt(first)) => self.restart_at(number, &first)?.into(),
            Ok(Commit::LaterPageOf(address)) => self.corpus.story_of(&address)?.into(),
            Ok(Commit::Enqueue(result)) => self.enqueue(*result)?.into(),
            Ok(Commit::Forget(id)) => self.corpus.forget(id)?.into(),
            Ok(Commit::Restore(restore)) => self.corpus.restore(&restore)?.into(),
            Ok(Commit::NotRequested) => {
                self.in_flight.remove(number);
                return Ok(());
            }
            Ok(Commit::PassedOver) => {
                self.in_flight.remove(number);
                self.progress.checked();
                return Ok(());
            }
            Err(outcome) => outcome.into(),
        };
        let Some(input) = self.in_flight.remove(number) else { return Ok(()) };
        self.settle_in_queue(&input, &outcome, recheck_from)?;
        self.archives.settled(&input.origin, &outcome);
        recleaned.iter().for_each(|recleaned| self.tally.add(recleaned));
        let name = self.corpus.name(&input.origin, &outcome)?;
        let requested = input.facts.map(|request| (request, article));
        self.corpus.journal(&input.origin, &outcome, name.as_ref(), requested)?;
        self.report.add(&input.origin, &outcome, name.as_ref(), bytes);
        self.progress.done(Event { source: &input.origin, outcome: &outcome, bytes, diff: diff.as_deref() });
        Ok(())
    }
}

/// The day on which a page says that its story was published.
fn published(page: &CleanPage) -> Option<Day> {
    page.article.metadata.published.as_ref().map(|found| found.value.day)
}
