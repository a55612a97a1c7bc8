//! Notices that clean files were deleted, cut or replaced since they were written, or a document corrected by hand, so that the next run writes them again.
//!
//! The index has the sizes and modification times of a document's files. Where those are the same, the files count as intact; their content is
//! checked by `verify`. Where they are not, the content decides: files that were copied or restored from a backup are not written again.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::clean::{self, StoredText};
use super::corrections;
use super::document::{KnownDocument, SourceKey};
use super::failure::Error;
use super::index::{Index, IndexedFiles};
use super::layout::Layout;
use super::name::Stem;
use super::sidecar::Sidecar;

/// Whether the index may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Write,
    Read,
}

/// What the index keeps to notice changes of a document's files; `None` if it has to look at their content next time: one of them is no regular file,
/// or the document was cleaned with other corrections than those that there are.
pub(super) fn stamp(layout: &Layout, stem: &Stem, sidecar: &Sidecar) -> Option<String> {
    let stamp = present_stamp(layout, stem, sidecar.copy_of.is_some())?;
    corrections::are_applied(layout, stem, sidecar).then_some(stamp)
}

/// Size and modification time of a document's sidecar, unless it is a copy of its text, and of its corrections if there are any: `size:nanoseconds` each.
fn present_stamp(layout: &Layout, stem: &Stem, is_copy: bool) -> Option<String> {
    let mut stamp = of_file(&layout.clean.join(stem.sidecar()))?;
    let text = (!is_copy).then(|| stem.text());
    let corrections = corrections::exist(layout, stem).then(|| stem.corrections());
    for path in [text, corrections].into_iter().flatten() {
        stamp = format!("{stamp} {}", of_file(&layout.clean.join(path))?);
    }
    Some(stamp)
}

fn of_file(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Some(format!("{}:{modified}", metadata.len()))
}

/// What the index knows of a source. If the document's files are not as they were written, it has to be cleaned again.
pub(super) fn known(layout: &Layout, index: &Index, source: &SourceKey, access: Access) -> Result<Option<KnownDocument>, Error> {
    let Some((mut known, files)) = index.known(source)? else { return Ok(None) };
    if known.cleaner.is_some() && !is_intact(layout, index, &files, access)? {
        known.cleaner = None;
    }
    known.corrections = corrections::read(layout, &files.stem, &known.id);
    Ok(Some(known))
}

/// Whether the files of every document that was cleaned from a page of this archive are as they were written.
pub(super) fn has_all_of(layout: &Layout, index: &Index, archive: &str, access: Access) -> Result<bool, Error> {
    let mut after = String::new();
    loop {
        let batch = index.files_of_archive(archive, &after)?;
        let Some((last, _)) = batch.last() else { return Ok(true) };
        after.clone_from(last);
        for (_, files) in &batch {
            if !is_intact(layout, index, files, access)? {
                return Ok(false);
            }
        }
    }
}

fn is_intact(layout: &Layout, index: &Index, files: &IndexedFiles, access: Access) -> Result<bool, Error> {
    let Some(found) = present_stamp(layout, &files.stem, files.is_copy) else { return Ok(false) };
    if files.stamp.as_ref() == Some(&found) {
        return Ok(true);
    }
    // What cannot be read is reported when it is about to be written again.
    let Ok((sidecar, checksum)) = clean::sidecar(layout, &files.stem) else { return Ok(false) };
    let has_text = !matches!(clean::text(layout, &files.stem, &sidecar), Ok(StoredText::Damaged) | Err(_));
    let has_corrections = corrections::are_applied(layout, &files.stem, &sidecar);
    let is_intact = has_text && has_corrections && checksum == files.sidecar_sha256;
    if is_intact && access == Access::Write {
        index.set_stamp(&files.stem, &found)?;
    }
    Ok(is_intact)
}
