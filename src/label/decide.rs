//! From probabilities to a decision: what is kept, and as what.

use super::evidence::Evidence;
use crate::document::{Block, Role, Tag};
use crate::page::{Format, Page};
use crate::rules::Strength;

/// A block is kept from this probability on.
const THRESHOLD: f32 = 0.5;

/// Whether each block is kept.
pub fn keep(page: &Page, evidence: &Evidence<'_>, scores: &[f32]) -> Vec<bool> {
    let mut kept: Vec<bool> = scores.iter().map(|score| *score >= THRESHOLD).collect();
    bridge_short_blocks(evidence, &mut kept);
    headings_follow_their_text(page, evidence, &mut kept);
    kept
}

/// A short block between kept ones belongs to the story unless something speaks against it: one-line quotes, list items, short answers.
fn bridge_short_blocks(evidence: &Evidence<'_>, kept: &mut [bool]) {
    for index in 1..kept.len().saturating_sub(1) {
        let Some(facts) = evidence.facts.get(index) else { continue };
        let between = kept.get(index - 1) == Some(&true) && kept.get(index + 1) == Some(&true);
        let harmless =
            !facts.ruled(Strength::Likely) && !facts.hidden && !facts.titled && !facts.repeated && facts.link_share < 0.5;
        if between && harmless && facts.ends_sentence {
            if let Some(slot) = kept.get_mut(index) {
                *slot = true;
            }
        }
    }
}

/// A heading is kept exactly where the next block that is not a heading is.
fn headings_follow_their_text(page: &Page, evidence: &Evidence<'_>, kept: &mut [bool]) {
    let mut next_kept = false;
    for index in (0..kept.len()).rev() {
        let Some((block, facts)) = page.blocks.get(index).zip(evidence.facts.get(index)) else { continue };
        let is_heading = matches!(role_of(page, block), Role::Heading(level) if level > 1);
        if is_heading {
            let plain = !facts.titled && !facts.ruled(Strength::Likely) && !facts.hidden && facts.link_share < 0.5;
            if let Some(slot) = kept.get_mut(index) {
                *slot =
                    next_kept && plain && (*slot || evidence.area(block).rule.is_none_or(|rule| rule.strength < Strength::Sure));
            }
        } else {
            next_kept = kept.get(index) == Some(&true);
        }
    }
}

/// What a block is if it is kept.
pub fn role_of(page: &Page, block: &Block) -> Role {
    let tags = page.ancestors(block).take(3).map(|container| container.tag);
    let own = page.containers.get(block.container.index()).map_or(Tag::Other, |container| container.tag);
    if let Some(level) = own.heading_level() {
        return Role::Heading(level);
    }
    for tag in tags {
        match tag {
            Tag::Li | Tag::Dd | Tag::Dt => return Role::ListItem,
            Tag::Blockquote => return Role::Quote,
            Tag::Tr | Tag::Td | Tag::Th => return Role::TableRow,
            Tag::Pre => return Role::Code,
            _ => {}
        }
    }
    match page.format {
        Format::Text if block.chars() < 80 && !super::evidence::ends_sentence(&block.text) => Role::Heading(2),
        _ => Role::Paragraph,
    }
}
