//! Regular expressions that are searched for in texts. They are tables, so that `build.rs` can write them as source: compiling one at run time takes longer
//! than extracting a page. Which of many can match a text at all is known from the literals in it. Pure.

use std::borrow::Cow;

use super::automata::Automata;
use super::automata_builder::ordered_automata;
use super::backtrack::Matches;
use super::list::List;
use super::literals::Literals;
use super::regex_prefilter::{ASCII_LOOKALIKES, Prefilter};

/// Patterns of which none matches an empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatternList {
    pub(crate) automata: Automata,
    /// The ASCII characters with which a match of each may begin, one bit each.
    pub(crate) begins: List<u128>,
    /// Lower-case literals with the patterns that require one of them.
    pub(crate) literals: Literals,
    /// The patterns without known literals.
    pub(crate) without_literal: List<u32>,
}

impl PatternList {
    /// From patterns in the `regex` crate's syntax. The error is a pattern that is invalid, matches an empty text, or asks for more than is provided for.
    pub fn new<S: AsRef<str>>(sources: impl IntoIterator<Item = S>) -> Result<Self, String> {
        let (mut parsed, mut literals, mut without_literal, mut begins) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, source) in (0u32..).zip(sources) {
            let source = source.as_ref();
            let hir = regex_syntax::parse(source).map_err(|error| error.to_string())?;
            if hir.properties().minimum_len().is_none_or(|bytes| bytes == 0) {
                return Err(format!("{source} matches an empty text"));
            }
            let prefilter = Prefilter::of(&hir);
            if prefilter.literals.is_empty() {
                without_literal.push(index);
            }
            literals.extend(prefilter.literals.into_iter().map(|literal| (literal, index as usize)));
            begins.push((0..0x80).filter(|byte| prefilter.first.contains(*byte)).fold(0, |bits, byte| bits | 1u128 << byte));
            parsed.push((source.to_owned(), hir));
        }
        let automata = ordered_automata(parsed.iter().map(|(_, hir)| hir));
        match parsed.iter().zip(&*automata.first).find(|(_, first)| **first == u32::MAX) {
            Some(((source, _), _)) => Err(format!("{source} is too large, or asks for more than is provided for")),
            None => Ok(Self {
                automata,
                begins: begins.into(),
                literals: Literals::new(literals),
                without_literal: without_literal.into(),
            }),
        }
    }

    /// The indices of the patterns that may match the text, in order.
    pub fn may_match(&self, text: &str) -> Vec<usize> {
        if !text.is_ascii() && text.contains(ASCII_LOOKALIKES) {
            return (0..self.len()).collect();
        }
        let mut may_match: Vec<usize> = self.without_literal.iter().map(|index| *index as usize).collect();
        self.literals.find(text.as_bytes(), |index| may_match.push(index));
        may_match.sort_unstable();
        may_match.dedup();
        may_match
    }

    /// The matches of a pattern, one after another.
    pub fn matches<'a, 't>(&'a self, pattern: usize, text: &'t str) -> Matches<'a, 't> {
        self.automata.matches(pattern, self.begins.get(pattern).copied().unwrap_or_default(), text)
    }

    /// The text with another in place of at most so many matches of a pattern.
    pub fn replaced<'t>(&self, pattern: usize, text: &'t str, with: &str, most: usize) -> Cow<'t, str> {
        let (mut out, mut at) = (String::new(), 0);
        for found in self.matches(pattern, text).take(most) {
            out.push_str(text.get(at..found.start()).unwrap_or_default());
            out.push_str(with);
            at = found.end();
        }
        if at == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Cow::Owned(out)
    }

    /// The number of patterns.
    pub fn len(&self) -> usize {
        self.begins.len()
    }

    /// Whether there are no patterns.
    pub fn is_empty(&self) -> bool {
        self.begins.is_empty()
    }
}
