//! The queue within a run: doors first, then pages in their turns. Knows neither network nor store.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use url::Url;

use super::door::{Door, Findings};
use super::pass::Task;
use super::{Error, Setup};
use crate::outcome::Outcome;
use crate::queue::{self, IfKnown, NewUrl, PollResult, Queue};
use gleaner_extract::base::time::Timestamp;

/// Pages read from the queue at a time.
const BATCH: usize = 256;

/// Most doors under way: what bounds their findings in memory.
const MAX_DOORS: usize = 32;

/// How long pages wait for doors before them, so that as a rule all that is found in a run is stored in one order, whatever the network
/// does. A door that takes longer is read when it comes.
const PATIENCE: Duration = Duration::from_secs(5);

/// The queue of one run.
pub struct CrawlQueue {
    /// What is still to be fetched, on disk.
    pub store: Queue,
    doors: VecDeque<Door>,
    doors_under_way: usize,
    /// [`queue::Config::feed_pages`].
    feed_pages: u32,
    /// Those of them that nobody waits for any more.
    late: usize,
    pages: VecDeque<Task>,
    /// Doors that lead to other doors, until those have been read: only then a later run need not read them again.
    open: HashMap<Url, Open>,
    /// The queue gave all that it has.
    drained: bool,
    waiting_since: Option<Instant>,
}

/// A door that leads to other doors. It is always read whole: what lies behind it may have changed where it has not.
struct Open {
    door: Door,
    left: usize,
    /// What the doors behind it led to that nobody knew.
    new: u64,
}

/// What a look at the queue comes to.
pub enum Turn {
    /// This is to be done next.
    Task(Task),
    /// This door is to be looked at next, if its time has come.
    Knock(Box<Door>),
    /// Something will be, when a door that is under way has been read, or has kept the others waiting for so long.
    Wait(Duration),
    /// There is nothing more, unless a door that is under way leads to it.
    Nothing,
}

impl CrawlQueue {
    /// Opens the queue of a corpus whose lock is held.
    pub fn open(setup: &Setup, now: Timestamp) -> Result<Self, Error> {
        let store = Queue::open(&setup.layout.state.join(queue::FILE_NAME), now)?;
        let (doors, pages) = (VecDeque::new(), VecDeque::new());
        Ok(Self {
            store,
            doors,
            doors_under_way: 0,
            feed_pages: setup.config.queue.feed_pages,
            late: 0,
            pages,
            open: HashMap::new(),
            drained: false,
            waiting_since: None,
        })
    }

    /// What is to be done next.
    pub fn next(&mut self) -> Result<Turn, Error> {
        if self.doors_under_way < MAX_DOORS
            && let Some(door) = self.doors.pop_front()
        {
            self.take_up();
            return Ok(Turn::Knock(Box::new(door)));
        }
        if self.doors_under_way > 0 {
            let since = *self.waiting_since.get_or_insert_with(Instant::now);
            return Ok(Turn::Wait(PATIENCE.saturating_sub(since.elapsed())));
        }
        if self.pages.is_empty() && !self.drained {
            let batch = self.store.next(BATCH)?;
            self.drained = batch.is_empty();
            self.pages.extend(batch.into_iter().map(|next| Task::Page(Box::new(next))));
        }
        Ok(self.pages.pop_front().map_or(Turn::Nothing, Turn::Task))
    }

    /// Adds an address that somebody named.
    pub fn add(&mut self, lead: &NewUrl, now: Timestamp) -> Result<bool, Error> {
        let added = self.store.add(lead, now)?;
        let waits = added.new + added.again > 0;
        self.drained &= !waits;
        Ok(waits)
    }

    /// A page that waits is a later part of the story that begins there.
    pub fn begins_at(&mut self, page: i64, first: &Url, now: Timestamp) -> Result<(), Error> {
        self.drained = false;
        Ok(self.store.restart_from(page, first, now)?)
    }

    /// Adds a door, to be looked at in this run.
    pub fn push_door(&mut self, door: Door) {
        self.doors.push_back(door);
    }

