//! The state of each source (feed, sitemap, front page, list in a file): when it was polled, with what result, and when to poll it again.

use rusqlite::{OptionalExtension, Row, params};
use url::Url;

use super::database::Queue;
use super::failure::Error;
use super::poll_interval::{PollBounds, PollOutcome, next_interval};
use gleaner_extract::base::time::Timestamp;

/// The state of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceState {
    /// `ETag` of the last response.
    pub etag: Option<String>,
    /// `Last-Modified` of the last response.
    pub last_modified: Option<String>,
    /// When it was last polled without an error.
    pub checked_at: Option<Timestamp>,
    /// When it was last polled, whatever came of it.
    pub polled_at: Option<Timestamp>,
    /// When it may be polled again.
    pub next_at: Option<Timestamp>,
    /// Seconds between two polls.
    pub interval_s: Option<u64>,
    /// Number of failures in a row.
    pub failures: u32,
    /// Why the last poll failed, if it did.
    pub error: Option<String>,
    /// The page of a feed with older entries that has not been read yet, and its number; the feed itself is number 1.
    pub older: Option<(Url, u32)>,
}

impl SourceState {
    /// True if the poll read only a part of it, so that the rest is due at once.
    pub fn is_partial(&self) -> bool {
        self.checked_at.is_some() && self.failures == 0 && self.next_at <= self.checked_at
    }
}

/// The pages of one source in the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourcePages {
    /// The source's name.
    pub source: String,
    /// Pages that wait to be fetched, or to be tried again.
    pub waiting: u64,
    /// Pages that were given up.
    pub dead: u64,
    /// Pages that are in the corpus and were added since the given time.
    pub new: u64,
}

/// The result of a poll.
#[derive(Clone, Copy, Debug)]
pub enum PollResult<'a> {
    /// The source has not changed.
    Unchanged,
    /// The source was read.
    Read {
        /// `ETag` of the response.
        etag: Option<&'a str>,
        /// `Last-Modified` of the response.
        last_modified: Option<&'a str>,
        /// When its entries were published, for those with a date, in any order.
        published: &'a [Timestamp],
        /// Number of entries that are new.
        new: u64,
    },
    /// A part of the source was read; the rest is left to the next poll, which is due at once.
    Partial,
    /// The source could not be read.
    Failed(&'a str),
}

const COLUMNS: &str = "etag, last_modified, checked_at, next_at, interval_s, failures, older, older_page, polled_at, reason";

/// Longest recorded reason, in characters.
const MAX_REASON: usize = 500;

impl Queue {
    /// The state of a source by its URL, or by the path of its file as configured; the default for one that has not been polled yet.
    pub fn source_state(&self, place: impl AsRef<str>) -> Result<SourceState, Error> {
        self.ask("read", |db| {
            let sql = format!("SELECT {COLUMNS} FROM doors WHERE url = ?1");
            let known = db.prepare_cached(&sql)?.query_row([place.as_ref()], source_state);
            Ok(known.optional()?.unwrap_or_default())
        })
    }

    /// Everything that was polled for the configured source of this name: the places and their states. At most `limit` of them, those that
    /// failed first.
    pub fn polled_for(&self, source: &str, limit: u64) -> Result<Vec<(String, SourceState)>, Error> {
        self.ask("read", |db| {
            let sql = format!("SELECT {COLUMNS}, url FROM doors WHERE source = ?1 ORDER BY failures = 0, url LIMIT ?2");
            let mut statement = db.prepare_cached(&sql)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = statement.query_map(params![source, limit], |row| Ok((row.get(10)?, source_state(row)?)))?;
            rows.collect()
        })
    }

