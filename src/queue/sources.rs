//! The state of each source (feed, sitemap, front page): when it was polled, with what result, and when to poll it again.

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
    /// When it may be polled again.
    pub next_at: Option<Timestamp>,
    /// Seconds between two polls.
    pub interval_s: Option<u64>,
    /// Number of failures in a row.
    pub failures: u32,
    /// The page of a feed with older entries that has not been read yet, and its number; the feed itself is number 1.
    pub older: Option<(Url, u32)>,
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
    /// The source could not be read.
    Failed(&'a str),
}

impl Queue {
    /// The state of a source; the default for one that has not been polled yet.
    pub fn source_state(&self, url: &Url) -> Result<SourceState, Error> {
        self.ask("read", |db| {
            let sql = "SELECT etag, last_modified, checked_at, next_at, interval_s, failures, older, older_page FROM doors WHERE url = ?1";
            let known = db.prepare_cached(sql)?.query_row([url.as_str()], |row| {
                let time = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(Timestamp::from_unix));
                Ok(SourceState {
                    etag: row.get(0)?,
                    last_modified: row.get(1)?,
                    checked_at: time(2)?,
                    next_at: time(3)?,
                    interval_s: row.get::<_, Option<i64>>(4)?.map(i64::unsigned_abs),
                    failures: row.get(5)?,
                    older: older_page(row)?,
                })
            });
            Ok(known.optional()?.unwrap_or_default())
        })
    }

    /// Records the result of a poll, and when to poll again.
    pub fn polled(
        &mut self,
        url: &Url,
        source: &str,
        result: PollResult<'_>,
        bounds: PollBounds,
        now: Timestamp,
    ) -> Result<(), Error> {
        let known = self.source_state(url)?;
        let outcome = match result {
            PollResult::Unchanged => PollOutcome::Unchanged,
            PollResult::Read { published, new, .. } => PollOutcome::Read { published, new },
            PollResult::Failed(_) => PollOutcome::Failed { times: known.failures + 1 },
        };
        let interval = next_interval(known.interval_s, outcome, bounds, now);
        let next_at = now.unix().saturating_add(interval as i64);
        let succeeded = !matches!(result, PollResult::Failed(_));
        let (etag, last_modified) = match result {
            PollResult::Read { etag, last_modified, .. } => (etag, last_modified),
            _ => (known.etag.as_deref(), known.last_modified.as_deref()),
        };
        let checked = if succeeded { Some(now) } else { known.checked_at }.map(Timestamp::unix);
        // The delay after a failure does not affect the interval.
        let interval_s = if succeeded { Some(interval as i64) } else { known.interval_s.map(|interval| interval as i64) };
        let failures = if succeeded { 0 } else { known.failures + 1 };
        let reason = match result {
            PollResult::Failed(reason) => Some(reason),
            _ => None,
        };
        self.ask("write", |db| {
            let sql = "INSERT INTO doors (url, source, etag, last_modified, checked_at, next_at, interval_s, failures, reason)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                       ON CONFLICT (url) DO UPDATE SET source = excluded.source, etag = excluded.etag,
                       last_modified = excluded.last_modified, checked_at = excluded.checked_at, next_at = excluded.next_at,
                       interval_s = excluded.interval_s, failures = excluded.failures, reason = excluded.reason";
            let values = params![url.as_str(), source, etag, last_modified, checked, next_at, interval_s, failures, reason];
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

fn older_page(row: &Row<'_>) -> rusqlite::Result<Option<(Url, u32)>> {
    let (url, page): (Option<String>, Option<u32>) = (row.get(6)?, row.get(7)?);
    Ok(url.and_then(|url| Url::parse(&url).ok()).zip(page))
}
