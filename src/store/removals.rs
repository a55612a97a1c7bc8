//! What was removed from a page, summed up by category for its sidecar.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use gleaner_extract::base::text::count_words;
use gleaner_extract::document::{Category, Removal, RuleId};

/// What was removed, by category.
pub type Removals = BTreeMap<Category, Removed>;

/// What was removed of one category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removed {
    /// Number of blocks.
    pub blocks: u64,
    /// Their words, folded.
    pub words: u64,
    /// Number of blocks by rule.
    pub rules: BTreeMap<RuleId, u64>,
}

/// Sums up what was removed.
pub fn sum_up<'a>(removals: impl IntoIterator<Item = &'a Removal>) -> Removals {
    let mut sums = Removals::new();
    for removal in removals {
        let sum = sums.entry(removal.category).or_default();
        sum.blocks += 1;
        sum.words += count_words(&removal.text) as u64;
        *sum.rules.entry(removal.rule.clone()).or_default() += 1;
    }
    sums
}
