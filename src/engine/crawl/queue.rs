//! The queue during a run: sources first, then pages, in fair turns between hosts. Knows neither the network nor the corpus.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use gleaner_extract::base::time::Timestamp;
use url::Url;

use super::limits::SourceLimits;
use super::poll::{Source, SourceContent};
use crate::discover::FoundUrl;
use crate::engine::options::PollScope;
use crate::engine::report::MAX_LISTED;
use crate::engine::setup::{Error, Setup};
use crate::engine::task::Task;
use crate::outcome::Outcome;
use crate::queue::{self, AddCounts, IfKnown, NewUrl, PollResult, Queue, RunLimits, SourceState, UrlKind};

/// Pages read from the queue at a time.
const BATCH: usize = 256;

/// Most sources in flight: bounds the memory for what they contain.
const MAX_SOURCES: usize = 32;

/// How long pages wait for the sources before them, so that as a rule everything found in a run is stored in one order, whatever the
/// network does. A source that takes longer is read when it arrives.
const SOURCE_WAIT: Duration = Duration::from_secs(5);

/// The queue of one run.
pub struct CrawlQueue {
    /// The queue on disk.
    pub store: Queue,
    /// Sources still to be polled.
    sources: VecDeque<Source>,
    /// Sources that have been requested and that the pages wait for.
    in_flight: usize,
    /// Sources that have been requested and that the pages no longer wait for.
    late: usize,
    /// [`queue::Config::feed_pages`].
    feed_pages: u32,
    pages: VecDeque<Task>,
    /// Sources that list other sources, until those have been read: only then may a later run skip them.
    indexes: HashMap<Url, OpenIndex>,
    /// True if the queue on disk has nothing more.
    drained: bool,
    waiting_since: Option<Instant>,
    /// Which sources are polled.
    scope: PollScope,
    limits: SourceLimits,
    /// Sources that were read in part, by name or URL, with the limit that was reached; at most [`MAX_LISTED`].
    pub partial: BTreeMap<String, String>,
}

/// A source that lists other sources. It is always read in full: they may have changed even if it has not.
struct OpenIndex {
    source: Source,
    /// Sources in it that have not been read.
    left: usize,
    /// New URLs in those that have.
    new: u64,
    /// False if a limit kept something of it from being read.
    is_complete: bool,
}

/// What to do next.
pub enum NextStep {
    /// This task.
    Task(Task),
    /// Poll this source, if it is due.
    Poll(Box<Source>),
    /// Wait for the sources in flight, at most this long.
    Wait(Duration),
    /// Nothing, unless a source in flight leads to more.
    Nothing,
}

impl CrawlQueue {
    /// Opens the queue of a corpus whose lock is held.
    pub fn open(setup: &Setup, scope: PollScope, limits: RunLimits, now: Timestamp) -> Result<Self, Error> {
        let store = Queue::open(&setup.layout.state.join(queue::FILE_NAME), now)?;
        let (sources, pages) = (VecDeque::new(), VecDeque::new());
        Ok(Self {
            store,
            sources,
            in_flight: 0,
            late: 0,
            feed_pages: setup.config.queue.feed_pages,
            pages,
            indexes: HashMap::new(),
            drained: false,
            waiting_since: None,
            scope,
            limits: SourceLimits::new(limits),
            partial: BTreeMap::new(),
        })
    }

    /// What to do next.
    pub fn next_step(&mut self) -> Result<NextStep, Error> {
        if self.in_flight < MAX_SOURCES
            && let Some(at) = self.sources.iter().position(|source| self.limits.may_start(source))
            && let Some(source) = self.sources.remove(at)
        {
            self.start(&source);
            return Ok(NextStep::Poll(Box::new(source)));
        }
        if self.in_flight > 0 {
            let since = *self.waiting_since.get_or_insert_with(Instant::now);
            return Ok(NextStep::Wait(SOURCE_WAIT.saturating_sub(since.elapsed())));
        }
        if self.pages.is_empty() && !self.drained {
            let batch = self.store.next(BATCH)?;
            self.drained = batch.is_empty();
            self.pages.extend(batch.into_iter().map(|next| Task::Queued(Box::new(next))));
        }
        Ok(self.pages.pop_front().map_or(NextStep::Nothing, NextStep::Task))
    }

    /// Adds a URL that the user or a source named.
    pub fn add(&mut self, new: &NewUrl, now: Timestamp) -> Result<AddCounts, Error> {
        let added = self.store.add(new, now)?;
        self.drained &= added.new + added.again == 0;
        Ok(added)
    }

    /// A queued page turned out to be a later page of the story that starts at `first`.
    pub fn restart_from(&mut self, page: i64, first: &Url, now: Timestamp) -> Result<(), Error> {
        self.drained = false;
        Ok(self.store.restart_from(page, first, now)?)
    }

