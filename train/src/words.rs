//! Counts class names and words of the text, each once per page.

use std::collections::{HashMap, HashSet};

use gleaner_extract::label::features::page_kind::page_words;
use gleaner_extract::label::lexicon::{Level, key, text_words};
use gleaner_extract::page::{Format, Page};

use crate::align::Labels;

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
