//! Rules for people: a list of them, one in full, and what they do to a page.

use std::fmt::Write;

use gleaner::commands::explain::BlockVerdict;
use gleaner::commands::rule_effects::{BlockEffect, PageEffects, RuleEffect, TextSize};
use gleaner_extract::base::printable::escape_line;
use gleaner_extract::document::RuleId;
use gleaner_extract::label::{LIKELY_SCORE, MatchedPart};
use gleaner_extract::rules::{Rule, RuleOrigin, Strength};

use super::human::{clip, plural};
use super::section::section;
use super::site_rules::SiteRule;
use super::style::Style;
use gleaner_extract::base::path_text::path_text;

/// Most blocks shown of one rule.
const MAX_BLOCKS: usize = 5;

/// One line for each rule, those of single sites last.
pub fn list(rules: &[&Rule], of_sites: &[SiteRule<'_>], style: Style) -> String {
    let ids = rules.iter().map(|rule| &rule.id).chain(of_sites.iter().map(|rule| rule.id));
    let width = ids.map(|id| id.0.chars().count()).max().unwrap_or(0);
    let line = |id: &RuleId, what: &str, why: &str| {
        format!("{:width$}  {what:6}  {}\n", escape_line(&id.0), style.dim(&escape_line(why)))
    };
    let listed = rules.iter().map(|rule| line(&rule.id, rule.strength.name(), &rule.why));
    listed.chain(of_sites.iter().map(|rule| line(rule.id, rule.action.name(), rule.why))).collect()
}

/// A rule with everything in it.
pub fn rule(rule: &Rule, style: Style) -> String {
    let mut out = String::new();
    let and_more = if rule.opens_section { ", and what follows it" } else { "" };
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}\n{}\n", style.bold(&escape_line(&rule.id.0)), escape_line(&rule.why));
    let _ = writeln!(out, "category   {}{and_more}", rule.category);
    let _ = writeln!(out, "strength   {}: {}", rule.strength.name(), effect_of(rule));
    let _ = writeln!(out, "file       {}, line {}", escape_line(&path_text(&rule.file)), rule.line);
    if rule.reads_text() {
        let _ = writeln!(out, "match      {}, blocks of at most {} words", rule.matching.name(), rule.max_words);
    }
    for (language, phrases) in &rule.phrases {
        section(&format!("phrases {language}"), phrases, &mut out);
    }
    let sections = [
        ("patterns", &rule.patterns),
        ("names", &rule.names),
        ("elements", &rule.tags),
        ("removes", &rule.removes),
        ("removes names", &rule.removes_names),
        ("keeps", &rule.keeps),
        ("keeps names", &rule.keeps_names),
    ];
    for (name, items) in sections {
        section(name, items, &mut out);
    }
    out
}

/// What the rule's strength means for whoever wrote it.
fn effect_of(rule: &Rule) -> String {
    let effect = match (rule.origin, rule.strength) {
        (RuleOrigin::User, Strength::Sure) => "your rule; it drops the block unless a guard spares it",
        (RuleOrigin::User, Strength::Likely) => {
            return format!("your rule; it drops the block if its score is below {LIKELY_SCORE:.1}, unless a guard spares it");
        }
        (RuleOrigin::User, Strength::Hint) => "your rule; it names the category of a block that is dropped anyway",
        (RuleOrigin::BuiltIn, Strength::Sure | Strength::Likely) => {
            "built-in; it is evidence for the model, which decides, and names the category of a dropped block"
        }
        (RuleOrigin::BuiltIn, Strength::Hint) => "built-in; it names the category of a block that is dropped anyway",
    };
    effect.to_owned()
}

/// What rules do to a page: each rule that matches with its blocks, then the blocks that changed with them, then a summary. `rules` names the rules that
/// the page was compared without: "your rules".
pub fn effects(page: &PageEffects, rules: &str, style: Style) -> String {
    let mut out = format!("{}\n", style.bold(&escape_line(&page.page)));
    for effects in page.matches.chunk_by(|a, b| a.rule == b.rule) {
        rule_effects(effects, style, &mut out);
    }
    if !page.side_effects.is_empty() {
        let _ = writeln!(out, "\nother blocks that change");
    }
    for block in &page.side_effects {
        block_effect(block, style, &mut out);
    }
    let _ = writeln!(out, "\n{}", summary(page, rules));
    out
}

fn rule_effects(effects: &[RuleEffect], style: Style, out: &mut String) {
    let Some(first) = effects.first() else { return };
    let origin = if first.origin.is_built_in() { "built-in" } else { "yours" };
    let strength = first.strength.map_or("keep", Strength::name);
    let by_element = effects.iter().any(|effect| effect.matched == MatchedPart::Element);
    let how = if by_element { ", by element" } else { "" };
    let _ = writeln!(out, "\n{} ({origin}, {strength}{how})", style.bold(&escape_line(&first.rule.0)));
    for effect in effects.iter().take(MAX_BLOCKS) {
        block_effect(&effect.block, style, out);
    }
    if effects.len() > MAX_BLOCKS {
        let _ = writeln!(out, "  and {}", plural((effects.len() - MAX_BLOCKS) as u64, "more block"));
    }
}

/// The block, and what becomes of it without the rules and with them.
fn block_effect(block: &BlockEffect, style: Style, out: &mut String) {
    let text = format!("  {}", clip(&block.text));
    let text = match block.with {
        BlockVerdict::Kept { .. } => text,
        BlockVerdict::Removed { .. } => style.removed(&text),
    };
    let (without, with) = (fate(&block.without), fate(&block.with));
    let change = if without == with { with } else { format!("{without} → {with}") };
    let because = match &block.with {
        BlockVerdict::Kept { spared: Some(spared), score, .. } => {
            format!("{change} although {} matches · {} · {score:.2}", spared.rule, spared.why)
        }
        BlockVerdict::Kept { spared: None, score, .. } => format!("{change} · {score:.2}"),
        BlockVerdict::Removed { rule, score, .. } => format!("{change} by {rule} · {score:.2}"),
    };
    let _ = writeln!(out, "{text}\n{}", style.dim(&format!("    {}", escape_line(&because))));
}

fn fate(verdict: &BlockVerdict) -> String {
    match verdict {
        BlockVerdict::Kept { .. } => "kept".to_owned(),
        BlockVerdict::Removed { category, .. } => format!("removed [{category}]"),
    }
}

fn summary(page: &PageEffects, rules: &str) -> String {
    let size = |size: TextSize| format!("{} in {}", plural(size.words as u64, "word"), plural(size.blocks as u64, "block"));
    let changed = page.matches.iter().filter(|effect| effect.block.is_changed()).map(|effect| &effect.block);
    let mut changed: Vec<(Option<u32>, &str)> = changed.map(|block| (block.line, block.text.as_str())).collect();
    changed.dedup();
    changed.sort_unstable();
    changed.dedup();
    let changed = plural((changed.len() + page.side_effects.len()) as u64, "block");
    format!("{changed} changed by {}: {} without, {} with", escape_line(rules), size(page.without), size(page.with))
}

/// The user's rules that match nothing.
pub fn unmatched(rules: &[RuleId]) -> String {
    let lines = rules.iter().map(|rule| format!("  {}\n", escape_line(&rule.0)));
    if rules.is_empty() { String::new() } else { format!("your rules without a match\n{}", lines.collect::<String>()) }
}
