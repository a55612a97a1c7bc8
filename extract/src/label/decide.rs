//! From probabilities to a decision: what is kept, and as what.

use super::block_signals::{BlockSignals, is_headline};
use super::model::Scores;
use super::shingles::shingles;
use super::signals::PageSignals;
use crate::base::fast_hash::{FastHasherBuilder, FastMap};
use crate::base::text::fold;
use crate::document::{Block, Category, Container, Role, Tag};
use crate::page::{Format, Page};
use crate::rules::{RuleMatch, Strength};

/// Bounds of the probability from which on a block is kept.
const THRESHOLDS: (f32, f32) = (0.1, 0.6);

/// The probability that one block must reach at least for the page to have a story at all: a page of menus and a footer has none.
const STORY: f32 = 0.35;

/// The probability from which on blocks are kept: the one with the largest expected F1, by weighted_chars. Where the labeller is sure this is near one half; where
/// it is not, it is lower, as half of the best F1 that can be expected is the best threshold (Lipton et al., Optimal Thresholding of Classifiers to
/// Maximize F1 Measure, 2014).
pub fn threshold(evidence: &PageSignals<'_>, scores: &[f32]) -> f32 {
    let mut blocks: Vec<(f32, f32)> =
        scores.iter().zip(&evidence.blocks).map(|(score, facts)| (*score, facts.weighted_chars)).collect();
    blocks.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let surest = blocks.first().map_or(0.0, |(score, _)| *score);
    let story: f32 = blocks.iter().map(|(score, weighted_chars)| score * weighted_chars).sum();
    let (mut hits, mut taken, mut best) = (0.0f32, 0.0f32, (0.0f32, 0.5f32));
    for (score, weighted_chars) in blocks {
        hits += score * weighted_chars;
        taken += weighted_chars;
        let expected = 2.0 * hits / (taken + story).max(1.0);
        if expected > best.0 {
            best = (expected, score);
        }
    }
    if surest < STORY { STORY } else { best.1.clamp(THRESHOLDS.0, THRESHOLDS.1) }
}

/// The probability that a block must reach at least where a sure rule says that it is a comment: comments read like stories.
const OF_COMMENTS: f32 = 0.5;

/// A block that is nothing but a byline or a date is metadata, however much it reads like the story's first line.
fn says_who_or_when(facts: &BlockSignals<'_>) -> bool {
    let is_whole = |rule: &RuleMatch<'_>| rule.strength == Strength::Sure && rule.coverage >= 0.9;
    facts.rule.filter(is_whole).is_some_and(|rule| matches!(rule.category, Category::Byline | Category::Date))
}

