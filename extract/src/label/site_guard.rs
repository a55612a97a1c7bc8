//! Applies what the rules of a page's site say the story is in, and keeps rules of a site from removing most of a story: a site's pages change, and the
//! rules that were written for them do not.

use std::collections::BTreeMap;

use super::block_signals::{BlockSignals, SitePlace};
use super::guards::Guard;
use super::signals::{ContainerSignals, PageSignals};
use crate::document::{RuleId, Spared};
use crate::page::Page;
use crate::rules::Strength;

/// Largest share of a page's story, by weighted characters, that the rules of its site may drop.
const MAX_SHARE: f32 = 0.5;

/// Takes back rules of the site, those that drop most first, until the others drop no more than half of what the model takes for the story; returns the
/// blocks that they would have dropped.
pub fn refuse_excess(signals: &mut PageSignals<'_>, scores: &[f32], threshold: f32) -> Vec<Spared> {
    let is_story = |facts: &BlockSignals<'_>, score: f32| score >= threshold && !facts.titled && facts.marked.is_none();
    let story = signals.blocks.iter().zip(scores).filter(|(facts, score)| is_story(facts, **score));
    let total: f32 = story.map(|(facts, _)| facts.weighted_chars).sum();
    let mut spared = Vec::new();
    loop {
        let mut dropped: BTreeMap<&RuleId, f32> = BTreeMap::new();
        for (facts, _) in signals.blocks.iter().zip(scores).filter(|(facts, score)| is_story(facts, **score)) {
            if let Some(rule) = dropped_by(facts) {
                *dropped.entry(rule).or_default() += facts.weighted_chars;
            }
        }
        let most = dropped.iter().max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(rule, chars)| ((*rule).clone(), *chars));
        let Some((rule, chars)) = most.filter(|_| dropped.values().sum::<f32>() > MAX_SHARE * total) else { return spared };
        let why = Guard::MostOfStory { share: chars / total }.to_string();
        for (block, facts) in signals.blocks.iter_mut().enumerate().filter(|(_, facts)| dropped_by(facts) == Some(&rule)) {
            if facts.site_drop.is_some() {
                facts.site_drop = None;
            } else {
                facts.site_place = SitePlace::Unknown;
            }
            spared.push(Spared { block, rule: rule.clone(), why: why.clone() });
        }
        // Without the rule, what is inside of its elements is nothing special.
        let is_left = |facts: &BlockSignals<'_>| matches!(facts.site_place, SitePlace::Outside(_));
        if !signals.blocks.iter().any(is_left) {
            signals.blocks.iter_mut().for_each(|facts| facts.site_place = SitePlace::Unknown);
        }
    }
}

/// The rule of the site that drops a block.
fn dropped_by<'a>(facts: &BlockSignals<'a>) -> Option<&'a RuleId> {
    let rule = match (facts.site_drop, facts.site_place) {
        (Some(rule), _) | (None, SitePlace::Outside(rule)) => rule,
        (None, SitePlace::Unknown | SitePlace::Inside) => return None,
    };
    (!facts.site_keep).then_some(rule.rule)
}

/// Drops what is outside of the elements that a rule of the site says the story is in, and keeps the paragraphs inside of them that nothing but their
/// score speaks against.
pub fn keep_body(page: &Page, signals: &mut PageSignals<'_>, kept: &mut [bool]) {
    let may_hold: Vec<bool> = page.blocks.iter().map(|block| may_hold_story(&signals.container(block))).collect();
    for ((facts, may_hold), kept) in signals.blocks.iter_mut().zip(may_hold).zip(kept) {
        match facts.site_place {
            SitePlace::Unknown => {}
            SitePlace::Inside => *kept |= may_hold && is_prose(facts),
            SitePlace::Outside(rule) if *kept && !facts.site_keep => {
                *kept = false;
                facts.site_drop = Some(rule);
            }
            SitePlace::Outside(_) => {}
        }
    }
}

/// Whether nothing speaks against what a container holds: it is no caption, menu or form, and no rule names it.
fn may_hold_story(container: &ContainerSignals<'_>) -> bool {
    let inside = container.inside;
    let is_other = inside.figure || inside.nav || inside.form || inside.footer || inside.aside;
    !is_other && container.rule.is_none_or(|rule| rule.strength < Strength::Likely)
}

/// Whether a block is a paragraph that nothing but a score can speak against.
fn is_prose(facts: &BlockSignals<'_>) -> bool {
    facts.is_paragraph()
        && !facts.ruled(Strength::Sure)
        && !facts.titled
        && !facts.repeated
        && facts.marked.is_none()
        && facts.site_drop.is_none()
}
