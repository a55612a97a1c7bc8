//! Puts results that come in any order back into the order of their inputs.

use std::collections::BTreeMap;

/// Results on their way back into order. Holds those that came before their turn.
#[derive(Debug)]
pub struct InOrder<T> {
    next: u64,
    early: BTreeMap<u64, T>,
}

impl<T> InOrder<T> {
    /// Waits for number 0.
    pub fn new() -> Self {
        Self { next: 0, early: BTreeMap::new() }
    }

    /// Takes in the result of one input.
    pub fn push(&mut self, number: u64, result: T) {
        self.early.insert(number, result);
    }

    /// The next result in order, where it is there already.
    pub fn pop(&mut self) -> Option<T> {
        let result = self.early.remove(&self.next)?;
        self.next += 1;
        Some(result)
    }

    /// The number whose turn it is.
    pub fn turn(&self) -> u64 {
        self.next
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
            while let Some(result) = in_order.pop() {
                out.push(result);
            }
        }
        assert_eq!(out, [0, 1, 2, 3, 4]);
        assert_eq!(in_order.turn(), 5);
    }
}
