//! The states of a page in the queue: added, in progress, kept, done; or to be retried; or given up.

use std::path::Path;

use rusqlite::{OpenFlags, OptionalExtension, params};
use url::Url;

use super::config::Config;
use super::database::Queue;
use super::failure::Error;
use super::new_url::{IfKnown, NewUrl, UrlKind};
use super::url_state::UrlState;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::{story_key, without_login};
use gleaner_extract::document::FeedEntry;

/// After so many kills during which a page was in progress, the page is given up.
const MAX_KILLS: i64 = 3;

/// Longest delay of a retry, in seconds.
const MAX_RETRY_DELAY: u64 = 86_400;

/// How long done pages stay in the queue, in seconds. After that, only the corpus knows them.
const DONE_RETENTION: i64 = 90 * 86_400;

/// Longest recorded reason, in characters.
const MAX_REASON: usize = 500;

/// Numbers of URLs that were added or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddCounts {
    /// New to the queue.
    pub new: u64,
    /// Known, and queued again.
    pub again: u64,
    /// Known, and left as they are.
    pub known: u64,
    /// Those among them that were given up.
    pub dead: u64,
}

/// A page whose turn it is.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuedUrl {
    /// The page's number.
    pub page: i64,
    /// The URL to request.
    pub url: Url,
    /// The name of the configured source that it came from; empty for one that a user gave.
    pub source: String,
    /// The feed entry that it came from.
    pub feed: Option<Box<FeedEntry>>,
    /// What it is taken for.
    pub kind: UrlKind,
    /// The path of its body, if it was fetched by a run that was killed.
    pub raw: Option<String>,
}

impl Queue {
    /// Opens or creates the queue for a run. Pages that were in progress when the last run was killed are waiting again; a page for which this
    /// has happened three times is given up.
    pub fn open(path: &Path, now: Timestamp) -> Result<Self, Error> {
        let mut queue = Self::create(path)?;
        queue.recover(now)?;
        Ok(queue)
    }

    /// Opens or creates the queue to add to it, which may be done while a run is active: whatever else the queue has stays as it is. The run may take
    /// up what is added, or leave it to the next one.
    pub fn open_to_add(path: &Path) -> Result<Self, Error> {
        let mut queue = Self::create(path)?;
        queue.cursor = before(queue.first_turn()?);
        Ok(queue)
    }

    fn create(path: &Path) -> Result<Self, Error> {
        let mut queue = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        queue.ask("open", |db| db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"))?;
        queue.migrate()?;
        Ok(queue)
    }

    /// The turn of the first page that waits.
    fn first_turn(&self) -> Result<Option<i64>, Error> {
        self.ask("read", |db| db.query_row("SELECT min(turn) FROM pages WHERE state = 'waiting'", [], |row| row.get(0)))
    }

    /// Whether the queue has a page of this story, in any state.
    pub fn has(&self, url: &Url) -> Result<bool, Error> {
        self.ask("read", |db| db.prepare_cached("SELECT 1 FROM pages WHERE key = ?1")?.exists([story_key(url)]))
    }

    /// Adds a URL. A login in it is not written: the configuration has it, or the user gives it again.
    pub fn add(&mut self, new: &NewUrl, now: Timestamp) -> Result<AddCounts, Error> {
        let url = without_login(new.url.clone());
        let (key, host) = (story_key(&url), url.host_str().unwrap_or_default());
        let known = self.ask("read", |db| {
            let sql = "SELECT page, state FROM pages WHERE key = ?1";
            db.prepare_cached(sql)?.query_row([&key], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).optional()
        })?;
        let requeues = |state: &str| match new.if_known {
            IfKnown::Leave => false,
            IfKnown::Retry => [UrlState::Retry, UrlState::Dead].iter().any(|of| state == of.name()),
            IfKnown::Refetch => [UrlState::Retry, UrlState::Dead, UrlState::Done].iter().any(|of| state == of.name()),
            IfKnown::Recheck => state == UrlState::Done.name(),
            IfKnown::Requeue => state != UrlState::Waiting.name(),
        };
        match known {
            Some((_, state)) if !requeues(&state) => {
                Ok(AddCounts { known: 1, dead: u64::from(state == UrlState::Dead.name()), ..AddCounts::default() })
            }
            Some((page, _)) => {
                let turn = self.turn(host)?;
                self.ask("write", |db| {
                    let sql = "UPDATE pages SET url = ?2, source = ?3, state = 'waiting', turn = ?4, attempts = 0, raw = NULL,
                               reason = NULL, changed_at = ?5, kind = max(kind, ?6) WHERE page = ?1";
                    db.prepare_cached(sql)?.execute(params![page, url.as_str(), new.source, turn, now.unix(), new.kind.code()])
                })?;
                Ok(AddCounts { again: 1, ..AddCounts::default() })
            }
            None => {
                let turn = self.turn(host)?;
                let feed = new.feed.as_ref().and_then(|feed| serde_json::to_string(feed).ok());
                self.ask("write", |db| {
                    let sql = "INSERT INTO pages (key, url, host, source, feed, state, turn, changed_at, added_at, kind)
                               VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?7, ?7, ?8)";
                    let (source, kind) = (&new.source, new.kind.code());
                    db.prepare_cached(sql)?.execute(params![key, url.as_str(), host, source, feed, turn, now.unix(), kind])
                })?;
                Ok(AddCounts { new: 1, ..AddCounts::default() })
            }
        }
    }

