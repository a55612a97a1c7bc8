//! Rebuilds the index from sidecars, texts and the facts of fetched pages.

use std::path::PathBuf;

use super::clean::{self, StoredText};
use super::failpoint::hit;
use super::failure::{Error, io_error};
use super::index::{DocumentRow, Index, RawRow};
use super::layout::Layout;
use super::lock::Lock;
use super::name::Stem;
use super::{archives, atomic, copy_texts, presence, raw, recovery, settle, sites, undone};
use gleaner_extract::base::path_text::path_text;

/// The result of a rebuild.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReindexReport {
    /// Number of documents, copies included.
    pub documents: u64,
    /// Number of fetched pages.
    pub fetched: u64,
    /// Files that were left out, and why.
    pub left_out: Vec<(PathBuf, String)>,
}

/// Rebuilds the index, under the lock.
pub fn run(layout: &Layout) -> Result<ReindexReport, Error> {
    let lock = Lock::take(layout)?;
    let (mut index, report) = rebuild_under(&lock, layout)?;
    sites::settle(&mut index)?;
    index.close(layout)?;
    Ok(report)
}

fn rebuild_under(_: &Lock, layout: &Layout) -> Result<(Index, ReindexReport), Error> {
    recovery::recover(layout)?;
    recovery::remove_index_checksum(layout)?;
    rebuild(layout)
}

/// Rebuilds the index, and leaves to the next run what runs do at their end.
fn rebuild_only(layout: &Layout) -> Result<ReindexReport, Error> {
    let lock = Lock::take(layout)?;
    let (index, report) = rebuild_under(&lock, layout)?;
    index.close(layout)?;
    Ok(report)
}

/// Repairs what a killed run left, so that the corpus can be read; `None` if there is nothing to repair. Where that is not possible now, because
/// a run is active or nothing may be written, the corpus is read as it is.
pub fn after_kill(layout: &Layout) -> Result<Option<ReindexReport>, Error> {
    if layout.index_checksum().is_file() || !layout.index().is_file() {
        return Ok(None);
    }
    match rebuild_only(layout) {
        Ok(report) => Ok(Some(report)),
        Err(Error::Locked { .. }) => Ok(None),
        Err(Error::Io { source, .. }) if is_read_only(&source) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Rebuilds the index, under the lock, if there is clean text and no index that is complete and of this version. Who writes afterwards would do the same.
pub fn ensure(layout: &Layout) -> Result<(), Error> {
    let is_complete = || layout.index_checksum().is_file() && matches!(Index::open_to_read(&layout.index()), Ok(Some(_)));
    if !layout.clean.is_dir() || is_complete() {
        return Ok(());
    }
    run(layout).map(drop)
}

fn is_read_only(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem)
}

/// Creates a new index in the corpus and fills it. Removes the text of a copy, which only a killed run leaves.
pub(super) fn rebuild(layout: &Layout) -> Result<(Index, ReindexReport), Error> {
    let remove_text = |stem: &Stem| {
        let text = layout.clean.join(stem.text());
        std::fs::remove_file(&text).map_err(io_error("remove", &text))?;
        text.parent().map_or(Ok(()), atomic::sync_dir)
    };
    archives::clear(layout)?;
    let tables = Index::tables_at(&layout.index());
    // The present index stays as long as the new one is incomplete: it alone has the tables.
    let mut index = Index::create(&layout.new_index())?;
    let report = fill(layout, &mut index, remove_text)?;
    // Those of the last completed run, until the next one is.
    index.keep_tables(&tables)?;
    settle::texts(layout, &mut index)?;
    index.set_settled(false)?;
    hit("rebuild.before-commit");
    let index = index.replace(&layout.index())?;
    for (path, reason) in &report.left_out {
        tracing::warn!("left out of the index: {}: {reason}", path_text(path));
    }
    Ok((index, report))
}

/// Fills an index in a temporary file. Changes nothing in the corpus.
pub(super) fn temporary(layout: &Layout) -> Result<(Index, ReindexReport), Error> {
    let mut index = Index::temporary()?;
    let report = fill(layout, &mut index, |_| Ok(()))?;
    index.commit()?;
    Ok((index, report))
}

fn fill(
    layout: &Layout,
    index: &mut Index,
    on_text_of_a_copy: impl Fn(&Stem) -> Result<(), Error>,
) -> Result<ReindexReport, Error> {
    let mut report = ReindexReport::default();
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
        if text == StoredText::InOriginal && entry.has_text {
            on_text_of_a_copy(&entry.stem)?;
        }
        let stamp = presence::stamp(layout, &entry.stem, &sidecar);
        index.put(DocumentRow { stem: &entry.stem, sidecar: &sidecar, checksum, text: &text, stamp: stamp.as_deref() })?;
        report.documents += 1;
        if index.is_batch_full() {
            index.commit()?;
        }
    }
    copy_texts::settle(layout, index)?;
    undone::for_each(layout, &mut |undone| {
        index.put_undone(&undone)?;
        if index.is_batch_full() { index.commit() } else { Ok(()) }
    })?;
    fill_raws(layout, index, &mut report)?;
    Ok(report)
}

fn fill_raws(layout: &Layout, index: &mut Index, report: &mut ReindexReport) -> Result<(), Error> {
    for entry in raw::entries(&layout.raw)? {
        let raw::RawEntry { body: Some(body), facts: Some(facts) } = entry? else { continue };
        match raw::facts(&facts) {
            Ok((facts, checksum)) => index.put_raw(RawRow { path: &layout.key(&body), facts: &facts, checksum })?,
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
