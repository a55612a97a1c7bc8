//! Terms that the blocks of a page share: the paragraphs of a story repeat words that teasers of other stories lack.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use xxhash_rust::xxh3::xxh3_64;

use crate::base::text::{is_unspaced, tokens};
use crate::label::lexicon::IdentityHasher;

/// Shortest word that counts, in bytes: shorter ones are everywhere.
const MIN_BYTES: usize = 4;

/// Most words of one block that are read.
const MAX_WORDS: usize = 250;

/// The distinct terms of each block, numbered over the page.
#[derive(Debug, Default)]
pub struct Terms {
    ids: Vec<u32>,
    /// Where each block's terms begin in `ids`, then the length of `ids`.
    starts: Vec<usize>,
    count: usize,
    known: HashMap<u32, u32, BuildHasherDefault<IdentityHasher>>,
}

impl Terms {
    /// Numbers the terms of folded texts, one text per block.
    pub fn of<'t>(folded: impl Iterator<Item = &'t str>) -> Self {
        let mut terms = Self { starts: vec![0], ..Self::default() };
        let mut own = Vec::new();
        for text in folded {
            own.clear();
            visit(text, |hash| {
                let next = terms.known.len() as u32;
                own.push(*terms.known.entry(hash).or_insert(next));
            });
            own.sort_unstable();
            own.dedup();
            terms.ids.extend_from_slice(&own);
            terms.starts.push(terms.ids.len());
        }
        terms.count = terms.known.len();
        terms
    }

    /// The terms of a block.
    fn block(&self, index: usize) -> &[u32] {
        let from = self.starts.get(index).copied().unwrap_or_default();
        let to = self.starts.get(index + 1).copied().unwrap_or(from);
        self.ids.get(from..to).unwrap_or_default()
    }

    /// For each block, the mean over its terms of the weight of the other blocks with the term, at most 1 per term; −1 for blocks without terms.
    pub fn likeness(&self, weights: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0f32; self.count];
        for (index, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            for id in self.block(index) {
                if let Some(sum) = sums.get_mut(*id as usize) {
                    *sum += weight;
                }
            }
        }
        let blocks = weights.iter().enumerate();
        blocks
            .map(|(index, own)| {
                let terms = self.block(index);
                let sum: f32 = terms.iter().filter_map(|id| sums.get(*id as usize)).map(|sum| (sum - own).clamp(0.0, 1.0)).sum();
                if terms.is_empty() { -1.0 } else { sum / terms.len() as f32 }
            })
            .collect()
    }

    /// For each block, the share of its terms that occur in another text, and the share of that text's terms that occur in the block.
    pub fn overlap(&self, folded: &str) -> Vec<(f32, f32)> {
        let mut wanted: Vec<u32> = Vec::new();
        let mut all = 0usize;
        visit(folded, |hash| {
            all += 1;
            wanted.extend(self.known.get(&hash));
        });
        wanted.sort_unstable();
        wanted.dedup();
        (0..self.starts.len().saturating_sub(1))
            .map(|index| {
                let own = self.block(index);
                let hits = own.iter().filter(|id| wanted.binary_search(id).is_ok()).count() as f32;
                (hits / own.len().max(1) as f32, hits / all.max(1) as f32)
            })
            .collect()
    }
}

/// Visits the hash of each term: longer words, and pairs of characters in scripts without spaces.
fn visit(folded: &str, mut visitor: impl FnMut(u32)) {
    let mut previous: Option<&str> = None;
    for word in tokens(folded).take(MAX_WORDS) {
        let unspaced = !word.as_bytes().first().is_some_and(u8::is_ascii) && word.chars().next().is_some_and(is_unspaced);
        if unspaced {
            if let Some(before) = previous {
                let pair = xxh3_64(before.as_bytes()).rotate_left(7) ^ xxh3_64(word.as_bytes());
                visitor(pair as u32);
            }
        } else if word.len() >= MIN_BYTES {
            visitor(xxh3_64(word.as_bytes()) as u32);
        }
        previous = unspaced.then_some(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paragraphs_of_a_story_share_terms() {
        let texts = ["harbour reopens after storm", "the harbour was closed by a storm", "celebrity wedding photos", "港は再開"];
        let terms = Terms::of(texts.into_iter());
        let like = terms.likeness(&[1.0; 4]);
        assert!(like[0] > 0.4 && like[2] == 0.0, "{like:?}");
        let titled = terms.overlap("storm closes harbour");
        assert!(titled[0].1 > 0.6 && titled[2].1 == 0.0, "{titled:?}");
        assert_eq!(terms.overlap("")[0], (0.0, 0.0));
        assert!(like[3] < 0.1);
    }
}
