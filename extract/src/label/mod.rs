//! The labeller: which blocks are the story, and what the others are.
//!
//! [`label`] is the one door. Scores come from the trained [`model`]s on the [`features`] of each block, `decide` turns them into kept and dropped
//! blocks, and every dropped block gets a category, a rule and a reason.

mod body;
mod categorise;
mod completeness;
mod decide;
pub mod features;
mod guards;
mod headline;
pub mod lexicon;
pub mod model;
mod rule_hits;
mod score;
mod sentences;
pub mod signals;
mod user_rules;

use crate::document::{CompletenessVerdict, Removal, Role, Spared};
use crate::page::{Format, Page};
use crate::rules::RuleSet;
use categorise::LabelInput;
use headline::HeadLines;
use model::Scores;
use signals::PageSignals;

pub use completeness::{LIST_FEATURES, list_features};
pub use rule_hits::{MatchedPart, RuleHit, rule_hits};
pub use score::model_name;
pub use user_rules::LIKELY_SCORE;

/// What became of one block.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Part of the story.
    Kept {
        /// What it is in the story.
        role: Role,
        /// The labeller's probability that it is article text, 0 to 1.
        score: f32,
    },
    /// Dropped.
    Removed(Removal),
}

/// A page with a verdict on every block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labelled {
    /// One verdict a block, in page order: kept and removed blocks together are the page.
    pub verdicts: Vec<Verdict>,
    /// Blocks that a rule wanted to drop and a guard kept.
    pub spared: Vec<Spared>,
    /// Expected quality of the kept text, 0 to 1.
    pub confidence: f32,
    /// Whether the kept text is the whole story, as far as the labeller can tell.
    pub completeness: CompletenessVerdict,
}

impl Labelled {
    /// The removals, in page order.
    pub fn removals(&self) -> impl Iterator<Item = &Removal> {
        self.verdicts.iter().filter_map(|verdict| match verdict {
            Verdict::Removed(removal) => Some(removal),
            Verdict::Kept { .. } => None,
        })
    }

    /// The kept blocks: index on the page and role, in page order.
    pub fn kept(&self) -> impl Iterator<Item = (usize, Role)> {
        self.verdicts.iter().enumerate().filter_map(|(index, verdict)| match verdict {
            Verdict::Kept { role, .. } => Some((index, *role)),
            Verdict::Removed(_) => None,
        })
    }
}

/// Labels every block of the page.
pub fn label(page: &Page, rules: &RuleSet) -> Labelled {
    let evidence = PageSignals::gather(page, rules);
    let scores = score::scores(page, &evidence);
    decide(page, evidence, &scores)
}

/// Turns scores into verdicts.
pub fn decide(page: &Page, mut evidence: PageSignals<'_>, scores: &Scores) -> Labelled {
    let blocks = scores.blocks.as_slice();
    let threshold = decide::threshold(&evidence, blocks);
    let head = head_lines(page, &mut evidence, blocks, threshold);
    let mut kept = decide::keep(page, &evidence, scores, threshold);
    guards::drop_mere_labels(page, &evidence, &mut kept);
    guards::fall_back(&evidence, blocks, &mut kept);
    let user_rules::Applied { rules, mut spared } = user_rules::apply(page, &evidence, blocks, &mut kept);
    spared.append(&mut evidence.spared);
    let confidence = guards::confidence(&evidence, blocks, &kept);
    let input = LabelInput { page, evidence: &evidence, scores: blocks, kept: &kept, head: &head, user_rules: &rules };
    let verdicts = categorise::verdicts(&input);
    let completeness = completeness::judge(page, &evidence, &verdicts, scores.article);
    Labelled { verdicts, spared, confidence, completeness }
}

/// A text dump's head lines; its headline, and every repetition of it, is marked as such.
fn head_lines(page: &Page, evidence: &mut PageSignals<'_>, scores: &[f32], threshold: f32) -> HeadLines {
    if page.format != Format::Text {
        return HeadLines::default();
    }
    let body = scores.iter().position(|score| *score >= threshold).unwrap_or(0);
    let head = headline::find(page, evidence, body);
    if let Some(title) = head.title.and_then(|at| evidence.facts.get(at)).map(|facts| facts.folded.clone()) {
        for facts in &mut evidence.facts {
            facts.titled |= facts.folded == title || (facts.weighted_chars < 300.0 && signals::says_title(&facts.folded, &title));
        }
    }
    head
}
