//! The words of elements' names on a page, and what they mark: found once for each class, since most classes recur. Interprets nothing itself.

use std::ops::Range;

use super::marks::{Attributes, WordMarks};
use super::names::push_words;
use crate::base::fast_hash::FastMap;

/// Most classes that are remembered; the words of others are found each time.
const MAX_CLASSES: usize = 4096;

/// The words of the classes of a page.
#[derive(Default)]
pub(super) struct ClassWords<'d> {
    classes: FastMap<&'d str, (Range<usize>, WordMarks)>,
    /// The words of all classes, one after the other.
    text: String,
}

impl<'d> ClassWords<'d> {
    /// Appends the words of an element's names, as in [`Attributes::tokens`]; returns what they mark.
    pub fn push(&mut self, attributes: &Attributes<'d>, out: &mut String) -> WordMarks {
        let (class, others) = attributes.class_and_other_names();
        let start = out.len();
        let of_class = class.map_or_else(WordMarks::default, |class| self.push_class(class, out));
        let rest = out.len();
        others.for_each(|value| push_words(value, start, out));
        match out.get(rest..) {
            Some(words) if !words.is_empty() => of_class.or(WordMarks::of(words)),
            _ => of_class,
        }
    }

    fn push_class(&mut self, class: &'d str, out: &mut String) -> WordMarks {
        if self.classes.len() == MAX_CLASSES && !self.classes.contains_key(class) {
            let start = out.len();
            push_words(class, start, out);
            return WordMarks::of(out.get(start..).unwrap_or_default());
        }
        let text = &mut self.text;
        let (range, marks) = self.classes.entry(class).or_insert_with(|| {
            let start = text.len();
            push_words(class, start, text);
            (start..text.len(), WordMarks::of(text.get(start..).unwrap_or_default()))
        });
        out.push_str(text.get(range.clone()).unwrap_or_default());
        *marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push<'d>(words: &mut ClassWords<'d>, class: &'d str) -> (String, String) {
        let mut out = String::from("before");
        let marks = words.push_class(class, &mut out);
        (out, format!("{marks:?}"))
    }

    #[test]
    fn words_are_the_same_whether_the_class_is_remembered_or_not() {
        let classes: Vec<String> = (0..MAX_CLASSES + 10).map(|number| format!("date box-{number} byline")).collect();
        let (mut few, mut many) = (ClassWords::default(), ClassWords::default());
        classes.iter().for_each(|class| drop(push(&mut many, class)));
        assert_eq!(many.classes.len(), MAX_CLASSES);
        let last = &classes[MAX_CLASSES + 9];
        assert_eq!(push(&mut many, last), push(&mut few, last));
    }
}
