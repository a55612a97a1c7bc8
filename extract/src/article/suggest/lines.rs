//! Lines that are kept on many pages of a site: what the labeller takes for story, and what recurs nevertheless.

use std::collections::{BTreeMap, BTreeSet};

use super::profile::{KeptLine, MIN_PAGES, PageProfile};
use super::proposal::{ProposedRule, Subject};
use crate::base::hash::ContentHash;
use crate::base::text::{count_words, fold, squeeze};
use crate::document::Category;
use crate::page::Page;

/// Longest line that is looked at, in words, and most lines of a page.
const MAX_WORDS: usize = 60;
const MAX_LINES: usize = 400;

/// Longest line that is proposed as a phrase, in words, and most phrases of a rule.
const MAX_PHRASE_WORDS: usize = 40;
const MAX_PHRASES: usize = 20;

/// Most examples of each kind.
const MAX_EXAMPLES: usize = 2;

/// Fewest words of a line of a story that a rule is tried on.
const MIN_EXAMPLE_WORDS: usize = 6;

/// The key by which lines are the same.
pub fn key_of(text: &str) -> u64 {
    let folded = fold(text);
    let words = folded.split(' ').map(|word| if word.chars().all(char::is_numeric) { "0" } else { word });
    let words: Vec<&str> = words.collect();
    let digits = ContentHash::of(words.join(" ").as_bytes()).to_string();
    u64::from_str_radix(digits.get(..16).unwrap_or_default(), 16).unwrap_or_default()
}

/// The kept lines of a page, each once.
pub fn of_page(page: &Page, kept: &[bool]) -> Vec<KeptLine> {
    let mut seen = BTreeSet::new();
    let blocks = page.blocks.iter().zip(kept).filter(|(_, kept)| **kept).map(|(block, _)| block);
    let lines = blocks.map(|block| (block, count_words(&block.text))).filter(|(_, words)| (1..=MAX_WORDS).contains(words));
    let lines = lines.map(|(block, words)| KeptLine { key: key_of(&block.text), text: squeeze(&block.text), words });
    lines.filter(|line| seen.insert(line.key)).take(MAX_LINES).collect()
}

/// On how many pages something must be to recur: five, and every tenth.
pub fn min_pages(pages: usize) -> usize {
    MIN_PAGES.max(pages.div_ceil(10))
}

/// The lines that recur.
pub fn recurring(pages: &[PageProfile]) -> BTreeSet<u64> {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    pages.iter().flat_map(|page| &page.lines).for_each(|line| *counts.entry(line.key).or_default() += 1);
    let least = min_pages(pages.len());
    counts.into_iter().filter(|(_, count)| *count >= least).map(|(key, _)| key).collect()
}

/// A line that recurs.
#[derive(Default)]
struct Recurring {
    pages: usize,
    /// The ways it is written, each with the number of pages.
    texts: BTreeMap<String, usize>,
    words: usize,
}

/// Rules for the lines that recur, by category; not for those that `covered` names for a page.
pub fn drops(subject: &Subject<'_>, covered: impl Fn(&PageProfile) -> BTreeSet<u64>) -> Vec<ProposedRule> {
    let mut found: BTreeMap<u64, Recurring> = BTreeMap::new();
    for page in subject.pages {
        let covered = covered(page);
        for line in page.lines.iter().filter(|line| subject.recurring.contains(&line.key) && !covered.contains(&line.key)) {
            let entry = found.entry(line.key).or_default();
            entry.pages += 1;
            entry.words = line.words;
            *entry.texts.entry(line.text.clone()).or_default() += 1;
        }
    }
    let least = min_pages(subject.pages.len());
    let mut by_category: BTreeMap<Category, Vec<(usize, String)>> = BTreeMap::new();
    for line in found.into_values().filter(|line| line.pages >= least && line.words <= MAX_PHRASE_WORDS) {
        // The most frequent way to write it; of several, the first.
        let most = line.texts.iter().max_by_key(|(text, count)| (**count, std::cmp::Reverse((*text).clone())));
        let Some((text, _)) = most else { continue };
        let category = subject.rules.match_text(text).first().map_or(Category::Other, |rule| rule.category);
        by_category.entry(category).or_default().push((line.pages, text.clone()));
    }
    by_category.into_iter().map(|(category, lines)| rule(subject, category, lines)).collect()
}

fn rule(subject: &Subject<'_>, category: Category, mut lines: Vec<(usize, String)>) -> ProposedRule {
    lines.sort_by(|(a, one), (b, two)| b.cmp(a).then_with(|| one.cmp(two)));
    lines.truncate(MAX_PHRASES);
    let least = lines.iter().map(|(pages, _)| *pages).min().unwrap_or_default();
    let phrases: Vec<String> = lines.iter().map(|(_, text)| text.to_lowercase()).collect();
    ProposedRule {
        table: "drop",
        name: format!("lines {}", category.name()),
        why: format!("Lines that are the same on {least} or more of {} pages.", subject.pages.len()),
        category: Some(category),
        removes: lines.iter().take(MAX_EXAMPLES).map(|(_, text)| text.clone()).collect(),
        keeps: nearest(subject, &phrases),
        phrases,
        ..ProposedRule::default()
    }
}

/// Lines of stories that have most words in common with the phrases.
fn nearest(subject: &Subject<'_>, phrases: &[String]) -> Vec<String> {
    let folded: Vec<String> = phrases.iter().map(|phrase| fold(phrase)).collect();
    let words: BTreeSet<&str> = folded.iter().flat_map(|phrase| phrase.split(' ')).collect();
    let lines = subject.pages.iter().flat_map(|page| &page.lines);
    let others = lines.filter(|line| !subject.recurring.contains(&line.key) && line.words >= MIN_EXAMPLE_WORDS);
    let mut scored: Vec<(usize, &str)> = others
        .map(|line| (fold(&line.text).split(' ').filter(|word| words.contains(word)).count(), line.text.as_str()))
        .collect();
    scored.sort_by(|(a, one), (b, two)| b.cmp(a).then_with(|| one.cmp(two)));
    scored.dedup();
    scored.into_iter().take(MAX_EXAMPLES).map(|(_, text)| text.to_owned()).collect()
}
