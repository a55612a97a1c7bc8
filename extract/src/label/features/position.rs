//! A block among the others: its position, the headings above it, repetition, and similarity to the page's title and description.

use super::matrix::flag;
use super::terms::Terms;
use crate::base::fast_hash::{FastHasherBuilder, FastMap, FastSet};
use crate::base::text::fold;
use crate::document::{Block, ContainerId, Tag};
use crate::label::block_signals::BlockSignals;
use crate::label::shingles::shingles;
use crate::label::signals::PageSignals;
use crate::page::{Format, Page};
use crate::rules::{RuleMatch, Strength};

/// Distances in blocks are capped at this.
const FAR: f32 = 40.0;

/// What the rows of a page need to know about the other blocks.
pub struct Positions<'a> {
    page_signals: &'a PageSignals<'a>,
    total: f32,
    chars_before: Vec<f32>,
    rules_before: Vec<f32>,
    previous_paragraph: Vec<f32>,
    next_paragraph: Vec<f32>,
    first_paragraph: usize,
    last_paragraph: usize,
    first_title: Option<usize>,
    headings: Vec<HeadingsAbove>,
    counts: FastMap<&'a str, u32>,
    likeness: Vec<f32>,
    /// For each block, the share of its terms in the title, and of the title's terms in it.
    title_overlap: Vec<(f32, f32)>,
    description: String,
    /// Shingles of the description and of the JSON-LD's article body.
    description_shingles: FastSet<u64>,
    body_shingles: FastSet<u64>,
    /// Running sums of the clamped lengths before each block.
    clamped: Vec<f32>,
}

/// The headings above a block: the nearest one, and the nearest one that opens a section apart from the story.
#[derive(Clone, Copy, Debug, Default)]
struct HeadingsAbove {
    nearest: Option<usize>,
    section: Option<usize>,
    /// The number of first-level headings and repetitions of the title so far.
    titles: f32,
}

impl<'a> Positions<'a> {
    /// Prepares a page.
    pub fn of(page: &'a Page, page_signals: &'a PageSignals<'a>, terms: &Terms) -> Self {
        let blocks = &page_signals.blocks;
        let count = blocks.len();
        let paragraphs: Vec<bool> = blocks.iter().map(BlockSignals::is_paragraph).collect();
        let mut counts: FastMap<&str, u32> = FastMap::with_capacity_and_hasher(count, FastHasherBuilder::default());
        blocks.iter().for_each(|block| *counts.entry(block.folded.as_str()).or_default() += 1);
        let description = page.head.description().map(fold).unwrap_or_default();
        let title = ["og:title", "headline"].iter().find_map(|name| page.head.meta(name)).or(page.head.title.as_deref());
        let title = title.map_or_else(|| first_headline(page_signals), fold);
        let weights: Vec<f32> = paragraphs.iter().map(|paragraph| flag(*paragraph)).collect();
        Self {
            page_signals,
            total: blocks.iter().map(|block| block.weighted_chars).sum::<f32>().max(1.0),
            chars_before: running_sums(blocks, |block| block.weighted_chars),
            rules_before: running_sums(blocks, |block| flag(block.ruled(Strength::Likely))),
            clamped: running_sums(blocks, |block| block.weighted_chars.min(600.0)),
            previous_paragraph: distances(&paragraphs, false),
            next_paragraph: distances(&paragraphs, true),
            first_paragraph: paragraphs.iter().position(|p| *p).unwrap_or(0),
            last_paragraph: paragraphs.iter().rposition(|p| *p).unwrap_or(count),
            first_title: blocks.iter().position(|block| block.titled),
            headings: headings_above(page, page_signals),
            counts,
            likeness: terms.likeness(&weights),
            title_overlap: terms.overlap(&title),
            description_shingles: shingles(&description).collect(),
            description,
            body_shingles: page.head.json_ld.iter().flat_map(|text| article_body_shingles(text)).collect(),
        }
    }

