//! Finds which of some thousand short strings occur in a text. Most texts are one line and contain none, so what counts is the time for a byte
//! at which no literal starts: one lookup by the first two bytes and the third, which four of five bytes of a text do not pass. Then comes one in a
//! small bit table for each of the possible prefix lengths. Pure.
//!
//! The tables can be part of the program, which an automaton of `aho-corasick` cannot (`benches/benches/prefilter.rs` compares both).

use super::hash_index::HashIndex;
use super::list::List;

/// The maximum length of a literal, in bytes: one machine word.
pub const MAX_BYTES: usize = 8;

/// The length of the prefix by which longer literals are found, in bytes. Three bytes are shared by too many words.
const PREFIX_BYTES: usize = 4;

/// The number of leading bits of a prefix's hash that the bit table has.
const HASH_BITS: u32 = 16;

/// The number of leading bits of the hash of a literal's first two bytes, and of the sets of third bytes that they give.
const PAIR_BITS: u32 = 12;
const PAIRS: usize = 1 << PAIR_BITS;

/// A literal as a little-endian number, and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) bytes: u64,
    pub(crate) mask: u64,
    pub(crate) value: u32,
}

/// A set of literals, prepared for searching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literals {
    /// The literals by the length of their prefix, from one byte on.
    pub(crate) by_length: [PrefixTable; PREFIX_BYTES],
    /// For each first byte, the lengths of prefixes that start with it: one bit each, the lowest for one byte.
    pub(crate) lengths: [u8; 256],
    /// By the hash of the first two bytes of a literal, the bytes that may come third: one bit for each value of the lowest four bits. Empty if there are no
    /// literals.
    pub(crate) third: List<u16>,
}

impl Default for Literals {
    fn default() -> Self {
        Self { by_length: Default::default(), lengths: [0; 256], third: List::default() }
    }
}

/// The literals with prefixes of one length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PrefixTable {
    /// One bit for each possible value of the leading bits of a prefix's hash.
    pub(crate) bits: List<u64>,
    /// The hashes of the prefixes of all literals.
    pub(crate) hashes: HashIndex,
    pub(crate) literals: List<Literal>,
}

impl PrefixTable {
    fn of(literals: Vec<Literal>, length: usize) -> Self {
        if literals.is_empty() {
            return Self::default();
        }
        let mut bits = vec![0; 1 << (HASH_BITS - 6)];
        let mut hashed: Vec<(u32, Literal)> =
            literals.into_iter().map(|literal| (hash(prefix(literal.bytes, length)), literal)).collect();
        for (hash, _) in &hashed {
            let (index, bit) = bit_of(*hash);
            bits.get_mut(index).into_iter().for_each(|word: &mut u64| *word |= bit);
        }
        let hashes = HashIndex::of(&mut hashed);
        Self { bits: bits.into(), hashes, literals: hashed.into_iter().map(|(_, literal)| literal).collect() }
    }
}

impl Literals {
    /// From literals with their values. Only the first [`MAX_BYTES`] bytes count; empty literals are ignored.
    pub fn new(literals: impl IntoIterator<Item = (Vec<u8>, usize)>) -> Self {
        let mut by_length: [Vec<Literal>; PREFIX_BYTES] = Default::default();
        let mut lengths = [0u8; 256];
        let mut third = Vec::new();
        for (bytes, value) in literals {
            let mask = u64::MAX.checked_shr(64 - 8 * bytes.len().min(MAX_BYTES) as u32).unwrap_or(0);
            let literal = Literal { bytes: first_bytes(&bytes) & mask, mask, value: u32::try_from(value).unwrap_or(u32::MAX) };
            let length = bytes.len().min(PREFIX_BYTES);
            let Some(list) = length.checked_sub(1).and_then(|at| by_length.get_mut(at)) else { continue };
            list.push(literal);
            third.resize(PAIRS, 0u16);
            let (pair, bit) = start(literal.bytes);
            third.get_mut(pair).into_iter().for_each(|bits| *bits |= if length < 3 { u16::MAX } else { bit });
            let first = usize::from(literal.bytes as u8);
            lengths.get_mut(first).into_iter().for_each(|lengths| *lengths |= 1 << (length - 1));
        }
        let mut length = 0;
        let by_length = by_length.map(|literals| {
            length += 1;
            PrefixTable::of(literals, length)
        });
        Self { by_length, lengths, third: third.into() }
    }

    /// Calls `found` with the value of each literal in the text, once for each occurrence. ASCII capitals in the text match lower-case letters.
    pub fn find(&self, text: &[u8], mut found: impl FnMut(usize)) {
        let Some(third) = self.third.first_chunk::<PAIRS>() else { return };
        let mut padded = Vec::with_capacity(text.len() + MAX_BYTES);
        padded.extend_from_slice(text);
        padded.make_ascii_lowercase();
        // No literal contains a zero byte, so none is found across the end.
        padded.resize(text.len() + MAX_BYTES - 1, 0);
        for window in padded.windows(MAX_BYTES) {
            let here = first_bytes(window);
            let lengths = self.lengths[usize::from(here as u8)];
            let (pair, bit) = start(here);
            // A single byte is a literal whatever comes after it.
            if third[pair % PAIRS] & bit != 0 || lengths & 1 != 0 {
                self.find_here(here, lengths, &mut found);
            }
        }
    }

    /// Calls `found` with the literals that these bytes begin with, of those with prefixes of some lengths.
    fn find_here(&self, here: u64, mut lengths: u8, found: &mut impl FnMut(usize)) {
        while lengths != 0 {
            let length = lengths.trailing_zeros() as usize + 1;
            lengths &= lengths - 1;
            let Some(table) = self.by_length.get(length - 1) else { break };
            let hash = hash(prefix(here, length));
            let (index, bit) = bit_of(hash);
            if table.bits.get(index).is_some_and(|word| word & bit != 0) {
                let literals = table.literals.get(table.hashes.find(hash)).unwrap_or_default();
                let here = literals.iter().filter(|literal| here & literal.mask == literal.bytes);
                here.for_each(|literal| found(literal.value as usize));
            }
        }
    }
}

/// Up to eight bytes as a little-endian number.
pub fn first_bytes(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<MAX_BYTES>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => bytes.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte)),
    }
}

fn prefix(word: u64, length: usize) -> u64 {
    word & ((1 << (8 * length)) - 1)
}

fn hash(prefix: u64) -> u32 {
    // Fibonacci hashing.
    (prefix.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// The hash of the first two bytes, and the bit of the third one.
fn start(word: u64) -> (usize, u16) {
    let pair = u32::from(word as u16).wrapping_mul(0x9e37_79b1) >> (u32::BITS - PAIR_BITS);
    (pair as usize, 1 << ((word >> 16) & 15))
}

/// The word and the bit for a hash in the bit table.
fn bit_of(hash: u32) -> (usize, u64) {
    let leading = hash >> (u32::BITS - HASH_BITS);
    ((leading >> 6) as usize, 1 << (leading & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searching_for_all_finds_what_searching_for_each_finds() {
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
