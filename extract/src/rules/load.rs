//! Reads rules from TOML into a [`RuleSet`]: the embedded files and a user's. Rejects whatever it does not understand, with file and line. Opens no file.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::normalized::NormalizedText;
use super::patterns::compile_pattern;
use super::rule::{LANGUAGES, Matching, Rule};
use super::rule_set::RuleSet;
use super::site::{Selector, SelectorToml, SiteDrop, SiteKeep, SiteRules, SiteToml};
use super::strength::{RuleOrigin, Strength};
use crate::base::path_text::path_text;
use crate::document::{Category, RuleId};

/// Largest `max_words`.
const MAX_WORDS: usize = 400;

// `EMBEDDED`: path and text of every file below `rules/`, in order of their paths; written by build.rs.
include!(concat!(env!("OUT_DIR"), "/embedded_rules.rs"));

/// A rules file is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read rules from {path}, line {line}: {reason}", path = path_text(path))]
pub struct Error {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        "rules/README.md describes the format"
    }
}

/// A rules file: `<host>.toml` in a folder named `sites`, `<category>.toml` everywhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Its path, which gives the category or the site of its rules.
    pub path: PathBuf,
    /// Its content, as TOML.
    pub text: String,
}

impl RuleSet {
    /// The rules that ship with gleaner.
    pub fn embedded() -> Result<Self, Error> {
        let mut loader = Loader::default();
        loader.add_embedded()?;
        Ok(loader.finish())
    }

    /// The rules that ship with gleaner, and those of a user's files. An id that exists already is an error.
    pub fn with_files(files: &[RuleFile]) -> Result<Self, Error> {
        let mut loader = Loader::default();
        loader.add_embedded()?;
        for RuleFile { path, text } in files {
            loader.add(&SourceFile { path, text, origin: RuleOrigin::User })?;
        }
        Ok(loader.finish())
    }
}

/// Rules read so far.
#[derive(Default)]
struct Loader {
    rules: Vec<Rule>,
    sites: Vec<SiteRules>,
    /// The file of each id and of each site.
    defined_in: HashMap<String, PathBuf>,
}

/// A file being read.
struct SourceFile<'a> {
    path: &'a Path,
    text: &'a str,
    origin: RuleOrigin,
}

impl SourceFile<'_> {
    /// The error for something wrong at a byte of the file.
    fn invalid(&self, offset: usize, reason: impl Into<String>) -> Error {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Error { path: self.path.to_owned(), line, reason: reason.into() }
    }

    fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, Error> {
        toml::from_str(self.text)
            .map_err(|error| self.invalid(error.span().map_or(0, |span| span.start), error.message().replace('\n', " ")))
    }
}

impl Loader {
    fn add_embedded(&mut self) -> Result<(), Error> {
        EMBEDDED
            .iter()
            .try_for_each(|(path, text)| self.add(&SourceFile { path: Path::new(path), text, origin: RuleOrigin::BuiltIn }))
    }

    fn finish(self) -> RuleSet {
        RuleSet::compile(self.rules, self.sites)
    }

