//! Elements of a site's pages by their names: those that hold the story on nearly every page, and those whose kept text recurs or that are removed
//! nearly always.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::{key_of, min_pages};
use super::profile::{BoxKey, BoxUse, MIN_PAGES, PageProfile};
use super::proposal::{ProposedRule, Subject};
use crate::document::elements::ElementTree;
use crate::document::{Block, Category, Container};
use crate::page::{Page, words_of_name};

/// Most elements of a page that are looked at, and most names of one.
const MAX_ELEMENTS: usize = 4000;
const MAX_NAMES: usize = 6;

/// Most different elements of a page, by tag and name.
const MAX_BOXES: usize = 400;

/// Longest name in bytes.
const MAX_NAME_BYTES: usize = 60;

/// The share of the kept text that a body holds, in thousandths, and the share of pages, in hundredths, on which it does.
const BODY_COVERAGE: u64 = 970;
const BODY_PAGES: usize = 90;

/// The least share of the text in a body that is kept, in thousandths: with less, it holds more than the story.
const BODY_PURITY: u64 = 400;

/// The largest share of the kept text that an element to be dropped holds on a page, in thousandths, and most kept lines in it.
const DROP_SHARE: u64 = 300;
const DROP_LINES: usize = 30;

/// The share of the kept text of such elements that recurs, in hundredths.
const RECURRING_SHARE: u64 = 80;

/// The share of pages on which all of an element is removed, in hundredths, and the fewest pages, for it to be dropped on the others.
const REMOVED_PAGES: usize = 90;
const MIN_REMOVED: usize = 10;

/// Most elements that are proposed to be dropped.
const MAX_DROPS: usize = 10;

/// The characters of a block.
pub fn chars(block: &Block) -> u32 {
    u32::try_from(block.chars()).unwrap_or(u32::MAX)
}

/// The elements of a page by key, in order.
pub fn of_page(page: &Page, kept: &[bool], tree: &ElementTree, story: u32) -> Vec<BoxUse> {
    let mut totals: Vec<(u32, u32)> = vec![(0, 0); page.containers.len()];
    for (block, kept) in page.blocks.iter().zip(kept).filter(|(block, _)| !block.hidden) {
        if let Some((all, inside)) = totals.get_mut(block.container.index()) {
            *all += chars(block);
            *inside += if *kept { chars(block) } else { 0 };
        }
    }
    page.sum_upwards(&mut totals, |above, own| *above = (above.0 + own.0, above.1 + own.1));
    let mut found: BTreeMap<BoxKey, (BoxUse, BTreeSet<usize>)> = BTreeMap::new();
    for (index, container) in elements(tree, page).take(MAX_ELEMENTS) {
        let Some(at) = tree.node(index).and_then(|node| node.container).map(|id| id.index()) else { continue };
        let Some((all, inside)) = totals.get(at).copied().filter(|(all, _)| *all > 0) else { continue };
        for name in names(tree, index) {
            let key = BoxKey { tag: container.tag.name(), name };
            let is_known = found.contains_key(&key);
            if !is_known && found.len() >= MAX_BOXES {
                continue;
            }
            let unused = || BoxUse { key: key.clone(), tokens: container.tokens.clone(), all: 0, kept: 0, lines: Vec::new() };
            let (entry, places) = found.entry(key.clone()).or_insert_with(|| (unused(), BTreeSet::new()));
            // One inside of another with the same key is counted with it.
            if !is_inside(page, at, places) {
                entry.all += all;
                entry.kept += inside;
                places.insert(at);
            }
        }
    }
    let mut boxes: Vec<(BoxUse, BTreeSet<usize>)> = found.into_values().collect();
    for (entry, places) in &mut boxes {
        if entry.kept > 0 && u64::from(entry.kept) * 1000 <= u64::from(story) * DROP_SHARE {
            entry.lines = lines_of(page, kept, places);
        }
    }
    boxes.into_iter().map(|(entry, _)| entry).collect()
}

/// The elements that became containers.
fn elements<'a>(tree: &'a ElementTree, page: &'a Page) -> impl Iterator<Item = (u32, &'a Container)> {
    (1..tree.len()).filter_map(|index| Some((index, page.containers.get(tree.node(index)?.container?.index())?)))
}

