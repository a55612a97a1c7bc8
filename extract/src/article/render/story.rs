//! The blocks of a story, as the renderers need them.

use crate::article::clean::CleanedPage;
use crate::document::Role;

/// The role and text of each kept block, in order. The lines of a merged block (see [`crate::document::Limit::Blocks`]) come one by one; only code has
/// line breaks.
pub fn story_blocks(cleaned: &CleanedPage) -> impl Iterator<Item = (Role, &str)> {
    let blocks = &cleaned.page.blocks;
    let kept = cleaned.labelled.kept().filter_map(|(index, role)| blocks.get(index).map(|block| (role, block.text.as_str())));
    kept.flat_map(|(role, text)| {
        let lines = if role == Role::Code { 1 } else { usize::MAX };
        text.splitn(lines, '\n').map(move |line| (role, line))
    })
}
