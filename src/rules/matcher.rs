//! Finds which rules match: one pass of one automaton over a block's words for all phrases of all rules, one regular expression
//! for each pattern, one table for all names. Knows rules by their index only.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use regex::{Regex, RegexBuilder};

use super::rule::{Matching, Rule};
use super::shape::Shape;

/// Upper bound of one compiled pattern, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// Compiles a pattern so that it must match a whole text. The error is what the compiler says.
pub(super) fn compile_pattern(pattern: &str) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(&format!("^(?:{pattern})$"));
    builder.dot_matches_new_line(true).size_limit(PATTERN_BYTES).build().map_err(|error| error.to_string())
}

/// What a rule asks of a block's text.
pub(super) struct TextRule<'a> {
    pub matching: Matching,
    pub max_words: usize,
    pub phrases: Vec<&'a str>,
    pub patterns: &'a [Regex],
}

impl<'a> TextRule<'a> {
    pub fn of(rule: &'a Rule) -> Self {
        let phrases = rule.all_phrases().map(|(_, phrase)| phrase).collect();
        Self { matching: rule.matching, max_words: rule.max_words, phrases, patterns: &rule.compiled }
    }
}

/// Phrases and patterns of many rules, compiled. Rules are named by their index in the list it was built from.
#[derive(Debug, Default)]
pub(super) struct TextMatcher {
    limits: Vec<(Matching, usize)>,
    automaton: Option<AhoCorasick>,
    phrase_rules: Vec<usize>,
    phrase_words: usize,
    /// Each with its rule, and one by one: most are skipped for the text's length or fail on its first characters, while one set of them all
    /// grows a state machine too large to keep.
    patterns: Vec<(usize, Regex)>,
    longest: usize,
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
        let mut phrases = Vec::new();
        for (index, rule) in rules.into_iter().enumerate() {
            matcher.limits.push((rule.matching, rule.max_words));
            matcher.longest = matcher.longest.max(rule.max_words);
            matcher.patterns.extend(rule.patterns.iter().map(|pattern| (index, pattern.clone())));
            let shapes = rule.phrases.iter().map(|phrase| Shape::of(phrase)).filter(|shape| shape.words > 0);
            for shape in shapes {
                phrases.push(shape.text);
                matcher.phrase_rules.push(index);
                matcher.phrase_words = matcher.phrase_words.max(rule.max_words);
            }
        }
        if !phrases.is_empty() {
            let mut builder = AhoCorasickBuilder::new();
            let builder = builder.match_kind(MatchKind::Standard).kind(Some(AhoCorasickKind::ContiguousNFA));
            matcher.automaton = Some(builder.build(&phrases).map_err(|error| error.to_string())?);
        }
        Ok(matcher)
    }

    /// The rules that match, in order of their index, each with the share of the text's words that its phrases cover.
    pub fn find(&self, text: &str) -> Vec<(usize, f32)> {
        if has_more_words(text, self.longest) {
            return Vec::new();
        }
        let shape = Shape::of(text);
        let mut found = if shape.weight > self.phrase_words { Vec::new() } else { self.find_phrases(&shape) };
        for (rule, pattern) in &self.patterns {
            let fits = self.limits.get(*rule).is_some_and(|(_, max)| shape.weight <= *max);
            if fits && found.last() != Some(&(*rule, 1.0)) && pattern.is_match(text) {
                found.retain(|(other, _)| other != rule);
                found.push((*rule, 1.0));
            }
        }
        found.sort_by_key(|(rule, _)| *rule);
        found
    }

    fn find_phrases(&self, shape: &Shape) -> Vec<(usize, f32)> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let mut spans: Vec<Span> = automaton
            .find_overlapping_iter(&shape.text)
            .filter_map(|hit| {
                let rule = *self.phrase_rules.get(hit.pattern().as_usize())?;
                let (matching, max_words) = *self.limits.get(rule)?;
                let fits = match matching {
                    Matching::Starts => hit.start() == 0,
                    Matching::Ends => hit.end() == shape.text.len(),
                    Matching::Contains | Matching::Is => true,
                };
                (fits && shape.weight <= max_words).then_some(Span { rule, start: hit.start(), end: hit.end() })
            })
            .collect();
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
    by_word: HashMap<String, Vec<Sequence>>,
    by_tag: HashMap<String, Vec<usize>>,
}

/// The words that must follow the first one, and the elements it holds for (none: all).
#[derive(Debug)]
struct Sequence {
    rule: usize,
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
                    matcher.by_tag.entry(tag.clone()).or_default().push(rule);
                }
            }
            for name in names {
                let mut words = name.split_ascii_whitespace().map(str::to_lowercase);
                if let Some(first) = words.next() {
                    let sequence = Sequence { rule, rest: words.collect(), tags: tags.to_vec() };
                    matcher.by_word.entry(first).or_default().push(sequence);
                }
            }
        }
        matcher
    }

    /// The rules that match an element with these words, in order of their index.
    pub fn find(&self, tag: &str, tokens: &str) -> Vec<usize> {
        let mut found: Vec<usize> = self.by_tag.get(tag).into_iter().flatten().copied().collect();
        let mut words = tokens.split_ascii_whitespace();
        while let Some(word) = words.next() {
            for sequence in self.by_word.get(word).into_iter().flatten() {
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
    use super::*;

    fn matcher(matching: Matching, max_words: usize, phrases: &[&'static str]) -> TextMatcher {
        TextMatcher::new([TextRule { matching, max_words, phrases: phrases.to_vec(), patterns: &[] }]).unwrap()
    }

    #[test]
    fn phrases_match_whole_words_only() {
        let share = matcher(Matching::Contains, 10, &["share", "分享到"]);
        assert_eq!(share.find("Please SHARE this!"), [(0, 1.0 / 3.0)]);
        assert_eq!(share.find("分享到：微信").len(), 1);
        assert!(share.find("shareholders met").is_empty());
        assert!(share.find("share a b c d e f g h i j").is_empty(), "longer than max_words");
    }

    #[test]
    fn place_in_the_block_counts() {
        let text = "Read more: the vote";
        assert_eq!(matcher(Matching::Starts, 9, &["read more"]).find(text).len(), 1);
        assert!(matcher(Matching::Ends, 9, &["read more"]).find(text).is_empty());
        assert!(matcher(Matching::Is, 9, &["read more"]).find(text).is_empty());
        assert_eq!(matcher(Matching::Ends, 9, &["the vote"]).find(text), [(0, 0.5)]);
    }

    #[test]
    fn is_takes_several_phrases_in_a_row() {
        let share = matcher(Matching::Is, 9, &["share", "share on facebook", "facebook", "12 comments"]);
        for text in ["Share", "Share | Facebook", "Share on Facebook · 3 Comments · share"] {
            assert_eq!(share.find(text), [(0, 1.0)], "{text}");
        }
        assert!(share.find("Share on").is_empty());
        assert!(share.find("Share and Facebook").is_empty());
    }

    #[test]
    fn patterns_see_the_whole_block() {
        let price = [compile_pattern("\\$\\d+").unwrap()];
        let rule = TextRule { matching: Matching::Is, max_words: 3, phrases: Vec::new(), patterns: &price };
        let found = TextMatcher::new([rule]).unwrap();
        assert_eq!(found.find("$25"), [(0, 1.0)]);
        assert!(found.find("It cost $25").is_empty());
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
