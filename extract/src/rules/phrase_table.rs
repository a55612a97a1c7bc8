//! The phrases of many rules in one table, and which of them are in a text. Knows rules by their index only.

use super::normalized::NormalizedText;
use super::rule::{Matching, Rule};
use crate::base::hash_index::HashIndex;
use crate::base::list::{List, Texts};
use crate::base::literals::first_bytes;

/// The part of a rule that looks at text.
pub struct TextRule<'a> {
    pub matching: Matching,
    pub max_words: usize,
    pub phrases: Vec<&'a str>,
    pub patterns: &'a [String],
}

impl<'a> TextRule<'a> {
    pub fn of(rule: &'a Rule) -> Self {
        let phrases = rule.all_phrases().map(|(_, phrase)| phrase).collect();
        Self { matching: rule.matching, max_words: rule.max_words, phrases, patterns: &rule.patterns }
    }
}

/// Phrases of many rules. A rule is known by its index in the list that the table was built from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhraseTable {
    /// `match` and `max_words` of each rule.
    pub limits: List<(Matching, usize)>,
    pub first_words: FirstWords,
    /// The hashes of the first two words of each phrase, or of its only word.
    pub hashes: HashIndex,
    /// The phrases: normalized, with a space at both ends.
    pub phrases: Texts,
    /// The rule of each phrase.
    pub rules: List<u32>,
    /// Longest block, in words, that a rule with phrases can match.
    pub max_words: usize,
}

/// Where a phrase was found in a normalized text, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PhraseHit {
    rule: u32,
    start: usize,
    end: usize,
}

impl PhraseTable {
    /// Builds the table from all rules, those without phrases included.
    pub fn new(rules: &[TextRule<'_>]) -> Self {
        let limits = rules.iter().map(|rule| (rule.matching, rule.max_words)).collect();
        let (mut max_words, mut all) = (0, Vec::new());
        let (mut single, mut pairs) = (Vec::new(), Vec::new());
        for (index, rule) in (0u32..).zip(rules) {
            for phrase in rule.phrases.iter().map(|phrase| NormalizedText::of(phrase)).filter(|phrase| phrase.words > 0) {
                let hash = first_words_hash(&phrase.text);
                if phrase.words == 1 { &mut single } else { &mut pairs }.push(hash);
                all.push((short(hash), (phrase.text, index)));
                max_words = max_words.max(rule.max_words);
            }
        }
        let hashes = HashIndex::of(&mut all);
        Self {
            limits,
            first_words: FirstWords { single: FirstWords::filter(&single), pairs: FirstWords::filter(&pairs) },
            hashes,
            phrases: all.iter().map(|(_, (phrase, _))| phrase).collect(),
            rules: all.iter().map(|(_, (_, rule))| *rule).collect(),
            max_words,
        }
    }

    /// The rules with phrases in the text that match it, in order of their index, each with the share of the text's words that its phrases cover.
    pub fn find(&self, text: &NormalizedText) -> Vec<(usize, f32)> {
        if text.weight > self.max_words {
            return Vec::new();
        }
        let mut hits = self.hits(text);
        hits.sort_unstable();
        let mut found = Vec::new();
        for hits in hits.chunk_by(|a, b| a.rule == b.rule) {
            let Some(rule) = hits.first().map(|hit| hit.rule as usize) else { continue };
            let needs_whole = self.limits.get(rule).is_some_and(|(matching, _)| *matching == Matching::Is);
            if !needs_whole || make_up_whole(hits, text.text.len()) {
                found.push((rule, share_of_words(hits, text)));
            }
        }
        found
    }

    fn hits(&self, text: &NormalizedText) -> Vec<PhraseHit> {
        let mut hits: Vec<PhraseHit> = Vec::new();
        let bytes = text.text.as_bytes();
        let bytes_from = |at: usize| bytes.get(at..).unwrap_or_default();
        let mut spaces = memchr::memchr_iter(b' ', bytes).peekable();
        let (mut start, mut first) = (spaces.next().unwrap_or_default(), 0);
        if let Some(end) = spaces.peek() {
            first = word_prefix(bytes_from(1), end - 1);
        }
        while let Some(end) = spaces.next() {
            let hash = FirstWords::hash(first);
            if FirstWords::contains(&self.first_words.single, hash) {
                self.hits_at(start, hash, text, &mut hits);
            }
            let Some(next) = spaces.peek().copied() else { break };
            let second = word_prefix(bytes_from(end + 1), next - end - 1);
            let hash = FirstWords::hash(FirstWords::pair(first, second));
            if FirstWords::contains(&self.first_words.pairs, hash) {
                self.hits_at(start, hash, text, &mut hits);
            }
            (start, first) = (end, second);
        }
        hits
    }

    /// Appends the phrases that begin at the space `start`, of those whose first words have this hash.
    fn hits_at(&self, start: usize, hash: u64, text: &NormalizedText, hits: &mut Vec<PhraseHit>) {
        let rest = text.text.as_bytes().get(start..).unwrap_or_default();
        for index in self.hashes.find(short(hash)) {
            let Some(phrase) = self.phrases.get(index).filter(|phrase| rest.starts_with(phrase.as_bytes())) else { continue };
            let Some(rule) = self.rules.get(index).copied() else { continue };
            let Some((matching, max_words)) = self.limits.get(rule as usize) else { continue };
            let end = start + phrase.len();
            let fits = match matching {
                Matching::Starts => start == 0,
                Matching::Ends => end == text.text.len(),
                Matching::Contains | Matching::Is => true,
            };
            if fits && text.weight <= *max_words {
                hits.push(PhraseHit { rule, start, end });
            }
        }
    }
}

/// Two Bloom filters over the first words of all phrases: most words of most texts begin no phrase, and are not looked up at all.
/// Only the first eight bytes of a word count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstWords {
    /// The words of phrases of one word.
    pub single: List<u64>,
    /// The first two words of all other phrases.
    pub pairs: List<u64>,
}

