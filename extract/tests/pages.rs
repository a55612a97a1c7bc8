//! Cleans each page of `tests/pages/<name>/` with the embedded rules and compares the result with what a careful human would expect. Tests whole pages
//! only; single rules and parsers have tests of their own.
//!
//! A folder contains `source.html` or `source.txt`, `expected.txt` (the clean text), and optionally `expected.json` (metadata), `removals.json` (lines
//! of boilerplate and their categories) and `known.txt`: the known faults, one per line, as this test words them. An unlisted fault fails the test, and
//! so does a listed fault that has been fixed, so that the list only shrinks. `PAGES=name` selects the folders whose name contains `name`.
//! `GLEANER_BLESS=1` rewrites `known.txt` after the models were trained anew, when many faults change; the test prints how many were added and fixed.

#![expect(clippy::expect_used, clippy::panic, reason = "helpers of a test fail the test")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use gleaner_extract::article::clean::{CleanContext, CleanedPage, clean_page};
use gleaner_extract::base::text::{nfc, squeeze};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Article, Category, Origin, RawDocument};
use gleaner_extract::label::Verdict;
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;
use serde_json::{Map, Value, json};
use similar::{ChangeTag, TextDiff};

/// 2026-12-01T00:00:00Z, after every date on the pages, so that the result does not depend on the day of the run.
const NOW: i64 = 1_796_083_200;

/// A key of `expected.json`, and how to read its value from an article; `null` if it has none.
type Field = (&'static str, fn(&Article) -> Value);

const FIELDS: &[Field] = &[
    ("title", |article| json!(article.metadata.title.as_ref().map(|found| &found.value))),
    ("authors", |article| json!(article.metadata.authors.as_ref().map(|found| &found.value))),
    ("published", |article| json!(article.metadata.published.as_ref().map(|found| found.value.day))),
    ("modified", |article| json!(article.metadata.modified.as_ref().map(|found| found.value.day))),
    ("site", |article| json!(article.metadata.site.as_ref().map(|found| &found.value))),
    ("section", |article| json!(article.metadata.section.as_ref().map(|found| &found.value))),
    ("language", |article| json!(article.metadata.language.as_ref().map(|found| &found.value))),
    ("completeness", |article| json!(article.completeness.name())),
];

/// An entry of `removals.json`: the page must have a removed block that begins like this, of one of these categories.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedRemoval {
    starts: String,
    /// A category, or several acceptable ones separated by `|`.
    category: String,
}

#[test]
fn pages_are_cleaned_as_expected() {
    let filter = std::env::var("PAGES").unwrap_or_default();
    let rules = RuleSet::embedded().expect("the embedded rules are valid");
    let folders = folders();
    let chosen: Vec<&PathBuf> = folders.iter().filter(|folder| name(folder).contains(&filter)).collect();
    assert!(!chosen.is_empty(), "no page folder has {filter:?} in its name");

    let mut report = String::new();
    let (mut failed, mut known) = (0, 0);
    let bless = std::env::var_os("GLEANER_BLESS").is_some();
    let (mut added, mut fixed) = (0, 0);
    for folder in &chosen {
        let found: BTreeSet<String> = faults(folder, &rules).into_iter().collect();
        let ledger = fs::read_to_string(folder.join("known.txt")).unwrap_or_default();
        let listed: BTreeSet<String> = ledger.lines().map(str::to_owned).collect();
        known += listed.len();
        if bless {
            added += found.difference(&listed).count();
            fixed += listed.difference(&found).count();
            write_ledger(folder, &found);
            continue;
        }
        let new = found.difference(&listed).map(|fault| fault.to_string());
        let fixed = listed.difference(&found).map(|fault| format!("fixed, remove it from known.txt: {fault}"));
        let wrong: Vec<String> = new.chain(fixed).collect();
        if !wrong.is_empty() {
            failed += 1;
            let _ = writeln!(report, "\n=== {}\n{}", name(folder), wrong.join("\n"));
        }
    }
    println!("{} pages, {failed} failed, {known} known faults", chosen.len());
    if bless {
        println!("known.txt rewritten: {added} faults added, {fixed} fixed");
    }
    assert!(failed == 0, "{failed} of {} pages failed\n{report}", chosen.len());
}

/// Lists the faults as known; a page without faults has no list.
fn write_ledger(folder: &Path, faults: &BTreeSet<String>) {
    let file = folder.join("known.txt");
    if faults.is_empty() {
        if file.exists() {
            fs::remove_file(file).expect("a list that can be removed");
        }
    } else {
        let lines: String = faults.iter().map(|fault| format!("{fault}\n")).collect();
        fs::write(file, lines).expect("a folder that can be written");
    }
}

