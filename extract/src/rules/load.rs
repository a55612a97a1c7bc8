//! Reads rules from TOML into a [`RuleSet`]: the embedded files and a user's. Rejects whatever it does not understand, with file and line. Opens no file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::entries::{self, Mistake, Table};
use super::rule::{Matching, Rule, RulePlace};
use super::rule_set::RuleSet;
use super::rule_toml::{RuleToml, check_id, check_names, check_phrases, check_why};
use super::site::{Selector, SelectorToml, SiteDrop, SiteKeep, SiteRules, SiteToml};
use super::strength::RuleOrigin;
use crate::base::path_text::path_text;
use crate::document::{Category, RuleId};

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
        Self::with_files(&[])
    }

    /// The rules that ship with gleaner, and those of a user's files. An id that exists already is an error.
    pub fn with_files(files: &[RuleFile]) -> Result<Self, Error> {
        let (rules, mistakes) = Self::read_all(files);
        mistakes.into_iter().next().map_or(Ok(rules), Err)
    }

    /// [`RuleSet::with_files`] for checking them: the rules without mistakes, and every mistake, in the order of the files.
    pub fn read_all(files: &[RuleFile]) -> (Self, Vec<Error>) {
        let mut loader = Loader::default();
        for (path, text) in EMBEDDED {
            loader.add(&SourceFile::new(Path::new(path), text, RuleOrigin::BuiltIn));
        }
        loader.read(files)
    }

    /// The rules of a user's files without those that ship with gleaner, and every mistake in them.
    pub fn of_user_files(files: &[RuleFile]) -> (Self, Vec<Error>) {
        Loader::default().read(files)
    }
}

/// Rules read so far.
#[derive(Default)]
struct Loader {
    rules: Vec<Rule>,
    sites: Vec<SiteRules>,
    errors: Vec<Error>,
    /// The file of each id and of each site.
    defined_in: HashMap<String, PathBuf>,
}

/// A file being read.
struct SourceFile<'a> {
    path: &'a Path,
    text: &'a str,
    origin: RuleOrigin,
    /// Where its lines end.
    line_ends: Vec<usize>,
}

impl<'a> SourceFile<'a> {
    fn new(path: &'a Path, text: &'a str, origin: RuleOrigin) -> Self {
        Self { path, text, origin, line_ends: text.match_indices('\n').map(|(at, _)| at).collect() }
    }

    /// The line of a byte, counted from 1.
    fn line(&self, offset: usize) -> usize {
        1 + self.line_ends.partition_point(|end| *end < offset)
    }

    fn place(&self, offset: usize) -> RulePlace {
        RulePlace { origin: self.origin, file: self.path.to_owned(), line: self.line(offset) }
    }
}

impl Loader {
    /// Adds a user's files: all rules without mistakes, and every mistake.
    fn read(mut self, files: &[RuleFile]) -> (RuleSet, Vec<Error>) {
        for RuleFile { path, text } in files {
            self.add(&SourceFile::new(path, text, RuleOrigin::User));
        }
        (RuleSet::compile(self.rules, self.sites), self.errors)
    }

