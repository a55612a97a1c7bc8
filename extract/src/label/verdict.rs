//! The result of labelling: a verdict on every block, and on the page as a whole.

use crate::document::{CompletenessVerdict, Removal, Role, Spared};

/// The verdict on one block.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It is part of the story.
    Kept {
        /// Its role in the story.
        role: Role,
        /// The labeller's probability that it is article text, 0 to 1.
        score: f32,
    },
    /// It was dropped.
    Removed(Removal),
}

/// A page with a verdict on every block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labelled {
    /// One verdict per block, in page order. Kept and removed blocks together make up the page.
    pub verdicts: Vec<Verdict>,
    /// Blocks that matched a rule and were exempted from it by a guard.
    pub spared: Vec<Spared>,
    /// Expected quality of the kept text, 0 to 1.
    pub confidence: f32,
    /// Whether the page is taken for a story, and not for a list, product page or discussion.
    pub is_story: bool,
    /// Whether the kept text is the whole story, with the evidence.
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

    /// The kept blocks in page order: index on the page and role.
    pub fn kept(&self) -> impl Iterator<Item = (usize, Role)> {
        self.verdicts.iter().enumerate().filter_map(|(index, verdict)| match verdict {
            Verdict::Kept { role, .. } => Some((index, *role)),
            Verdict::Removed(_) => None,
        })
    }
}