/// The names of an element: each of its classes, and its id, as words.
fn names(tree: &ElementTree, index: u32) -> BTreeSet<String> {
    let named = tree.attributes(index).iter().filter(|(name, _)| matches!(name.as_str(), "class" | "id"));
    let values = named.flat_map(|(_, value)| value.split_ascii_whitespace()).take(MAX_NAMES);
    // What has a number in it is the name of one element and not of a kind.
    let kinds = values.filter(|value| value.len() <= MAX_NAME_BYTES && !value.bytes().any(|byte| byte.is_ascii_digit()));
    kinds.map(words_of_name).filter(|words| words.len() > 2).collect()
}

fn is_inside(page: &Page, at: usize, places: &BTreeSet<usize>) -> bool {
    let parent = |at: &usize| page.containers.get(*at).map(|container| container.parent.index()).filter(|parent| parent < at);
    std::iter::successors(Some(at), parent).any(|at| places.contains(&at))
}

/// The kept lines inside of containers, each with its characters; none if there are many.
fn lines_of(page: &Page, kept: &[bool], places: &BTreeSet<usize>) -> Vec<(u64, u32)> {
    let blocks = page.blocks.iter().zip(kept).filter(|(_, kept)| **kept).map(|(block, _)| block);
    let inside = blocks.filter(|block| is_inside(page, block.container.index(), places));
    let lines: Vec<(u64, u32)> = inside.take(DROP_LINES + 1).map(|block| (key_of(&block.text), chars(block))).collect();
    if lines.len() > DROP_LINES { Vec::new() } else { lines }
}

/// Elements with one key on all pages.
#[derive(Clone, Debug, Default)]
pub struct BoxTotal {
    key: Option<BoxKey>,
    pages: usize,
    /// Pages on which they hold nearly all kept text, on which all of them is removed, and on which some of them is kept.
    body_pages: usize,
    removed_pages: usize,
    kept_pages: usize,
    all: u64,
    kept: u64,
    /// Kept characters of lines that were noted, and of those that recur.
    noted: u64,
    recurring: u64,
    /// The names of such elements, with all words.
    pub names_around: BTreeSet<String>,
}

fn totals(subject: &Subject<'_>) -> BTreeMap<BoxKey, BoxTotal> {
    let mut totals: BTreeMap<BoxKey, BoxTotal> = BTreeMap::new();
    for page in subject.pages.iter().filter(|page| page.story > 0) {
        for entry in &page.boxes {
            let total = totals.entry(entry.key.clone()).or_default();
            let (kept, story) = (u64::from(entry.kept), u64::from(page.story));
            total.key.get_or_insert_with(|| entry.key.clone());
            total.pages += 1;
            total.body_pages += usize::from(kept * 1000 >= story * BODY_COVERAGE);
            total.removed_pages += usize::from(kept == 0);
            total.kept_pages += usize::from(kept > 0);
            total.all += u64::from(entry.all);
            total.kept += kept;
            total.noted += entry.lines.iter().map(|(_, chars)| u64::from(*chars)).sum::<u64>();
            let recurring = entry.lines.iter().filter(|(line, _)| subject.recurring.contains(line));
            total.recurring += recurring.map(|(_, chars)| u64::from(*chars)).sum::<u64>();
            total.names_around.insert(entry.tokens.clone());
        }
    }
    totals
}

/// The element that holds the story on nearly every page and little else.
pub fn body(subject: &Subject<'_>) -> Option<BoxTotal> {
    let stories = subject.pages.iter().filter(|page| page.story > 0).count();
    let purity = |total: &BoxTotal| total.kept * 1000 / total.all.max(1);
    let is_body = |total: &BoxTotal| {
        let is_everywhere = stories >= MIN_PAGES && total.body_pages * 100 >= stories * BODY_PAGES;
        let is_whole_page = total.key.as_ref().is_none_or(|key| matches!(key.tag, "html" | "body"));
        is_everywhere && !is_whole_page && purity(total) >= BODY_PURITY
    };
    let bodies = totals(subject).into_values().filter(is_body);
    bodies.max_by(|a, b| {
        let rank = |total: &BoxTotal| (purity(total), total.body_pages);
        rank(a).cmp(&rank(b)).then_with(|| b.key.cmp(&a.key))
    })
}

