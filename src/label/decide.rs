//! From probabilities to a decision: what is kept, and as what.

use std::collections::{HashMap, HashSet};

use super::evidence::{Evidence, Facts, shingles};
use crate::document::{Block, Role, Tag};
use crate::page::{Format, Page};
use crate::rules::Strength;

/// A block is kept from this probability on.
pub const THRESHOLD: f32 = 0.5;

/// Whether each block is kept.
pub fn keep(page: &Page, evidence: &Evidence<'_>, scores: &[f32]) -> Vec<bool> {
    let passes = |(score, facts): (&f32, &Facts<'_>)| {
        facts.site_keep || (*score >= THRESHOLD && !facts.titled && facts.site_drop.is_none())
    };
    let mut kept: Vec<bool> = scores.iter().zip(&evidence.facts).map(passes).collect();
    drop_pull_quotes(evidence, &mut kept);
    bridge_short_blocks(evidence, &mut kept);
    headings_follow_their_text(page, evidence, &mut kept);
    kept
}

/// A short kept line whose every run of words stands in another kept paragraph too is a pull quote.
fn drop_pull_quotes(evidence: &Evidence<'_>, kept: &mut [bool]) {
    // How many kept blocks hold each shingle; a block that repeats itself counts once.
    let mut holders: HashMap<u64, u32> = HashMap::new();
    for (facts, _) in evidence.facts.iter().zip(kept.iter()).filter(|(_, kept)| **kept) {
        for shingle in shingles(&facts.folded).collect::<HashSet<_>>() {
            *holders.entry(shingle).or_default() += 1;
        }
    }
    for (facts, slot) in evidence.facts.iter().zip(kept).filter(|(facts, kept)| **kept && (6..=60).contains(&facts.words)) {
        if shingles(&facts.folded).all(|shingle| holders.get(&shingle).is_some_and(|count| *count > 1)) {
            *slot = false;
        }
    }
}

/// A short block between kept ones belongs to the story unless something speaks against it: one-line quotes, list items, short answers.
fn bridge_short_blocks(evidence: &Evidence<'_>, kept: &mut [bool]) {
    for index in 1..kept.len().saturating_sub(1) {
        let Some(facts) = evidence.facts.get(index) else { continue };
        let between = kept.get(index - 1) == Some(&true) && kept.get(index + 1) == Some(&true);
        let harmless =
            !facts.ruled(Strength::Likely) && !facts.hidden && !facts.titled && !facts.repeated && facts.link_share < 0.5;
        if between
            && harmless
            && facts.ends_sentence
            && let Some(slot) = kept.get_mut(index)
        {
            *slot = true;
        }
    }
}

/// A heading is kept exactly where the next block that is not a heading is; in a text dump, where nothing but its shape shows a heading, only
/// inside the story and not in a stack of short lines.
fn headings_follow_their_text(page: &Page, evidence: &Evidence<'_>, kept: &mut [bool]) {
    let first = kept.iter().position(|kept| *kept).unwrap_or(kept.len());
    let (mut next_kept, mut stacked) = (false, 0);
    for index in (0..kept.len()).rev() {
        let Some((block, facts)) = page.blocks.get(index).zip(evidence.facts.get(index)) else { continue };
        if !matches!(role_of(page, block), Role::Heading(level) if level > 1) {
            next_kept = kept.get(index) == Some(&true);
            stacked = 0;
            continue;
        }
        stacked += 1;
        let guessed = page.format == Format::Text && facts.tag == Tag::Text;
        let placed = !guessed || (index > first && stacked <= 2 && facts.mass >= 8.0);
        let plain = !facts.titled && !facts.repeated && !facts.ruled(Strength::Likely) && !facts.hidden && facts.link_share < 0.5;
        let area_allows = evidence.area(block).rule.is_none_or(|rule| rule.strength < Strength::Sure);
        if let Some(slot) = kept.get_mut(index) {
            *slot = next_kept && plain && placed && (*slot || area_allows);
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