    /// A door is under way.
    pub fn take_up(&mut self) {
        self.doors_under_way += 1;
    }

    /// A door is no longer under way.
    pub fn settle(&mut self, door: &Door, now: Timestamp) -> Result<(), Error> {
        match self.late {
            0 => self.doors_under_way = self.doors_under_way.saturating_sub(1),
            _ => self.late -= 1,
        }
        self.waiting_since = None;
        self.close_behind(door, now)
    }

    /// The page with older entries at which a feed is to be read on.
    pub fn read_on(&mut self, door: &Door) -> Result<(), Error> {
        let older = self.store.source_state(door.feed())?.older;
        self.doors.extend(older.filter(|(url, _)| *url != door.url).map(|(url, page)| door.older(url, page)));
        Ok(())
    }

    /// A page with older entries that says nothing new, or again and again nothing, is the last.
    pub fn read_no_further(&mut self, door: &Door) -> Result<(), Error> {
        if door.older.is_some() {
            self.store.set_older_page(door.feed(), None)?;
        }
        Ok(())
    }

    /// Nobody waits any longer for the doors that are under way.
    pub fn lose_patience(&mut self) {
        self.late += std::mem::take(&mut self.doors_under_way);
        self.waiting_since = None;
    }

    /// The last door behind another one makes that one done too.
    fn close_behind(&mut self, door: &Door, now: Timestamp) -> Result<(), Error> {
        let mut parent = door.parent.clone();
        while let Some(url) = parent.take() {
            let Some(open) = self.open.get_mut(&url) else { break };
            open.left = open.left.saturating_sub(1);
            if open.left == 0
                && let Some(open) = self.open.remove(&url)
            {
                let answer = PollResult::Read { etag: None, last_modified: None, published: &[], new: open.new };
                self.store.polled(&url, &open.door.source, answer, open.door.bounds, now)?;
                parent = open.door.parent;
            }
        }
        Ok(())
    }

    /// Takes in what a door leads to: what nobody knows waits from now on. All of it, or none.
    pub fn take_in(
        &mut self,
        door: &Door,
        findings: Findings,
        validators: (Option<&str>, Option<&str>),
        is_known: &dyn Fn(&Url) -> Result<bool, Error>,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let (etag, last_modified) = validators;
        let published: Vec<Timestamp> = findings.pages.iter().filter_map(|found| found.published).collect();
        let found = findings.pages.len() as u64;
        let feed_pages = self.feed_pages;
        let new = self.store.atomically::<_, Error>(|store| {
            let (mut new, mut all_new) = (0, found > 0);
            for page in &findings.pages {
                if store.has(&page.url)? || is_known(&page.url)? {
                    all_new = false;
                    continue;
                }
                let feed = door.witness(page);
                let lead = NewUrl { url: page.url.clone(), source: door.source.clone(), feed, if_known: IfKnown::Leave };
                new += store.add(&lead, now)?.new;
            }
            if findings.doors.is_empty() {
                let answer = PollResult::Read { etag, last_modified, published: &published, new };
                store.polled(&door.url, &door.source, answer, door.bounds, now)?;
            }
            // In the same transaction: a killed run goes on where it was.
            let page = door.older.as_ref().map_or(1, |older| older.page) + 1;
            let older = findings
                .next
                .as_ref()
                .filter(|next| all_new && page <= feed_pages && *next != door.feed())
                .map(|next| (next, page));
            if older.is_some() || door.older.is_some() {
                store.set_older_page(door.feed(), older)?;
            }
            Ok(new)
        })?;
        self.drained &= new == 0;
        if let Some(open) = door.parent.as_ref().and_then(|parent| self.open.get_mut(parent)) {
            open.new += new;
        }
        if let Some(damage) = &findings.damage {
            tracing::warn!("{} is damaged, what stands before that was read: {damage}", door.url);
        }
        if !findings.doors.is_empty() {
            let open = Open { door: door.clone(), left: findings.doors.len(), new: 0 };
            self.open.insert(door.url.clone(), open);
        }
        self.doors.extend(findings.doors);
        Ok(Outcome::Read { found, new })
    }
}
