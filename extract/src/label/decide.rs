//! Turns probabilities into decisions: which blocks are kept, and in which role.

use super::block_signals::{BlockSignals, is_headline};
use super::model::Scores;
use super::repetitions;
use super::signals::PageSignals;
use crate::base::text::fold;
use crate::document::{Block, Category, Container, Favour, Role, Tag};
use crate::page::{Format, Page};
use crate::rules::{RuleMatch, Strength};

/// How much more recall counts than precision, squared (the β² of F-β), and the bounds of the threshold.
fn weights(favour: Favour) -> (f32, (f32, f32)) {
    match favour {
        Favour::Balanced => (1.0, (0.2, 0.6)),
        Favour::Precision => (0.25, (0.4, 0.85)),
        Favour::Recall => (4.0, (0.08, 0.4)),
    }
}

/// The threshold of a page without a single block that scores as high: a page of menus and a footer has no story.
const MIN_BEST_SCORE: f32 = 0.35;

/// The probability that a block must reach to be kept: the one with the largest expected F1, by weighted characters; another F-β, if precision or recall is favoured. It is near one half where the
/// model is confident, and lower where it is not, because the best threshold is half of the best F1 that can be expected (Lipton et al., Optimal
/// Thresholding of Classifiers to Maximize F1 Measure, 2014).
pub fn threshold(signals: &PageSignals<'_>, scores: &[f32], favour: Favour) -> f32 {
    let (recall_weight, (lowest, highest)) = weights(favour);
    let mut blocks: Vec<(f32, f32)> =
        scores.iter().zip(&signals.blocks).map(|(score, facts)| (*score, facts.weighted_chars)).collect();
    blocks.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let best_score = blocks.first().map_or(0.0, |(score, _)| *score);
    let story: f32 = blocks.iter().map(|(score, weighted_chars)| score * weighted_chars).sum();
    let (mut hits, mut kept_chars) = (0.0f32, 0.0f32);
    let (mut best, mut best_threshold) = (0.0f32, 0.5f32);
    for (score, weighted_chars) in blocks {
        hits += score * weighted_chars;
        kept_chars += weighted_chars;
        let expected = (1.0 + recall_weight) * hits / (kept_chars + recall_weight * story).max(1.0);
        if expected > best {
            (best, best_threshold) = (expected, score);
        }
    }
    if best_score < MIN_BEST_SCORE { MIN_BEST_SCORE } else { best_threshold.clamp(lowest, highest) }
}

/// The lowest threshold for a block that a `sure` rule takes for a comment: comments read like stories.
const COMMENT_THRESHOLD: f32 = 0.5;

/// Whether the block is nothing but a byline, date, caption or credit, or a link to another story with the words for that: however much it reads like
/// the story's own lines, the rules for these are right.
fn is_apparatus(facts: &BlockSignals<'_>) -> bool {
    let Some(rule) = facts.rule.filter(|rule| rule.strength == Strength::Sure) else { return false };
    match rule.category {
        Category::Byline | Category::Date | Category::Caption | Category::Credit | Category::Tracking => rule.coverage >= 0.9,
        Category::Related => facts.link_share >= 0.9,
        _ => false,
    }
}

