//! Finds which of some thousand short strings stand in a text, and what each of them stands for. Most texts are a line long and hold none, so what
//! counts is the time for a byte that begins none: one look at what lengths begin with it, and one at a small table for each of those.

use crate::base::fast_hash::FastMap;

/// Longest literal in bytes: what is read at once.
pub const MAX_BYTES: usize = 8;

/// Bytes by which longer literals are found. Three would be enough for most, but too many words have the same.
const BEGINNING: usize = 4;

/// Bits of the table of beginnings.
const TABLE_BITS: u32 = 16;

/// A literal as a number, its first byte lowest, and what it stands for.
#[derive(Clone, Copy, Debug)]
struct Literal {
    bytes: u64,
    mask: u64,
    value: usize,
}

/// Literals, ready to be found.
#[derive(Debug)]
pub struct Literals {
    /// By its beginning, or by all of a shorter one: first those of one byte.
    by_length: [Table; BEGINNING],
    /// For each byte the lengths of beginnings that begin with it: a bit each, the lowest for one byte.
    lengths: [u8; 256],
}

impl Default for Literals {
    fn default() -> Self {
        Self { by_length: Default::default(), lengths: [0; 256] }
    }
}

/// Literals by their first bytes.
#[derive(Debug, Default)]
struct Table {
    /// A bit for each hash of first bytes that some literal has.
    hashes: Vec<u64>,
    literals: FastMap<u64, Vec<Literal>>,
}

impl Literals {
    /// From literals with what they stand for. At most [`MAX_BYTES`] bytes of one count, and an empty one is none.
    pub fn new(literals: impl IntoIterator<Item = (Vec<u8>, usize)>) -> Self {
        let mut all = Self::default();
        for (bytes, value) in literals {
            let mask = u64::MAX.checked_shr(64 - 8 * bytes.len().min(MAX_BYTES) as u32).unwrap_or(0);
            let literal = Literal { bytes: first_bytes(&bytes) & mask, mask, value };
            let length = bytes.len().min(BEGINNING);
            let Some(table) = length.checked_sub(1).and_then(|at| all.by_length.get_mut(at)) else { continue };
            let beginning = beginning(literal.bytes, length);
            let (at, bit) = place(beginning);
            table.hashes.resize(1 << (TABLE_BITS - 6), 0);
            table.hashes.get_mut(at).into_iter().for_each(|word| *word |= bit);
            let first = usize::from(literal.bytes as u8);
            all.lengths.get_mut(first).into_iter().for_each(|lengths| *lengths |= 1 << (length - 1));
            table.literals.entry(beginning).or_default().push(literal);
        }
        all
    }

    /// Calls with what each literal in the text stands for, once for each place where it stands. Capitals of ASCII in the text count as small letters.
    pub fn find(&self, text: &[u8], mut found: impl FnMut(usize)) {
        let mut padded = Vec::with_capacity(text.len() + MAX_BYTES);
        padded.extend_from_slice(text);
        padded.make_ascii_lowercase();
        // No literal holds a zero byte, so that none is found across the end.
        padded.resize(text.len() + MAX_BYTES - 1, 0);
        for window in padded.windows(MAX_BYTES) {
            let here = first_bytes(window);
            let mut lengths = self.lengths.get(usize::from(here as u8)).copied().unwrap_or_default();
            while lengths != 0 {
                let length = lengths.trailing_zeros() as usize + 1;
                lengths &= lengths - 1;
                let Some(table) = self.by_length.get(length - 1) else { break };
                let beginning = beginning(here, length);
                let (at, bit) = place(beginning);
                if table.hashes.get(at).is_some_and(|word| word & bit != 0)
                    && let Some(literals) = table.literals.get(&beginning)
                {
                    let here = literals.iter().filter(|literal| here & literal.mask == literal.bytes);
                    here.for_each(|literal| found(literal.value));
                }
            }
        }
    }
}

/// Up to eight bytes as a number, the first one lowest.
pub fn first_bytes(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<MAX_BYTES>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => bytes.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte)),
    }
}

fn beginning(word: u64, length: usize) -> u64 {
    word & ((1 << (8 * length)) - 1)
}

/// Where a beginning stands in the table.
fn place(beginning: u64) -> (usize, u64) {
    // Spread over all bits (Fibonacci hashing).
    let hash = beginning.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - TABLE_BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_searching_for_each_finds() {
        let list: Vec<Vec<u8>> = ["a", "©", "ab", "abc", "bcd", "abcdefgh", "photo: ", "é", "die", "ie "]
            .map(|text| text.as_bytes().to_vec())
            .to_vec();
        let literals = Literals::new(list.iter().cloned().zip(0..));
        for text in ["", "a", "xab", "abcdefgh", "abcdefg", "die photo: ©", "ie", "ie ", "café"] {
            let mut found = Vec::new();
            literals.find(text.as_bytes(), |index| found.push(index));
            found.sort_unstable();
            found.dedup();
            let wanted = |literal: &Vec<u8>| text.as_bytes().windows(literal.len()).any(|window| window == literal.as_slice());
            let wanted: Vec<usize> = (0..list.len()).filter(|index| list.get(*index).is_some_and(wanted)).collect();
            assert_eq!(found, wanted, "{text:?}");
        }
    }
}
