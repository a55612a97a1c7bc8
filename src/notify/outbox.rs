//! Events that are still to be delivered: one file each in `.gleaner/outbox/`, in the order in which they happened.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::config::HookConfig;
use super::event::{Event, EventDocument, EventKind};
use crate::files;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::DocumentId;

/// Largest event in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// The number of the event that a run has ended, and those of the first drift and the first match of a saved search.
const END_OF_RUN: u64 = 99_999_999;
const DRIFTS: u64 = 90_000_000;
const WATCHES: u64 = 80_000_000;

/// The events of one run.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    hooks: Vec<HookConfig>,
    now: Timestamp,
    count: u64,
}

/// An event, and the hooks that have not had it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutboxEntry {
    /// The event.
    pub event: Event,
    /// The hooks, by what they do.
    pub hooks: Vec<String>,
    /// Attempts so far that failed.
    pub attempts: u32,
    /// The earliest time of the next attempt.
    pub due: Timestamp,
}

impl Outbox {
    /// The outbox of a corpus with this state folder. Creates nothing.
    pub fn new(state: &Path, hooks: &[HookConfig], now: Timestamp) -> Self {
        Self { folder: state.join("outbox"), hooks: hooks.to_vec(), now, count: 0 }
    }

    /// The hooks that want to know of such events.
    fn hooks_on(&self, kind: EventKind) -> Vec<String> {
        self.hooks.iter().filter(|hook| hook.on.contains(&kind)).map(HookConfig::key).collect()
    }

    /// Notes an event about a document that is about to be written; gives the file, to be removed if it is not. `None` if no hook wants to know.
    pub fn note_document(&mut self, kind: EventKind, id: DocumentId, text_sha256: ContentHash) -> io::Result<Option<PathBuf>> {
        let document = Some(EventDocument { id, text_sha256 });
        self.note(Event { event: kind, at: self.now, watch: None, document, report: None, drift: None })
    }

    /// Notes what became of the run.
    pub fn note_run(&mut self, report: serde_json::Value) -> io::Result<Option<PathBuf>> {
        self.note(Event {
            event: EventKind::RunFinished,
            at: self.now,
            watch: None,
            document: None,
            report: Some(report),
            drift: None,
        })
    }

    /// Notes that a site has drifted.
    pub fn note_drift(&mut self, drift: serde_json::Value) -> io::Result<Option<PathBuf>> {
        self.note(Event { event: EventKind::Drift, at: self.now, watch: None, document: None, report: None, drift: Some(drift) })
    }

    /// Notes that a new document matches a saved search.
    pub fn note_watch(&mut self, name: &str, document: EventDocument) -> io::Result<Option<PathBuf>> {
        let (watch, document) = (Some(name.to_owned()), Some(document));
        self.note(Event { event: EventKind::Watch, at: self.now, watch, document, report: None, drift: None })
    }

    fn note(&mut self, event: Event) -> io::Result<Option<PathBuf>> {
        let hooks = self.hooks_on(event.event);
        if hooks.is_empty() {
            return Ok(None);
        }
        self.count += 1;
        std::fs::create_dir_all(&self.folder)?;
        // The end of a run comes after its documents and drifts. Two runs of one second have different processes.
        let number = match event.event {
            EventKind::Article | EventKind::Updated => self.count,
            EventKind::Watch => WATCHES + self.count,
            EventKind::Drift => DRIFTS + self.count,
            EventKind::RunFinished => END_OF_RUN,
        };
        let name = format!("{:012}-{number:08}-{}.json", self.now.unix(), std::process::id());
        let path = self.folder.join(name);
        write(&path, &OutboxEntry { event, hooks, attempts: 0, due: self.now })?;
        Ok(Some(path))
    }

    /// The files of all events, oldest first.
    pub fn files(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
        let mut files: Vec<PathBuf> =
            paths.into_iter().filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
        files.sort_unstable();
        Ok(files)
    }

    /// The lock of whoever delivers; `None` if another process does.
    pub(super) fn lock(&self) -> io::Result<Option<std::fs::File>> {
        let file = files::open_or_create(&self.folder.join("lock"))?;
        Ok(file.try_lock().is_ok().then_some(file))
    }
}

/// Reads an event.
pub(super) fn read(path: &Path) -> io::Result<OutboxEntry> {
    let bytes = files::read(path, MAX_BYTES)?;
    serde_json::from_slice(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Writes an event under another name first: a reader sees all of it or nothing.
pub(super) fn write(path: &Path, entry: &OutboxEntry) -> io::Result<()> {
    let bytes = serde_json::to_vec(entry)?;
    let staged = path.with_extension("new");
    files::replace(&staged, &bytes)?;
    std::fs::rename(staged, path)
}
