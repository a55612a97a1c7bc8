//! `extract_many`: pages from an iterable, articles in the same order, on several threads, with a bounded number of pages under way.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use gleaner_extract::article::extras::Include;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyIterator;

use super::article::Article;
use super::input::PageInput;
use super::settings::{Arguments, FetchedAt, Rules, Settings, message};
use super::threads;

/// Pages under way for each thread.
const WINDOW: u64 = 4;

/// Articles in the order of their pages. Each is made when it is asked for, or a little before.
#[pyclass(frozen, module = "gleaner")]
pub struct Articles(Mutex<State>);

struct State {
    /// `None` once there are no more.
    pages: Option<Py<PyIterator>>,
    jobs: Sender<(u64, PageInput)>,
    done: Receiver<(u64, Article)>,
    ready: BTreeMap<u64, Article>,
    sent: u64,
    given: u64,
    window: u64,
}

#[pymethods]
impl Articles {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Article>> {
        // Waiting for the lock could mean waiting for a thread that waits for the interpreter.
        let mut state = match self.0.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(PyValueError::new_err("another thread is using this iterator")),
        };
        state.fill(py)?;
        if state.given == state.sent {
            return Ok(None);
        }
        let next = state.given;
        while !state.ready.contains_key(&next) {
            let (number, article) = state.wait(py)?;
            state.ready.insert(number, article);
        }
        state.given += 1;
        Ok(state.ready.remove(&next))
    }
}

impl State {
    /// Hands pages to the threads, as many as may be under way.
    fn fill(&mut self, py: Python<'_>) -> PyResult<()> {
        while self.sent - self.given < self.window {
            let Some(pages) = &self.pages else { return Ok(()) };
            let Some(page) = pages.bind(py).clone().next() else {
                self.pages = None;
                return Ok(());
            };
            let page = PageInput::of_item(&page?)?;
            self.jobs.send((self.sent, page)).map_err(|_| ended())?;
            self.sent += 1;
        }
        Ok(())
    }

    /// Waits for a thread without holding up the interpreter.
    fn wait(&mut self, py: Python<'_>) -> PyResult<(u64, Article)> {
        // A receiver belongs to one thread; behind a lock, it may be lent to the code that runs without the interpreter.
        let done = Mutex::new(&mut self.done);
        py.detach(|| done.into_inner().unwrap_or_else(PoisonError::into_inner).recv()).map_err(|_| ended())
    }
}

fn ended() -> PyErr {
    PyRuntimeError::new_err("the threads have ended")
}

/// Extracts the articles of many pages.
#[pyfunction]
#[pyo3(signature = (pages, *, threads = None, format = "text", precision = false, recall = false, explain = false, links = false, images = false, comments = false, fetched_at = None, rules = None))]
#[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
pub fn extract_many(
    pages: &Bound<'_, PyAny>,
    threads: Option<usize>,
    format: &str,
    precision: bool,
    recall: bool,
    explain: bool,
    links: bool,
    images: bool,
    comments: bool,
    fetched_at: Option<FetchedAt>,
    rules: Option<&Rules>,
) -> PyResult<Articles> {
    let include = Include { links, images, comments };
    let settings = Settings::of(Arguments { format, precision, recall, explain, include, fetched_at, rules })?;
    let threads = threads::number(threads)?;
    let (jobs, to_do) = channel::<(u64, PageInput)>();
    let (results, done) = channel();
    let to_do = Arc::new(Mutex::new(to_do));
    for _ in 0..threads {
        let (to_do, results, settings) = (Arc::clone(&to_do), results.clone(), settings.clone());
        let work = move || {
            // Ends when the iterator is dropped, which closes both channels.
            while let Ok((number, page)) = next_job(&to_do) {
                let article = match settings.clean_with_extras(page) {
                    Ok((cleaned, extras)) => Article::of(&cleaned, &extras, &settings),
                    Err(error) => Article::failed(message(&error)),
                };
                if results.send((number, article)).is_err() {
                    return;
                }
            }
        };
        threads::builder().spawn(work)?;
    }
    let (pages, window) = (Some(pages.try_iter()?.unbind()), threads as u64 * WINDOW);
    Ok(Articles(Mutex::new(State { pages, jobs, done, ready: BTreeMap::new(), sent: 0, given: 0, window })))
}

fn next_job(jobs: &Mutex<Receiver<(u64, PageInput)>>) -> Result<(u64, PageInput), std::sync::mpsc::RecvError> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv()
}
