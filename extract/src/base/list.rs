//! Lists and texts that are either part of the program, and read in place, or built at run time. Pure.
//!
//! Their `Debug` form is the Rust expression that makes them, so that `build.rs` can write tables of them as source.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// A list.
#[derive(Clone, PartialEq, Eq)]
pub struct List<T: Clone + 'static>(Cow<'static, [T]>);

impl<T: Clone> List<T> {
    /// A list in the program.
    pub const fn of(items: &'static [T]) -> Self {
        Self(Cow::Borrowed(items))
    }
}

impl<T: Clone> Default for List<T> {
    fn default() -> Self {
        Self::of(&[])
    }
}

impl<T: Clone> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: Clone> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(Cow::Owned(items))
    }
}

impl<T: Clone> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Clone + fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List::of(&{:?})", &self.0)
    }
}

/// Many texts in one.
#[derive(Clone, PartialEq, Eq)]
pub struct Texts {
    all: Cow<'static, str>,
    /// Where each ends, in bytes.
    ends: List<u32>,
}

impl Texts {
    /// Texts in the program, one after another, and where each ends.
    pub const fn of(all: &'static str, ends: List<u32>) -> Self {
        Self { all: Cow::Borrowed(all), ends }
    }

    /// One of them.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).map(|end| *end as usize))?;
        self.all.get(start..end)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|index| self.get(index))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self::of("", List::of(&[]))
    }
}

impl<S: AsRef<str>> FromIterator<S> for Texts {
    /// Texts beyond the first 4 GiB are left out.
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Self {
        let (mut all, mut ends) = (String::new(), Vec::new());
        for text in texts {
            let Ok(end) = u32::try_from(all.len() + text.as_ref().len()) else { break };
            all.push_str(text.as_ref());
            ends.push(end);
        }
        Self { all: Cow::Owned(all), ends: ends.into() }
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts::of({:?}, {:?})", self.all, self.ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_they_were_put_in() {
        let texts: Texts = ["a", "", "Grüße", "\"q\"\n"].into_iter().collect();
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["a", "", "Grüße", "\"q\"\n"]);
        assert_eq!((texts.len(), texts.get(2), texts.get(4), texts.is_empty()), (4, Some("Grüße"), None, false));
        assert!(Texts::default().is_empty() && Texts::default().get(0).is_none());
    }

    #[test]
    fn the_debug_form_is_the_expression_that_makes_them() {
        const IN_PROGRAM: (List<u32>, Texts) = (List::of(&[1, 2]), Texts::of("a\"é", List::of(&[1, 4])));
        let built: (List<u32>, Texts) = (vec![1, 2].into(), ["a", "\"é"].into_iter().collect());
        assert_eq!(built, IN_PROGRAM);
        assert_eq!(format!("{built:?}"), "(List::of(&[1, 2]), Texts::of(\"a\\\"é\", List::of(&[1, 4])))");
    }
}