#[test]
fn page_folders_are_well_formed() {
    let mut faults = Vec::new();
    for folder in folders() {
        for entry in fs::read_dir(&folder).expect("a readable folder") {
            let file = entry.expect("a readable entry").file_name().to_string_lossy().into_owned();
            if !["source.html", "source.txt", "expected.txt", "expected.json", "removals.json", "known.txt"].contains(&&*file) {
                faults.push(format!("{}: {file} is not a file of a page folder", name(&folder)));
            }
        }
        let text = read(&folder.join("expected.txt"));
        let blocks: Vec<&str> = text.trim_end_matches('\n').split("\n\n").collect();
        if text != format!("{}\n", blocks.join("\n\n")) || text != nfc(&text) || blocks.iter().any(|block| block.trim() != *block)
        {
            faults.push(format!("{}: expected.txt is not NFC blocks separated by one blank line", name(&folder)));
        }
        let keys = expected_metadata(&folder);
        faults.extend(
            keys.keys()
                .filter(|key| FIELDS.iter().all(|(field, _)| field != key))
                .map(|key| format!("{}: expected.json has no key {key:?}", name(&folder))),
        );
        for expected in expected_removals(&folder) {
            if beginning(&expected.starts).is_empty() {
                faults.push(format!("{}: {:?} would match every block", name(&folder), expected.starts));
            }
            faults.extend(categories(&expected).err().map(|error| format!("{}: {error}", name(&folder))));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Everything that is wrong with one page.
fn faults(folder: &Path, rules: &RuleSet) -> Vec<String> {
    let source = source(folder);
    let bytes = fs::read(&source).expect("a readable source");
    let origin = Origin::File(PathBuf::from(source.file_name().expect("a file name")));
    let context = CleanContext { rules, limits: &page::Config::default(), now: Some(Timestamp::from_unix(NOW)), sites: None };
    let cleaned = match clean_page(&RawDocument::local(origin, bytes), None, context) {
        Ok(cleaned) => cleaned,
        Err(error) => return vec![format!("failed to {error}")],
    };
    let mut faults = text_faults(folder, &cleaned);
    faults.extend(metadata_faults(folder, &cleaned.article));
    faults.extend(removal_faults(folder, &cleaned));
    faults.extend(invariant_faults(&cleaned));
    faults
}

/// Missing (`-`) and surplus (`+`) lines, each cut to eighty characters.
fn text_faults(folder: &Path, cleaned: &CleanedPage) -> Vec<String> {
    let expected = read(&folder.join("expected.txt"));
    let found = format!("{}\n", cleaned.article.text);
    let diff = TextDiff::from_lines(expected.as_str(), found.as_str());
    let changes = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal && !change.value().trim().is_empty());
    changes.map(|change| format!("text {}{}", change.tag(), change.value().trim().chars().take(80).collect::<String>())).collect()
}

fn metadata_faults(folder: &Path, article: &Article) -> Vec<String> {
    let expected = expected_metadata(folder);
    let wrong = |(key, find): &Field| {
        let (wanted, found) = (expected.get(*key)?, find(article));
        (*wanted != found).then(|| format!("{key}: expected {wanted}, found {found}"))
    };
    FIELDS.iter().filter_map(wrong).collect()
}

fn removal_faults(folder: &Path, cleaned: &CleanedPage) -> Vec<String> {
    expected_removals(folder).iter().filter_map(|expected| removal_fault(expected, cleaned)).collect()
}

/// Why no removed block matches the expectation; `None` if one does.
fn removal_fault(expected: &ExpectedRemoval, cleaned: &CleanedPage) -> Option<String> {
    let wanted = match categories(expected) {
        Ok(wanted) => wanted,
        Err(error) => return Some(error),
    };
    let starts = beginning(&expected.starts);
    let blocks = cleaned.page.blocks.iter().zip(&cleaned.labelled.verdicts);
    let mut seen = Vec::new();
    for (_, verdict) in blocks.filter(|(block, _)| beginning(&block.text).starts_with(&starts)) {
        match verdict {
            Verdict::Removed(removal) if wanted.contains(&removal.category) => return None,
            Verdict::Removed(removal) => seen.push(format!("{} by {}", removal.category, removal.rule)),
            Verdict::Kept { role, .. } => seen.push(format!("kept as {}", role.name())),
        }
    }
    let found = if seen.is_empty() { "no block begins so".to_owned() } else { seen.join(", ") };
    Some(format!("removal of {starts:?}: expected {}, found: {found}", expected.category))
}

/// The text from its first letter or digit on, as bullets and quotation marks do not matter here.
fn beginning(text: &str) -> String {
    squeeze(&nfc(text)).trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// Checks that kept and removed blocks together are all blocks, in order, and the kept ones are the text.
fn invariant_faults(cleaned: &CleanedPage) -> Vec<String> {
    let (blocks, verdicts) = (&cleaned.page.blocks, &cleaned.labelled.verdicts);
    if blocks.len() != verdicts.len() {
        return vec![format!("invariant: {} blocks but {} verdicts", blocks.len(), verdicts.len())];
    }
    let mut faults = Vec::new();
    let mut kept = Vec::new();
    for (index, (block, verdict)) in blocks.iter().zip(verdicts).enumerate() {
        match verdict {
            Verdict::Kept { .. } => kept.push(block.text.as_str()),
            Verdict::Removed(removal) if removal.block == index && removal.text == block.text => {}
            Verdict::Removed(removal) => {
                faults.push(format!("invariant: removal of block {} is at block {index}: {:?}", removal.block, removal.text));
            }
        }
    }
    if nfc(&kept.join("\n\n")) != cleaned.article.text {
        faults.push("invariant: the text is not the kept blocks in order".to_owned());
    }
    faults
}

fn categories(expected: &ExpectedRemoval) -> Result<Vec<Category>, String> {
    expected.category.split('|').map(|word| word.parse::<Category>().map_err(|error| error.to_string())).collect()
}

fn expected_metadata(folder: &Path) -> Map<String, Value> {
    json_of(&folder.join("expected.json")).unwrap_or_default()
}

fn expected_removals(folder: &Path) -> Vec<ExpectedRemoval> {
    json_of(&folder.join("removals.json")).unwrap_or_default()
}

fn json_of<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    let text = fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn source(folder: &Path) -> PathBuf {
    let html = folder.join("source.html");
    if html.exists() { html } else { folder.join("source.txt") }
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let entries = fs::read_dir(&root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let mut folders: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