    /// The next turn of a host: one later than its last, and later than the turn of the last page returned.
    pub(super) fn turn(&self, host: &str) -> Result<i64, Error> {
        let earliest = self.cursor.0 + 1;
        self.ask("write", |db| {
            let sql = "INSERT INTO hosts (host, turn) VALUES (?1, ?2)
                       ON CONFLICT (host) DO UPDATE SET turn = max(turn + 1, excluded.turn) RETURNING turn";
            db.prepare_cached(sql)?.query_row(params![host, earliest], |row| row.get(0))
        })
    }

    /// Up to `limit` waiting pages in the order of their turns. Returns each page once.
    pub fn next(&mut self, limit: usize) -> Result<Vec<QueuedUrl>, Error> {
        let sql = "SELECT turn, page, url, feed, raw, source, kind FROM pages
                   WHERE state = 'waiting' AND (turn, page) > (?1, ?2) ORDER BY turn, page LIMIT ?3";
        let rows: Vec<((i64, i64), Option<QueuedUrl>)> = self.ask("read", |db| {
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map(params![self.cursor.0, self.cursor.1, limit as i64], |row| {
                let (turn, page): (i64, i64) = (row.get(0)?, row.get(1)?);
                let feed: Option<String> = row.get(3)?;
                let url: String = row.get(2)?;
                let feed = feed.and_then(|feed| serde_json::from_str(&feed).ok());
                let (raw, source, kind) = (row.get(4)?, row.get(5)?, UrlKind::from_code(row.get(6)?));
                Ok(((turn, page), Url::parse(&url).ok().map(|url| QueuedUrl { page, url, source, feed, kind, raw })))
            })?;
            rows.collect()
        })?;
        if let Some((last, _)) = rows.last() {
            self.cursor = *last;
        }
        Ok(rows.into_iter().filter_map(|(_, next)| next).collect())
    }

    /// Records that a page's request is being sent.
    pub fn started(&mut self, page: i64, now: Timestamp) -> Result<(), Error> {
        self.set_state(page, UrlState::InProgress, None, now)
    }

    /// Records that the body is under `raw/`, so the page need not be requested again.
    pub fn kept(&mut self, page: i64, raw: &str, now: Timestamp) -> Result<(), Error> {
        self.ask("write", |db| {
            let sql = "UPDATE pages SET state = 'kept', raw = ?2, changed_at = ?3 WHERE page = ?1";
            db.prepare_cached(sql)?.execute(params![page, raw, now.unix()])
        })?;
        Ok(())
    }

    /// Records that the page is in the corpus. `recheck_from` begins its schedule of rechecks, unless it has one.
    pub fn done(&mut self, page: i64, recheck_from: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
        self.set_state(page, UrlState::Done, None, now)?;
        let Some(found) = recheck_from else { return Ok(()) };
        self.ask("write", |db| {
            let sql = "UPDATE pages SET found_at = ?2 WHERE page = ?1 AND rechecks = 0 AND found_at IS NULL";
            db.prepare_cached(sql)?.execute([page, found.unix()])
        })?;
        Ok(())
    }

    /// Records that a URL which was fetched without the queue is in the corpus. Does nothing if the queue does not have it.
    pub fn found_in_corpus(&mut self, url: &Url, now: Timestamp) -> Result<(), Error> {
        let sql =
            "UPDATE pages SET state = 'done', reason = NULL, raw = NULL, changed_at = ?2 WHERE key = ?1 AND state <> 'done'";
        self.ask("write", |db| db.prepare_cached(sql)?.execute(params![story_key(url), now.unix()]))?;
        Ok(())
    }

