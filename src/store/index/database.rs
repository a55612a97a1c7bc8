//! The SQLite connection of the index: opening, writing in batches, closing with a checksum. The tables are in `schema`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::schema;
use crate::files;
use crate::relate::{Changes, tables};
use crate::store::atomic;
use crate::store::failpoint::hit;
use crate::store::failure::{Error, io_error, is_not_found};
use crate::store::layout::Layout;
use gleaner_extract::base::hash::ContentHash;

/// Writes per transaction: enough to make them cheap, few enough for readers to see a run's progress.
const BATCH: usize = 1_000;

/// How long to wait for another connection.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// An open index.
#[derive(Debug)]
pub(in crate::store) struct Index {
    pub(super) db: Connection,
    pub(super) path: PathBuf,
    /// Writes in the open transaction; `None` if there is none.
    pending: Option<usize>,
    /// A write failed, so rows may be missing.
    has_failed: bool,
    /// What has to be judged again.
    pub(super) changes: Changes,
    /// Documents have changed since relations were settled.
    pub(super) is_changed: bool,
}

impl Index {
    /// Creates an empty index at `path`, replacing any other.
    pub fn create(path: &Path) -> Result<Self, Error> {
        remove(path, &["", "-wal", "-shm", "-journal"])?;
        Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?.with_tables()
    }

    /// Commits, and takes the place of the index at another path.
    pub fn replace(mut self, path: &Path) -> Result<Self, Error> {
        self.commit()?;
        self.ask("close", |db| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))?;
        let Self { db, path: own, changes, is_changed, .. } = self;
        db.close().map_err(|(_, error)| failure("close", &own, &error))?;
        remove(path, &["-wal", "-shm", "-journal"])?;
        fs::rename(&own, path).map_err(io_error("rename", &own))?;
        let index = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        Ok(Self { changes, is_changed, ..index })
    }

    /// An empty index in a temporary file, for use without the corpus's lock.
    pub fn temporary() -> Result<Self, Error> {
        // SQLite's empty name: a private file that is removed when it is closed.
        Self::connect(Path::new(""), OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?.with_tables()
    }

    /// Opens an index; `None` if there is none or it has another version.
    pub fn open(path: &Path) -> Result<Option<Self>, Error> {
        Self::existing(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// Opens an index for reading while others may write.
    pub fn open_to_read(path: &Path) -> Result<Option<Self>, Error> {
        Self::existing(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn existing(path: &Path, access: OpenFlags) -> Result<Option<Self>, Error> {
        if !path.is_file() {
            return Ok(None);
        }
        let checked = files::expect_database(path);
        checked.map_err(|error| Error::IndexDamaged { path: path.to_path_buf(), reason: error.to_string() })?;
        let index = Self::connect(path, access)?;
        let version: i64 = index.ask("read", |db| db.query_row("PRAGMA user_version", [], |row| row.get(0)))?;
        Ok((version == schema::VERSION).then_some(index))
    }

    fn connect(path: &Path, access: OpenFlags) -> Result<Self, Error> {
        // Without the URI flag, because a folder may be named "file:".
        let opened = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let db = opened.map_err(|error| failure("open", path, &error))?;
        let index = Self {
            db,
            path: path.to_path_buf(),
            pending: None,
            has_failed: false,
            changes: Changes::default(),
            is_changed: false,
        };
        index.ask("open", |db| {
            db.busy_timeout(BUSY_TIMEOUT)?;
            db.set_prepared_statement_cache_capacity(64);
            // Otherwise many statements are planned again for every value they are given.
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            if access.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
                // A cache need not survive a power failure: its checksum would be missing, and it would be rebuilt.
                db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
            }
            Ok(())
        })?;
        Ok(index)
    }

    fn with_tables(self) -> Result<Self, Error> {
        self.ask("create the tables of", |db| {
            db.execute_batch("BEGIN")?;
            db.execute_batch(schema::TABLES)?;
            db.execute_batch(tables::TABLES)?;
            db.pragma_update(None, "user_version", schema::VERSION)?;
            db.execute_batch("COMMIT")
        })?;
        Ok(self)
    }

    /// Whether the transaction is large enough to be committed.
    pub fn is_batch_full(&self) -> bool {
        self.pending.is_some_and(|writes| writes >= BATCH)
    }

    /// Commits the open transaction. Files that it refers to must have been synced.
    pub fn commit(&mut self) -> Result<(), Error> {
        if self.pending.take().is_some() {
            hit("index.before-commit");
            self.change("write", |db| db.execute_batch("COMMIT"))?;
            hit("index.after-commit");
        }
        Ok(())
    }

    /// Commits, checkpoints everything into the one file, and writes its checksum: from now on the index counts as complete.
    pub fn close(mut self, layout: &Layout) -> Result<(), Error> {
        self.commit()?;
        hit("close.before-checkpoint");
        if self.has_failed {
            return Err(Error::Unfinished { path: self.path });
        }
        let is_busy: bool = self.ask("close", |db| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)))?;
        let Self { db, path, .. } = self;
        db.close().map_err(|(_, error)| failure("close", &path, &error))?;
        hit("close.before-checksum");
        // A long-running reader keeps part of the index in the WAL file: it is complete, but cannot have a checksum.
        let checksum = if is_busy { String::new() } else { checksum_line(&path)? };
        atomic::write_single(&layout.index_checksum(), checksum.as_bytes())?;
        hit("close.after-checksum");
        Ok(())
    }

    /// Runs queries.
    pub(super) fn ask<T>(&self, action: &'static str, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        run(&self.db).map_err(|error| failure(action, &self.path, &error))
    }

    /// Runs statements that write, and remembers a failure.
    fn change<T>(&mut self, action: &'static str, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let done = run(&self.db).map_err(|error| failure(action, &self.path, &error));
        self.has_failed |= done.is_err();
        done
    }

    /// Runs statements that write in the open transaction, or a new one.
    pub(super) fn change_in_batch<T>(&mut self, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
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

    /// What SQLite's own check reports, at most a few lines.
    pub fn integrity(&self) -> Result<Vec<String>, Error> {
        self.ask("check", |db| {
            let mut statement = db.prepare("PRAGMA integrity_check(5)")?;
            let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
            lines.filter(|line| !matches!(line, Ok(line) if line == "ok")).collect()
        })
    }
}

/// Removes a database's file and those that SQLite keeps next to it.
fn remove(path: &Path, suffixes: &[&str]) -> Result<(), Error> {
    for suffix in suffixes {
        let mut file = path.as_os_str().to_os_string();
        file.push(suffix);
        match fs::remove_file(&file) {
            Err(error) if !is_not_found(&error) => return Err(io_error("remove", Path::new(&file))(error)),
            _ => {}
        }
    }
    Ok(())
}

/// The content of the checksum file, as `sha256sum -c` reads it.
pub(in crate::store) fn checksum_line(path: &Path) -> Result<String, Error> {
    let hash = atomic::hash_file(path)?.unwrap_or_else(|| ContentHash::of(""));
    Ok(format!("{hash}  index.db\n"))
}

/// Turns SQLite's errors into the store's own: a full disk and missing permissions are file errors, damage needs a rebuild.
pub(super) fn failure(action: &'static str, path: &Path, error: &rusqlite::Error) -> Error {
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
