//! The distinct words of a line of a text dump, weighted by their length.

use crate::base::fast_hash::FastSet;
use crate::base::text::{is_unspaced, tokens};

/// Distinct words of a line up to which they are compared with each other.
const FEW_WORDS: usize = 64;

/// The words of a line.
pub(super) struct LineWords<'a> {
    /// How many words, repeated ones included.
    pub count: usize,
    /// Each word once, with its weight.
    pub distinct: Vec<(&'a str, f32)>,
}

impl<'a> LineWords<'a> {
    /// The words of a folded line.
    pub fn of(folded: &'a str) -> Self {
        let mut words = Self { count: 0, distinct: Vec::new() };
        let mut many: FastSet<&str> = FastSet::default();
        for token in tokens(folded).filter(|token| !token.is_empty()) {
            words.count += 1;
            // Most lines have few words, so comparing them is faster than a set of them; but a whole text may be one line.
            let is_new = if words.distinct.len() < FEW_WORDS {
                words.distinct.iter().all(|(word, _)| *word != token)
            } else {
                if many.is_empty() {
                    many.extend(words.distinct.iter().map(|(word, _)| *word));
                }
                many.insert(token)
            };
            if is_new {
                let unspaced = token.chars().next().is_some_and(is_unspaced);
                let weight = if unspaced { 1.0 } else { (token.chars().count() as f32 - 2.0).clamp(0.2, 6.0) };
                words.distinct.push((token, weight));
            }
        }
        words
    }

    /// The share of distinct words that pass, weighted by length.
    pub fn share(&self, passes: impl Fn(&str) -> bool) -> f32 {
        let (mut all, mut passed) = (0.0, 0.0);
        for (word, weight) in &self.distinct {
            all += weight;
            passed += if passes(word) { *weight } else { 0.0 };
        }
        if all > 0.0 { passed / all } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_counts_once_however_many_there_are() {
        let line: Vec<String> = (0..1000).map(|number| format!("word{}", number % 300)).collect();
        let words = LineWords::of(&line.join(" ")).distinct.len();
        assert_eq!((words, LineWords::of("a b a").count, LineWords::of("a b a").distinct.len()), (300, 3, 2));
    }
}
