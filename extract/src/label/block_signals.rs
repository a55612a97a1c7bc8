//! What is known about each block before it is scored: its shape, what it repeats, how the markup marks it, and the rules that match its text.

use super::sentences::{ends_sentence, sentences};
use super::site_rules;
use crate::base::fast_hash::{FastHasherBuilder, FastSet};
use crate::base::text::{fold, is_unspaced};
use crate::document::{Block, Category, Tag};
use crate::page::Page;
use crate::rules::{RuleMatch, RuleSet, Strength};

/// What is known about one block.
pub struct BlockSignals<'a> {
    /// The element of the block's container.
    pub tag: Tag,
    /// Folded text; see [`fold`].
    pub folded: String,
    /// Folded words.
    pub words: usize,
    /// Characters; those of scripts without spaces count two and a half, as each carries more text.
    pub weighted_chars: f32,
    /// Share of the characters that are inside links, 0 to 1.
    pub link_share: f32,
    /// Marks that end a sentence, of any script.
    pub sentences: usize,
    /// The text ends like a sentence, ignoring closing quotes and brackets.
    pub ends_sentence: bool,
    /// The text ends in an ellipsis.
    pub trails_off: bool,
    /// Hidden by markup.
    pub hidden: bool,
    /// An earlier block has the same folded text.
    pub repeated: bool,
    /// The text repeats one of the page's titles.
    pub titled: bool,
    /// A short line that the markup marks as byline or date.
    pub marked: Option<Category>,
    /// The strongest rule that matches the block's own text.
    pub rule: Option<RuleMatch<'a>>,
    /// A rule on the block's own text by which the story stops here.
    pub stop: Option<RuleMatch<'a>>,
    /// A site rule that drops the block.
    pub site_drop: Option<RuleMatch<'a>>,
    /// A site rule keeps the block.
    pub site_keep: bool,
    /// Where the block is, if a site rule says what the story is in.
    pub site_place: SitePlace<'a>,
}

/// Where a block is as to the elements that a site rule says the story is in.
#[derive(Clone, Copy, Debug, Default)]
pub enum SitePlace<'a> {
    /// No rule says so.
    #[default]
    Unknown,
    /// Inside of them.
    Inside,
    /// Outside, and what drops it.
    Outside(RuleMatch<'a>),
}

impl BlockSignals<'_> {
    /// Whether it is visible prose: long, with few links and at least one sentence.
    pub fn is_paragraph(&self) -> bool {
        self.reads_as_paragraph() && !self.hidden
    }

    fn reads_as_paragraph(&self) -> bool {
        self.weighted_chars >= 80.0 && self.link_share < 0.35 && self.sentences > 0
    }

    /// Whether the strongest rule on the block's own text has at least this strength.
    pub fn ruled(&self, strength: Strength) -> bool {
        self.rule.is_some_and(|rule| rule.strength >= strength)
    }
}

/// The signals of every block of a page, in page order.
pub fn of_page<'a>(page: &Page, rules: &'a RuleSet) -> Vec<BlockSignals<'a>> {
    let titles = titles(page);
    let mut blocks: Vec<BlockSignals<'a>> = page.blocks.iter().map(|block| BlockSignals::of(page, block, rules)).collect();
    for (block, site) in blocks.iter_mut().zip(site_rules::of_page(page, rules).into_iter().flatten()) {
        block.site_drop = site.drops.into_iter().next();
        block.site_keep = site.keep.is_some();
    }
    if let Some(body) = site_rules::body(page, rules) {
        for (index, block) in blocks.iter_mut().enumerate() {
            let is_inside = body.blocks.binary_search(&index).is_ok();
            block.site_place = if is_inside { SitePlace::Inside } else { SitePlace::Outside(body.outside) };
        }
    }
    let mut seen: FastSet<&str> = FastSet::with_capacity_and_hasher(blocks.len(), FastHasherBuilder::default());
    let repeated: Vec<bool> = blocks.iter().map(|block| !seen.insert(&block.folded)).collect();
    for (block, repeated) in blocks.iter_mut().zip(repeated) {
        block.repeated = repeated;
        block.titled = !block.folded.is_empty() && titles.iter().any(|title| repeats_title(title, &block.folded));
    }
    unhide_if_mostly_hidden(&mut blocks);
    note_links_to_comments(&mut blocks);
    note_marks(page, &mut blocks);
    blocks
}

