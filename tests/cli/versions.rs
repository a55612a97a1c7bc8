//! `history` and `diff`: the versions of a document, and what led from one to the next.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::snapshot;
use crate::support::{Corpus, PAGE};

const NEW_SENTENCE: &str =
    "<p>Divers found two more cracks in the ramp on Sunday, and the county closed the quay to lorries for a month.</p></article>";

/// A paragraph of [`PAGE`].
const BAKERY: &str = "<p>The island's bakery had run out of flour on Thursday, and its owner came across with the first boat to fetch two hundred kilos himself.</p>";

/// When the first edition was cleaned; the others follow a day apart.
const FIRST: u64 = 1_714_608_000;

/// Cleans each edition of the page in turn.
fn corpus_with(editions: &[String]) -> Corpus {
    let corpus = Corpus::new();
    for (edition, day) in editions.iter().zip(0..) {
        corpus.write("raw/ferry.html", edition);
        assert!(corpus.run(&["clean", "--quiet"]).status.success());
        // What was written now was written on that day.
        let time = UNIX_EPOCH + Duration::from_secs(FIRST + day * 86_400);
        let files = corpus.files("clean").into_iter().map(|name| corpus.path("clean").join(name));
        let is_new =
            |path: &PathBuf| fs::metadata(path).unwrap().modified().unwrap() > SystemTime::now() - Duration::from_secs(3600);
        files.filter(is_new).for_each(|path| set_modified(&path, time));
    }
    corpus
}

fn set_modified(path: &Path, time: SystemTime) {
    File::options().read(true).open(path).unwrap().set_modified(time).unwrap();
}

fn editions() -> Vec<String> {
    let mut editions = vec![PAGE.to_owned()];
    for (from, to) in [
        ("sixty cars", "seventy cars"),
        ("harbour master", "harbor master"),
        ("Ferry to Holm runs again after storm", "Ramp torn off: Holm cut off for four days"),
        ("</article>", NEW_SENTENCE),
        (BAKERY, ""),
        ("2024-02-03T08:15", "2024-02-03T09:15"),
    ] {
        let edition = editions.last().unwrap().replace(from, to);
        editions.push(edition);
    }
    editions
}

#[test]
fn every_version_has_its_kind_of_change() {
    let corpus = corpus_with(&editions());
    let output = corpus.run(&["history", "raw/ferry.html", "--json"]);
    let entries: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let classes: Vec<&str> = entries.iter().map(|entry| entry["class"].as_str().unwrap()).collect();
    assert_eq!(classes, ["first", "substantive", "typo", "headline", "grown", "cut", "metadata"]);
    let times: Vec<&str> = entries.iter().map(|entry| entry["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    for entry in &entries {
        let text = fs::read(corpus.path(entry["path"].as_str().unwrap())).unwrap();
        assert_eq!(gleaner_extract::base::hash::ContentHash::of(&text).to_string(), entry["text_sha256"].as_str().unwrap());
        assert_eq!(entry["id"], entries[0]["id"]);
    }
    let mut text = String::new();
    for args in [
        &["history", "raw/ferry.html"][..],
        &["diff", "raw/ferry.html", "1", "2"],
        &["diff", "raw/ferry.html", "4", "5"],
        &["diff", "raw/ferry.html"],
        &["diff", "raw/ferry.html", "1", "8"],
        &["diff", "raw/ferry.html", "1"],
        &["history", "raw/other.html"],
        &["verify"],
    ] {
        text += &format!("{}\n", corpus.transcript(args));
    }
    snapshot!("versions", text);
}

#[test]
fn diffs_are_coloured_and_machine_readable() {
    let corpus = corpus_with(&editions()[..2]);
    let coloured = corpus.run(&["diff", "raw/ferry.html", "--color", "always"]);
    let coloured = String::from_utf8(coloured.stdout).unwrap();
    assert!(coloured.contains("\u{1b}[31m[-sixty-]\u{1b}[0m\u{1b}[32m{+seventy+}\u{1b}[0m"), "{coloured}");
    let json: serde_json::Value = serde_json::from_slice(&corpus.run(&["diff", "raw/ferry.html", "--json"]).stdout).unwrap();
    assert_eq!((&json["words_removed"], &json["words_added"]), (&1.into(), &1.into()));
    assert_eq!((&json["to"]["class"], &json["from"]["version"]), (&"substantive".into(), &1.into()));
    assert!(json["sentences"][0]["old"].as_str().unwrap().contains("sixty"), "{json}");
    assert_eq!(json["sentences"][0]["pieces"][1]["side"], "removed");
}

#[test]
fn another_cleaner_makes_no_version_of_the_story() {
    let corpus = corpus_with(&editions()[..1]);
    corpus.write("config.toml", "rules_dir = \"rules\"\n");
    let rule = "[[rule]]\nid = \"bakery\"\nwhy = \"Not of interest.\"\nstrength = \"sure\"\nmatch = \"contains\"\nmax_words = 40\n\
        removes = [\"The island's bakery had run out\"]\nkeeps = [\"The bakery is open.\"]\n\
        [rule.phrases]\nen = [\"bakery had run out\"]\n";
    corpus.write("rules/other.toml", rule);
    let output = corpus.run(&["clean", "--all"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let entries: Vec<serde_json::Value> =
        serde_json::from_slice(&corpus.run(&["history", "raw/ferry.html", "--json"]).stdout).unwrap();
    let classes: Vec<&str> = entries.iter().map(|entry| entry["class"].as_str().unwrap()).collect();
    assert_eq!(classes, ["first", "cleaner"], "{entries:?}");
    assert_eq!(entries[1]["evidence"][0], "the same page, other rules or settings");
}
