//! A page's way through the queue: found, waiting, in flight, kept, done; or to be tried again; or given up.

use rusqlite::{OptionalExtension, params};
use url::Url;

use super::{Config, Error, IfKnown, NewUrl, Queue, State};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::story_key;
use gleaner_extract::document::FeedEntry;

/// Killed runs after which a page that was in flight each time is given up.
const MAX_ENDS: i64 = 3;

/// Longest wait of a page that failed, in seconds.
const DAY: u64 = 86_400;

/// Seconds that a page which is done is remembered; after that only the corpus knows it.
const MEMORY: i64 = 90 * 86_400;

/// Longest reason that is kept, in characters.
const MAX_REASON: usize = 500;

/// What became of leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// New to the queue.
    pub new: u64,
    /// Waiting again.
    pub again: u64,
    /// Known, and left alone.
    pub known: u64,
}

/// A page whose turn it is.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuedUrl {
    /// Its number.
    pub page: i64,
    /// Its address.
    pub url: Url,
    /// The source that named it; empty where a user did.
    pub source: String,
    /// What a feed says of it.
    pub feed: Option<Box<FeedEntry>>,
    /// Where its body lies, where it was fetched by a run that was killed.
    pub raw: Option<String>,
}

impl Queue {
    /// Whether the queue knows an address of this story, in whatever state.
    pub fn has(&self, url: &Url) -> Result<bool, Error> {
        self.ask("read", |db| db.prepare_cached("SELECT 1 FROM pages WHERE key = ?1")?.exists([story_key(url)]))
    }

