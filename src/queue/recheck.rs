//! Queues young stories that are done again, on a schedule that begins when a story is found.

use rusqlite::params;

use super::config::RecheckConfig;
use super::database::Queue;
use super::failure::Error;
use gleaner_extract::base::time::Timestamp;

/// Pages read at a time.
const BATCH: usize = 500;

impl Queue {
    /// Queues the stories whose next recheck is due; gives their number. All of it in one transaction.
    pub fn recheck(&mut self, config: &RecheckConfig, now: Timestamp) -> Result<u64, Error> {
        if !config.enabled || config.after_h.is_empty() {
            return Ok(0);
        }
        self.atomically(|queue| {
            let (mut count, mut last) = (0, 0);
            loop {
                let batch = queue.found_after(last)?;
                let Some(page) = batch.last() else { return Ok(count) };
                last = page.page;
                for page in batch {
                    let due = config.due(page.found, now);
                    if due > page.rechecks {
                        queue.queue_again(&page, (due < config.after_h.len()).then_some(page.found), due, now)?;
                        count += 1;
                    }
                }
            }
        })
    }

    /// Done pages with rechecks to come, by their numbers.
    fn found_after(&self, last: i64) -> Result<Vec<FoundPage>, Error> {
        let sql = "SELECT page, host, found_at, rechecks FROM pages
                   WHERE state = 'done' AND found_at IS NOT NULL AND page > ?1 ORDER BY page LIMIT ?2";
        self.ask("read", |db| {
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map(params![last, BATCH as i64], |row| {
                let rechecks: i64 = row.get(3)?;
                let found = Timestamp::from_unix(row.get(2)?);
                Ok(FoundPage {
                    page: row.get(0)?,
                    host: row.get(1)?,
                    found,
                    rechecks: usize::try_from(rechecks).unwrap_or_default(),
                })
            })?;
            rows.collect()
        })
    }

    fn queue_again(&self, page: &FoundPage, found: Option<Timestamp>, rechecks: usize, now: Timestamp) -> Result<(), Error> {
        let turn = self.turn(&page.host)?;
        self.ask("write", |db| {
            let sql = "UPDATE pages SET state = 'waiting', turn = ?2, attempts = 0, raw = NULL, reason = NULL, changed_at = ?3,
                       found_at = ?4, rechecks = ?5 WHERE page = ?1";
            let found = found.map(Timestamp::unix);
            db.prepare_cached(sql)?.execute(params![page.page, turn, now.unix(), found, rechecks as i64])
        })?;
        Ok(())
    }
}

/// A page whose story was found at some time.
struct FoundPage {
    page: i64,
    host: String,
    found: Timestamp,
    /// Rechecks so far.
    rechecks: usize,
}
