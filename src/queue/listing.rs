//! The queue as people see it: what waits, what failed and why; tried again or dropped on their word.

use rusqlite::{Row, ToSql, params_from_iter};
use serde::Serialize;

use super::{Error, Queue, State};
use gleaner_extract::base::time::Timestamp;

/// One page of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QueueEntry {
    /// Its number.
    pub page: i64,
    /// Its address.
    pub url: String,
    /// Where it stands.
    pub state: State,
    /// The source that named it; empty where a user did.
    pub source: String,
    /// Runs in which it failed.
    pub attempts: u32,
    /// Why it failed or was given up.
    pub reason: Option<String>,
    /// When it is tried again.
    pub due: Option<Timestamp>,
    /// Where its body lies, while it is still to be cleaned.
    pub raw: Option<String>,
    /// When it came into its state.
    pub changed_at: Timestamp,
}

/// Which pages are meant: all that every given part fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In one of these states; none given means all but those that are done.
    pub states: Vec<State>,
    /// Of this host.
    pub host: Option<String>,
    /// Named by this source.
    pub source: Option<String>,
    /// Those of these addresses or numbers; none given means all.
    pub names: Vec<String>,
}

/// Pages by state.
pub type Counts = Vec<(State, u64)>;

impl Filter {
    /// The condition and its values.
    fn condition(&self) -> (String, Vec<Box<dyn ToSql>>) {
        let mut parts = Vec::new();
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        let usual = || State::ALL.into_iter().filter(|state| *state != State::Done).collect();
        let states: Vec<State> = if self.states.is_empty() { usual() } else { self.states.clone() };
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
    /// How many pages stand in each state, in the order of a page's way; states without pages are left out.
    pub fn counts(&self) -> Result<Counts, Error> {
        let rows: Vec<(String, i64)> = self.ask("read", |db| {
            let mut statement = db.prepare("SELECT state, count(*) FROM pages GROUP BY state")?;
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })?;
        let of =
            |state: State| rows.iter().find(|(name, _)| name == state.name()).map(|(_, count)| (state, count.unsigned_abs()));
        Ok(State::ALL.into_iter().filter_map(of).collect())
    }

    /// Gives each page that is meant, in the order of finding; `false` from `each` ends it.
    pub fn each(&self, filter: &Filter, each: &mut dyn FnMut(QueueEntry) -> bool) -> Result<(), Error> {
        let (condition, values) = filter.condition();
        let sql = format!(
            "SELECT page, url, state, source, attempts, reason, due, raw, changed_at FROM pages WHERE {condition} ORDER BY page"
        );
        self.ask("read", |db| {
            let mut statement = db.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            while let Some(row) = rows.next()? {
                if !each(letter(row)?) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Lets the pages that are meant wait again, from their first attempt; gives their number. Those in flight are left alone.
    pub fn retry(&mut self, filter: &Filter, now: Timestamp) -> Result<u64, Error> {
        let (condition, mut values) = filter.condition();
        values.push(Box::new(now.unix()));
        let sql = format!(
            "UPDATE pages SET state = 'waiting', attempts = 0, ends = 0, reason = NULL, changed_at = ?{} WHERE {condition}
             AND state NOT IN ('waiting', 'flight', 'kept')",
            values.len()
        );
        self.ask("write", |db| db.execute(&sql, params_from_iter(values))).map(|count| count as u64)
    }

    /// Forgets the pages that are meant; gives their number. Where a source still names one it comes back.
    pub fn forget(&mut self, filter: &Filter) -> Result<u64, Error> {
        let (condition, values) = filter.condition();
        let sql = format!("DELETE FROM pages WHERE {condition}");
        self.ask("write", |db| db.execute(&sql, params_from_iter(values))).map(|count| count as u64)
    }
}

fn letter(row: &Row<'_>) -> rusqlite::Result<QueueEntry> {
    let state: String = row.get(2)?;
    let state = State::from_name(&state).unwrap_or(State::Dead);
    Ok(QueueEntry {
        page: row.get(0)?,
        url: row.get(1)?,
        state,
        source: row.get(3)?,
        attempts: row.get(4)?,
        reason: row.get(5)?,
        due: (state == State::Retry).then(|| row.get(6).map(Timestamp::from_unix)).transpose()?,
        raw: row.get(7)?,
        changed_at: Timestamp::from_unix(row.get(8)?),
    })
}
