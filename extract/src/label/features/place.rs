//! Where a block stands among the others: its position, the headings above it, repetition, and likeness to what the page says of itself.

use super::flag;
use super::terms::Terms;
use crate::base::fast_hash::{FastHasherBuilder, FastMap, FastSet};
use crate::base::text::fold;
use crate::document::{Block, ContainerId, Tag};
use crate::label::signals::{BlockSignals, PageSignals, shingles};
use crate::page::{Format, Page};
use crate::rules::{RuleMatch, Strength};

/// Farthest distance, in blocks, that is told apart.
const FAR: f32 = 40.0;

/// What the rows of a page need to know of the other blocks.
pub struct Places<'a> {
    evidence: &'a PageSignals<'a>,
    total: f32,
    mass_before: Vec<f32>,
    rules_before: Vec<f32>,
    previous_paragraph: Vec<f32>,
    next_paragraph: Vec<f32>,
    first_paragraph: usize,
    last_paragraph: usize,
    first_title: Option<usize>,
    headings: Vec<Heading>,
    repeats: FastMap<&'a str, u32>,
    likeness: Vec<f32>,
    to_title: Vec<(f32, f32)>,
    description: String,
    described: FastSet<u64>,
    json_ld: FastSet<u64>,
    /// Sums of the clamped masses in front of each block.
    clamped: Vec<f32>,
}

/// The nearest heading above a block, and the nearest line that opens another section.
#[derive(Clone, Copy, Debug, Default)]
struct Heading {
    at: Option<usize>,
    opener: Option<usize>,
    /// First-level headings and repetitions of the title so far.
    titles: f32,
}

impl<'a> Places<'a> {
    /// Gathers what the rows of a page need.
    pub fn of(page: &'a Page, evidence: &'a PageSignals<'a>, terms: &Terms) -> Self {
        let facts = &evidence.facts;
        let count = facts.len();
        let paragraphs: Vec<bool> = facts.iter().map(BlockSignals::is_paragraph).collect();
        let mut repeats: FastMap<&str, u32> = FastMap::with_capacity_and_hasher(count, FastHasherBuilder::default());
        facts.iter().for_each(|facts| *repeats.entry(facts.folded.as_str()).or_default() += 1);
        let description = page.head.description().map(fold).unwrap_or_default();
        let title = ["og:title", "headline"].iter().find_map(|name| page.head.meta(name)).or(page.head.title.as_deref());
        let title = title.map_or_else(|| first_headline(evidence), fold);
        let weights: Vec<f32> = paragraphs.iter().map(|paragraph| flag(*paragraph)).collect();
        Self {
            evidence,
            total: facts.iter().map(|facts| facts.weighted_chars).sum::<f32>().max(1.0),
            mass_before: running(facts, |facts| facts.weighted_chars),
            rules_before: running(facts, |facts| flag(facts.ruled(Strength::Likely))),
            clamped: running(facts, |facts| facts.weighted_chars.min(600.0)),
            previous_paragraph: distances(&paragraphs, false),
            next_paragraph: distances(&paragraphs, true),
            first_paragraph: paragraphs.iter().position(|p| *p).unwrap_or(0),
            last_paragraph: paragraphs.iter().rposition(|p| *p).unwrap_or(count),
            first_title: facts.iter().position(|facts| facts.titled),
            headings: headings(page, evidence),
            repeats,
            likeness: terms.likeness(&weights),
            to_title: terms.overlap(&title),
            described: shingles(&description).collect(),
            description,
            json_ld: page.head.json_ld.iter().flat_map(|text| json_ld_shingles(text)).collect(),
        }
    }

    /// Appends a block's columns.
    pub fn push(&self, index: usize, block: &Block, out: &mut Vec<f32>) {
        let Some(facts) = self.evidence.facts.get(index) else { return };
        let count = self.evidence.facts.len() as f32;
        let at = |values: &[f32]| values.get(index).copied().unwrap_or_default();
        let signed = |other: usize| (index as f32 - other as f32).clamp(-FAR, FAR);
        let (in_title, of_title) = self.to_title.get(index).copied().unwrap_or_default();
        out.extend([
            index as f32 / count,
            at(&self.mass_before) / self.total,
            signed(self.first_paragraph),
            signed(self.last_paragraph),
            at(&self.previous_paragraph),
            at(&self.next_paragraph),
            self.first_title.map_or(-FAR - 1.0, signed),
            self.repeats.get(facts.folded.as_str()).copied().unwrap_or(1).min(9) as f32,
            flag(facts.repeated),
            flag(facts.titled),
            flag(facts.folded.len() > 20 && self.description.starts_with(&facts.folded)),
            self.window(index, 2),
            self.window(index, 6),
            self.window(index, 15),
            at(&self.likeness),
            in_title,
            of_title,
            share_in(&facts.folded, &self.described),
            share_in(&facts.folded, &self.json_ld),
        ]);
        self.push_heading(index, out);
        self.push_rules(index, block, facts, out);
    }

