//! `forget` and `prune`: what they say, and what is left.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::snapshot;
use crate::support::{Corpus, PAGE};

fn age(path: &Path, days: u64) {
    let time = SystemTime::now() - Duration::from_secs(days * 86_400);
    File::options().read(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn documents_are_forgotten_by_name_or_because_their_files_are_gone() {
    let corpus = Corpus::with_page();
    corpus.write("raw/other.html", PAGE.replace("sixty", "seventy"));
    corpus.write("raw/third.html", PAGE.replace("sixty", "eighty"));
    corpus.run(&["clean", "--quiet"]);
    fs::remove_file(corpus.path("raw/other.html")).unwrap();
    let mut text = corpus.transcript(&["status"]);
    for args in [
        &["forget", "--missing", "--dry-run"][..],
        &["forget", "--missing"],
        &["forget", "--missing"],
        &["forget", "raw/third.html"],
        &["forget", "raw/third.html"],
        &["forget"],
        &["forget", "--missing", "raw/ferry.html"],
        &["verify"],
        &["status"],
        &["clean"],
        &["forget", "raw/third.html", "--json", "--dry-run"],
    ] {
        text += &format!("\n{}", corpus.transcript(args));
    }
    let timed = without_seconds(&text);
    snapshot!("forget", timed);
    let log: String = corpus.files("log").iter().map(|name| fs::read_to_string(corpus.path("log").join(name)).unwrap()).collect();
    assert_eq!(log.matches("\"outcome\":\"forgotten\"").count(), 2, "{log}");
    // Without a raw folder, every file would count as deleted.
    fs::rename(corpus.path("raw"), corpus.path("unmounted")).unwrap();
    let text = corpus.transcript(&["forget", "--missing"]);
    assert!(text.contains("exit 2\n") && text.contains("no such folder"), "{text}");
}

/// Replaces the seconds in a JSON report.
fn without_seconds(text: &str) -> String {
    let line = |line: &str| if line.contains("\"seconds\": ") { "  \"seconds\": 0.0".to_owned() } else { line.to_owned() };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn only_what_is_asked_for_and_old_is_pruned() {
    let corpus = Corpus::with_page();
    corpus.run(&["clean", "--quiet"]);
    corpus.write("raw/ferry.html", PAGE.replace("sixty", "seventy"));
    corpus.run(&["clean", "--quiet"]);
    corpus.write("raw/ferry.html", PAGE.replace("sixty", "eighty"));
    corpus.run(&["clean", "--quiet"]);
    for name in ["2001-01-01T00-00-00Z.jsonl", "2001-01-01T00-00-00Z_2.jsonl", "2001-02-01T00-00-00Z.jsonl.zst", "notes.txt"] {
        corpus.write(&format!("log/{name}"), "");
    }
    let versions = corpus.files("clean/.versions");
    assert_eq!(versions.len(), 4);
    let old = versions[0].rsplit_once('.').unwrap().0;
    for extension in ["txt", "json"] {
        age(&corpus.path("clean/.versions").join(format!("{old}.{extension}")), 100);
    }
    let mut text = corpus.transcript(&["prune", "--logs", "--versions", "--dry-run"]);
    assert_eq!(corpus.files("clean/.versions").len(), 4);
    for args in [
        &["prune", "--logs", "--versions", "--trash", "--keep", "1y"][..],
        &["prune", "--logs"],
        &["prune", "--versions", "--keep", "14w"],
        &["prune", "--versions", "--keep", "90d", "--json"],
        &["prune"],
        &["prune", "--logs", "--keep", "soon"],
        &["verify"],
    ] {
        text += &format!("\n{}", corpus.transcript(args));
    }
    snapshot!("prune", text);
    assert_eq!(corpus.files("clean/.versions").len(), 2);
    let logs = corpus.files("log");
    assert!(logs.iter().all(|name| !name.starts_with("2001")) && logs.contains(&"notes.txt".to_owned()), "{logs:?}");

    corpus.run(&["forget", "raw/ferry.html"]);
    assert_eq!(corpus.files("clean/.trash").len(), 4);
    age(&fs::read_dir(corpus.path("clean/.trash")).unwrap().next().unwrap().unwrap().path(), 100);
    assert!(corpus.transcript(&["prune", "--trash"]).contains("deleted 1 forgotten document"));
    assert!(corpus.files("clean/.trash").is_empty());
    assert!(corpus.transcript(&["prune", "--logs", "--keep", "0d"]).contains("exit 0"));
    assert!(corpus.files("log").iter().any(|name| name.ends_with(".jsonl")), "the newest journal stays");
}
