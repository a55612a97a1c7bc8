//! Learns the log-odds of class names and words of the text, each counted once per page.

use std::collections::{HashMap, HashSet};

use gleaner_extract::label::features::page_kind::page_words;
use gleaner_extract::label::lexicon::{Level, Lexicon, key, text_words};
use gleaner_extract::page::{Format, Page};

use crate::align::Labels;
use crate::sample::Sample;

/// Fewest pages that a word must occur on.
const MIN_PAGES: f32 = 4.0;

/// The words of a page's blocks and names, each with the shares of story blocks and of other blocks among the labelled blocks with the word.
pub fn count(page: &Page, folded: &[&str], labels: &Labels) -> Vec<(u32, f32, f32)> {
    let mut counts: HashMap<u32, (f32, f32)> = HashMap::new();
    for (index, block) in page.blocks.iter().enumerate().filter(|(index, _)| labels.known[*index] > 0.0) {
        let label = labels.story[index];
        let mut count = |key: u32| {
            let slot = counts.entry(key).or_default();
            slot.0 += label;
            slot.1 += 1.0 - label;
        };
        text_words(folded[index], |word| count(key(Level::Text, word)));
        if page.format == Format::Html {
            for (distance, container) in page.ancestors(block).enumerate() {
                let words = container.tokens.split(' ').filter(|word| !word.is_empty());
                words.for_each(|word| count(key(Level::of_distance(distance), word)));
            }
        }
    }
    counts.into_iter().map(|(key, (story, other))| (key, story / (story + other), other / (story + other))).collect()
}

/// The words that indicate a page's kind.
pub fn of_kind(page: &Page) -> Vec<u32> {
    let mut found = HashSet::new();
    page_words(page, page.head.url.as_ref(), |word| {
        found.insert(key(Level::Page, word));
    });
    found.into_iter().collect()
}

/// Log-odds that a word belongs to a story. Each word counts once per page, by the share of its blocks that are story. Rare words are left out, and all
/// log-odds are shrunk.
pub fn learn<'s>(samples: impl Iterator<Item = &'s Sample>) -> Lexicon {
    log_odds(samples.flat_map(|sample| sample.words.iter().copied()))
}

/// Log-odds that a page with the word is an article.
pub fn learn_kinds<'s>(samples: impl Iterator<Item = &'s Sample>) -> Lexicon {
    let side = |article: bool| if article { (1.0, 0.0) } else { (0.0, 1.0) };
    log_odds(samples.flat_map(|sample| {
        let (yes, no) = side(sample.article);
        sample.kind_words.iter().map(move |key| (*key, yes, no))
    }))
}

fn log_odds(counted: impl Iterator<Item = (u32, f32, f32)>) -> Lexicon {
    let mut counts: HashMap<u32, (f32, f32)> = HashMap::new();
    for (key, yes, no) in counted {
        let slot = counts.entry(key).or_default();
        slot.0 += yes;
        slot.1 += no;
    }
    // Sorted, so that every run adds in the same order.
    let mut counts: Vec<(u32, (f32, f32))> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(key, _)| *key);
    let (yes, no) = counts.iter().fold((1.0f64, 1.0f64), |sum, (_, (a, b))| (sum.0 + f64::from(*a), sum.1 + f64::from(*b)));
    let odds = |a: f32, b: f32| ((f64::from(a) + 1.0) / yes).ln() - ((f64::from(b) + 1.0) / no).ln();
    Lexicon::new(counts.into_iter().filter(|(_, (a, b))| a + b >= MIN_PAGES).map(|(key, (a, b))| (key, odds(a, b) as f32)))
}