    fn add(&mut self, file: &SourceFile<'_>) -> Result<(), Error> {
        let path = file.path;
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let is_site = path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "sites");
        if is_site { self.add_site(file, &stem.to_ascii_lowercase()) } else { self.add_rules(file, stem) }
    }

    fn add_rules(&mut self, file: &SourceFile<'_>, stem: &str) -> Result<(), Error> {
        let category: Category = stem.parse().map_err(|_| {
            let names: Vec<&str> = Category::ALL.iter().map(|category| category.name()).collect();
            file.invalid(
                0,
                format!(
                    "the file must be named after a category, or be in a folder `sites`; the categories are {}",
                    names.join(", ")
                ),
            )
        })?;
        let toml: CategoryToml = file.parse()?;
        for entry in toml.rule {
            let offset = entry.span().start;
            let entry = entry.into_inner();
            // Built-in patterns are compiled when they are first needed; a test checks them.
            let patterns = if file.origin.is_built_in() { Ok(()) } else { check_patterns(&entry.patterns) };
            let rule = patterns.and_then(|()| entry.into_rule(category, file));
            let rule = rule.map_err(|reason| file.invalid(offset, reason))?;
            self.define(file, offset, &rule.id.0)?;
            self.rules.push(rule);
        }
        Ok(())
    }

    fn add_site(&mut self, file: &SourceFile<'_>, host: &str) -> Result<(), Error> {
        self.define(file, 0, &format!("site.{host}"))?;
        let toml: SiteToml = file.parse()?;
        let (drops, keeps) = (Vec::new(), Vec::new());
        let mut site = SiteRules { host: host.to_owned(), drops, keeps, origin: file.origin, file: file.path.to_owned() };
        for entry in toml.drop {
            let (offset, entry) = (entry.span().start, entry.into_inner());
            let category = entry.category.ok_or_else(|| file.invalid(offset, "a drop needs a `category`"))?;
            let (id, why, selector) = self.read_selector(file, offset, host, entry)?;
            site.drops.push(SiteDrop { id, why, category, selector });
        }
        for entry in toml.keep {
            let (offset, entry) = (entry.span().start, entry.into_inner());
            if entry.category.is_some() {
                return Err(file.invalid(offset, "a keep has no `category`"));
            }
            let (id, why, selector) = self.read_selector(file, offset, host, entry)?;
            site.keeps.push(SiteKeep { id, why, selector });
        }
        self.sites.push(site);
        Ok(())
    }

    fn read_selector(
        &mut self,
        file: &SourceFile<'_>,
        offset: usize,
        host: &str,
        entry: SelectorToml,
    ) -> Result<(RuleId, String, Selector), Error> {
        let id = RuleId(format!("site.{host}.{}", entry.id));
        let checked = check_id(&entry.id)
            .and_then(|()| check_why(&entry.why))
            .and_then(|()| check_phrases(&entry.phrases))
            .and_then(|()| {
                if entry.phrases.is_empty() && entry.names.is_empty() {
                    Err("it has neither `phrases` nor `names`".into())
                } else {
                    Ok(())
                }
            });
        checked.map_err(|reason| file.invalid(offset, reason))?;
        self.define(file, offset, &id.0)?;
        let matching = entry.matching.unwrap_or(Matching::Is);
        Ok((id, entry.why, Selector { matching, phrases: entry.phrases, names: entry.names }))
    }

    fn define(&mut self, file: &SourceFile<'_>, offset: usize, id: &str) -> Result<(), Error> {
        match self.defined_in.insert(id.to_owned(), file.path.to_owned()) {
            None => Ok(()),
            Some(first) => Err(file.invalid(offset, format!("{id} already exists in {}", path_text(&first)))),
        }
    }
}

/// A category's file as written; see `rules/README.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryToml {
    rule: Vec<Spanned<RuleToml>>,
}

/// One `[[rule]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleToml {
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
    fn into_rule(self, category: Category, file: &SourceFile<'_>) -> Result<Rule, String> {
        self.check()?;
        Ok(Rule {
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
            origin: file.origin,
            file: file.path.to_owned(),
        })
    }

    fn check(&self) -> Result<(), String> {
        check_id(&self.id)?;
        check_why(&self.why)?;
        let reads_text = !self.phrases.is_empty() || !self.patterns.is_empty();
        if !reads_text && self.names.is_empty() && self.tags.is_empty() {
            return Err(format!("rule {:?} matches nothing: give it `phrases`, `patterns`, `names` or `tags`", self.id));
        }
        if !self.phrases.is_empty() && self.matching.is_none() {
            return Err(format!("rule {:?} has phrases but no `match` (contains, starts, ends or is)", self.id));
        }
        if reads_text && !self.max_words.is_some_and(|words| (1..=MAX_WORDS).contains(&words)) {
            return Err(format!("rule {:?} needs `max_words` from 1 to {MAX_WORDS}", self.id));
        }
        for (language, phrases) in &self.phrases {
            if !LANGUAGES.contains(&language.as_str()) {
                return Err(format!("rule {:?} has phrases in {language:?}, which is not a known language code", self.id));
            }
            check_phrases(phrases)?;
        }
        match self.names.iter().find(|name| name.split_ascii_whitespace().next().is_none() || **name != name.to_lowercase()) {
            Some(name) => Err(format!("the name {name:?} is not lower-case words")),
            None => Ok(()),
        }
    }
}

fn check_id(id: &str) -> Result<(), String> {
    let valid = !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if valid { Ok(()) } else { Err(format!("the id {id:?} is not lower-case letters, digits and hyphens")) }
}

fn check_why(why: &str) -> Result<(), String> {
    if why.trim().is_empty() { Err("`why` is empty".to_owned()) } else { Ok(()) }
}

fn check_phrases(phrases: &[String]) -> Result<(), String> {
    let is_empty = |phrase: &&String| !phrase.contains(char::is_alphanumeric) && NormalizedText::of(phrase).words == 0;
    match phrases.iter().find(is_empty) {
        Some(phrase) => Err(format!("the phrase {phrase:?} has no letters or digits")),
        None => Ok(()),
    }
}

/// Fails where a pattern does not compile.
fn check_patterns(patterns: &[String]) -> Result<(), String> {
    patterns.iter().try_for_each(|pattern| {
        compile_pattern(pattern)
            .map(drop)
            .map_err(|error| format!("the pattern {pattern:?} is not a valid regular expression: {error}"))
    })
}
