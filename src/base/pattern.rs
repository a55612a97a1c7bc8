//! A regular expression that is compiled when a text first comes that it may match: most programs end before most patterns are needed, and
//! compiling one costs more than extracting a page.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use regex::{Captures, Regex};

use super::needs::{ASCII_LOOKALIKES, Needs};

/// A pattern, compiled at need.
#[derive(Debug)]
pub struct LazyPattern {
    source: String,
    /// The words one of which a text must have, where such are known.
    needs: Option<AhoCorasick>,
    compiled: OnceLock<Option<Regex>>,
}

impl LazyPattern {
    /// From the `regex` crate's syntax. One that is no pattern matches nothing.
    pub fn new(source: String) -> Self {
        let literals = Needs::of_pattern(&source).literals;
        let mut builder = AhoCorasickBuilder::new();
        let needs = (!literals.is_empty()).then(|| builder.ascii_case_insensitive(true).build(&literals).ok()).flatten();
        Self { source, needs, compiled: OnceLock::new() }
    }

    /// The pattern, compiled, where it may match the text.
    pub fn on(&self, text: &str) -> Option<&Regex> {
        let may_match = self.needs.as_ref().is_none_or(|needs| needs.is_match(text) || text.contains(ASCII_LOOKALIKES));
        if may_match { self.compiled() } else { None }
    }

    /// The pattern, compiled; `None` where it is none.
    pub fn compiled(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }

    /// The first match with its groups.
    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.on(text)?.captures(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiles_only_what_may_match() {
        let pattern = LazyPattern::new("(?i)follow (\\w+) on".to_owned());
        assert!(pattern.captures("nothing of the kind").is_none() && pattern.compiled.get().is_none());
        assert_eq!(&pattern.captures("Please FOLLOW us on").unwrap()[1], "us");
        assert!(LazyPattern::new("(".to_owned()).captures("(").is_none());
    }
}
