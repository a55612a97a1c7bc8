//! Maps of words that can be part of the program, which a `HashMap` cannot: `build.rs` writes them as source. Only for lookups. Pure.

use xxhash_rust::xxh3::xxh3_64;

use super::hash_index::HashIndex;
use super::list::{List, Texts};

/// Words, each with a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordMap<V: Clone + 'static> {
    /// The hashes of the words.
    pub(crate) hashes: HashIndex,
    pub(crate) words: Texts,
    pub(crate) values: List<V>,
}

impl<V: Clone> WordMap<V> {
    /// The value of a word. Of words that were put in several times, the first.
    pub fn get(&self, word: &str) -> Option<&V> {
        let at = self.hashes.find(hash(word)).find(|at| self.words.get(*at) == Some(word))?;
        self.values.get(at)
    }

    /// Whether it has a word.
    pub fn contains(&self, word: &str) -> bool {
        self.get(word).is_some()
    }
}

impl<V: Clone> FromIterator<(String, V)> for WordMap<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(words: I) -> Self {
        let mut entries: Vec<(u32, (String, V))> = words.into_iter().map(|(word, value)| (hash(&word), (word, value))).collect();
        let hashes = HashIndex::of(&mut entries);
        let words = entries.iter().map(|(_, (word, _))| word).collect();
        Self { hashes, words, values: entries.into_iter().map(|(_, (_, value))| value).collect() }
    }
}

/// A set of words.
pub type WordSet = WordMap<()>;

fn hash(word: &str) -> u32 {
    xxh3_64(word.as_bytes()) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_with_their_values() {
        let words = ["a", "", "Grüße", "two words"].map(str::to_owned).into_iter().zip(1u16..);
        let map: WordMap<u16> = words.chain([("a".to_owned(), 9)]).collect();
        assert_eq!(["a", "", "Grüße", "two words"].map(|word| map.get(word).copied()), [1, 2, 3, 4].map(Some));
        assert!(!map.contains("b") && map.contains("a") && WordSet::default().get("a").is_none());
    }
}
