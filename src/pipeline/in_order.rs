//! Puts results that come in any order back into the order of their inputs. One that would hold up all others can lose its place.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

/// Results on their way back into order. Holds those that came before their turn.
#[derive(Debug)]
pub struct InOrder<T> {
    next: u64,
    early: BTreeMap<u64, T>,
    /// Those that lost their place and have not come: they are taken when they come.
    deferred: HashSet<u64>,
    /// Places that nobody takes any more.
    skipped: BTreeSet<u64>,
    late: VecDeque<(u64, T)>,
}

impl<T> InOrder<T> {
    /// Waits for number 0.
    pub fn new() -> Self {
        Self { next: 0, early: BTreeMap::new(), deferred: HashSet::new(), skipped: BTreeSet::new(), late: VecDeque::new() }
    }

    /// Takes in the result of one input.
    pub fn push(&mut self, number: u64, result: T) {
        if self.deferred.remove(&number) {
            self.late.push_back((number, result));
        } else {
            self.early.insert(number, result);
        }
    }

    /// The next result in order, where it is there already.
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
    pub fn turn(&self) -> u64 {
        self.next
    }

    /// Lets the others go on without this one, which has not come.
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

    /// How many wait for their turn.
    pub fn waiting(&self) -> usize {
        self.early.len()
    }

    /// Whether results are still to come, `handed_out` inputs having been handed out.
    pub fn is_open(&self, handed_out: u64) -> bool {
        self.next < handed_out || !self.deferred.is_empty() || !self.late.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_the_order() {
        let mut in_order = InOrder::new();
        let mut out = Vec::new();
        for number in [2, 0, 1, 4, 3] {
            in_order.push(number, number);
            while let Some((_, number)) = in_order.pop() {
                out.push(number);
            }
        }
        assert_eq!(out, [0, 1, 2, 3, 4]);
        assert_eq!(in_order.turn(), 5);
        assert!(!in_order.is_open(5));
    }

    #[test]
    fn one_that_holds_up_the_others_comes_when_it_comes() {
        let mut in_order = InOrder::new();
        in_order.push(1, 'b');
        in_order.push(2, 'c');
        assert_eq!((in_order.pop(), in_order.waiting()), (None, 2));
        in_order.defer(3);
        in_order.defer(0);
        assert_eq!((in_order.pop(), in_order.pop()), (Some((1, 'b')), Some((2, 'c'))));
        assert!(in_order.is_open(4) && in_order.turn() == 4);
        in_order.push(3, 'd');
        in_order.push(0, 'a');
        assert_eq!((in_order.pop(), in_order.pop()), (Some((3, 'd')), Some((0, 'a'))));
        assert!(!in_order.is_open(4));
    }
}
