//! The regular expressions of all rules. A text is first compared with what each of them requires; only those that may match are compiled, once, and
//! tried. So loading the rules compiles none, and most texts are tried against none.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use crate::base::literals::Literals;
use crate::base::regex_prefilter::{ASCII_LOOKALIKES, Bytes, Prefilter};

/// Largest size of one compiled pattern, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// Largest text length, in bytes, that the prefilter distinguishes; longer texts count as this long.
const MAX_LENGTH: usize = 64;

/// Compiles a pattern so that it must match a whole text. The error is the compiler's message.
pub(super) fn compile_pattern(pattern: &str) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(&format!("^(?:{pattern})$"));
    builder.dot_matches_new_line(true).size_limit(PATTERN_BYTES).build().map_err(|error| error.to_string())
}

/// A rule's pattern, compiled when it is first tried.
#[derive(Debug)]
struct Pattern {
    rule: usize,
    max_words: usize,
    regex: String,
    /// `None` inside where it does not compile: the loader refuses such a pattern in a user's file, a test in a built-in one.
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn is_match(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| compile_pattern(&self.regex).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// A set of patterns as a bit set of their indices, 64 in a word.
type PatternBits = Vec<u64>;

fn insert(bits: &mut [u64], index: usize) {
    if let Some(word) = bits.get_mut(index / 64) {
        *word |= 1 << (index % 64);
    }
}

fn union(bits: &mut [u64], other: &[u64]) {
    bits.iter_mut().zip(other).for_each(|(word, other)| *word |= other);
}

fn intersect(bits: &mut [u64], other: &[u64]) {
    bits.iter_mut().zip(other).for_each(|(word, other)| *word &= other);
}

/// The set for a number; numbers beyond the table get its last set.
fn bits_for(table: &[PatternBits], number: usize) -> &[u64] {
    table.get(number).or(table.last()).map(Vec::as_slice).unwrap_or_default()
}

/// The patterns of many rules, with tables of which of them can match a text at all.
#[derive(Debug, Default)]
pub(super) struct PatternSet {
    patterns: Vec<Pattern>,
    /// By a text's first byte, and by its last.
    by_first: Vec<PatternBits>,
    by_last: Vec<PatternBits>,
    /// By any byte of a text.
    by_contained: Vec<PatternBits>,
    /// By a text's number of words, and by its length in bytes.
    by_words: Vec<PatternBits>,
    by_length: Vec<PatternBits>,
    /// The patterns for which no literal is known.
    without_literal: PatternBits,
    /// Lower-case literals, each with the patterns that require it.
    literals: Literals,
}

impl PatternSet {
    /// Builds the set from patterns with the index of their rule and its `max_words`, in order of the rules.
    pub fn new<'a>(patterns: impl IntoIterator<Item = (usize, usize, &'a str)>) -> Self {
        let pattern = |(rule, max_words, regex): (usize, usize, &str)| Pattern {
            rule,
            max_words,
            regex: regex.to_owned(),
            compiled: OnceLock::new(),
        };
        let patterns: Vec<Pattern> = patterns.into_iter().map(pattern).collect();
        if patterns.is_empty() {
            return Self::default();
        }
        let prefilters: Vec<Prefilter> = patterns.iter().map(|pattern| Prefilter::of_pattern(&pattern.regex)).collect();
        let bits_where = |admits: &dyn Fn(&Pattern, &Prefilter) -> bool| -> PatternBits {
            let mut bits = vec![0; patterns.len().div_ceil(64)];
            let admitted =
                patterns.iter().zip(&prefilters).enumerate().filter(|(_, (pattern, prefilter))| admits(pattern, prefilter));
            admitted.for_each(|(index, _)| insert(&mut bits, index));
            bits
        };
        let by_byte = |bytes: fn(&Prefilter) -> &Bytes| -> Vec<PatternBits> {
            (0..=u8::MAX).map(|byte| bits_where(&|_, prefilter| bytes(prefilter).contains(byte))).collect()
        };
        let max_words = patterns.iter().map(|pattern| pattern.max_words).filter(|words| *words < usize::MAX).max().unwrap_or(0);
        let max_length = prefilters.iter().map(|prefilter| prefilter.shortest).max().unwrap_or(0).min(MAX_LENGTH);
        let literals = prefilters
            .iter()
            .enumerate()
            .flat_map(|(index, prefilter)| prefilter.literals.iter().map(move |literal| (literal.clone(), index)));
        Self {
            by_first: by_byte(|prefilter| &prefilter.first),
            by_last: by_byte(|prefilter| &prefilter.last),
            by_contained: by_byte(|prefilter| &prefilter.held),
            by_words: (0..=max_words + 1).map(|words| bits_where(&|pattern, _| words <= pattern.max_words)).collect(),
            by_length: (0..=max_length)
                .map(|length| bits_where(&|_, prefilter| prefilter.shortest.min(MAX_LENGTH) <= length))
                .collect(),
            without_literal: bits_where(&|_, prefilter| prefilter.literals.is_empty()),
            literals: Literals::new(literals),
            patterns,
        }
    }

