//! Reads the clean text of a document, or of the original if the document is a copy.

use super::clean::{self, StoredText};
use super::failure::Error;
use super::index::Index;
use super::layout::Layout;
use super::name::Stem;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::DocumentId;

/// A document's clean text; for a copy, that of the original. `None` if there is no such document or its text is damaged.
pub(super) fn text(layout: &Layout, index: &Index, id: &DocumentId) -> Result<Option<String>, Error> {
    let Some(document) = index.document(id)? else { return Ok(None) };
    let stem = match document.copy_of {
        Some(original) => index.document(&original)?.map(|original| original.stem),
        None => Some(document.stem),
    };
    stem.map_or(Ok(None), |stem| at(layout, &stem))
}

/// The text with these words; `None` if no document has it, or if it is damaged.
pub(super) fn with_words(layout: &Layout, index: &Index, tokens: &ContentHash) -> Result<Option<String>, Error> {
    match index.stem_of_text(tokens)?.map(|stem| at(layout, &stem)) {
        Some(Err(error)) if error.is_damage() => Ok(None),
        read => Ok(read.transpose()?.flatten()),
    }
}

fn at(layout: &Layout, stem: &Stem) -> Result<Option<String>, Error> {
    let (sidecar, _) = clean::sidecar(layout, stem)?;
    Ok(match clean::text(layout, stem, &sidecar)? {
        StoredText::Intact(text) => Some(text),
        StoredText::InOriginal | StoredText::Damaged => None,
    })
}