/// Elements to be dropped: those whose kept text recurs, and those that are removed on nearly every page but not on all. `story_names` are those of the
/// body, which no rule may match.
pub fn drops(subject: &Subject<'_>, story_names: &BTreeSet<String>) -> Vec<BoxTotal> {
    let least = min_pages(subject.pages.len());
    let is_story = |name: &str| story_names.iter().any(|names| format!(" {names} ").contains(&format!(" {name} ")));
    let is_drop = |total: &BoxTotal| {
        let all_noted = total.kept > 0 && total.noted == total.kept;
        let recurs = total.kept_pages >= least && total.recurring * 100 >= total.noted * RECURRING_SHARE;
        let is_removed = total.pages >= MIN_REMOVED.max(least) && total.removed_pages * 100 >= total.pages * REMOVED_PAGES;
        all_noted && (recurs || is_removed) && total.key.as_ref().is_some_and(|key| !is_story(&key.name))
    };
    let mut found: Vec<BoxTotal> = totals(subject).into_values().filter(is_drop).collect();
    // Of elements around each other that hold the same, the one with the shortest name.
    found.sort_by_key(|total| (total.kept, total.kept_pages, total.key.as_ref().map(|key| (key.name.len(), key.clone()))));
    found.dedup_by_key(|total| (total.kept, total.kept_pages));
    found.sort_by_key(|total| (std::cmp::Reverse((total.kept_pages, total.kept)), total.key.clone()));
    found.truncate(MAX_DROPS);
    found
}

/// The kept lines of a page that are inside of such elements.
pub fn lines_inside(page: &PageProfile, drops: &[BoxTotal]) -> BTreeSet<u64> {
    let is_dropped = |entry: &&BoxUse| drops.iter().any(|drop| drop.key.as_ref() == Some(&entry.key));
    page.boxes.iter().filter(is_dropped).flat_map(|entry| entry.lines.iter().map(|(line, _)| *line)).collect()
}

impl BoxTotal {
    fn named(&self, table: &'static str, why: String) -> ProposedRule {
        let key = self.key.as_ref();
        let names: Vec<String> = key.map(|key| key.name.clone()).into_iter().collect();
        let tags = key.map(|key| key.tag.to_owned()).into_iter().filter(|tag| tag != "other").collect();
        let name = format!("{table} {}", names.first().map_or("", String::as_str));
        ProposedRule { table, name, why, names, tags, ..ProposedRule::default() }
    }

    /// The first of the names with all words that has the words of the key next to each other, as an example.
    fn example(&self) -> Vec<String> {
        let name = self.key.as_ref().map_or("", |key| key.name.as_str());
        let matches = |names: &&String| format!(" {names} ").contains(&format!(" {name} "));
        self.names_around.iter().find(matches).cloned().into_iter().collect()
    }

    /// The rule for a body.
    pub fn rule_of_body(&self, pages: usize) -> ProposedRule {
        let percent = self.kept * 100 / self.all.max(1);
        let why = format!("It holds the story on {} of {pages} pages; {percent} % of the text in it is story.", self.body_pages);
        ProposedRule { keeps_names: self.example(), ..self.named("body", why) }
    }

    /// The rule for a drop; `story_names` are those of the body.
    pub fn rule_of_drop(&self, subject: &Subject<'_>, story_names: &BTreeSet<String>) -> ProposedRule {
        let why =
            format!("It is on {} pages and no part of the story, though text in it was kept on {}.", self.pages, self.kept_pages);
        let (tag, tokens) = (self.key.as_ref().map_or("div", |key| key.tag), self.example());
        let matches = tokens.iter().flat_map(|tokens| subject.rules.match_names(tag, tokens));
        let category = matches.map(|rule| rule.category).next().unwrap_or(Category::Other);
        let keeps_names = story_names.iter().take(1).cloned().collect();
        ProposedRule { category: Some(category), removes_names: tokens, keeps_names, ..self.named("drop", why) }
    }
}
