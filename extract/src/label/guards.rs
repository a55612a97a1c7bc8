//! Guards: what keeps rules and low scores from taking a story apart. Each says why it stepped in.

use std::fmt;

use super::block_signals::BlockSignals;
use super::signals::PageSignals;
use crate::document::Spared;
use crate::page::{Format, Page};
use crate::rules::{RuleMatch, Strength};

/// Why a block is kept although a rule matches it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Guard {
    /// The rule's phrase is a small part of a long paragraph.
    LongParagraph {
        /// Share of the paragraph's words that the phrase covers.
        coverage: f32,
        /// Words of the paragraph.
        words: usize,
    },
    /// The element that the rule names holds most of the story.
    WideElement {
        /// Share of the story that the element holds.
        share: f32,
    },
    /// The rule would drop too much of the story.
    MostOfStory {
        /// Share of the story that the rule would drop.
        share: f32,
    },
    /// The rule is `likely`, and the block scores too well.
    HighScore {
        /// The score that it had to reach.
        needed: f32,
    },
    /// A `keep` of the site's rules matches the block.
    SiteKeep,
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LongParagraph { coverage, words } => {
                write!(f, "the phrase is {:.0} % of a paragraph of {words} words", coverage * 100.0)
            }
            Self::WideElement { share } => write!(f, "the element that it matches has {:.0} % of the story", share * 100.0),
            Self::MostOfStory { share } => write!(f, "it would drop {:.0} % of the story", share * 100.0),
            Self::HighScore { needed } => write!(f, "a `likely` rule only drops blocks that score below {needed:.1}"),
            Self::SiteKeep => f.write_str("a `keep` of the site's rules matches too"),
        }
    }
}

/// Least words of a paragraph in which a single phrase means little.
const LONG_WORDS: usize = 60;

/// Largest share of a long paragraph that such a phrase covers.
const SMALL_COVERAGE: f32 = 0.12;

/// Whether the rule's phrase is too small a part of a long paragraph to count.
pub fn long_paragraph(facts: &BlockSignals<'_>, rule: &RuleMatch<'_>) -> Option<Guard> {
    let is_small = facts.words >= LONG_WORDS && rule.coverage < SMALL_COVERAGE && facts.is_paragraph();
    is_small.then_some(Guard::LongParagraph { coverage: rule.coverage, words: facts.words })
}

/// Takes back rules whose phrase is a small part of a long paragraph, and returns what was spared.
pub fn spare_long_paragraphs(facts: &mut [BlockSignals<'_>]) -> Vec<Spared> {
    let mut spared = Vec::new();
    for (block, facts) in facts.iter_mut().enumerate() {
        let Some(rule) = facts.rule.filter(|rule| rule.strength >= Strength::Likely) else { continue };
        if let Some(guard) = long_paragraph(facts, &rule) {
            spared.push(Spared { block, rule: rule.rule.clone(), why: guard.to_string() });
            facts.rule = None;
        }
    }
    spared
}

/// Where no block reaches the threshold, keeps the best-scoring ones rather than return an empty text, provided that they read like prose.
pub fn fall_back(signals: &PageSignals<'_>, scores: &[f32], kept: &mut [bool]) {
    if kept.contains(&true) {
        return;
    }
    let eligible = |index: usize| {
        let facts = signals.blocks.get(index);
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

/// Kept blocks with fewer weighted characters than this, all of them labels and no sentence, are a menu and not a story.
const MIN_LABEL_CHARS: f32 = 400.0;

/// Drops everything kept on a page that has nothing but labels: menus, form fields, a footer.
pub fn drop_mere_labels(page: &Page, signals: &PageSignals<'_>, kept: &mut [bool]) {
    let kept_facts = || signals.blocks.iter().zip(kept.iter()).filter(|(_, kept)| **kept).map(|(facts, _)| facts);
    let weighted_chars: f32 = kept_facts().map(|facts| facts.weighted_chars).sum();
    let is_label = |facts: &BlockSignals<'_>| facts.weighted_chars < 40.0 && !facts.ends_sentence;
    if page.format == Format::Html && weighted_chars < MIN_LABEL_CHARS && kept_facts().all(is_label) {
        kept.fill(false);
    }
}

/// Expected F1 of the decision, by weighted characters, if the scores were true probabilities: `2 E[hits] / (kept + E[story])`.
pub fn confidence(signals: &PageSignals<'_>, scores: &[f32], kept: &[bool]) -> f32 {
    let (mut hits, mut kept_chars, mut story) = (0.0f32, 0.0f32, 0.0f32);
    for ((facts, score), kept) in signals.blocks.iter().zip(scores).zip(kept) {
        story += score * facts.weighted_chars;
        if *kept {
            hits += score * facts.weighted_chars;
            kept_chars += facts.weighted_chars;
        }
    }
    if kept_chars + story > 0.0 { 2.0 * hits / (kept_chars + story) } else { 0.0 }
}
