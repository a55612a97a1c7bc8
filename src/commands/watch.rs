//! Saved searches: the documents that match one, and after each run those that are new. Whatever goes wrong after a run is a warning: the run is done.

use std::collections::BTreeSet;

use super::journal_mark::JournalMark;
use crate::engine::report::WatchReport;
use crate::engine::{Error, RunReport, Setup};
use crate::notify::{EventDocument, Outbox};
use crate::search::{Page, WatchConfig};
use crate::store::CorpusReader;
use crate::store::journal::{self, JournalLine};
use crate::store::listed::ListedDocument;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::DocumentId;

/// Documents that are looked at together.
const BATCH: usize = 500;

/// Documents of each watch that a report lists.
const LISTED: usize = 10;

/// The documents of a watch, latest first. A query that is wrong was refused with the configuration, and finds nothing.
pub fn matches(reader: &CorpusReader, watch: &WatchConfig, page: Page) -> Result<Vec<ListedDocument>, Error> {
    let Ok(query) = watch.query() else { return Ok(Vec::new()) };
    Ok(reader.matching(query.as_ref(), &watch.filter(), page)?)
}

/// The report of a run with what is new for the watches, of which hooks are told.
pub(super) fn after_run(setup: &Setup, started: Timestamp, report: RunReport) -> RunReport {
    if setup.config.watch.is_empty() {
        return report;
    }
    match new_matches(setup, started) {
        Ok(watched) => RunReport { watched, ..report },
        Err(error) => {
            tracing::warn!("the watches were not looked at: failed to {error}");
            report
        }
    }
}

/// What the watches find among the documents that the journals since the last time name as new or as copies.
fn new_matches(setup: &Setup, started: Timestamp) -> Result<Vec<WatchReport>, Error> {
    let (layout, watches) = (&setup.layout, &setup.config.watch);
    let reader = CorpusReader::open(layout)?;
    let mark = JournalMark::read(layout.state.join("watched.json"));
    let mut found = Matches {
        reader: &reader,
        watches,
        outbox: Outbox::new(&layout.state, &setup.config.hook, started),
        ids: BTreeSet::new(),
        reports: watches.iter().map(|watch| WatchReport::of(&watch.name)).collect(),
        error: None,
    };
    let last = journal::lines_after(layout, mark.journal.as_deref(), &mut |line| found.add(&line))?;
    found.look();
    let Matches { reports, error, .. } = found;
    if let Some(error) = error {
        return Err(error);
    }
    mark.advance(last).map_err(|source| Error::Io { action: "write", path: layout.state.clone(), source })?;
    Ok(reports.into_iter().filter(|report| report.documents > 0).collect())
}

/// The matches as they are found.
struct Matches<'a> {
    reader: &'a CorpusReader,
    watches: &'a [WatchConfig],
    outbox: Outbox,
    /// Documents that have not been looked at.
    ids: BTreeSet<DocumentId>,
    reports: Vec<WatchReport>,
    error: Option<Error>,
}

impl Matches<'_> {
    fn add(&mut self, line: &JournalLine) {
        if matches!(line.outcome.as_str(), "new" | "copy") {
            self.ids.extend(line.id);
        }
        if self.ids.len() >= BATCH {
            self.look();
        }
    }

    fn look(&mut self) {
        let ids: Vec<DocumentId> = std::mem::take(&mut self.ids).into_iter().collect();
        if self.error.is_none() && !ids.is_empty() {
            self.error = self.look_at(&ids).err();
        }
    }

    fn look_at(&mut self, ids: &[DocumentId]) -> Result<(), Error> {
        for (watch, report) in self.watches.iter().zip(&mut self.reports) {
            let Ok(query) = watch.query() else { continue };
            let mut filter = watch.filter();
            filter.ids = Some(ids.to_vec());
            let page = Page { offset: 0, limit: ids.len() as u64 };
            for document in self.reader.matching(query.as_ref(), &filter, page)? {
                report.documents += 1;
                if let Some(text_sha256) = self.reader.text_sha256(&document)? {
                    let told = EventDocument { id: document.id, text_sha256 };
                    let noted = self.outbox.note_watch(&watch.name, told);
                    noted.map_err(|source| Error::Io { action: "note for hooks in", path: "outbox".into(), source })?;
                }
                if report.first.len() < LISTED {
                    report.first.push(document);
                }
            }
        }
        Ok(())
    }
}
