//! Regular expressions as automata that say whether a pattern matches a whole text, and nothing else: neither where nor what its groups are. Pure.
//!
//! They are tables, so that `build.rs` can write those of the built-in rules as source and no start of the program parses a pattern. A text is read once, a
//! character at a time, with the set of states that the automaton may be in (Thompson, Regular expression search algorithm, 1968). No set is remembered
//! for the next text: `rules::patterns` compiles what is tried on many.

mod builder;

use super::list::List;

use builder::Builder;
pub use builder::parse;

/// A state. Numbers are those of states of the same automaton.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Reads this character; then comes the other state.
    Char(char, u32),
    /// Reads a character of the class with this number.
    Class(u32, u32),
    /// Reads nothing: both other states come next.
    Both(u32, u32),
    /// Reads nothing: the other state comes next, where the condition holds.
    Where(Condition, u32),
    /// The pattern matches if the text ends here.
    Accept,
}

/// A condition on the characters on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// `^`
    TextStart,
    /// `$`
    TextEnd,
    /// `\b`
    WordEdge,
    /// `\B`
    NoWordEdge,
}

/// The automata of many patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Automata {
    /// The states of all of them, one after the other.
    pub(crate) states: List<State>,
    /// Where the states of each end.
    pub(crate) ends: List<u32>,
    /// The first state of each; that of a pattern without an automaton is none of its states.
    pub(crate) first: List<u32>,
    /// The ranges of characters of all classes, in order within each.
    pub(crate) ranges: List<(char, char)>,
    /// Where the ranges of each class end.
    pub(crate) range_ends: List<u32>,
}

impl Automata {
    /// Those of parsed patterns. A pattern that is too large, or asks for more than is provided for here, has none.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a regex_syntax::hir::Hir>) -> Self {
        Builder::default().build(patterns)
    }

    /// The number of states of a pattern's automaton.
    pub fn states(&self, pattern: usize) -> usize {
        part(&self.states, &self.ends, pattern).len()
    }

    /// Whether a pattern matches the whole text; `None` if it has no automaton.
    pub fn is_match(&self, pattern: usize, text: &str) -> Option<bool> {
        let states = part(&self.states, &self.ends, pattern);
        let first = *self.first.get(pattern)?;
        states.get(first as usize)?;
        let mut now = StateSet::of(states);
        let mut next = StateSet::of(states);
        let mut chars = text.chars().peekable();
        now.enter(first, (None, chars.peek().copied()));
        while let Some(c) = chars.next() {
            if now.reading.is_empty() {
                return Some(false);
            }
            next.clear();
            let around = (Some(c), chars.peek().copied());
            for state in &now.reading {
                if let Some(after) = self.read(*state, c) {
                    next.enter(after, around);
                }
            }
            std::mem::swap(&mut now, &mut next);
        }
        Some(now.accepts)
    }

    /// The state after one that reads, if it reads this character.
    fn read(&self, state: State, c: char) -> Option<u32> {
        match state {
            State::Char(wanted, next) => (wanted == c).then_some(next),
            State::Class(class, next) => {
                let ranges = part(&self.ranges, &self.range_ends, class as usize);
                let at = ranges.partition_point(|(_, last)| *last < c);
                ranges.get(at).is_some_and(|(from, _)| *from <= c).then_some(next)
            }
            State::Both(..) | State::Where(..) | State::Accept => None,
        }
    }
}

/// One of several lists that lie one after the other.
fn part<'t, T>(all: &'t [T], ends: &[u32], index: usize) -> &'t [T] {
    let end = |index: usize| ends.get(index).map_or(0, |end| *end as usize);
    all.get(index.checked_sub(1).map_or(0, end)..end(index)).unwrap_or_default()
}

/// The states that an automaton may be in after some characters.
struct StateSet<'t> {
    states: &'t [State],
    /// One bit for each state.
    entered: Vec<u64>,
    /// Those of them that read.
    reading: Vec<State>,
    accepts: bool,
    /// Those that are still to be entered.
    pending: Vec<u32>,
}

