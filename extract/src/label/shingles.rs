//! Hashes of word runs, by which a block is compared with other text.

/// Words of a shingle.
pub const SHINGLE: usize = 5;

/// Hashes of the runs of [`SHINGLE`] words of a folded text; none if it has fewer words.
pub fn shingles(folded: &str) -> impl Iterator<Item = u64> + '_ {
    let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b' ', folded.as_bytes()).map(|at| at + 1)).collect();
    let count = (starts.len() + 1).saturating_sub(SHINGLE);
    (0..count).filter_map(move |index| {
        let from = *starts.get(index)?;
        let to = starts.get(index + SHINGLE).map_or(folded.len(), |next| next - 1);
        folded.get(from..to).filter(|piece| !piece.is_empty()).map(|piece| xxhash_rust::xxh3::xxh3_64(piece.as_bytes()))
    })
}
