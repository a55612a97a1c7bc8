//! The labeller: decides which blocks belong to the story, and categorises the others.
//!
//! [`label`] is the entry point. The trained [`model`]s score the [`features`] of each block, `decide` turns scores into kept and dropped blocks, and
//! every dropped block gets a category, a rule and a reason.

mod block_signals;
mod body;
mod categorise;
mod completeness;
mod decide;
pub mod features;
mod forest;
mod guards;
mod headline;
pub mod lexicon;
pub mod model;
mod model_file;
pub mod net;
pub mod node;
mod repetitions;
mod rule_hits;
mod score;
mod sentences;
mod shingles;
pub mod signals;
mod site_guard;
mod site_rules;
mod tables;
mod user_rules;
mod verdict;

use crate::page::{Format, Page};
use crate::rules::RuleSet;
use categorise::CategoriseInput;
use headline::HeadLines;
use model::Scores;
use signals::PageSignals;

pub use completeness::{LIST_FEATURES, list_features};
pub use decide::role_of;
pub use rule_hits::{MatchedPart, RuleHit, rule_hits};
pub use score::model_name;
pub use user_rules::LIKELY_SCORE;
pub use verdict::{Labelled, Verdict};

/// Labels every block of a page.
pub fn label(page: &Page, rules: &RuleSet) -> Labelled {
    label_and_fold(page, rules).0
}

/// Labels every block of a page, and gives the folded text of each.
pub fn label_and_fold(page: &Page, rules: &RuleSet) -> (Labelled, Vec<String>) {
    let mut page_signals = page_signals(page, rules);
    let scores = score::scores(page, &page_signals);
    let labelled = decide_by(page, &mut page_signals, &scores);
    (labelled, page_signals.blocks.into_iter().map(|block| block.folded).collect())
}

/// What is known about a page before its blocks are scored.
pub fn page_signals<'a>(page: &Page, rules: &'a RuleSet) -> PageSignals<'a> {
    let mut blocks = block_signals::of_page(page, rules);
    let spared = guards::spare_long_paragraphs(&mut blocks);
    PageSignals::of(page, rules, blocks, spared)
}

/// Turns scores into verdicts.
pub fn decide(page: &Page, mut page_signals: PageSignals<'_>, scores: &Scores) -> Labelled {
    decide_by(page, &mut page_signals, scores)
}

fn decide_by(page: &Page, page_signals: &mut PageSignals<'_>, scores: &Scores) -> Labelled {
    let blocks = scores.blocks.as_slice();
    let threshold = decide::threshold(page_signals, blocks, page.favour);
    let head_lines = find_head_lines(page, page_signals, blocks, threshold);
    let refused = site_guard::refuse_excess(page_signals, blocks, threshold);
    let mut kept = decide::keep(page, page_signals, scores, threshold);
    guards::drop_mere_labels(page, page_signals, &mut kept);
    guards::fall_back(page_signals, blocks, &mut kept);
    decide::drop_site_drops(page_signals, &mut kept);
    site_guard::keep_body(page, page_signals, &mut kept);
    let user_rules::Applied { rules, mut spared } = user_rules::apply(page, page_signals, blocks, &mut kept);
    spared.append(&mut page_signals.spared);
    spared.extend(refused.into_iter().filter(|spared| kept.get(spared.block) == Some(&true)));
    let confidence = guards::confidence(page_signals, blocks, &kept);
    let (page_signals, head_lines) = (&*page_signals, &head_lines);
    let input = CategoriseInput { page, page_signals, scores: blocks, kept: &kept, head_lines, user_rules: &rules };
    let verdicts = categorise::verdicts(&input);
    let completeness = completeness::assess(page, page_signals, &verdicts, scores.article).into_printable();
    Labelled { verdicts, spared, confidence, is_story: scores.is_story(), completeness }
}

/// Finds a text dump's head lines, and marks its headline and every repetition of it as titles.
fn find_head_lines(page: &Page, page_signals: &mut PageSignals<'_>, scores: &[f32], threshold: f32) -> HeadLines {
    if page.format != Format::Text {
        return HeadLines::default();
    }
    let kept: Vec<bool> = scores.iter().map(|score| *score >= threshold).collect();
    let body = kept.iter().position(|kept| *kept).unwrap_or(0);
    let lines = headline::find(page, page_signals, &kept, body);
    if let Some(title) = lines.title.and_then(|at| page_signals.blocks.get(at)).map(|block| block.folded.clone()) {
        for block in &mut page_signals.blocks {
            let repeats_it = || block.weighted_chars < 300.0 && block_signals::repeats_title(&block.folded, &title);
            block.titled |= block.folded == title || repeats_it();
        }
    }
    lines
}
