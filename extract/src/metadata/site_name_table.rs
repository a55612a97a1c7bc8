//! The tables of `data/site_names.toml`.

use serde::Deserialize;

/// The file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct SiteNameTable {
    /// Sentences in which a site names itself.
    pub pattern: Vec<PatternGroup>,
    pub generic: WordList,
    pub home: WordList,
}

/// Sentences of the same weight.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct PatternGroup {
    pub weight: f32,
    pub forms: Vec<String>,
}

/// Words.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct WordList {
    pub words: Vec<String>,
}
