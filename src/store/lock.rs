//! The lock of a corpus: one run at a time; others fail at once. The system releases it when the process ends, in whatever way.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::atomic;
use super::failure::{Error, io_error};
use super::layout::Layout;
use crate::files;

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
    /// Takes the lock, or returns [`Error::Locked`] with the process that holds it. Never waits.
    pub fn take(layout: &Layout) -> Result<Self, Error> {
        atomic::make_dir(&layout.state)?;
        let path = layout.state.join("lock");
        let mut file = files::open_or_create(&path).map_err(io_error("open the lock", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Locked { pid: holder_pid(&mut file), path }),
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &path)(error)),
        }
        write_pid(&mut file, &path)?;
        Ok(Self { file })
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

fn write_pid(file: &mut File, path: &Path) -> Result<(), Error> {
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(io_error("write", path))
}

/// The process id in the lock file; `?` if its process has not written it yet.
fn holder_pid(file: &mut File) -> String {
    let mut pid = String::new();
    let read = file.take(20).read_to_string(&mut pid);
    let pid = pid.trim();
    if read.is_ok() && !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit()) { pid.to_string() } else { "?".to_string() }
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
}
