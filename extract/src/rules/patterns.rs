//! The regular expressions of all rules. A text is first held against what each of them needs; only those that may match are compiled, once, and
//! tried. So loading the rules compiles none, and most texts meet none.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use crate::base::literals::Literals;
use crate::base::regex_prefilter::{ASCII_LOOKALIKES, Bytes, Prefilter};

/// Upper bound of one compiled pattern, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// Lengths of texts, in bytes, that are told apart: longer ones are as long as any pattern asks for.
const MOST_BYTES: usize = 64;

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

fn join(bits: &mut [u64], other: &[u64]) {
    bits.iter_mut().zip(other).for_each(|(word, other)| *word |= other);
}

fn cut(bits: &mut [u64], other: &[u64]) {
    bits.iter_mut().zip(other).for_each(|(word, other)| *word &= other);
}

/// The entry for a number; numbers beyond the table have its last one.
fn entry(table: &[Bits], number: usize) -> &[u64] {
    table.get(number).or(table.last()).map(Vec::as_slice).unwrap_or_default()
}

/// The patterns of many rules.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    list: Vec<Pattern>,
    /// By the first and the last byte of a text, and by any byte that stands in it: the patterns that may match it.
    by_first: Vec<Bits>,
    by_last: Vec<Bits>,
    by_held: Vec<Bits>,
    /// By the number of a text's words, and by its bytes: the patterns that take as many.
    by_words: Vec<Bits>,
    by_bytes: Vec<Bits>,
    /// The patterns for which no literal is known.
    without_literal: Bits,
    /// In lower case, each with the patterns that need it.
    literals: Literals,
}

impl Patterns {
    /// From patterns with the index of their rule and its `max_words`, in order of the rules.
    pub fn new<'a>(patterns: impl IntoIterator<Item = (usize, usize, &'a str)>) -> Self {
        let pattern = |(rule, max_words, source): (usize, usize, &str)| Pattern {
            rule,
            max_words,
            source: source.to_owned(),
            compiled: OnceLock::new(),
        };
        let mut all = Self { list: patterns.into_iter().map(pattern).collect(), ..Self::default() };
        if all.list.is_empty() {
            return all;
        }
        let none: Bits = vec![0; all.list.len().div_ceil(64)];
        let needs: Vec<Prefilter> = all.list.iter().map(|pattern| Prefilter::of_pattern(&pattern.source)).collect();
        let table = |most: usize, holds: &dyn Fn(usize, &Pattern, &Prefilter) -> bool| -> Vec<Bits> {
            let bits_of = |number: usize| {
                let mut bits = none.clone();
                let taken = all.list.iter().zip(&needs).enumerate().filter(|(_, (pattern, needs))| holds(number, pattern, needs));
                taken.for_each(|(index, _)| set(&mut bits, index));
                bits
            };
            (0..=most).map(bits_of).collect()
        };
        let by_byte = |of: fn(&Prefilter) -> &Bytes| table(255, &|byte, _, needs| of(needs).contains(byte as u8));
        let finite = all.list.iter().map(|pattern| pattern.max_words).filter(|words| *words < usize::MAX);
        let by_words = table(finite.max().unwrap_or(0) + 1, &|words, pattern, _| words <= pattern.max_words);
        let longest = needs.iter().map(|needs| needs.shortest).max().unwrap_or(0).min(MOST_BYTES);
        let by_bytes = table(longest, &|bytes, _, needs| needs.shortest.min(MOST_BYTES) <= bytes);
        let without = table(0, &|_, _, needs| needs.literals.is_empty());
        (all.by_first, all.by_last, all.by_held, all.by_words, all.by_bytes, all.without_literal) = (
            by_byte(|needs| &needs.first),
            by_byte(|needs| &needs.last),
            by_byte(|needs| &needs.held),
            by_words,
            by_bytes,
            without.into_iter().next().unwrap_or_default(),
        );
        let literals = |(index, needs): (usize, &Prefilter)| {
            needs.literals.iter().map(move |literal| (literal.clone(), index)).collect::<Vec<_>>()
        };
        all.literals = Literals::new(needs.iter().enumerate().flat_map(literals));
        all
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
        let (Some(first), Some(last)) = (text.as_bytes().first(), text.as_bytes().last()) else { return Bits::new() };
        let mut bits = entry(&self.by_first, usize::from(*first)).to_vec();
        cut(&mut bits, entry(&self.by_last, usize::from(*last)));
        cut(&mut bits, entry(&self.by_words, words));
        cut(&mut bits, entry(&self.by_bytes, text.len()));
        let mut allowed = vec![0; bits.len()];
        let mut seen = [false; 256];
        for byte in text.bytes() {
            if let Some(seen) = seen.get_mut(usize::from(byte)).filter(|seen| !**seen) {
                *seen = true;
                join(&mut allowed, entry(&self.by_held, usize::from(byte)));
            }
        }
        cut(&mut bits, &allowed);
        let needy = bits.iter().zip(&self.without_literal).any(|(bits, without)| bits & !without != 0);
        if needy && !has_lookalike(text) {
            allowed.clone_from(&self.without_literal);
            self.literals.find(text.as_bytes(), |pattern| set(&mut allowed, pattern));
            cut(&mut bits, &allowed);
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
        let patterns = Patterns::new(all.iter().map(|(rule, pattern)| (*rule, usize::MAX, *pattern)));
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
