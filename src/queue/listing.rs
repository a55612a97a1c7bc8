//! Lists the queue for people: what is waiting, what failed and why. Requeues or deletes pages at their request.

use rusqlite::{Row, ToSql, params_from_iter};
use serde::Serialize;

use super::database::Queue;
use super::failure::Error;
use super::url_state::UrlState;
use gleaner_extract::base::time::Timestamp;

/// A page in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QueueEntry {
    /// The page's number.
    pub page: i64,
    /// The page's URL.
    pub url: String,
    /// The page's state.
    pub state: UrlState,
    /// The source that the URL came from; empty for one that a user gave.
    pub source: String,
    /// Number of runs in which it failed.
    pub attempts: u32,
    /// Why it failed or was given up.
    pub reason: Option<String>,
    /// When it will be retried.
    pub due: Option<Timestamp>,
    /// The path of its body, until it has been cleaned.
    pub raw: Option<String>,
    /// When it got its state.
    pub changed_at: Timestamp,
}

/// Selects pages: those for which all of these hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// They are in one of these states; if empty, any for named pages, any but done for others.
    pub states: Vec<UrlState>,
    /// They are on this host.
    pub host: Option<String>,
    /// They came from this source.
    pub source: Option<String>,
    /// They have one of these URLs or numbers; if empty, any.
    pub names: Vec<String>,
}

/// Numbers of pages by state.
pub type UrlCounts = Vec<(UrlState, u64)>;

impl QueueFilter {
    /// The SQL condition and its parameters.
    fn condition(&self) -> (String, Vec<Box<dyn ToSql>>) {
        let mut parts = Vec::new();
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        let is_default = |state: &UrlState| *state != UrlState::Done || !self.names.is_empty();
        let states: Vec<UrlState> = match self.states.is_empty() {
            true => UrlState::ALL.into_iter().filter(is_default).collect(),
            false => self.states.clone(),
        };
        let names: Vec<String> = states.iter().map(|state| format!("'{}'", state.name())).collect();
        parts.push(format!("state IN ({})", names.join(", ")));
        for (column, value) in [("host", &self.host), ("source", &self.source)] {
            if let Some(value) = value {
                values.push(Box::new(value.clone()));
                parts.push(format!("{column} = ?{}", values.len()));
            }
        }
        let mut any = Vec::new();
        for name in &self.names {
            let key = url::Url::parse(name).map_or_else(|_| String::new(), |url| gleaner_extract::base::url::story_key(&url));
            values.push(Box::new(name.clone()));
            values.push(Box::new(key));
            let at = values.len();
            any.push(format!("url = ?{} OR key = ?{at} OR CAST(page AS TEXT) = ?{}", at - 1, at - 1));
        }
        if !any.is_empty() {
            parts.push(format!("({})", any.join(" OR ")));
        }
        (parts.join(" AND "), values)
    }
}

impl Queue {
    /// The number of pages in each state, in the order in which a page passes them. States without pages are left out.
    pub fn counts(&self) -> Result<UrlCounts, Error> {
        let rows: Vec<(String, i64)> = self.ask("read", |db| {
            let mut statement = db.prepare("SELECT state, count(*) FROM pages GROUP BY state")?;
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })?;
        let of =
            |state: UrlState| rows.iter().find(|(name, _)| name == state.name()).map(|(_, count)| (state, count.unsigned_abs()));
        Ok(UrlState::ALL.into_iter().filter_map(of).collect())
    }

    /// Calls `visit` with each selected page, in the order in which they were added, until it returns `false`.
    pub fn for_each(&self, filter: &QueueFilter, visit: &mut dyn FnMut(QueueEntry) -> bool) -> Result<(), Error> {
        let (condition, values) = filter.condition();
        let sql = format!(
            "SELECT page, url, state, source, attempts, reason, due, raw, changed_at FROM pages WHERE {condition} ORDER BY page"
        );
        self.ask("read", |db| {
            let mut statement = db.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            while let Some(row) = rows.next()? {
                if !visit(entry(row)?) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Requeues the selected pages and resets their attempts. Pages that are waiting or in progress are left alone. Returns their number.
    pub fn retry(&mut self, filter: &QueueFilter, now: Timestamp) -> Result<u64, Error> {
        let (condition, mut values) = filter.condition();
        values.push(Box::new(now.unix()));
        let sql = format!(
            "UPDATE pages SET state = 'waiting', attempts = 0, ends = 0, reason = NULL, raw = NULL, changed_at = ?{} WHERE {condition}
             AND state NOT IN ('waiting', 'flight', 'kept')",
            values.len()
        );
        self.ask("write", |db| db.execute(&sql, params_from_iter(values))).map(|count| count as u64)
    }

    /// Deletes the selected pages, and returns their number. A page that its source still lists is added again.
    pub fn forget(&mut self, filter: &QueueFilter) -> Result<u64, Error> {
        let (condition, values) = filter.condition();
        let sql = format!("DELETE FROM pages WHERE {condition}");
        self.ask("write", |db| db.execute(&sql, params_from_iter(values))).map(|count| count as u64)
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<QueueEntry> {
    let state: String = row.get(2)?;
    let state = UrlState::from_name(&state).unwrap_or(UrlState::Dead);
    Ok(QueueEntry {
        page: row.get(0)?,
        url: row.get(1)?,
        state,
        source: row.get(3)?,
        attempts: row.get(4)?,
        reason: row.get(5)?,
        due: (state == UrlState::Retry).then(|| row.get(6).map(Timestamp::from_unix)).transpose()?,
        raw: row.get(7)?,
        changed_at: Timestamp::from_unix(row.get(8)?),
    })
}
