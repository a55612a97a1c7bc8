//! Finds which of some thousand phrases are in a text, as whole words. Texts and phrases are words with one space between them. Pure.
//!
//! Two Bloom filters over the first words of all phrases come first: most words of most texts begin no phrase, and are not looked up at all. Only the
//! first eight bytes of a word count there.

use super::hash_index::HashIndex;
use super::list::{List, Texts};
use super::literals::first_bytes;

/// The number of leading bits of a hash that a filter has.
const FILTER_BITS: u32 = 16;

/// Eight spaces.
const SPACES: u64 = u64::from_le_bytes([b' '; 8]);

/// Phrases, each known by its index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhraseSet {
    /// The words of phrases of one word.
    pub(crate) single: List<u64>,
    /// The first two words of all other phrases.
    pub(crate) pairs: List<u64>,
    /// The hashes of those words.
    pub(crate) hashes: HashIndex,
    pub(crate) phrases: Texts,
}

/// A word of a text.
#[derive(Clone, Copy)]
struct Word {
    /// Its first eight bytes.
    prefix: u64,
    start: usize,
    end: usize,
}

impl PhraseSet {
    /// The set of phrases, and what comes with each, in the order of their indices. Phrases without words are left out.
    pub fn of<T>(phrases: impl IntoIterator<Item = (String, T)>) -> (Self, Vec<T>) {
        let (mut single, mut pairs) = (vec![], vec![]);
        let mut all: Vec<(u32, (String, T))> = Vec::new();
        for (phrase, value) in phrases.into_iter().filter(|(phrase, _)| !phrase.is_empty()) {
            let first = word_at(phrase.as_bytes(), 0);
            let is_single = first.end == phrase.len();
            let second = word_at(phrase.as_bytes(), first.end + 1);
            let hash = if is_single { hash(first.prefix) } else { hash_of_pair(first.prefix, second.prefix) };
            add(if is_single { &mut single } else { &mut pairs }, hash);
            all.push((short(hash), (phrase, value)));
        }
        let hashes = HashIndex::of(&mut all);
        let phrases = all.iter().map(|(_, (phrase, _))| phrase).collect();
        let values = all.into_iter().map(|(_, (_, value))| value).collect();
        (Self { single: single.into(), pairs: pairs.into(), hashes, phrases }, values)
    }

    /// The phrase with this index.
    pub fn get(&self, index: usize) -> Option<&str> {
        self.phrases.get(index)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Calls `found` with the index of each phrase in the text and where it begins and ends there, in order of their beginnings.
    pub fn find(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        if self.is_empty() || text.is_empty() {
            return;
        }
        let bytes = text.as_bytes();
        let (single, pairs) = (&*self.single, &*self.pairs);
        let mut word = word_at(bytes, 0);
        loop {
            let lone = hash(word.prefix);
            if contains(single, lone) {
                self.find_at(bytes, word.start, lone, &mut found);
            }
            if word.end >= bytes.len() {
                return;
            }
            let next = word_at(bytes, word.end + 1);
            let pair = hash_of_pair(word.prefix, next.prefix);
            if contains(pairs, pair) {
                self.find_at(bytes, word.start, pair, &mut found);
            }
            word = next;
        }
    }

    /// Calls `found` with the phrases that begin at this byte, of those whose first words have this hash.
    fn find_at(&self, text: &[u8], start: usize, hash: u64, found: &mut impl FnMut(usize, usize, usize)) {
        let rest = text.get(start..).unwrap_or_default();
        for index in self.hashes.find(short(hash)) {
            let Some(phrase) = self.phrases.get(index) else { continue };
            if rest.strip_prefix(phrase.as_bytes()).is_some_and(|rest| rest.first().is_none_or(|byte| *byte == b' ')) {
                found(index, start, start + phrase.len());
            }
        }
    }
}

/// The word that begins at this byte.
fn word_at(text: &[u8], start: usize) -> Word {
    let rest = text.get(start..).unwrap_or_default();
    let prefix = first_bytes(rest);
    let others = prefix ^ SPACES;
    // The lowest bit that is set is that of the first space (Warren, Hacker's Delight, 6-1).
    let spaces = others.wrapping_sub(0x0101_0101_0101_0101) & !others & 0x8080_8080_8080_8080;
    if spaces != 0 {
        let length = spaces.trailing_zeros() / 8;
        let mask = (1u64 << (8 * length)) - 1;
        return Word { prefix: prefix & mask, start, end: start + length as usize };
    }
    let tail = rest.get(8..).unwrap_or_default();
    let length = rest.len().min(8) + memchr::memchr(b' ', tail).unwrap_or(tail.len());
    Word { prefix, start, end: start + length }
}

fn hash(prefix: u64) -> u64 {
    // Fibonacci hashing.
    (prefix ^ (prefix >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn hash_of_pair(first: u64, second: u64) -> u64 {
    hash(first ^ second.rotate_left(29).wrapping_mul(0xff51_afd7_ed55_8ccd))
}

/// The half of a hash by which a phrase is found.
fn short(hash: u64) -> u32 {
    (hash >> 32) as u32
}

fn position(hash: u64) -> (usize, u64) {
    let leading = hash >> (u64::BITS - FILTER_BITS);
    ((leading >> 6) as usize, 1 << (leading & 63))
}

fn add(filter: &mut Vec<u64>, hash: u64) {
    filter.resize(1 << (FILTER_BITS - 6), 0);
    let (index, bit) = position(hash);
    filter.get_mut(index).into_iter().for_each(|word| *word |= bit);
}

fn contains(filter: &[u64], hash: u64) -> bool {
    let (index, bit) = position(hash);
    filter.get(index).is_some_and(|word| word & bit != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_found_as_whole_words_only() {
        let list =
            ["read", "read more", "read more about", "internationalisation", "阅 读", "a", "longer12 than", "than eight bytes"];
        let (set, values) = PhraseSet::of(list.iter().map(|phrase| ((*phrase).to_owned(), *phrase)));
        assert!(!set.is_empty() && values.iter().enumerate().all(|(index, value)| set.get(index) == Some(*value)));
        let texts = [
            "",
            "read",
            "read more",
            "please read more about it",
            "reads more",
            "bread",
            "internationalisation a",
            "in 阅 读",
            "a longer12 than eight bytes",
            "internationalisations",
            "read  more",
            "longer12",
            " read ",
        ];
        for text in texts {
            let mut found = Vec::new();
            set.find(text, |index, start, end| found.push((start, end, values[index])));
            assert!(found.is_sorted_by_key(|(start, _, _)| *start), "{text:?}");
            found.sort_unstable();
            let is_edge = |at: Option<&u8>| at.is_none_or(|byte| *byte == b' ');
            let bytes = text.as_bytes();
            let mut wanted: Vec<(usize, usize, &str)> = list
                .iter()
                .flat_map(|phrase| text.match_indices(phrase))
                .map(|(at, phrase)| (at, at + phrase.len(), phrase))
                .collect();
            wanted
                .retain(|(start, end, _)| is_edge(start.checked_sub(1).and_then(|at| bytes.get(at))) && is_edge(bytes.get(*end)));
            wanted.sort_unstable();
            assert_eq!(found, wanted, "{text:?}");
        }
        PhraseSet::default().find("read", |_, _, _| unreachable!());
    }
}
