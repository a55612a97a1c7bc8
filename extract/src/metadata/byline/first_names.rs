//! Common first names of many languages, as data (`data/first_names.toml`). Most names are not listed, so that a missing one says nothing.

use super::kinds::Kinds;
use super::words::WORDS;
use crate::base::text::with_folded;
use crate::base::word_map::WordSet;

/// The names, folded.
static NAMES: WordSet = built_in::FIRST_NAMES;

/// What build.rs writes of `data/first_names.toml`.
mod built_in {
    use crate::base::hash_index::HashIndex;
    use crate::base::list::{List, Texts};
    use crate::base::word_map::WordMap;

    include!(concat!(env!("OUT_DIR"), "/first_names.rs"));
}

/// Whether a name begins with a common first name, after a title or as the first part of a compound: `Dr. Jane Doe`, `Anna-Lena Meier`.
pub fn begins_with_first_name(name: &str) -> bool {
    let Some(first) = name.split(' ').find(|word| !WORDS.kinds(word).is(Kinds::TITLE)) else { return false };
    let first = first.split(['-', '‑']).next().unwrap_or_default();
    with_folded(first, |first| NAMES.contains(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_names_of_many_languages_are_known() {
        for name in [
            "Jane Doe",
            "Dr. Anna Meier",
            "Jean-Luc Dupont",
            "Łukasz Nowak",
            "Иван Петров",
            "Γιώργος Παππάς",
            "محمد علي",
            "Mehmet Kaya",
        ] {
            assert!(begins_with_first_name(name), "{name}");
        }
        for text in ["Skip Navigation", "Zum Artikel", "United States", "Hong Kong", "Dr.", ""] {
            assert!(!begins_with_first_name(text), "{text}");
        }
    }
}
