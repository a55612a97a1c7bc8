//! What a run has in hand: the corpus, the queue, the network, and the inputs in flight. Decides nothing.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use gleaner_extract::base::hash::ContentHash;
use rayon::Scope;

use super::archive_log::ArchiveLog;
use super::context::RunContext;
use super::corpus::Corpus;
use super::crawl::budget::Budget;
use super::crawl::queue::CrawlQueue;
use super::crawl::workers::{FetchEvent, FetchSlot, FetchWorkers};
use super::in_flight::InFlightTable;
use super::job::WorkResult;
use super::options::{EngineOptions, Mode, QueueUse, Survey};
use super::progress::Progress;
use super::reorder::Reorder;
use super::report::RunReport;
use super::setup::{Error, Setup};
use super::task::Tasks;
use crate::queue::{self, RunLimits, UrlState};
use crate::reclean::Tally;

/// What comes back to the calling thread.
pub enum Message {
    /// From the network.
    Fetch(FetchEvent),
    /// From an extraction thread. The slot of a fetched page is given back when its body is on disk.
    Worked { number: u64, result: Box<WorkResult>, slot: Option<FetchSlot> },
}

impl From<FetchEvent> for Message {
    fn from(event: FetchEvent) -> Self {
        Self::Fetch(event)
    }
}

/// One run. `'run` is the lifetime of what its threads share.
pub struct Engine<'a, 'run> {
    /// The extraction threads.
    pub scope: &'a Scope<'run>,
    pub setup: &'run Setup,
    pub context: &'run RunContext<'run>,
    pub corpus: Corpus,
    pub options: EngineOptions,
    pub progress: &'run dyn Progress,
    pub report: RunReport,
    /// What cleaning documents again changes, if that is counted.
    pub tally: Tally,
    pub sender: Sender<Message>,
    messages: Receiver<Message>,
    pub budget: Arc<Budget>,
    workers: Option<FetchWorkers<Message>>,
    pub queue: Option<CrawlQueue>,
    /// True if the pages waiting in the queue are fetched.
    pub uses_queue: bool,
    limits: RunLimits,
    pub reorder: Reorder<WorkResult>,
    pub in_flight: InFlightTable,
    pub archives: ArchiveLog,
    /// The pages of an archive that is read although it has not changed.
    pub opened: Option<Tasks<'static>>,
    /// URLs that the run has requested because the user named them: one named twice is fetched once.
    pub requested: HashSet<ContentHash>,
}

impl<'a, 'run> Engine<'a, 'run> {
    /// A run that has done nothing yet.
    pub fn new(
        scope: &'a Scope<'run>,
        setup: &'run Setup,
        context: &'run RunContext<'run>,
        corpus: Corpus,
        options: EngineOptions,
        progress: &'run dyn Progress,
    ) -> Self {
        let (sender, messages) = mpsc::channel();
        let limits = match options.queue {
            QueueUse::All => RunLimits::from(&setup.config.queue),
            QueueUse::WhenNeeded => RunLimits::from(&setup.config.ingest),
        };
        Self {
            scope,
            setup,
            context,
            corpus,
            options,
            progress,
            report: RunReport { dry_run: options.mode == Mode::DryRun, ..RunReport::default() },
            tally: Tally::default(),
            sender,
            messages,
            budget: Arc::new(Budget::new(limits, setup.stop.clone())),
            workers: None,
            queue: None,
            uses_queue: options.queue == QueueUse::All,
            limits,
            reorder: Reorder::new(),
            in_flight: InFlightTable::default(),
            archives: ArchiveLog::default(),
            opened: None,
            requested: HashSet::new(),
        }
    }

    /// The next message; `wait` limits how long it is waited for.
    pub fn receive(&self, wait: Option<Duration>) -> Result<Message, RecvTimeoutError> {
        match wait {
            Some(wait) => self.messages.recv_timeout(wait),
            None => self.messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// The queue, opened when it is first needed. What is waiting in it is fetched from then on.
    pub fn queue(&mut self) -> Result<&mut CrawlQueue, Error> {
        self.uses_queue = true;
        self.open_queue()
    }

    fn open_queue(&mut self) -> Result<&mut CrawlQueue, Error> {
        Ok(match &mut self.queue {
            Some(queue) => queue,
            none => {
                let queue = none.insert(CrawlQueue::open(self.setup, self.options.poll, self.limits, self.context.now)?);
                if self.options.queue == QueueUse::All {
                    queue.store.recheck(&self.setup.config.recheck, self.context.now)?;
                }
                queue
            }
        })
    }

    /// The queue, if the corpus has one. What is waiting in it is left alone.
    pub fn present_queue(&mut self) -> Result<Option<&mut CrawlQueue>, Error> {
        let exists = self.queue.is_some() || self.setup.layout.state.join(queue::FILE_NAME).is_file();
        if exists { self.open_queue().map(Some) } else { Ok(None) }
    }

    /// The network, started with the first request.
    pub fn workers(&mut self) -> Result<&mut FetchWorkers<Message>, Error> {
        Ok(match &mut self.workers {
            Some(workers) => workers,
            none => none.insert(FetchWorkers::start(self.setup, Arc::clone(&self.budget), self.sender.clone())?),
        })
    }

    /// The limit that has ended the run, if one has.
    pub fn reached_limit(&self) -> Option<String> {
        let spent = self.workers.as_ref().map(FetchWorkers::spent).unwrap_or_default();
        self.budget.reached(spent).filter(|_| self.budget.is_spent())
    }

    /// Closes the corpus and completes the report.
    pub fn finish(mut self, start: Instant) -> Result<RunReport, Error> {
        self.archives.save(&self.corpus, &self.setup.layout)?;
        self.report.budget = self.reached_limit();
        if let (Some(limit), Some(queue)) = (&self.report.budget, &mut self.queue) {
            queue.mark_unread(limit);
        }
        self.report.near_limit = self.corpus.near_limit()?;
        self.report.outdated = self.corpus.close(self.setup, self.context.now)?;
        if let Some(queue) = &self.queue {
            let left = queue.store.counts()?.into_iter().filter(|(state, _)| !matches!(state, UrlState::Done | UrlState::Dead));
            self.report.waiting = left.map(|(_, count)| count).sum();
        }
        if self.options.survey != Survey::None {
            let max_loss_percent = self.setup.config.reclean.max_loss_percent;
            self.report.reclean = Some(Box::new(self.tally.report(max_loss_percent)));
        }
        self.report.interrupted = self.setup.stop.is_requested();
        self.report.partial = self.queue.map(|queue| queue.partial).unwrap_or_default();
        self.report.seconds = (start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        Ok(self.report)
    }
}
