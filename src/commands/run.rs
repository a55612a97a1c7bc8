//! `run`: polls every configured source once and fetches what is queued, for cron.

use std::path::Path;

use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::Origin;
use url::Url;

use super::ingest::{IngestInput, list, tasks_of};
use crate::config::{SourceConfig, SourcePlace};
use crate::discover::{self, csv::Cells, opml};
use crate::engine::crawl::poll::{ExpectedKind, Source};
use crate::engine::options::{EngineOptions, PollScope, QueueUse};
use crate::engine::task::{Task, Tasks, one};
use crate::engine::{self, Error, Progress, RunReport, Setup};
use crate::files;
use crate::outcome::{Outcome, Stage};
use crate::queue::{IfKnown, NewUrl, PollBounds};
use gleaner_extract::base::path_text::path_text;

/// Which sources are processed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// Only sources with one of these names or tags; empty means all.
    pub only: Vec<String>,
    /// Which feeds, sitemaps and front pages are polled.
    pub poll: PollScope,
}

/// Processes the configured sources in order, then what waits in the queue.
pub fn run(setup: &Setup, options: &RunOptions, progress: &dyn Progress) -> Result<RunReport, Error> {
    if setup.config.source.is_empty() {
        return Err(Error::NoSources);
    }
    let is_selected = |source: &&SourceConfig| {
        options.only.is_empty() || options.only.iter().any(|word| *word == source.name || source.tags.contains(word))
    };
    let sources: Vec<&SourceConfig> = setup.config.source.iter().filter(is_selected).collect();
    if sources.is_empty() {
        return Err(Error::NoSuchSource(options.only.join(", ")));
    }
    let mut tasks = sources.into_iter().flat_map(|source| tasks_of_source(setup, source));
    let how = EngineOptions { queue: QueueUse::All, poll: options.poll, ..EngineOptions::default() };
    engine::run(setup, how, &mut tasks, progress)
}

/// The tasks of a source.
fn tasks_of_source<'a>(setup: &'a Setup, source: &'a SourceConfig) -> Tasks<'a> {
    let poll = |url: &Url, kind: ExpectedKind| {
        let polled = Source::new(url.clone(), kind, &source.name, bounds(setup, source));
        Task::Poll(Box::new(Source { since: since(source, setup.clock.now()), ..polled }))
    };
    match &source.place {
        SourcePlace::Urls(urls) => {
            Box::new(urls.iter().flat_map(|url| queued(source, tasks_of(setup, &IngestInput::Url(url.clone())))))
        }
        // From cron, nobody would be there to end a pipe: only a regular file will do.
        SourcePlace::List(file) => {
            let file = setup.layout.root.join(file);
            queued(source, list(setup, &file, files::open(&file)))
        }
        SourcePlace::Csv { file, column } => csv(setup, source, &setup.layout.root.join(file), column.as_deref()),
        SourcePlace::Feed(url) => one(poll(url, ExpectedKind::Feed)),
        SourcePlace::Sitemap(url) => one(poll(url, ExpectedKind::Sitemap)),
        SourcePlace::Page(url) => one(poll(url, ExpectedKind::Page)),
        SourcePlace::OpmlAt(url) => one(poll(url, ExpectedKind::List)),
        SourcePlace::Opml(file) => match feeds(&setup.layout.root.join(file)) {
            Ok(feeds) => Box::new(feeds.into_iter().map(move |feed| poll(&feed.feed, ExpectedKind::Feed))),
            Err(task) => one(*task),
        },
    }
}

fn bounds(setup: &Setup, source: &SourceConfig) -> PollBounds {
    let default = setup.poll_bounds();
    PollBounds { min_s: source.min_interval_s.unwrap_or(default.min_s), max_s: source.max_interval_s.unwrap_or(default.max_s) }
}

fn since(source: &SourceConfig, now: Timestamp) -> Option<Timestamp> {
    source.max_age_days.map(|days| Timestamp::from_unix(now.unix() - i64::from(days) * 86_400))
}

/// URLs that the configuration lists go through the queue like all others, and are requested again in each run.
fn queued<'a>(source: &'a SourceConfig, tasks: Tasks<'a>) -> Tasks<'a> {
    Box::new(tasks.map(|task| match task {
        Task::Url(url) => {
            Task::NewUrl(Box::new(NewUrl { url, source: source.name.clone(), feed: None, if_known: IfKnown::Requeue }))
        }
        task => task,
    }))
}

fn csv<'a>(setup: &'a Setup, source: &'a SourceConfig, path: &Path, column: Option<&str>) -> Tasks<'a> {
    let open = files::open(path).map_err(|error| unreadable(path, &error.to_string()));
    let cells = open.and_then(|file| Cells::open(file, column).map_err(|error| refused(path, &error)));
    let path = path.to_path_buf();
    match cells {
        Ok(cells) => Box::new(cells.flat_map(move |cell| match cell {
            Ok(cell) => queued(source, tasks_of(setup, &IngestInput::Url(cell))),
            Err(damage) => one(*unreadable(&path, &damage)),
        })),
        Err(task) => one(*task),
    }
}

/// Largest OPML file in bytes.
const MAX_OPML: u64 = 16 << 20;

fn feeds(path: &Path) -> Result<Vec<opml::Subscription>, Box<Task>> {
    let bytes = files::read(path, MAX_OPML).map_err(|error| unreadable(path, &error.to_string()))?;
    opml::read(&bytes, None).map_err(|error| refused(path, &error))
}

fn unreadable(path: &Path, reason: &str) -> Box<Task> {
    failed(path, format!("read {}: {reason}", path_text(path)), "check the `file` of the source in config.toml")
}

fn refused(path: &Path, error: &discover::Error) -> Box<Task> {
    failed(path, format!("{error} ({})", path_text(path)), error.hint())
}

fn failed(path: &Path, error: String, hint: &str) -> Box<Task> {
    let outcome = Outcome::Failed { stage: Stage::Read, error, hint: Some(hint.to_owned()) };
    Box::new(Task::Settled(Origin::File(path.to_path_buf()), outcome))
}
