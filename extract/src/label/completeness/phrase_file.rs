//! Reads the phrases of `data/completeness.toml`: for build.rs, and for the test that what it writes is up to date.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::words::{MarkupNames, PhraseFinder, PhraseFinders};
use crate::base::phrase_set::PhraseSet;
use crate::base::text::fold;

/// Phrases by language.
type Phrases = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseFile {
    blocked: BlockedPhrases,
    consent: ConsentPhrases,
    live: Phrases,
    read_on: Phrases,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockedPhrases {
    sure: Phrases,
    weak: Phrases,
    markup: MarkupFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentPhrases {
    sure: Phrases,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkupFile {
    names: Vec<String>,
    embeds: Vec<String>,
}

impl PhraseFinders {
    /// Those of a file.
    pub fn read(file: &str) -> Result<Self, toml::de::Error> {
        let file: PhraseFile = toml::from_str(file)?;
        let MarkupFile { names, embeds } = file.blocked.markup;
        let (names, _) = PhraseSet::of(names.into_iter().map(|name| (name, ())));
        Ok(Self {
            blocked: finder(&file.blocked.sure),
            suspect: finder(&file.blocked.weak),
            markup: MarkupNames { names, embeds: embeds.into_iter().collect() },
            consent: finder(&file.consent.sure),
            live: finder(&file.live),
            read_on: finder(&file.read_on),
        })
    }
}

fn finder(phrases: &Phrases) -> PhraseFinder {
    let mut phrases: Vec<String> = phrases.values().flatten().map(|phrase| fold(phrase)).collect();
    phrases.sort_unstable();
    phrases.dedup();
    PhraseFinder(PhraseSet::of(phrases.into_iter().map(|phrase| (phrase, ()))).0)
}

#[cfg(test)]
mod tests {
    use super::super::phrases::WORDS;
    use super::*;

    #[test]
    fn the_phrases_in_the_program_are_those_of_the_file() {
        let read = PhraseFinders::read(include_str!("../data/completeness.toml")).unwrap();
        assert!(WORDS == read, "the phrases of build.rs differ from those read now");
    }
}
