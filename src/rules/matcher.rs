//! Finds which rules match: one table for all phrases of all rules, [`Patterns`] for
//! the regular expressions, one table for all names. Knows rules by their index only.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

use super::patterns::Patterns;
use super::rule::{Matching, Rule};
use super::shape::Shape;

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
    phrases: HashMap<u64, Vec<Phrase>, BuildHasherDefault<Hashed>>,
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
    /// Compiles the phrases. Fails where there are too many.
    pub fn new<'a>(rules: impl IntoIterator<Item = TextRule<'a>>) -> Result<Self, String> {
        let mut matcher = Self::default();
        let mut patterns = Vec::new();
        for (index, rule) in rules.into_iter().enumerate() {
            matcher.limits.push((rule.matching, rule.max_words));
            matcher.longest = matcher.longest.max(rule.max_words);
            patterns.extend(rule.patterns.iter().map(|pattern| (index, rule.max_words, pattern.as_str())));
            let shapes = rule.phrases.iter().map(|phrase| Shape::of(phrase)).filter(|shape| shape.words > 0);
            for shape in shapes {
                let head = heads(&shape.text).last().map_or(0, key);
                matcher.phrases.entry(head).or_default().push(Phrase { text: shape.text, rule: index });
                matcher.phrase_words = matcher.phrase_words.max(rule.max_words);
            }
        }
        matcher.patterns = Patterns::new(patterns)?;
        Ok(matcher)
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

    fn find_phrases(&self, shape: &Shape) -> Vec<(usize, f32)> {
        let mut spans: Vec<Span> = Vec::new();
        let len = shape.text.len();
        for (start, _) in shape.text.match_indices(' ') {
            let rest = shape.text.get(start..).unwrap_or_default();
            let phrases = heads(rest).filter_map(|head| self.phrases.get(&key(head))).flatten();
            for phrase in phrases.filter(|phrase| rest.starts_with(&phrase.text)) {
                let end = start + phrase.text.len();
                let Some((matching, max_words)) = self.limits.get(phrase.rule) else { continue };
                let fits = match matching {
                    Matching::Starts => start == 0,
                    Matching::Ends => end == len,
                    Matching::Contains | Matching::Is => true,
                };
                if fits && shape.weight <= *max_words {
                    spans.push(Span { rule: phrase.rule, start, end });
                }
            }
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

/// The first word, and the first two, of a text that has a space at both ends, those spaces included.
fn heads(text: &str) -> impl Iterator<Item = &str> {
    let spaces = memchr::memchr_iter(b' ', text.as_bytes().get(1..).unwrap_or_default());
    spaces.take(2).filter_map(|space| text.get(..space + 2))
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
    by_word: HashMap<u64, Vec<Sequence>, BuildHasherDefault<Hashed>>,
    by_tag: HashMap<u64, Vec<(String, usize)>, BuildHasherDefault<Hashed>>,
}

/// The key of a name: tables are asked for each word of each element, so they hash once and fast.
fn key(word: &str) -> u64 {
    xxh3_64(word.as_bytes())
}

/// Takes a key that is a hash already as it is.
#[derive(Clone, Copy, Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
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
        TextMatcher::new([TextRule { matching, max_words, phrases: phrases.to_vec(), patterns: &[] }]).unwrap()
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
        let found = TextMatcher::new([rule]).unwrap();
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
