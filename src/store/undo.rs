//! What a run needs to be undone: the sidecars of the documents that it rewrites, as they were before, in `log/undo/<journal>.zst`. Their texts are in
//! `clean/.versions/`. Restores nothing.
//!
//! One JSON object a line, written before the document is, and compressed as one stream that is flushed after each: a killed run leaves everything up to
//! the document that it was about to write. What was not written after all says so by itself: the document is as it was before.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zstd::Encoder;

use super::atomic;
use super::failure::{Error, io_error};
use super::layout::Layout;
use super::sidecar;
use crate::files;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::document::DocumentId;

/// The folder, relative to `log/`.
const FOLDER: &str = "undo";

/// Level 3: sidecars of one run have much in common.
const LEVEL: i32 = 3;

/// Largest line in bytes: a sidecar, of which every character may be escaped.
const MAX_LINE: u64 = 6 * sidecar::MAX_BYTES + 1024;

/// A document that was rewritten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UndoRecord {
    /// The document.
    pub id: DocumentId,
    /// Hash of its own part of the sidecar that was written; see [`sidecar::Sidecar::own_sha256`].
    pub after: ContentHash,
    /// The sidecar before, byte for byte.
    pub before: String,
}

/// The record of a run, while it is written. The file is created with the first document.
pub(super) struct UndoLog {
    path: PathBuf,
    encoder: Option<Encoder<'static, File>>,
}

impl fmt::Debug for UndoLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UndoLog").field("path", &self.path).finish_non_exhaustive()
    }
}

impl UndoLog {
    /// The record of the run with this journal.
    pub fn of_run(layout: &Layout, journal: &Path) -> Self {
        Self { path: of_journal(layout, &path_text(Path::new(journal.file_name().unwrap_or_default()))), encoder: None }
    }

    /// Notes a document that is about to be written.
    pub fn note(&mut self, record: &UndoRecord) -> Result<(), Error> {
        let encoder = match &mut self.encoder {
            Some(encoder) => encoder,
            none => none.insert(create(&self.path)?),
        };
        let written = serde_json::to_string(record).map_err(std::io::Error::from);
        let written = written.and_then(|line| encoder.write_all(format!("{line}\n").as_bytes())).and_then(|()| encoder.flush());
        written.map_err(io_error("write", &self.path))
    }

    /// Makes what was noted durable.
    pub fn sync(&mut self) -> Result<(), Error> {
        let Some(encoder) = &self.encoder else { return Ok(()) };
        encoder.get_ref().sync_data().map_err(io_error("sync", &self.path))
    }

    /// Ends the record.
    pub fn close(self) -> Result<(), Error> {
        let Some(encoder) = self.encoder else { return Ok(()) };
        encoder.finish().and_then(|file| file.sync_all()).map_err(io_error("write", &self.path))
    }
}

fn create(path: &Path) -> Result<Encoder<'static, File>, Error> {
    path.parent().map_or(Ok(()), atomic::make_dir)?;
    let encoder = files::create_new(path).and_then(|file| Encoder::new(file, LEVEL));
    encoder.map_err(io_error("write", path))
}

fn path_of(layout: &Layout, run: &str) -> PathBuf {
    layout.log.join(FOLDER).join(format!("{run}.jsonl.zst"))
}

/// Whether a run rewrote documents, and left a record of them.
pub fn is_undoable(layout: &Layout, run: &str) -> bool {
    path_of(layout, run).is_file()
}

/// The record that belongs to a journal, by the journal's file name.
pub(super) fn of_journal(layout: &Layout, journal: &str) -> PathBuf {
    path_of(layout, journal.split(".jsonl").next().unwrap_or(journal))
}

/// What a run did to all documents that it rewrote. Takes about 20 bytes for each.
#[derive(Debug)]
pub struct UndoableRun {
    name: String,
    path: PathBuf,
    /// What each document was last written as. Both are the first eight bytes: should two documents share them, one is taken for changed since.
    last: HashMap<u64, u64>,
}

/// A document to be restored.
#[derive(Clone, Debug)]
pub struct Restore {
    pub(super) run: Arc<UndoableRun>,
    pub(super) id: DocumentId,
    /// The sidecar before the run, byte for byte.
    pub(super) before: String,
}

/// The order in which documents are restored: a copy needs its original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    Originals,
    Copies,
}

impl UndoableRun {
    /// Reads the record of a run.
    pub fn open(layout: &Layout, run: &str) -> Result<Arc<Self>, Error> {
        let path = path_of(layout, run);
        let mut last = HashMap::new();
        for record in records(&path)? {
            let UndoRecord { id, after, .. } = record?;
            last.insert(id.0.leading(), after.leading());
        }
        Ok(Arc::new(Self { name: run.to_owned(), path, last }))
    }

