//! Fetches beside the run: a queue for each host, so that hosts go on side by side while no host ever waits for another's pages.
//!
//! A host's next page is asked for when its last one lies on disk or came to nothing: whatever the moment at which the process is
//! killed, at most one page of each host was asked for in vain.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use super::budget::Budget;
use super::{Error, Setup};
use crate::fetch::{self, Fetched, Fetcher, MemoryPermit, Reason, Render, Request, Spent};
use crate::outcome::{Outcome, Stage};
use gleaner_extract::document::Origin;

/// Most pages between the header of their answer and the end of their cleaning: what bounds the bytes in memory.
const ROOM: usize = 128;

/// Sitemaps may be larger than pages.
const DOOR_ROOM: u32 = 4;

/// What the network side tells.
pub enum News {
    /// The request of this number goes out.
    Started(u64),
    /// What came of it.
    Answered(Answer),
}

/// What came of one request.
pub struct Answer {
    /// The input's number.
    pub number: u64,
    /// What came, or why nothing did.
    pub result: Result<Fetched, Trouble>,
    /// What it takes of what all share, given back when it is dropped.
    pub hold: Option<Hold>,
}

/// Why nothing came.
pub enum Trouble {
    /// It was not asked for: what the run may spend is spent.
    Unasked,
    /// It was asked for.
    Asked {
        /// What became of the input.
        outcome: Outcome,
        /// Whether asking again is of no use.
        lasting: bool,
    },
}

/// A page's place in memory, and its host's turn.
pub struct Hold {
    _room: Arc<MemoryPermit>,
    _turn: OwnedSemaphorePermit,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// A page for the corpus, and whether a browser opens it.
    Page(Render),
    /// A document that leads to pages.
    Door,
}

/// One request in its host's queue.
struct Queued {
    number: u64,
    request: Request,
    want: Want,
}

/// The fetcher with its queues.
pub struct Fetching<Message> {
    runtime: Runtime,
    host: Host<Message>,
    queues: HashMap<String, UnboundedSender<Queued>>,
}

impl<Message: From<News> + Send + 'static> Fetching<Message> {
    /// Starts the network side of a run. News is sent to `news` as it comes.
    pub fn start(setup: &Setup, budget: Arc<Budget>, news: Sender<Message>) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("fetch").enable_all().build();
        let runtime = runtime.map_err(|error| Error::Threads(error.to_string()))?;
        let fetcher = setup.fetcher()?;
        fetcher.warnings().iter().for_each(|warning| tracing::info!("{warning}"));
        let fallback = setup.config.fetch.fallback.clone();
        let host = Host { fetcher, budget, fallback, room: Arc::new(Semaphore::new(ROOM)), news };
        Ok(Self { runtime, host, queues: HashMap::new() })
    }

    /// Queues one request behind the others of its host.
    pub fn ask(&mut self, number: u64, request: Request, want: Want) {
        let name = request.url.host_str().unwrap_or_default().to_owned();
        let Self { runtime, host, queues } = self;
        let queue = queues.entry(name).or_insert_with(|| {
            let (sender, queue) = unbounded_channel();
            runtime.spawn(host.clone().serve(queue));
            sender
        });
        // The other end lives as long as the runtime.
        let _ = queue.send(Queued { number, request, want });
    }

    /// What was spent so far.
    pub fn spent(&self) -> Spent {
        self.host.fetcher.spent()
    }
}

/// What serves one host.
struct Host<Message> {
    fetcher: Fetcher,
    budget: Arc<Budget>,
    /// The template of [`fetch::Config::fallback`].
    fallback: Option<String>,
    room: Arc<Semaphore>,
    news: Sender<Message>,
}

impl<Message> Clone for Host<Message> {
    fn clone(&self) -> Self {
        let Self { fetcher, budget, fallback, room, news } = self;
        let (fetcher, fallback) = (fetcher.clone(), fallback.clone());
        Self { fetcher, budget: Arc::clone(budget), fallback, room: Arc::clone(room), news: news.clone() }
    }
}

impl<Message: From<News> + Send + 'static> Host<Message> {
    /// Fetches the host's pages, one after the other.
    async fn serve(self, mut queue: UnboundedReceiver<Queued>) {
        let turns = Arc::new(Semaphore::new(1));
        while let Some(Queued { number, request, want }) = queue.recv().await {
            // Fails only for a closed semaphore, and nobody closes this one.
            let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
            let room = Arc::new(MemoryPermit::within(&self.room, if want == Want::Door { DOOR_ROOM } else { 1 }));
            let result = match self.budget.take(self.fetcher.spent()) {
                true => {
                    let _ = self.news.send(News::Started(number).into());
                    self.fetch_or_fall_back(request, want, &room).await
                }
                false => Err(Trouble::Unasked),
            };
            let hold = Some(Hold { _room: room, _turn: turn });
            if self.news.send(News::Answered(Answer { number, result, hold }).into()).is_err() {
                return; // The run has ended with an error.
            }
        }
    }

    /// Where a page is gone, the archive that the user named may still have it.
    async fn fetch_or_fall_back(&self, request: Request, want: Want, room: &Arc<MemoryPermit>) -> Result<Fetched, Trouble> {
        let url = request.url.clone();
        let result = self.fetch(request, want, room).await;
        let is_gone = matches!(&result, Err(Trouble::Asked { outcome: Outcome::Failed { .. }, lasting: true }));
        let template = self.fallback.as_ref().filter(|_| is_gone && want != Want::Door);
        let Some(there) = template.and_then(|template| Url::parse(&template.replace("{url}", url.as_str())).ok()) else {
            return result;
        };
        match self.fetch(Request { url: there, etag: None, last_modified: None }, want, room).await {
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

    async fn fetch(&self, request: Request, want: Want, room: &Arc<MemoryPermit>) -> Result<Fetched, Trouble> {
        let (fetcher, room) = (self.fetcher.clone(), Arc::clone(room));
        // A task of its own, so that a fault in it is this page's failure and the queue goes on.
        let task = tokio::spawn(async move {
            match want {
                Want::Page(render) => match fetcher.fetch_into(request, &room).await? {
                    Fetched::Document(raw) => fetcher.rendered(raw, render).await.map(Fetched::Document),
                    Fetched::NotModified => Ok(Fetched::NotModified),
                },
                Want::Door => fetcher.fetch_source(request, &room).await,
            }
        });
        match task.await {
            Ok(result) => result.map_err(|error| trouble(&error)),
            Err(fault) => {
                let outcome = failed(format!("fetch the page: the client broke off ({fault})"), None);
                Err(Trouble::Asked { outcome, lasting: false })
            }
        }
    }
}

/// Statuses that do not pass: nothing there, gone, withheld.
const LASTING: &[u16] = &[404, 410, 451];

fn trouble(error: &fetch::Error) -> Trouble {
    let lasting = error.status().is_some_and(|status| LASTING.contains(&status))
        || matches!(error.reason(), Some(Reason::RedirectLoop | Reason::TooManyRedirects(_) | Reason::BadRedirect(_)));
    match error.reason() {
        Some(reason) if error.is_refusal() => {
            Trouble::Asked { outcome: Outcome::Refused { reason: reason.to_string() }, lasting: true }
        }
        _ => Trouble::Asked { outcome: failed(error.to_string(), error.hint()), lasting },
    }
}

fn failed(error: String, hint: Option<&str>) -> Outcome {
    Outcome::Failed { stage: Stage::Fetch, error, hint: hint.map(str::to_owned) }
}
