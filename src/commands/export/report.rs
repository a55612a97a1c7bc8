//! What became of an export.

use std::path::Path;

use serde::Serialize;

use crate::engine::report::{Failure, MAX_LISTED};
use crate::outcome::Stage;
use crate::store;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::document::DocumentId;

/// What became of an export.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ExportReport {
    /// Pages or documents written.
    pub written: u64,
    /// Those that could not be read.
    pub failed: u64,
    /// Files that were left alone because somebody has edited them since they were exported.
    pub edited: u64,
    /// The latest run that was over when the export began: what to name with `--since-run` next time.
    pub last_run: Option<String>,
    /// With `--since-run`, the documents that were forgotten since, sorted.
    pub forgotten: Vec<DocumentId>,
    /// Number of documents in the index, if an interrupted run had left it incomplete and it was rebuilt first.
    pub repaired: Option<u64>,
    /// The failures in order, at most 1,000.
    pub failures: Vec<Failure>,
}

impl ExportReport {
    pub(super) fn add(&mut self, path: &Path, error: &store::Error) {
        let path = match error {
            store::Error::Sidecar { path, .. } | store::Error::Raw { path, .. } => path,
            _ => path,
        };
        self.push(path_text(path), error.to_string(), error.hint());
    }

    pub(super) fn add_text(&mut self, path: &Path) {
        let error = format!("read the text {}: it is not what its sidecar says", path_text(path));
        self.push(path_text(path), error, Some("`gleaner clean` writes it again"));
    }

    pub(super) fn add_missing(&mut self, path: &Path, hint: &str) {
        self.push(path_text(path), format!("read {}: the file is gone", path_text(path)), Some(hint));
    }

    fn push(&mut self, source: String, error: String, hint: Option<&str>) {
        self.failed += 1;
        if self.failures.len() < MAX_LISTED {
            self.failures.push(Failure { source, stage: Stage::Read, error, hint: hint.map(str::to_owned) });
        }
    }
}
