//! Learned words: the log-odds that a block with this class name or word belongs to the story. Looked up by hash; learned in `train/`.

use std::hash::Hasher;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::tables::{Quad, TableReader, write_list};
use crate::base::list::List;
use crate::base::text::spaces;

/// Where a word occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// In the names of the block's own container.
    Own,
    /// In the names of the container's parent.
    Parent,
    /// In the names of the next two ancestors.
    Near,
    /// In the names of any further ancestor.
    Far,
    /// In the block's text.
    Text,
    /// In the page's URL, the names of its outermost elements, or its declared types.
    Page,
}

impl Level {
    /// The level of an ancestor's names, by its distance from the block.
    pub fn of_distance(distance: usize) -> Self {
        match distance {
            0 => Self::Own,
            1 => Self::Parent,
            2 | 3 => Self::Near,
            _ => Self::Far,
        }
    }

    fn seed(self) -> u64 {
        match self {
            Self::Own => 1,
            Self::Parent => 2,
            Self::Near => 3,
            Self::Far => 4,
            Self::Text => 5,
            Self::Page => 6,
        }
    }
}

/// The key of a word at a level.
pub fn key(level: Level, word: &str) -> u32 {
    // The low half of a 64-bit hash: a collision costs one word's score, nothing else.
    xxh3_64_with_seed(word.as_bytes(), level.seed()) as u32
}

/// A hasher for keys that are already hashes.
#[derive(Debug, Default)]
pub struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = (self.0 << 8) | u64::from(*byte));
    }

    fn write_u32(&mut self, value: u32) {
        // The table takes the bucket from the low bits and the tag from the high ones.
        self.0 = u64::from(value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Log-odds by key, in steps of 1/16. Keys are hashes, so the leading bits of a key give its bucket.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// In order of the keys: the bits of a key after the leading ones, and the steps in the lowest eight.
    entries: List<Quad>,
    /// The start of each bucket, then the number of keys.
    starts: List<Quad>,
    /// The number of bits of a key after the leading ones.
    shift: u32,
}

/// Stored steps per unit of log-odds.
const STEPS: f32 = 16.0;

/// Fewest and most leading bits of a key that choose its bucket. The remaining bits leave space for the steps, and the table takes at most 256 KB.
const LEADING_BITS: (u32, u32) = (8, 16);

impl Lexicon {
    /// Builds a lexicon from keys and log-odds. Values are clamped to ±7.9 and rounded to 1/16.
    pub fn new(entries: impl IntoIterator<Item = (u32, f32)>) -> Self {
        let quantise = |odds: f32| (odds.clamp(-7.9, 7.9) * STEPS).round() as i8;
        Self::from_steps(entries.into_iter().map(|(key, odds)| (key, quantise(odds))).collect::<Vec<_>>())
    }

    /// Builds a lexicon from stored keys and steps. If a key is repeated, the last one counts.
    pub fn from_steps(entries: impl IntoIterator<Item = (u32, i8), IntoIter: ExactSizeIterator + Clone>) -> Self {
        let entries = entries.into_iter();
        if entries.clone().is_sorted_by(|one, other| one.0 < other.0) {
            return Self::of_sorted(entries);
        }
        let mut entries: Vec<(u32, i8)> = entries.collect();
        entries.sort_by_key(|(key, _)| *key);
        entries.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            kept.1 = if same { later.1 } else { kept.1 };
            same
        });
        Self::of_sorted(entries.into_iter())
    }

    fn of_sorted(sorted: impl ExactSizeIterator<Item = (u32, i8)>) -> Self {
        let bits = usize::BITS - sorted.len().leading_zeros();
        let shift = u32::BITS - bits.clamp(LEADING_BITS.0, LEADING_BITS.1);
        let buckets = 1 << (u32::BITS - shift);
        let mut starts = Vec::with_capacity(buckets + 1);
        let mut entries = Vec::with_capacity(sorted.len());
        for (key, steps) in sorted {
            while starts.len() <= (key >> shift) as usize {
                starts.push((entries.len() as u32).to_le_bytes());
            }
            entries.push(((key & rest(shift)) << 8 | u32::from(steps.cast_unsigned())).to_le_bytes());
        }
        starts.resize(buckets + 1, (entries.len() as u32).to_le_bytes());
        Self { entries: entries.into(), starts: starts.into(), shift }
    }

    /// Appends its tables.
    pub fn write_tables(&self, out: &mut Vec<u8>) {
        out.extend(self.shift.to_le_bytes());
        write_list(&self.starts, out);
        write_list(&self.entries, out);
    }

    /// A lexicon whose tables are read in place.
    pub fn of_tables(tables: &mut TableReader) -> Option<Self> {
        Some(Self { shift: tables.number()?, starts: tables.list()?, entries: tables.list()? })
    }

    /// Keys and steps, in order of the keys.
    pub fn steps(&self) -> impl ExactSizeIterator<Item = (u32, i8)> + Clone + use<> {
        let mut all = Vec::with_capacity(self.entries.len());
        for (first, span) in (0u32..).zip(self.starts.windows(2)) {
            let [from, to] = [0, 1].map(|at: usize| u32::from_le_bytes(span[at]) as usize);
            let entries = self.entries.get(from..to).unwrap_or_default().iter().map(|entry| u32::from_le_bytes(*entry));
            all.extend(entries.map(|entry| (first << self.shift | entry >> 8, (entry as u8).cast_signed())));
        }
        all.into_iter()
    }

    /// The log-odds of a word, if it was learned.
    pub fn odds(&self, level: Level, word: &str) -> Option<f32> {
        self.odds_of(key(level, word))
    }

    /// The log-odds of the word with this key, if it was learned.
    pub fn odds_of(&self, key: u32) -> Option<f32> {
        let bucket = key.checked_shr(self.shift)? as usize;
        let start = |at: usize| self.starts.get(at).map(|start| u32::from_le_bytes(*start) as usize);
        let wanted = key & rest(self.shift);
        let mut entries = self.entries.get(start(bucket)?..start(bucket + 1)?)?.iter().map(|entry| u32::from_le_bytes(*entry));
        let entry = entries.find(|entry| entry >> 8 == wanted)?;
        Some(f32::from((entry as u8).cast_signed()) / STEPS)
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has no words.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// A mask of the bits of a key after the leading ones.
fn rest(shift: u32) -> u32 {
    (1 << shift) - 1
}

/// Visits the words of a text that are looked up: single words and pairs, in long texts only those at both ends.
pub fn text_words(folded: &str, mut visit: impl FnMut(&str)) {
    const END: usize = 15;
    let count = memchr::memchr_iter(b' ', folded.as_bytes()).count() + 1;
    let is_read = |index: usize| index < END || index + END >= count || count <= 2 * END;
    let ends = spaces(folded).chain([folded.len()]);
    let (mut previous, mut start) = (None, 0);
    for (index, end) in ends.enumerate() {
        // The pair with the word before belongs to that one.
        if let Some(pair) = previous.and_then(|from| folded.get(from..end)) {
            visit(pair);
        }
        previous = is_read(index).then_some(start);
        if let Some(word) = previous.and_then(|from| folded.get(from..end)).filter(|word| !word.is_empty()) {
            visit(word);
        }
        start = end + 1;
    }
}

/// Lowest, highest, mean and sum of the log-odds of some words; all 0 if none is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// Lowest.
    pub low: f32,
    /// Highest.
    pub high: f32,
    /// Sum.
    pub sum: f32,
    /// Number of known words.
    pub count: f32,
}

