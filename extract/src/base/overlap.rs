//! How similar two short texts are, by their words.

use super::fast_hash::FastSet;

/// The similarity of two folded texts, 0 to 1: the Dice coefficient of their distinct words, or its mean with the share of the shorter text's words
/// in the longer one if both have at least three words.
pub fn overlap(one: &str, other: &str) -> f32 {
    fn set(text: &str) -> FastSet<&str> {
        text.split(' ').filter(|token| !token.is_empty()).collect()
    }
    let (one, other) = (set(one), set(other));
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let shared = one.intersection(&other).count() as f32;
    let dice = 2.0 * shared / (one.len() + other.len()) as f32;
    let contained = shared / one.len().min(other.len()) as f32;
    if one.len().min(other.len()) >= 3 { 0.5 * dice + 0.5 * contained } else { dice }
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
