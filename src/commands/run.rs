//! `run`: takes what lies in the drop folder, polls every configured source once and fetches what is queued, for cron.

use std::io::{BufRead, BufReader};
use std::path::Path;

use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::Origin;
use url::Url;

use super::dropped::Dropped;
use super::health::after_run;
use super::ingest::{IngestInput, list, tasks_of};
use super::notified::monitored;
use super::sources::failing;
use crate::config::{SourceConfig, SourcePlace};
use crate::discover::{self, BodyKind, csv::Cells, opml};
use crate::engine::crawl::poll::{ExpectedKind, Source};
use crate::engine::options::{EngineOptions, PollScope, QueueUse};
use crate::engine::task::{SourceFile, Task, Tasks, one};
use crate::engine::{self, Error, Progress, RunReport, Setup};
use crate::files;
use crate::ingest::archive::columns::Columns;
use crate::outcome::{Outcome, Stage};
use crate::queue::{FILE_NAME, IfKnown, NewUrl, PollBounds, Queue, UrlKind, UrlState};
use gleaner_extract::base::path_text::path_text;

/// Which sources are processed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// Only sources with one of these names or tags; empty means all.
    pub only: Vec<String>,
    /// Which feeds, sitemaps and front pages are polled.
    pub poll: PollScope,
}

/// Takes what lies in the drop folder, unless only some sources are asked for; processes the configured sources in order, then what waits in the queue.
pub fn run(setup: &Setup, options: &RunOptions, progress: &dyn Progress) -> Result<RunReport, Error> {
    let has_drop = setup.layout.drop.as_ref().is_some_and(|folder| folder.is_dir());
    if setup.config.source.is_empty() && !has_drop && !has_waiting(setup)? {
        return Err(Error::NoSources);
    }
    let is_selected = |source: &&SourceConfig| {
        options.only.is_empty() || options.only.iter().any(|word| *word == source.name || source.tags.contains(word))
    };
    let sources: Vec<&SourceConfig> = setup.config.source.iter().filter(is_selected).collect();
    if sources.is_empty() && !options.only.is_empty() {
        return Err(Error::NoSuchSource(options.only.join(", ")));
    }
    let dropped = if options.only.is_empty() { Dropped::take(setup)? } else { Dropped::default() };
    let mut tasks = dropped.tasks(setup).chain(sources.iter().flat_map(|source| tasks_of_source(setup, source)));
    let how = EngineOptions { queue: QueueUse::All, poll: options.poll, ..EngineOptions::default() };
    monitored(setup, || {
        let started = setup.clock.now();
        let report = engine::run(setup, how, &mut tasks, &dropped.watch(progress))?;
        dropped.finish(&report);
        let report = RunReport { failing: failing(setup, &sources, started)?, ..report };
        let drifted = match setup.config.health.after_run && !report.interrupted {
            true => after_run(setup, started),
            false => Vec::new(),
        };
        Ok(RunReport { drifted, ..report })
    })
}

/// True if URLs wait in the queue, which `ingest` may have left there.
fn has_waiting(setup: &Setup) -> Result<bool, Error> {
    let Some(queue) = Queue::open_to_read(&setup.layout.state.join(FILE_NAME))? else { return Ok(false) };
    let is_open = |state: &UrlState| !matches!(state, UrlState::Done | UrlState::Dead);
    Ok(queue.counts()?.iter().any(|(state, _)| is_open(state)))
}

/// The tasks of a source.
fn tasks_of_source<'a>(setup: &'a Setup, source: &'a SourceConfig) -> Tasks<'a> {
    let poll = |url: &Url, kind: ExpectedKind| {
        let polled = Source::new(url.clone(), kind, &source.name, bounds(setup, source));
        Task::Poll(Box::new(Source { since: since(source, setup.clock.now()), ..polled }))
    };
    match &source.place {
        SourcePlace::Urls(urls) => Box::new(
            urls.iter().flat_map(|url| queued(source, tasks_of(setup, &IngestInput::Url(url.clone()), &Columns::default()))),
        ),
        // From cron, nobody would be there to end a pipe: only a regular file will do.
        SourcePlace::List(file) => {
            of_file(setup, source, file, |path| list(setup, path, files::open(path)).map(|tasks| queued(source, tasks)))
        }
        SourcePlace::Csv { file, column } => of_file(setup, source, file, |path| csv(setup, source, path, column.as_deref())),
        SourcePlace::Feed(url) => one(poll(url, ExpectedKind::Feed)),
        SourcePlace::Sitemap(url) => one(poll(url, ExpectedKind::Sitemap)),
        SourcePlace::Page(url) => one(poll(url, ExpectedKind::Page)),
        SourcePlace::OpmlAt(url) => one(poll(url, ExpectedKind::List)),
        SourcePlace::Opml(file) => of_file(setup, source, file, |path| {
            Ok(Box::new(feeds(path)?.into_iter().map(move |feed| poll(&setup.logins.split(feed.feed), ExpectedKind::Feed))))
        }),
    }
}

