//! The documents as a folder of Markdown files, which runs bring up to date.

use std::collections::BTreeSet;
use std::path::Path;

use super::export::{self, ExportFormat, ExportOptions, ExportReport};
use super::journal_mark::JournalMark;
use crate::engine::{Error, Setup};
use crate::export::folder::UpdatedFolder;
use crate::export::markdown;
use crate::store::CorpusReader;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::time::Timestamp;

/// The file in the folder that names the last run whose documents it has.
const MARK: &str = ".gleaner-run.json";

/// Brings the folder up to date, if the configuration names one. Whatever goes wrong is a warning: the run is done, and the next one does it again.
pub(super) fn after_run(setup: &Setup, started: Timestamp) {
    let Some(folder) = setup.config.markdown.as_ref().map(|folder| setup.layout.root.join(folder)) else { return };
    match update(setup, &folder, started) {
        Ok(report) => {
            for failure in &report.failures {
                tracing::warn!("{}: not written as Markdown: failed to {}", failure.source, failure.error);
            }
            if report.edited > 0 {
                tracing::info!("{}: {} files were left as they are, because they were edited", path_text(&folder), report.edited);
            }
        }
        Err(error) => tracing::warn!("{}: the Markdown files are not up to date: failed to {error}", path_text(&folder)),
    }
}

/// Writes what has changed since the last run that the folder has, and removes what was forgotten; all documents if it has no run, or one whose journal is gone.
fn update(setup: &Setup, folder: &Path, started: Timestamp) -> Result<ExportReport, Error> {
    let failed = |source| Error::Io { action: "write", path: folder.to_path_buf(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mark = JournalMark::read(folder.join(MARK));
    let mut since_run = mark.journal.clone();
    let export = |since_run: &Option<String>| {
        let options = ExportOptions { since_run: since_run.clone(), ..ExportOptions::default() };
        export::to_path(&setup.layout, ExportFormat::Markdown, &options, folder, started)
    };
    let report = match export(&since_run) {
        Err(Error::NoJournal(_)) => {
            since_run = None;
            export(&None)?
        }
        done => done?,
    };
    let forgotten: BTreeSet<String> = report.forgotten.iter().map(ToString::to_string).collect();
    if since_run.is_none() || !forgotten.is_empty() {
        let reader = CorpusReader::open(&setup.layout)?;
        let may_be_gone = |name: &str| name.ends_with(".md") && (since_run.is_none() || is_of(name, &forgotten));
        let is_gone = |file: &[u8]| markdown::id_of(file).is_some_and(|id| matches!(reader.source(&id), Ok(None)));
        let mut files = UpdatedFolder::open(folder, markdown::is_unedited).map_err(failed)?;
        files.remove(&may_be_gone, &is_gone).map_err(failed)?;
    }
    // What could not be read is tried again.
    if report.failed == 0 {
        mark.advance(report.last_run.clone()).map_err(failed)?;
    }
    Ok(report)
}

/// Whether a file's name ends in the beginning of one of these ids, as the names of documents do.
fn is_of(name: &str, ids: &BTreeSet<String>) -> bool {
    let end = name.strip_suffix(".md").and_then(|stem| stem.rsplit('_').next());
    end.is_some_and(|end| ids.range(end.to_owned()..).next().is_some_and(|id| id.starts_with(end)))
}
