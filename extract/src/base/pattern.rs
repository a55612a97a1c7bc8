//! Regular expressions that are compiled on first use, when a text passes their prefilter: most runs never need most patterns, and compiling
//! one takes longer than extracting a page. Pure.

use std::sync::OnceLock;

use regex::Regex;

use super::literals::Literals;
use super::regex_prefilter::{ASCII_LOOKALIKES, Prefilter};

/// Patterns, each compiled on first use.
#[derive(Debug, Default)]
pub struct LazyPatterns {
    list: Vec<(String, OnceLock<Option<Regex>>)>,
    /// Lower-case literals with the patterns that require one of them.
    literals: Literals,
    /// The patterns without known literals.
    without_literal: Vec<usize>,
}

impl LazyPatterns {
    /// From patterns in the `regex` crate's syntax. An invalid pattern matches nothing.
    pub fn new(sources: impl IntoIterator<Item = String>) -> Self {
        let mut all = Self::default();
        let mut literals = Vec::new();
        for (index, source) in sources.into_iter().enumerate() {
            let prefilter = Prefilter::of_pattern(&source);
            if prefilter.literals.is_empty() {
                all.without_literal.push(index);
            }
            literals.extend(prefilter.literals.into_iter().map(|literal| (literal, index)));
            all.list.push((source, OnceLock::new()));
        }
        all.literals = Literals::new(literals);
        all
    }

    /// The same without prefilters, for patterns that are chosen in another way.
    pub fn without_prefilter(sources: impl IntoIterator<Item = String>) -> Self {
        let list: Vec<(String, OnceLock<Option<Regex>>)> = sources.into_iter().map(|source| (source, OnceLock::new())).collect();
        Self { without_literal: (0..list.len()).collect(), list, literals: Literals::default() }
    }

    /// The patterns that may match the text, in order, each with its index.
    pub fn on(&self, text: &str) -> impl Iterator<Item = (usize, &Regex)> {
        self.may_match(text).into_iter().filter_map(|index| Some((index, self.compiled(index)?)))
    }

    /// The indices of the patterns that may match the text, in order.
    pub fn may_match(&self, text: &str) -> Vec<usize> {
        let mut may_match = self.without_literal.clone();
        if !text.is_ascii() && text.contains(ASCII_LOOKALIKES) {
            may_match = (0..self.list.len()).collect();
        } else {
            self.literals.find(text.as_bytes(), |index| may_match.push(index));
            may_match.sort_unstable();
            may_match.dedup();
        }
        may_match
    }

    /// A compiled pattern; `None` if it is invalid.
    pub fn compiled(&self, index: usize) -> Option<&Regex> {
        let (source, compiled) = self.list.get(index)?;
        compiled.get_or_init(|| Regex::new(source).ok()).as_ref()
    }

    /// The number of patterns.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no patterns.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_compiled_only_if_it_may_match() {
        let patterns = LazyPatterns::new(["(?i)follow (\\w+) on", "("].map(str::to_owned));
        let found = |text: &str| patterns.on(text).find_map(|(_, pattern)| Some(pattern.captures(text)?[1].to_owned()));
        assert!(found("nothing of the kind").is_none() && patterns.list[0].1.get().is_none());
        assert_eq!(found("Please FOLLOW us on").as_deref(), Some("us"));
        assert!(patterns.compiled(1).is_none());
    }

    #[test]
    fn patterns_that_may_match_come_in_order() {
        let patterns = LazyPatterns::new(["ask \\w+", "b+c?", "follow \\w+"].map(str::to_owned));
        let on = |text: &str| patterns.on(text).map(|(index, _)| index).collect::<Vec<_>>();
        assert_eq!(on("follow me and ask"), [1, 2]);
        assert_eq!(on("\u{17f}"), [0, 1, 2]);
        assert_eq!((patterns.len(), patterns.is_empty()), (3, false));
    }
}
