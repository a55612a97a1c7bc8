//! Finds which rules match the text of a block: one table for the phrases of all rules, [`PatternSet`] for their regular expressions.
//! Knows rules by their index only.

use xxhash_rust::xxh3::xxh3_64;

use super::normalized::NormalizedText;
use super::patterns::PatternSet;
use super::rule::{Matching, Rule};
use crate::base::fast_hash::FastMap;
use crate::base::literals::first_bytes;

/// The part of a rule that looks at text.
pub(super) struct TextRule<'a> {
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

/// Phrases and patterns of many rules, compiled. A rule is known by its index in the list that the matcher was built from.
#[derive(Debug, Default)]
pub(super) struct TextMatcher {
    /// `match` and `max_words` of each rule.
    limits: Vec<(Matching, usize)>,
    /// Phrases by the hash of their first two words, or of their only word.
    phrases: FastMap<u64, Vec<Phrase>>,
    first_words: FirstWords,
    /// Longest block, in words, that a rule with phrases can match.
    max_phrase_words: usize,
    patterns: PatternSet,
    /// Longest block, in words, that any rule can match.
    max_words: usize,
}

/// A phrase of a rule: normalized, with a space at both ends.
#[derive(Debug)]
struct Phrase {
    text: String,
    rule: usize,
}

/// Where a phrase was found in a normalized text, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PhraseHit {
    rule: usize,
    start: usize,
    end: usize,
}

impl TextMatcher {
    /// Builds the tables.
    pub fn new<'a>(rules: impl IntoIterator<Item = TextRule<'a>>) -> Self {
        let mut matcher = Self::default();
        let mut patterns = Vec::new();
        for (index, rule) in rules.into_iter().enumerate() {
            matcher.limits.push((rule.matching, rule.max_words));
            matcher.max_words = matcher.max_words.max(rule.max_words);
            patterns.extend(rule.patterns.iter().map(|pattern| (index, rule.max_words, pattern.as_str())));
            for phrase in rule.phrases.iter().map(|phrase| NormalizedText::of(phrase)).filter(|phrase| phrase.words > 0) {
                let key = key(first_two_words(&phrase.text));
                matcher.first_words.add(&phrase.text);
                // Most keys have one phrase; the first push of an empty list would allocate four.
                let same_key = matcher.phrases.entry(key).or_insert_with(|| Vec::with_capacity(1));
                same_key.push(Phrase { text: phrase.text, rule: index });
                matcher.max_phrase_words = matcher.max_phrase_words.max(rule.max_words);
            }
        }
        matcher.patterns = PatternSet::new(patterns);
        matcher
    }

    /// The rules that match, in order of their index, each with the share of the text's words that its phrases cover.
    /// `folded` is the text's folded form; see `base::text`.
    pub fn find(&self, text: &str, folded: &str) -> Vec<(usize, f32)> {
        if has_more_words(text, self.max_words) {
            return Vec::new();
        }
        let normalized = NormalizedText::of_folded(folded);
        let mut found = if normalized.weight > self.max_phrase_words { Vec::new() } else { self.find_phrases(&normalized) };
        for rule in self.patterns.find(text, normalized.weight) {
            found.retain(|(other, _)| *other != rule);
            found.push((rule, 1.0));
        }
        found.sort_by_key(|(rule, _)| *rule);
        found
    }

    fn find_phrases(&self, text: &NormalizedText) -> Vec<(usize, f32)> {
        let mut hits: Vec<PhraseHit> = Vec::new();
        let bytes = text.text.as_bytes();
        let bytes_from = |at: usize| bytes.get(at..).unwrap_or_default();
        let mut spaces = memchr::memchr_iter(b' ', bytes).peekable();
        let (mut start, mut first) = (spaces.next().unwrap_or_default(), 0);
        if let Some(end) = spaces.peek() {
            first = word_prefix(bytes_from(1), end - 1);
        }
        while let Some(end) = spaces.next() {
            if FirstWords::contains(&self.first_words.single, first) {
                self.find_phrases_at(start, end, text, &mut hits);
            }
            let Some(next) = spaces.peek().copied() else { break };
            let second = word_prefix(bytes_from(end + 1), next - end - 1);
            if FirstWords::contains(&self.first_words.pairs, FirstWords::pair(first, second)) {
                self.find_phrases_at(start, next, text, &mut hits);
            }
            (start, first) = (end, second);
        }
        hits.sort_unstable();
        let mut found = Vec::new();
        for hits in hits.chunk_by(|a, b| a.rule == b.rule) {
            let Some(first) = hits.first() else { continue };
            let needs_whole = self.limits.get(first.rule).is_some_and(|(matching, _)| *matching == Matching::Is);
            if !needs_whole || make_up_whole(hits, text.text.len()) {
                found.push((first.rule, share_of_words(hits, text)));
            }
        }
        found
    }

    /// Appends the phrases that begin at the space `start` and whose first two words (or only word) end at the space `end`.
    fn find_phrases_at(&self, start: usize, end: usize, text: &NormalizedText, hits: &mut Vec<PhraseHit>) {
        let rest = text.text.get(start..).unwrap_or_default();
        let first_words = text.text.get(start..end + 1).unwrap_or_default();
        let phrases = self.phrases.get(&key(first_words)).into_iter().flatten();
        for phrase in phrases.filter(|phrase| rest.starts_with(&phrase.text)) {
            let end = start + phrase.text.len();
            let Some((matching, max_words)) = self.limits.get(phrase.rule) else { continue };
            let fits = match matching {
                Matching::Starts => start == 0,
                Matching::Ends => end == text.text.len(),
                Matching::Contains | Matching::Is => true,
            };
            if fits && text.weight <= *max_words {
                hits.push(PhraseHit { rule: phrase.rule, start, end });
            }
        }
    }
}

