//! Finds which rules match: one table for all phrases of all rules, [`Patterns`] for
//! the regular expressions, one table for all names. Knows rules by their index only.

use xxhash_rust::xxh3::xxh3_64;

use super::patterns::Patterns;
use super::rule::{Matching, Rule};
use super::shape::Shape;
use crate::base::fast_hash::FastMap;
use crate::base::literals::first_bytes;

/// What a rule asks of a block's text.
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

/// Phrases and patterns of many rules, compiled. Rules are named by their index in the list it was built from.
#[derive(Debug, Default)]
pub(super) struct TextMatcher {
    limits: Vec<(Matching, usize)>,
    /// By the hash of their first two words; of their only word.
    phrases: FastMap<u64, Vec<Phrase>>,
    /// How phrases begin.
    openings: Openings,
    phrase_words: usize,
    patterns: Patterns,
    longest: usize,
}

/// A phrase, with a space at both ends.
#[derive(Debug)]
struct Phrase {
    text: String,
    rule: usize,
}

/// A phrase found in a block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    rule: usize,
    start: usize,
    end: usize,
}

impl TextMatcher {
    /// Sorts the phrases into a table.
    pub fn new<'a>(rules: impl IntoIterator<Item = TextRule<'a>>) -> Self {
        let mut matcher = Self::default();
        let mut patterns = Vec::new();
        for (index, rule) in rules.into_iter().enumerate() {
            matcher.limits.push((rule.matching, rule.max_words));
            matcher.longest = matcher.longest.max(rule.max_words);
            patterns.extend(rule.patterns.iter().map(|pattern| (index, rule.max_words, pattern.as_str())));
            let shapes = rule.phrases.iter().map(|phrase| Shape::of(phrase)).filter(|shape| shape.words > 0);
            for shape in shapes {
                let head = key(head_of(&shape.text));
                matcher.openings.add(&shape.text);
                matcher.phrases.entry(head).or_default().push(Phrase { text: shape.text, rule: index });
                matcher.phrase_words = matcher.phrase_words.max(rule.max_words);
            }
        }
        matcher.patterns = Patterns::new(patterns);
        matcher
    }

    /// The rules that match, in order of their index, each with the share of the text's words that its phrases cover.
    /// `folded` is the text's folded form; see `base::text`.
    pub fn find(&self, text: &str, folded: &str) -> Vec<(usize, f32)> {
        if has_more_words(text, self.longest) {
            return Vec::new();
        }
        let shape = Shape::of_folded(folded);
        let mut found = if shape.weight > self.phrase_words { Vec::new() } else { self.find_phrases(&shape) };
        for rule in self.patterns.find(text, shape.weight) {
            found.retain(|(other, _)| *other != rule);
            found.push((rule, 1.0));
        }
        found.sort_by_key(|(rule, _)| *rule);
        found
    }

    /// Appends the phrases that begin at the space `start` and have the words up to the space `end` as their head.
    fn find_from(&self, start: usize, end: usize, shape: &Shape, spans: &mut Vec<Span>) {
        let rest = shape.text.get(start..).unwrap_or_default();
        let head = shape.text.get(start..end + 1).unwrap_or_default();
        let phrases = self.phrases.get(&key(head)).into_iter().flatten();
        for phrase in phrases.filter(|phrase| rest.starts_with(&phrase.text)) {
            let end = start + phrase.text.len();
            let Some((matching, max_words)) = self.limits.get(phrase.rule) else { continue };
            let fits = match matching {
                Matching::Starts => start == 0,
                Matching::Ends => end == shape.text.len(),
                Matching::Contains | Matching::Is => true,
            };
            if fits && shape.weight <= *max_words {
                spans.push(Span { rule: phrase.rule, start, end });
            }
        }
    }

    fn find_phrases(&self, shape: &Shape) -> Vec<(usize, f32)> {
        let mut spans: Vec<Span> = Vec::new();
        let bytes = shape.text.as_bytes();
        let from = |at: usize| bytes.get(at..).unwrap_or_default();
        let mut spaces = memchr::memchr_iter(b' ', bytes).peekable();
        let (mut start, mut first) = (spaces.next().unwrap_or_default(), 0);
        if let Some(end) = spaces.peek() {
            first = start_of(from(1), end - 1);
        }
        while let Some(end) = spaces.next() {
            if Openings::has(&self.openings.lone, first) {
                self.find_from(start, end, shape, &mut spans);
            }
            let Some(next) = spaces.peek().copied() else { break };
            let second = start_of(from(end + 1), next - end - 1);
            if Openings::has(&self.openings.pairs, Openings::pair(first, second)) {
                self.find_from(start, next, shape, &mut spans);
            }
            (start, first) = (end, second);
        }
        spans.sort_unstable();
        let mut found = Vec::new();
        for spans in spans.chunk_by(|a, b| a.rule == b.rule) {
            let Some(first) = spans.first() else { continue };
            let is = self.limits.get(first.rule).is_some_and(|(matching, _)| *matching == Matching::Is);
            if !is || tile(spans, shape.text.len()) {
                found.push((first.rule, covered(spans, shape)));
            }
        }
        found
    }
}

