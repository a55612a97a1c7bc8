//! The words that one text has and another has not.

use std::collections::HashMap;

use gleaner_extract::base::text::fold;

/// What became of the words of a document. Words are folded tokens and are counted, not aligned: a paragraph in another place, another spelling of an
/// apostrophe or another letter case is no change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordChange {
    /// Words that the new text lacks, without those in `recurring`.
    pub lost: u64,
    /// Words that the old text lacked.
    pub gained: u64,
    /// Words that the new text lacks and that were removed because they recur across the site.
    pub recurring: u64,
}

impl WordChange {
    /// Compares two texts. `recurring` is what was removed from the new one because it recurs across the site.
    pub fn between(old: &str, new: &str, recurring: &str) -> Self {
        let (old, new, recurring) = (fold(old), fold(new), fold(recurring));
        let mut missing: HashMap<&str, i64> = HashMap::new();
        for word in words(&old) {
            *missing.entry(word).or_default() += 1;
        }
        for word in words(&new) {
            *missing.entry(word).or_default() -= 1;
        }
        let mut change = Self::default();
        for word in words(&recurring) {
            if let Some(left) = missing.get_mut(word).filter(|left| **left > 0) {
                *left -= 1;
                change.recurring += 1;
            }
        }
        for left in missing.into_values() {
            change.lost += u64::try_from(left).unwrap_or_default();
            change.gained += u64::try_from(-left).unwrap_or_default();
        }
        change
    }

    /// The size of the change.
    pub fn size(&self) -> u64 {
        self.lost + self.gained + self.recurring
    }
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "The ferry sailed again on Saturday.\n\nAbout sixty cars were waiting.";

    fn change(old: &str, new: &str, recurring: &str) -> [u64; 3] {
        let WordChange { lost, gained, recurring } = WordChange::between(old, new, recurring);
        [lost, gained, recurring]
    }

    #[test]
    fn words_that_go_and_come_are_counted_in_any_script() {
        assert_eq!(change(STORY, STORY, ""), [0, 0, 0]);
        assert_eq!(change(STORY, "The ferry sailed again on Sunday.", ""), [6, 1, 0]);
        assert_eq!(change("港口因风暴关闭", "港口关闭", ""), [3, 0, 0]);
        assert_eq!(change("", "", "x"), [0, 0, 0]);
    }

    #[test]
    fn another_order_and_another_spelling_lose_nothing() {
        assert_eq!(change(STORY, "About sixty cars were waiting.\n\nTHE FERRY sailed again — on Saturday!", ""), [0, 0, 0]);
    }

    #[test]
    fn what_recurs_across_the_site_is_no_loss() {
        assert_eq!(change(STORY, "The ferry sailed again on Saturday.", "About sixty cars were waiting."), [0, 0, 5]);
        assert_eq!(change(STORY, "The ferry sailed again.", "About sixty cars were waiting."), [2, 0, 5]);
        // Removed before, too: the old text did not have it.
        assert_eq!(change(STORY, STORY, "Read more on our front page."), [0, 0, 0]);
    }
}
