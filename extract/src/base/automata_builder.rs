//! Builds automata from parsed patterns, from their ends to their beginnings. Equal states are one, so alternatives share their last characters.
//!
//! Where only whether a whole text matches is asked, they also share their first characters, because they are joined character by character, and their
//! order is lost. Where a match is searched for, their order is kept, and groups are noted.

use std::collections::BTreeMap;

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use super::automata::{Automata, Condition, State};

/// Most states of an automaton, and most steps that building one may take.
const MAX_STATES: usize = 1 << 15;
const MAX_STEPS: usize = 1 << 18;

/// Most characters that alternatives share at their beginning.
const MAX_SHARED: usize = 32;

/// The state at the end of every automaton.
const ACCEPT: u32 = 0;

/// A pattern as the rules write it: `.` stands for line breaks too. `None` if it is invalid.
pub fn parse(pattern: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().dot_matches_new_line(true).build().parse(pattern).ok()
}

/// The automata of parsed patterns. A pattern that is too large, or asks for more than is provided for, has none.
pub fn automata<'a>(patterns: impl IntoIterator<Item = &'a Hir>) -> Automata {
    Builder::default().build(patterns)
}

/// The automata of parsed patterns, with the order of alternatives and with groups: for `backtrack`. A pattern that repeats what may be empty has none.
pub fn ordered_automata<'a>(patterns: impl IntoIterator<Item = &'a Hir>) -> Automata {
    Builder { is_ordered: true, ..Builder::default() }.build(patterns)
}

/// Builds the automata of many patterns.
#[derive(Default)]
struct Builder {
    /// Whether the order of alternatives counts, and groups are noted.
    is_ordered: bool,
    /// The states of the automaton that is being built, and the number of each.
    states: Vec<State>,
    known: BTreeMap<State, u32>,
    steps: usize,
    /// The classes of all automata by their ranges.
    classes: BTreeMap<Vec<(char, char)>, u32>,
}

/// A piece of an alternative.
#[derive(Clone, Copy)]
enum Piece<'h> {
    /// A state that reads a character; what comes next is not known yet.
    Read(State),
    Other(&'h Hir),
}

