//! Common first names of many languages, as data (`data/first_names.toml`). Most names are not listed, so that a missing one says nothing.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::kinds::Kinds;
use super::words::WORDS;
use crate::base::fast_hash::FastSet;
use crate::base::text::{fold, with_folded};

const TABLE: &str = include_str!("../data/first_names.toml");

static NAMES: LazyLock<FastSet<String>> = LazyLock::new(|| {
    let table: FirstNames = toml::from_str(TABLE).unwrap_or_default();
    table.names.values().flat_map(|names| names.split_whitespace()).map(fold).collect()
});

/// The names of each language, separated by white space.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FirstNames {
    names: BTreeMap<String, String>,
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
    fn the_table_can_be_parsed() {
        let table: FirstNames = toml::from_str(TABLE).map_err(|error| error.message().to_string()).unwrap();
        assert!(table.names.len() > 10 && NAMES.len() > 2_000);
    }

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