    /// The pages of each source; `since` is the time from which on they count as new.
    pub fn pages_by_source(&self, since: Timestamp) -> Result<Vec<SourcePages>, Error> {
        self.ask("read", |db| {
            let sql = "SELECT source, sum(state IN ('waiting', 'flight', 'kept', 'retry')), sum(state = 'dead'),
                       sum(state = 'done' AND added_at >= ?1) FROM pages GROUP BY source";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map([since.unix()], |row| {
                let count = |at| row.get::<_, Option<i64>>(at).map(|count| count.unwrap_or_default().unsigned_abs());
                Ok(SourcePages { source: row.get(0)?, waiting: count(1)?, dead: count(2)?, new: count(3)? })
            })?;
            rows.collect()
        })
    }

    /// Records the result of a poll of a source, and when to poll again. `place` is its URL, or the path of its file.
    pub fn polled(
        &mut self,
        place: impl AsRef<str>,
        source: &str,
        result: PollResult<'_>,
        bounds: PollBounds,
        now: Timestamp,
    ) -> Result<(), Error> {
        let known = self.source_state(place.as_ref())?;
        let outcome = match result {
            PollResult::Unchanged | PollResult::Partial => PollOutcome::Unchanged,
            PollResult::Read { published, new, .. } => PollOutcome::Read { published, new },
            PollResult::Failed(_) => PollOutcome::Failed { times: known.failures + 1 },
        };
        let interval = next_interval(known.interval_s, outcome, bounds, now);
        let next_at = if matches!(result, PollResult::Partial) { 0 } else { now.unix().saturating_add(interval as i64) };
        let succeeded = !matches!(result, PollResult::Failed(_));
        let (etag, last_modified) = match result {
            PollResult::Read { etag, last_modified, .. } => (etag, last_modified),
            PollResult::Partial => (None, None),
            _ => (known.etag.as_deref(), known.last_modified.as_deref()),
        };
        let checked = if succeeded { Some(now) } else { known.checked_at }.map(Timestamp::unix);
        // Neither the delay after a failure nor that of a source read in part affects the interval.
        let interval_s = match result {
            PollResult::Unchanged | PollResult::Read { .. } => Some(interval as i64),
            PollResult::Partial | PollResult::Failed(_) => known.interval_s.map(|interval| interval as i64),
        };
        let failures = if succeeded { 0 } else { known.failures + 1 };
        let reason = match result {
            PollResult::Failed(reason) => Some(reason.chars().take(MAX_REASON).collect::<String>()),
            _ => None,
        };
        self.ask("write", |db| {
            let sql = "INSERT INTO doors (url, source, etag, last_modified, checked_at, next_at, interval_s, failures, reason, polled_at)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                       ON CONFLICT (url) DO UPDATE SET source = excluded.source, etag = excluded.etag,
                       last_modified = excluded.last_modified, checked_at = excluded.checked_at, next_at = excluded.next_at,
                       interval_s = excluded.interval_s, failures = excluded.failures, reason = excluded.reason,
                       polled_at = excluded.polled_at";
            let values =
                params![place.as_ref(), source, etag, last_modified, checked, next_at, interval_s, failures, reason, now.unix()];
            db.prepare_cached(sql)?.execute(values)
        })?;
        Ok(())
    }

    /// Records the page of a feed with older entries that has to be read next; `None` if there is none.
    pub fn set_older_page(&mut self, feed: &Url, older: Option<(&Url, u32)>) -> Result<(), Error> {
        self.ask("write", |db| {
            let sql = "UPDATE doors SET older = ?2, older_page = ?3 WHERE url = ?1";
            let values = params![feed.as_str(), older.map(|(url, _)| url.as_str()), older.map(|(_, page)| page)];
            db.prepare_cached(sql)?.execute(values)
        })?;
        Ok(())
    }
}

/// Reads [`COLUMNS`].
fn source_state(row: &Row<'_>) -> rusqlite::Result<SourceState> {
    let time = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(Timestamp::from_unix));
    Ok(SourceState {
        etag: row.get(0)?,
        last_modified: row.get(1)?,
        checked_at: time(2)?,
        polled_at: time(8)?,
        next_at: time(3)?,
        interval_s: row.get::<_, Option<i64>>(4)?.map(i64::unsigned_abs),
        failures: row.get(5)?,
        error: row.get(9)?,
        older: older_page(row)?,
    })
}

fn older_page(row: &Row<'_>) -> rusqlite::Result<Option<(Url, u32)>> {
    let (url, page): (Option<String>, Option<u32>) = (row.get(6)?, row.get(7)?);
    Ok(url.and_then(|url| Url::parse(&url).ok()).zip(page))
}
