//! Finds where a pattern matches within a text, and what its groups are: the match that begins first, by the first alternative that leads to one, as the
//! `regex` crate finds it. Pure.
//!
//! The automaton is followed from each place, and where alternatives begin, the later ones are tried after the earlier ones have failed. None is tried
//! twice at the same place, so the time is linear in the text, and in the states.

use super::automata::{Automata, State, part};

/// The ends of as many groups as a pattern may have, the whole match included; more are not noted.
const SLOTS: usize = 8;

/// A match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match<'t> {
    text: &'t str,
    slots: [Option<usize>; SLOTS],
}

impl<'t> Match<'t> {
    /// Where it begins, in bytes.
    pub fn start(&self) -> usize {
        self.slots[0].unwrap_or_default()
    }

    /// Where it ends, in bytes.
    pub fn end(&self) -> usize {
        self.slots[1].unwrap_or_default()
    }

    /// The text of a group; 0 is the whole match.
    pub fn group(&self, index: usize) -> Option<&'t str> {
        let (start, end) = (*self.slots.get(2 * index)?, *self.slots.get(2 * index + 1)?);
        self.text.get(start?..end?)
    }
}

/// The matches of a pattern in a text, one after another.
#[derive(Debug)]
pub struct Matches<'a, 't> {
    automata: &'a Automata,
    states: &'a [State],
    first: u32,
    /// The ASCII characters with which a match may begin.
    begins: u128,
    text: &'t str,
    /// Where the next match may begin.
    from: usize,
    /// For each place and state, whether alternatives have been tried there: for places from the first one on that matters.
    tried: Vec<u64>,
    tried_from: usize,
    untried: Vec<Step>,
    slots: [Option<usize>; SLOTS],
}

/// What is left to do when an alternative has failed.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Follow the automaton from this state at this place.
    Follow(u32, usize),
    /// Set a slot to what it was.
    Restore(u8, Option<usize>),
}

impl Automata {
    /// The matches of a pattern that can begin with these ASCII characters and with all others.
    pub(crate) fn matches<'a, 't>(&'a self, pattern: usize, begins: u128, text: &'t str) -> Matches<'a, 't> {
        let states = part(&self.states, &self.ends, pattern);
        let first = self.first.get(pattern).copied().unwrap_or(u32::MAX);
        let (tried, untried) = (Vec::new(), Vec::new());
        Matches { automata: self, states, first, begins, text, from: 0, tried, tried_from: 0, untried, slots: [None; SLOTS] }
    }
}

impl<'t> Iterator for Matches<'_, 't> {
    type Item = Match<'t>;

    fn next(&mut self) -> Option<Match<'t>> {
        let rest = self.text.get(self.from..)?;
        for (at, c) in rest.char_indices() {
            if c.is_ascii() && self.begins >> (c as u32) & 1 == 0 {
                continue;
            }
            let start = self.from + at;
            if let Some(end) = self.match_at(start) {
                let mut slots = std::mem::take(&mut self.slots);
                (slots[0], slots[1]) = (Some(start), Some(end));
                // The next one may try again what this one tried at its end; what was tried after it has failed.
                self.forget(end);
                self.from = if end > start { end } else { start + c.len_utf8() };
                return Some(Match { text: self.text, slots });
            }
        }
        self.from = self.text.len() + 1;
        None
    }
}

impl Matches<'_, '_> {
    /// Where the match that begins here ends.
    fn match_at(&mut self, start: usize) -> Option<usize> {
        if self.tried_from + self.tried.len() / self.words() <= start {
            self.tried.clear();
            self.tried_from = start;
        }
        self.untried.clear();
        self.untried.push(Step::Follow(self.first, start));
        while let Some(step) = self.untried.pop() {
            match step {
                Step::Restore(slot, before) => self.set(slot, before),
                Step::Follow(state, at) => {
                    if let Some(end) = self.follow(state, at) {
                        return Some(end);
                    }
                }
            }
        }
        None
    }

    /// Follows the automaton, by the first of all alternatives. Returns where the match ends.
    fn follow(&mut self, mut state: u32, mut at: usize) -> Option<usize> {
        loop {
            match *self.states.get(state as usize)? {
                State::Accept => return Some(at),
                State::Both(one, other) => {
                    if !self.try_here(state, at) {
                        return None;
                    }
                    self.untried.push(Step::Follow(other, at));
                    state = one;
                }
                State::Group(slot, next) => {
                    let before = self.slots.get(usize::from(slot)).copied().flatten();
                    self.untried.push(Step::Restore(slot, before));
                    self.set(slot, Some(at));
                    state = next;
                }
                State::Where(condition, next) => {
                    let (before, after) = self.text.split_at_checked(at)?;
                    if !condition.holds((before.chars().next_back(), after.chars().next())) {
                        return None;
                    }
                    state = next;
                }
                reading @ (State::Char(..) | State::Class(..)) => {
                    let c = self.text.get(at..)?.chars().next()?;
                    state = self.automata.read(reading, c)?;
                    at += c.len_utf8();
                }
            }
        }
    }

    fn set(&mut self, slot: u8, value: Option<usize>) {
        self.slots.get_mut(usize::from(slot)).into_iter().for_each(|slot| *slot = value);
    }

    /// Whether the alternatives of a state have not been tried at this place.
    fn try_here(&mut self, state: u32, at: usize) -> bool {
        let (words, row) = (self.words(), at.saturating_sub(self.tried_from));
        let (word, bit) = (row * words + state as usize / 64, 1 << (state % 64));
        if word >= self.tried.len() {
            self.tried.resize((row + 1) * words, 0);
        }
        self.tried.get_mut(word).is_some_and(|word| {
            let is_new = *word & bit == 0;
            *word |= bit;
            is_new
        })
    }

    /// Forgets what was tried at a place.
    fn forget(&mut self, at: usize) {
        let (words, row) = (self.words(), at.saturating_sub(self.tried_from));
        self.tried.iter_mut().skip(row * words).take(words).for_each(|word| *word = 0);
    }

    /// The words of `tried` for each place.
    fn words(&self) -> usize {
        self.states.len().div_ceil(64).max(1)
    }
}
