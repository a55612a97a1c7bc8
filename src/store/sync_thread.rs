//! A thread that syncs one file while its owner syncs another: a journaling file system then writes both at once.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::failure::{Error, io_error};

/// The thread, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct SyncThread {
    files: Sender<(File, PathBuf)>,
    synced: Receiver<Result<(), Error>>,
}

impl SyncThread {
    /// Starts the thread.
    pub fn start() -> io::Result<Self> {
        let (files, to_sync) = channel::<(File, PathBuf)>();
        let (done, synced) = channel();
        // Both channels close when the owner is dropped.
        let work = move || drop(to_sync.into_iter().try_for_each(|(file, path)| done.send(sync_file(&file, &path))));
        thread::Builder::new().name("sync".into()).spawn(work)?;
        Ok(Self { files, synced })
    }

    /// Syncs both files, the second one on the current thread.
    pub fn sync_both(&self, there: (File, PathBuf), here: (File, PathBuf)) -> Result<(), Error> {
        let path = there.1.clone();
        let gone = || io_error("sync", &path)(ErrorKind::BrokenPipe.into());
        let sent = self.files.send(there).map_err(|_| gone());
        let one = sync_file(&here.0, &here.1);
        let other = sent.and_then(|()| self.synced.recv().unwrap_or_else(|_| Err(gone())));
        one.and(other)
    }
}

/// Syncs the data of a file.
pub(super) fn sync_file(file: &File, path: &Path) -> Result<(), Error> {
    file.sync_data().map_err(io_error("sync", path))
}