    /// Adds a source to poll in this run, unless the run polls it already.
    pub fn push_source(&mut self, source: Source) {
        if self.limits.poll_once(&source.url) {
            self.sources.push_back(source);
        }
    }

    /// A source was requested that is none of those to poll.
    pub fn source_started(&mut self, source: &Source) {
        self.limits.poll_once(&source.url);
        self.start(source);
    }

    fn start(&mut self, source: &Source) {
        self.limits.started(source);
        self.in_flight += 1;
    }

    /// True if the source is to be polled now: it is due, and its URLs do not fill the queue.
    pub fn may_poll(&mut self, source: &Source, known: &SourceState, now: Timestamp) -> Result<bool, Error> {
        if self.scope == PollScope::Due && !source.is_due(known, now) {
            return Ok(false);
        }
        let limit = if source.parent.is_some() && self.limits.listings_left(source) == 0 {
            "max_listings"
        } else if self.url_capacity(source)? == 0 {
            "max_urls"
        } else {
            self.limits.count_listing(source);
            return Ok(true);
        };
        self.mark_partial(source, self.limits.key(limit));
        Ok(false)
    }

    /// Number of URLs of a source that may still be added.
    fn url_capacity(&self, source: &Source) -> Result<u64, Error> {
        let most = self.limits.urls();
        Ok(if most == u64::MAX { most } else { most - self.store.waiting(&source.name, most)?.min(most) })
    }

    /// A limit keeps a source from being read in full: the next run reads it again, and the sources that list it.
    pub fn mark_partial(&mut self, source: &Source, limit: String) {
        if let Some(index) = source.parent.as_ref().and_then(|parent| self.indexes.get_mut(parent)) {
            index.is_complete = false;
        }
        let label = if source.name.is_empty() { source.root().as_str() } else { &source.name };
        if self.partial.len() < MAX_LISTED && !self.partial.contains_key(label) {
            let rest = if source.name.is_empty() { "ingest it again for the rest" } else { "the next run reads the rest" };
            tracing::warn!("{label}: {limit} is reached; {rest}");
            self.partial.insert(label.to_owned(), limit);
        }
    }

    /// The run ends because of a limit. Of the sources that have not been polled, those that the user named would be forgotten.
    pub fn mark_unread(&mut self, limit: &str) {
        let named: Vec<Source> = self.sources.drain(..).filter(|source| source.name.is_empty()).collect();
        named.iter().for_each(|source| self.mark_partial(source, limit.to_owned()));
    }

    /// A source has been read, or was not due.
    pub fn settle(&mut self, source: &Source, now: Timestamp) -> Result<(), Error> {
        match self.late {
            0 => self.in_flight = self.in_flight.saturating_sub(1),
            _ => self.late -= 1,
        }
        self.waiting_since = None;
        self.limits.settled(source);
        self.close_parents(source, now)
    }

    /// Polls the next page of a feed with older entries, if it has one.
    pub fn read_older(&mut self, source: &Source) -> Result<(), Error> {
        let older = self.store.source_state(source.feed())?.older;
        self.sources.extend(older.filter(|(url, _)| *url != source.url).map(|(url, page)| source.older(url, page)));
        Ok(())
    }

    /// Ends the reading of older entries: this page had nothing new, or failed too often.
    pub fn stop_reading_older(&mut self, source: &Source) -> Result<(), Error> {
        if source.older.is_some() {
            self.store.set_older_page(source.feed(), None)?;
        }
        Ok(())
    }

    /// Pages no longer wait for the sources in flight.
    pub fn stop_waiting(&mut self) {
        self.late += std::mem::take(&mut self.in_flight);
        self.waiting_since = None;
    }

    /// An index is done when the last source in it is.
    fn close_parents(&mut self, source: &Source, now: Timestamp) -> Result<(), Error> {
        let mut parent = source.parent.clone();
        while let Some(url) = parent.take() {
            let Some(index) = self.indexes.get_mut(&url) else { break };
            index.left = index.left.saturating_sub(1);
            if index.left == 0
                && let Some(index) = self.indexes.remove(&url)
            {
                let answer = match index.is_complete {
                    true => PollResult::Read { etag: None, last_modified: None, published: &[], new: index.new },
                    false => PollResult::Partial,
                };
                self.store.polled(&url, &index.source.name, answer, index.source.bounds, now)?;
                parent = index.source.parent;
                if let Some(above) = parent.as_ref().and_then(|parent| self.indexes.get_mut(parent)) {
                    above.is_complete &= index.is_complete;
                    above.new += index.new;
                }
            }
        }
        Ok(())
    }

