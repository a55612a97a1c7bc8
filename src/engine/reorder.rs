//! Puts results that arrive in any order back into the order of their inputs. One that would hold up all others can lose its place.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

/// Results being put back into order. Holds those that arrived before their turn.
#[derive(Debug)]
pub struct Reorder<T> {
    next: u64,
    early: BTreeMap<u64, T>,
    /// Numbers that lost their place and whose results have not arrived: those are given out when they do.
    deferred: HashSet<u64>,
    /// Places that are passed over.
    skipped: BTreeSet<u64>,
    late: VecDeque<(u64, T)>,
}

impl<T> Reorder<T> {
    /// Waits for number 0.
    pub fn new() -> Self {
        Self { next: 0, early: BTreeMap::new(), deferred: HashSet::new(), skipped: BTreeSet::new(), late: VecDeque::new() }
    }

    /// Adds the result of one input.
    pub fn push(&mut self, number: u64, result: T) {
        if self.deferred.remove(&number) {
            self.late.push_back((number, result));
        } else {
            self.early.insert(number, result);
        }
    }

    /// The next result in order, if it has arrived.
    pub fn pop(&mut self) -> Option<(u64, T)> {
        if let Some(late) = self.late.pop_front() {
            return Some(late);
        }
        let result = self.early.remove(&self.next)?;
        let number = self.next;
        self.next += 1;
        self.skip();
        Some((number, result))
    }

    /// The number whose turn it is.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Takes away the place of this number, so that later ones need not wait for it.
    pub fn defer(&mut self, number: u64) {
        if number >= self.next && !self.early.contains_key(&number) && self.skipped.insert(number) {
            self.deferred.insert(number);
            self.skip();
        }
    }

    fn skip(&mut self) {
        while self.skipped.remove(&self.next) {
            self.next += 1;
        }
    }

    /// Number of results that wait for their turn.
    pub fn waiting(&self) -> usize {
        self.early.len()
    }

    /// True if results are still to come of the first `dispatched` inputs.
    pub fn is_open(&self, dispatched: u64) -> bool {
        self.next < dispatched || !self.deferred.is_empty() || !self.late.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_restored() {
        let mut reorder = Reorder::new();
        let mut out = Vec::new();
        for number in [2, 0, 1, 4, 3] {
            reorder.push(number, number);
            while let Some((_, number)) = reorder.pop() {
                out.push(number);
            }
        }
        assert_eq!(out, [0, 1, 2, 3, 4]);
        assert_eq!(reorder.next(), 5);
        assert!(!reorder.is_open(5));
    }

    #[test]
    fn a_deferred_result_does_not_hold_up_the_others() {
        let mut reorder = Reorder::new();
        reorder.push(1, 'b');
        reorder.push(2, 'c');
        assert_eq!((reorder.pop(), reorder.waiting()), (None, 2));
        reorder.defer(3);
        reorder.defer(0);
        assert_eq!((reorder.pop(), reorder.pop()), (Some((1, 'b')), Some((2, 'c'))));
        assert!(reorder.is_open(4) && reorder.next() == 4);
        reorder.push(3, 'd');
        reorder.push(0, 'a');
        assert_eq!((reorder.pop(), reorder.pop()), (Some((3, 'd')), Some((0, 'a'))));
        assert!(!reorder.is_open(4));
    }
}