    /// The run: the name of its journal.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of documents.
    pub fn documents(&self) -> u64 {
        self.last.len() as u64
    }

    /// Whether a document is as this run wrote it, given its own part.
    pub(super) fn wrote(&self, id: &DocumentId, own: &ContentHash) -> bool {
        self.last.get(&id.0.leading()) == Some(&own.leading())
    }

    /// Every document once, as it was before the run: those with a text of their own first.
    pub fn documents_before(self: &Arc<Self>) -> Result<impl Iterator<Item = Result<Restore, Error>> + use<>, Error> {
        let (originals, copies) = (self.pass(Pass::Originals)?, self.pass(Pass::Copies)?);
        Ok(originals.chain(copies))
    }

    fn pass(self: &Arc<Self>, pass: Pass) -> Result<impl Iterator<Item = Result<Restore, Error>> + use<>, Error> {
        let run = Arc::clone(self);
        let mut seen = HashSet::new();
        Ok(records(&self.path)?.filter_map(move |record| match record {
            // Of a document that was written several times, the first record has what was there before the run.
            Ok(record) if !seen.insert(record.id.0.leading()) => None,
            Ok(UndoRecord { id, before, .. }) => {
                (pass_of(&before) == pass).then(|| Ok(Restore { run: Arc::clone(&run), id, before }))
            }
            Err(error) => Some(Err(error)),
        }))
    }
}

fn pass_of(before: &str) -> Pass {
    let is_copy = sidecar::Sidecar::decode(before.as_bytes()).is_ok_and(|(sidecar, _)| sidecar.copy_of.is_some());
    if is_copy { Pass::Copies } else { Pass::Originals }
}
/// The records of a run, in order. Of a run that was killed, up to the last one that is whole.
fn records(path: &Path) -> Result<impl Iterator<Item = Result<UndoRecord, Error>> + use<>, Error> {
    let file = files::open(path).and_then(zstd::Decoder::new).map_err(io_error("read", path))?;
    let (mut file, path) = (Some(BufReader::new(file)), path.to_path_buf());
    Ok(std::iter::from_fn(move || {
        let mut line = Vec::new();
        let read = file.as_mut()?.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
        let record = match read {
            Ok(0) => None,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => None,
            Ok(_) if line.last() != Some(&b'\n') => None,
            Ok(_) => Some(serde_json::from_slice(&line).map_err(std::io::Error::from)),
            Err(error) => Some(Err(error)),
        };
        if !matches!(record, Some(Ok(_))) {
            file = None;
        }
        record.map(|record| record.map_err(io_error("read", &path)))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn record(n: usize) -> UndoRecord {
        UndoRecord {
            id: DocumentId(ContentHash::of(n.to_string())),
            after: ContentHash::of(format!("after {n}")),
            before: format!("{{\n  \"n\": {n}\n}}\n"),
        }
    }

    #[test]
    fn a_killed_run_leaves_whole_records() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::at(dir.path());
        let mut log = UndoLog::of_run(&layout, Path::new("log/2024-02-19T06-30-00Z.jsonl"));
        assert!(!is_undoable(&layout, "2024-02-19T06-30-00Z"), "nothing was noted");
        for n in 0..50 {
            log.note(&record(n)).unwrap();
        }
        let path = log.path.clone();
        // Not ended, as by a kill.
        std::mem::forget(log);
        let read = |path: &Path| records(path).unwrap().collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(read(&path), (0..50).map(record).collect::<Vec<_>>());
        let bytes = fs::read(&path).unwrap();
        let mut most = 0;
        for cut in [bytes.len() - 1, bytes.len() * 2 / 3, bytes.len() / 3, 20] {
            fs::write(&path, &bytes[..cut]).unwrap();
            let left = read(&path);
            assert_eq!(left, (0..left.len()).map(record).collect::<Vec<_>>());
            most = most.max(left.len());
        }
        assert_eq!(most, 49);
        fs::write(&path, &bytes).unwrap();
        let run = UndoableRun::open(&layout, "2024-02-19T06-30-00Z").unwrap();
        assert_eq!((run.documents(), run.documents_before().unwrap().count()), (50, 50));
        assert!(run.wrote(&record(7).id, &record(7).after) && !run.wrote(&record(7).id, &record(8).after));
        assert_eq!(of_journal(&layout, "2024-02-19T06-30-00Z.jsonl"), path);
    }
}
