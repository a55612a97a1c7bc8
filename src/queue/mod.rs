//! What is still to be fetched: pages with their states, and the doors (feeds, sitemaps, front pages) they come through. Fetches nothing.
//!
//! One SQLite file, `.gleaner/queue.db`. Other than the index it is no cache: addresses that no source names any more stand here only, so
//! it is written ahead (WAL), and what belongs together is written in one transaction. A killed process loses nothing; a power cut may
//! undo the last moments as a whole, and they are done again.
//!
//! Turns are fair by virtual time: a page's turn is one later than that of its host's page before it, and never earlier than the turn that
//! is being handed out. So the order is that of a round through all hosts, whatever their number, and depends on no clock.

mod listing;
mod pages;
mod poll_interval;
mod schema;
mod sources;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use url::Url;

use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::FeedEntry;

pub use listing::{Counts, Filter, QueueEntry};
pub use pages::{Added, QueuedUrl};
pub use poll_interval::PollBounds;
pub use sources::{PollAnswer, SourceState};

/// The `[queue]` section of `config.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Requests of one run, robots.txt and redirects included; 0 sets no limit. Default: 0.
    pub max_requests: u64,
    /// Bytes on the wire of one run; 0 sets no limit. Default: 0.
    pub max_bytes: u64,
    /// Minutes after which a run asks for nothing new; 0 sets no limit. Default: 0.
    pub max_minutes: u64,
    /// Runs in which a page is tried before it is given up. Default: 5.
    pub attempts: u32,
    /// Seconds until a page that failed is tried again; doubled each time, up to a day. Default: 1800.
    pub retry_s: u64,
    /// Pages of a feed that are read where it says that it goes on with older entries (RFC 5005) and nobody knows any of those read; 1 reads
    /// the feed itself only. Default: 5.
    pub feed_pages: u32,
    /// Seconds between two looks at a feed, sitemap or front page, at the least. Default: 900.
    pub min_interval_s: u64,
    /// Seconds between two looks at a feed, sitemap or front page, at the most. Default: 86400.
    pub max_interval_s: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_requests: 0,
            max_bytes: 0,
            max_minutes: 0,
            attempts: 5,
            retry_s: 1800,
            feed_pages: 5,
            min_interval_s: 900,
            max_interval_s: 86_400,
        }
    }
}

/// Where a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// To be fetched.
    Waiting,
    /// Being fetched and cleaned. After a kill it waits again.
    InProgress,
    /// Its body lies under `raw/` and is to be cleaned.
    Kept,
    /// In the corpus, or found there already.
    Done,
    /// Failed; to be tried again.
    Retry,
    /// Given up, or refused for good. The reason stands beside it.
    Dead,
}

impl State {
    /// All states, in the order of a page's way.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::InProgress, Self::Kept, Self::Done, Self::Retry, Self::Dead];

    /// The name in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InProgress => "flight",
            Self::Kept => "kept",
            Self::Done => "done",
            Self::Retry => "retry",
            Self::Dead => "dead",
        }
    }

    /// The state of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// An address that somebody named.
#[derive(Clone, Debug, PartialEq)]
pub struct NewUrl {
    /// The address to ask for.
    pub url: Url,
    /// The source that named it, by its name in the configuration; empty where a user did.
    pub source: String,
    /// What a feed says of it.
    pub feed: Option<Box<FeedEntry>>,
    /// Whether a page that was asked for before is asked for again.
    pub known: IfKnown,
}

/// What becomes of an address that the queue has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfKnown {
    /// It stays as it is.
    Leave,
    /// It waits again.
    AskAgain,
}

/// The queue, opened for writing by the run that holds the corpus's lock, or for looking at it.
#[derive(Debug)]
pub struct Queue {
    db: Connection,
    path: PathBuf,
    /// Where handing out has come to: turn and number.
    cursor: (i64, i64),
}

/// Why the queue could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite said no.
    #[error("{action} the queue {path}: {reason}")]
    Database {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// SQLite's answer.
        reason: String,
    },
    /// It was written by a newer gleaner.
    #[error("read the queue {path}: it has version {version}, and this gleaner knows {known}")]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: i64,
        /// The newest that is known.
        known: i64,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Database { .. } => {
                "check the disk; if the file is damaged move it away: sources are then read anew, and the corpus knows what it has"
            }
            Self::Version { .. } => "use the newer gleaner",
        }
    }
}

/// The file's name, in the corpus's folder of index and lock.
pub const FILE_NAME: &str = "queue.db";

/// How long a writer waits for readers.
const PATIENCE: Duration = Duration::from_secs(10);

impl Queue {
    /// Opens the queue for a run, or makes it. What was in flight when the last run was killed waits again; a page that was in flight at
    /// three such ends is given up.
    pub fn open(path: &Path, now: Timestamp) -> Result<Self, Error> {
        let mut queue = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        queue.ask("open", |db| db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"))?;
        queue.migrate()?;
        queue.recover(now)?;
        Ok(queue)
    }

    /// Opens the queue to look at it, while a run may be at work; `None` where there is none yet.
    pub fn open_to_read(path: &Path) -> Result<Option<Self>, Error> {
        if !path.is_file() {
            return Ok(None);
        }
        let queue = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let version = queue.version()?;
        Ok((version > 0).then_some(queue))
    }

    fn connect(path: &Path, access: OpenFlags) -> Result<Self, Error> {
        if let Some(folder) = path.parent() {
            // Where that fails, opening says why.
            let _ = std::fs::create_dir_all(folder);
        }
        let opened = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let db = opened.map_err(|error| failure("open", path, &error))?;
        let queue = Self { db, path: path.to_path_buf(), cursor: (0, 0) };
        queue.ask("open", |db| {
            db.busy_timeout(PATIENCE)?;
            db.set_prepared_statement_cache_capacity(64);
            // Else many a statement is planned anew for every value that it is given.
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            Ok(())
        })?;
        Ok(queue)
    }

    fn version(&self) -> Result<i64, Error> {
        let version: i64 = self.ask("read", |db| db.query_row("PRAGMA user_version", [], |row| row.get(0)))?;
        let known = schema::MIGRATIONS.len() as i64;
        match version > known {
            true => Err(Error::Version { path: self.path.clone(), version, known }),
            false => Ok(version),
        }
    }

    fn migrate(&mut self) -> Result<(), Error> {
        let version = usize::try_from(self.version()?).unwrap_or_default();
        for (index, statements) in schema::MIGRATIONS.iter().enumerate().skip(version) {
            self.atomically(|queue| {
                queue.ask("make the tables of", |db| {
                    db.execute_batch(statements)?;
                    db.pragma_update(None, "user_version", index as i64 + 1)
                })
            })?;
        }
        Ok(())
    }

    /// Does all of the work or, where it fails, none.
    pub fn atomically<T, E: From<Error>>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        self.ask("write", |db| db.execute_batch("BEGIN IMMEDIATE"))?;
        let done = work(self);
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        self.ask("write", |db| db.execute_batch(end))?;
        done
    }

    fn ask<T>(&self, action: &'static str, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        question(&self.db).map_err(|error| failure(action, &self.path, &error))
    }
}

fn failure(action: &'static str, path: &Path, error: &rusqlite::Error) -> Error {
    Error::Database { action, path: path.to_path_buf(), reason: error.to_string() }
}

#[cfg(test)]
mod tests;