impl FirstWords {
    /// The number of leading bits of a hash that a filter has.
    const BITS: u32 = 16;

    fn filter(hashes: &[u64]) -> List<u64> {
        let mut filter = vec![0u64; if hashes.is_empty() { 0 } else { 1 << (Self::BITS - 6) }];
        for hash in hashes {
            let (index, bit) = Self::position(*hash);
            filter.get_mut(index).into_iter().for_each(|word| *word |= bit);
        }
        filter.into()
    }

    fn pair(first: u64, second: u64) -> u64 {
        first ^ second.rotate_left(29).wrapping_mul(0xff51_afd7_ed55_8ccd)
    }

    fn hash(prefix: u64) -> u64 {
        (prefix ^ (prefix >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn position(hash: u64) -> (usize, u64) {
        let leading = hash >> (64 - Self::BITS);
        ((leading >> 6) as usize, 1 << (leading & 63))
    }

    fn contains(filter: &[u64], hash: u64) -> bool {
        let (index, bit) = Self::position(hash);
        filter.get(index).is_some_and(|word| word & bit != 0)
    }
}

/// The hash of the first two words of a phrase with a space at both ends, or of its only word.
fn first_words_hash(phrase: &str) -> u64 {
    let words = phrase.split(' ').filter(|word| !word.is_empty());
    let mut prefixes = words.map(|word| word_prefix(word.as_bytes(), word.len()));
    let first = prefixes.next().unwrap_or_default();
    FirstWords::hash(prefixes.next().map_or(first, |second| FirstWords::pair(first, second)))
}

/// Up to eight bytes of a word of this length, as a number.
fn word_prefix(bytes: &[u8], length: usize) -> u64 {
    first_bytes(bytes) & u64::MAX.checked_shr(64 - 8 * length.min(8) as u32).unwrap_or(0)
}

/// The half of a hash by which a phrase is found.
fn short(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// Whether some of the hits, one after another, make up the whole text. Neighbours share the space between them.
fn make_up_whole(hits: &[PhraseHit], len: usize) -> bool {
    let mut ends = vec![1];
    for hit in hits {
        if ends.contains(&(hit.start + 1)) && !ends.contains(&hit.end) {
            ends.push(hit.end);
        }
    }
    ends.contains(&len)
}

/// The share of the text's words that the hits cover together. The hits are sorted by their start.
fn share_of_words(hits: &[PhraseHit], text: &NormalizedText) -> f32 {
    let mut words = 0;
    let mut counted_to = 0;
    for hit in hits.iter().filter(|hit| hit.end > 1) {
        // Neighbours share the space between them, so a hit that begins on the last one's final space is whole.
        let start = hit.start.max(counted_to);
        if hit.end > start + 1 {
            words += text.words_between(start, hit.end);
            counted_to = hit.end - 1;
        }
    }
    words as f32 / text.words.max(1) as f32
}
