//! What matching returns: a rule that matched, or a site's `keep`.

use super::strength::{RuleOrigin, Strength};
use crate::document::{Category, RuleId};

/// One rule that matched a block or an element.
#[derive(Clone, Copy, Debug)]
pub struct RuleMatch<'a> {
    /// The rule's identity.
    pub rule: &'a RuleId,
    /// Who wrote the rule.
    pub origin: RuleOrigin,
    /// The category that the rule gives to the block.
    pub category: Category,
    /// How strong the rule is.
    pub strength: Strength,
    /// The rule's reason, in one sentence.
    pub why: &'a str,
    /// Whether the blocks after this one belong to it too, as after the heading "Related articles".
    pub opens_section: bool,
    /// Whether the block means that the story stops here (a paywall, not an offer).
    pub stops_story: bool,
    /// Share of the block's words that the rule's phrases cover, 0 to 1; 1 for patterns and markup.
    pub coverage: f32,
}

/// A `keep` of a site's rules that matches a block: the labeller must not drop the block.
#[derive(Clone, Copy, Debug)]
pub struct KeepMatch<'a> {
    /// The identity of the keep.
    pub rule: &'a RuleId,
    /// Who wrote it.
    pub origin: RuleOrigin,
    /// Its reason, in one sentence.
    pub why: &'a str,
}