    /// Puts an address into the queue.
    pub fn add(&mut self, lead: &NewUrl, now: Timestamp) -> Result<Added, Error> {
        let (key, host) = (story_key(&lead.url), lead.url.host_str().unwrap_or_default());
        let known = self.ask("read", |db| {
            let sql = "SELECT page, state FROM pages WHERE key = ?1";
            db.prepare_cached(sql)?.query_row([&key], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).optional()
        })?;
        match (known, lead.known) {
            (Some((_, state)), IfKnown::AskAgain) if state == State::Waiting.name() => Ok(Added { known: 1, ..Added::default() }),
            (Some(_), IfKnown::Leave) => Ok(Added { known: 1, ..Added::default() }),
            (Some((page, _)), IfKnown::AskAgain) => {
                let turn = self.turn(host)?;
                self.ask("write", |db| {
                    let sql = "UPDATE pages SET url = ?2, source = ?3, state = 'waiting', turn = ?4, attempts = 0, raw = NULL,
                               reason = NULL, changed_at = ?5 WHERE page = ?1";
                    db.prepare_cached(sql)?.execute(params![page, lead.url.as_str(), lead.source, turn, now.unix()])
                })?;
                Ok(Added { again: 1, ..Added::default() })
            }
            (None, _) => {
                let turn = self.turn(host)?;
                let feed = lead.feed.as_ref().and_then(|feed| serde_json::to_string(feed).ok());
                self.ask("write", |db| {
                    let sql = "INSERT INTO pages (key, url, host, source, feed, state, turn, changed_at)
                               VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?7)";
                    db.prepare_cached(sql)?.execute(params![key, lead.url.as_str(), host, lead.source, feed, turn, now.unix()])
                })?;
                Ok(Added { new: 1, ..Added::default() })
            }
        }
    }

    /// The next turn of a host: one later than its last, and later than the one being handed out.
    fn turn(&self, host: &str) -> Result<i64, Error> {
        let floor = self.cursor.0 + 1;
        self.ask("write", |db| {
            let sql = "INSERT INTO hosts (host, turn) VALUES (?1, ?2)
                       ON CONFLICT (host) DO UPDATE SET turn = max(turn + 1, excluded.turn) RETURNING turn";
            db.prepare_cached(sql)?.query_row(params![host, floor], |row| row.get(0))
        })
    }

    /// Up to `limit` pages in the order of their turns, each given once.
    pub fn next(&mut self, limit: usize) -> Result<Vec<QueuedUrl>, Error> {
        let sql = "SELECT turn, page, url, feed, raw, source FROM pages
                   WHERE state = 'waiting' AND (turn, page) > (?1, ?2) ORDER BY turn, page LIMIT ?3";
        let rows: Vec<((i64, i64), Option<QueuedUrl>)> = self.ask("read", |db| {
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map(params![self.cursor.0, self.cursor.1, limit as i64], |row| {
                let (turn, page): (i64, i64) = (row.get(0)?, row.get(1)?);
                let feed: Option<String> = row.get(3)?;
                let url: String = row.get(2)?;
                let feed = feed.and_then(|feed| serde_json::from_str(&feed).ok());
                let (raw, source) = (row.get(4)?, row.get(5)?);
                Ok(((turn, page), Url::parse(&url).ok().map(|url| QueuedUrl { page, url, source, feed, raw })))
            })?;
            rows.collect()
        })?;
        if let Some((last, _)) = rows.last() {
            self.cursor = *last;
        }
        Ok(rows.into_iter().filter_map(|(_, next)| next).collect())
    }

    /// The request for a page goes out.
    pub fn started(&mut self, page: i64, now: Timestamp) -> Result<(), Error> {
        self.settle(page, State::InProgress, None, now)
    }

    /// Its body lies under `raw/`: from now on it need not be asked for again.
    pub fn kept(&mut self, page: i64, raw: &str, now: Timestamp) -> Result<(), Error> {
        self.ask("write", |db| {
            let sql = "UPDATE pages SET state = 'kept', raw = ?2, changed_at = ?3 WHERE page = ?1";
            db.prepare_cached(sql)?.execute(params![page, raw, now.unix()])
        })?;
        Ok(())
    }

    /// It is in the corpus.
    pub fn done(&mut self, page: i64, now: Timestamp) -> Result<(), Error> {
        self.settle(page, State::Done, None, now)
    }

    /// It is not to be asked for again.
    pub fn dead(&mut self, page: i64, reason: &str, now: Timestamp) -> Result<(), Error> {
        self.settle(page, State::Dead, Some(reason), now)
    }

    /// It waits for another run, with nothing said against it. Of a story that is split over several pages, those at hand stay so.
    pub fn back(&mut self, page: i64, now: Timestamp) -> Result<(), Error> {
        self.settle(page, State::Waiting, None, now)
    }

    /// It is a later part of a story, which is asked for from its beginning on.
    pub fn begins_at(&mut self, page: i64, first: &Url, now: Timestamp) -> Result<(), Error> {
        let turn = self.turn(first.host_str().unwrap_or_default())?;
        self.ask("write", |db| {
            let sql = "UPDATE pages SET url = ?2, state = 'waiting', raw = NULL, turn = ?3, changed_at = ?4 WHERE page = ?1";
            db.prepare_cached(sql)?.execute(params![page, first.as_str(), turn, now.unix()])
        })?;
        Ok(())
    }

    /// It failed: it is tried again later, and given up after the last attempt.
    pub fn failed(&mut self, page: i64, reason: &str, config: &Config, now: Timestamp) -> Result<(), Error> {
        let attempts: u32 = self.ask("write", |db| {
            let sql = "UPDATE pages SET attempts = attempts + 1 WHERE page = ?1 RETURNING attempts";
            Ok(db.prepare_cached(sql)?.query_row([page], |row| row.get(0)).optional()?.unwrap_or_default())
        })?;
        if attempts >= config.attempts {
            return self.dead(page, reason, now);
        }
        let wait = config.retry_s.saturating_mul(1 << attempts.saturating_sub(1).min(20)).min(DAY);
        let due = now.unix().saturating_add(wait as i64);
        self.settle(page, State::Retry, Some(reason), now)?;
        self.ask("write", |db| db.prepare_cached("UPDATE pages SET due = ?2 WHERE page = ?1")?.execute([page, due]))?;
        Ok(())
    }

    fn settle(&mut self, page: i64, state: State, reason: Option<&str>, now: Timestamp) -> Result<(), Error> {
        let reason = reason.map(|reason| reason.chars().take(MAX_REASON).collect::<String>());
        self.ask("write", |db| {
            let sql = "UPDATE pages SET state = ?2, reason = ?3, changed_at = ?4,
                       raw = CASE WHEN ?2 IN ('flight', 'waiting') THEN raw END WHERE page = ?1";
            db.prepare_cached(sql)?.execute(params![page, state.name(), reason, now.unix()])
        })?;
        Ok(())
    }

    /// Makes the queue ready for a run: what a killed run left, and retries that are due, wait again, the older turns first.
    pub(super) fn recover(&mut self, now: Timestamp) -> Result<(), Error> {
        self.atomically(|queue| {
            queue.ask("repair", |db| {
                let why = "the run ended three times while it was at work on this page";
                db.execute(
                    "UPDATE pages SET state = 'dead', reason = ?1, changed_at = ?2 WHERE state = 'flight' AND ends + 1 >= ?3",
                    params![why, now.unix(), MAX_ENDS],
                )?;
                db.execute("UPDATE pages SET state = 'waiting', ends = ends + 1 WHERE state = 'flight'", [])?;
                // Its body is at hand: it is cleaned without asking for it.
                db.execute("UPDATE pages SET state = 'waiting' WHERE state = 'kept'", [])?;
                db.execute("UPDATE pages SET state = 'waiting' WHERE state = 'retry' AND due <= ?1", [now.unix()])?;
                db.execute("DELETE FROM pages WHERE state = 'done' AND changed_at < ?1", [now.unix() - MEMORY])?;
                Ok(())
            })
        })?;
        // Hosts whose last turn lies before the first one waiting are as good as new.
        let first: Option<i64> =
            self.ask("read", |db| db.query_row("SELECT min(turn) FROM pages WHERE state = 'waiting'", [], |row| row.get(0)))?;
        let floor = first.unwrap_or(i64::MAX);
        self.ask("repair", |db| db.execute("DELETE FROM hosts WHERE turn < ?1", [floor]))?;
        self.cursor = (first.map_or(0, |first| first - 1), 0);
        Ok(())
    }
}
