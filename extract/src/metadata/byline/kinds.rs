//! What a word in or around names is known as: one table of all folded words, so that a word is folded and looked up once. Knows no words itself.

use std::ops::BitOr;

use crate::base::text::with_folded;
use crate::base::word_map::WordMap;

/// What a word is known as; it may be several things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(pub(super) u16);

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
#[derive(Clone, Debug, Default)]
pub struct KindTable(pub(super) WordMap<Kinds>);

impl KindTable {
    /// What a word, or several, are known as.
    pub fn kinds(&self, text: &str) -> Kinds {
        with_folded(text, |folded| self.0.get(folded).copied().unwrap_or_default())
    }

    /// The same for the text without its spaces and full stops: `Ph.D.`
    pub fn kinds_of_joined(&self, text: &str) -> Kinds {
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
        let words = |list: &[&str]| list.iter().map(|word| word.to_string()).collect::<Vec<_>>();
        let (roles, organisations, degrees) = (words(&["Éditor", "News Desk"]), words(&["éditor"]), words(&["M.D."]));
        let table = KindTable::of(&[(&roles, Kinds::ROLE), (&organisations, Kinds::ORGANISATION), (&degrees, Kinds::DEGREE)]);
        assert_eq!(table.kinds("ÉDITOR"), Kinds::ROLE | Kinds::ORGANISATION);
        assert!(table.kinds("news  desk").is(Kinds::ROLE | Kinds::TITLE) && !table.kinds("news").is(Kinds::ROLE));
        assert!(table.kinds_of_joined("M. D.").is(Kinds::DEGREE) && table.kinds_of_joined("md").is(Kinds::DEGREE));
        assert_eq!(table.kinds(""), Kinds::default());
    }
}