    /// Appends a block's columns.
    pub fn push(&self, index: usize, block: &Block, out: &mut Vec<f32>) {
        let Some(signals) = self.page_signals.blocks.get(index) else { return };
        let count = self.page_signals.blocks.len() as f32;
        let at = |values: &[f32]| values.get(index).copied().unwrap_or_default();
        let signed = |other: usize| (index as f32 - other as f32).clamp(-FAR, FAR);
        let (in_title, of_title) = self.title_overlap.get(index).copied().unwrap_or_default();
        out.extend([
            index as f32 / count,
            at(&self.chars_before) / self.total,
            signed(self.first_paragraph),
            signed(self.last_paragraph),
            at(&self.previous_paragraph),
            at(&self.next_paragraph),
            self.first_title.map_or(-FAR - 1.0, signed),
            self.counts.get(signals.folded.as_str()).copied().unwrap_or(1).min(9) as f32,
            flag(signals.repeated),
            flag(signals.titled),
            flag(signals.folded.len() > 20 && self.description.starts_with(&signals.folded)),
            self.window(index, 2),
            self.window(index, 6),
            self.window(index, 15),
            at(&self.likeness),
            in_title,
            of_title,
        ]);
        out.extend(shares_in(&signals.folded, [&self.description_shingles, &self.body_shingles]));
        self.push_heading(index, out);
        self.push_rules(index, block, signals, out);
    }

    /// Mean clamped length of the blocks at most `reach` away.
    fn window(&self, index: usize, reach: usize) -> f32 {
        let (from, to) = (index.saturating_sub(reach), (index + reach + 1).min(self.page_signals.blocks.len()));
        let before = |index: usize| self.clamped.get(index).copied().unwrap_or_default();
        (before(to) - before(from)) / (to - from).max(1) as f32
    }

    fn push_heading(&self, index: usize, out: &mut Vec<f32>) {
        let headings = self.headings.get(index).copied().unwrap_or_default();
        let distance = |at: Option<usize>| at.map_or(FAR + 1.0, |at| ((index - at) as f32).min(FAR));
        let signals = |at: Option<usize>| at.and_then(|at| self.page_signals.blocks.get(at));
        let above = signals(headings.nearest);
        out.extend([
            distance(headings.nearest),
            above.map_or(0.0, |signals| signals.tag.heading_level().map_or(7.0, f32::from)),
            above.map_or(-1.0, |signals| signals.weighted_chars.min(200.0)),
            strength(above.and_then(|signals| signals.rule)),
            flag(above.is_some_and(|signals| signals.titled)),
            above.map_or(0.0, |signals| signals.link_share),
            distance(headings.section),
            signals(headings.section).and_then(|signals| signals.rule).map_or(-1.0, |rule| rule.category as u8 as f32),
            headings.titles.min(9.0),
        ]);
    }

    fn push_rules(&self, index: usize, block: &Block, signals: &BlockSignals<'_>, out: &mut Vec<f32>) {
        let container_rule = self.page_signals.container(block).rule;
        let all = &self.page_signals.blocks;
        let near = all.get(index.saturating_sub(4)..(index + 5).min(all.len())).unwrap_or_default();
        out.extend([
            strength(signals.rule),
            signals.rule.map_or(-1.0, |rule| rule.category as u8 as f32),
            signals.rule.map_or(0.0, |rule| rule.coverage),
            flag(signals.rule.is_some_and(|rule| rule.opens_section)),
            strength(container_rule),
            container_rule.map_or(-1.0, |rule| rule.category as u8 as f32),
            near.iter().filter(|signals| signals.ruled(Strength::Likely)).count() as f32,
            self.rules_before.get(index).copied().unwrap_or_default().min(20.0),
            flag(signals.marked.is_some()),
        ]);
    }
}

/// The strength of a rule as a value of a row: 1 to 3, or 0 without a rule.
pub fn strength(rule: Option<RuleMatch<'_>>) -> f32 {
    rule.map_or(0.0, |rule| 1.0 + rule.strength as u8 as f32)
}