impl Builder {
    fn build<'a>(mut self, patterns: impl IntoIterator<Item = &'a Hir>) -> Automata {
        let (mut states, mut ends, mut first) = (Vec::new(), Vec::new(), Vec::new());
        for pattern in patterns {
            self.states = vec![State::Accept];
            self.known.clear();
            self.steps = 0;
            let start = self.before(pattern, ACCEPT);
            if start.is_some() {
                states.append(&mut self.states);
            }
            first.push(start.unwrap_or(u32::MAX));
            ends.push(states.len() as u32);
        }
        let mut classes: Vec<(u32, Vec<(char, char)>)> =
            self.classes.into_iter().map(|(ranges, class)| (class, ranges)).collect();
        classes.sort_unstable();
        let mut end = 0;
        let range_ends = classes.iter().map(|(_, ranges)| {
            end += ranges.len() as u32;
            end
        });
        let range_ends = range_ends.collect();
        let ascii = classes.iter().map(|(_, ranges)| ascii_bits(ranges)).collect();
        let ranges = classes.into_iter().flat_map(|(_, ranges)| ranges).collect();
        Automata { states: states.into(), ends: ends.into(), first: first.into(), ranges, range_ends, ascii }
    }

    /// The number of a state.
    fn number(&mut self, state: State) -> Option<u32> {
        if let Some(known) = self.known.get(&state) {
            return Some(*known);
        }
        let number = self.reserve()?;
        self.set(number, state);
        self.known.insert(state, number);
        Some(number)
    }

    /// The number of a state that is not known yet.
    fn reserve(&mut self) -> Option<u32> {
        let number = self.states.len();
        self.states.push(State::Accept);
        (number < MAX_STATES).then_some(number as u32)
    }

    fn set(&mut self, number: u32, state: State) {
        if let Some(slot) = self.states.get_mut(number as usize) {
            *slot = state;
        }
    }

    /// The first state of what matches a part of a pattern, before a state.
    fn before(&mut self, part: &Hir, next: u32) -> Option<u32> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return None;
        }
        match part.kind() {
            HirKind::Empty => Some(next),
            HirKind::Look(look) => self.number(State::Where(condition(*look)?, next)),
            HirKind::Repetition(repetition) => self.before_repetition(repetition, next),
            HirKind::Capture(capture) if self.is_ordered => {
                let slot = u8::try_from(capture.index).ok()?.checked_mul(2)?;
                let end = self.number(State::Group(slot + 1, next))?;
                let first = self.before(&capture.sub, end)?;
                self.number(State::Group(slot, first))
            }
            HirKind::Capture(capture) => self.before(&capture.sub, next),
            HirKind::Alternation(branches) if self.is_ordered => {
                let starts = branches.iter().map(|branch| self.before(branch, next)).collect::<Option<Vec<_>>>()?;
                self.any_of(starts)
            }
            HirKind::Concat(parts) => parts.iter().rev().try_fold(next, |next, part| self.before(part, next)),
            HirKind::Alternation(branches) => {
                let branches = branches.iter().map(|branch| self.pieces(branch)).collect::<Option<Vec<_>>>()?;
                self.before_any(&branches.iter().map(Vec::as_slice).collect::<Vec<_>>(), next, MAX_SHARED)
            }
            HirKind::Literal(_) | HirKind::Class(_) => {
                let pieces = self.pieces(part)?;
                self.before_pieces(&pieces, next)
            }
        }
    }

    fn before_repetition(&mut self, repetition: &Repetition, next: u32) -> Option<u32> {
        let part = &repetition.sub;
        if self.is_ordered && part.properties().minimum_len().is_none_or(|bytes| bytes == 0) {
            return None;
        }
        let either = |once| if repetition.greedy { State::Both(once, next) } else { State::Both(next, once) };
        let optional = match repetition.max {
            Some(max) => (repetition.min..max).try_fold(next, |after, _| {
                let once = self.before(part, after)?;
                self.number(either(once))
            })?,
            None => {
                let again = self.reserve()?;
                let once = self.before(part, again)?;
                self.set(again, either(once));
                again
            }
        };
        (0..repetition.min).try_fold(optional, |after, _| self.before(part, after))
    }

    /// The pieces of a part, one after the other.
    fn pieces<'h>(&mut self, part: &'h Hir) -> Option<Vec<Piece<'h>>> {
        Some(match part.kind() {
            HirKind::Empty => Vec::new(),
            HirKind::Literal(literal) => {
                str::from_utf8(&literal.0).ok()?.chars().map(|c| Piece::Read(State::Char(c, ACCEPT))).collect()
            }
            HirKind::Class(class) => vec![Piece::Read(self.reading(class)?)],
            HirKind::Concat(parts) => {
                let pieces = parts.iter().map(|part| self.pieces(part)).collect::<Option<Vec<_>>>()?;
                pieces.concat()
            }
            _ => vec![Piece::Other(part)],
        })
    }

    fn reading(&mut self, class: &Class) -> Option<State> {
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
            Class::Bytes(class) if class.is_ascii() => {
                class.iter().map(|range| (range.start().into(), range.end().into())).collect()
            }
            Class::Bytes(_) => return None,
        };
        if let [(from, to)] = ranges[..]
            && from == to
        {
            return Some(State::Char(from, ACCEPT));
        }
        let next = self.classes.len() as u32;
        Some(State::Class(*self.classes.entry(ranges).or_insert(next), ACCEPT))
    }

    fn before_pieces(&mut self, pieces: &[Piece<'_>], next: u32) -> Option<u32> {
        pieces.iter().rev().try_fold(next, |next, piece| match piece {
            Piece::Read(state) => self.number(followed(*state, next)),
            Piece::Other(part) => self.before(part, next),
        })
    }

    /// The first state of what matches one of several alternatives, which share at most so many characters.
    fn before_any(&mut self, branches: &[&[Piece<'_>]], next: u32, shared: usize) -> Option<u32> {
        let mut starts = Vec::new();
        let mut by_first: BTreeMap<State, Vec<&[Piece<'_>]>> = BTreeMap::new();
        for branch in branches {
            match branch.split_first() {
                Some((Piece::Read(state), rest)) if shared > 0 => by_first.entry(*state).or_default().push(rest),
                _ => starts.push(self.before_pieces(branch, next)?),
            }
        }
        for (state, rests) in by_first {
            let after = match rests[..] {
                [rest] => self.before_pieces(rest, next)?,
                _ => self.before_any(&rests, next, shared - 1)?,
            };
            starts.push(self.number(followed(state, after))?);
        }
        starts.sort_unstable();
        starts.dedup();
        self.any_of(starts)
    }

    /// The state before any of several, in their order.
    fn any_of(&mut self, mut starts: Vec<u32>) -> Option<u32> {
        let last = starts.pop()?;
        starts.into_iter().rev().try_fold(last, |others, start| self.number(State::Both(start, others)))
    }
}

/// The ASCII characters of a class, one bit each.
fn ascii_bits(ranges: &[(char, char)]) -> u128 {
    let is_in = |c: &char| ranges.iter().any(|(from, to)| (*from..=*to).contains(c));
    ('\0'..='\x7f').filter(is_in).fold(0, |bits, c| bits | 1 << (c as u32))
}

/// A state that reads, before another one.
fn followed(state: State, next: u32) -> State {
    match state {
        State::Char(c, _) => State::Char(c, next),
        State::Class(class, _) => State::Class(class, next),
        State::Both(..) | State::Group(..) | State::Where(..) | State::Accept => state,
    }
}

fn condition(look: Look) -> Option<Condition> {
    match look {
        Look::Start => Some(Condition::TextStart),
        Look::End => Some(Condition::TextEnd),
        Look::WordUnicode => Some(Condition::WordEdge),
        Look::WordUnicodeNegate => Some(Condition::NoWordEdge),
        Look::WordAscii => Some(Condition::AsciiWordEdge),
        _ => None,
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
        ".*(?-u:\\b)caf.*",
        ".*caf(?-u:\\b).*",
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
        let automata = automata(&parsed);
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
        let automata = automata(&parsed);
        assert_eq!([0, 1, 2].map(|index| automata.is_match(index, "ok")), [None, None, Some(true)]);
        assert_eq!(automata.ends.last(), Some(&3), "nothing is left of them");
    }
}