    /// The rules with a pattern that matches the whole text, in order and each once. `words` is the text's length as `max_words` counts it.
    pub fn find(&self, text: &str, words: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for (word, mut bits) in self.candidates(text, words).into_iter().enumerate() {
            while bits != 0 {
                let index = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let Some(pattern) = self.patterns.get(index) else { continue };
                if found.last() != Some(&pattern.rule) && pattern.is_match(text) {
                    found.push(pattern.rule);
                }
            }
        }
        found
    }

    /// The patterns that may match.
    fn candidates(&self, text: &str, words: usize) -> PatternBits {
        let (Some(first), Some(last)) = (text.as_bytes().first(), text.as_bytes().last()) else { return PatternBits::new() };
        let mut bits = bits_for(&self.by_first, usize::from(*first)).to_vec();
        intersect(&mut bits, bits_for(&self.by_last, usize::from(*last)));
        intersect(&mut bits, bits_for(&self.by_words, words));
        intersect(&mut bits, bits_for(&self.by_length, text.len()));
        let mut allowed = vec![0; bits.len()];
        let mut seen = [false; 256];
        for byte in text.bytes() {
            if let Some(seen) = seen.get_mut(usize::from(byte)).filter(|seen| !**seen) {
                *seen = true;
                union(&mut allowed, bits_for(&self.by_contained, usize::from(byte)));
            }
        }
        intersect(&mut bits, &allowed);
        let any_has_literals = bits.iter().zip(&self.without_literal).any(|(bits, without)| bits & !without != 0);
        if any_has_literals && !has_lookalike(text) {
            allowed.clone_from(&self.without_literal);
            self.literals.find(text.as_bytes(), |pattern| insert(&mut allowed, pattern));
            intersect(&mut bits, &allowed);
        }
        bits
    }
}

fn has_lookalike(text: &str) -> bool {
    !text.is_ascii() && text.contains(ASCII_LOOKALIKES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RuleSet;

    #[test]
    fn every_built_in_pattern_compiles() {
        for pattern in RuleSet::embedded().unwrap().rules().flat_map(|rule| &rule.patterns) {
            compile_pattern(pattern).unwrap();
        }
    }

    #[test]
    fn the_prefilter_misses_no_match() {
        let set = RuleSet::embedded().unwrap();
        let rules: Vec<_> = set.rules().enumerate().collect();
        let all: Vec<(usize, &str)> =
            rules.iter().flat_map(|(index, rule)| rule.patterns.iter().map(move |pattern| (*index, pattern.as_str()))).collect();
        let patterns = PatternSet::new(all.iter().map(|(rule, pattern)| (*rule, usize::MAX, *pattern)));
        let compiled: Vec<(usize, Regex)> =
            all.iter().map(|(rule, pattern)| (*rule, compile_pattern(pattern).unwrap())).collect();
        let examples = set.rules().flat_map(|rule| rule.removes.iter().chain(&rule.keeps)).cloned();
        let unusual = ["\u{17f}ource: Reuters", "By \u{212a}im Doe", "a", "©", "$5 / month", "  {", "阅读"].map(str::to_owned);
        for text in examples.chain(unusual) {
            let mut expected: Vec<usize> =
                compiled.iter().filter(|(_, pattern)| pattern.is_match(&text)).map(|(rule, _)| *rule).collect();
            expected.dedup();
            assert_eq!(patterns.find(&text, 5), expected, "{text:?}");
        }
    }
}
