//! From TOML to a [`RuleSet`]: the embedded files and a user's own. Refuses what it does not understand, with file and line. Opens no file.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::patterns::compile_pattern;
use super::rule::{LANGUAGES, Matching, Rule};
use super::shape::Shape;
use super::site::{Selector, SiteDrop, SiteEntry, SiteFile, SiteKeep, SiteRules};
use super::{RuleSet, Strength};
use crate::document::{Category, RuleId};

/// Most words of a block that a rule may match.
const MAX_WORDS: usize = 400;

// `EMBEDDED`: path and text of every file below `rules/`, in order of their paths; written by build.rs.
include!(concat!(env!("OUT_DIR"), "/embedded_rules.rs"));

/// A rules file says something that rules do not say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read rules from {path}, line {line}: {reason}", path = path.display())]
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
        "rules/README.md has the format; `gleaner rules check` tries all rules"
    }
}

/// A rules file: `<host>.toml` in a folder named `sites`, `<category>.toml` everywhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Its path, which says what its rules are for.
    pub path: PathBuf,
    /// What it says, as TOML.
    pub text: String,
}

impl RuleSet {
    /// The rules that ship with gleaner.
    pub fn embedded() -> Result<Self, Error> {
        let mut loader = Loader::default();
        loader.add_embedded()?;
        Ok(loader.finish())
    }

    /// The rules that ship with gleaner, and those of a user's files. An id that exists already is refused.
    pub fn with_files(files: &[RuleFile]) -> Result<Self, Error> {
        let mut loader = Loader::default();
        loader.add_embedded()?;
        for RuleFile { path, text } in files {
            loader.add(&Source { path, text, ships: false })?;
        }
        Ok(loader.finish())
    }
}

/// Rules read so far.
#[derive(Default)]
struct Loader {
    rules: Vec<Rule>,
    sites: Vec<SiteRules>,
    /// Where each id, and each site's host, was first seen.
    seen: HashMap<String, PathBuf>,
}

/// A file being read, for its errors.
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
    /// Whether it ships with gleaner, so that tests have seen it.
    ships: bool,
}

impl Source<'_> {
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
        EMBEDDED.iter().try_for_each(|(path, text)| self.add(&Source { path: Path::new(path), text, ships: true }))
    }

    fn finish(self) -> RuleSet {
        RuleSet::compile(self.rules, self.sites)
    }

    fn add(&mut self, source: &Source<'_>) -> Result<(), Error> {
        let path = source.path;
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let is_site = path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "sites");
        if is_site { self.add_site(source, &stem.to_ascii_lowercase()) } else { self.add_rules(source, stem) }
    }

    fn add_rules(&mut self, source: &Source<'_>, stem: &str) -> Result<(), Error> {
        let category: Category = stem.parse().map_err(|_| {
            let names: Vec<&str> = Category::ALL.iter().map(|category| category.name()).collect();
            source.invalid(0, format!("the file must be named after a category: one of {}", names.join(", ")))
        })?;
        let file: CategoryFile = source.parse()?;
        for entry in file.rule {
            let offset = entry.span().start;
            let entry = entry.into_inner();
            let patterns = if source.ships { Ok(()) } else { check_patterns(&entry.patterns) };
            let rule = patterns.and_then(|()| entry.into_rule(category, source.path));
            let rule = rule.map_err(|reason| source.invalid(offset, reason))?;
            self.claim(source, offset, &rule.id.0)?;
            self.rules.push(rule);
        }
        Ok(())
    }

    fn add_site(&mut self, source: &Source<'_>, host: &str) -> Result<(), Error> {
        self.claim(source, 0, &format!("site.{host}"))?;
        let file: SiteFile = source.parse()?;
        let mut site = SiteRules { host: host.to_owned(), drops: Vec::new(), keeps: Vec::new(), file: source.path.to_owned() };
        for entry in file.drop {
            let (offset, entry) = (entry.span().start, entry.into_inner());
            let category = entry.category.ok_or_else(|| source.invalid(offset, "a drop needs a `category`"))?;
            let (id, why, selector) = self.selector(source, offset, host, entry)?;
            site.drops.push(SiteDrop { id, why, category, selector });
        }
        for entry in file.keep {
            let (offset, entry) = (entry.span().start, entry.into_inner());
            if entry.category.is_some() {
                return Err(source.invalid(offset, "a keep has no `category`"));
            }
            let (id, why, selector) = self.selector(source, offset, host, entry)?;
            site.keeps.push(SiteKeep { id, why, selector });
        }
        self.sites.push(site);
        Ok(())
    }

    fn selector(
        &mut self,
        source: &Source<'_>,
        offset: usize,
        host: &str,
        entry: SiteEntry,
    ) -> Result<(RuleId, String, Selector), Error> {
        let id = RuleId(format!("site.{host}.{}", entry.id));
        let checked =
            check_id(&entry.id).and_then(|()| check_why(&entry.why)).and_then(|()| check_words(&entry.phrases)).and_then(|()| {
                if entry.phrases.is_empty() && entry.names.is_empty() {
                    Err("it has neither `phrases` nor `names`".into())
                } else {
                    Ok(())
                }
            });
        checked.map_err(|reason| source.invalid(offset, reason))?;
        self.claim(source, offset, &id.0)?;
        let matching = entry.matching.unwrap_or(Matching::Is);
        Ok((id, entry.why, Selector { matching, phrases: entry.phrases, names: entry.names }))
    }

    fn claim(&mut self, source: &Source<'_>, offset: usize, id: &str) -> Result<(), Error> {
        match self.seen.insert(id.to_owned(), source.path.to_owned()) {
            None => Ok(()),
            Some(first) => Err(source.invalid(offset, format!("{id} exists already in {}", first.display()))),
        }
    }
}

/// A category's file as written; see `rules/README.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryFile {
    rule: Vec<Spanned<Entry>>,
}

/// One `[[rule]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
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

impl Entry {
    fn into_rule(self, category: Category, file: &Path) -> Result<Rule, String> {
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
            file: file.to_owned(),
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
            return Err(format!("rule {:?} has phrases and no `match` (contains, starts, ends, is)", self.id));
        }
        if reads_text && !self.max_words.is_some_and(|words| (1..=MAX_WORDS).contains(&words)) {
            return Err(format!("rule {:?} needs `max_words` from 1 to {MAX_WORDS}", self.id));
        }
        for (language, phrases) in &self.phrases {
            if !LANGUAGES.contains(&language.as_str()) {
                return Err(format!("rule {:?} has phrases in {language:?}, which is no known language code", self.id));
            }
            check_words(phrases)?;
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

fn check_words(phrases: &[String]) -> Result<(), String> {
    let says_nothing = |phrase: &&String| !phrase.contains(char::is_alphanumeric) && Shape::of(phrase).words == 0;
    match phrases.iter().find(says_nothing) {
        Some(phrase) => Err(format!("the phrase {phrase:?} has no letters or digits")),
        None => Ok(()),
    }
}

/// Compiles a user's patterns to see that they do; those of a rule that ships are compiled when they are first needed.
fn check_patterns(patterns: &[String]) -> Result<(), String> {
    patterns.iter().try_for_each(|pattern| {
        compile_pattern(pattern).map(drop).map_err(|error| format!("the pattern {pattern:?} is no regular expression: {error}"))
    })
}
