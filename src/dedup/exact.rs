//! Exact duplicates: the same NFC text, or the same folded token stream.

use crate::base::hash::ContentHash;
use crate::base::text::{fold, nfc};

/// The keys by which exact duplicates find each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExactKeys {
    /// SHA-256 of the NFC text.
    pub text: ContentHash,
    /// SHA-256 of the folded token stream: case, punctuation, spacing and typography do not count.
    pub tokens: ContentHash,
}

impl ExactKeys {
    /// The keys of a text.
    pub fn of(text: &str) -> Self {
        Self { text: ContentHash::of(nfc(text)), tokens: ContentHash::of(fold(text)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typography_does_not_count_but_words_do() {
        let plain = ExactKeys::of("\"Don't,\" she said.");
        let fancy = ExactKeys::of("“Don’t” — she  said");
        assert_ne!(plain.text, fancy.text);
        assert_eq!(plain.tokens, fancy.tokens);
        assert_ne!(plain.tokens, ExactKeys::of("Don't, he said").tokens);
        assert_eq!(ExactKeys::of("e\u{301}"), ExactKeys::of("é"));
    }
}
