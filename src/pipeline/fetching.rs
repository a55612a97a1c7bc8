//! Fetches beside the run: a queue for each host, so that hosts go on side by side while no host ever waits for another's pages.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Error, Setup};
use crate::document::{Outcome, Stage};
use crate::fetch::{self, Fetched, Fetcher, Request};

/// Most pages between the start of their fetching and the end of their cleaning: what bounds the bytes in memory.
const ROOM: usize = 128;

/// What came of one request. The room is given back when it is dropped.
pub struct Answer {
    /// The input's number.
    pub number: u64,
    /// What came, or what became of the input.
    pub result: Result<Fetched, Outcome>,
    /// Its place in memory.
    pub room: Option<OwnedSemaphorePermit>,
}

/// The fetcher with its queues.
pub struct Fetching<Message> {
    runtime: Runtime,
    fetcher: Fetcher,
    room: Arc<Semaphore>,
    hosts: HashMap<String, UnboundedSender<(u64, Request)>>,
    answers: Sender<Message>,
}

impl<Message: From<Answer> + Send + 'static> Fetching<Message> {
    /// Starts the network side of a run. Answers are sent to `answers` as they come.
    pub fn start(setup: &Setup, answers: Sender<Message>) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("fetch").enable_all().build();
        let runtime = runtime.map_err(|error| Error::Threads(error.to_string()))?;
        let fetcher = setup.fetcher()?;
        fetcher.warnings().iter().for_each(|warning| tracing::info!("{warning}"));
        Ok(Self { runtime, fetcher, room: Arc::new(Semaphore::new(ROOM)), hosts: HashMap::new(), answers })
    }

    /// Queues one request behind the others of its host.
    pub fn ask(&mut self, number: u64, request: Request) {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let Self { runtime, fetcher, room, answers, hosts } = self;
        let queue = hosts.entry(host).or_insert_with(|| {
            let (sender, queue) = unbounded_channel();
            runtime.spawn(serve(queue, fetcher.clone(), Arc::clone(room), answers.clone()));
            sender
        });
        // The other end lives as long as the runtime.
        let _ = queue.send((number, request));
    }
}

/// Fetches one host's pages, one after the other.
async fn serve<Message: From<Answer> + Send + 'static>(
    mut queue: UnboundedReceiver<(u64, Request)>,
    fetcher: Fetcher,
    room: Arc<Semaphore>,
    answers: Sender<Message>,
) {
    while let Some((number, request)) = queue.recv().await {
        let room = Arc::clone(&room).acquire_owned().await.ok();
        let fetcher = fetcher.clone();
        // A task of its own, so that a fault in it is this page's failure and the queue goes on.
        let task = tokio::spawn(async move { fetcher.fetch(request).await });
        let result = match task.await {
            Ok(result) => result.map_err(|error| outcome_of(&error)),
            Err(fault) => Err(failed(format!("fetch the page: the client broke off ({fault})"), None)),
        };
        if answers.send(Answer { number, result, room }.into()).is_err() {
            return; // The run has ended with an error.
        }
    }
}

fn outcome_of(error: &fetch::Error) -> Outcome {
    match error.reason() {
        Some(reason) if error.is_refusal() => Outcome::Refused { reason: reason.to_string() },
        _ => failed(error.to_string(), error.hint()),
    }
}

fn failed(error: String, hint: Option<&str>) -> Outcome {
    Outcome::Failed { stage: Stage::Fetch, error, hint: hint.map(str::to_owned) }
}
