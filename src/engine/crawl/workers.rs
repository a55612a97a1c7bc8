//! Fetches alongside the run: a worker for each host, so that hosts are fetched in parallel while no host ever waits for another's pages.
//!
//! A host's next page is requested when its last one is on disk or has failed: whenever the process is killed, at most one request per host
//! was made in vain.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use gleaner_extract::document::Origin;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use super::budget::Budget;
use crate::engine::setup::{Error, Setup};
use crate::fetch::{self, Fetched, Fetcher, MemoryPermit, Render, Request, Spent};
use crate::outcome::{Cause, Outcome, Refusal, Stage};

/// Most pages between the header of their answer and the end of their cleaning: bounds the bytes in memory.
const MAX_BODIES: usize = 128;

/// Permits for the body of a source: sitemaps may be larger than pages.
const SOURCE_PERMITS: u32 = 4;

/// What the network side reports to the run.
pub enum FetchEvent {
    /// The request of this input is sent.
    Started(u64),
    /// It is finished.
    Finished(FetchResult),
}

/// What came of one request.
pub struct FetchResult {
    /// The input's number.
    pub number: u64,
    /// What came, or why nothing did.
    pub result: Result<Fetched, NotFetched>,
    /// How long the host took to answer, if it did and that is recorded.
    pub took: Option<Duration>,
    /// What the page takes of what all share. Given back when dropped.
    pub slot: Option<FetchSlot>,
}

/// Why nothing came.
pub enum NotFetched {
    /// It was not requested: the run's budget is spent.
    BudgetSpent,
    /// It was requested, in vain.
    Failed {
        /// The input's outcome.
        outcome: Outcome,
        /// True if requesting it again is of no use.
        lasting: bool,
        /// What that says of the site.
        cause: Cause,
    },
}

impl NotFetched {
    /// What it says of the site.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::BudgetSpent => None,
            Self::Failed { cause, .. } => Some(*cause),
        }
    }
}

/// A page's share of the memory, and its host's turn.
pub struct FetchSlot {
    _memory: Arc<MemoryPermit>,
    _turn: OwnedSemaphorePermit,
}

/// What is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A page for the corpus, and whether it is opened in a browser.
    Page(Render),
    /// A source of URLs.
    Source,
}

/// One request in its host's queue.
struct QueuedRequest {
    number: u64,
    request: Request,
    wanted: Wanted,
}

/// The fetcher with its queues.
pub struct FetchWorkers<Message> {
    runtime: Runtime,
    worker: HostWorker<Message>,
    queues: HashMap<String, UnboundedSender<QueuedRequest>>,
}

impl<Message: From<FetchEvent> + Send + 'static> FetchWorkers<Message> {
    /// Starts the network side of a run. Events are sent to `events` as they happen.
    pub fn start(setup: &Setup, budget: Arc<Budget>, events: Sender<Message>) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("fetch").enable_all().build();
        let runtime = runtime.map_err(|error| Error::Threads(error.to_string()))?;
        let fetcher = setup.fetcher()?;
        fetcher.warnings().iter().for_each(|warning| tracing::info!("{warning}"));
        let fallback = setup.config.fetch.fallback.clone();
        let worker = HostWorker { fetcher, budget, fallback, bodies: Arc::new(Semaphore::new(MAX_BODIES)), events };
        Ok(Self { runtime, worker, queues: HashMap::new() })
    }

    /// Queues a request behind the others of its host.
    pub fn request(&mut self, number: u64, request: Request, wanted: Wanted) {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let Self { runtime, worker, queues } = self;
        let queue = queues.entry(host).or_insert_with(|| {
            let (sender, queue) = unbounded_channel();
            runtime.spawn(worker.clone().serve(queue));
            sender
        });
        // The other end lives as long as the runtime.
        let _ = queue.send(QueuedRequest { number, request, wanted });
    }

    /// What has been spent so far.
    pub fn spent(&self) -> Spent {
        self.worker.fetcher.spent()
    }
}

/// Fetches the pages of one host.
struct HostWorker<Message> {
    fetcher: Fetcher,
    budget: Arc<Budget>,
    /// The template of [`fetch::Config::fallback`].
    fallback: Option<String>,
    bodies: Arc<Semaphore>,
    events: Sender<Message>,
}