/// Whether each block is kept.
pub fn keep(page: &Page, signals: &PageSignals<'_>, scores: &Scores, threshold: f32) -> Vec<bool> {
    let is_article = scores.is_story();
    let passes = |((score, facts), block): ((&f32, &BlockSignals<'_>), &Block)| {
        let is_metadata = is_article && (is_headline(&signals.titles, facts) || facts.marked.is_some() || is_apparatus(facts));
        let names_comments = |rule: RuleMatch<'_>| rule.strength == Strength::Sure && rule.category == Category::Comments;
        let is_comment = facts.rule.is_some_and(names_comments) || signals.container(block).rule.is_some_and(names_comments);
        let threshold = if is_comment { threshold.max(COMMENT_THRESHOLD) } else { threshold };
        facts.site_keep || (*score >= threshold && !is_metadata && facts.site_drop.is_none())
    };
    let mut kept: Vec<bool> = scores.blocks.iter().zip(&signals.blocks).zip(&page.blocks).map(passes).collect();
    if page.format == Format::Text {
        extend_to_next_paragraph(signals, &scores.blocks, threshold, &mut kept);
    }
    let repetitions = repetitions::drop(page, signals, &scores.blocks, &mut kept);
    // These hold for stories, and not for a list of products or a thread.
    if is_article {
        bridge_short_blocks(signals, &mut kept);
        complete_runs(page, signals, &mut kept);
        repetitions.drop_again(page, signals, &mut kept);
        keep_standfirst(page, signals, &scores.blocks, threshold, &mut kept);
        drop_captions(page, signals, &mut kept);
        drop_comments(signals, &mut kept);
        for ((slot, score), facts) in kept.iter_mut().zip(&scores.blocks).zip(&signals.blocks) {
            *slot &= *score >= MIN_SCORE || facts.site_keep;
        }
    }
    kept
}

/// The least score of a block of a story, whatever its neighbours are.
const MIN_SCORE: f32 = 0.15;

/// Drops what a rule of the page's site drops, whatever the steps before brought back: neighbours of the story, short blocks in it.
pub fn drop_site_drops(signals: &PageSignals<'_>, kept: &mut [bool]) {
    for (slot, facts) in kept.iter_mut().zip(&signals.blocks) {
        *slot &= facts.site_drop.is_none() || facts.site_keep;
    }
}

/// Most words of a caption, and the largest share of the kept text that captions have: elements around whole stories are named so as well.
const CAPTION_LIMITS: (usize, f32) = (60, 0.3);

/// Drops blocks in elements that the markup calls captions.
fn drop_captions(page: &Page, signals: &PageSignals<'_>, kept: &mut [bool]) {
    let (most_words, most_share) = CAPTION_LIMITS;
    let is_caption = |(facts, block): (&BlockSignals<'_>, &Block)| {
        let rule = signals.container(block).rule;
        facts.words <= most_words
            && !facts.site_keep
            && rule.is_some_and(|rule| rule.strength == Strength::Sure && rule.category == Category::Caption)
    };
    let (mut captions, mut all) = (0.0, 0.0);
    let mut found = Vec::new();
    for (index, pair) in signals.blocks.iter().zip(&page.blocks).enumerate().filter(|(index, _)| kept.get(*index) == Some(&true))
    {
        all += pair.0.weighted_chars;
        if is_caption(pair) {
            captions += pair.0.weighted_chars;
            found.push(index);
        }
    }
    if captions <= most_share * all {
        for index in found {
            if let Some(slot) = kept.get_mut(index) {
                *slot = false;
            }
        }
    }
}

/// The rule that is sure that the block belongs to comments.
fn comments_rule<'a>(facts: &BlockSignals<'a>) -> Option<RuleMatch<'a>> {
    facts.rule.filter(|rule| rule.strength == Strength::Sure && rule.category == Category::Comments)
}

/// Largest share of the kept text before them that the comments below a story have.
const COMMENTS_SHARE: f32 = 0.25;

/// Drops what is between the heading of the comments below a story and the form or next heading of comments, these included, where no element holds them together.
fn drop_comments(signals: &PageSignals<'_>, kept: &mut [bool]) {
    let (mut story, mut heading, mut comments) = (0.0, None, 0.0);
    for (index, facts) in signals.blocks.iter().enumerate() {
        match (comments_rule(facts), heading) {
            (Some(rule), start) => {
                if comments > 0.0 && comments <= COMMENTS_SHARE * story {
                    let is_dropped = |at: usize| signals.blocks.get(at).is_some_and(|facts| !facts.site_keep);
                    let below = kept.iter_mut().enumerate().take(index + 1).skip(start.unwrap_or(index));
                    below.filter(|(at, _)| is_dropped(*at)).for_each(|(_, slot)| *slot = false);
                } else {
                    story += comments;
                }
                heading = (rule.opens_section && rule.coverage >= 0.9).then_some(index);
                comments = 0.0;
            }
            (None, Some(_)) if kept.get(index) == Some(&true) => comments += facts.weighted_chars,
            (None, None) if kept.get(index) == Some(&true) => story += facts.weighted_chars,
            (None, _) => {}
        }
    }
}

/// Share of the threshold that a paragraph next to a kept block must reach.
const NEIGHBOUR_SHARE: f32 = 0.6;

/// Fewest words of a short paragraph.
const MIN_SENTENCE_WORDS: usize = 5;

/// Whether the block is a paragraph or a single sentence.
fn reads_as_prose(facts: &BlockSignals<'_>) -> bool {
    facts.is_paragraph() || (facts.ends_sentence && facts.words >= MIN_SENTENCE_WORDS)
}

/// In a text dump, where only the line itself shows that the story continues, keeps a paragraph next to a kept block if it nearly passes.
fn extend_to_next_paragraph(signals: &PageSignals<'_>, scores: &[f32], threshold: f32, kept: &mut [bool]) {
    for index in 0..kept.len() {
        let is_neighbour = [index.wrapping_sub(1), index + 1].iter().any(|next| kept.get(*next) == Some(&true));
        let nearly_passes = scores.get(index).is_some_and(|score| *score >= NEIGHBOUR_SHARE * threshold);
        if is_neighbour
            && nearly_passes
            && signals.blocks.get(index).is_some_and(|facts| reads_as_prose(facts) && is_harmless(facts))
        {
            set(kept, index);
        }
    }
}

