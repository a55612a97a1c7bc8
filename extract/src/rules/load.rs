//! Reads rules into a [`RuleSet`]: the embedded files and a user's. Rejects whatever it does not understand in TOML, with file and line; lines in the
//! ftr-site-config format are left out instead. Opens no file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::compiled::CompiledRules;
use super::definitions::{Definitions, SourceFile};
use super::entries::{self, Mistake};
use super::ftr;
use super::patterns::compile_pattern;
use super::rule::Rule;
use super::rule_set::RuleSet;
use super::rule_toml::RuleToml;
use super::site::{HostScope, SiteRules};
use super::site_toml;
use super::strength::RuleOrigin;
use crate::base::path_text::path_text;
use crate::document::Category;

/// What build.rs writes of the files below `rules/`.
mod built_in {
    use super::super::name_table::NameTable;
    use super::super::pattern_table::PatternTable;
    use super::super::phrase_table::PhraseTable;
    use super::super::rule::Matching::*;
    use super::super::strength::{RuleOrigin::*, Strength::*};
    use super::super::tables::{RuleHead, RuleTables};
    use crate::base::automata::{Automata, Condition::*, State::*};
    use crate::base::hash_index::HashIndex;
    use crate::base::list::{List, Texts};
    use crate::base::literals::{Literal, Literals, PrefixTable};
    use crate::base::phrase_set::PhraseSet;
    use crate::base::regex_prefilter::Bytes;
    use crate::document::Category::*;

    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

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
    /// What follows from it.
    pub severity: Severity,
}

/// What follows from a mistake in a rules file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The line is not understood and left out. It may be right.
    Warning,
    /// The line is wrong and left out.
    LeftOut,
    /// The rules cannot be used.
    Fatal,
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self.severity {
            Severity::Fatal => "rules/README.md describes the format",
            Severity::Warning | Severity::LeftOut => "rules/README.md says what is read of the ftr-site-config format",
        }
    }
}

/// A rules file: `<host>.txt` in the ftr-site-config format; `<host>.toml` in a folder named `sites`, `<category>.toml` everywhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Its path, which gives the category or the site of its rules.
    pub path: PathBuf,
    /// Its content.
    pub text: String,
}

impl RuleSet {
    /// The rules that ship with gleaner.
    pub fn embedded() -> Result<Self, Error> {
        Self::with_files(&[])
    }

    /// The rules that ship with gleaner, and those of a user's files. An id that exists already is an error; lines that are left out are none.
    pub fn with_files(files: &[RuleFile]) -> Result<Self, Error> {
        let (rules, mistakes) = Self::read_all(files);
        mistakes.into_iter().find(|mistake| mistake.severity == Severity::Fatal).map_or(Ok(rules), Err)
    }

    /// [`RuleSet::with_files`] for checking them: the rules without mistakes, and every mistake, in the order of the files.
    pub fn read_all(files: &[RuleFile]) -> (Self, Vec<Error>) {
        let built_in = CompiledRules::unread(built_in::TABLES, built_in_rules);
        let mut loader = Loader::default();
        for (path, text) in built_in::SITES {
            loader.add(&SourceFile::new(Path::new(path), text, RuleOrigin::BuiltIn));
        }
        for (id, category) in built_in.ids().filter(|_| !files.is_empty()) {
            loader.definitions.add(&id.0, path_of(category));
        }
        loader.read(built_in, files)
    }

    /// The rules of a user's files without those that ship with gleaner, and every mistake in them.
    pub fn of_user_files(files: &[RuleFile]) -> (Self, Vec<Error>) {
        Loader::default().read(CompiledRules::default(), files)
    }
}

impl RuleSet {
    /// The rules of one site in a file with any name, in either format, and every mistake in it.
    pub fn of_site_file(host: &str, file: &RuleFile) -> (Self, Vec<Error>) {
        let mut loader = Loader::default();
        let source = SourceFile::new(&file.path, &file.text, RuleOrigin::User);
        if ftr::is_ftr_file(&file.path) {
            loader.add_directives(&source, (host.to_owned(), HostScope::All));
        } else {
            let mut mistakes = Vec::new();
            let site = site_toml::read(&mut loader.definitions, &source, host, &mut mistakes);
            loader.sites.extend(site);
            loader.report(&source, mistakes);
        }
        (RuleSet::of(CompiledRules::default(), Vec::new(), loader.sites), loader.errors)
    }
}

/// The built-in rules, from their files, in order of their ids.
fn built_in_rules() -> Vec<Rule> {
    let mut loader = Loader::default();
    for (path, text) in built_in::CATEGORIES {
        loader.add(&SourceFile::new(Path::new(path), text, RuleOrigin::BuiltIn));
    }
    loader.rules.sort_by(|a, b| a.id.cmp(&b.id));
    loader.rules
}

/// The file of the built-in rules of a category.
fn path_of(category: Category) -> PathBuf {
    PathBuf::from(format!("rules/boilerplate/{category}.toml"))
}

/// Rules read so far.
#[derive(Default)]
struct Loader {
    rules: Vec<Rule>,
    sites: Vec<SiteRules>,
    errors: Vec<Error>,
    definitions: Definitions,
}

