//! The labeller: which blocks are the story, and what the others are.
//!
//! [`label`] is the one door. Scores come from `score` (rules today; a learned model takes that one place), `decide` turns them into
//! kept and dropped blocks, and every dropped block gets a category, a rule and a reason.

mod body;
mod categorise;
mod decide;
mod evidence;
mod score;

use crate::document::{Removal, Role, Spared};
use crate::page::Page;
use crate::rules::RuleSet;
use evidence::Evidence;

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
    let kept = decide::keep(page, &evidence, &scores);
    let verdicts = categorise::verdicts(page, &evidence, &scores, &kept);
    Labelled { verdicts, spared: Vec::new(), confidence: 0.0, completeness: Default::default() }
}