    /// Mean clamped weighted_chars of the blocks at most `reach` away.
    fn window(&self, index: usize, reach: usize) -> f32 {
        let (from, to) = (index.saturating_sub(reach), (index + reach + 1).min(self.evidence.facts.len()));
        let before = |index: usize| self.clamped.get(index).copied().unwrap_or_default();
        (before(to) - before(from)) / (to - from).max(1) as f32
    }

    fn push_heading(&self, index: usize, out: &mut Vec<f32>) {
        let heading = self.headings.get(index).copied().unwrap_or_default();
        let distance = |at: Option<usize>| at.map_or(FAR + 1.0, |at| ((index - at) as f32).min(FAR));
        let facts = |at: Option<usize>| at.and_then(|at| self.evidence.facts.get(at));
        let above = facts(heading.at);
        out.extend([
            distance(heading.at),
            above.map_or(0.0, |facts| facts.tag.heading_level().map_or(7.0, f32::from)),
            above.map_or(-1.0, |facts| facts.weighted_chars.min(200.0)),
            strength(above.and_then(|facts| facts.rule)),
            flag(above.is_some_and(|facts| facts.titled)),
            above.map_or(0.0, |facts| facts.link_share),
            distance(heading.opener),
            facts(heading.opener).and_then(|facts| facts.rule).map_or(-1.0, |rule| rule.category as u8 as f32),
            heading.titles.min(9.0),
        ]);
    }

    fn push_rules(&self, index: usize, block: &Block, facts: &BlockSignals<'_>, out: &mut Vec<f32>) {
        let area = self.evidence.area(block).rule;
        let all = &self.evidence.facts;
        let near = all.get(index.saturating_sub(4)..(index + 5).min(all.len())).unwrap_or_default();
        out.extend([
            strength(facts.rule),
            facts.rule.map_or(-1.0, |rule| rule.category as u8 as f32),
            facts.rule.map_or(0.0, |rule| rule.coverage),
            flag(facts.rule.is_some_and(|rule| rule.opens_section)),
            strength(area),
            area.map_or(-1.0, |rule| rule.category as u8 as f32),
            near.iter().filter(|facts| facts.ruled(Strength::Likely)).count() as f32,
            self.rules_before.get(index).copied().unwrap_or_default().min(20.0),
            flag(facts.marked.is_some()),
        ]);
    }
}

/// 0 without a rule, else 1 to 3 by its strength.
pub fn strength(rule: Option<RuleMatch<'_>>) -> f32 {
    rule.map_or(0.0, |rule| 1.0 + rule.strength as u8 as f32)
}

/// Sums over the blocks in front of each one, and over all of them at the end.
fn running(facts: &[BlockSignals<'_>], value: impl Fn(&BlockSignals<'_>) -> f32) -> Vec<f32> {
    let mut sums = Vec::with_capacity(facts.len() + 1);
    let mut sum = 0.0;
    for facts in facts {
        sums.push(sum);
        sum += value(facts);
    }
    sums.push(sum);
    sums
}

/// A text's first short line: its headline as often as not.
fn first_headline(evidence: &PageSignals<'_>) -> String {
    let fits = |facts: &&BlockSignals<'_>| (25.0..200.0).contains(&facts.weighted_chars) && facts.rule.is_none();
    evidence.facts.iter().find(fits).map(|facts| facts.folded.clone()).unwrap_or_default()
}

/// Whether a block heads what follows: a heading element, or in a text dump a short line that is no sentence.
fn is_heading(page: &Page, facts: &BlockSignals<'_>) -> bool {
    facts.tag.heading_level().is_some() || (page.format == Format::Text && facts.weighted_chars < 80.0 && !facts.ends_sentence)
}

fn headings(page: &Page, evidence: &PageSignals<'_>) -> Vec<Heading> {
    let mut now = Heading::default();
    let mut found = Vec::with_capacity(evidence.facts.len());
    for (index, (block, facts)) in page.blocks.iter().zip(&evidence.facts).enumerate() {
        found.push(now);
        if is_heading(page, facts) {
            now.at = Some(index);
        }
        let opens = facts.rule.is_some_and(|rule| rule.opens_section && rule.strength >= Strength::Likely);
        if opens {
            now.opener = Some(index);
        }
        now.titles += flag(facts.tag == Tag::H1 && block.container != ContainerId::ROOT || facts.titled);
    }
    found
}

/// Distance to the nearest marked block, looking ahead or back; [`FAR`] where there is none nearer.
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

/// Hashes of the word runs of every `articleBody` in a JSON-LD script.
fn json_ld_shingles(text: &str) -> Vec<u64> {
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

/// Share of a text's word runs that stand in the set; −1 where the set is empty, −0.5 where the text has fewer words than a run.
fn share_in(folded: &str, set: &FastSet<u64>) -> f32 {
    if set.is_empty() {
        return -1.0;
    }
    let (mut all, mut hits) = (0, 0);
    for shingle in shingles(folded) {
        all += 1;
        hits += usize::from(set.contains(&shingle));
    }
    if all == 0 { -0.5 } else { hits as f32 / all as f32 }
}