impl Loader {
    /// Adds a user's files: all rules without mistakes, and every mistake.
    fn read(mut self, built_in: CompiledRules, files: &[RuleFile]) -> (RuleSet, Vec<Error>) {
        for RuleFile { path, text } in files {
            self.add(&SourceFile::new(path, text, RuleOrigin::User));
        }
        (RuleSet::of(built_in, self.rules, self.sites), self.errors)
    }

    fn add(&mut self, file: &SourceFile<'_>) {
        let path = file.path;
        if ftr::is_ftr_file(path) {
            return self.add_ftr(file);
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let is_site = path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "sites");
        let mut mistakes = Vec::new();
        if is_site {
            let site = site_toml::read(&mut self.definitions, file, &stem.to_ascii_lowercase(), &mut mistakes);
            self.sites.extend(site);
        } else {
            self.add_rules(file, stem, &mut mistakes);
        }
        self.report(file, mistakes);
    }

    /// Reports mistakes in TOML, in the order of the file.
    fn report(&mut self, file: &SourceFile<'_>, mut mistakes: Vec<Mistake>) {
        mistakes.sort_by_key(|mistake| mistake.offset);
        let path = file.path;
        let errors = mistakes.into_iter().map(|Mistake { offset, reason }| Error {
            path: path.to_owned(),
            line: file.line(offset),
            reason,
            severity: Severity::Fatal,
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
        let Some((rest, tables)) = entries::split(file.text, &["rule"], mistakes) else { return };
        let rules: Vec<_> = tables.into_iter().flatten().collect();
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
                wrong.extend(invalid_patterns(&entry));
            }
            let Some(category) = category.filter(|_| wrong.is_empty()) else {
                mistakes.extend(wrong.into_iter().map(|reason| Mistake::new(offset, reason)));
                continue;
            };
            let rule = entry.into_rule(category, file.place(offset));
            if self.definitions.define(file, offset, &rule.id.0, mistakes) {
                self.rules.push(rule);
            }
        }
    }

    /// Adds a file in the ftr-site-config format.
    fn add_ftr(&mut self, file: &SourceFile<'_>) {
        let error = |line, reason, severity| Error { path: file.path.to_owned(), line, reason, severity };
        let Some((host, scope)) = ftr::host_of(file.path) else {
            self.errors.push(error(1, "the file is not named after a host".to_owned(), Severity::Warning));
            return;
        };
        let mut mistakes = Vec::new();
        if !self.definitions.define(file, 0, &format!("ftr.{}.{host}", scope as u8), &mut mistakes) {
            self.errors.extend(mistakes.into_iter().map(|mistake| error(1, mistake.reason, Severity::LeftOut)));
            return;
        }
        self.add_directives(file, (host, scope));
    }

    fn add_directives(&mut self, file: &SourceFile<'_>, host: (String, HostScope)) {
        let error = |line, reason, severity| Error { path: file.path.to_owned(), line, reason, severity };
        let (site, left_out) = ftr::read(file.text, host, file.place(0));
        let severity = |is_wrong| if is_wrong { Severity::LeftOut } else { Severity::Warning };
        self.errors.extend(left_out.into_iter().map(|left| error(left.line, left.reason, severity(left.is_wrong))));
        self.sites.push(site);
    }
}

/// The patterns that do not compile. Those of built-in rules are compiled when they are first needed; a test checks them.
fn invalid_patterns(entry: &RuleToml) -> impl Iterator<Item = String> {
    entry.patterns().iter().filter_map(|pattern| {
        let error = compile_pattern(pattern).err()?;
        Some(format!("the pattern {pattern:?} is not a valid regular expression: {error}"))
    })
}

/// The keys of a category's file outside its rules: none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NothingElse {}

#[cfg(test)]
mod tests {
    use super::super::tables::RuleTables;
    use super::*;

    #[test]
    fn the_tables_in_the_program_are_those_of_the_rules_in_the_files() {
        let mut loader = Loader::default();
        for (path, text) in built_in::CATEGORIES.iter().chain(built_in::SITES) {
            loader.add(&SourceFile::new(Path::new(path), text, RuleOrigin::BuiltIn));
        }
        assert_eq!(loader.errors, []);
        let rules = built_in_rules();
        assert!(rules.len() > 100 && rules.len() == loader.rules.len());
        assert!(built_in::TABLES == RuleTables::new(&rules), "the tables of build.rs differ from those built now");
        assert!(rules.iter().all(|rule| rule.file == path_of(rule.category)));
    }

    #[test]
    fn rules_read_when_they_are_asked_for_match_as_those_read_at_once() {
        let unread = RuleSet::embedded().unwrap();
        let read = CompiledRules::new(built_in_rules());
        let ids = |found: Vec<super::super::RuleMatch<'_>>| {
            found.into_iter().map(|found| (found.rule.clone(), found.why.to_owned(), found.coverage)).collect::<Vec<_>>()
        };
        for rule in read.rules() {
            for text in rule.removes.iter().chain(&rule.keeps) {
                assert_eq!(ids(unread.built_in().match_text(text)), ids(read.match_text(text)), "{text:?}");
            }
            for names in rule.removes_names.iter().chain(&rule.keeps_names) {
                assert_eq!(ids(unread.built_in().match_names("div", names)), ids(read.match_names("div", names)), "{names:?}");
            }
            assert_eq!(unread.rule(&rule.id.0).map(|found| &found.why), Some(&rule.why));
        }
        assert_eq!(unread.rules().len(), read.rules().len());
    }
}