/// Two Bloom filters over the first words of all phrases: most words of most texts begin no phrase, and are not looked up at all.
/// Only the first eight bytes of a word count.
#[derive(Debug, Default)]
struct FirstWords {
    /// The words of phrases of one word.
    single: Vec<u64>,
    /// The first two words of all other phrases.
    pairs: Vec<u64>,
}

impl FirstWords {
    /// Bits of a hash.
    const BITS: u32 = 16;

    /// Adds a phrase, which has a space at both ends.
    fn add(&mut self, phrase: &str) {
        let words = phrase.split(' ').skip(1).filter(|word| !word.is_empty());
        let mut words = words.map(|word| word_prefix(word.as_bytes(), word.len()));
        let first = words.next().unwrap_or_default();
        let (filter, (index, bit)) = match words.next() {
            None => (&mut self.single, Self::position(first)),
            Some(second) => (&mut self.pairs, Self::position(Self::pair(first, second))),
        };
        filter.resize(1 << (Self::BITS - 6), 0);
        filter.get_mut(index).into_iter().for_each(|word| *word |= bit);
    }

    fn pair(first: u64, second: u64) -> u64 {
        first ^ second.rotate_left(29).wrapping_mul(0xff51_afd7_ed55_8ccd)
    }

    fn position(prefix: u64) -> (usize, u64) {
        let hash = (prefix ^ (prefix >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::BITS);
        ((hash >> 6) as usize, 1 << (hash & 63))
    }

    fn contains(filter: &[u64], prefix: u64) -> bool {
        let (index, bit) = Self::position(prefix);
        filter.get(index).is_some_and(|word| word & bit != 0)
    }
}

/// Up to eight bytes of a word of this length, as a number.
fn word_prefix(bytes: &[u8], length: usize) -> u64 {
    first_bytes(bytes) & u64::MAX.checked_shr(64 - 8 * length.min(8) as u32).unwrap_or(0)
}

/// The hash by which a phrase is found.
fn key(first_words: &str) -> u64 {
    xxh3_64(first_words.as_bytes())
}

/// The first two words of a phrase with a space at both ends, or its only word; spaces included.
fn first_two_words(phrase: &str) -> &str {
    let spaces = memchr::memchr_iter(b' ', phrase.as_bytes().get(1..).unwrap_or_default());
    spaces.take(2).last().and_then(|space| phrase.get(..space + 2)).unwrap_or_default()
}

/// Whether the text certainly has more words than `max`: a quick count that may miss words but never counts too many.
fn has_more_words(text: &str, max: usize) -> bool {
    text.len() > max && text.split_ascii_whitespace().filter(|word| word.contains(char::is_alphanumeric)).nth(max).is_some()
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

#[cfg(test)]
mod tests {
    use super::super::patterns::compile_pattern;
    use super::*;
    use crate::base::text::fold;

    fn find(matcher: &TextMatcher, text: &str) -> Vec<(usize, f32)> {
        matcher.find(text, &fold(text))
    }

    fn matcher(matching: Matching, max_words: usize, phrases: &[&'static str]) -> TextMatcher {
        TextMatcher::new([TextRule { matching, max_words, phrases: phrases.to_vec(), patterns: &[] }])
    }

    #[test]
    fn phrases_match_whole_words_only() {
        let share = matcher(Matching::Contains, 10, &["share", "分享到"]);
        assert_eq!(find(&share, "Please SHARE this!"), [(0, 1.0 / 3.0)]);
        assert_eq!(find(&share, "分享到：微信").len(), 1);
        assert!(find(&share, "shareholders met").is_empty());
        assert!(find(&share, "share a b c d e f g h i j").is_empty(), "longer than max_words");
    }

    #[test]
    fn the_position_in_the_block_counts() {
        let text = "Read more: the vote";
        assert_eq!(find(&matcher(Matching::Starts, 9, &["read more"]), text).len(), 1);
        assert!(find(&matcher(Matching::Ends, 9, &["read more"]), text).is_empty());
        assert!(find(&matcher(Matching::Is, 9, &["read more"]), text).is_empty());
        assert_eq!(find(&matcher(Matching::Ends, 9, &["the vote"]), text), [(0, 0.5)]);
    }

    #[test]
    fn is_takes_several_phrases_in_a_row() {
        let share = matcher(Matching::Is, 9, &["share", "share on facebook", "facebook", "12 comments"]);
        for text in ["Share", "Share | Facebook", "Share on Facebook · 3 Comments · share"] {
            assert_eq!(find(&share, text), [(0, 1.0)], "{text}");
        }
        assert!(find(&share, "Share on").is_empty());
        assert!(find(&share, "Share and Facebook").is_empty());
    }

    #[test]
    fn patterns_see_the_whole_block() {
        let price = ["\\$\\d+".to_owned()];
        let rule = TextRule { matching: Matching::Is, max_words: 3, phrases: Vec::new(), patterns: &price };
        let found = TextMatcher::new([rule]);
        assert_eq!(find(&found, "$25"), [(0, 1.0)]);
        assert!(find(&found, "It cost $25").is_empty());
        assert!(compile_pattern("(").is_err());
    }
}
