//! The changes that rollbacks have undone, in `clean/.undone/<journal of the run>.jsonl`, so that the next run does not make them again; and those of them
//! that were made again on request. One JSON object a line, written before its document is.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic;
use super::document::Cleaner;
use super::failure::{Error, io_error};
use super::layout::Layout;
use super::sidecar::Sidecar;
use crate::files;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::document::DocumentId;

/// The folder, relative to `clean/`.
const FOLDER: &str = ".undone";

/// Largest line in bytes.
const MAX_LINE: u64 = 64 << 10;

/// A change of a document that was undone, by the page and the cleaner that would make it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UndoneDocument {
    pub id: DocumentId,
    pub raw_sha256: ContentHash,
    pub parts: usize,
    pub cleaner: Cleaner,
    /// True if the change was made again on request, so that it is undone no longer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub made_again: bool,
}

impl UndoneDocument {
    /// The change that led to this sidecar.
    pub fn of(sidecar: &Sidecar) -> Self {
        let (raw_sha256, parts) = (sidecar.raw.sha256, sidecar.raw.parts.len());
        Self { id: sidecar.id, raw_sha256, parts, cleaner: sidecar.cleaner.clone(), made_again: false }
    }
}

/// The changes that a run undoes, while they are written. The file is created with the first.
#[derive(Debug)]
pub(super) struct UndoneLog {
    path: PathBuf,
    file: Option<File>,
}

impl UndoneLog {
    /// Those of the run with this journal.
    pub fn of_run(layout: &Layout, journal: &Path) -> Self {
        let name = journal.file_name().unwrap_or_default();
        Self { path: layout.clean.join(FOLDER).join(name), file: None }
    }

    /// Notes a change that is about to be undone.
    pub fn note(&mut self, undone: &UndoneDocument) -> Result<(), Error> {
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                self.path.parent().map_or(Ok(()), atomic::make_dir)?;
                none.insert(files::append(&self.path).map_err(io_error("write", &self.path))?)
            }
        };
        let written = serde_json::to_string(undone).map_err(std::io::Error::from);
        // One write, so that a killed run leaves at most one incomplete line, of a document that it has not touched.
        written.and_then(|line| file.write_all(format!("{line}\n").as_bytes())).map_err(io_error("write", &self.path))
    }

    /// Makes what was noted durable.
    pub fn sync(&mut self) -> Result<(), Error> {
        let Some(file) = &self.file else { return Ok(()) };
        file.sync_data().map_err(io_error("sync", &self.path))
    }
}

/// Calls a function with every change that was undone, in the order of the rollbacks. A line that is incomplete is left out.
pub(super) fn for_each(layout: &Layout, report: &mut dyn FnMut(UndoneDocument) -> Result<(), Error>) -> Result<(), Error> {
    let folder = layout.clean.join(FOLDER);
    for name in atomic::names(&folder)?.into_iter().filter(|name| name.ends_with(".jsonl")) {
        let path = folder.join(name);
        let mut file = BufReader::new(files::open(&path).map_err(io_error("read", &path))?);
        loop {
            let mut line = Vec::new();
            let read = file.by_ref().take(MAX_LINE).read_until(b'\n', &mut line).map_err(io_error("read", &path))?;
            if read == 0 {
                break;
            }
            match serde_json::from_slice(&line) {
                Ok(undone) => report(undone)?,
                Err(error) => tracing::warn!("{}: a line is left out: {error}", path_text(&path)),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_read_again_but_for_an_incomplete_line() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::at(dir.path());
        let hash = |text: &str| ContentHash::of(text);
        let cleaner = Cleaner { version: "1".into(), model: "m".into(), rules: hash("r"), config: hash("c") };
        let undone = |n: usize| UndoneDocument {
            id: DocumentId(hash(&n.to_string())),
            raw_sha256: hash("raw"),
            parts: n,
            cleaner: cleaner.clone(),
            made_again: n == 1,
        };
        for (run, n) in [("2024-02-20T00-00-00Z.jsonl", 1), ("2024-02-19T00-00-00Z.jsonl", 0)] {
            let mut log = UndoneLog::of_run(&layout, Path::new(run));
            log.note(&undone(n)).unwrap();
            log.sync().unwrap();
            log.file.unwrap().write_all(b"{\"id\":\"").unwrap();
        }
        let mut read = Vec::new();
        for_each(&layout, &mut |undone| {
            read.push(undone);
            Ok(())
        })
        .unwrap();
        assert_eq!(read, [undone(0), undone(1)]);
    }
}
