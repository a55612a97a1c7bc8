//! The quality gate: how close the clean text comes to what people say the story is. Hand-written pages always; the labelled datasets of the shared
//! data with `--ignored`. Each figure has a floor in `floors.toml`; lowering one is a change of that file, to be argued in its commit.
//!
//! Of the datasets every eighth document is taken. The shipped models were trained on them, so this
//! guards against regressions and says nothing about unseen pages; those figures are cross-validated and stand in `model/README.md`.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of a test fail the test, and show what it measured"
)]

#[path = "../shared/mod.rs"]
mod shared;
#[path = "../shared/archive.rs"]
mod shared_archive;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use gleaner_extract::article::clean::{CleanContext, clean_page};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::fold;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;

/// A figure that must not fall.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Floor {
    /// Mean bag-of-words F1 over the documents.
    bow_f1: f64,
    /// SHA-256 of the documents' manifest lines: another corpus, another floor. `None` where documents are added freely.
    corpus: Option<String>,
}

/// One document in this many is tested.
const SAMPLE: usize = 8;

fn floors() -> BTreeMap<String, Floor> {
    toml::from_str(include_str!("floors.toml")).expect("floors.toml reads")
}

/// Bag-of-words F1 of two texts on folded words.
fn bow_f1(found: &str, gold: &str) -> f64 {
    let (found, gold) = (fold(found), fold(gold));
    let mut bag: HashMap<&str, i64> = HashMap::new();
    let (mut all, mut hits) = (0, 0);
    for word in gold.split(' ').filter(|word| !word.is_empty()) {
        *bag.entry(word).or_default() += 1;
        all += 1;
    }
    for word in found.split(' ').filter(|word| !word.is_empty()) {
        all += 1;
        if let Some(left) = bag.get_mut(word).filter(|left| **left > 0) {
            *left -= 1;
            hits += 1;
        }
    }
    if all == 0 { 1.0 } else { 2.0 * f64::from(hits) / f64::from(all) }
}

fn clean_text(rules: &RuleSet, bytes: Vec<u8>, url: Option<&url::Url>) -> String {
    let context =
        CleanContext { rules, limits: &page::Config::default(), now: Some(Timestamp::from_unix(1_796_083_200)), sites: None };
    let raw = RawDocument::local(Origin::File(PathBuf::from("page")), bytes);
    clean_page(&raw, url, context).map(|cleaned| cleaned.article.text).unwrap_or_default()
}

/// Checks that a set's mean reaches its floor.
fn assert_floor(set: &str, corpus: &str, scores: &[f64]) {
    let mean = scores.iter().sum::<f64>() / scores.len().max(1) as f64;
    let corpus = ContentHash::of(corpus).to_string();
    eprintln!("{set}: bow_f1 {mean:.4} on {} documents, corpus {corpus}", scores.len());
    let floors = floors();
    let floor = floors.get(set).expect("every set has a floor");
    if let Some(known) = &floor.corpus {
        assert_eq!(*known, corpus, "{set}: the corpus changed; measure it again and pin the floor with its hash");
    }
    assert!(mean >= floor.bow_f1, "{set}: bow_f1 {mean:.4} is below its floor of {}", floor.bow_f1);
}

#[test]
fn hand_written_pages_reach_their_floor() {
    let rules = RuleSet::embedded().expect("the embedded rules are valid");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages"))
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    folders.sort();
    let (mut corpus, mut scores) = (String::new(), Vec::new());
    for folder in folders {
        let source = ["source.html", "source.txt"].map(|name| folder.join(name)).into_iter().find(|path| path.exists());
        let bytes = std::fs::read(source.expect("a source")).expect("a readable source");
        let gold = std::fs::read_to_string(folder.join("expected.txt")).expect("a readable text");
        corpus.push_str(&ContentHash::of(&bytes).to_string());
        corpus.push_str(&gold);
        scores.push(bow_f1(&clean_text(&rules, bytes, None), &gold));
    }
    assert_floor("pages", &corpus, &scores);
}

#[test]
#[ignore = "needs the shared data"]
fn shared_datasets() {
    let rules = RuleSet::embedded().expect("the embedded rules are valid");
    for set in floors().keys().filter(|set| *set != "pages") {
        let unpacked = shared_archive::unpack(&format!("datasets/{set}"));
        let folder = unpacked.path().join(set);
        let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).expect("a readable manifest");
        let (mut corpus, mut scores) = (String::new(), Vec::new());
        for line in manifest.lines().step_by(SAMPLE) {
            let entry: serde_json::Value = serde_json::from_str(line).expect("a manifest line is JSON");
            let gold = &entry["gold"];
            if gold["page_type"].as_str().is_some_and(|kind| kind != "article") {
                continue;
            }
            let url = entry["url"].as_str().and_then(|url| url.parse().ok());
            let bytes = std::fs::read(folder.join(entry["file"].as_str().expect("a file"))).expect("a readable page");
            corpus.push_str(line);
            scores.push(bow_f1(&clean_text(&rules, bytes, url.as_ref()), gold["text"].as_str().unwrap_or_default()));
        }
        assert_floor(set, &corpus, &scores);
    }
}
