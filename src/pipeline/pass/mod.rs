//! One pass over inputs: files and addresses side by side on all threads and the network, stored strictly in their order.
//!
//! The calling thread alone touches the store. It hands inputs out (with what the corpus knows of them), takes results in as they
//! come, and stores them in the order of the inputs, so that what a run writes never depends on threads or on the network's timing.

mod answers;
mod inputs;
mod parts;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use rayon::Scope;
use url::Url;

use super::archives::Archives;
use super::budget::Budget;
use super::clean::{Again, Diff, Mode};
use super::corpus::Corpus;
use super::door::Door;
use super::fetching::{Fetching, Hold, News};
use super::in_order::InOrder;
use super::pool::{AHEAD, pool};
use super::prepare::{Prepared, Shared};
use super::queue::{CrawlQueue, Turn};
use super::{Error, Progress, RunReport, Setup};
use crate::fetch::Render;
use crate::outcome::Outcome;
use crate::queue::{NewUrl, QueuedUrl, UrlState};
use crate::store::KnownDocument;
use crate::store::archives::FinishedArchive;
use gleaner_extract::article::clean::CleanContext;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{FeedEntry, Origin, RawDocument};

/// Most addresses under way, most of them in their hosts' queues: so many that those of hosts which do not answer leave room for others.
const MAX_URLS: u64 = 16_384;

/// Most results that wait for one before them.
const MAX_EARLY: usize = 1024;

/// One input of a pass.
#[derive(Debug)]
pub enum Task {
    /// A file.
    File(PathBuf),
    /// A page in an archive, by its place.
    Member(PathBuf, String),
    /// A page out of an archive on disk, which is being read.
    Capture(Box<RawDocument>),
    /// All pages of an archive have been given.
    ReadThrough(PathBuf, Box<FinishedArchive>),
    /// A page out of an archive that comes by once, as a stream.
    Passing(Box<RawDocument>),
    /// A page on the network.
    Url(Url),
    /// Something that came to nothing before it was an input.
    Settled(Origin, Outcome),
    /// An address for the queue.
    NewUrl(Box<NewUrl>),
    /// A page of the queue, whose turn it is.
    Page(Box<QueuedUrl>),
    /// A document that leads to pages.
    Door(Box<Door>),
}

/// How a pass works.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What is cleaned again.
    pub again: Again,
    /// Whether it writes.
    pub mode: Mode,
    /// Whether differences are shown.
    pub diff: Diff,
    /// Which part the queue has.
    pub queued: Queued,
    /// Which doors are looked at.
    pub doors: Doors,
    /// Whether addresses that no source names are opened in a browser.
    pub render: Render,
}

/// Which part the queue has in a pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Queued {
    /// It is opened when something for it turns up; the budget is not for what a user names.
    #[default]
    WhenNeeded,
    /// Its pages are done too, within the budget.
    All,
}

/// Which doors are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Doors {
    /// Those whose time has come.
    #[default]
    Due,
    /// All.
    All,
}

/// Does the tasks, and after them the copies whose text changed under them.
pub fn pass(
    setup: &Setup,
    options: Options,
    tasks: &mut dyn Iterator<Item = Task>,
    progress: &dyn Progress,
) -> Result<RunReport, Error> {
    let (start, now) = (Instant::now(), setup.clock.now());
    let shared = Shared {
        context: CleanContext { rules: &setup.rules, limits: &setup.config.page, now: Some(now) },
        now,
        layout: &setup.layout,
        cleaner: setup.cleaner(),
        again: options.again,
        reservations: setup.config.fetch.reservations,
        stop: AtomicBool::new(false),
    };
    let pool = pool(setup.jobs)?;
    let corpus = Corpus::open(setup, options.mode, now)?;
    let mut pass = Pass::new(setup, &shared, corpus, options, progress);
    pool.in_place_scope(|scope| {
        let done = pass.drive(scope, tasks).and_then(|()| pass.renew_copies(scope));
        shared.stop.store(done.is_err(), Ordering::Relaxed);
        done
    })?;
    pass.finish(start)
}

enum Message {
    News(News),
    Prepared { number: u64, prepared: Box<Prepared>, hold: Option<Hold> },
}

impl From<News> for Message {
    fn from(news: News) -> Self {
        Self::News(news)
    }
}

/// How many inputs are under way: handed out and not stored yet.
#[derive(Default)]
struct UnderWay {
    urls: u64,
    others: u64,
}

impl UnderWay {
    fn count(&mut self, origin: &Origin) -> &mut u64 {
        match origin {
            Origin::Url(_) => &mut self.urls,
            Origin::File(_) | Origin::Member { .. } | Origin::Stdin => &mut self.others,
        }
    }
}

/// An address that is being fetched.
enum Asked {
    /// A page: its address, what the corpus and a feed know of it.
    Page { url: Url, known: Option<Box<KnownDocument>>, feed: Option<Box<FeedEntry>> },
    /// A document that leads to pages.
    Door(Box<Door>),
    /// A further page of a story, whose others are at hand.
    Part(Box<Prepared>, Url),
}

struct Pass<'a> {
    setup: &'a Setup,
    shared: &'a Shared<'a>,
    now: Timestamp,
    corpus: Corpus,
    options: Options,
    progress: &'a dyn Progress,
    report: RunReport,
    sender: Sender<Message>,
    messages: Receiver<Message>,
    budget: Arc<Budget>,
    fetching: Option<Fetching<Message>>,
    queue: Option<CrawlQueue>,
    in_order: InOrder<Prepared>,
    handed_out: u64,
    under_way: UnderWay,
    asked: HashMap<u64, Asked>,
    archives: Archives,
    /// The pages of the queue that are under way, by the numbers of their inputs.
    pages: HashMap<u64, i64>,
    /// Which inputs a browser opens, where it does.
    renders: HashMap<u64, Render>,
    /// Addresses that a pass has taken already: one named twice is fetched once.
    taken: HashSet<ContentHash>,
}

