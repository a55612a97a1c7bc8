//! Doors: when each feed, sitemap and front page was looked at, what it said, and when it is looked at again.

use rusqlite::{OptionalExtension, Row, params};
use url::Url;

use super::poll_interval::{Look, PollBounds, next_interval};
use super::{Error, Queue};
use gleaner_extract::base::time::Timestamp;

/// What is known of a door.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceState {
    /// `ETag` of the last answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
    /// When it last gave a good answer.
    pub checked_at: Option<Timestamp>,
    /// Not to be looked at before.
    pub next_at: Option<Timestamp>,
    /// Seconds between two looks.
    pub interval_s: Option<u64>,
    /// Failures in a row.
    pub failures: u32,
    /// Where a feed goes on with entries that nobody has read, and the number of that page, from 1 for the feed itself.
    pub older: Option<(Url, u32)>,
}

/// What a look at a door came to.
#[derive(Clone, Copy, Debug)]
pub enum PollAnswer<'a> {
    /// It is as it was.
    Unchanged,
    /// It was read.
    Read {
        /// `ETag` of the answer.
        etag: Option<&'a str>,
        /// `Last-Modified` of the answer.
        last_modified: Option<&'a str>,
        /// When its entries were published, as far as they tell, in any order.
        published: &'a [Timestamp],
        /// Entries that nobody knew.
        new: u64,
    },
    /// It could not be read.
    Failed(&'a str),
}

impl Queue {
    /// What is known of a door; of one that was never looked at, nothing.
    pub fn door(&self, url: &Url) -> Result<SourceState, Error> {
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
                    older: older(row)?,
                })
            });
            Ok(known.optional()?.unwrap_or_default())
        })
    }

    /// Writes down what a look at a door came to, and when it is looked at again.
    pub fn polled(
        &mut self,
        url: &Url,
        source: &str,
        answer: PollAnswer<'_>,
        bounds: PollBounds,
        now: Timestamp,
    ) -> Result<(), Error> {
        let known = self.door(url)?;
        let look = match answer {
            PollAnswer::Unchanged => Look::Unchanged,
            PollAnswer::Read { published, new, .. } => Look::Read { published, new },
            PollAnswer::Failed(_) => Look::Failed { times: known.failures + 1 },
        };
        let interval = next_interval(known.interval_s, look, bounds, now);
        let next_at = now.unix().saturating_add(interval as i64);
        let good = !matches!(answer, PollAnswer::Failed(_));
        let (etag, last_modified) = match answer {
            PollAnswer::Read { etag, last_modified, .. } => (etag, last_modified),
            _ => (known.etag.as_deref(), known.last_modified.as_deref()),
        };
        let checked = if good { Some(now) } else { known.checked_at }.map(Timestamp::unix);
        // What is waited after failures says nothing of the rhythm.
        let kept = if good { Some(interval as i64) } else { known.interval_s.map(|interval| interval as i64) };
        let failures = if good { 0 } else { known.failures + 1 };
        let reason = match answer {
            PollAnswer::Failed(reason) => Some(reason),
            _ => None,
        };
        self.ask("write", |db| {
            let sql = "INSERT INTO doors (url, source, etag, last_modified, checked_at, next_at, interval_s, failures, reason)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                       ON CONFLICT (url) DO UPDATE SET source = excluded.source, etag = excluded.etag,
                       last_modified = excluded.last_modified, checked_at = excluded.checked_at, next_at = excluded.next_at,
                       interval_s = excluded.interval_s, failures = excluded.failures, reason = excluded.reason";
            let values = params![url.as_str(), source, etag, last_modified, checked, next_at, kept, failures, reason];
            db.prepare_cached(sql)?.execute(values)
        })?;
        Ok(())
    }

    /// Writes down where a feed goes on with entries that nobody has read; `None` where it does not.
    pub fn goes_on(&mut self, feed: &Url, older: Option<(&Url, u32)>) -> Result<(), Error> {
        self.ask("write", |db| {
            let sql = "UPDATE doors SET older = ?2, older_page = ?3 WHERE url = ?1";
            let values = params![feed.as_str(), older.map(|(url, _)| url.as_str()), older.map(|(_, page)| page)];
            db.prepare_cached(sql)?.execute(values)
        })?;
        Ok(())
    }
}

fn older(row: &Row<'_>) -> rusqlite::Result<Option<(Url, u32)>> {
    let (url, page): (Option<String>, Option<u32>) = (row.get(6)?, row.get(7)?);
    Ok(url.and_then(|url| Url::parse(&url).ok()).zip(page))
}
