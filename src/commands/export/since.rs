//! What runs have stored or changed since an earlier one, from their journals.

use std::collections::BTreeSet;

use crate::engine::Error;
use crate::store::journal::{self, JournalLine};
use crate::store::{CorpusReader, Layout};
use gleaner_extract::document::DocumentId;

/// Outcomes that wrote a document's text, or its sidecar alone if the document is a copy.
const STORED: &[&str] = &["new", "updated", "copy", "restored"];

/// What has changed since a run. Grows with the number of changes, not of documents.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub stored: BTreeSet<DocumentId>,
    pub forgotten: BTreeSet<DocumentId>,
}

/// What the runs after this one have changed.
pub(super) fn changes(layout: &Layout, run: &str) -> Result<Changes, Error> {
    if !journal::runs(layout)?.iter().any(|name| name == run) {
        return Err(Error::NoJournal(run.to_owned()));
    }
    let mut changes = Changes::default();
    journal::lines_after(layout, Some(run), &mut |line: JournalLine| {
        let Some(id) = line.id else { return };
        if STORED.contains(&line.outcome.as_str()) {
            changes.forgotten.remove(&id);
            changes.stored.insert(id);
        } else if line.outcome == "forgotten" {
            changes.stored.remove(&id);
            changes.forgotten.insert(id);
        }
    })?;
    Ok(changes)
}

/// The latest run that is over: a run that is active may still store documents.
pub(super) fn last_run(layout: &Layout, reader: &CorpusReader) -> Result<Option<String>, Error> {
    let mut runs = journal::runs(layout)?;
    if !reader.is_closed() {
        runs.pop();
    }
    Ok(runs.pop())
}
