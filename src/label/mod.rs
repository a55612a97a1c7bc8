//! The labeller: which blocks are the story, and what the others are.
//!
//! [`label`] is the one door. Scores come from `score` (rules today; a learned model takes that one place), `decide` turns them into
//! kept and dropped blocks, and every dropped block gets a category, a rule and a reason.

mod body;
mod categorise;
mod completeness;
mod decide;
pub mod evidence;
pub mod features;
mod guards;
mod headline;
pub mod lexicon;
pub mod matrix;
pub mod model;
mod score;
pub mod second_round;

use crate::document::{Removal, Role, Spared};
use crate::page::{Format, Page};
use crate::rules::RuleSet;
use categorise::Scene;
use evidence::Evidence;
use headline::HeadLines;

pub use score::MODEL;

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
    pub completeness: crate::document::Completeness,
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
    let evidence = Evidence::gather(page, rules);
    let scores = score::probabilities(page, &evidence);
    decide(page, evidence, &scores)
}

/// Turns scores into verdicts: one probability a block, in page order.
pub fn decide(page: &Page, mut evidence: Evidence<'_>, scores: &[f32]) -> Labelled {
    let head = head_lines(page, &mut evidence, scores);
    let mut kept = decide::keep(page, &evidence, scores);
    guards::fall_back(page, &evidence, scores, &mut kept);
    let confidence = guards::confidence(&evidence, scores, &kept);
    let verdicts = categorise::verdicts(&Scene { page, evidence: &evidence, scores, kept: &kept, head: &head });
    let completeness = completeness::judge(&evidence, &verdicts);
    Labelled { verdicts, spared: evidence.spared, confidence, completeness }
}

/// A text dump's head lines; its headline, and every repetition of it, is marked as such.
fn head_lines(page: &Page, evidence: &mut Evidence<'_>, scores: &[f32]) -> HeadLines {
    if page.format != Format::Text {
        return HeadLines::default();
    }
    let body = scores.iter().position(|score| *score >= decide::THRESHOLD).unwrap_or(0);
    let head = headline::find(page, evidence, body);
    if let Some(title) = head.title.and_then(|at| evidence.facts.get(at)).map(|facts| facts.folded.clone()) {
        evidence
            .facts
            .iter_mut()
            .for_each(|facts| facts.titled |= evidence::says_title(&facts.folded, &title) && facts.mass < 300.0);
        evidence.facts.iter_mut().for_each(|facts| facts.titled |= facts.folded == title);
    }
    head
}
