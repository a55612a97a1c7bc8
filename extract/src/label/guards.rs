//! Guards: a rule never takes most of a story, and a page where nothing scores well still gives its best.

use super::block_signals::BlockSignals;
use super::signals::PageSignals;
use crate::document::Spared;
use crate::page::{Format, Page};
use crate::rules::Strength;

/// Words from which a paragraph is long enough that one phrase in it says little.
const LONG_WORDS: usize = 60;

/// Takes back rules whose phrase is a small part of a long paragraph; gives what was spared.
pub fn spare_long_paragraphs(facts: &mut [BlockSignals<'_>]) -> Vec<Spared> {
    let mut spared = Vec::new();
    for (block, facts) in facts.iter_mut().enumerate() {
        let Some(rule) = facts.rule else { continue };
        let slight = facts.words >= LONG_WORDS && rule.coverage < 0.12 && facts.is_paragraph();
        if slight && rule.strength >= Strength::Likely {
            let why = format!("the phrase is {:.0} % of a paragraph of {} words", rule.coverage * 100.0, facts.words);
            spared.push(Spared { block, rule: rule.rule.clone(), why });
            facts.rule = None;
        }
    }
    spared
}

/// Where no block passes, the ones nearest to passing are kept instead of an empty text, provided they read like prose at all.
pub fn fall_back(evidence: &PageSignals<'_>, scores: &[f32], kept: &mut [bool]) {
    if kept.contains(&true) {
        return;
    }
    let eligible = |index: usize| {
        let facts = evidence.blocks.get(index);
        facts.is_some_and(|f| f.weighted_chars >= 40.0 && f.link_share < 0.5 && !f.ruled(Strength::Sure) && !f.titled)
    };
    let best = scores.iter().enumerate().filter(|(index, _)| eligible(*index)).map(|(_, score)| *score).fold(0.0, f32::max);
    if best < 0.1 {
        return;
    }
    for (index, (slot, score)) in kept.iter_mut().zip(scores).enumerate() {
        *slot = eligible(index) && *score >= 0.6 * best;
    }
}

/// Kept labels without a single sentence among them, less than this weighted_chars of them, are a menu and no story.
const MERE_LABELS: f32 = 400.0;

/// Drops what was kept of a page that has nothing but labels: menus, form fields, a footer.
pub fn drop_mere_labels(page: &Page, evidence: &PageSignals<'_>, kept: &mut [bool]) {
    let taken = || evidence.blocks.iter().zip(kept.iter()).filter(|(_, kept)| **kept).map(|(facts, _)| facts);
    let weighted_chars: f32 = taken().map(|facts| facts.weighted_chars).sum();
    let is_label = |facts: &BlockSignals<'_>| facts.weighted_chars < 40.0 && !facts.ends_sentence;
    if page.format == Format::Html && weighted_chars < MERE_LABELS && taken().all(is_label) {
        kept.fill(false);
    }
}

/// Expected F1 of the decision, by weighted_chars, if the scores were true probabilities: `2 E[hits] / (kept + E[story])`.
pub fn confidence(evidence: &PageSignals<'_>, scores: &[f32], kept: &[bool]) -> f32 {
    let (mut hits, mut taken, mut story) = (0.0f32, 0.0f32, 0.0f32);
    for ((facts, score), kept) in evidence.blocks.iter().zip(scores).zip(kept) {
        story += score * facts.weighted_chars;
        if *kept {
            hits += score * facts.weighted_chars;
            taken += facts.weighted_chars;
        }
    }
    if taken + story > 0.0 { 2.0 * hits / (taken + story) } else { 0.0 }
}
