//! What a word in or around names is known as: one table of all folded words, so that a word is folded and looked up once. Knows no words itself.

use std::ops::BitOr;

use crate::base::fast_hash::FastMap;
use crate::base::text::{fold, with_folded};

/// What a word is known as; it may be several things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    pub const ROLE: Self = Self(1);
    pub const DEGREE: Self = Self(1 << 1);
    pub const ORGANISATION: Self = Self(1 << 2);
    pub const AGENCY: Self = Self(1 << 3);
    pub const NOISE: Self = Self(1 << 4);
    pub const ACT: Self = Self(1 << 5);
    pub const CONTRIBUTOR: Self = Self(1 << 6);
    pub const TITLE: Self = Self(1 << 7);
    pub const SURNAME: Self = Self(1 << 8);
    pub const MODIFIER: Self = Self(1 << 9);
    pub const INTERVIEW: Self = Self(1 << 10);
    pub const PLACE: Self = Self(1 << 11);

    /// Whether it is any of these.
    pub fn is(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }
}

impl BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Folded words with their kinds.
#[derive(Default)]
pub struct KindTable(FastMap<String, Kinds>);

impl KindTable {
    /// Adds words of one kind.
    pub fn add(&mut self, words: &[String], kind: Kinds) {
        for word in words {
            let folded = fold(word);
            // Degrees are written with and without full stops.
            let key = if kind == Kinds::DEGREE { folded.replace(' ', "") } else { folded };
            let known = self.0.entry(key).or_default();
            *known = *known | kind;
        }
    }

    /// What a word, or several, are known as.
    pub fn of(&self, text: &str) -> Kinds {
        with_folded(text, |folded| self.0.get(folded).copied().unwrap_or_default())
    }

    /// The same for the text without its spaces and full stops: `Ph.D.`
    pub fn of_joined(&self, text: &str) -> Kinds {
        with_folded(text, |folded| match folded.contains(' ') {
            true => self.0.get(&folded.replace(' ', "")).copied().unwrap_or_default(),
            false => self.0.get(folded).copied().unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_all_its_kinds() {
        let mut table = KindTable::default();
        table.add(&["Éditor".to_owned(), "News Desk".to_owned()], Kinds::ROLE);
        table.add(&["éditor".to_owned()], Kinds::ORGANISATION);
        table.add(&["M.D.".to_owned()], Kinds::DEGREE);
        assert_eq!(table.of("ÉDITOR"), Kinds::ROLE | Kinds::ORGANISATION);
        assert!(table.of("news  desk").is(Kinds::ROLE | Kinds::TITLE) && !table.of("news").is(Kinds::ROLE));
        assert!(table.of_joined("M. D.").is(Kinds::DEGREE) && table.of_joined("md").is(Kinds::DEGREE));
        assert_eq!(table.of(""), Kinds::default());
    }
}
