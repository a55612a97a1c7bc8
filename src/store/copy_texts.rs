//! Makes copies searchable: the index gets the text of their original. Done when a store is closed, because an original may be written after its copies.

use super::document_text;
use super::failure::Error;
use super::index::Index;
use super::layout::Layout;

/// Writes the texts of all copies that are due. Files that the index refers to must have been synced.
pub(super) fn settle(layout: &Layout, index: &mut Index) -> Result<(), Error> {
    loop {
        let due = index.due_copies()?;
        if due.is_empty() {
            return Ok(());
        }
        for copy in due {
            let text = match document_text::text(layout, index, &copy.id) {
                Err(error) if error.is_damage() => None,
                text => text?,
            };
            index.put_copy_text(&copy, text.as_deref())?;
        }
        index.commit()?;
    }
}
