//! Proposes the rules of a site from its pages: what recurs on them, what varies, and what holds the story. Reads and writes no files.
//!
//! [`profile`] looks at one page, [`propose`] at the profiles of many. The proposal depends on the set of pages alone, not on their order.

mod boxes;
mod fields;
mod lines;
mod profile;
mod proposal;
mod toml_text;

use std::collections::BTreeSet;

use super::clean::CleanedPage;
use crate::document::elements::ElementTree;
use crate::label::Verdict;
use crate::rules::RuleSet;
use proposal::{ProposedRule, Subject};

pub use profile::{MAX_PAGES, MIN_PAGES, PageProfile};
pub use proposal::Proposal;

/// Profiles a page. `tree` has its elements, see [`super::clean::elements_of`]. The rules of its own site should not have been used.
pub fn profile(cleaned: &CleanedPage, tree: &ElementTree) -> PageProfile {
    let kept: Vec<bool> = cleaned.labelled.verdicts.iter().map(|verdict| matches!(verdict, Verdict::Kept { .. })).collect();
    let blocks = cleaned.page.blocks.iter().zip(&kept);
    let story = blocks.filter(|(_, kept)| **kept).map(|(block, _)| boxes::chars(block)).sum();
    PageProfile {
        story,
        boxes: boxes::of_page(&cleaned.page, &kept, tree, story),
        lines: lines::of_page(&cleaned.page, &kept),
        fields: fields::of_page(&cleaned.page, tree, &cleaned.article.metadata),
        known: fields::known(&cleaned.article.metadata),
    }
}

/// Proposes rules for a site from the profiles of its pages. `rules` name the categories of what is dropped.
pub fn propose(host: &str, pages: &[PageProfile], rules: &RuleSet) -> Proposal {
    let subject = Subject { pages, rules, recurring: lines::recurring(pages) };
    let body = boxes::body(&subject);
    let story_names: BTreeSet<String> = body.iter().flat_map(|body| body.names_around.iter().cloned()).collect();
    let drops = boxes::drops(&subject, &story_names);
    let covered = |page: &PageProfile| boxes::lines_inside(page, &drops);
    let lines = lines::drops(&subject, covered);
    let mut proposed: Vec<ProposedRule> = Vec::new();
    proposed.extend(body.as_ref().map(|body| body.rule_of_body(pages.len())));
    proposed.extend(fields::rules(pages));
    proposed.extend(drops.iter().map(|drop| drop.rule_of_drop(&subject, &story_names)));
    proposed.extend(lines);
    proposal::write(host, pages.len(), proposed)
}
