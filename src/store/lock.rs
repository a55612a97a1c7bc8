//! The lock of a corpus: one run at a time; others fail at once, unless it is held for a moment only. The system releases it when the process ends, in
//! whatever way.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::atomic;
use super::failure::{Error, io_error};
use super::layout::Layout;
use crate::files;

/// What the lock file has besides the process, if the lock is held for a moment only.
const BRIEF: &str = "brief";

/// Longest wait for a lock that is held for a moment only.
const PATIENCE: Duration = Duration::from_secs(60);

/// Time between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// The lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Drop for Lock {
    /// Closing the file is not enough: a child process that is just being started may keep it open for a moment.
    fn drop(&mut self) {
        // If this fails, closing the file releases the lock.
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Takes the lock, or returns [`Error::Locked`] with the process that holds it. Waits only for one that is held for a moment.
    pub fn take(layout: &Layout) -> Result<Self, Error> {
        Self::take_for(layout, "")
    }

    /// The same for a moment, to store a page or two: a run that begins meanwhile waits for it.
    pub fn take_briefly(layout: &Layout) -> Result<Self, Error> {
        Self::take_for(layout, BRIEF)
    }

    fn take_for(layout: &Layout, kind: &str) -> Result<Self, Error> {
        let end = Instant::now() + PATIENCE;
        // Who has just taken it may not have written yet for how long.
        let mut is_sure = false;
        loop {
            match Self::try_take(layout, kind)? {
                Ok(lock) => return Ok(lock),
                Err(holder) if !is_sure || (holder.is_brief && Instant::now() < end) => {
                    is_sure = !holder.is_brief;
                    sleep(PAUSE);
                }
                Err(Holder { pid, .. }) => return Err(Error::Locked { pid, path: layout.state.join("lock") }),
            }
        }
    }

    /// Takes the lock, or says who holds it.
    fn try_take(layout: &Layout, kind: &str) -> Result<Result<Self, Holder>, Error> {
        atomic::make_dir(&layout.state)?;
        let path = layout.state.join("lock");
        let mut file = files::open_or_create(&path).map_err(io_error("open the lock", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Err(Holder::read(&mut file))),
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &path)(error)),
        }
        write_holder(&mut file, kind, &path)?;
        Ok(Ok(Self { file }))
    }

    /// Whether a run holds the lock of this corpus now. Leaves the file as it is.
    pub fn is_held(layout: &Layout) -> Result<bool, Error> {
        let path = layout.state.join("lock");
        let file = match files::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(io_error("open the lock", &path)(error)),
        };
        // A shared lock, which is released with the file.
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(io_error("lock", &path)(error)),
        }
    }
}

/// Who holds the lock.
struct Holder {
    /// The process; `?` if it has not written that yet.
    pid: String,
    is_brief: bool,
}

impl Holder {
    fn read(file: &mut File) -> Self {
        let mut text = String::new();
        let is_read = file.take(40).read_to_string(&mut text).is_ok();
        let (pid, kind) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let is_pid = is_read && !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit());
        Self { pid: if is_pid { pid } else { "?" }.to_owned(), is_brief: is_pid && kind == BRIEF }
    }
}

fn write_holder(file: &mut File, kind: &str, path: &Path) -> Result<(), Error> {
    let line = format!("{} {kind}", std::process::id());
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", line.trim_end()))
        .map_err(io_error("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_is_exclusive_and_released_on_drop() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::at(folder.path());
        let lock = Lock::take(&layout).unwrap();
        match Lock::take(&layout) {
            Err(Error::Locked { pid, .. }) => assert_eq!(pid, std::process::id().to_string()),
            other => panic!("{other:?}"),
        }
        assert!(Lock::is_held(&layout).unwrap());
        drop(lock);
        assert!(!Lock::is_held(&layout).unwrap());
        Lock::take(&layout).unwrap();
    }

    #[test]
    fn a_lock_that_is_held_for_a_moment_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::at(folder.path());
        let brief = Lock::take_briefly(&layout).unwrap();
        std::thread::scope(|scope| {
            let run = scope.spawn(|| Lock::take(&layout));
            drop(brief);
            let lock = run.join().unwrap().unwrap();
            assert!(matches!(Lock::take_briefly(&layout), Err(Error::Locked { .. })), "a run is not waited for");
            drop(lock);
        });
        Lock::take(&layout).unwrap();
    }
}
