//! One pass over inputs: files and addresses side by side on all threads and the network, stored strictly in their order.
//!
//! The calling thread alone touches the store. It hands inputs out (with what the corpus knows of them), takes results in as they
//! come, and stores them in the order of the inputs, so that what a run writes never depends on threads or on the network's timing.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Instant;

use rayon::Scope;
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

use super::clean::{Again, Diff, Mode};
use super::clean_one::Tools;
use super::corpus::{Corpus, Seen, Stored};
use super::fetching::{Answer, Fetching};
use super::in_order::InOrder;
use super::pool::{AHEAD, pool};
use super::prepare::{Body, Job, Prepared, Shared, prepare};
use super::{Error, Event, Progress, RunReport, Setup};
use crate::base::hash::ContentHash;
use crate::base::url::canonical;
use crate::document::{Origin, Outcome, RawDocument};
use crate::fetch::{Fetched, Request};
use crate::store::{Known, SourceKey};

/// Most addresses under way: in their host's queue, being fetched, or clean and waiting for their turn.
const MAX_URLS: u64 = 1024;

/// One input of a pass.
#[derive(Debug)]
pub enum Task {
    /// A file.
    File(PathBuf),
    /// A page in an archive, by its place.
    Member(PathBuf, String),
    /// A page out of an archive on disk, which is being read.
    Page(Box<RawDocument>),
    /// A page out of an archive that comes by once, as a stream.
    Passing(Box<RawDocument>),
    /// A page on the network.
    Url(Url),
    /// Something that came to nothing before it was an input.
    Settled(Origin, Outcome),
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
        tools: Tools { rules: &setup.rules, page: &setup.config.page, now },
        layout: &setup.layout,
        cleaner: setup.cleaner(),
        again: options.again,
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
    Fetched(Answer),
    Prepared { number: u64, prepared: Prepared, room: Option<OwnedSemaphorePermit> },
}

impl From<Answer> for Message {
    fn from(answer: Answer) -> Self {
        Self::Fetched(answer)
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
struct Asked {
    url: Url,
    known: Option<Known>,
}

struct Pass<'a> {
    setup: &'a Setup,
    shared: &'a Shared<'a>,
    corpus: Corpus,
    options: Options,
    progress: &'a dyn Progress,
    report: RunReport,
    sender: Sender<Message>,
    messages: Receiver<Message>,
    fetching: Option<Fetching<Message>>,
    in_order: InOrder<Prepared>,
    handed_out: u64,
    under_way: UnderWay,
    asked: HashMap<u64, Asked>,
    /// Addresses that a pass has taken already: one named twice is fetched once.
    taken: HashSet<ContentHash>,
}

impl<'a> Pass<'a> {
    fn new(setup: &'a Setup, shared: &'a Shared<'a>, corpus: Corpus, options: Options, progress: &'a dyn Progress) -> Self {
        let (sender, messages) = mpsc::channel();
        Self {
            setup,
            shared,
            corpus,
            options,
            progress,
            report: RunReport { dry_run: options.mode == Mode::DryRun, ..RunReport::default() },
            sender,
            messages,
            fetching: None,
            in_order: InOrder::new(),
            handed_out: 0,
            under_way: UnderWay::default(),
            asked: HashMap::new(),
            taken: HashSet::new(),
        }
    }

    /// Hands out every task and stores every result.
    fn drive<'s>(&mut self, scope: &Scope<'s>, tasks: &mut dyn Iterator<Item = Task>) -> Result<(), Error>
    where
        'a: 's,
    {
        let mut tasks = tasks.fuse();
        let mut more = true;
        loop {
            while more && self.has_room() {
                match tasks.next() {
                    Some(task) => self.hand_out(scope, task)?,
                    None => more = false,
                }
            }
            self.store_what_is_due()?;
            if self.in_order.turn() < self.handed_out {
                let Ok(message) = self.messages.recv() else { return Ok(()) };
                self.take_in(scope, message)?;
            } else if !more {
                return Ok(());
            }
        }
    }

    fn has_room(&self) -> bool {
        self.under_way.urls < MAX_URLS && self.under_way.others < AHEAD * self.setup.jobs as u64
    }