/// Whether each block is kept.
pub fn keep(page: &Page, evidence: &PageSignals<'_>, scores: &Scores, threshold: f32) -> Vec<bool> {
    let is_article = scores.article >= 0.5;
    let passes = |((score, facts), block): ((&f32, &BlockSignals<'_>), &Block)| {
        let head = is_article && (is_headline(page, facts) || facts.marked.is_some() || says_who_or_when(facts));
        let says_comments = |rule: RuleMatch<'_>| rule.strength == Strength::Sure && rule.category == Category::Comments;
        let is_comment = facts.rule.is_some_and(says_comments) || evidence.container(block).rule.is_some_and(says_comments);
        let wanted = if is_comment { threshold.max(OF_COMMENTS) } else { threshold };
        facts.site_keep || (*score >= wanted && !head && facts.site_drop.is_none())
    };
    let mut kept: Vec<bool> = scores.blocks.iter().zip(&evidence.blocks).zip(&page.blocks).map(passes).collect();
    if page.format == Format::Text {
        go_on_to_the_next_paragraph(evidence, &scores.blocks, threshold, &mut kept);
    }
    drop_repetitions(evidence, &mut kept);
    // What a story is made of says nothing of a list of products or a thread.
    if is_article {
        bridge_short_blocks(evidence, &mut kept);
        runs_stand_together(page, evidence, &mut kept);
        keep_standfirst(page, evidence, &scores.blocks, threshold, &mut kept);
    }
    kept
}

/// Share of the threshold that a paragraph next to a kept block must reach.
const NEXT_SHARE: f32 = 0.6;

/// In a text dump, where nothing but the line itself shows that the story goes on, a paragraph next to a kept block is kept where it nearly passes.
fn go_on_to_the_next_paragraph(evidence: &PageSignals<'_>, scores: &[f32], threshold: f32, kept: &mut [bool]) {
    for index in 0..kept.len() {
        let beside = [index.wrapping_sub(1), index + 1].iter().any(|next| kept.get(*next) == Some(&true));
        let nearly = scores.get(index).is_some_and(|score| *score >= NEXT_SHARE * threshold);
        if beside && nearly && evidence.blocks.get(index).is_some_and(|facts| facts.is_paragraph() && is_harmless(facts)) {
            set(kept, index);
        }
    }
}

/// A kept block whose every run of words stands in other kept ones too is a pull quote, or the second copy of a body that the page holds twice. Of
/// several blocks with the same words the visible, longest, first one stays.
fn drop_repetitions(evidence: &PageSignals<'_>, kept: &mut [bool]) {
    let rank = |index: usize| {
        let facts = evidence.blocks.get(index);
        (facts.is_some_and(|facts| !facts.hidden), facts.map_or(0, |facts| facts.words), std::cmp::Reverse(index))
    };
    let held = || evidence.blocks.iter().enumerate().filter(|(index, _)| kept.get(*index) == Some(&true));
    let runs = held().map(|(_, facts)| facts.words).sum();
    let mut holders: FastMap<u64, usize> = FastMap::with_capacity_and_hasher(runs, FastHasherBuilder::default());
    for (index, facts) in held() {
        for shingle in shingles(&facts.folded) {
            let holder = holders.entry(shingle).or_insert(index);
            if rank(index) > rank(*holder) {
                *holder = index;
            }
        }
    }
    for (index, slot) in kept.iter_mut().enumerate().filter(|(_, kept)| **kept) {
        let Some(facts) = evidence.blocks.get(index).filter(|facts| facts.words >= LEAST_QUOTE) else { continue };
        if shingles(&facts.folded).all(|shingle| holders.get(&shingle).is_some_and(|holder| *holder != index)) {
            *slot = false;
        }
    }
}

/// Words from which a repeated line is a repetition and no chance.
const LEAST_QUOTE: usize = 6;

/// A short block between kept ones belongs to the story unless something speaks against it: one-line quotes, list items, short answers.
fn bridge_short_blocks(evidence: &PageSignals<'_>, kept: &mut [bool]) {
    for index in 1..kept.len().saturating_sub(1) {
        let Some(facts) = evidence.blocks.get(index) else { continue };
        let between = kept.get(index - 1) == Some(&true) && kept.get(index + 1) == Some(&true);
        let harmless =
            !facts.ruled(Strength::Likely) && !facts.hidden && !facts.titled && !facts.repeated && facts.link_share < 0.5;
        if between && harmless && facts.ends_sentence {
            set(kept, index);
        }
    }
}

/// Items of one list, or rows of one table, stand or fall together: a run of them is kept where most of it is, or where it stands between kept
/// blocks.
fn runs_stand_together(page: &Page, evidence: &PageSignals<'_>, kept: &mut [bool]) {
    let role = |index: usize| {
        page.blocks.get(index).map(|block| role_of(page, block)).filter(|role| matches!(role, Role::ListItem | Role::TableRow))
    };
    let mut from = 0;
    while from < kept.len() {
        let Some(kind) = role(from) else {
            from += 1;
            continue;
        };
        let to = (from..kept.len()).find(|index| role(*index) != Some(kind)).unwrap_or(kept.len());
        let harmless = |index: usize| evidence.blocks.get(index).is_some_and(is_harmless);
        let taken = (from..to).filter(|index| kept.get(*index) == Some(&true)).count();
        let enclosed = from > 0 && kept.get(from - 1) == Some(&true) && kept.get(to) == Some(&true);
        let linked = (from..to).filter(|index| evidence.blocks.get(*index).is_some_and(|f| f.link_share > 0.6)).count();
        if (taken * 2 > to - from || enclosed) && linked * 2 <= to - from {
            (from..to).filter(|index| harmless(*index)).for_each(|index| set(kept, index));
        }
        from = to;
    }
}

/// Nothing speaks against the block but its shape.
fn is_harmless(facts: &BlockSignals<'_>) -> bool {
    !facts.ruled(Strength::Likely)
        && !facts.hidden
        && !facts.titled
        && !facts.repeated
        && facts.marked.is_none()
        && facts.link_share < 0.9
}

fn set(kept: &mut [bool], index: usize) {
    if let Some(slot) = kept.get_mut(index) {
        *slot = true;
    }
}

/// Whole words of class or id that name the summary in front of a story.
const STANDFIRST_WORDS: &[&str] = &[
    "standfirst",
    "subtitle",
    "subheadline",
    "subhead",
    "subheading",
    "subtitulo",
    "entradilla",
    "deck",
    "dek",
    "lead",
    "lede",
    "chapo",
    "chapeau",
    "sottotitolo",
    "occhiello",
    "summary",
    "intro",
    "introduction",
    "teaser",
    "abstract",
    "bajada",
    "copete",
    "linha",
    "lid",
    "vorspann",
    "ingress",
    "manchet",
    "zajawka",
    "spot",
];

/// Share of the threshold that a sentence between a dump's headline and its body must reach to be taken for the summary.
const STANDFIRST_SHARE: f32 = 0.6;

/// The summary between headline and body is kept: what its class names, what repeats the page's own description, and in a text dump a sentence that nearly
/// passes.
fn keep_standfirst(page: &Page, evidence: &PageSignals<'_>, scores: &[f32], threshold: f32, kept: &mut [bool]) {
    let Some(body) = kept.iter().position(|kept| *kept) else { return };
    let Some(headline) = evidence.blocks.iter().take(body).rposition(|facts| facts.titled) else { return };
    let description = page.head.description().map(fold);
    for index in headline + 1..body {
        let Some((block, facts)) = page.blocks.get(index).zip(evidence.blocks.get(index)) else { continue };
        let nearly = scores.get(index).is_some_and(|score| *score >= STANDFIRST_SHARE * threshold);
        let says_so = match page.format {
            Format::Html => {
                let words = |container: &Container| container.tokens.split(' ').any(|word| STANDFIRST_WORDS.contains(&word));
                let described = |text: &String| facts.folded.len() > 30 && text.starts_with(&facts.folded);
                page.ancestors(block).take(2).any(words) || description.as_ref().is_some_and(described)
            }
            Format::Text => nearly && facts.ends_sentence && facts.sentences > 0,
        };
        let area = evidence.container(block);
        let area_allows = area.rule.is_none_or(|rule| rule.strength < Strength::Likely) && !area.inside.figure;
        if says_so && facts.weighted_chars >= 40.0 && facts.link_share < 0.3 && is_harmless(facts) && area_allows {
            set(kept, index);
        }
    }
}

/// What a block is if it is kept.
pub fn role_of(page: &Page, block: &Block) -> Role {
    let tags = page.ancestors(block).take(3).map(|container| container.tag);
    let own = page.containers.get(block.container.index()).map_or(Tag::Other, |container| container.tag);
    if let Some(level) = own.heading_level() {
        return Role::Heading(level);
    }
    for tag in tags {
        match tag {
            Tag::Li | Tag::Dd | Tag::Dt => return Role::ListItem,
            Tag::Blockquote => return Role::Quote,
            Tag::Tr | Tag::Td | Tag::Th => return Role::TableRow,
            Tag::Pre => return Role::Code,
            _ => {}
        }
    }
    match page.format {
        Format::Text if own == Tag::Text && block.chars() < 80 && !super::sentences::ends_sentence(&block.text) => {
            Role::Heading(2)
        }
        _ => Role::Paragraph,
    }
}
