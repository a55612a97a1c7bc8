//! Proposes the rules of a site from its pages: what recurs on them, what varies, and what holds the story. Reads and writes no files.
//!
//! [`PageProfile::of`] looks at one page, [`propose`] at the profiles of many. The proposal depends on the set of pages alone, not on their order.

mod boxes;
mod fields;
mod lines;
mod proposal;
mod toml_text;

use std::collections::BTreeSet;

use super::clean::CleanedPage;
use crate::document::elements::ElementTree;
use crate::label::Verdict;
use crate::rules::RuleSet;
use boxes::BoxUse;
use fields::FieldUse;
use lines::KeptLine;
use proposal::{ProposedRule, Subject};

/// Fewest pages that a proposal is made from: of fewer, what recurs may be chance.
pub const MIN_PAGES: usize = 5;

/// Most pages that a proposal should be made from; more add little.
pub const MAX_PAGES: usize = 200;

/// What one page shows of its site.
#[derive(Clone, Debug)]
pub struct PageProfile {
    /// Characters of the kept text.
    story: u32,
    boxes: Vec<BoxUse>,
    lines: Vec<KeptLine>,
    fields: Vec<FieldUse>,
    /// The fields of metadata that are known.
    known: Vec<fields::Field>,
}

impl PageProfile {
    /// Profiles a page. `tree` has its elements, see [`super::clean::elements_of`]. The rules of its own site should not have been used.
    pub fn of(cleaned: &CleanedPage, tree: &ElementTree) -> Self {
        let kept: Vec<bool> = cleaned.labelled.verdicts.iter().map(|verdict| matches!(verdict, Verdict::Kept { .. })).collect();
        let blocks = cleaned.page.blocks.iter().zip(&kept);
        let story = blocks.filter(|(_, kept)| **kept).map(|(block, _)| boxes::chars(block)).sum();
        Self {
            story,
            boxes: boxes::of_page(&cleaned.page, &kept, tree, story),
            lines: lines::of_page(&cleaned.page, &kept),
            fields: fields::of_page(&cleaned.page, tree, &cleaned.article.metadata),
            known: fields::known(&cleaned.article.metadata),
        }
    }
}

/// Rules that are proposed for a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The rules as the text of a file, `sites/<host>.toml`, with the evidence in comments.
    pub toml: String,
    /// The number of rules in it.
    pub rules: usize,
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