/// The sum over the blocks before each one, then the sum over all blocks.
fn running_sums(blocks: &[BlockSignals<'_>], value: impl Fn(&BlockSignals<'_>) -> f32) -> Vec<f32> {
    let mut sums = Vec::with_capacity(blocks.len() + 1);
    let mut sum = 0.0;
    for block in blocks {
        sums.push(sum);
        sum += value(block);
    }
    sums.push(sum);
    sums
}

/// The first short line of a text, which is often its headline.
fn first_headline(page_signals: &PageSignals<'_>) -> String {
    let fits = |signals: &&BlockSignals<'_>| (25.0..200.0).contains(&signals.weighted_chars) && signals.rule.is_none();
    page_signals.blocks.iter().find(fits).map(|signals| signals.folded.clone()).unwrap_or_default()
}

/// Whether a block is a heading: by its element, or in a text dump as a short line that is no sentence.
pub fn is_heading(page: &Page, signals: &BlockSignals<'_>) -> bool {
    signals.tag.heading_level().is_some()
        || (page.format == Format::Text && signals.weighted_chars < 80.0 && !signals.ends_sentence)
}

fn headings_above(page: &Page, page_signals: &PageSignals<'_>) -> Vec<HeadingsAbove> {
    let mut now = HeadingsAbove::default();
    let mut found = Vec::with_capacity(page_signals.blocks.len());
    for (index, (block, signals)) in page.blocks.iter().zip(&page_signals.blocks).enumerate() {
        found.push(now);
        if is_heading(page, signals) {
            now.nearest = Some(index);
        }
        let opens_section = signals.rule.is_some_and(|rule| rule.opens_section && rule.strength >= Strength::Likely);
        if opens_section {
            now.section = Some(index);
        }
        now.titles += flag(signals.tag == Tag::H1 && block.container != ContainerId::ROOT || signals.titled);
    }
    found
}

/// The distance to the nearest marked block in one direction, at most [`FAR`].
fn distances(marked: &[bool], ahead: bool) -> Vec<f32> {
    let mut out = vec![FAR; marked.len()];
    let mut nearest: Option<usize> = None;
    let mut fill = |index: usize| {
        if let Some(slot) = out.get_mut(index) {
            *slot = nearest.map_or(FAR, |at| at.abs_diff(index) as f32).min(FAR);
        }
        if marked.get(index) == Some(&true) {
            nearest = Some(index);
        }
    };
    if ahead {
        (0..marked.len()).rev().for_each(&mut fill)
    } else {
        (0..marked.len()).for_each(&mut fill)
    }
    out
}

/// Shingles of every `articleBody` in a JSON-LD script.
fn article_body_shingles(text: &str) -> Vec<u64> {
    let bodies = text.match_indices("\"articleBody\"").filter_map(|(at, key)| text.get(at + key.len()..));
    bodies
        .flat_map(|rest| {
            let body = rest.trim_start_matches([' ', ':', '\n', '\t']).strip_prefix('"').unwrap_or_default();
            let end = body
                .match_indices('"')
                .map(|(at, _)| at)
                .find(|at| at.checked_sub(1).and_then(|before| body.as_bytes().get(before)) != Some(&b'\\'));
            let body = body.get(..end.unwrap_or(body.len())).unwrap_or_default();
            shingles(&fold(&body.replace("\\n", " ").replace("\\\"", "\""))).collect::<Vec<_>>()
        })
        .collect()
}

/// The share of a text's shingles in each set; −1 if the set is empty, −0.5 if the text is too short for a shingle.
fn shares_in(folded: &str, sets: [&FastSet<u64>; 2]) -> [f32; 2] {
    let (mut all, mut hits) = (0, [0; 2]);
    if sets.iter().any(|set| !set.is_empty()) {
        for shingle in shingles(folded) {
            all += 1;
            hits.iter_mut().zip(sets).for_each(|(hits, set)| *hits += usize::from(set.contains(&shingle)));
        }
    }
    let mut shares = [0.0; 2];
    for ((share, hits), set) in shares.iter_mut().zip(hits).zip(sets) {
        *share = match all {
            _ if set.is_empty() => -1.0,
            0 => -0.5,
            _ => hits as f32 / all as f32,
        };
    }
    shares
}
