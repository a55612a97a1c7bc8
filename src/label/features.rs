//! Features: each block as a row of numbers. One code path for training and use; nothing here reads one language only.
//!
//! Round one sees the block, its neighbours, its containers and the page. Round two sees all of that and round one's probabilities around it.

use std::collections::HashMap;

use super::body::{self, Body};
use super::evidence::{Evidence, Facts, shingles};
use super::lexicon::{Level, Lexicon, Summary, text_words};
use super::matrix::{Matrix, with_neighbours};
use crate::base::text::fold;
use crate::document::{Block, Tag};
use crate::page::{Format, Page};
use crate::rules::Strength;

/// Farthest distance, in blocks, that is told apart.
const FAR: f32 = 40.0;

/// Features of round one.
pub fn first_round(page: &Page, evidence: &Evidence<'_>, lexicon: &Lexicon) -> Matrix {
    let scene = Scene::of(page, evidence, lexicon);
    let mut own = Matrix::default();
    for index in 0..page.blocks.len() {
        let before = own.values.len();
        scene.push_row(index, &mut own.values);
        own.width = own.values.len() - before;
    }
    with_neighbours(&own, &NEIGHBOUR_COLUMNS, 4)
}

/// The columns of a row that its neighbours see: see the order in [`Scene::push_row`].
const NEIGHBOUR_COLUMNS: [usize; 7] = [0, 1, 2, 5, 23, 24, 25];

/// What the rows of a page are made from.
struct Scene<'a> {
    page: &'a Page,
    evidence: &'a Evidence<'a>,
    lexicon: &'a Lexicon,
    body: Body,
    containers: Vec<ContainerSums>,
    /// Names of each container: summary by container.
    names: Vec<Summary>,
    total_mass: f32,
    mass_before: Vec<f32>,
    previous_paragraph: Vec<f32>,
    next_paragraph: Vec<f32>,
    first_paragraph: usize,
    last_paragraph: usize,
    first_title: Option<usize>,
    repeats: HashMap<&'a str, u32>,
    rules_before: Vec<f32>,
    siblings: HashMap<(u32, Tag, &'a str), u32>,
    description: String,
    json_ld: std::collections::HashSet<u64>,
}

/// Sums over the blocks of a container.
#[derive(Clone, Copy, Debug, Default)]
struct ContainerSums {
    mass: f32,
    linked: f32,
    blocks: f32,
    paragraphs: f32,
    ruled: f32,
}

impl<'a> Scene<'a> {
    fn of(page: &'a Page, evidence: &'a Evidence<'a>, lexicon: &'a Lexicon) -> Self {
        let facts = &evidence.facts;
        let count = facts.len();
        let paragraphs: Vec<usize> = (0..count).filter(|index| facts.get(*index).is_some_and(Facts::is_paragraph)).collect();
        let mut repeats: HashMap<&str, u32> = HashMap::new();
        facts.iter().for_each(|facts| *repeats.entry(facts.folded.as_str()).or_default() += 1);
        let mut siblings: HashMap<(u32, Tag, &str), u32> = HashMap::new();
        for container in &page.containers {
            *siblings.entry((container.parent.0, container.tag, container.tokens.as_str())).or_default() += 1;
        }
        let running = |value: &dyn Fn(&Facts<'_>) -> f32| -> Vec<f32> {
            let mut sum = 0.0;
            facts
                .iter()
                .map(|facts| {
                    let before = sum;
                    sum += value(facts);
                    before
                })
                .collect()
        };
        let description = ["description", "og:description"].iter().find_map(|name| page.head.meta(name)).map(fold);
        Self {
            page,
            evidence,
            lexicon,
            body: body::find(page, evidence),
            containers: container_sums(page, evidence),
            names: page.containers.iter().map(|container| summary(container.tokens.split(' '), Level::Own, lexicon)).collect(),
            total_mass: facts.iter().map(|facts| facts.mass).sum::<f32>().max(1.0),
            mass_before: running(&|facts| facts.mass),
            rules_before: running(&|facts| f32::from(u8::from(facts.ruled(Strength::Likely)))),
            previous_paragraph: distances(count, &paragraphs, false),
            next_paragraph: distances(count, &paragraphs, true),
            first_paragraph: paragraphs.first().copied().unwrap_or(0),
            last_paragraph: paragraphs.last().copied().unwrap_or(count),
            first_title: facts.iter().position(|facts| facts.titled),
            repeats,
            siblings,
            description: description.unwrap_or_default(),
            json_ld: page.head.json_ld.iter().flat_map(|text| json_ld_shingles(text)).collect(),
        }
    }

