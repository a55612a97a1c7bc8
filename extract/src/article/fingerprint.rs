//! Fingerprints by which exact duplicates are found: texts with the same words.

use crate::base::hash::ContentHash;
use crate::base::text::fold;

/// SHA-256 of the folded tokens, which is equal for texts with the same words: case, punctuation, spacing and typography do not count. `None` for a
/// text without words, as two rows of asterisks are no duplicates.
pub fn tokens_sha256(text: &str) -> Option<ContentHash> {
    let tokens = fold(text);
    (!tokens.is_empty()).then(|| ContentHash::of(tokens))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typography_does_not_count_but_words_do() {
        let plain = tokens_sha256("\"Don't,\" she said.");
        assert_eq!(plain, tokens_sha256("“Don’t” — she  said"));
        assert_ne!(plain, tokens_sha256("Don't, he said"));
        assert_eq!(tokens_sha256("e\u{301}"), tokens_sha256("é"));
        assert_eq!(tokens_sha256("* * *"), None);
    }
}
