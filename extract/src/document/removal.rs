//! Removals: which block was removed, by which rule, and why; and which blocks a guard kept although a rule matched. Removes nothing.

use serde::{Deserialize, Serialize};

use super::category::Category;

/// The identity of a rule, e.g. `paywall.already-subscriber` (category, dot, name), or `label.<reason>` for the labeller's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub String);

impl std::fmt::Display for RuleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// A block removed from the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    /// The block's index on the page, from 0.
    pub block: usize,
    /// Its category.
    pub category: Category,
    /// The rule or labeller reason that assigned the category.
    pub rule: RuleId,
    /// The rule's reason, in one sentence.
    pub why: String,
    /// The labeller's probability that the block is article text, from 0 to 1.
    pub score: f32,
    /// The block's text.
    pub text: String,
}

/// A block that a guard kept although a rule matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spared {
    /// The block's index on the page, from 0.
    pub block: usize,
    /// The rule that was overruled.
    pub rule: RuleId,
    /// Why the guard kept it.
    pub why: String,
}