    fn push_row(&self, index: usize, out: &mut Vec<f32>) {
        let Some((block, facts)) = self.page.blocks.get(index).zip(self.evidence.facts.get(index)) else { return };
        push_shape(block, facts, out);
        self.push_words(facts, out);
        self.push_place(index, facts, out);
        self.push_rules(index, block, facts, out);
        match self.page.format {
            Format::Html => self.push_markup(block, facts, out),
            Format::Text => {
                out.push(block.gap as f32);
                out.extend([Tag::H1, Tag::H2, Tag::Li, Tag::Blockquote, Tag::Figure].map(|tag| flag(facts.tag == tag)));
            }
        }
    }

    /// Columns 23 to 27: log-odds of the block's words.
    fn push_words(&self, facts: &Facts<'_>, out: &mut Vec<f32>) {
        let mut words = Summary::default();
        text_words(&facts.folded, |word| {
            if let Some(odds) = self.lexicon.odds(Level::Text, word) {
                words.add(odds);
            }
        });
        out.extend([words.sum, words.low, words.high, words.mean(), words.count]);
    }

    fn push_place(&self, index: usize, facts: &Facts<'_>, out: &mut Vec<f32>) {
        let count = self.page.blocks.len() as f32;
        let at = |values: &[f32]| values.get(index).copied().unwrap_or_default();
        let window = |reach: usize| {
            let around = self
                .evidence
                .facts
                .get(index.saturating_sub(reach)..(index + reach + 1).min(self.evidence.facts.len()))
                .unwrap_or_default();
            around.iter().map(|facts| facts.mass.min(600.0)).sum::<f32>() / around.len().max(1) as f32
        };
        let signed = |other: usize| (index as f32 - other as f32).clamp(-FAR, FAR);
        out.extend([
            index as f32 / count,
            at(&self.mass_before) / self.total_mass,
            count.ln(),
            self.total_mass.ln(),
            self.evidence.paragraph_mass / self.total_mass,
            signed(self.first_paragraph),
            signed(self.last_paragraph),
            at(&self.previous_paragraph),
            at(&self.next_paragraph),
            self.first_title.map_or(-FAR - 1.0, signed),
            self.repeats.get(facts.folded.as_str()).copied().unwrap_or(1).min(9) as f32,
            flag(facts.repeated),
            flag(facts.titled),
            flag(facts.folded.len() > 20 && self.description.starts_with(&facts.folded)),
            window(2),
            window(6),
            window(15),
        ]);
    }

    fn push_rules(&self, index: usize, block: &Block, facts: &Facts<'_>, out: &mut Vec<f32>) {
        let strength = |rule: Option<crate::rules::RuleMatch<'_>>| rule.map_or(0.0, |rule| 1.0 + rule.strength as u8 as f32);
        let area = self.evidence.area(block).rule;
        let near =
            self.evidence.facts.get(index.saturating_sub(4)..(index + 5).min(self.evidence.facts.len())).unwrap_or_default();
        out.extend([
            strength(facts.rule),
            facts.rule.map_or(-1.0, |rule| rule.category as u8 as f32),
            facts.rule.map_or(0.0, |rule| rule.coverage),
            flag(facts.rule.is_some_and(|rule| rule.opens_section)),
            strength(area),
            area.map_or(-1.0, |rule| rule.category as u8 as f32),
            near.iter().filter(|facts| facts.ruled(Strength::Likely)).count() as f32,
            self.rules_before.get(index).copied().unwrap_or_default().min(20.0),
        ]);
    }