    fn hand_out<'s>(&mut self, scope: &Scope<'s>, task: Task) -> Result<(), Error>
    where
        'a: 's,
    {
        match task {
            Task::Settled(origin, outcome) => {
                let number = self.number(&origin);
                self.in_order.push(number, Prepared::settled(origin, outcome));
            }
            Task::File(path) => {
                let seen = self.corpus.look_up(self.setup, &path)?;
                self.hand_over(scope, Origin::File(path.clone()), seen, Body::File(path));
            }
            Task::Member(archive, place) => {
                let key = SourceKey(self.setup.layout.member_key(&archive, &place));
                let seen = Seen::Due(self.corpus.known(&key)?.map(Box::new));
                let origin = Origin::Member { archive: archive.clone(), place: place.clone() };
                self.hand_over(scope, origin, seen, Body::Member(archive, place));
            }
            Task::Page(raw) => {
                let seen = self.corpus.look_up_page(self.setup, &raw)?;
                self.hand_over(scope, raw.origin.clone(), seen, Body::Page(raw));
            }
            Task::Passing(raw) => {
                let seen = self.corpus.look_up_page(self.setup, &raw)?;
                self.hand_over(scope, raw.origin.clone(), seen, Body::Fetched(raw));
            }
            Task::Url(url) => self.ask(url)?,
        }
        Ok(())
    }

    /// Gives an input to the extracting threads, unless it is settled by what the corpus has.
    fn hand_over<'s>(&mut self, scope: &Scope<'s>, origin: Origin, seen: Seen, body: Body)
    where
        'a: 's,
    {
        let number = self.number(&origin);
        match seen {
            Seen::Superseded(known) => {
                self.in_order.push(number, Prepared::settled(origin, Outcome::Unchanged { id: known.id }));
            }
            Seen::Due(known) => self.spawn(scope, number, Job { origin, body, known: known.map(|known| *known) }, None),
        }
    }

    /// The next number, for an input of this origin.
    fn number(&mut self, origin: &Origin) -> u64 {
        *self.under_way.count(origin) += 1;
        self.handed_out += 1;
        self.handed_out - 1
    }

    /// Gives a job to the extracting threads.
    fn spawn<'s>(&mut self, scope: &Scope<'s>, number: u64, job: Job, room: Option<OwnedSemaphorePermit>)
    where
        'a: 's,
    {
        let (shared, sender) = (self.shared, self.sender.clone());
        scope.spawn(move |_| {
            let prepared = prepare(job, shared);
            // The receiver is gone only where the run has ended with an error.
            let _ = sender.send(Message::Prepared { number, prepared, room });
        });
    }

    /// Asks the network for a page, with what is needed to be told that the copy at hand is still good.
    fn ask(&mut self, url: Url) -> Result<(), Error> {
        let address = canonical(&url);
        if !self.taken.insert(ContentHash::of(address.as_str())) {
            return Ok(());
        }
        let known = self.corpus.known(&SourceKey(address.into()))?;
        // Without the body that it was cleaned from, a "not modified" would leave nothing to clean again.
        let at_hand = known.as_ref().filter(|known| self.setup.layout.path(&known.raw.path).is_file());
        let request = Request {
            url: url.clone(),
            etag: at_hand.and_then(|known| known.etag.clone()),
            last_modified: at_hand.and_then(|known| known.last_modified.clone()),
        };
        let number = self.number(&Origin::Url(url.clone()));
        self.asked.insert(number, Asked { url, known });
        let fetching = match &mut self.fetching {
            Some(fetching) => fetching,
            none => none.insert(Fetching::start(self.setup, self.sender.clone())?),
        };
        fetching.ask(number, request);
        Ok(())
    }

    fn take_in<'s>(&mut self, scope: &Scope<'s>, message: Message) -> Result<(), Error>
    where
        'a: 's,
    {
        match message {
            Message::Fetched(Answer { number, result, room }) => {
                let Some(Asked { url, known }) = self.asked.remove(&number) else { return Ok(()) };
                let origin = Origin::Url(url);
                let body = match (result, &known) {
                    (Ok(Fetched::Document(raw)), _) => Ok(Body::Fetched(raw)),
                    (Ok(Fetched::NotModified), Some(known)) => self.not_modified(known),
                    (Ok(Fetched::NotModified), None) => Err(Outcome::Refused { reason: "the host sent no page".to_owned() }),
                    (Err(outcome), _) => Err(outcome),
                };
                match body {
                    Ok(body) => self.spawn(scope, number, Job { origin, body, known }, room),
                    Err(outcome) => self.in_order.push(number, Prepared::settled(origin, outcome)),
                }
            }
            Message::Prepared { number, mut prepared, room } => {
                if let Ok(ready) = &mut prepared.result {
                    self.corpus.keep_raw(ready)?;
                }
                // The body is on disk now, its bytes are gone: another page may come in.
                drop(room);
                self.in_order.push(number, prepared);
            }
        }
        Ok(())
    }

    /// The page is as it was: nothing to do, unless what shapes text has changed.
    fn not_modified(&self, known: &Known) -> Result<Body, Outcome> {
        if known.cleaner.as_ref() == Some(&self.shared.cleaner) && self.options.again == Again::Changed {
            return Err(Outcome::Unchanged { id: known.id });
        }
        Ok(Body::File(self.setup.layout.path(&known.raw.path)))
    }

    fn store_what_is_due(&mut self) -> Result<(), Error> {
        while let Some(Prepared { origin, bytes, result }) = self.in_order.pop() {
            *self.under_way.count(&origin) -= 1;
            let Stored { outcome, diff } = match result {
                Ok(ready) => self.corpus.store(self.shared, *ready, self.options.diff)?,
                Err(outcome) => Stored { outcome, diff: None },
            };
            self.corpus.journal(&origin, &outcome)?;
            self.report.add(&origin, &outcome, bytes);
            self.progress.done(Event { source: &origin, outcome: &outcome, bytes, diff: diff.as_deref() });
        }
        Ok(())
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
        self.corpus.close()?;
        self.report.seconds = (start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        Ok(self.report)
    }
}