/// A bit for each hash of the first word of a phrase that has no other, and of the first two of one that has: most words of most texts begin none,
/// and are not looked up at all. Of each word eight bytes count.
#[derive(Debug, Default)]
struct Openings {
    lone: Vec<u64>,
    pairs: Vec<u64>,
}

impl Openings {
    /// Bits of a hash.
    const BITS: u32 = 16;

    /// Takes in a phrase with a space at both ends.
    fn add(&mut self, phrase: &str) {
        let mut words =
            phrase.split(' ').skip(1).filter(|word| !word.is_empty()).map(|word| start_of(word.as_bytes(), word.len()));
        let first = words.next().unwrap_or_default();
        let (table, (at, bit)) = match words.next() {
            None => (&mut self.lone, Self::place(first)),
            Some(second) => (&mut self.pairs, Self::place(Self::pair(first, second))),
        };
        table.resize(1 << (Self::BITS - 6), 0);
        table.get_mut(at).into_iter().for_each(|word| *word |= bit);
    }

    fn pair(first: u64, second: u64) -> u64 {
        first ^ second.rotate_left(29).wrapping_mul(0xff51_afd7_ed55_8ccd)
    }

    fn place(start: u64) -> (usize, u64) {
        let hash = (start ^ (start >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::BITS);
        ((hash >> 6) as usize, 1 << (hash & 63))
    }

    fn has(table: &[u64], start: u64) -> bool {
        let (at, bit) = Self::place(start);
        table.get(at).is_some_and(|word| word & bit != 0)
    }
}

/// Up to eight bytes of a word of this length, as a number.
fn start_of(bytes: &[u8], length: usize) -> u64 {
    first_bytes(bytes) & u64::MAX.checked_shr(64 - 8 * length.min(8) as u32).unwrap_or(0)
}

/// The keys of a phrase with a space at both ends: of its only word, or of its first two, spaces included.
fn head_of(phrase: &str) -> &str {
    let spaces = memchr::memchr_iter(b' ', phrase.as_bytes().get(1..).unwrap_or_default());
    spaces.take(2).last().and_then(|space| phrase.get(..space + 2)).unwrap_or_default()
}

/// Whether the text has more words than `max` by a quick count that never counts too many.
fn has_more_words(text: &str, max: usize) -> bool {
    text.len() > max && text.split_ascii_whitespace().filter(|word| word.contains(char::is_alphanumeric)).nth(max).is_some()
}

/// Whether some of the spans, one after another, make up the whole text. Neighbours share the space between them.
fn tile(spans: &[Span], len: usize) -> bool {
    let mut reached = vec![1];
    for span in spans {
        if reached.contains(&(span.start + 1)) && !reached.contains(&span.end) {
            reached.push(span.end);
        }
    }
    reached.contains(&len)
}

/// The share of the text's words that the spans cover together. The spans are sorted by their start.
fn covered(spans: &[Span], shape: &Shape) -> f32 {
    let mut words = 0;
    let mut done = 0;
    for span in spans.iter().filter(|span| span.end > 1) {
        // The space that two neighbours share lies in both, so a span that begins on it is still whole.
        let start = span.start.max(done);
        if span.end > start + 1 {
            words += shape.words_between(start, span.end);
            done = span.end - 1;
        }
    }
    words as f32 / shape.words.max(1) as f32
}

/// Names and elements of many rules.
#[derive(Debug, Default)]
pub(super) struct NameMatcher {
    /// By the hash of the first word.
    by_word: FastMap<u64, Vec<Sequence>>,
    by_tag: FastMap<u64, Vec<(String, usize)>>,
}

/// The key of a name: tables are asked for each word of each element, so they hash once and fast.
fn key(word: &str) -> u64 {
    xxh3_64(word.as_bytes())
}

/// A sequence of words, and the elements it holds for (none: all).
#[derive(Debug)]
struct Sequence {
    rule: usize,
    first: String,
    rest: Vec<String>,
    tags: Vec<String>,
}

impl NameMatcher {
    /// Builds the table from each rule's names and tags, in order.
    pub fn new<'a>(rules: impl IntoIterator<Item = (&'a [String], &'a [String])>) -> Self {
        let mut matcher = Self::default();
        for (rule, (names, tags)) in rules.into_iter().enumerate() {
            if names.is_empty() {
                for tag in tags {
                    matcher.by_tag.entry(key(tag)).or_default().push((tag.clone(), rule));
                }
            }
            for name in names {
                let mut words = name.split_ascii_whitespace().map(str::to_lowercase);
                if let Some(first) = words.next() {
                    let at = key(&first);
                    let sequence = Sequence { rule, first, rest: words.collect(), tags: tags.to_vec() };
                    matcher.by_word.entry(at).or_default().push(sequence);
                }
            }
        }
        matcher
    }