impl<Message> Clone for HostWorker<Message> {
    fn clone(&self) -> Self {
        let Self { fetcher, budget, fallback, bodies, events } = self;
        let (fetcher, fallback) = (fetcher.clone(), fallback.clone());
        Self { fetcher, budget: Arc::clone(budget), fallback, bodies: Arc::clone(bodies), events: events.clone() }
    }
}

impl<Message: From<FetchEvent> + Send + 'static> HostWorker<Message> {
    /// Fetches the host's pages, one after the other.
    async fn serve(self, mut queue: UnboundedReceiver<QueuedRequest>) {
        let turns = Arc::new(Semaphore::new(1));
        while let Some(QueuedRequest { number, request, wanted }) = queue.recv().await {
            // Fails only for a closed semaphore, and nothing closes this one.
            let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
            let permits = if wanted == Wanted::Source { SOURCE_PERMITS } else { 1 };
            let memory = Arc::new(MemoryPermit::within(&self.bodies, permits));
            let url = request.url.clone();
            let result = match self.budget.take(self.fetcher.spent()) {
                true => {
                    let _ = self.events.send(FetchEvent::Started(number).into());
                    self.fetch_or_fall_back(request, wanted, &memory).await
                }
                false => Err(NotFetched::BudgetSpent),
            };
            let took = self.fetcher.take_response_time(&url).filter(|_| result.is_ok());
            let slot = Some(FetchSlot { _memory: memory, _turn: turn });
            if self.events.send(FetchEvent::Finished(FetchResult { number, result, took, slot }).into()).is_err() {
                return; // The run has ended with an error.
            }
        }
    }

    /// A page that is gone may still be in the archive that the user configured.
    async fn fetch_or_fall_back(
        &self,
        request: Request,
        wanted: Wanted,
        memory: &Arc<MemoryPermit>,
    ) -> Result<Fetched, NotFetched> {
        let url = request.url.clone();
        let result = self.fetch(request, wanted, memory).await;
        let is_gone = matches!(&result, Err(NotFetched::Failed { outcome: Outcome::Failed { .. }, lasting: true, .. }));
        let template = self.fallback.as_ref().filter(|_| is_gone && wanted != Wanted::Source);
        let Some(archived) = template.and_then(|template| Url::parse(&template.replace("{url}", url.as_str())).ok()) else {
            return result;
        };
        match self.fetch(Request { url: archived, etag: None, last_modified: None }, wanted, memory).await {
            Ok(Fetched::Document(mut raw)) => {
                raw.origin = Origin::Url(url.clone());
                if let Some(http) = &mut raw.http {
                    http.requested = url.to_string();
                    http.stands_for = Some(url.to_string());
                }
                Ok(Fetched::Document(raw))
            }
            _ => result,
        }
    }

    async fn fetch(&self, request: Request, wanted: Wanted, memory: &Arc<MemoryPermit>) -> Result<Fetched, NotFetched> {
        let (fetcher, memory) = (self.fetcher.clone(), Arc::clone(memory));
        // A task of its own, so that a panic in it is this page's failure and the queue continues.
        let task = tokio::spawn(async move {
            match wanted {
                Wanted::Page(render) => match fetcher.fetch_into(request, &memory).await? {
                    Fetched::Document(raw) => fetcher.rendered(raw, render).await.map(Fetched::Document),
                    Fetched::NotModified => Ok(Fetched::NotModified),
                },
                Wanted::Source => fetcher.fetch_source(request, &memory).await,
            }
        });
        match task.await {
            Ok(result) => result.map_err(|error| not_fetched(&error)),
            Err(panic) => {
                let outcome = failed(format!("fetch the page: the HTTP client panicked ({panic})"), None);
                Err(NotFetched::Failed { outcome, lasting: false, cause: Cause::Other })
            }
        }
    }
}

fn not_fetched(error: &fetch::Error) -> NotFetched {
    let outcome = match error.reason() {
        Some(reason) if error.is_refusal() => Outcome::Refused(Refusal::NotFetched(reason.to_string())),
        _ => failed(error.to_string(), error.hint()),
    };
    NotFetched::Failed { outcome, lasting: error.is_lasting(), cause: error.cause() }
}

fn failed(error: String, hint: Option<&str>) -> Outcome {
    Outcome::Failed { stage: Stage::Fetch, error, hint: hint.map(str::to_owned) }
}