    /// The sources of a listing that are polled in this run: those that are due and that it does not poll already, within the limits, those
    /// that have waited longest first. True if none was left out.
    fn accept(&mut self, source: &Source, listed: Vec<Source>, now: Timestamp) -> Result<(Vec<Source>, bool), Error> {
        let mut accepted: Vec<(Option<Timestamp>, Source)> = Vec::new();
        for listed in listed {
            let known = self.store.source_state(&listed.url)?;
            let is_due = self.scope == PollScope::All || listed.is_due(&known, now);
            if is_due && !self.limits.is_polled(&listed.url) {
                accepted.push((known.polled_at, listed));
            }
        }
        accepted.sort_by_key(|(polled_at, _)| *polled_at);
        let left = usize::try_from(self.limits.listings_left(source)).unwrap_or(usize::MAX);
        let is_complete = accepted.len() <= left;
        if !is_complete {
            accepted.truncate(left);
            self.mark_partial(source, self.limits.key("max_listings"));
        }
        accepted.retain(|(_, listed)| self.limits.poll_once(&listed.url));
        Ok((accepted.into_iter().map(|(_, source)| source).collect(), is_complete))
    }

    /// Adds what a source leads to; URLs that are not known yet now wait to be fetched. All of it in one transaction.
    pub fn add_content(
        &mut self,
        source: &Source,
        content: SourceContent,
        validators: (Option<&str>, Option<&str>),
        is_known: &dyn Fn(&Url) -> Result<bool, Error>,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        if let Some(damage) = &content.damage {
            tracing::warn!("{} was read in part: {damage}", source.url);
        }
        // An index is read in full each time.
        let (etag, last_modified) = if content.sources.is_empty() { validators } else { (None, None) };
        let (sources, is_index_complete) = self.accept(source, content.sources, now)?;
        let (found, capacity, feed_pages) = (content.pages.len() as u64, self.url_capacity(source)?, self.feed_pages);
        let mut pages = content.pages;
        if found > capacity {
            pages.sort_by_key(|page| Reverse(page.published));
        }
        let published: Vec<Timestamp> = pages.iter().filter_map(|found| found.published).collect();
        let added = self.store.atomically::<_, Error>(|store| {
            let added = add_pages(store, source, &pages, capacity, is_known, now)?;
            let answer = match added.is_complete && is_index_complete {
                true => PollResult::Read { etag, last_modified, published: &published, new: added.new },
                false => PollResult::Partial,
            };
            if sources.is_empty() {
                store.polled(&source.url, &source.name, answer, source.bounds, now)?;
            }
            // In the same transaction, so that a killed run resumes where it was.
            let page = source.older.as_ref().map_or(1, |older| older.page) + 1;
            let older = content
                .next
                .as_ref()
                .filter(|next| added.all_new && page <= feed_pages && *next != source.feed())
                .map(|next| (next, page));
            if (older.is_some() || source.older.is_some()) && added.is_complete {
                store.set_older_page(source.feed(), older)?;
            }
            Ok(added)
        })?;
        self.drained &= added.new == 0;
        if !added.is_complete {
            self.mark_partial(source, self.limits.key("max_urls"));
        }
        if let Some(index) = source.parent.as_ref().and_then(|parent| self.indexes.get_mut(parent)) {
            index.new += added.new;
        }
        if !sources.is_empty() {
            let is_complete = added.is_complete && is_index_complete;
            let index = OpenIndex { source: source.clone(), left: sources.len(), new: added.new, is_complete };
            self.indexes.insert(source.url.clone(), index);
        }
        // Before the others: so a run comes to the end of some branches of a deep index, and the next run need not begin with them again.
        for source in sources.into_iter().rev() {
            self.sources.push_front(source);
        }
        Ok(Outcome::Read { found, new: added.new })
    }
}

/// What came of the pages of one source.
struct AddedPages {
    /// Number of those that were added.
    new: u64,
    /// True if there were any, and none was known.
    all_new: bool,
    /// False if there were more new ones than the queue takes.
    is_complete: bool,
}

/// Adds those pages of a source that are not known, at most `capacity`.
fn add_pages(
    store: &mut Queue,
    source: &Source,
    pages: &[FoundUrl],
    capacity: u64,
    is_known: &dyn Fn(&Url) -> Result<bool, Error>,
    now: Timestamp,
) -> Result<AddedPages, Error> {
    let mut added = AddedPages { new: 0, all_new: !pages.is_empty(), is_complete: true };
    for page in pages {
        if store.has(&page.url)? || is_known(&page.url)? {
            added.all_new = false;
            continue;
        }
        if added.new >= capacity {
            added.is_complete = false;
            break;
        }
        let feed = source.feed_entry(page);
        let url =
            NewUrl { url: page.url.clone(), source: source.name.clone(), feed, kind: UrlKind::Page, if_known: IfKnown::Leave };
        added.new += store.add(&url, now)?.new;
    }
    Ok(added)
}