/// The tasks of a source that is a file, after a note of whether it could be read.
fn of_file<'a>(
    setup: &'a Setup,
    source: &SourceConfig,
    file: &Path,
    read: impl FnOnce(&Path) -> Result<Tasks<'a>, Outcome>,
) -> Tasks<'a> {
    let path = setup.layout.root.join(file);
    let (tasks, failure) = match read(&path) {
        Ok(tasks) => (Some(tasks), None),
        Err(outcome) => (None, Some(outcome)),
    };
    let note = SourceFile { source: source.name.clone(), place: path_text(file), path, failure };
    Box::new(std::iter::once(Task::SourceFile(Box::new(note))).chain(tasks.into_iter().flatten()))
}

fn bounds(setup: &Setup, source: &SourceConfig) -> PollBounds {
    let default = setup.poll_bounds();
    PollBounds { min_s: source.min_interval_s.unwrap_or(default.min_s), max_s: source.max_interval_s.unwrap_or(default.max_s) }
}

fn since(source: &SourceConfig, now: Timestamp) -> Option<Timestamp> {
    source.max_age_days.map(|days| Timestamp::from_unix(now.unix() - i64::from(days) * 86_400))
}

/// URLs that the configuration lists go through the queue like all others. Those that are done are requested again in each run; those
/// that failed when their time comes; those that were given up when the user asks for it.
fn queued<'a>(source: &'a SourceConfig, tasks: Tasks<'a>) -> Tasks<'a> {
    Box::new(tasks.map(|task| match task {
        Task::Url(url) => Task::NewUrl(Box::new(NewUrl {
            url,
            source: source.name.clone(),
            feed: None,
            kind: UrlKind::Page,
            if_known: IfKnown::Recheck,
        })),
        task => task,
    }))
}

fn csv<'a>(setup: &'a Setup, source: &'a SourceConfig, path: &Path, column: Option<&str>) -> Result<Tasks<'a>, Outcome> {
    let file = files::open(path).map_err(|error| unreadable(path, &error.to_string()))?;
    let mut file = BufReader::new(file);
    let head = file.fill_buf().map_err(|error| unreadable(path, &error.to_string()))?;
    let found = BodyKind::of(head, None);
    if !matches!(found, BodyKind::Text | BodyKind::Empty) {
        return Err(refused(path, &discover::Error::WrongKind { expected: "a table", found: Some(found) }));
    }
    let cells = Cells::open(file, column).map_err(|error| refused(path, &error))?;
    let path = path.to_path_buf();
    Ok(Box::new(cells.flat_map(move |cell| match cell {
        Ok(cell) => queued(source, tasks_of(setup, &IngestInput::Url(cell), &Columns::default())),
        Err(damage) => one(Task::Settled(Origin::File(path.clone()), unreadable(&path, &damage))),
    })))
}

/// Largest OPML file in bytes.
const MAX_OPML: u64 = 16 << 20;

fn feeds(path: &Path) -> Result<Vec<opml::Subscription>, Outcome> {
    let bytes = files::read(path, MAX_OPML).map_err(|error| unreadable(path, &error.to_string()))?;
    opml::read(&bytes, None).map_err(|error| refused(path, &error.with_found(&bytes, None)))
}

fn unreadable(path: &Path, reason: &str) -> Outcome {
    failed(format!("read {}: {reason}", path_text(path)), "check the `file` of the source in config.toml")
}

fn refused(path: &Path, error: &discover::Error) -> Outcome {
    failed(format!("{error} ({})", path_text(path)), error.hint())
}

fn failed(error: String, hint: &str) -> Outcome {
    Outcome::Failed { stage: Stage::Read, error, hint: Some(hint.to_owned()) }
}
