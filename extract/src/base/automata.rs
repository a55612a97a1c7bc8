//! Regular expressions as automata that say whether a pattern matches a whole text. Where a pattern matches within a text, and what its groups are, is found
//! by `backtrack`. Pure.
//!
//! They are tables, so that `build.rs` can write them as source and no start of the program parses a pattern. A text is read once, a
//! character at a time, with the set of states that the automaton may be in (Thompson, Regular expression search algorithm, 1968). No set is remembered
//! for the next text: `rules::patterns` compiles what is tried on many.

use super::list::List;

/// A state. Numbers are those of states of the same automaton.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Reads this character; then comes the other state.
    Char(char, u32),
    /// Reads a character of the class with this number.
    Class(u32, u32),
    /// Reads nothing: both other states come next. In an automaton that keeps the order of alternatives, the first is tried first.
    Both(u32, u32),
    /// Reads nothing: a group begins or ends here. Twice the group's number, and one more where it ends; then comes the other state.
    Group(u8, u32),
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
    /// `(?-u:\b)`
    AsciiWordEdge,
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
    /// The ASCII characters of each class, one bit each.
    pub(crate) ascii: List<u128>,
}

impl Automata {
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
    pub(crate) fn read(&self, state: State, c: char) -> Option<u32> {
        match state {
            State::Char(wanted, next) => (wanted == c).then_some(next),
            State::Class(class, next) => self.has(class as usize, c).then_some(next),
            State::Both(..) | State::Group(..) | State::Where(..) | State::Accept => None,
        }
    }

    /// Whether a class has a character.
    fn has(&self, class: usize, c: char) -> bool {
        if c.is_ascii() {
            return self.ascii.get(class).is_some_and(|bits| bits >> (c as u32) & 1 == 1);
        }
        let ranges = part(&self.ranges, &self.range_ends, class);
        let at = ranges.partition_point(|(_, last)| *last < c);
        ranges.get(at).is_some_and(|(from, _)| *from <= c)
    }
}

/// One of several lists that lie one after the other.
pub(crate) fn part<'t, T>(all: &'t [T], ends: &[u32], index: usize) -> &'t [T] {
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
                Some(State::Group(_, next)) => self.pending.push(*next),
                Some(State::Where(condition, next)) if condition.holds(around) => self.pending.push(*next),
                Some(State::Accept) => self.accepts = true,
                Some(State::Where(..)) | None => {}
            }
        }
    }
}

impl Condition {
    /// Whether it holds between two characters, or an end of the text on either side.
    pub(crate) fn holds(self, (before, after): (Option<char>, Option<char>)) -> bool {
        let is_word = |c: Option<char>| c.is_some_and(|c| regex_syntax::try_is_word_character(c).unwrap_or_default());
        let is_ascii_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        match self {
            Self::TextStart => before.is_none(),
            Self::TextEnd => after.is_none(),
            Self::WordEdge => is_word(before) != is_word(after),
            Self::NoWordEdge => is_word(before) == is_word(after),
            Self::AsciiWordEdge => is_ascii_word(before) != is_ascii_word(after),
        }
    }
}
