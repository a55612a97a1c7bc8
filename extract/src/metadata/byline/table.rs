//! The file `data/bylines.toml`, and the lists that are made of it. `build.rs` does that, and tests.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::kinds::{KindTable, Kinds};
use super::lists::BylineWords;
use crate::base::prefixes::Prefixes;
use crate::base::text::fold;
use crate::base::word_map::WordSet;

/// The lists of words.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct BylineTable {
    pub lead_ins: Vec<String>,
    pub lead_outs: Vec<String>,
    pub conjunctions: Vec<String>,
    pub stops: Vec<String>,
    pub places: Vec<String>,
    pub roles: Vec<String>,
    pub degrees: Vec<String>,
    pub organisations: Vec<String>,
    pub agencies: Vec<String>,
    pub noise: Vec<String>,
    pub particles: Vec<String>,
    pub inner: Vec<String>,
    pub acts: Vec<String>,
    pub others: Vec<String>,
    pub titles: Vec<String>,
    pub surnames: Vec<String>,
    pub modifiers: Vec<String>,
    pub interviews: Vec<String>,
    pub companions: Vec<String>,
    pub role_endings: Vec<String>,
    pub texts: Vec<String>,
    pub pictures: Vec<String>,
}

impl BylineWords {
    /// From the lists.
    pub fn of(table: &BylineTable) -> Self {
        let by_length = |list: &[String]| -> Vec<String> {
            let mut words: Vec<String> = list.iter().map(|word| word.to_lowercase()).collect();
            words.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
            words.dedup();
            words
        };
        let lists = [
            (&table.roles[..], Kinds::ROLE),
            (&table.degrees[..], Kinds::DEGREE),
            (&table.organisations[..], Kinds::ORGANISATION),
            (&table.agencies[..], Kinds::AGENCY),
            (&table.noise[..], Kinds::NOISE),
            (&table.acts[..], Kinds::ACT),
            (&table.others[..], Kinds::CONTRIBUTOR),
            (&table.titles[..], Kinds::TITLE),
            (&table.surnames[..], Kinds::SURNAME),
            (&table.modifiers[..], Kinds::MODIFIER),
            (&table.interviews[..], Kinds::INTERVIEW),
            (&table.places[..], Kinds::PLACE),
        ];
        let set = |list: &[String], folded: fn(&str) -> String| list.iter().map(|word| (folded(word), ())).collect();
        Self {
            kinds: KindTable::of(&lists),
            lead_ins: Prefixes::of(by_length(&table.lead_ins)),
            lead_outs: Prefixes::of(by_length(&table.lead_outs)),
            lead_out_list: by_length(&table.lead_outs).iter().collect(),
            conjunctions: set(&table.conjunctions, str::to_lowercase),
            stops: Prefixes::of(by_length(&table.stops)),
            particles: set(&table.particles, fold),
            inner: Prefixes::of(by_length(&table.inner)),
            companions: set(&table.companions, fold),
            role_endings: table.role_endings.iter().collect(),
        }
    }
}

/// The file `data/first_names.toml`: the names of each language, separated by white space.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct FirstNames {
    names: BTreeMap<String, String>,
}

impl FirstNames {
    /// The names of all languages, folded.
    pub fn all(&self) -> WordSet {
        let names: BTreeSet<String> = self.names.values().flat_map(|names| names.split_whitespace()).map(fold).collect();
        names.into_iter().map(|name| (name, ())).collect()
    }
}

impl KindTable {
    /// From the words of each kind.
    pub fn of(lists: &[(&[String], Kinds)]) -> Self {
        let mut known: BTreeMap<String, Kinds> = BTreeMap::new();
        for (word, kind) in lists.iter().flat_map(|(words, kind)| words.iter().map(move |word| (word, *kind))) {
            let folded = fold(word);
            // Degrees are written with and without full stops.
            let key = if kind == Kinds::DEGREE { folded.replace(' ', "") } else { folded };
            let known = known.entry(key).or_default();
            *known = *known | kind;
        }
        Self(known.into_iter().collect())
    }
}
