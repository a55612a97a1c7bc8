//! The open elements of an XML document, by name. Finds the one that an end tag closes in constant time, however many are open. Reads no XML.

use std::collections::HashMap;

/// A stack of open elements, each with a value.
#[derive(Debug)]
pub(super) struct OpenElements<T> {
    stack: Vec<(String, T)>,
    /// How many elements of each name are open.
    counts: HashMap<String, usize>,
}

impl<T> Default for OpenElements<T> {
    fn default() -> Self {
        Self { stack: Vec::new(), counts: HashMap::new() }
    }
}

impl<T> OpenElements<T> {
    /// How many elements are open.
    pub fn len(&self) -> usize {
        self.stack.len()
    }

    /// The element at a depth, counted from the innermost one, which is 0.
    pub fn nth_innermost(&self, depth: usize) -> Option<&(String, T)> {
        self.stack.iter().rev().nth(depth)
    }

    /// Opens an element.
    pub fn open(&mut self, name: String, value: T) {
        *self.counts.entry(name.clone()).or_default() += 1;
        self.stack.push((name, value));
    }

    /// Closes the innermost element of this name and all within it, and gives how many stay open; `None` if no element of this name is open. Each
    /// element is looked at once.
    pub fn close(&mut self, name: &str) -> Option<usize> {
        self.counts.get(name)?;
        while let Some((closed, _)) = self.stack.pop() {
            if let Some(count) = self.counts.get_mut(&closed) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&closed);
                }
            }
            if closed == name {
                break;
            }
        }
        Some(self.stack.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_tag_closes_the_innermost_element_of_its_name_and_what_is_in_it() {
        let mut open = OpenElements::default();
        for (value, name) in ["a", "b", "a", "c", "d"].into_iter().enumerate() {
            open.open(name.to_owned(), value);
        }
        assert_eq!(open.close("x"), None);
        assert_eq!(open.close("a"), Some(2));
        assert_eq!(open.close("d"), None, "it was closed with what it was in");
        assert_eq!(open.nth_innermost(0), Some(&("b".to_owned(), 1)));
        assert_eq!((open.close("a"), open.len(), open.nth_innermost(0)), (Some(0), 0, None));
    }
}