impl Summary {
    /// Adds one word's log-odds.
    pub fn add(&mut self, odds: f32) {
        self.low = if self.count == 0.0 { odds } else { self.low.min(odds) };
        self.high = if self.count == 0.0 { odds } else { self.high.max(odds) };
        self.sum += odds;
        self.count += 1.0;
    }

    /// The summary of both.
    pub fn with(self, other: Self) -> Self {
        match (self.count > 0.0, other.count > 0.0) {
            (false, _) => other,
            (_, false) => self,
            _ => Self {
                low: self.low.min(other.low),
                high: self.high.max(other.high),
                sum: self.sum + other.sum,
                count: self.count + other.count,
            },
        }
    }

    /// Mean; 0 if no word is known.
    pub fn mean(&self) -> f32 {
        if self.count == 0.0 { 0.0 } else { self.sum / self.count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_words_are_found() {
        let words: Vec<String> = (0..3000).map(|number| format!("word{number}")).collect();
        let entry = |(at, word): (usize, &String)| (key(Level::Text, word), (at % 100) as f32 / 16.0);
        let lexicon = Lexicon::new(words.iter().enumerate().map(entry));
        for (at, word) in words.iter().enumerate() {
            assert_eq!(lexicon.odds(Level::Text, word), Some((at % 100) as f32 / 16.0), "{word}");
        }
        assert_eq!(lexicon.odds(Level::Own, "word1"), None);
        let again = Lexicon::from_steps(lexicon.steps());
        assert_eq!((again.len(), again.entries), (3000, lexicon.entries));
        assert_eq!(Lexicon::from_steps([(7, 1), (3, 2), (7, 4)]).steps().collect::<Vec<_>>(), [(3, 2), (7, 4)]);
        assert!(Lexicon::default().odds(Level::Text, "a").is_none() && Lexicon::from_steps([]).is_empty());
    }

    #[test]
    fn long_texts_give_only_the_words_at_both_ends() {
        let words = |text: &str| {
            let mut found = Vec::new();
            text_words(text, |word| found.push(word.to_owned()));
            found
        };
        assert_eq!(words("a b"), ["a", "a b", "b"]);
        assert!(words("").is_empty());
        let long: Vec<String> = (0..40).map(|number| number.to_string()).collect();
        let found = words(&long.join(" "));
        assert_eq!((found.len(), found[29].as_str(), found[30].as_str(), found[58].as_str()), (59, "14 15", "25", "39"));
    }
}
