//! Fingerprints by which duplicates are found: the hash of all words for exact ones, and winnowed shingles for texts that share passages.
//!
//! Pure functions of texts: which documents a corpus compares, and what their relation is called, is decided elsewhere. All values are part of the
//! format of a corpus's index: a change to one of them needs a new version of it.

mod shingles;
mod sketch;
mod winnow;

use crate::base::hash::ContentHash;
use crate::base::text::fold;

pub use sketch::{Fingerprint, Overlap, Sketch, Unmasked};

/// SHA-256 of the folded tokens, which is equal for texts with the same words: case, punctuation, spacing and typography do not count. `None` for a
/// text without words, as two rows of asterisks are no duplicates.
pub fn tokens_sha256(text: &str) -> Option<ContentHash> {
    hash_of_tokens(&fold(text))
}

/// [`tokens_sha256`] and the [`Sketch`] of a text, of which folding it is the greater part. `None` for a text without words.
pub fn describe(text: &str) -> Option<(ContentHash, Sketch)> {
    let tokens = fold(text);
    Some((hash_of_tokens(&tokens)?, Sketch::of_folded(&tokens)))
}

fn hash_of_tokens(tokens: &str) -> Option<ContentHash> {
    (!tokens.is_empty()).then(|| ContentHash::of(tokens))
}

/// The fingerprint of a text, by winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003) the
/// hashes of its shingles. Shingles are four folded tokens ([`fold`]), or more characters where a few are no more than a word. The window is
/// a 24th of the shingles, at least 6 and at most 32: a text of any length has about 48 hashes or more, and what a large window chooses, a small one
/// chooses too, so that a long text and a passage from it are found.
///
/// ```
/// use gleaner_extract::article::fingerprint::fingerprint;
///
/// let story = "The old mill at the river burnt down in the night, the fire brigade said on Monday. Nobody was hurt.";
/// let (one, other) = (fingerprint(story), fingerprint(&format!("Local news. {story}")));
/// assert!(one.hashes.iter().filter(|hash| other.hashes.contains(hash)).count() >= 2);
/// ```
pub fn fingerprint(text: &str) -> Fingerprint {
    Sketch::of(text).fingerprint()
}

/// How much of each text is in the other, exactly: over all distinct shingles of both, nothing masked.
///
/// ```
/// use gleaner_extract::article::fingerprint::containment;
///
/// let story = "The old mill at the river burnt down in the night, the fire brigade said on Monday. Nobody was hurt.";
/// let found = containment(story, &format!("{story} The loft was used for storing grain until four years ago, and was empty since."));
/// assert_eq!(found.here, 1.0);
/// assert!(found.there < 0.6);
/// ```
pub fn containment(a: &str, b: &str) -> Overlap {
    let unmasked = |text| Sketch::of(text).unmasked(|_| false);
    unmasked(a).overlap(&unmasked(b))
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

    #[test]
    fn texts_without_shingles_have_no_fingerprint_and_contain_nothing() {
        for text in ["", "* * *", "three words only"] {
            assert_eq!(fingerprint(text), Fingerprint::default(), "{text}");
            assert_eq!(containment(text, text), Overlap::default(), "{text}");
        }
    }

    #[test]
    fn hashes_are_sorted_and_of_forty_bits() {
        let text: String = (0..600).map(|n| format!("word{} ", n * 7919 % 1000)).collect();
        let found = fingerprint(&text);
        assert!(found.hashes.is_sorted() && found.hashes.iter().all(|hash| *hash < 1 << 40));
        assert!((30..80).contains(&found.hashes.len()), "{}", found.hashes.len());
        assert_eq!((found.shingles, found.window()), (597, 24));
    }
}
