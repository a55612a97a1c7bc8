//! Hashes of word runs, by which a block is compared with other text.

use crate::base::text::spaces;

/// Words of a shingle.
pub const SHINGLE: usize = 5;

/// Hashes of the runs of [`SHINGLE`] words of a folded text; none if it has fewer words.
pub fn shingles(folded: &str) -> impl Iterator<Item = u64> + '_ {
    let starts = std::iter::once(0).chain(spaces(folded).map(|at| at + 1));
    let ends = spaces(folded).chain([folded.len()]).skip(SHINGLE - 1);
    let pieces = starts.zip(ends).filter_map(|(from, to)| folded.get(from..to));
    pieces.filter(|piece| !piece.is_empty()).map(|piece| xxhash_rust::xxh3::xxh3_64(piece.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_shingle_per_run_of_words() {
        let hash = |text: &str| xxhash_rust::xxh3::xxh3_64(text.as_bytes());
        assert_eq!(shingles("a b c d e f").collect::<Vec<_>>(), [hash("a b c d e"), hash("b c d e f")]);
        assert_eq!(shingles("a b c d").count() + shingles("").count(), 0);
    }
}
