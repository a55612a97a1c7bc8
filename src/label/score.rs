//! Scores: the probability of each block that it is article text. Rules and hand-set weights today; a learned model takes this one place.
//!
//! The seam: [`probabilities`] sees the page and its evidence and gives one number a block. Nothing else of the labeller knows how.

use super::body::{self, Body};
use super::evidence::{Evidence, Facts};
use crate::document::{Category, Tag};
use crate::page::{Format, Page};
use crate::rules::{RuleMatch, Strength};

/// The name of this scorer in every sidecar.
pub const MODEL: &str = "rules";

/// One probability a block, in page order.
pub fn probabilities(page: &Page, evidence: &Evidence<'_>) -> Vec<f32> {
    let local: Vec<f32> = match page.format {
        Format::Html => {
            let body = body::find(page, evidence);
            page.blocks.iter().zip(&evidence.facts).map(|(block, facts)| html_logit(facts, evidence, block, &body)).collect()
        }
        Format::Text => (0..evidence.facts.len()).map(|index| text_logit(evidence, index)).collect(),
    };
    let local: Vec<f32> = local.into_iter().map(sigmoid).collect();
    within_region(&local, evidence, page.format)
}

fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// What the words and marks of a block say by themselves.
fn prose_logit(facts: &Facts<'_>) -> f32 {
    let mut logit = -1.1;
    logit += 1.8 * (facts.mass / 140.0).min(1.0);
    logit += if facts.ends_sentence { 0.9 } else { -0.4 };
    logit += 0.4 * (facts.sentences.min(3) as f32 - 1.0).max(0.0);
    logit -= 4.0 * (facts.link_share - 0.25).max(0.0);
    if facts.repeated {
        logit -= 2.0;
    }
    logit
}

/// What a rule takes away from a block's logit.
fn rule_penalty(rule: Option<RuleMatch<'_>>) -> f32 {
    rule.map_or(0.0, |rule| match rule.strength {
        Strength::Sure => 6.0,
        Strength::Likely => 1.8,
        Strength::Hint => 0.2,
    })
}

fn html_logit(facts: &Facts<'_>, evidence: &Evidence<'_>, block: &crate::document::Block, body: &Body) -> f32 {
    let area = evidence.area(block);
    let inside = area.inside;
    let mut logit = prose_logit(facts);
    logit += match facts.tag {
        Tag::P => 0.7,
        Tag::H2 | Tag::H3 | Tag::H4 => 0.6,
        Tag::Blockquote => 0.5,
        Tag::Li | Tag::Tr | Tag::Td | Tag::Th => 0.1,
        Tag::Figcaption | Tag::Caption | Tag::Button | Tag::Label | Tag::Legend | Tag::H1 => -5.0,
        _ => 0.0,
    };
    let places = [
        (inside.nav, -3.5),
        (inside.footer, -2.5),
        (inside.aside, -2.0),
        (inside.form, -2.5),
        (inside.figure, -3.0),
        (inside.other_story, -3.0),
        (inside.header && facts.mass < 80.0, -1.0),
        (facts.hidden, -4.0),
        (facts.titled, -4.0),
    ];
    logit += places.iter().filter(|(holds, _)| *holds).map(|(_, weight)| weight).sum::<f32>();
    logit += body.bonus(block.container);
    logit -= rule_penalty(area.rule) + rule_penalty(facts.rule);
    logit
}

fn text_logit(evidence: &Evidence<'_>, index: usize) -> f32 {
    let Some(facts) = evidence.facts.get(index) else { return -9.0 };
    let around = evidence.facts.get(index.saturating_sub(2)..(index + 3).min(evidence.facts.len())).unwrap_or_default();
    let mean = around.iter().map(|f| f.mass.min(300.0)).sum::<f32>() / around.len().max(1) as f32;
    let mut logit = prose_logit(facts) + 1.6 * (mean / 150.0).min(1.0) - 0.5;
    if matches!(facts.tag, Tag::H1 | Tag::Figure) || facts.titled {
        logit -= 6.0;
    }
    // A line between two of a box belongs to the box.
    let ruled = |at: Option<usize>| at.and_then(|at| evidence.facts.get(at)).is_some_and(|facts| facts.ruled(Strength::Likely));
    if ruled(index.checked_sub(1)) && ruled(Some(index + 1)) {
        logit -= 3.0;
    }
    logit - rule_penalty(facts.rule)
}

/// The one stretch of the page that the story takes up: the run of blocks with the largest sum of mass-weighted evidence (Kadane's maximum
/// subarray). Blocks outside it lose most of their probability: a teaser or a comment may be prose, but stands elsewhere.
fn within_region(local: &[f32], evidence: &Evidence<'_>, format: Format) -> Vec<f32> {
    let cost = |facts: &Facts<'_>| if format == Format::Text { section_cost(facts) } else { 0.0 };
    let worth = |(p, facts): (&f32, &Facts<'_>)| (p - 0.5) * (facts.mass / 80.0).clamp(0.35, 4.0) - cost(facts);
    let (mut best, mut best_span, mut sum, mut start) = (0.0f32, 0..0, 0.0f32, 0);
    for (index, value) in local.iter().zip(&evidence.facts).map(worth).enumerate() {
        if sum <= 0.0 {
            (sum, start) = (0.0, index);
        }
        sum += value;
        if sum > best {
            (best, best_span) = (sum, start..index + 1);
        }
    }
    local.iter().enumerate().map(|(index, p)| if best_span.contains(&index) { *p } else { p * 0.3 }).collect()
}

/// In a text dump, where no container shows its end, what comes after the heading of a section that is not the story's costs more than the heading itself: comments end a story for good, a list
/// of other stories may stand in its middle.
fn section_cost(facts: &Facts<'_>) -> f32 {
    match facts.rule.filter(|rule| rule.opens_section && rule.strength >= Strength::Likely) {
        Some(rule) if rule.category == Category::Comments => 4.0,
        Some(rule) if rule.category == Category::Related => 1.0,
        _ => 0.0,
    }
}
