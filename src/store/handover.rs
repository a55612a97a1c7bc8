//! Before a document is forgotten, a copy of its text becomes the original: it gets the text, and the other copies name it. Reads no raw files, which
//! may be gone.

use super::atomic::StagingArea;
use super::clean::{self, StoredText};
use super::failure::{Error, io_error};
use super::index::{DocumentRow, Index};
use super::layout::Layout;
use super::name::Stem;
use super::sidecar::Sidecar;
use gleaner_extract::document::DocumentId;

/// A copy, and its sidecar.
type Copy = (Stem, Sidecar);

/// Hands the text of a document to its first copy with the same bytes, in order of their sources. If there is none, or the text is damaged, the
/// copies stay as they are: they are stale once the document is gone, and are cleaned again.
pub(super) fn hand_over(
    layout: &Layout,
    staging: &mut StagingArea,
    index: &mut Index,
    id: &DocumentId,
    stem: &Stem,
) -> Result<(), Error> {
    let mut copies = Vec::new();
    for copy in index.copies_of(id)? {
        // A damaged sidecar is written again when its source is cleaned.
        let sidecar = clean::sidecar(layout, &copy).map(|(sidecar, _)| sidecar);
        copies.extend(sidecar.ok().map(|sidecar| (copy, sidecar)));
    }
    if copies.is_empty() {
        return Ok(());
    }
    let (original, _) = clean::sidecar(layout, stem)?;
    let StoredText::Intact(text) = clean::text(layout, stem, &original)? else { return Ok(()) };
    let Some(heir) = copies.iter().position(|(_, copy)| copy.text_sha256 == original.text_sha256) else { return Ok(()) };
    let (heir_stem, mut heir) = copies.remove(heir);
    heir.copy_of = None;
    write(staging, index, (&heir_stem, &heir), &StoredText::Intact(text))?;
    let is_same = |copy: &Sidecar| {
        copy.text_sha256 == heir.text_sha256 || (copy.tokens_sha256.is_some() && copy.tokens_sha256 == heir.tokens_sha256)
    };
    for (stem, mut copy) in copies.into_iter().filter(|(_, copy): &Copy| is_same(copy)) {
        copy.copy_of = Some(heir.id);
        write(staging, index, (&stem, &copy), &StoredText::InOriginal)?;
    }
    Ok(())
}

fn write(
    staging: &mut StagingArea,
    index: &mut Index,
    (stem, sidecar): (&Stem, &Sidecar),
    text: &StoredText,
) -> Result<(), Error> {
    let encoded = sidecar.encode().map_err(|error| io_error("write", &stem.sidecar())(error.into()))?;
    let file = match text {
        StoredText::Intact(text) => Some(clean::text_file(text)),
        StoredText::InOriginal | StoredText::Damaged => None,
    };
    clean::write(staging, stem, file.as_deref(), &encoded.bytes)?;
    // Without a stamp, the next look at the files compares their content.
    index.put(DocumentRow { stem, sidecar, checksum: encoded.checksum, text, stamp: None })
}
