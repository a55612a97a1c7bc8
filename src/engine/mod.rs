//! One run: *take a task → look it up → work on it → commit in order → follow up*.
//!
//! The calling thread alone touches the corpus and the queue. It takes tasks and looks them up (`dispatch`), hands them to the
//! extraction threads (`worker`) and to the network ([`crawl`]), takes what comes back (`results`), and commits it strictly in the
//! order of the tasks (`reorder`), so that what a run writes depends neither on the number of threads nor on the network's timing.
//! What a committed page or source leads to (`follow_up`) becomes a task in turn.
//!
//! Prints nothing: a run reports to its [`Progress`].

mod archive_log;
pub mod archives;
pub mod context;
pub mod corpus;
pub mod crawl;
mod delay;
mod dispatch;
mod follow_up;
mod in_flight;
mod job;
pub mod later_pages;
pub mod options;
pub mod pool;
pub mod progress;
mod read_body;
mod reconsider;
pub mod refusal;
mod reorder;
pub mod report;
mod results;
pub mod setup;
mod state;
pub mod stop;
mod survey;
pub mod task;
mod worker;

use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

pub use progress::{Event, Progress, Silent};
pub use report::{Failure, RunReport};
pub use setup::{Error, Setup};

use context::RunContext;
use corpus::Corpus;
use options::{EngineOptions, Mode};
use state::Engine;
use task::Task;

use crate::store::{CorpusReader, KnownSites, SiteCounter};
use gleaner_extract::base::time::Timestamp;

/// Most results that wait for an earlier one. With more, or with results of too many bytes behind a page that is still requested, the run proceeds without it: one host that does not answer must not hold up all
/// others.
const MAX_WAITING: usize = 1024;

/// Does the tasks, then cleans again the copies whose original changed. `Err` only if the run as a whole failed.
pub fn run(
    setup: &Setup,
    options: EngineOptions,
    tasks: &mut dyn Iterator<Item = Task>,
    progress: &dyn Progress,
) -> Result<RunReport, Error> {
    let now = setup.clock.now();
    let corpus = Corpus::open(setup, options.mode, now)?;
    let sites = corpus.known_sites()?;
    run_on(corpus, &sites, (setup, options, now), tasks, progress)
}

/// [`run`] with the lines of sites that [`count_sites`] gave.
pub fn run_with_sites(
    setup: &Setup,
    options: EngineOptions,
    sites: &KnownSites,
    tasks: &mut dyn Iterator<Item = Task>,
    progress: &dyn Progress,
) -> Result<RunReport, Error> {
    let now = setup.clock.now();
    run_on(Corpus::open(setup, options.mode, now)?, sites, (setup, options, now), tasks, progress)
}

/// The lines of sites that are boilerplate, as they will be when the tasks are done. Writes nothing to the corpus. A page that has not changed since it was
/// cleaned is not cleaned for it.
pub fn count_sites(setup: &Setup, tasks: &mut dyn Iterator<Item = Task>, progress: &dyn Progress) -> Result<KnownSites, Error> {
    let (now, options) = (setup.clock.now(), EngineOptions { mode: Mode::DryRun, ..EngineOptions::default() });
    let reader = CorpusReader::open(&setup.layout)?;
    let counter = Arc::new(Mutex::new(SiteCounter::of(&reader)?));
    let corpus = Corpus::Reading(Box::new(reader), Some(Arc::clone(&counter)));
    run_on(corpus, &KnownSites::default(), (setup, options, now), tasks, progress)?;
    // The run is over, and nothing else has the counter.
    let counter = Arc::into_inner(counter).map(|counter| counter.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(counter.map(SiteCounter::count).transpose()?.unwrap_or_default())
}

fn run_on(
    corpus: Corpus,
    sites: &KnownSites,
    (setup, options, now): (&Setup, EngineOptions, Timestamp),
    tasks: &mut dyn Iterator<Item = Task>,
    progress: &dyn Progress,
) -> Result<RunReport, Error> {
    let start = Instant::now();
    let context = RunContext::new(setup, &options, now, sites);
    let pool = pool::pool(setup.jobs)?;
    pool.in_place_scope(|scope| {
        let mut engine = Engine::new(scope, setup, &context, corpus, options, progress);
        let done = engine.process(tasks).and_then(|()| engine.renew_copies());
        if done.is_err() {
            context.stop();
        }
        done.and_then(|()| engine.finish(start))
    })
}

impl Engine<'_, '_> {
    /// Dispatches every task and commits every result.
    fn process(&mut self, tasks: &mut dyn Iterator<Item = Task>) -> Result<(), Error> {
        let mut tasks = tasks.fuse();
        loop {
            let wait = self.dispatch_all(&mut tasks)?;
            // What was committed may have led to more.
            if self.commit_ready()? {
                continue;
            }
            if !self.reorder.is_open(self.in_flight.dispatched()) {
                return Ok(());
            }
            let next = self.reorder.next();
            if self.reorder.waiting() >= MAX_WAITING || (self.in_flight.is_heavy() && self.in_flight.is_requested(next)) {
                self.reorder.defer(next);
                continue;
            }
            match self.receive(wait) {
                Ok(message) => self.handle(message)?,
                Err(RecvTimeoutError::Timeout) => self.stop_waiting_for_sources(),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }
}
