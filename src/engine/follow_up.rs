//! What a result leads to: the next page of a story, the first page of one, the URLs of a source.
//!
//! The next page of a story is requested when the one before is on disk, in its host's turn like any other page, until the story ends. The
//! input stays in flight as long. Pages that are kept when a run ends are not requested again.

use gleaner_extract::document::RawDocument;
use url::Url;

use super::crawl::workers::{FetchSlot, NotFetched};
use super::in_flight::Requested;
use super::job::{CleanPage, Commit, InputBody, Job, SourceResult, WorkResult};
use super::later_pages::{LaterPages, MissingPage, MorePages};
use super::setup::Error;
use super::state::Engine;
use crate::fetch::{Fetched, Request};
use crate::outcome::{Outcome, Refusal};
use crate::queue::{IfKnown, NewUrl, PollResult, UrlKind};

/// Failures in a row after which a feed's page with older entries is given up.
const MAX_FAILURES: u32 = 3;

impl Engine<'_, '_> {
    /// Requests the next page of a story; gives the result back if there is none to request.
    pub fn fetch_next_page(&mut self, number: u64, mut result: Box<WorkResult>) -> Result<Option<Box<WorkResult>>, Error> {
        let max_pages = self.setup.config.fetch.parts;
        let Ok(Commit::Store(page)) = &mut result.result else { return Ok(Some(result)) };
        self.corpus.keep_later_page(page)?;
        if let Some(missing) = page.later_pages.missing.take() {
            let url = page.later_pages.next.preferred().cloned();
            self.page_missing(number, url.as_ref(), &missing)?;
            return Ok(Some(result));
        }
        let later_pages = &page.later_pages;
        let may_ask = later_pages.more == MorePages::Fetch && page.kept.is_some() && later_pages.kept.len() + 1 < max_pages;
        let Some(url) = later_pages.next.preferred().filter(|_| may_ask).cloned() else { return Ok(Some(result)) };
        let request = Request { url: url.clone(), etag: None, last_modified: None };
        self.ask(number, request, Requested::LaterPage { so_far: result, url })?;
        Ok(None)
    }

    /// A later page was fetched, or could not be.
    pub fn later_page_fetched(
        &mut self,
        number: u64,
        mut so_far: Box<WorkResult>,
        url: &Url,
        fetched: Result<Fetched, NotFetched>,
        slot: Option<FetchSlot>,
    ) -> Result<(), Error> {
        let Ok(Commit::Store(page)) = &mut so_far.result else { return Ok(()) };
        match fetched {
            Ok(Fetched::Document(raw)) => {
                let job = self.job_with_page(page, raw);
                self.spawn(number, job, slot);
                return Ok(());
            }
            // The request was not conditional.
            Ok(Fetched::NotModified) => {}
            Err(NotFetched::BudgetSpent) => {
                // The next run continues from what is kept.
                if self.in_flight.get(number).is_some_and(|input| input.queue_row.is_some()) {
                    self.return_to_queue(number, url.clone())?;
                    so_far.result = Ok(Commit::NotRequested);
                }
            }
            Err(NotFetched::Failed { outcome, lasting, .. }) => {
                // Without the page that has the whole story, there are still the numbered ones.
                let whole = page.later_pages.next.whole.take();
                if whole.is_some() && page.later_pages.next.page.is_some() {
                    if let Some(done) = self.fetch_next_page(number, so_far)? {
                        self.reorder.push(number, *done);
                    }
                    return Ok(());
                }
                self.page_missing(number, Some(url), &MissingPage { outcome, lasting })?;
            }
        }
        self.reorder.push(number, *so_far);
        Ok(())
    }

    /// The story is cleaned again, with the page that was just fetched.
    fn job_with_page(&self, page: &mut CleanPage, fresh: Box<RawDocument>) -> Job {
        let first = page.kept.as_ref().map(|kept| self.setup.layout.path(&kept.path)).unwrap_or_default();
        let later_pages = LaterPages::of(std::mem::take(&mut page.later_pages.kept), MorePages::Fetch).with(fresh);
        Job { body: InputBody::File(first), known: page.known.take().map(|known| *known), later_pages }
    }

    /// A later page could not be fetched: the document says so, and unless the failure is lasting it is requested again another time.
    fn page_missing(&mut self, number: u64, url: Option<&Url>, missing: &MissingPage) -> Result<(), Error> {
        let why = missing.outcome.reason().unwrap_or_else(|| "nothing came".to_owned());
        let url = url.map_or("", Url::as_str);
        tracing::warn!("a page of a story is missing: {url}: {why}");
        if !missing.lasting {
            let outcome = Outcome::Refused(Refusal::MissingPage { url: url.to_owned(), why });
            self.mark_failed(number, &outcome, false)?;
        }
        Ok(())
    }

    /// A later page of a story leads to the story's first page, as sources lead to pages.
    pub fn restart_at(&mut self, number: u64, first: &Url) -> Result<Outcome, Error> {
        let now = self.context.now;
        let row = self.in_flight.get(number).and_then(|input| input.queue_row.take());
        if let (Some(row), Some(queue)) = (row, &mut self.queue) {
            queue.restart_from(row, first, now)?;
            return Ok(Outcome::Read { found: 1, new: 1 });
        }
        let is_named = self.in_flight.get(number).is_some_and(|input| input.is_named);
        let if_known = if is_named { IfKnown::Requeue } else { IfKnown::Recheck };
        let new = NewUrl { url: first.clone(), source: String::new(), feed: None, kind: UrlKind::Page, if_known };
        let added = self.queue()?.add(&new, now)?;
        Ok(Outcome::Read { found: 1, new: added.new + added.again })
    }

    /// Puts the URLs that a source leads to into the queue.
    pub fn enqueue(&mut self, result: SourceResult) -> Result<Outcome, Error> {
        let SourceResult { source, content, etag, last_modified } = result;
        let (now, corpus) = (self.context.now, &self.corpus);
        let Some(queue) = &mut self.queue else { return Ok(Outcome::Read { found: 0, new: 0 }) };
        let outcome = match content {
            Ok(Some(content)) => {
                let is_known = |url: &Url| corpus.view().has_address(url);
                let outcome = queue.add_content(&source, content, (etag.as_deref(), last_modified.as_deref()), &is_known, now)?;
                queue.read_older(&source)?;
                outcome
            }
            Ok(None) => {
                queue.store.polled(&source.url, &source.name, PollResult::Unchanged, source.bounds, now)?;
                queue.stop_reading_older(&source)?;
                queue.read_older(&source)?;
                Outcome::Read { found: 0, new: 0 }
            }
            Err(outcome) => {
                let outcome = outcome.or_failure(source.url.as_str());
                let reason = outcome.reason().unwrap_or_default();
                queue.store.polled(&source.url, &source.name, PollResult::Failed(&reason), source.bounds, now)?;
                if queue.store.source_state(&source.url)?.failures >= MAX_FAILURES {
                    queue.stop_reading_older(&source)?;
                }
                outcome.of_source(&source.name)
            }
        };
        queue.settle(&source, now)?;
        Ok(outcome)
    }
}
