//! The regular expressions of all rules. A text is first compared with what each of them requires, so most texts are tried against none. Those that may
//! match are tried by an automaton that is a table of the program. A pattern that is tried so often that compiling it would have taken no longer is
//! compiled: then it is faster.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex::{Regex, RegexBuilder};
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use super::pattern_table::PatternTable;

/// Largest size of one compiled pattern, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// A pattern is compiled when it has been tried once for every so many states of its automaton. Compiling takes about 3,000 instructions for each state,
/// and a try 2,000 to 20,000 (callgrind).
const STATES_PER_TRY: usize = 8;

/// Compiles a pattern so that it must match a whole text. The error is the compiler's message.
pub(super) fn compile_pattern(pattern: &str) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(&whole(pattern));
    builder.dot_matches_new_line(true).size_limit(PATTERN_BYTES).build().map_err(|error| error.to_string())
}

fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

type NewCache = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// A pattern compiled only as far as the question needs whether it matches a whole text: a lazy automaton that reads forward, and remembers what it was
/// like. A [`Regex`] also compiles one that reads backward, which takes most of the time where a pattern has Unicode classes.
#[derive(Debug)]
struct ForwardPattern {
    automaton: DFA,
    caches: Pool<Cache, NewCache>,
}

impl ForwardPattern {
    /// `None` where the pattern does not compile.
    fn of(pattern: &str) -> Option<Self> {
        let limits = thompson::Config::new().which_captures(WhichCaptures::None).nfa_size_limit(Some(PATTERN_BYTES));
        let syntax = syntax::Config::new().dot_matches_new_line(true);
        let nfa = NFA::compiler().configure(limits).syntax(syntax).build(&whole(pattern)).ok()?;
        // Unicode word boundaries work on ASCII text; on other text the search fails.
        let config = DFA::config().unicode_word_boundary(true);
        let automaton = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let of_cache = automaton.clone();
        Some(Self { automaton, caches: Pool::new(Box::new(move || of_cache.create_cache())) })
    }

    /// `None` where this automaton cannot tell.
    fn is_match(&self, text: &str) -> Option<bool> {
        let input = Input::new(text).anchored(Anchored::Yes).earliest(true);
        let found = self.automaton.try_search_fwd(&mut self.caches.get(), &input);
        found.ok().map(|found| found.is_some())
    }
}

/// A pattern, compiled when it has been tried often enough.
#[derive(Debug, Default)]
struct LazyPattern {
    /// How often it was tried before that.
    tries: AtomicUsize,
    forward: OnceLock<Option<ForwardPattern>>,
    /// For texts that `forward` cannot tell of. `None` inside where it does not compile: the loader refuses such a pattern in a user's file, a test in a
    /// built-in one.
    full: OnceLock<Option<Regex>>,
}

impl LazyPattern {
    fn is_match(&self, pattern: &str, text: &str) -> bool {
        let forward = self.forward.get_or_init(|| ForwardPattern::of(pattern));
        forward.as_ref().and_then(|forward| forward.is_match(text)).unwrap_or_else(|| {
            let full = self.full.get_or_init(|| compile_pattern(pattern).ok());
            full.as_ref().is_some_and(|regex| regex.is_match(text))
        })
    }

    /// Whether it has been tried so many times; counts the try if not.
    fn was_tried(&self, times: usize) -> bool {
        self.tries.load(Ordering::Relaxed) >= times || self.tries.fetch_add(1, Ordering::Relaxed) >= times
    }
}

/// The patterns of many rules.
#[derive(Debug, Default)]
pub(super) struct PatternSet {
    table: PatternTable,
    compiled: Vec<LazyPattern>,
}

impl PatternSet {
    pub fn of(table: PatternTable) -> Self {
        Self { compiled: table.patterns.iter().map(|_| LazyPattern::default()).collect(), table }
    }

    /// The rules with a pattern that matches the whole text, in order and each once. `words` is the text's length as `max_words` counts it.
    pub fn find(&self, text: &str, words: usize) -> Vec<usize> {
        self.table.find(text, words, |index| self.is_match(index, text))
    }

    fn is_match(&self, index: usize, text: &str) -> bool {
        let automata = &self.table.automata;
        let Some((compiled, pattern)) = self.compiled.get(index).zip(self.table.patterns.get(index)) else { return false };
        let by_table = || automata.is_match(index, text);
        let is_compiled = compiled.was_tried(automata.states(index) / STATES_PER_TRY);
        (!is_compiled).then(by_table).flatten().unwrap_or_else(|| compiled.is_match(pattern, text))
    }
}

#[cfg(test)]
mod tests {
    use super::super::phrase_table::TextRule;
    use super::super::rule::Matching;
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

    #[test]
    fn every_built_in_pattern_has_an_automaton() {
        let set = RuleSet::embedded().unwrap();
        let rules: Vec<_> = set.rules().map(TextRule::of).collect();
        let table = PatternTable::new(&rules);
        let without: Vec<_> = (0..table.patterns.len()).filter(|index| table.automata.is_match(*index, "").is_none()).collect();
        assert!(without.is_empty() && table.patterns.len() > 150, "{without:?}");
    }

    #[test]
    fn a_pattern_is_compiled_when_it_has_been_tried_often() {
        let patterns = ["(?m)^a$".to_owned(), "(?i)a.*(bcdefgh|ijklmnop|qrstuvwx)".to_owned()];
        let rule = |patterns| TextRule { matching: Matching::Is, max_words: 9, phrases: Vec::new(), patterns };
        let set = PatternSet::of(PatternTable::new(&[rule(&patterns[..1]), rule(&patterns[1..])]));
        let is_compiled = |index: usize| set.compiled[index].forward.get().is_some();
        assert_eq!((set.find("a", 1), is_compiled(0)), (vec![0], true), "it has no automaton");
        assert_eq!((set.find("a bcdefgh", 2), is_compiled(1)), (vec![1], false));
        for _ in 0..9 {
            assert_eq!(set.find("A\nIJKLMNOP", 2), [1]);
        }
        assert!(is_compiled(1));
    }

    #[test]
    fn a_text_beyond_the_forward_automaton_is_matched_all_the_same() {
        let pattern = LazyPattern::default();
        assert!(pattern.is_match("caf\\b.*", "caf au lait") && pattern.full.get().is_none());
        assert!(!pattern.is_match("caf\\b.*", "café au lait") && pattern.full.get().is_some());
        assert!(LazyPattern::default().is_match("a.b|a", "a\nb") && !LazyPattern::default().is_match("(", "("));
    }
}
