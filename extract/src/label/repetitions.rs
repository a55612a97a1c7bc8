//! Finds kept blocks that repeat others: pull quotes, or the second copy of a body that the page has twice.

use std::cell::OnceCell;

use super::block_signals::BlockSignals;
use super::sentences::is_sentence_end;
use super::shingles::{SHINGLE, shingles};
use super::signals::PageSignals;
use crate::base::fast_hash::{FastHasherBuilder, FastMap};
use crate::base::text::fold;
use crate::document::{Block, ContainerId, Tag};
use crate::page::{Format, Page};

/// Least words of a block that repeats others by more than chance.
const MIN_QUOTE_WORDS: usize = 6;

/// Most words of a block whose sentences may be from different places.
const MAX_QUOTE_WORDS: usize = 60;

/// Most words of the line that says whose a quote is.
const ATTRIBUTION_WORDS: usize = 8;

/// The pull quotes that were dropped because they repeat what is said in the story.
pub struct Repetitions(Vec<usize>);

/// The score of a block of HTML that stays although its words are said elsewhere, in other words around them: a heading above the paragraph that takes
/// it up. In a text dump such a line is mostly a pull quote.
const CERTAIN: f32 = 0.7;

/// Drops kept blocks whose every run of words is in other kept ones too. Of several blocks with the same words the visible, longest, first one stays.
pub fn drop(page: &Page, signals: &PageSignals<'_>, scores: &[f32], kept: &mut [bool]) -> Repetitions {
    let rank = |index: usize| {
        let facts = signals.blocks.get(index);
        (facts.is_some_and(|facts| !facts.hidden), facts.map_or(0, |facts| facts.words), std::cmp::Reverse(index))
    };
    let before = kept.to_vec();
    let kept_facts = || signals.blocks.iter().enumerate().filter(|(index, _)| before.get(*index) == Some(&true));
    let find_best_blocks = || {
        let words = kept_facts().map(|(_, facts)| facts.words).sum();
        let mut best_block: FastMap<u64, usize> = FastMap::with_capacity_and_hasher(words, FastHasherBuilder::default());
        for (index, facts) in kept_facts() {
            for shingle in shingles(&facts.folded) {
                let best = best_block.entry(shingle).or_insert(index);
                if rank(index) > rank(*best) {
                    *best = index;
                }
            }
        }
        best_block
    };
    // Found when a block is first compared with the others, as no block of many pages is.
    let best_block = OnceCell::new();
    let mut texts: FastMap<&str, usize> = FastMap::default();
    kept_facts().for_each(|(_, facts)| *texts.entry(facts.folded.as_str()).or_default() += 1);
    let mut dropped = Vec::new();
    for (index, slot) in kept.iter_mut().enumerate().filter(|(_, kept)| **kept) {
        let blocks = signals.blocks.get(index).filter(|facts| facts.words >= MIN_QUOTE_WORDS).zip(page.blocks.get(index));
        let Some((facts, block)) = blocks else { continue };
        let is_quote = is_quote(page, block);
        let is_copy = || texts.get(facts.folded.as_str()).is_some_and(|count| *count > 1);
        let is_certain = page.format == Format::Html && scores.get(index).is_some_and(|score| *score >= CERTAIN);
        if is_certain && !is_quote && !is_copy() {
            continue;
        }
        let best_block = best_block.get_or_init(find_best_blocks);
        let is_elsewhere =
            |folded: &str| shingles(folded).all(|shingle| best_block.get(&shingle).is_some_and(|best| *best != index));
        if is_elsewhere(&facts.folded)
            || is_quote && sentences_of(facts, block).is_some_and(|all| all.iter().all(|one| is_elsewhere(one)))
        {
            *slot = false;
            dropped.extend(is_quote.then_some(index));
        }
    }
    Repetitions(dropped)
}

/// The folded sentences of a quote that puts together what is said in different places; `None` if the block cannot be one.
fn sentences_of(facts: &BlockSignals<'_>, block: &Block) -> Option<Vec<String>> {
    if facts.words > MAX_QUOTE_WORDS || facts.sentences == 0 {
        return None;
    }
    let all: Vec<String> = block.text.split_inclusive(is_sentence_end).map(fold).filter(|one| !one.is_empty()).collect();
    let are_long = all.iter().all(|one| one.bytes().filter(|byte| *byte == b' ').count() + 1 >= SHINGLE);
    (all.len() > 1 && are_long).then_some(all)
}

impl Repetitions {
    /// Drops them once more, where they were kept as parts of what is around them, and the lines that say whose the quotes are.
    pub fn drop_again(&self, page: &Page, signals: &PageSignals<'_>, kept: &mut [bool]) {
        for index in &self.0 {
            if let Some(slot) = kept.get_mut(*index) {
                *slot = false;
            }
            if is_attribution(page, signals, *index)
                && let Some(slot) = kept.get_mut(index + 1)
            {
                *slot = false;
            }
        }
    }
}

/// Whether the block after a repetition is a short line in the same quote.
fn is_attribution(page: &Page, signals: &PageSignals<'_>, quote: usize) -> bool {
    let is_short = |facts: &BlockSignals<'_>| facts.words <= ATTRIBUTION_WORDS && !facts.ends_sentence;
    let Some(around) = page.blocks.get(quote).and_then(|block| quote_around(page, block)) else { return false };
    let next = page.blocks.get(quote + 1).and_then(|block| quote_around(page, block));
    next == Some(around) && signals.blocks.get(quote + 1).is_some_and(is_short)
}

/// Whether a block is set apart as a quote, by the markup or by the mark that it begins with.
fn is_quote(page: &Page, block: &Block) -> bool {
    let is_in_list = page.ancestors(block).take(3).any(|container| matches!(container.tag, Tag::Li | Tag::Dd | Tag::Tr));
    let is_marked = block.text.starts_with(['“', '„', '«', '‘', '"', '\'', '”', '»', '「', '『', '‹'])
        || quote_around(page, block).is_some()
        || page.ancestors(block).take(2).any(|container| container.tokens.split(' ').any(|word| QUOTE_WORDS.contains(&word)));
    is_marked && !is_in_list
}

/// Whole words of class or id that name pull quotes.
const QUOTE_WORDS: &[&str] = &["pullquote", "quote", "zitat", "citation", "cita", "citazione", "blockquote"];

/// The innermost element around a block that sets quotes apart.
fn quote_around(page: &Page, block: &Block) -> Option<ContainerId> {
    let mut id = block.container;
    for container in page.ancestors(block).take(4) {
        if matches!(container.tag, Tag::Blockquote | Tag::Aside | Tag::Figure) {
            return Some(id);
        }
        id = container.parent;
    }
    None
}