    /// The rules that match an element with these words, in order of their index.
    pub fn find(&self, tag: &str, tokens: &str) -> Vec<usize> {
        let tagged = self.by_tag.get(&key(tag)).into_iter().flatten().filter(|(name, _)| name == tag);
        let mut found: Vec<usize> = tagged.map(|(_, rule)| *rule).collect();
        let mut words = tokens.split_ascii_whitespace();
        while let Some(word) = words.next() {
            let sequences = self.by_word.get(&key(word)).into_iter().flatten();
            for sequence in sequences.filter(|sequence| sequence.first == word) {
                let mut following = words.clone();
                let follows = sequence.rest.iter().all(|wanted| following.next() == Some(wanted.as_str()));
                if follows && (sequence.tags.is_empty() || sequence.tags.iter().any(|wanted| wanted == tag)) {
                    found.push(sequence.rule);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
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
    fn place_in_the_block_counts() {
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

    #[test]
    fn names_are_whole_words_in_order() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let (related, comment, nav) = (words(&["related articles"]), words(&["comment"]), words(&["nav"]));
        let form = words(&["form"]);
        let none = Vec::new();
        let names = NameMatcher::new([(&related[..], &none[..]), (&comment[..], &form[..]), (&none[..], &nav[..])]);
        assert_eq!(names.find("div", "box related articles"), [0]);
        assert!(names.find("div", "related box articles").is_empty());
        assert!(names.find("div", "comment").is_empty());
        assert_eq!(names.find("form", "comment comment"), [1]);
        assert_eq!(names.find("nav", ""), [2]);
        assert!(names.find("div", "commentary embargo").is_empty());
    }
}
