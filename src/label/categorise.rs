//! What each dropped block is: a category, the rule that says so, and why.

use super::Verdict;
use super::decide::role_of;
use super::evidence::Evidence;
use crate::document::{Category, Removal, RuleId};
use crate::page::Page;

/// The verdict on every block.
pub fn verdicts(page: &Page, evidence: &Evidence<'_>, scores: &[f32], kept: &[bool]) -> Vec<Verdict> {
    let blocks = page.blocks.iter().zip(&evidence.facts).zip(scores.iter().zip(kept)).enumerate();
    blocks
        .map(|(index, ((block, facts), (&score, &kept)))| {
            if kept {
                return Verdict::Kept { role: role_of(page, block), score };
            }
            let area = evidence.area(block).rule;
            let (category, rule, why) = match facts.rule.or(area) {
                Some(rule) => (rule.category, rule.rule.clone(), rule.why.to_string()),
                None => (Category::Other, RuleId("label.score".into()), "the block does not read like article text".to_string()),
            };
            Verdict::Removed(Removal { block: index, category, rule, why, score, text: block.text.clone() })
        })
        .collect()
}