/// Keeps a short block between kept ones unless there is evidence against it: one-line quotes, list items, short answers.
fn bridge_short_blocks(signals: &PageSignals<'_>, kept: &mut [bool]) {
    for index in 1..kept.len().saturating_sub(1) {
        let Some(facts) = signals.blocks.get(index) else { continue };
        let between = kept.get(index - 1) == Some(&true) && kept.get(index + 1) == Some(&true);
        let harmless =
            !facts.ruled(Strength::Likely) && !facts.hidden && !facts.titled && !facts.repeated && facts.link_share < 0.5;
        if between && harmless && facts.ends_sentence {
            set(kept, index);
        }
    }
}

/// Keeps a whole run of list items, or of table rows, if most of it is kept or if it is between kept blocks.
fn complete_runs(page: &Page, signals: &PageSignals<'_>, kept: &mut [bool]) {
    let role = |index: usize| {
        page.blocks.get(index).map(|block| role_of(page, block)).filter(|role| matches!(role, Role::ListItem | Role::TableRow))
    };
    let mut start = 0;
    while start < kept.len() {
        let Some(run_role) = role(start) else {
            start += 1;
            continue;
        };
        let end = (start..kept.len()).find(|index| role(*index) != Some(run_role)).unwrap_or(kept.len());
        let harmless = |index: usize| signals.blocks.get(index).is_some_and(is_harmless);
        let kept_count = (start..end).filter(|index| kept.get(*index) == Some(&true)).count();
        let is_enclosed = start > 0 && kept.get(start - 1) == Some(&true) && kept.get(end) == Some(&true);
        let linked_count = (start..end).filter(|index| signals.blocks.get(*index).is_some_and(|f| f.link_share > 0.6)).count();
        if (kept_count * 2 > end - start || is_enclosed) && linked_count * 2 <= end - start {
            (start..end).filter(|index| harmless(*index)).for_each(|index| set(kept, index));
        }
        start = end;
    }
}

/// Whether there is no evidence against the block besides its score.
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

/// Whole words of class or id that name the summary above a story.
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

/// Share of the threshold that a sentence between a dump's headline and its body must reach to count as the summary.
const STANDFIRST_SHARE: f32 = 0.6;

/// Keeps the summary between headline and body: a block whose class names it so, one that repeats the page's own description, and in a text dump a
/// sentence that nearly passes.
fn keep_standfirst(page: &Page, signals: &PageSignals<'_>, scores: &[f32], threshold: f32, kept: &mut [bool]) {
    let Some(body) = kept.iter().position(|kept| *kept) else { return };
    let Some(headline) = signals.blocks.iter().take(body).rposition(|facts| facts.titled) else { return };
    let description = page.head.description().map(fold);
    for index in headline + 1..body {
        let Some((block, facts)) = page.blocks.get(index).zip(signals.blocks.get(index)) else { continue };
        let nearly_passes = scores.get(index).is_some_and(|score| *score >= STANDFIRST_SHARE * threshold);
        let is_summary = match page.format {
            Format::Html => {
                let is_named = |container: &Container| container.tokens.split(' ').any(|word| STANDFIRST_WORDS.contains(&word));
                let is_described = |text: &String| facts.folded.len() > 30 && text.starts_with(&facts.folded);
                page.ancestors(block).take(2).any(is_named) || description.as_ref().is_some_and(is_described)
            }
            Format::Text => nearly_passes && facts.ends_sentence && facts.sentences > 0,
        };
        let area = signals.container(block);
        let area_allows = area.rule.is_none_or(|rule| rule.strength < Strength::Likely) && !area.inside.figure;
        if is_summary && facts.weighted_chars >= 40.0 && facts.link_share < 0.3 && is_harmless(facts) && area_allows {
            set(kept, index);
        }
    }
}

/// The role of a block if it is kept.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::page_signals;
    use crate::page::{Config, ReadHints, read};
    use crate::rules::RuleSet;

    /// The thresholds of a page with paragraphs of the same length that have these scores: for precision, for both alike, for recall.
    fn thresholds(scores: &[f32]) -> [f32; 3] {
        let html = "<p>The ferry to Norderwiek sails again on Monday morning.</p>".repeat(scores.len());
        let page = read(format!("<html>{html}</html>").as_bytes(), ReadHints::default(), &Config::default()).unwrap();
        let rules = RuleSet::default();
        let signals = page_signals(&page, &rules);
        [Favour::Precision, Favour::Balanced, Favour::Recall].map(|favour| threshold(&signals, scores, favour))
    }

    #[test]
    fn what_is_favoured_moves_the_threshold() {
        // The best expected F0.5, F1 and F2 are those of keeping three, five and seven blocks.
        assert_eq!(thresholds(&[0.95, 0.9, 0.7, 0.6, 0.45, 0.3, 0.2, 0.05]), [0.7, 0.45, 0.2]);
        // Where the model is certain, only the bounds differ.
        assert_eq!(thresholds(&[0.99, 0.99, 0.99, 0.01, 0.01]), [0.85, 0.6, 0.4]);
        // Nothing on a page without a story is kept, whatever is favoured.
        assert_eq!(thresholds(&[0.3, 0.2, 0.1]), [MIN_BEST_SCORE; 3]);
    }
}
