//! How similar two short texts are, by their words.

use super::fast_hash::FastSet;
use super::text::tokens;

/// The similarity of two folded texts, 0 to 1: the Dice coefficient of their distinct words, or its mean with the share of the shorter text's words
/// in the longer one if both have at least three words.
pub fn overlap(one: &str, other: &str) -> f32 {
    let (one, other) = (Words::of(one), Words::of(other));
    let shared = one.distinct.iter().filter(|word| other.contains(word)).count();
    overlap_of(shared, one.distinct.len(), other.distinct.len())
}

/// The maximum number of distinct words that are compared one by one: faster than a set for as few as a line has.
const MAX_COMPARED: usize = 24;

/// The distinct words of a folded text.
#[derive(Default)]
struct Words<'t> {
    distinct: Vec<&'t str>,
    /// The same where they are many.
    set: FastSet<&'t str>,
}

impl<'t> Words<'t> {
    fn of(text: &'t str) -> Self {
        let mut words = Self::default();
        for word in tokens(text).filter(|word| !word.is_empty()) {
            if words.contains(word) {
                continue;
            }
            words.distinct.push(word);
            match words.distinct.len() {
                ..=MAX_COMPARED => {}
                _ if words.set.is_empty() => words.set.extend(&words.distinct),
                _ => {
                    words.set.insert(word);
                }
            }
        }
        words
    }

    fn contains(&self, word: &str) -> bool {
        if self.set.is_empty() { self.distinct.contains(&word) } else { self.set.contains(word) }
    }
}

/// [`overlap`] of texts with so many distinct words: in both, in the one, and in the other.
pub fn overlap_of(shared: usize, one: usize, other: usize) -> f32 {
    if one == 0 || other == 0 {
        return 0.0;
    }
    let dice = 2.0 * shared as f32 / (one + other) as f32;
    let contained = shared as f32 / one.min(other) as f32;
    if one.min(other) >= 3 { 0.5 * dice + 0.5 * contained } else { dice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_favours_containment() {
        assert_eq!(overlap("", "a"), 0.0);
        assert_eq!(overlap("a b c", "a b c"), 1.0);
        assert!(overlap("a b c", "a b c site name") > overlap("a x c", "a b c site name"));
    }

    #[test]
    fn many_words_are_counted_as_few_are() {
        let text = |words: std::ops::Range<usize>| words.map(|word| format!("w{} ", word % 40)).collect::<String>();
        for (one, other) in [(0..3, 1..5), (0..24, 12..36), (0..25, 10..50), (0..100, 20..30)] {
            let set = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<FastSet<_>>();
            let (one, other) = (text(one), text(other));
            let (first, second) = (set(&one), set(&other));
            let expected = overlap_of(first.intersection(&second).count(), first.len(), second.len());
            assert_eq!(overlap(&one, &other), expected, "{one} / {other}");
        }
    }
}