impl<'a> Pass<'a> {
    fn new(setup: &'a Setup, shared: &'a Shared<'a>, corpus: Corpus, options: Options, progress: &'a dyn Progress) -> Self {
        let (sender, messages) = mpsc::channel();
        let budget = match options.queued {
            Queued::All => Budget::of(&setup.config.queue),
            Queued::WhenNeeded => Budget::of(&crate::queue::Config::default()),
        };
        Self {
            setup,
            shared,
            now: shared.now,
            corpus,
            options,
            progress,
            report: RunReport { dry_run: options.mode == Mode::DryRun, ..RunReport::default() },
            sender,
            messages,
            budget: Arc::new(budget),
            fetching: None,
            queue: None,
            in_order: InOrder::new(),
            handed_out: 0,
            under_way: UnderWay::default(),
            asked: HashMap::new(),
            archives: Archives::default(),
            pages: HashMap::new(),
            renders: HashMap::new(),
            taken: HashSet::new(),
        }
    }

    /// Hands out every task and stores every result.
    fn drive<'s>(&mut self, scope: &Scope<'s>, tasks: &mut dyn Iterator<Item = Task>) -> Result<(), Error>
    where
        'a: 's,
    {
        let mut tasks = tasks.fuse();
        loop {
            let patience = self.hand_out_all(scope, &mut tasks)?;
            // What was stored may have led to more.
            if self.store_what_is_due()? {
                continue;
            }
            if !self.in_order.is_open(self.handed_out) {
                return Ok(());
            }
            // One host that does not answer must not hold up all others.
            if self.in_order.waiting() >= MAX_EARLY {
                self.in_order.defer(self.in_order.turn());
                continue;
            }
            match self.receive(patience) {
                Ok(message) => self.take_in(scope, message)?,
                Err(RecvTimeoutError::Timeout) => self.lose_patience(),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    /// Hands out what there is room for. Where pages have to wait for doors, gives for how long.
    fn hand_out_all<'s>(&mut self, scope: &Scope<'s>, tasks: &mut dyn Iterator<Item = Task>) -> Result<Option<Duration>, Error>
    where
        'a: 's,
    {
        while self.has_room() {
            match self.next_turn(tasks)? {
                Turn::Task(task) => self.hand_out(scope, task)?,
                Turn::Knock(door) => self.knock(*door)?,
                Turn::Wait(left) => return Ok(Some(left)),
                Turn::Nothing => break,
            }
        }
        Ok(None)
    }

    fn receive(&self, patience: Option<Duration>) -> Result<Message, RecvTimeoutError> {
        match patience {
            Some(left) => self.messages.recv_timeout(left),
            None => self.messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Nobody waits any longer for the doors that have not answered.
    fn lose_patience(&mut self) {
        let doors = self.asked.iter().filter(|(_, asked)| matches!(asked, Asked::Door(_)));
        doors.for_each(|(number, _)| self.in_order.defer(*number));
        self.queue.iter_mut().for_each(CrawlQueue::lose_patience);
    }

    fn has_room(&self) -> bool {
        self.under_way.urls < MAX_URLS && self.under_way.others < AHEAD * self.setup.jobs as u64
    }

    /// What is named comes first, then the queue.
    fn next_turn(&mut self, tasks: &mut dyn Iterator<Item = Task>) -> Result<Turn, Error> {
        if let Some(task) = tasks.next() {
            return Ok(Turn::Task(task));
        }
        if self.budget.is_spent() || (self.queue.is_none() && self.options.queued == Queued::WhenNeeded) {
            return Ok(Turn::Nothing);
        }
        self.queue()?.next()
    }

    /// The queue, opened with the first that needs it.
    fn queue(&mut self) -> Result<&mut CrawlQueue, Error> {
        Ok(match &mut self.queue {
            Some(queue) => queue,
            none => none.insert(CrawlQueue::open(self.setup, self.now)?),
        })
    }

    /// The network, started with the first request.
    fn fetching(&mut self) -> Result<&mut Fetching<Message>, Error> {
        Ok(match &mut self.fetching {
            Some(fetching) => fetching,
            none => none.insert(Fetching::start(self.setup, Arc::clone(&self.budget), self.sender.clone())?),
        })
    }

    /// Cleans copies again whose text is held by no document any more, until there are none left that this can help.
    fn renew_copies<'s>(&mut self, scope: &Scope<'s>) -> Result<(), Error>
    where
        'a: 's,
    {
        let mut renewed = HashSet::new();
        loop {
            let stale = self.corpus.stale()?;
            let bodies: Vec<Task> = stale
                .into_iter()
                .filter(|source| renewed.insert(source.clone()))
                .map(|source| self.corpus.body_of(self.setup, &source))
                .collect::<Result<_, _>>()?;
            if bodies.is_empty() {
                return Ok(());
            }
            self.drive(scope, &mut bodies.into_iter())?;
        }
    }

    fn finish(mut self, start: Instant) -> Result<RunReport, Error> {
        self.archives.remember(&self.corpus, &self.setup.layout)?;
        self.corpus.close()?;
        if let Some(queue) = &self.queue {
            let left = queue.store.counts()?.into_iter().filter(|(state, _)| !matches!(state, UrlState::Done | UrlState::Dead));
            self.report.waiting = left.map(|(_, count)| count).sum();
        }
        if self.budget.is_spent() {
            let spent = self.fetching.as_ref().map(Fetching::spent).unwrap_or_default();
            self.report.budget = self.budget.reached(spent).map(str::to_owned);
        }
        self.report.seconds = (start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        Ok(self.report)
    }
}
