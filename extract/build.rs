//! Writes the built-in rules as source: their tables, so that no start of the program compiles them, and the files that they are from. A new rules file
//! needs no code. The tables are built by the modules that also build those of a user's rules. The phrases of incomplete pages are written likewise.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use completeness::words::PhraseFinders;
use rules::rule::{Rule, RulePlace};
use rules::rule_toml::RuleToml;
use rules::strength::RuleOrigin;
use rules::tables::RuleTables;

#[path = "src/base"]
#[expect(dead_code, reason = "the library uses the rest")]
mod base {
    pub mod automata;
    pub mod automata_builder;
    pub mod hash_index;
    pub mod list;
    pub mod literals;
    pub mod phrase_set;
    pub mod regex_prefilter;
    pub mod text;
}

#[path = "src/document"]
#[expect(dead_code, reason = "the library uses the rest")]
mod document {
    mod category;
    mod removal;

    pub use category::Category;
    pub use removal::RuleId;
}

#[path = "src/label/completeness"]
#[expect(dead_code, reason = "the library uses the rest")]
mod completeness {
    mod phrase_file;
    pub mod words;
}

#[path = "src/rules"]
#[expect(dead_code, reason = "the library uses the rest")]
mod rules {
    pub mod name_table;
    pub mod normalized;
    pub mod pattern_table;
    pub mod phrase_table;
    pub mod rule;
    pub mod rule_toml;
    pub mod strength;
    pub mod tables;
}

/// The phrases of incomplete pages.
const COMPLETENESS: &str = "src/label/data/completeness.toml";

/// A category's file.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryFile {
    rule: Vec<RuleToml>,
}

fn main() -> io::Result<()> {
    let (categories, sites) = (files("rules/boilerplate")?, files("rules/sites")?);
    let mut rules = Vec::new();
    for (name, path) in &categories {
        rules.extend(read(name, &fs::read_to_string(path)?)?);
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let tables = RuleTables::new(&rules);
    let source = format!(
        "pub const CATEGORIES: &[(&str, &str)] = &[{}];\npub const SITES: &[(&str, &str)] = &[{}];\npub const TABLES: RuleTables = {tables:?};\n",
        included(&categories),
        included(&sites)
    );
    write("rules.rs", &source)?;
    println!("cargo::rerun-if-changed={COMPLETENESS}");
    let phrases = PhraseFinders::read(&fs::read_to_string(COMPLETENESS)?);
    let phrases = phrases.map_err(|error| io::Error::other(format!("{COMPLETENESS}: {error}")))?;
    write("completeness.rs", &format!("pub const PHRASES: PhraseFinders = {phrases:?};\n"))
}

fn write(name: &str, source: &str) -> io::Result<()> {
    fs::write(Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join(name), source)
}

/// The names and paths of a folder's files, sorted.
fn files(folder: &str) -> io::Result<Vec<(String, PathBuf)>> {
    println!("cargo::rerun-if-changed={folder}");
    let root = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let mut paths =
        fs::read_dir(Path::new(&root).join(folder))?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let name = |path: &PathBuf| format!("{folder}/{}", path.file_name().unwrap_or_default().to_string_lossy());
    Ok(paths.into_iter().map(|path| (name(&path), path)).collect())
}

/// The files as source: the name and the text of each.
fn included(files: &[(String, PathBuf)]) -> String {
    files.iter().map(|(name, path)| format!("({name:?}, include_str!({:?})),\n", path.display().to_string())).collect()
}

/// The rules of a category's file.
fn read(name: &str, text: &str) -> io::Result<Vec<Rule>> {
    let wrong = |what: String| io::Error::other(format!("{name}: {what}"));
    let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
    let category = stem.parse().map_err(|_| wrong(format!("{stem} is no category")))?;
    let file: CategoryFile = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let place = || RulePlace { origin: RuleOrigin::BuiltIn, file: name.into(), line: 0 };
    file.rule
        .into_iter()
        .map(|rule| match rule.mistakes().first() {
            Some(mistake) => Err(wrong(mistake.clone())),
            None => Ok(rule.into_rule(category, place())),
        })
        .collect()
}
