//! The regular expressions of all rules. A text is first compared with what each of them requires; only those that may match are compiled, once, and
//! tried. So loading the rules compiles none, and most texts are tried against none.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::pattern_table::PatternTable;

/// Largest size of one compiled pattern, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// Compiles a pattern so that it must match a whole text. The error is the compiler's message.
pub(super) fn compile_pattern(pattern: &str) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(&format!("^(?:{pattern})$"));
    builder.dot_matches_new_line(true).size_limit(PATTERN_BYTES).build().map_err(|error| error.to_string())
}

/// The patterns of many rules, each compiled when it is first tried.
#[derive(Debug, Default)]
pub(super) struct PatternSet {
    table: PatternTable,
    /// `None` inside where a pattern does not compile: the loader refuses such a pattern in a user's file, a test in a built-in one.
    compiled: Vec<OnceLock<Option<Regex>>>,
}

impl PatternSet {
    pub fn of(table: PatternTable) -> Self {
        Self { compiled: table.patterns.iter().map(|_| OnceLock::new()).collect(), table }
    }

    /// The rules with a pattern that matches the whole text, in order and each once. `words` is the text's length as `max_words` counts it.
    pub fn find(&self, text: &str, words: usize) -> Vec<usize> {
        self.table.find(text, words, |index| self.is_match(index, text))
    }

    fn is_match(&self, index: usize, text: &str) -> bool {
        let (Some(compiled), Some(pattern)) = (self.compiled.get(index), self.table.patterns.get(index)) else { return false };
        compiled.get_or_init(|| compile_pattern(pattern).ok()).as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::super::phrase_table::TextRule;
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
        let all: Vec<(usize, &String)> =
            set.rules().enumerate().flat_map(|(index, rule)| rule.patterns.iter().map(move |pattern| (index, pattern))).collect();
        let text_rule = |rule| TextRule { max_words: usize::MAX, phrases: Vec::new(), ..TextRule::of(rule) };
        let patterns = PatternSet::of(PatternTable::new(&set.rules().map(text_rule).collect::<Vec<_>>()));
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
