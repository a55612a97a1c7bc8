//! Applies the rules that a user added to what the model decided to keep. Built-in rules never act here: they are evidence for the model.
//!
//! A `sure` rule drops the blocks that it matches, a `likely` one those that score below [`LIKELY_SCORE`], a `hint` none; all three name the category of
//! dropped blocks. [`Guard`]s keep a careless rule from removing the story.

use std::collections::BTreeMap;

use super::guards::{self, Guard};
use super::signals::PageSignals;
use crate::document::{Block, RuleId, Spared};
use crate::page::Page;
use crate::rules::{RuleMatch, Strength};

/// The score that a block with a `likely` rule of the user's must reach to be kept.
pub const LIKELY_SCORE: f32 = 0.8;

/// Largest share of the kept text, by weighted characters, that user rules may drop from a page, and that an element may hold for its name to count.
const MAX_SHARE: f32 = 0.5;

/// The outcome of applying the user's rules.
#[derive(Default)]
pub struct Applied<'a> {
    /// For each block, kept or not, the rule that applies to it. Empty where the user has no rules.
    pub rules: Vec<Option<RuleMatch<'a>>>,
    /// The kept blocks that a rule would have dropped.
    pub spared: Vec<Spared>,
}

/// A rule that matches a block or an element around it, and the guard that overrules it.
type RuleCandidate<'a> = (RuleMatch<'a>, Option<Guard>);

/// The rules that match each block of a page.
struct Matches<'p, 'a> {
    signals: &'p PageSignals<'a>,
    scores: &'p [f32],
    kept: &'p [bool],
    /// For each block, strongest first; of equally strong ones those on its text, then those on the nearest element.
    candidates: Vec<Vec<RuleCandidate<'a>>>,
    /// The rules that would drop too much of this page, with the share of the kept text that each would drop.
    refused: BTreeMap<&'a RuleId, f32>,
}

/// Drops what the user's rules drop.
pub fn apply<'a>(page: &Page, signals: &PageSignals<'a>, scores: &[f32], kept: &mut [bool]) -> Applied<'a> {
    if signals.user_rules.is_empty() {
        return Applied::default();
    }
    let candidates = candidates(page, signals, kept);
    let mut matches = Matches { signals, scores, kept, candidates, refused: BTreeMap::new() };
    matches.refuse_excess();
    let mut applied = Applied::default();
    let mut remaining = Vec::with_capacity(kept.len());
    for (index, kept) in matches.kept.iter().enumerate() {
        let drops = matches.drops(index).is_some();
        applied.rules.push(matches.applied(index));
        applied.spared.extend(matches.spared(index).filter(|_| !drops));
        remaining.push(*kept && !drops);
    }
    kept.copy_from_slice(&remaining);
    applied
}

