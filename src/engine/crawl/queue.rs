//! The queue during a run: sources first, then pages, in fair turns between hosts. Knows neither the network nor the corpus.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use gleaner_extract::base::time::Timestamp;
use url::Url;

use super::poll::{Source, SourceContent};
use crate::engine::setup::{Error, Setup};
use crate::engine::task::Task;
use crate::outcome::Outcome;
use crate::queue::{self, IfKnown, NewUrl, PollResult, Queue};

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
}

/// A source that lists other sources. It is always read in full: they may have changed even if it has not.
struct OpenIndex {
    source: Source,
    /// Sources in it that have not been read.
    left: usize,
    /// New URLs in those that have.
    new: u64,
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
    pub fn open(setup: &Setup, now: Timestamp) -> Result<Self, Error> {
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
        })
    }

    /// What to do next.
    pub fn next_step(&mut self) -> Result<NextStep, Error> {
        if self.in_flight < MAX_SOURCES
            && let Some(source) = self.sources.pop_front()
        {
            self.source_started();
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

    /// Adds a URL that the user or a source named. True if it now waits to be fetched.
    pub fn add(&mut self, new: &NewUrl, now: Timestamp) -> Result<bool, Error> {
        let added = self.store.add(new, now)?;
        let waits = added.new + added.again > 0;
        self.drained &= !waits;
        Ok(waits)
    }

    /// A queued page turned out to be a later page of the story that starts at `first`.
    pub fn restart_from(&mut self, page: i64, first: &Url, now: Timestamp) -> Result<(), Error> {
        self.drained = false;
        Ok(self.store.restart_from(page, first, now)?)
    }

    /// Adds a source to poll in this run.
    pub fn push_source(&mut self, source: Source) {
        self.sources.push_back(source);
    }

    /// A source was requested.
    pub fn source_started(&mut self) {
        self.in_flight += 1;
    }

    /// A source has been read, or was not due.
    pub fn settle(&mut self, source: &Source, now: Timestamp) -> Result<(), Error> {
        match self.late {
            0 => self.in_flight = self.in_flight.saturating_sub(1),
            _ => self.late -= 1,
        }
        self.waiting_since = None;
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
                let answer = PollResult::Read { etag: None, last_modified: None, published: &[], new: index.new };
                self.store.polled(&url, &index.source.name, answer, index.source.bounds, now)?;
                parent = index.source.parent;
            }
        }
        Ok(())
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
        let (etag, last_modified) = validators;
        let published: Vec<Timestamp> = content.pages.iter().filter_map(|found| found.published).collect();
        let found = content.pages.len() as u64;
        let feed_pages = self.feed_pages;
        let new = self.store.atomically::<_, Error>(|store| {
            let (mut new, mut all_new) = (0, found > 0);
            for page in &content.pages {
                if store.has(&page.url)? || is_known(&page.url)? {
                    all_new = false;
                    continue;
                }
                let feed = source.feed_entry(page);
                let url = NewUrl { url: page.url.clone(), source: source.name.clone(), feed, if_known: IfKnown::Leave };
                new += store.add(&url, now)?.new;
            }
            if content.sources.is_empty() {
                let answer = PollResult::Read { etag, last_modified, published: &published, new };
                store.polled(&source.url, &source.name, answer, source.bounds, now)?;
            }
            // In the same transaction, so that a killed run resumes where it was.
            let page = source.older.as_ref().map_or(1, |older| older.page) + 1;
            let older = content
                .next
                .as_ref()
                .filter(|next| all_new && page <= feed_pages && *next != source.feed())
                .map(|next| (next, page));
            if older.is_some() || source.older.is_some() {
                store.set_older_page(source.feed(), older)?;
            }
            Ok(new)
        })?;
        self.drained &= new == 0;
        if let Some(index) = source.parent.as_ref().and_then(|parent| self.indexes.get_mut(parent)) {
            index.new += new;
        }
        if let Some(damage) = &content.damage {
            tracing::warn!("{} is damaged; the part before the damage was read: {damage}", source.url);
        }
        if !content.sources.is_empty() {
            let index = OpenIndex { source: source.clone(), left: content.sources.len(), new: 0 };
            self.indexes.insert(source.url.clone(), index);
        }
        self.sources.extend(content.sources);
        Ok(Outcome::Read { found, new })
    }
}
