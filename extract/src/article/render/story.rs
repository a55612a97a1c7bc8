//! The blocks of a story, as the renderers need them.

use crate::article::clean::CleanedPage;
use crate::document::Role;

/// The role and text of each kept block, in order.
pub fn story_blocks(cleaned: &CleanedPage) -> impl Iterator<Item = (Role, &str)> {
    let blocks = &cleaned.page.blocks;
    cleaned.labelled.kept().filter_map(|(index, role)| blocks.get(index).map(|block| (role, block.text.as_str())))
}