    fn push_markup(&self, block: &Block, facts: &Facts<'_>, out: &mut Vec<f32>) {
        let chars = block.chars().max(1) as f32;
        let area = self.evidence.area(block);
        let inside = area.inside;
        let container = self.page.containers.get(block.container.index());
        out.extend([block.links.min(50) as f32, block.emphasis_chars as f32 / chars, flag(block.hidden), flag(facts.hidden)]);
        out.extend(TAGS.map(|tag| flag(facts.tag == tag)));
        let places = [
            inside.nav,
            inside.footer,
            inside.header,
            inside.aside,
            inside.form,
            inside.figure,
            inside.quote,
            inside.article,
            inside.table,
            inside.other_story,
        ];
        out.extend(places.map(flag));
        out.push(f32::from(container.map_or(0, |container| container.depth)));
        out.push(container.map_or(0, |container| container.children.min(99)) as f32);
        out.push(self.body.steps(block.container));
        out.push(self.body.share(block.container));
        self.push_containers(block, out);
        self.push_names(block, out);
        out.push(if self.json_ld.is_empty() { -1.0 } else { share_in(&facts.folded, &self.json_ld) });
    }

    /// Statistics of the containers at several distances, and how many siblings share a container's shape.
    fn push_containers(&self, block: &Block, out: &mut Vec<f32>) {
        let mut chain = Vec::with_capacity(6);
        let mut at = block.container;
        while chain.len() < 6 {
            chain.push(at);
            at = self.page.containers.get(at.index()).map_or(at, |container| container.parent);
        }
        for distance in [0, 1, 2, 3, 5] {
            let sums = chain.get(distance).and_then(|id| self.containers.get(id.index())).copied().unwrap_or_default();
            let mass = sums.mass.max(1.0);
            out.extend([
                sums.mass / self.total_mass,
                sums.linked / mass,
                sums.blocks.min(400.0),
                sums.paragraphs / mass,
                sums.paragraphs / self.evidence.paragraph_mass.max(1.0),
                sums.ruled / sums.blocks.max(1.0),
            ]);
        }
        for id in chain.iter().take(3) {
            let alike =
                self.page.containers.get(id.index()).and_then(|c| self.siblings.get(&(c.parent.0, c.tag, c.tokens.as_str())));
            out.push(alike.copied().unwrap_or(1).min(60) as f32);
        }
    }

    /// Log-odds of the names of the containers, by level.
    fn push_names(&self, block: &Block, out: &mut Vec<f32>) {
        let mut by_level = [Summary::default(); 4];
        let mut all = Summary::default();
        for (distance, container) in self.page.ancestors(block).take(12).enumerate() {
            let level = Level::of_distance(distance);
            let slot = by_level.get_mut(Level::ALL.iter().position(|other| *other == level).unwrap_or(0));
            let found = if level == Level::Own {
                self.names.get(block.container.index()).copied().unwrap_or_default()
            } else {
                summary(container.tokens.split(' '), level, self.lexicon)
            };
            if let Some(slot) = slot.filter(|_| found.count > 0.0) {
                slot.low = if slot.count == 0.0 { found.low } else { slot.low.min(found.low) };
                slot.high = if slot.count == 0.0 { found.high } else { slot.high.max(found.high) };
                slot.sum += found.sum;
                slot.count += found.count;
                all.low = all.low.min(found.low);
                all.high = all.high.max(found.high);
                all.sum += found.sum;
                all.count += found.count;
            }
        }
        by_level.iter().for_each(|level| out.extend([level.low, level.high, level.mean()]));
        out.extend([all.low, all.high, all.sum]);
    }
}

/// Elements told apart by a column each.
const TAGS: [Tag; 18] = [
    Tag::P,
    Tag::Li,
    Tag::H1,
    Tag::H2,
    Tag::H3,
    Tag::H4,
    Tag::Td,
    Tag::Tr,
    Tag::Blockquote,
    Tag::Figcaption,
    Tag::Div,
    Tag::Pre,
    Tag::Dt,
    Tag::Dd,
    Tag::Button,
    Tag::Section,
    Tag::Article,
    Tag::Other,
];

fn flag(holds: bool) -> f32 {
    f32::from(u8::from(holds))
}

