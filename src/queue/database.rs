//! The SQLite connection of the queue: opening, migrating, transactions. The tables are in `schema`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::failure::Error;
use super::schema;
use crate::files;

/// The queue, opened for writing by the run that holds the corpus's lock, or for reading.
#[derive(Debug)]
pub struct Queue {
    db: Connection,
    path: PathBuf,
    /// The last page that was returned by [`Queue::next`]: its turn and number.
    pub(super) cursor: (i64, i64),
}

/// The file's name, in the folder of the corpus's index and lock.
pub const FILE_NAME: &str = "queue.db";

/// How long to wait for another connection.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

impl Queue {
    /// Opens the queue for reading while a run may be active; `None` if there is none yet. One that an earlier gleaner wrote is migrated.
    pub fn open_to_read(path: &Path) -> Result<Option<Self>, Error> {
        if !path.is_file() {
            return Ok(None);
        }
        let queue = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        match queue.version()? {
            0 => Ok(None),
            version if version < schema::MIGRATIONS.len() as i64 => {
                drop(queue);
                Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?.migrate()?;
                Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map(Some)
            }
            _ => Ok(Some(queue)),
        }
    }

    pub(super) fn connect(path: &Path, access: OpenFlags) -> Result<Self, Error> {
        if let Some(folder) = path.parent() {
            // If this fails, opening the file reports why.
            let _ = std::fs::create_dir_all(folder);
        }
        let checked = files::expect_database(path);
        checked.map_err(|error| Error::Database { action: "open", path: path.to_path_buf(), reason: error.to_string() })?;
        let opened = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let db = opened.map_err(|error| failure("open", path, &error))?;
        let queue = Self { db, path: path.to_path_buf(), cursor: (0, 0) };
        queue.ask("open", |db| {
            db.busy_timeout(BUSY_TIMEOUT)?;
            db.set_prepared_statement_cache_capacity(64);
            // Otherwise many statements are planned again for every value they are given.
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

    /// Applies the migrations that the file lacks.
    pub(super) fn migrate(&mut self) -> Result<(), Error> {
        let version = usize::try_from(self.version()?).unwrap_or_default();
        for (index, statements) in schema::MIGRATIONS.iter().enumerate().skip(version) {
            self.atomically(|queue| {
                // Read within the transaction: another process may have applied it meanwhile.
                if queue.version()? > index as i64 {
                    return Ok(());
                }
                queue.ask("create the tables of", |db| {
                    db.execute_batch(statements)?;
                    db.pragma_update(None, "user_version", index as i64 + 1)
                })
            })?;
        }
        Ok(())
    }

    /// Runs `work` in a transaction, which is rolled back if it fails.
    pub fn atomically<T, E: From<Error>>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        self.ask("write", |db| db.execute_batch("BEGIN IMMEDIATE"))?;
        let done = work(self);
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        self.ask("write", |db| db.execute_batch(end))?;
        done
    }

    /// Runs statements.
    pub(super) fn ask<T>(&self, action: &'static str, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        run(&self.db).map_err(|error| failure(action, &self.path, &error))
    }
}

fn failure(action: &'static str, path: &Path, error: &rusqlite::Error) -> Error {
    Error::Database { action, path: path.to_path_buf(), reason: error.to_string() }
}