    /// The number of pages of a source that are waiting; at most `limit` are counted.
    pub fn waiting(&self, source: &str, limit: u64) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM pages WHERE state = 'waiting' AND source = ?1 LIMIT ?2)";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.ask("read", |db| db.prepare_cached(sql)?.query_row(params![source, limit], |row| row.get(0)).map(i64::unsigned_abs))
    }

    /// Records that the page is given up.
    pub fn dead(&mut self, page: i64, reason: &str, now: Timestamp) -> Result<(), Error> {
        self.set_state(page, UrlState::Dead, Some(reason), now)
    }

    /// Queues the page for the next run, without counting a failure. Of a story that is split over several pages, those already fetched are kept.
    pub fn requeue(&mut self, page: i64, now: Timestamp) -> Result<(), Error> {
        self.set_state(page, UrlState::Waiting, None, now)
    }

    /// Queues the first page of a story in place of a later one.
    pub fn restart_from(&mut self, page: i64, first: &Url, now: Timestamp) -> Result<(), Error> {
        let turn = self.turn(first.host_str().unwrap_or_default())?;
        self.ask("write", |db| {
            let sql = "UPDATE pages SET url = ?2, state = 'waiting', raw = NULL, turn = ?3, changed_at = ?4 WHERE page = ?1";
            db.prepare_cached(sql)?.execute(params![page, without_login(first.clone()).as_str(), turn, now.unix()])
        })?;
        Ok(())
    }

    /// Records a failure. The page is retried later, and given up after the last attempt.
    pub fn failed(&mut self, page: i64, reason: &str, config: &Config, now: Timestamp) -> Result<(), Error> {
        let attempts: u32 = self.ask("write", |db| {
            let sql = "UPDATE pages SET attempts = attempts + 1 WHERE page = ?1 RETURNING attempts";
            Ok(db.prepare_cached(sql)?.query_row([page], |row| row.get(0)).optional()?.unwrap_or_default())
        })?;
        if attempts >= config.attempts {
            return self.dead(page, reason, now);
        }
        let delay = config.retry_s.saturating_mul(1 << attempts.saturating_sub(1).min(20)).min(MAX_RETRY_DELAY);
        let due = now.unix().saturating_add(delay as i64);
        self.set_state(page, UrlState::Retry, Some(reason), now)?;
        self.ask("write", |db| db.prepare_cached("UPDATE pages SET due = ?2 WHERE page = ?1")?.execute([page, due]))?;
        Ok(())
    }

    fn set_state(&mut self, page: i64, state: UrlState, reason: Option<&str>, now: Timestamp) -> Result<(), Error> {
        let reason = reason.map(|reason| reason.chars().take(MAX_REASON).collect::<String>());
        self.ask("write", |db| {
            let sql = "UPDATE pages SET state = ?2, reason = ?3, changed_at = ?4,
                       raw = CASE WHEN ?2 IN ('flight', 'waiting') THEN raw END WHERE page = ?1";
            db.prepare_cached(sql)?.execute(params![page, state.name(), reason, now.unix()])
        })?;
        Ok(())
    }

    /// Prepares the queue for a run: pages that a killed run left and retries that are due are waiting again, in the order of their turns.
    fn recover(&mut self, now: Timestamp) -> Result<(), Error> {
        self.atomically(|queue| {
            queue.ask("repair", |db| {
                let reason = "three runs were killed while this page was in progress";
                db.execute(
                    "UPDATE pages SET state = 'dead', reason = ?1, changed_at = ?2 WHERE state = 'flight' AND ends + 1 >= ?3",
                    params![reason, now.unix(), MAX_KILLS],
                )?;
                db.execute("UPDATE pages SET state = 'waiting', ends = ends + 1 WHERE state = 'flight'", [])?;
                // The body has been fetched: the page is cleaned without a request.
                db.execute("UPDATE pages SET state = 'waiting' WHERE state = 'kept'", [])?;
                db.execute("UPDATE pages SET state = 'waiting' WHERE state = 'retry' AND due <= ?1", [now.unix()])?;
                db.execute("DELETE FROM pages WHERE state = 'done' AND changed_at < ?1", [now.unix() - DONE_RETENTION])?;
                Ok(())
            })
        })?;
        // A host whose last turn is earlier than that of any waiting page needs no memory of it.
        let first = self.first_turn()?;
        self.ask("repair", |db| db.execute("DELETE FROM hosts WHERE turn < ?1", [first.unwrap_or(i64::MAX)]))?;
        self.cursor = before(first);
        Ok(())
    }
}

/// The cursor before this turn.
fn before(first: Option<i64>) -> (i64, i64) {
    (first.map_or(0, |first| first - 1), 0)
}
