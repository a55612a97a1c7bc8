//! How each configured source is doing, for `sources list`, `status` and the end of a run. Polls nothing.

use std::cmp::Reverse;

use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::time::Timestamp;
use serde::Serialize;

use crate::config::{SourceConfig, SourcePlace};
use crate::engine::crawl::poll::{ExpectedKind, Source};
use crate::engine::report::FailingSource;
use crate::engine::{Error, Setup};
use crate::queue::{FILE_NAME, PollBounds, Queue, SourcePages, SourceState};
use crate::store::Layout;

/// Articles that were added since so many seconds count as new: a week.
const WEEK: i64 = 7 * 86_400;

/// Most listings of one source that are looked at, those that failed first.
const MAX_LISTINGS: u64 = 10_000;

/// How a source is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// Its name.
    pub name: String,
    /// Its kind, as the configuration names it.
    pub kind: &'static str,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its URL, file or URLs.
    pub places: Vec<String>,
    /// True if nothing of it could be read when it was last polled.
    pub is_failing: bool,
    /// When it was last read.
    pub last_success: Option<Timestamp>,
    /// When it was last polled, whatever came of it; of one that fails, when it last failed.
    pub last_poll: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// The last error, if something of it cannot be read.
    pub error: Option<String>,
    /// From when on it is polled again; `None` if every run does.
    pub next_poll: Option<Timestamp>,
    /// The sitemaps and feeds that it leads to.
    pub listings: u64,
    /// Those among them that cannot be read.
    pub failing_listings: u64,
    /// Its URLs that wait to be fetched, or to be tried again.
    pub waiting: u64,
    /// Its URLs that were given up.
    pub dead: u64,
    /// Its articles that were added in the last seven days.
    pub new_this_week: u64,
}

/// How the sources are doing, in the order of the configuration.
pub fn reports(sources: &[SourceConfig], layout: &Layout, now: Timestamp) -> Result<Vec<SourceReport>, Error> {
    let queue = Queue::open_to_read(&layout.state.join(FILE_NAME))?;
    let since = Timestamp::from_unix(now.unix() - WEEK);
    let pages = queue.as_ref().map(|queue| queue.pages_by_source(since)).transpose()?.unwrap_or_default();
    let report = |source: &SourceConfig| {
        let report = queue.as_ref().map_or_else(|| Ok(described(source)), |queue| polled(source, queue))?;
        let SourcePages { waiting, dead, new, .. } =
            pages.iter().find(|pages| pages.source == source.name).cloned().unwrap_or_default();
        Ok(SourceReport { waiting, dead, new_this_week: new, ..report })
    };
    sources.iter().map(report).collect()
}

/// Those of the sources that cannot be read at present, after a run that started at this time.
pub(super) fn failing(setup: &Setup, sources: &[&SourceConfig], started: Timestamp) -> Result<Vec<FailingSource>, Error> {
    let Some(queue) = Queue::open_to_read(&setup.layout.state.join(FILE_NAME))? else { return Ok(Vec::new()) };
    let mut failing = Vec::new();
    for source in sources {
        let report = polled(source, &queue)?;
        if report.is_failing {
            failing.push(FailingSource {
                source: report.name,
                failures: report.failures,
                error: report.error.unwrap_or_default(),
                last_success: report.last_success,
                next_poll: report.next_poll,
                polled: report.last_poll.is_some_and(|polled| polled >= started),
            });
        }
    }
    Ok(failing)
}

/// What the configuration says of a source.
fn described(source: &SourceConfig) -> SourceReport {
    let places = match &source.place {
        SourcePlace::Urls(urls) => urls.clone(),
        SourcePlace::List(file) | SourcePlace::Csv { file, .. } | SourcePlace::Opml(file) => vec![path_text(file)],
        SourcePlace::Feed(url) | SourcePlace::Sitemap(url) | SourcePlace::Page(url) | SourcePlace::OpmlAt(url) => {
            vec![url.to_string()]
        }
    };
    let (name, tags) = (source.name.clone(), source.tags.clone());
    SourceReport { name, kind: source.kind(), tags, places, ..SourceReport::default() }
}

/// What the queue knows of the polls of a source.
fn polled(source: &SourceConfig, queue: &Queue) -> Result<SourceReport, Error> {
    let described = described(source);
    let Some(place) = polled_place(source) else { return Ok(described) };
    let main = queue.source_state(&place)?;
    let mut listed = queue.polled_for(&source.name, MAX_LISTINGS)?;
    // One that was due when the source was last read and was not polled then is no longer listed.
    listed.retain(|(url, state)| *url != place && (state.failures == 0 || state.next_at >= main.checked_at));
    if source.kind() == "feed" {
        // The feed that a page declares: the one that was polled last.
        listed.sort_by_key(|(_, state)| Reverse(state.polled_at));
        listed.truncate(1);
    }
    let failed: Vec<&SourceState> = listed.iter().map(|(_, state)| state).filter(|state| state.failures > 0).collect();
    let all_fail = !failed.is_empty() && failed.len() == listed.len();
    let worst = if main.failures > 0 { Some(&main) } else { failed.first().copied() };
    let every_run = match source.place {
        SourcePlace::List(_) | SourcePlace::Csv { .. } | SourcePlace::Opml(_) => true,
        SourcePlace::OpmlAt(_) => main.failures == 0,
        _ => false,
    };
    // What a source lists is polled again when both are due.
    let next_of_failed = failed.iter().filter_map(|state| state.next_at).min().filter(|_| all_fail && main.failures == 0);
    let last_poll = listed.iter().map(|(_, state)| state).chain([&main]).filter_map(|state| state.polled_at).max();
    Ok(SourceReport {
        is_failing: main.failures > 0 || all_fail,
        last_success: if all_fail { failed.iter().filter_map(|state| state.checked_at).max() } else { main.checked_at },
        last_poll: worst.map_or(last_poll, |state| state.polled_at),
        failures: worst.map_or(0, |state| state.failures),
        error: worst.and_then(|state| state.error.clone()),
        next_poll: main.next_at.filter(|_| !every_run).max(next_of_failed),
        listings: listed.len() as u64,
        failing_listings: failed.len() as u64,
        ..described
    })
}

/// By what the queue knows the source itself.
fn polled_place(source: &SourceConfig) -> Option<String> {
    let bounds = PollBounds { min_s: 0, max_s: 0 };
    match &source.place {
        SourcePlace::Urls(_) => None,
        SourcePlace::List(file) | SourcePlace::Csv { file, .. } | SourcePlace::Opml(file) => Some(path_text(file)),
        SourcePlace::Sitemap(url) => Some(Source::new(url.clone(), ExpectedKind::Sitemap, "", bounds).url.into()),
        SourcePlace::Feed(url) | SourcePlace::Page(url) | SourcePlace::OpmlAt(url) => Some(url.to_string()),
    }
}