impl<'a> BlockSignals<'a> {
    fn of(page: &Page, block: &Block, rules: &'a RuleSet) -> Self {
        let container = page.containers.get(block.container.index());
        let folded = fold(&block.text);
        let chars = block.chars();
        let unspaced = if block.text.is_ascii() { 0 } else { block.text.chars().filter(|c| is_unspaced(*c)).count() };
        let matches = rules.built_in().match_folded(&block.text, &folded);
        let stopping = |matches: &[RuleMatch<'a>]| matches.iter().find(|rule| rule.stops_story).copied();
        let stop = stopping(&matches).or_else(|| stopping(&rules.user().match_folded(&block.text, &folded)));
        Self {
            tag: container.map_or(Tag::Other, |container| container.tag),
            words: if folded.is_empty() { 0 } else { folded.bytes().filter(|byte| *byte == b' ').count() + 1 },
            weighted_chars: chars as f32 + 1.5 * unspaced as f32,
            link_share: block.link_chars as f32 / chars.max(1) as f32,
            sentences: sentences(&block.text),
            ends_sentence: ends_sentence(&block.text),
            trails_off: block.text.ends_with('…') || block.text.ends_with("..."),
            hidden: block.hidden,
            repeated: false,
            titled: false,
            marked: None,
            rule: strongest(&matches),
            stop,
            site_drop: None,
            site_keep: false,
            site_place: SitePlace::Unknown,
            folded,
        }
    }
}

/// The strongest of several rules on a block. A caption or credit gives way to any other rule of the same strength, as many kinds of lines have a ©.
fn strongest<'a>(matches: &[RuleMatch<'a>]) -> Option<RuleMatch<'a>> {
    let first = *matches.first()?;
    let is_credit = |rule: &RuleMatch<'_>| matches!(rule.category, Category::Caption | Category::Credit);
    let other = matches.iter().find(|rule| rule.strength == first.strength && !is_credit(rule));
    Some(if is_credit(&first) { *other.unwrap_or(&first) } else { first })
}

/// Longest byline or date, in words.
const MARKED_WORDS: usize = 14;

/// Marks the short lines that consist of little more than a byline or date of the markup.
fn note_marks(page: &Page, blocks: &mut [BlockSignals<'_>]) {
    let bylines = page.head.bylines.iter().map(|mark| (mark.block, &mark.text, Category::Byline));
    let times = page.head.times.iter().map(|mark| (mark.block, &mark.text, Category::Date));
    for (at, text, category) in times.chain(bylines) {
        let words = fold(text);
        let around = blocks.get_mut(at.saturating_sub(1)..).into_iter().flatten().take(3);
        for block in around.filter(|block| block.words <= MARKED_WORDS && !block.ends_sentence && !words.is_empty()) {
            if block.folded.contains(&words) || words.contains(&block.folded) && words.len() < 3 * block.folded.len() {
                block.marked = Some(category);
            }
        }
    }
}

/// Some pages are hidden until their scripts have run: if most prose is hidden, all blocks count as visible.
fn unhide_if_mostly_hidden(blocks: &mut [BlockSignals<'_>]) {
    let prose = |hidden: bool| {
        let paragraphs = blocks.iter().filter(|block| block.hidden == hidden && block.reads_as_paragraph());
        paragraphs.map(|block| block.weighted_chars).sum::<f32>()
    };
    if prose(true) > 1.5 * prose(false) {
        blocks.iter_mut().for_each(|block| block.hidden = false);
    }
}

/// Least prose, in weighted characters, of a story before its comments.
const STORY_BEFORE_COMMENTS: f32 = 300.0;

/// `3 comments` in a menu, or between headline and story, is a link to the comments and does not open a section of them.
fn note_links_to_comments(blocks: &mut [BlockSignals<'_>]) {
    let mut prose = 0.0;
    for block in blocks {
        if block.titled && !block.hidden {
            prose = 0.0;
        }
        if block.is_paragraph() {
            prose += block.weighted_chars;
        }
        if let Some(rule) = block.rule.as_mut().filter(|rule| rule.category == Category::Comments) {
            rule.opens_section &= prose >= STORY_BEFORE_COMMENTS;
        }
    }
}

/// The titles that the page declares, folded.
pub fn titles(page: &Page) -> Vec<String> {
    let own = page.head.title.as_deref().into_iter();
    let meta = ["og:title", "twitter:title", "headline"].into_iter().filter_map(|name| page.head.meta(name));
    let mut titles: Vec<String> = own.chain(meta).map(fold).filter(|title| title.len() >= 8).collect();
    titles.dedup();
    titles
}

/// Whether a block repeats a title: all of it, or most of it from either end (`Headline - Site`, `Section: Headline`).
pub fn repeats_title(title: &str, block: &str) -> bool {
    if block.len() < 8 {
        return false;
    }
    title == block
        || (block.len() * 10 >= title.len() * 4 && (title.starts_with(block) || title.ends_with(block)))
        || (title.len() * 10 >= block.len() * 7 && block.starts_with(title))
}

/// Whether a block is the page's headline: it repeats one of [`titles`], or it is a first-level heading, however short, whose words begin or end a title.
pub fn is_headline(titles: &[String], block: &BlockSignals<'_>) -> bool {
    let is_end_of = |title: &str| {
        let rest = title.strip_prefix(&block.folded).filter(|rest| rest.is_empty() || rest.starts_with(' '));
        rest.or_else(|| title.strip_suffix(&block.folded).filter(|rest| rest.ends_with(' '))).is_some()
    };
    block.titled || (block.tag == Tag::H1 && !block.folded.is_empty() && titles.iter().any(|title| is_end_of(title)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_recognised_with_and_without_the_site() {
        let title = fold("Harbour reopens after storm - The Daily Example");
        assert!(repeats_title(&title, &fold("Harbour reopens after storm")));
        assert!(!repeats_title(&title, &fold("Harbour")));
        assert!(!repeats_title(
            &title,
            &fold("Harbour reopens after storm as the mayor, who had warned of the danger for years, looks on")
        ));
    }
}