impl<'t> StateSet<'t> {
    fn of(states: &'t [State]) -> Self {
        let entered = vec![0; states.len().div_ceil(64)];
        Self { states, entered, reading: Vec::new(), accepts: false, pending: Vec::new() }
    }

    fn clear(&mut self) {
        self.entered.fill(0);
        self.reading.clear();
        self.accepts = false;
    }

    /// Adds a state and all that come next without reading, between two characters.
    fn enter(&mut self, state: u32, around: (Option<char>, Option<char>)) {
        self.pending.push(state);
        while let Some(at) = self.pending.pop() {
            let (Some(word), bit) = (self.entered.get_mut(at as usize / 64), 1 << (at % 64)) else { continue };
            if *word & bit != 0 {
                continue;
            }
            *word |= bit;
            match self.states.get(at as usize) {
                Some(state @ (State::Char(..) | State::Class(..))) => self.reading.push(*state),
                Some(State::Both(one, other)) => self.pending.extend([*one, *other]),
                Some(State::Where(condition, next)) if condition.holds(around) => self.pending.push(*next),
                Some(State::Accept) => self.accepts = true,
                Some(State::Where(..)) | None => {}
            }
        }
    }
}

impl Condition {
    fn holds(self, (before, after): (Option<char>, Option<char>)) -> bool {
        let is_word = |c: Option<char>| c.is_some_and(|c| regex_syntax::try_is_word_character(c).unwrap_or_default());
        match self {
            Self::TextStart => before.is_none(),
            Self::TextEnd => after.is_none(),
            Self::WordEdge => is_word(before) != is_word(after),
            Self::NoWordEdge => is_word(before) == is_word(after),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Patterns with everything that an automaton is built from.
    const PATTERNS: &[&str] = &[
        "",
        "abc",
        "a*",
        "a+b?",
        "(a|b)*c",
        "(a*)*",
        "a{2,4}",
        "(ab|abc|b)(c|)",
        "(?i)by (?:kay|kim|k)\\b.*",
        "[^ ]+( [^ ]+){0,2}",
        ".*\\bcafé\\b.{0,3}",
        "\\Ba.*",
        "(?:^a|b$)c*",
        "(?i:straße|strasse|Ж)+",
        "[\\p{Han}]{1,3}[0-9]*",
        "a.b",
        "(aa|ab|ac|b(a|b))+?",
        "(?:|a|aa)b",
    ];

    const TEXTS: &[&str] = &[
        "",
        "a",
        "b",
        "c",
        "aa",
        "aaaa",
        "aaaaa",
        "ab",
        "abc",
        "abcc",
        "bc",
        "bca",
        "acc",
        "aabbc",
        "by kim",
        "By Kay x",
        "BY \u{212a}im",
        "by kimono",
        "one two",
        "one two three four",
        "un café x",
        "un cafés",
        "café",
        "a caféx",
        "Straße",
        "STRASSEж",
        "阅读12",
        "阅读需要3",
        "a\nb",
        "aabacbbab",
        "aab",
        "bcc",
    ];

    #[test]
    fn automata_match_what_the_patterns_match() {
        let parsed: Vec<_> = PATTERNS.iter().map(|pattern| parse(pattern).unwrap()).collect();
        let automata = Automata::new(&parsed);
        for (index, pattern) in PATTERNS.iter().enumerate() {
            let regex = regex::RegexBuilder::new(&format!("^(?:{pattern})$")).dot_matches_new_line(true).build().unwrap();
            for text in TEXTS {
                assert_eq!(automata.is_match(index, text), Some(regex.is_match(text)), "{pattern:?} on {text:?}");
            }
        }
        assert_eq!(automata.is_match(PATTERNS.len(), "a"), None);
    }

    #[test]
    fn a_pattern_beyond_them_has_none() {
        let parsed = ["(?m)^a$", "((a{200}){200}){9}", "ok"].map(|pattern| parse(pattern).unwrap());
        let automata = Automata::new(&parsed);
        assert_eq!([0, 1, 2].map(|index| automata.is_match(index, "ok")), [None, None, Some(true)]);
        assert_eq!(automata.ends.last(), Some(&3), "nothing is left of them");
    }
}