/// Columns 0 to 22: what the text alone shows, in any script.
fn push_shape(block: &Block, facts: &Facts<'_>, out: &mut Vec<f32>) {
    let mut counts = [0u32; 9];
    let [upper, lower, digits, commas, separators, symbols, ats, currency, marks] = &mut counts;
    let mut chars = 0u32;
    for c in block.text.chars() {
        chars += 1;
        match c {
            'a'..='z' => *lower += 1,
            'A'..='Z' => *upper += 1,
            '0'..='9' => *digits += 1,
            ' ' => {}
            ',' | '，' | '、' | '،' => *commas += 1,
            '|' | '›' | '»' | '>' | '·' | '•' | '/' | '→' => *separators += 1,
            '©' | '®' | '™' => *symbols += 1,
            '@' => *ats += 1,
            '$' | '€' | '£' | '¥' | '₽' | '₩' | '₹' => *currency += 1,
            c if c.is_uppercase() => *upper += 1,
            c if c.is_lowercase() => *lower += 1,
            c if c.is_numeric() => *digits += 1,
            c if !c.is_alphanumeric() && !c.is_whitespace() => *marks += 1,
            _ => {}
        }
    }
    let chars = chars.max(1) as f32;
    let words = facts.words.max(1) as f32;
    let capitals = block.text.split(' ').filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count() as f32;
    let first = block.text.chars().next().unwrap_or(' ');
    let last = block.text.chars().next_back().unwrap_or(' ');
    out.extend([
        (1.0 + facts.mass).ln(),
        facts.link_share,
        flag(facts.ends_sentence),
        words.min(300.0),
        chars / words,
        facts.sentences.min(20) as f32,
        *commas as f32 / chars,
        *upper as f32 / chars,
        *digits as f32 / chars,
        capitals / words,
        *separators as f32,
        *symbols as f32,
        *ats as f32,
        *currency as f32,
        *marks as f32 / chars,
        flag(facts.trails_off),
        flag(last == ':' || last == '：'),
        flag(last == '?' || last == '？' || last == '؟'),
        flag(first.is_lowercase()),
        flag(matches!(first, '"' | '“' | '«' | '„' | '「' | '『' | '‘' | '—' | '–')),
        flag(block.text.contains("http") || block.text.contains("www.")),
        flag(first.is_numeric()),
        *lower as f32 / chars,
    ]);
}

fn summary<'w>(words: impl Iterator<Item = &'w str>, level: Level, lexicon: &Lexicon) -> Summary {
    let mut found = Summary::default();
    words.filter(|word| !word.is_empty()).filter_map(|word| lexicon.odds(level, word)).for_each(|odds| found.add(odds));
    found
}

/// Distance to the nearest of some blocks, in blocks, looking ahead or back; [`FAR`] where there is none nearer.
fn distances(count: usize, of: &[usize], ahead: bool) -> Vec<f32> {
    let mut out = vec![FAR; count];
    let mut nearest: Option<usize> = None;
    let mut fill = |index: usize, hits: bool| {
        if let (Some(slot), Some(nearest)) = (out.get_mut(index), nearest) {
            *slot = (index.abs_diff(nearest) as f32).min(FAR);
        }
        if hits {
            nearest = Some(index);
        }
    };
    let mut marks = vec![false; count];
    of.iter().for_each(|index| marks[*index] = true);
    if ahead {
        (0..count).rev().for_each(|index| fill(index, marks[index]));
    } else {
        (0..count).for_each(|index| fill(index, marks[index]));
    }
    out
}

fn container_sums(page: &Page, evidence: &Evidence<'_>) -> Vec<ContainerSums> {
    let mut sums = vec![ContainerSums::default(); page.containers.len()];
    for (block, facts) in page.blocks.iter().zip(&evidence.facts) {
        if let Some(slot) = sums.get_mut(block.container.index()) {
            slot.mass += facts.mass;
            slot.linked += facts.mass * facts.link_share;
            slot.blocks += 1.0;
            slot.paragraphs += if facts.is_paragraph() { facts.mass } else { 0.0 };
            slot.ruled += flag(facts.ruled(Strength::Likely));
        }
    }
    super::body::sum_upwards(page, &mut sums, |above, own| {
        above.mass += own.mass;
        above.linked += own.linked;
        above.blocks += own.blocks;
        above.paragraphs += own.paragraphs;
        above.ruled += own.ruled;
    });
    sums
}

/// Hashes of the word runs of the longest strings of a JSON-LD script: `articleBody` and `description` are among them where they exist.
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

/// Share of a text's word runs that stand in the set; −0.5 where the text has fewer words than a run.
fn share_in(folded: &str, set: &std::collections::HashSet<u64>) -> f32 {
    let (mut all, mut hits) = (0, 0);
    for shingle in shingles(folded) {
        all += 1;
        hits += usize::from(set.contains(&shingle));
    }
    if all == 0 { -0.5 } else { hits as f32 / all as f32 }
}
