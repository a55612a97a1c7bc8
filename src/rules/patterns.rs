//! The regular expressions of all rules. A text is first held against what each of them needs; only those that may match are compiled, once, and
//! tried. So loading the rules compiles none, and most texts meet none.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use regex::{Regex, RegexBuilder};

use crate::base::needs::{ASCII_LOOKALIKES, Needs};

/// Upper bound of one compiled pattern, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// Compiles a pattern so that it must match a whole text. The error is what the compiler says.
pub(super) fn compile_pattern(pattern: &str) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(&format!("^(?:{pattern})$"));
    builder.dot_matches_new_line(true).size_limit(PATTERN_BYTES).build().map_err(|error| error.to_string())
}

/// A rule's pattern, compiled when it is first tried.
#[derive(Debug)]
struct Pattern {
    rule: usize,
    max_words: usize,
    source: String,
    /// Empty where it does not compile: the loader refuses such a pattern in a user's file, a test in ours.
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn is_match(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| compile_pattern(&self.source).ok());
        compiled.as_ref().is_some_and(|pattern| pattern.is_match(text))
    }
}

/// A set of patterns by their index, 64 in a word.
type Bits = Vec<u64>;

fn set(bits: &mut [u64], index: usize) {
    if let Some(word) = bits.get_mut(index / 64) {
        *word |= 1 << (index % 64);
    }
}

/// The patterns of many rules.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    list: Vec<Pattern>,
    /// By the first and the last byte of a text: the patterns that may match it.
    by_first: Vec<Bits>,
    by_last: Vec<Bits>,
    /// By the number of a text's words: the patterns whose rule takes as many.
    by_words: Vec<Bits>,
    /// The patterns for which no literal is known.
    without_literal: Bits,
    /// In lower case, as the literals are.
    literals: Option<AhoCorasick>,
    /// The patterns that need a literal, by its index.
    literal_patterns: Vec<Vec<usize>>,
}

impl Patterns {
    /// From patterns with the index of their rule and its `max_words`, in order of the rules.
    pub fn new<'a>(patterns: impl IntoIterator<Item = (usize, usize, &'a str)>) -> Result<Self, String> {
        let pattern = |(rule, max_words, source): (usize, usize, &str)| Pattern {
            rule,
            max_words,
            source: source.to_owned(),
            compiled: OnceLock::new(),
        };
        let mut all = Self { list: patterns.into_iter().map(pattern).collect(), ..Self::default() };
        if all.list.is_empty() {
            return Ok(all);
        }
        let none: Bits = vec![0; all.list.len().div_ceil(64)];
        (all.by_first, all.by_last) = (vec![none.clone(); 256], vec![none.clone(); 256]);
        all.without_literal.clone_from(&none);
        let most = all.list.iter().map(|pattern| pattern.max_words).filter(|words| *words < usize::MAX).max().unwrap_or(0);
        all.by_words = vec![none; most + 2];
        let mut literals: Vec<(Vec<u8>, usize)> = Vec::new();
        for (index, pattern) in all.list.iter().enumerate() {
            all.by_words.iter_mut().take(pattern.max_words.saturating_add(1)).for_each(|bits| set(bits, index));
            let needs = Needs::of_pattern(&pattern.source);
            for byte in 0..=255u8 {
                let at = usize::from(byte);
                all.by_first.get_mut(at).filter(|_| needs.first.contains(byte)).into_iter().for_each(|bits| set(bits, index));
                all.by_last.get_mut(at).filter(|_| needs.last.contains(byte)).into_iter().for_each(|bits| set(bits, index));
            }
            if needs.literals.is_empty() {
                set(&mut all.without_literal, index);
            }
            literals.extend(needs.literals.into_iter().map(|literal| (literal, index)));
        }
        literals.sort_unstable();
        let mut words: Vec<Vec<u8>> = Vec::new();
        for (literal, index) in literals {
            if words.last() != Some(&literal) {
                words.push(literal);
                all.literal_patterns.push(Vec::new());
            }
            all.literal_patterns.last_mut().into_iter().for_each(|patterns| patterns.push(index));
        }
        let mut builder = AhoCorasickBuilder::new();
        let builder = builder.match_kind(MatchKind::Standard).kind(Some(AhoCorasickKind::ContiguousNFA));
        all.literals = Some(builder.build(&words).map_err(|error| error.to_string())?);
        Ok(all)
    }

    /// The rules of which a pattern matches the whole text, in order and each once. `words` is the text's length as `max_words` counts.
    pub fn find(&self, text: &str, words: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for (at, mut bits) in self.candidates(text, words).into_iter().enumerate() {
            while bits != 0 {
                let index = at * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let Some(pattern) = self.list.get(index) else { continue };
                if found.last() != Some(&pattern.rule) && pattern.is_match(text) {
                    found.push(pattern.rule);
                }
            }
        }
        found
    }

    /// The patterns that may match.
    fn candidates(&self, text: &str, words: usize) -> Bits {
        let edge = |table: &'_ [Bits], byte: Option<&u8>| byte.and_then(|byte| table.get(usize::from(*byte))).cloned();
        let fits = self.by_words.get(words).or(self.by_words.last());
        let Some((first, fits)) = edge(&self.by_first, text.as_bytes().first()).zip(fits) else { return Bits::new() };
        let Some(last) = edge(&self.by_last, text.as_bytes().last()) else { return Bits::new() };
        let mut bits: Bits = first.iter().zip(last).zip(fits).map(|((first, last), fits)| first & last & fits).collect();
        let needy = bits.iter().zip(&self.without_literal).any(|(bits, without)| bits & !without != 0);
        if let Some(literals) = self.literals.as_ref().filter(|_| needy && !has_lookalike(text)) {
            let mut allowed = self.without_literal.clone();
            for hit in literals.find_overlapping_iter(&text.to_ascii_lowercase()) {
                let patterns = self.literal_patterns.get(hit.pattern().as_usize()).into_iter().flatten();
                patterns.for_each(|index| set(&mut allowed, *index));
            }
            bits.iter_mut().zip(allowed).for_each(|(bits, allowed)| *bits &= allowed);
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
    fn every_pattern_compiles() {
        for pattern in RuleSet::embedded().unwrap().rules().flat_map(|rule| &rule.patterns) {
            compile_pattern(pattern).unwrap();
        }
    }

    #[test]
    fn short_cuts_find_what_trying_all_finds() {
        let set = RuleSet::embedded().unwrap();
        let all: Vec<(usize, &str)> =
            set.rules().enumerate().flat_map(|(index, rule)| rule.patterns.iter().map(move |p| (index, p.as_str()))).collect();
        let patterns = Patterns::new(all.iter().map(|(rule, pattern)| (*rule, usize::MAX, *pattern))).unwrap();
        let compiled: Vec<(usize, Regex)> =
            all.iter().map(|(rule, pattern)| (*rule, compile_pattern(pattern).unwrap())).collect();
        let examples = set.rules().flat_map(|rule| rule.removes.iter().chain(&rule.keeps)).cloned();
        let odd = ["\u{17f}ource: Reuters", "By \u{212a}im Doe", "a", "©", "$5 / month", "  {", "阅读"].map(str::to_owned);
        for text in examples.chain(odd) {
            let mut wanted: Vec<usize> =
                compiled.iter().filter(|(_, pattern)| pattern.is_match(&text)).map(|(rule, _)| *rule).collect();
            wanted.dedup();
            assert_eq!(patterns.find(&text, 5), wanted, "{text:?}");
        }
    }
}
