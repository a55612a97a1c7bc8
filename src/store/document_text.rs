//! Reads the clean text of a document, or of the original if the document is a copy.

use super::clean::{self, StoredText};
use super::failure::Error;
use super::index::Index;
use super::layout::Layout;
use gleaner_extract::document::DocumentId;

/// A document's clean text; for a copy, that of the original. `None` if there is no such document or its text is damaged.
pub(super) fn text(layout: &Layout, index: &Index, id: &DocumentId) -> Result<Option<String>, Error> {
    let Some(document) = index.document(id)? else { return Ok(None) };
    let stem = match document.copy_of {
        Some(original) => index.document(&original)?.map(|original| original.stem),
        None => Some(document.stem),
    };
    let Some(stem) = stem else { return Ok(None) };
    let (sidecar, _) = clean::sidecar(layout, &stem)?;
    Ok(match clean::text(layout, &stem, &sidecar)? {
        StoredText::Intact(text) => Some(text),
        StoredText::InOriginal | StoredText::Damaged => None,
    })
}
