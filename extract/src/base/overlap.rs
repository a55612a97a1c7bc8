//! How similar two short texts are, by their words.

use super::fast_hash::FastSet;

/// The similarity of two folded texts, 0 to 1: the Dice coefficient of their distinct words, or its mean with the share of the shorter text's words
/// in the longer one if both have at least three words.
pub fn overlap(one: &str, other: &str) -> f32 {
    fn set(text: &str) -> FastSet<&str> {
        text.split(' ').filter(|token| !token.is_empty()).collect()
    }
    let (one, other) = (set(one), set(other));
    overlap_of(one.intersection(&other).count(), one.len(), other.len())
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
}
