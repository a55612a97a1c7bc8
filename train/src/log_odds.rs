//! Learns the log-odds of counted words.

use std::collections::HashMap;

use gleaner_extract::label::lexicon::Lexicon;

use crate::sample::Sample;

/// Fewest pages that a word must occur on.
const MIN_PAGES: f32 = 8.0;

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
