//! `run`: one pass over all configured sources and the queue, for cron.

use std::path::Path;

use url::Url;

use super::door::{Door, What};
use super::ingest::{Input, tasks_of};
use super::pass::{self, Queued, Task};
use super::{Error, Progress, RunReport, Setup};
use crate::config::{SourceConfig, SourcePlace};
use crate::discover::{self, csv::Cells, opml};
use crate::outcome::{Outcome, Stage};
use crate::queue::{IfKnown, NewUrl, PollBounds};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::Origin;

pub use super::pass::Doors;

/// Which sources a run does, and which of their doors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Only sources with one of these names or tags; none given means all.
    pub only: Vec<String>,
    /// Which feeds, sitemaps and front pages are looked at.
    pub doors: Doors,
}

/// Does every configured source, in order, in one pass, and what waits in the queue.
pub fn run(setup: &Setup, progress: &dyn Progress) -> Result<RunReport, Error> {
    run_with(setup, &Options::default(), progress)
}

/// [`run`] for some of the sources, or for doors before their time.
pub fn run_with(setup: &Setup, options: &Options, progress: &dyn Progress) -> Result<RunReport, Error> {
    if setup.config.source.is_empty() {
        return Err(Error::NoSources);
    }
    let is_meant = |source: &&SourceConfig| {
        options.only.is_empty() || options.only.iter().any(|word| *word == source.name || source.tags.contains(word))
    };
    let sources: Vec<&SourceConfig> = setup.config.source.iter().filter(is_meant).collect();
    if sources.is_empty() {
        return Err(Error::NoSuchSource(options.only.join(", ")));
    }
    let mut tasks = sources.into_iter().flat_map(|source| tasks_of_source(setup, source));
    let how = pass::Options { queued: Queued::All, doors: options.doors, ..pass::Options::default() };
    pass::pass(setup, how, &mut tasks, progress)
}

type Tasks<'a> = Box<dyn Iterator<Item = Task> + 'a>;

/// What a source stands for.
fn tasks_of_source<'a>(setup: &'a Setup, source: &'a SourceConfig) -> Tasks<'a> {
    let door = |url: &Url, what: What| {
        let door = Door::new(url.clone(), what, &source.name, bounds(setup, source));
        Door { since: since(source, setup.clock.now()), ..door }
    };
    match &source.place {
        SourcePlace::Urls(urls) => {
            Box::new(urls.iter().flat_map(|url| queued(source, tasks_of(setup, &Input::Url(url.clone())))))
        }
        SourcePlace::List(file) => queued(source, tasks_of(setup, &Input::List(setup.layout.root.join(file)))),
        SourcePlace::Csv { file, column } => csv(setup, source, &setup.layout.root.join(file), column.as_deref()),
        SourcePlace::Feed(url) => one(Task::Door(Box::new(door(url, What::Feed)))),
        SourcePlace::Sitemap(url) => one(Task::Door(Box::new(door(url, What::Sitemap)))),
        SourcePlace::Page(url) => one(Task::Door(Box::new(door(url, What::Page)))),
        SourcePlace::OpmlAt(url) => one(Task::Door(Box::new(door(url, What::List)))),
        SourcePlace::Opml(file) => match feeds(&setup.layout.root.join(file)) {
            Ok(feeds) => Box::new(feeds.into_iter().map(move |feed| Task::Door(Box::new(door(&feed.feed, What::Feed))))),
            Err(task) => one(*task),
        },
    }
}

fn one<'a>(task: Task) -> Tasks<'a> {
    Box::new(std::iter::once(task))
}

fn bounds(setup: &Setup, source: &SourceConfig) -> PollBounds {
    let usual = setup.bounds();
    PollBounds { min_s: source.min_interval_s.unwrap_or(usual.min_s), max_s: source.max_interval_s.unwrap_or(usual.max_s) }
}

fn since(source: &SourceConfig, now: Timestamp) -> Option<Timestamp> {
    source.max_age_days.map(|days| Timestamp::from_unix(now.unix() - i64::from(days) * 86_400))
}

/// Addresses that a user lists go through the queue like all others, and are asked for again in each run.
fn queued<'a>(source: &'a SourceConfig, tasks: Tasks<'a>) -> Tasks<'a> {
    Box::new(tasks.map(|task| match task {
        Task::Url(url) => {
            Task::NewUrl(Box::new(NewUrl { url, source: source.name.clone(), feed: None, if_known: IfKnown::Requeue }))
        }
        task => task,
    }))
}

fn csv<'a>(setup: &'a Setup, source: &'a SourceConfig, path: &Path, column: Option<&str>) -> Tasks<'a> {
    let open = std::fs::File::open(path).map_err(|error| unreadable(path, &error.to_string()));
    let cells = open.and_then(|file| Cells::open(file, column).map_err(|error| refused(path, &error)));
    let path = path.to_path_buf();
    match cells {
        Ok(cells) => Box::new(cells.flat_map(move |cell| match cell {
            Ok(cell) => queued(source, tasks_of(setup, &Input::Url(cell))),
            Err(damage) => one(*unreadable(&path, &damage)),
        })),
        Err(task) => one(*task),
    }
}

/// Bytes of an OPML file that are read.
const MAX_OPML: u64 = 16 << 20;

fn feeds(path: &Path) -> Result<Vec<opml::Subscription>, Box<Task>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| unreadable(path, &error.to_string()))?;
    std::io::Read::read_to_end(&mut std::io::Read::take(file, MAX_OPML), &mut bytes)
        .map_err(|error| unreadable(path, &error.to_string()))?;
    opml::read(&bytes, None).map_err(|error| refused(path, &error))
}

fn unreadable(path: &Path, reason: &str) -> Box<Task> {
    failed(path, format!("read {}: {reason}", path.display()), "check the `file` of the source in config.toml")
}

fn refused(path: &Path, error: &discover::Error) -> Box<Task> {
    failed(path, format!("{error} ({})", path.display()), error.hint())
}

fn failed(path: &Path, error: String, hint: &str) -> Box<Task> {
    let outcome = Outcome::Failed { stage: Stage::Read, error, hint: Some(hint.to_owned()) };
    Box::new(Task::Settled(Origin::File(path.to_path_buf()), outcome))
}
