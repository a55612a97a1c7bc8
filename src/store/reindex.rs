//! Building the index anew from sidecars, texts and raw facts.

use std::path::PathBuf;

use super::clean::{self, Text};
use super::failpoint::hit;
use super::index::{Index, Page, Record};
use super::lock::Lock;
use super::{Error, Layout, archives, atomic, corpus, raw};

/// What a rebuild found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Documents, copies among them.
    pub documents: u64,
    /// Fetched pages.
    pub fetched: u64,
    /// Files that were left out, and why.
    pub left_out: Vec<(PathBuf, String)>,
}

/// Builds the index anew, under the lock.
pub fn run(layout: &Layout) -> Result<Report, Error> {
    let _lock = Lock::take(layout)?;
    corpus::recover(layout)?;
    corpus::unseal(layout)?;
    let (index, report) = rebuild(layout)?;
    index.close(layout)?;
    Ok(report)
}

/// A new index in the corpus, filled. Repairs what only a killed run leaves: the text of a document that has become a copy.
pub(super) fn rebuild(layout: &Layout) -> Result<(Index, Report), Error> {
    let remove_text = |stem: &super::name::Stem| {
        let text = layout.clean.join(stem.text());
        std::fs::remove_file(&text).map_err(super::io_error("remove", &text))?;
        text.parent().map_or(Ok(()), atomic::sync_dir)
    };
    archives::forget(layout)?;
    let mut index = Index::create(&layout.index())?;
    let report = fill(layout, &mut index, remove_text)?;
    hit("rebuild.before-commit");
    index.commit()?;
    for (path, reason) in &report.left_out {
        tracing::warn!("left out of the index: {}: {reason}", path.display());
    }
    Ok((index, report))
}

/// An index in a temporary file, filled; nothing in the corpus is changed.
pub(super) fn temporary(layout: &Layout) -> Result<(Index, Report), Error> {
    let mut index = Index::temporary()?;
    let report = fill(layout, &mut index, |_| Ok(()))?;
    index.commit()?;
    Ok((index, report))
}

fn fill(
    layout: &Layout,
    index: &mut Index,
    on_text_of_a_copy: impl Fn(&super::name::Stem) -> Result<(), Error>,
) -> Result<Report, Error> {
    let mut report = Report::default();
    for entry in clean::entries(&layout.clean)? {
        let entry = entry?;
        if !entry.has_sidecar {
            continue;
        }
        let (sidecar, checksum) = match clean::sidecar(layout, &entry.stem) {
            Ok(read) => read,
            Err(Error::Sidecar { path, reason }) => {
                report.left_out.push((path, reason));
                continue;
            }
            Err(error) => return Err(error),
        };
        if index.has(&sidecar.id, &sidecar.source)? {
            let reason = "another sidecar has the same id or source".to_string();
            report.left_out.push((layout.clean.join(entry.stem.sidecar()), reason));
            continue;
        }
        let text = clean::text(layout, &entry.stem, &sidecar)?;
        if text == Text::Elsewhere && entry.has_text {
            on_text_of_a_copy(&entry.stem)?;
        }
        index.put(Record { stem: &entry.stem, sidecar: &sidecar, checksum, text: &text })?;
        report.documents += 1;
        if index.is_batch_full() {
            index.commit()?;
        }
    }
    fill_raws(layout, index, &mut report)?;
    Ok(report)
}

fn fill_raws(layout: &Layout, index: &mut Index, report: &mut Report) -> Result<(), Error> {
    for entry in raw::entries(&layout.raw)? {
        let raw::RawEntry { body: Some(body), facts: Some(facts) } = entry? else { continue };
        match raw::facts(&facts) {
            Ok((facts, checksum)) => index.put_raw(Page { path: &layout.key(&body), facts: &facts, checksum })?,
            Err(Error::Sidecar { path, reason }) => {
                report.left_out.push((path, reason));
                continue;
            }
            Err(error) => return Err(error),
        }
        report.fetched += 1;
        if index.is_batch_full() {
            index.commit()?;
        }
    }
    Ok(())
}