impl<'a> Matches<'_, 'a> {
    /// Refuses rules, those that drop most first, until the others drop no more than [`MAX_SHARE`] of the kept text.
    fn refuse_excess(&mut self) {
        let kept = self.signals.blocks.iter().zip(self.kept).filter(|(_, kept)| **kept);
        let total: f32 = kept.map(|(facts, _)| facts.weighted_chars).sum();
        loop {
            let mut dropped: BTreeMap<&'a RuleId, f32> = BTreeMap::new();
            for (index, facts) in self.signals.blocks.iter().enumerate() {
                if let Some(rule) = self.drops(index) {
                    *dropped.entry(rule.rule).or_default() += facts.weighted_chars;
                }
            }
            let most = dropped.iter().max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(rule, chars)| (*rule, *chars));
            match most {
                Some((rule, chars)) if dropped.values().sum::<f32>() > MAX_SHARE * total => {
                    self.refused.insert(rule, chars / total)
                }
                _ => return,
            };
        }
    }

    /// The rule that applies to a block.
    fn applied(&self, index: usize) -> Option<RuleMatch<'a>> {
        let candidates = self.candidates.get(index)?;
        let admitted = |(rule, guard): &&RuleCandidate<'a>| guard.is_none() && !self.refused.contains_key(rule.rule);
        candidates.iter().find(admitted).map(|(rule, _)| *rule)
    }

    /// The rule that drops a kept block.
    fn drops(&self, index: usize) -> Option<RuleMatch<'a>> {
        let rule = self.applied(index).filter(|_| self.kept.get(index) == Some(&true))?;
        self.overruled(index, &rule).is_none().then_some(rule).filter(|rule| rule.strength > Strength::Hint)
    }

    /// Why a rule does not drop this block, guards that look at more than the block aside.
    fn overruled(&self, index: usize, rule: &RuleMatch<'_>) -> Option<Guard> {
        let score = self.scores.get(index).copied().unwrap_or_default();
        if self.signals.blocks.get(index).is_some_and(|facts| facts.site_keep) {
            return Some(Guard::SiteKeep);
        }
        (rule.strength == Strength::Likely && score >= LIKELY_SCORE).then_some(Guard::HighScore { needed: LIKELY_SCORE })
    }

    /// What is reported of a kept block that no rule drops: the strongest rule that would have, and why it did not.
    fn spared(&self, index: usize) -> Option<Spared> {
        let mut candidates = self.candidates.get(index).filter(|_| self.kept.get(index) == Some(&true))?.iter();
        let (rule, guard) = candidates.find(|(rule, _)| rule.strength > Strength::Hint)?;
        let excess = || self.refused.get(rule.rule).map(|share| Guard::MostOfStory { share: *share });
        let guard = guard.or_else(excess).or_else(|| self.overruled(index, rule))?;
        Some(Spared { block: index, rule: rule.rule.clone(), why: guard.to_string() })
    }
}

/// For each block the user's rules that match its text or an element around it, strongest first.
fn candidates<'a>(page: &Page, signals: &PageSignals<'a>, kept: &[bool]) -> Vec<Vec<RuleCandidate<'a>>> {
    let on_text = |(block, facts): (&Block, &super::block_signals::BlockSignals<'a>)| -> Vec<RuleCandidate<'a>> {
        let matches = signals.user_rules.match_folded(&block.text, &facts.folded);
        matches.into_iter().map(|rule| (rule, guards::long_paragraph(facts, &rule))).collect()
    };
    let mut blocks: Vec<Vec<RuleCandidate<'a>>> = page.blocks.iter().zip(&signals.blocks).map(on_text).collect();
    let elements = element_candidates(page, signals, kept, &blocks);
    for (block, candidates) in page.blocks.iter().zip(&mut blocks) {
        candidates.extend(elements.get(block.container.index()).into_iter().flatten().copied());
        candidates.sort_by_key(|(rule, _)| std::cmp::Reverse(rule.strength));
    }
    blocks
}

/// For each container the user's rules that match it or one around it, the nearest first: by name, or by the heading that it begins with.
fn element_candidates<'a>(
    page: &Page,
    signals: &PageSignals<'a>,
    kept: &[bool],
    on_text: &[Vec<RuleCandidate<'a>>],
) -> Vec<Vec<RuleCandidate<'a>>> {
    let mut chars = vec![0.0; page.containers.len()];
    for ((block, facts), _) in page.blocks.iter().zip(&signals.blocks).zip(kept).filter(|(_, kept)| **kept) {
        if let Some(slot) = chars.get_mut(block.container.index()) {
            *slot += facts.weighted_chars;
        }
    }
    page.sum_upwards(&mut chars, |above, own| *above += own);
    let total: f32 = chars.first().copied().unwrap_or_default();
    let sections = signals.headed_sections(page, |index| on_text.get(index)?.first().map(|(rule, _)| *rule));
    let mut elements: Vec<Vec<RuleCandidate<'a>>> = Vec::with_capacity(page.containers.len());
    for (index, container) in page.containers.iter().enumerate() {
        let share = chars.get(index).map_or(0.0, |chars| chars / f32::max(total, 1.0));
        let guard = (share > MAX_SHARE).then_some(Guard::WideElement { share });
        let named = signals.user_rules.match_container(container).into_iter();
        let mut candidates: Vec<_> = named.chain(sections.get(&index).copied()).map(|rule| (rule, guard)).collect();
        // The root is its own parent, and not in the list yet.
        candidates.extend(elements.get(container.parent.index()).into_iter().flatten().copied());
        elements.push(candidates);
    }
    elements
}