    fn add(&mut self, file: &SourceFile<'_>) {
        let path = file.path;
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let is_site = path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "sites");
        let mut mistakes = Vec::new();
        if is_site {
            self.add_site(file, &stem.to_ascii_lowercase(), &mut mistakes);
        } else {
            self.add_rules(file, stem, &mut mistakes);
        }
        mistakes.sort_by_key(|mistake| mistake.offset);
        let errors = mistakes.into_iter().map(|Mistake { offset, reason }| Error {
            path: path.to_owned(),
            line: file.line(offset),
            reason,
        });
        self.errors.extend(errors);
    }

    fn add_rules(&mut self, file: &SourceFile<'_>, stem: &str, mistakes: &mut Vec<Mistake>) {
        let category: Option<Category> = stem.parse().ok();
        if category.is_none() {
            let names: Vec<&str> = Category::ALL.iter().map(|category| category.name()).collect();
            let reason = format!(
                "the file must be named after a category, or be in a folder `sites`; the categories are {}",
                names.join(", ")
            );
            mistakes.push(Mistake::new(0, reason));
        }
        let Some((rest, [rules])) = entries::split(file.text, ["rule"], mistakes) else { return };
        if rules.is_empty() {
            mistakes.push(Mistake::new(0, "missing field `rule`"));
        }
        entries::read::<NothingElse>(rest, mistakes);
        for table in rules {
            let offset = table.span().start;
            let is_built_in = file.origin.is_built_in();
            let read = if is_built_in { entries::read_built_in::<RuleToml> } else { entries::read::<RuleToml> };
            let Some(entry) = read(table, mistakes) else { continue };
            let mut wrong = entry.mistakes();
            if !is_built_in {
                wrong.extend(entry.invalid_patterns());
            }
            let Some(category) = category.filter(|_| wrong.is_empty()) else {
                mistakes.extend(wrong.into_iter().map(|reason| Mistake::new(offset, reason)));
                continue;
            };
            let rule = entry.into_rule(category, file.place(offset));
            if self.define(file, offset, &rule.id.0, mistakes) {
                self.rules.push(rule);
            }
        }
    }

    fn add_site(&mut self, file: &SourceFile<'_>, host: &str, mistakes: &mut Vec<Mistake>) {
        let is_new = self.define(file, 0, &format!("site.{host}"), mistakes);
        let Some((rest, [drops, keeps])) = entries::split(file.text, ["drop", "keep"], mistakes) else { return };
        let known_by = entries::read::<SiteToml>(rest, mistakes).unwrap_or_default();
        for (key, names) in [("folders", &known_by.folders), ("site_names", &known_by.site_names)] {
            let empty = names.iter().filter(|name| !name.contains(char::is_alphanumeric));
            mistakes.extend(empty.map(|name| Mistake::new(0, format!("`{key}` has {name:?}, which has no letters or digits"))));
        }
        let (host, place) = (host.to_owned(), file.place(0));
        let mut site = SiteRules {
            host,
            folders: known_by.folders,
            site_names: known_by.site_names,
            drops: Vec::new(),
            keeps: Vec::new(),
            origin: place.origin,
            file: place.file,
        };
        for table in drops {
            let offset = table.span().start;
            let Some((entry, id)) = self.read_selector(file, table, &site.host, mistakes) else { continue };
            let Some(category) = entry.category else {
                mistakes.push(Mistake::new(offset, "a drop needs a `category`"));
                continue;
            };
            let (why, line) = (entry.why.clone(), file.line(offset));
            site.drops.push(SiteDrop { id, why, category, selector: entry.into_selector(), line });
        }
        for table in keeps {
            let offset = table.span().start;
            let Some((entry, id)) = self.read_selector(file, table, &site.host, mistakes) else { continue };
            if entry.category.is_some() {
                mistakes.push(Mistake::new(offset, "a keep has no `category`"));
                continue;
            }
            let (why, line) = (entry.why.clone(), file.line(offset));
            site.keeps.push(SiteKeep { id, why, selector: entry.into_selector(), line });
        }
        if is_new {
            self.sites.push(site);
        }
    }

    fn read_selector(
        &mut self,
        file: &SourceFile<'_>,
        table: Table<'_>,
        host: &str,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<(SelectorToml, RuleId)> {
        let offset = table.span().start;
        let entry = entries::read::<SelectorToml>(table, mistakes)?;
        let mut wrong: Vec<String> = [check_id(&entry.id), check_why(&entry.why)].into_iter().flatten().collect();
        wrong.extend(check_phrases(&entry.phrases).chain(check_names(&entry.names)));
        if entry.phrases.is_empty() && entry.names.is_empty() {
            wrong.push("it has neither `phrases` nor `names`".to_owned());
        }
        let is_valid = wrong.is_empty();
        mistakes.extend(wrong.into_iter().map(|reason| Mistake::new(offset, reason)));
        let id = RuleId(format!("site.{host}.{}", entry.id));
        (is_valid && self.define(file, offset, &id.0, mistakes)).then_some((entry, id))
    }

    /// Notes where the id is defined; false if it is already.
    fn define(&mut self, file: &SourceFile<'_>, offset: usize, id: &str, mistakes: &mut Vec<Mistake>) -> bool {
        if let Some(first) = self.defined_in.get(id) {
            mistakes.push(Mistake::new(offset, format!("{id} already exists in {}", path_text(first))));
            return false;
        }
        self.defined_in.insert(id.to_owned(), file.path.to_owned());
        true
    }
}

impl SelectorToml {
    fn into_selector(self) -> Selector {
        Selector { matching: self.matching.unwrap_or(Matching::Is), phrases: self.phrases, names: self.names }
    }
}

/// The keys of a category's file outside its rules: none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NothingElse {}
