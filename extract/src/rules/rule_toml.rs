//! A rule as it is written in a file, and what may be wrong with it. Reads no file.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::normalized::NormalizedText;
use super::rule::{LANGUAGES, Matching, Rule};
use super::strength::Strength;
use crate::document::{Category, RuleId};

/// Largest `max_words`.
const MAX_WORDS: usize = 400;

/// One `[[rule]]`; see `rules/README.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleToml {
    id: String,
    why: String,
    strength: Strength,
    #[serde(rename = "match")]
    matching: Option<Matching>,
    max_words: Option<usize>,
    #[serde(default)]
    opens_section: bool,
    #[serde(default)]
    stops_story: bool,
    #[serde(default)]
    phrases: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    patterns: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    removes: Vec<String>,
    #[serde(default)]
    keeps: Vec<String>,
    #[serde(default)]
    removes_names: Vec<String>,
    #[serde(default)]
    keeps_names: Vec<String>,
}

impl RuleToml {
    /// The rule, of this category and from this place.
    pub fn into_rule(self, category: Category, place: super::rule::RulePlace) -> Rule {
        Rule {
            id: RuleId(format!("{category}.{}", self.id)),
            category,
            strength: self.strength,
            why: self.why,
            matching: self.matching.unwrap_or(Matching::Is),
            max_words: self.max_words.unwrap_or(MAX_WORDS),
            opens_section: self.opens_section,
            stops_story: self.stops_story,
            phrases: self.phrases,
            patterns: self.patterns,
            names: self.names,
            tags: self.tags,
            removes: self.removes,
            keeps: self.keeps,
            removes_names: self.removes_names,
            keeps_names: self.keeps_names,
            origin: place.origin,
            file: place.file,
            line: place.line,
        }
    }

    /// Everything that is wrong with it, patterns aside: those are checked in `load`.
    pub fn mistakes(&self) -> Vec<String> {
        let mut found: Vec<String> = [check_id(&self.id), check_why(&self.why)].into_iter().flatten().collect();
        let reads_text = !self.phrases.is_empty() || !self.patterns.is_empty();
        if !reads_text && self.names.is_empty() && self.tags.is_empty() {
            found.push(format!("rule {:?} matches nothing: give it `phrases`, `patterns`, `names` or `tags`", self.id));
        }
        if !self.phrases.is_empty() && self.matching.is_none() {
            found.push(format!("rule {:?} has phrases but no `match` (contains, starts, ends or is)", self.id));
        }
        if reads_text && !self.max_words.is_some_and(|words| (1..=MAX_WORDS).contains(&words)) {
            found.push(format!("rule {:?} needs `max_words` from 1 to {MAX_WORDS}", self.id));
        }
        for (language, phrases) in &self.phrases {
            if !LANGUAGES.contains(&language.as_str()) {
                found.push(format!("rule {:?} has phrases in {language:?}, which is not a known language code", self.id));
            }
            found.extend(check_phrases(phrases));
        }
        found.extend(check_names(&self.names));
        found
    }

    /// Its regular expressions.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}

pub(super) fn check_id(id: &str) -> Option<String> {
    let valid = !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (!valid).then(|| format!("the id {id:?} is not lower-case letters, digits and hyphens"))
}

pub(super) fn check_why(why: &str) -> Option<String> {
    why.trim().is_empty().then(|| "`why` is empty".to_owned())
}

pub(super) fn check_phrases(phrases: &[String]) -> impl Iterator<Item = String> {
    let is_empty = |phrase: &&String| !phrase.contains(char::is_alphanumeric) && NormalizedText::of(phrase).words == 0;
    phrases.iter().filter(is_empty).map(|phrase| format!("the phrase {phrase:?} has no letters or digits"))
}

pub(super) fn check_names(names: &[String]) -> impl Iterator<Item = String> {
    let is_wrong = |name: &&String| name.split_ascii_whitespace().next().is_none() || **name != name.to_lowercase();
    names.iter().filter(is_wrong).map(|name| format!("the name {name:?} is not lower-case words"))
}
