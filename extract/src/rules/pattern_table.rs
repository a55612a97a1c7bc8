//! The regular expressions of many rules in one table: their automata, and what a text must have for each to match it, so that most texts are tried
//! against none. Knows rules by their index only.

use regex_syntax::hir::Hir;

use super::phrase_table::TextRule;
use crate::base::automata::Automata;
use crate::base::automata_builder::{self, parse};
use crate::base::list::{List, Texts};
use crate::base::literals::Literals;
use crate::base::regex_prefilter::{ASCII_LOOKALIKES, Bytes, Prefilter};

/// Largest text length, in bytes, that the prefilter distinguishes; longer texts count as this long.
const MAX_LENGTH: usize = 64;

/// Sets of patterns, each as a bit set of their indices, 64 in a word. All have the same number of words.
type PatternBits = List<u64>;

/// The patterns of many rules, with tables of which of them can match a text at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatternTable {
    /// The patterns, in order of the rules.
    pub patterns: Texts,
    /// The rule of each.
    pub rules: List<u32>,
    /// The automaton of each.
    pub automata: Automata,
    /// By a text's first byte, and by its last.
    pub by_first: PatternBits,
    pub by_last: PatternBits,
    /// By a text's number of words, and by its length in bytes.
    pub by_words: PatternBits,
    pub by_length: PatternBits,
    /// The patterns for which no literal is known.
    pub without_literal: PatternBits,
    /// Lower-case literals, each with the patterns that require it.
    pub literals: Literals,
    /// For each pattern, the bytes of which a text must contain one.
    pub held: List<Bytes>,
}

/// A pattern while the table is built.
struct Pattern<'a> {
    rule: u32,
    max_words: usize,
    regex: &'a str,
    parsed: Hir,
    prefilter: Prefilter,
}

impl PatternTable {
    /// Builds the table from all rules, those without patterns included.
    pub fn new<'a>(rules: &[TextRule<'a>]) -> Self {
        let mut patterns = Vec::new();
        for (rule, TextRule { max_words, patterns: of_rule, .. }) in (0u32..).zip(rules) {
            patterns.extend(of_rule.iter().map(|regex| {
                // An invalid pattern, which the loader refuses, matches nothing.
                let parsed = parse(regex).unwrap_or_else(Hir::fail);
                Pattern { rule, max_words: *max_words, regex, prefilter: Prefilter::of(&parsed), parsed }
            }));
        }
        if patterns.is_empty() { Self::default() } else { Self::of(&patterns) }
    }

    fn of(patterns: &[Pattern<'_>]) -> Self {
        let bits_where = |admits: &dyn Fn(&Pattern<'_>) -> bool| -> Vec<u64> {
            let mut bits = vec![0; patterns.len().div_ceil(64)];
            let admitted = patterns.iter().enumerate().filter(|(_, pattern)| admits(pattern));
            admitted.for_each(|(index, _)| insert(&mut bits, index));
            bits
        };
        let by_byte = |bytes: fn(&Prefilter) -> &Bytes| -> PatternBits {
            let of_byte = |byte| bits_where(&|pattern| bytes(&pattern.prefilter).contains(byte));
            (0..=u8::MAX).flat_map(of_byte).collect()
        };
        let max_words = patterns.iter().map(|pattern| pattern.max_words).filter(|words| *words < usize::MAX).max().unwrap_or(0);
        let max_length = patterns.iter().map(|pattern| pattern.prefilter.shortest).max().unwrap_or(0).min(MAX_LENGTH);
        let literals = patterns
            .iter()
            .enumerate()
            .flat_map(|(index, pattern)| pattern.prefilter.literals.iter().map(move |literal| (literal.clone(), index)));
        Self {
            patterns: patterns.iter().map(|pattern| pattern.regex).collect(),
            rules: patterns.iter().map(|pattern| pattern.rule).collect(),
            by_first: by_byte(|prefilter| &prefilter.first),
            by_last: by_byte(|prefilter| &prefilter.last),
            by_words: (0..=max_words + 1).flat_map(|words| bits_where(&|pattern| words <= pattern.max_words)).collect(),
            by_length: (0..=max_length)
                .flat_map(|length| bits_where(&|pattern| pattern.prefilter.shortest.min(MAX_LENGTH) <= length))
                .collect(),
            without_literal: bits_where(&|pattern| pattern.prefilter.literals.is_empty()).into(),
            literals: Literals::new(literals),
            held: patterns.iter().map(|pattern| pattern.prefilter.held).collect(),
            automata: automata_builder::automata(patterns.iter().map(|pattern| &pattern.parsed)),
        }
    }

    /// The rules with a pattern that matches the whole text, in order and each once. `words` is the text's length as `max_words` counts it;
    /// `is_match` tries the pattern with an index.
    pub fn find(&self, text: &str, words: usize, is_match: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut bytes = None;
        for (word, mut bits) in self.candidates(text, words).into_iter().enumerate() {
            while bits != 0 {
                let index = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let bytes = bytes.get_or_insert_with(|| Bytes::of(text.as_bytes()));
                let has_byte = self.held.get(index).is_some_and(|held| held.meets(bytes));
                let Some(rule) = self.rules.get(index).map(|rule| *rule as usize).filter(|_| has_byte) else { continue };
                if found.last() != Some(&rule) && is_match(index) {
                    found.push(rule);
                }
            }
        }
        found
    }

    /// The patterns that may match by all but the bytes that a text must contain.
    fn candidates(&self, text: &str, words: usize) -> Vec<u64> {
        let (Some(first), Some(last)) = (text.as_bytes().first(), text.as_bytes().last()) else { return Vec::new() };
        let mut bits = self.bits_for(&self.by_first, usize::from(*first)).to_vec();
        intersect(&mut bits, self.bits_for(&self.by_last, usize::from(*last)));
        intersect(&mut bits, self.bits_for(&self.by_words, words));
        intersect(&mut bits, self.bits_for(&self.by_length, text.len()));
        let any_has_literals = bits.iter().zip(&*self.without_literal).any(|(bits, without)| bits & !without != 0);
        if any_has_literals && !has_lookalike(text) {
            let mut allowed = self.without_literal.to_vec();
            self.literals.find(text.as_bytes(), |pattern| insert(&mut allowed, pattern));
            intersect(&mut bits, &allowed);
        }
        bits
    }

    /// The set for a number; numbers beyond the table get its last set.
    fn bits_for<'b>(&self, sets: &'b [u64], number: usize) -> &'b [u64] {
        let words = self.without_literal.len().max(1);
        let last = (sets.len() / words).saturating_sub(1);
        let start = number.min(last) * words;
        sets.get(start..start + words).unwrap_or_default()
    }
}

fn insert(bits: &mut [u64], index: usize) {
    if let Some(word) = bits.get_mut(index / 64) {
        *word |= 1 << (index % 64);
    }
}

fn intersect(bits: &mut [u64], other: &[u64]) {
    bits.iter_mut().zip(other).for_each(|(word, other)| *word &= other);
}

fn has_lookalike(text: &str) -> bool {
    !text.is_ascii() && text.contains(ASCII_LOOKALIKES)
}
