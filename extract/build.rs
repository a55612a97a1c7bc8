//! Writes the built-in rules as source: their tables, so that no start of the program compiles them, and the files that they are from. A new rules file
//! needs no code. The tables are built by the modules that also build those of a user's rules. The phrases of incomplete pages and the patterns of metadata are
//! written likewise.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use completeness::words::PhraseFinders;
use label::model_file::Model;
use metadata::byline::lists::BylineWords;
use metadata::byline::table::{BylineTable, FirstNames};
use metadata::date::word_lists::DateWords;
use metadata::pattern_lists::MetadataPatterns;
use rules::rule::{Rule, RulePlace};
use rules::rule_toml::RuleToml;
use rules::strength::RuleOrigin;
use rules::tables::RuleTables;

#[path = "src/base"]
#[expect(dead_code, reason = "the library uses the rest")]
mod base {
    pub mod automata;
    pub mod automata_builder;
    pub mod backtrack;
    pub mod hash_index;
    pub mod list;
    pub mod literals;
    pub mod pattern;
    pub mod phrase_set;
    pub mod prefixes;
    pub mod regex_prefilter;
    pub mod text;
    pub mod word_map;
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

#[path = "src/metadata"]
#[expect(dead_code, reason = "the library uses the rest")]
mod metadata {
    pub mod pattern_lists;
    mod pattern_sources;
    mod site_name_table;

    pub mod date {
        mod fold;
        mod word_files;
        pub mod word_lists;
    }

    pub mod byline {
        mod kinds;
        pub mod lists;
        pub mod table;
    }
}

#[path = "src/label"]
#[expect(dead_code, reason = "the library uses the rest")]
mod label {
    mod forest;
    mod lexicon;
    pub mod model_file;
    mod net;
    mod node;
    mod tables;

    mod features {
        mod matrix;
        pub mod table;
    }
}

/// The words of bylines, and how sites name themselves.
const BYLINES: &str = "src/metadata/data/bylines.toml";
const FIRST_NAMES: &str = "src/metadata/data/first_names.toml";
const SITE_NAMES: &str = "src/metadata/data/site_names.toml";

/// The names of months, and the other words of dates.
const MONTHS: &str = "src/metadata/data/months.toml";
const DATES: &str = "src/metadata/data/dates.toml";

/// The phrases of incomplete pages.
const COMPLETENESS: &str = "src/label/data/completeness.toml";

/// The length of a model file's magic and checksum.
const MODEL_HEAD: usize = 4 + 64;

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
    write("rules.rs", source)?;
    println!("cargo::rerun-if-changed={COMPLETENESS}");
    let phrases = PhraseFinders::read(&fs::read_to_string(COMPLETENESS)?);
    let phrases = phrases.map_err(|error| io::Error::other(format!("{COMPLETENESS}: {error}")))?;
    write("completeness.rs", format!("pub const PHRASES: PhraseFinders = {phrases:?};\n"))?;
    write_metadata()?;
    ["html", "text"].into_iter().try_for_each(write_model)
}

/// Writes the words and the patterns of metadata.
fn write_metadata() -> io::Result<()> {
    let [bylines, names, sites, months, dates] = [BYLINES, FIRST_NAMES, SITE_NAMES, MONTHS, DATES].map(|path| {
        println!("cargo::rerun-if-changed={path}");
        fs::read_to_string(path)
    });
    let (bylines, names) = (bylines?, names?);
    let invalid = |error: String| io::Error::other(format!("the words of metadata: {error}"));
    let table: BylineTable = toml::from_str(&bylines).map_err(|error| invalid(error.to_string()))?;
    write("bylines.rs", format!("pub const WORDS: BylineWords = {:?};\n", BylineWords::of(&table)))?;
    let names: FirstNames = toml::from_str(&names).map_err(|error| invalid(error.to_string()))?;
    write("first_names.rs", format!("pub const FIRST_NAMES: WordMap<()> = {:?};\n", names.all()))?;
    let words = DateWords::read(&months?, &dates?).map_err(|error| invalid(error.to_string()))?;
    write("dates.rs", format!("pub const WORDS: DateWords = {words:?};\n"))?;
    let patterns = MetadataPatterns::read(&bylines, &sites?).map_err(invalid)?;
    write("patterns.rs", format!("pub const PATTERNS: MetadataPatterns = {patterns:?};\n"))
}

/// Writes the head of a model file, which has its checksum, and its tables.
fn write_model(name: &str) -> io::Result<()> {
    let path = format!("model/{name}.bin");
    println!("cargo::rerun-if-changed={path}");
    let file = fs::read(&path)?;
    let (head, body) = file.split_at_checked(MODEL_HEAD).unwrap_or((&file, &[]));
    let model = Model::read(body).map_err(|error| io::Error::other(format!("{path}: {error}")))?;
    write(&format!("{name}.head"), head)?;
    write(&format!("{name}.tables"), model.to_tables())
}

fn write(name: &str, contents: impl AsRef<[u8]>) -> io::Result<()> {
    fs::write(Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join(name), contents)
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
