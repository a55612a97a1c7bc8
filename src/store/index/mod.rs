//! The index: a SQLite cache of what sidecars and raw facts say, so that a run finds documents by source, address and text.
//!
//! Everything in it can be read from files again ([`crate::store::reindex`]). While a run is at work there is no checksum beside it;
//! [`Index::close`] writes it. An index without its checksum was left by a killed run and is built anew.

mod compare;
mod lookup;
mod schema;
mod write;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

pub(super) use compare::differences;
pub(super) use lookup::Earlier;
pub(super) use write::{Page, Record};

use super::failpoint::hit;
use super::{Error, Layout, atomic, io_error};
use gleaner_extract::base::hash::ContentHash;

/// Documents in one transaction: enough to make it cheap, few enough for readers to see a run's progress.
const BATCH: usize = 1_000;

/// How long a writer waits for readers.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open index.
#[derive(Debug)]
pub(super) struct Index {
    db: Connection,
    path: PathBuf,
    /// Writes in the open transaction; `None` where there is none.
    pending: Option<usize>,
    /// A write failed: rows may be missing.
    broken: bool,
}

impl Index {
    /// A new and empty index at `path`, in place of what is there.
    pub fn create(path: &Path) -> Result<Self, Error> {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut file = path.as_os_str().to_os_string();
            file.push(ending);
            match fs::remove_file(&file) {
                Err(error) if !atomic::is_absence(&error) => return Err(io_error("remove", Path::new(&file))(error)),
                _ => {}
            }
        }
        Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?.with_tables()
    }

    /// A private index in a temporary file, for those who must not write into the corpus.
    pub fn temporary() -> Result<Self, Error> {
        // SQLite's empty name: a file of its own, removed when it is closed.
        Self::connect(Path::new(""), OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?.with_tables()
    }

    /// An existing index, `None` where there is none or one of another version.
    pub fn open(path: &Path) -> Result<Option<Self>, Error> {
        Self::existing(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// An existing index, to read while others may write.
    pub fn open_to_read(path: &Path) -> Result<Option<Self>, Error> {
        Self::existing(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn existing(path: &Path, access: OpenFlags) -> Result<Option<Self>, Error> {
        if !path.is_file() {
            return Ok(None);
        }
        let index = Self::connect(path, access)?;
        let version: i64 = index.ask("read", |db| db.query_row("PRAGMA user_version", [], |row| row.get(0)))?;
        Ok((version == schema::VERSION).then_some(index))
    }

    fn connect(path: &Path, access: OpenFlags) -> Result<Self, Error> {
        // Without the URI flag: a folder may be named "file:".
        let opened = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let db = opened.map_err(|error| failure("open", path, &error))?;
        let index = Self { db, path: path.to_path_buf(), pending: None, broken: false };
        index.ask("open", |db| {
            db.busy_timeout(PATIENCE)?;
            db.set_prepared_statement_cache_capacity(64);
            // Else many a statement is planned anew for every value that it is given.
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            if access.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
                // A cache need not survive a power cut: its checksum would be missing, and it would be built anew.
                db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
            }
            Ok(())
        })?;
        Ok(index)
    }

    fn with_tables(self) -> Result<Self, Error> {
        self.ask("make the tables of", |db| {
            db.execute_batch("BEGIN")?;
            for statements in schema::MIGRATIONS {
                db.execute_batch(statements)?;
            }
            db.pragma_update(None, "user_version", schema::VERSION)?;
            db.execute_batch("COMMIT")
        })?;
        Ok(self)
    }

    /// True where the transaction has grown large enough to end it.
    pub fn is_batch_full(&self) -> bool {
        self.pending.is_some_and(|writes| writes >= BATCH)
    }

    /// Ends the open transaction. Files that it speaks of must be synced before.
    pub fn commit(&mut self) -> Result<(), Error> {
        if self.pending.take().is_some() {
            hit("index.before-commit");
            self.change("write", |db| db.execute_batch("COMMIT"))?;
            hit("index.after-commit");
        }
        Ok(())
    }

    /// Ends the last transaction, brings everything into the one file, and writes its checksum: from now on it counts as whole.
    pub fn close(mut self, layout: &Layout) -> Result<(), Error> {
        self.commit()?;
        hit("close.before-checkpoint");
        if self.broken {
            return Err(Error::Unfinished { path: self.path });
        }
        let busy: bool = self.ask("close", |db| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)))?;
        let Self { db, path, .. } = self;
        db.close().map_err(|(_, error)| failure("close", &path, &error))?;
        hit("close.before-seal");
        // A reader that does not let go keeps part of it in the log beside: whole, but without a checksum.
        let seal = if busy { String::new() } else { seal_of(&path)? };
        atomic::write_alone(&layout.seal(), seal.as_bytes())?;
        hit("close.after-seal");
        Ok(())
    }

    /// Runs queries, and says what failed where.
    fn ask<T>(&self, action: &'static str, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        run(&self.db).map_err(|error| failure(action, &self.path, &error))
    }

    /// Runs statements that write; a failure stays known.
    fn change<T>(&mut self, action: &'static str, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let done = run(&self.db).map_err(|error| failure(action, &self.path, &error));
        self.broken |= done.is_err();
        done
    }

    /// Runs statements that write within the open transaction, which is begun where there is none.
    fn change_in_batch<T>(&mut self, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let begun = self.pending;
        let done = self.change("write", |db| {
            if begun.is_none() {
                db.execute_batch("BEGIN IMMEDIATE")?;
            }
            run(db)
        })?;
        self.pending = Some(begun.unwrap_or(0) + 1);
        Ok(done)
    }

    /// What SQLite itself finds wrong, at most a few lines.
    pub fn integrity(&self) -> Result<Vec<String>, Error> {
        self.ask("check", |db| {
            let mut statement = db.prepare("PRAGMA integrity_check(5)")?;
            let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
            lines.filter(|line| !matches!(line, Ok(line) if line == "ok")).collect()
        })
    }
}

/// The checksum file of a closed index, as `sha256sum -c` reads it.
pub(super) fn seal_of(path: &Path) -> Result<String, Error> {
    let hash = atomic::hash_file(path)?.unwrap_or_else(|| ContentHash::of(""));
    Ok(format!("{hash}  index.db\n"))
}

/// SQLite's errors as the corpus' own: a full disk and missing rights are files' errors, damage asks for a rebuild.
fn failure(action: &'static str, path: &Path, error: &rusqlite::Error) -> Error {
    let file_error = |kind: std::io::ErrorKind| io_error(action, path)(kind.into());
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => file_error(std::io::ErrorKind::StorageFull),
        Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
            file_error(std::io::ErrorKind::PermissionDenied)
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Error::IndexDamaged { path: path.to_path_buf(), reason: error.to_string() }
        }
        _ => Error::Index { action, path: path.to_path_buf(), reason: error.to_string() },
    }
}
