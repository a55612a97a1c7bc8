//! Which rules match which blocks of a page, whatever became of the blocks: for checking rules. Decides nothing.

use serde::Serialize;

use super::site_rules;
use crate::document::{Category, RuleId};
use crate::page::Page;
use crate::rules::{CompiledRules, RuleMatch, RuleOrigin, RuleSet, SiteMatches, Strength};

/// A rule that matches a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleHit {
    /// The block's index on the page, from 0.
    pub block: usize,
    /// The rule.
    pub rule: RuleId,
    /// Who wrote it.
    pub origin: RuleOrigin,
    /// What the rule does; `None` for a site's `keep`.
    pub strength: Option<Strength>,
    /// The category that it gives; `None` for a site's `keep`.
    pub category: Option<Category>,
    /// What the rule matches.
    pub matched: MatchedPart,
}

/// What of a block a rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedPart {
    /// The block's text.
    Text,
    /// An element around the block.
    Element,
    /// Text or element, of a site's rule.
    Site,
}

/// Every rule that matches each block: the user's rules first, then in order of ids and blocks.
pub fn rule_hits(page: &Page, rules: &RuleSet) -> Vec<RuleHit> {
    let mut hits = Vec::new();
    for group in [rules.user(), rules.built_in()] {
        group_hits(page, group, &mut hits);
    }
    for (index, site) in site_rules::of_page(page, rules).into_iter().flatten().enumerate() {
        hits.extend(site_hits(index, &site));
    }
    hits.sort_by(|a, b| (a.origin.is_built_in(), &a.rule, a.block).cmp(&(b.origin.is_built_in(), &b.rule, b.block)));
    hits.dedup_by(|a, b| a.rule == b.rule && a.block == b.block);
    hits
}

fn group_hits(page: &Page, rules: &CompiledRules, hits: &mut Vec<RuleHit>) {
    if rules.is_empty() {
        return;
    }
    // Parents come before their children, so each container's list is complete when a child copies it.
    let mut elements: Vec<Vec<RuleMatch<'_>>> = Vec::with_capacity(page.containers.len());
    for container in &page.containers {
        let mut matches = rules.match_container(container);
        matches.extend(elements.get(container.parent.index()).into_iter().flatten().copied());
        elements.push(matches);
    }
    for (index, block) in page.blocks.iter().enumerate() {
        let on_text = rules.match_text(&block.text).into_iter().map(|rule| hit(index, &rule, MatchedPart::Text));
        hits.extend(on_text);
        let around = elements.get(block.container.index()).into_iter().flatten();
        hits.extend(around.map(|rule| hit(index, rule, MatchedPart::Element)));
    }
}

fn site_hits(index: usize, site: &SiteMatches<'_>) -> Vec<RuleHit> {
    let mut hits: Vec<RuleHit> = site.drops.iter().map(|rule| hit(index, rule, MatchedPart::Site)).collect();
    hits.extend(site.keep.map(|keep| RuleHit {
        block: index,
        rule: keep.rule.clone(),
        origin: keep.origin,
        strength: None,
        category: None,
        matched: MatchedPart::Site,
    }));
    hits
}

fn hit(block: usize, rule: &RuleMatch<'_>, matched: MatchedPart) -> RuleHit {
    RuleHit {
        block,
        rule: rule.rule.clone(),
        origin: rule.origin,
        strength: Some(rule.strength),
        category: Some(rule.category),
        matched,
    }
}
