//! Cleaning again with other rules: the report by site, and the guard against losing too much.

use std::collections::BTreeMap;
use std::fs;
use std::process::Output;

use crate::snapshot;
use crate::support::{Corpus, PAGE};

/// A rule of the user's own that removes a paragraph of [`PAGE`] with 25 words.
pub const BAKERY_RULE: &str = "[[rule]]\nid = \"bakery\"\nwhy = \"Not of interest.\"\nstrength = \"sure\"\nmatch = \"contains\"\nmax_words = 40\n\
    removes = [\"The island's bakery had run out\"]\nkeeps = [\"The bakery is open.\"]\n\
    [rule.phrases]\nen = [\"bakery had run out\"]\n";

/// The page of a site. No two numbers have the same text.
pub fn page(number: usize, site: &str) -> String {
    let words = ["harbour", "market", "library", "station", "theatre", "mill", "orchard", "quarry", "bridge", "school"];
    let (word, other) = (words[number % 10], words[number / 10 % 10]);
    let more = format!(
        "<p>Plan {number} for the {word} and the {other} was put off until the ferry sails every day, a council of {} said.</p></article>",
        number + 20
    );
    PAGE.replace("Holm Courier", site).replace("sixty cars", &format!("{} cars", number + 40)).replace("</article>", &more)
}

/// A corpus with pages of two sites and one of a third, cleaned once.
pub fn corpus() -> Corpus {
    let corpus = Corpus::new();
    corpus.write("config.toml", "rules_dir = \"rules\"\n");
    fs::create_dir(corpus.path("rules")).unwrap();
    for number in 0..6 {
        corpus.write(&format!("raw/holm/{number}.html"), page(number, "Holm Courier"));
        let other = page(number + 30, "Sund Gazette").replace("bakery had run out of flour", "smithy had no coal left");
        corpus.write(&format!("raw/sund/{number}.html"), other);
    }
    corpus.write("raw/small.html", page(77, "Small Paper"));
    done(&corpus.run(&["clean", "--quiet"]));
    corpus
}

pub fn done(output: &Output) {
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}

/// Every file of the corpus with its bytes, but the lock, which names the process, and what SQLite keeps next to a database that is read.
fn everything(corpus: &Corpus) -> BTreeMap<String, Vec<u8>> {
    const OF_READERS: &[&str] = &[".gleaner/lock", ".gleaner/index.db-shm", ".gleaner/index.db-wal"];
    let files = corpus.files("").into_iter().filter(|name| !OF_READERS.contains(&name.as_str()));
    files.map(|name| (name.clone(), fs::read(corpus.path(&name)).unwrap())).collect()
}

#[test]
fn the_changes_are_reported_by_site_before_the_diffs() {
    let corpus = corpus();
    corpus.write("rules/other.toml", BAKERY_RULE);
    let dry = ["clean", "--all", "--dry-run", "--diff"];
    snapshot!("reclean_by_site", corpus.transcript(&dry));
    let printed = String::from_utf8(corpus.run(&dry).stdout).unwrap();
    assert_eq!(printed.matches("\n-The island's bakery").count(), 7, "{printed}");

    let output = corpus.run(&["clean", "--all", "--diff", "--accept-loss"]);
    done(&output);
    let written = String::from_utf8(output.stdout).unwrap();
    assert_eq!(written.lines().take(50).collect::<Vec<_>>(), printed.lines().take(50).collect::<Vec<_>>());
    let again = String::from_utf8(corpus.run(&["clean", "--all", "--diff"]).stdout).unwrap();
    assert!(again.starts_with("13 documents cleaned again, 0 changed: 0 of "), "{again}");
}

#[test]
fn the_report_by_site_is_machine_readable() {
    let corpus = corpus();
    corpus.write("rules/other.toml", BAKERY_RULE);
    // A page that has changed itself is no loss by the cleaner.
    corpus.write("raw/holm/0.html", page(0, "Holm Courier").replace("The ferry between the mainland and Holm", "It"));
    for args in
        [&["clean", "--all", "--dry-run", "--json"][..], &["clean", "--dry-run", "--json"], &["clean", "--diff", "--json"]]
    {
        let output = corpus.run(args);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let reclean = &report["reclean"];
        assert_eq!(
            (&reclean["documents"], &reclean["changed"], &reclean["lost"]),
            (&12.into(), &6.into(), &150.into()),
            "{args:?}"
        );
        assert_eq!(reclean["sites"][0]["site"], "raw/holm · Holm Courier");
        assert_eq!(reclean["sites"][0]["largest"].as_array().unwrap().len(), 5);
        assert_eq!(reclean["sites"][0]["largest"][0]["lost"], 25);
        assert_eq!(reclean["excess"][0]["site"], "raw/holm · Holm Courier");
        assert_eq!(reclean["recurring"], 0);
        let is_stopped = !args.contains(&"--dry-run");
        assert_eq!((&reclean["stopped"], output.status.code()), (&is_stopped.into(), Some(if is_stopped { 3 } else { 0 })));
    }
}

#[test]
fn losing_too_much_is_refused_and_nothing_is_written() {
    let corpus = corpus();
    corpus.write("rules/other.toml", BAKERY_RULE);
    let before = everything(&corpus);
    let mut text = String::new();
    for args in [&["clean"][..], &["clean", "--all"], &["clean", "--quiet"], &["clean", "raw/holm"], &["clean", "--jobs", "1"]] {
        let transcript = corpus.transcript(args);
        assert!(transcript.contains("exit 3\n"), "{transcript}");
        text += &format!("{transcript}\n");
        let after = everything(&corpus);
        let differ = |name: &&String| before.get(*name) != after.get(*name);
        let names: Vec<&String> = before.keys().chain(after.keys()).filter(differ).collect();
        assert!(names.is_empty(), "{args:?}: {names:?}");
    }
    snapshot!("reclean_stopped", text);
    // Elsewhere nothing would be lost.
    done(&corpus.run(&["clean", "raw/sund"]));
    assert_eq!(corpus.run(&["clean"]).status.code(), Some(3));
    done(&corpus.run(&["clean", "--accept-loss"]));
    assert!(corpus.transcript(&["clean"]).contains("13 unchanged"));
    done(&corpus.run(&["verify"]));
    let texts = corpus.files("clean").into_iter().filter(|name| name.ends_with(".txt") && !name.starts_with('.'));
    assert!(texts.into_iter().all(|name| !fs::read_to_string(corpus.path("clean").join(name)).unwrap().contains("flour")));
}

#[test]
fn the_limit_is_a_setting_and_small_losses_pass() {
    let corpus = corpus();
    corpus.write("rules/other.toml", BAKERY_RULE);
    corpus.write("config.toml", "rules_dir = \"rules\"\n[reclean]\nmax_loss_percent = 40\n");
    done(&corpus.run(&["clean"]));

    // One line of a small site is a large share of it, and few words.
    let small = Corpus::with_page();
    small.write("config.toml", "rules_dir = \"rules\"\n");
    fs::create_dir(small.path("rules")).unwrap();
    done(&small.run(&["clean"]));
    small.write("rules/other.toml", BAKERY_RULE);
    let transcript = small.transcript(&["clean", "--all"]);
    assert!(transcript.contains("exit 0\n") && transcript.contains("1 updated"), "{transcript}");
}

#[test]
fn the_guard_works_after_a_killed_run_and_without_an_index() {
    let corpus = corpus();
    corpus.write("rules/other.toml", BAKERY_RULE);
    fs::remove_file(corpus.path(".gleaner/index.sha256")).unwrap();
    assert_eq!(corpus.run(&["clean"]).status.code(), Some(3));
    fs::remove_dir_all(corpus.path(".gleaner")).unwrap();
    assert_eq!(corpus.run(&["clean", "--all"]).status.code(), Some(3));
    done(&corpus.run(&["verify"]));
}

#[test]
fn pages_in_an_archive_are_guarded_too() {
    let corpus = Corpus::new();
    corpus.write("config.toml", "rules_dir = \"rules\"\n");
    fs::create_dir(corpus.path("rules")).unwrap();
    let row = |number: usize| {
        let url = format!("https://www.holm.example/{number}");
        serde_json::json!({ "url": url, "html": page(number, "Holm Courier") }).to_string() + "\n"
    };
    corpus.write("raw/crawl.jsonl", (0..8).map(row).collect::<String>());
    done(&corpus.run(&["clean"]));
    corpus.write("rules/other.toml", BAKERY_RULE);
    let transcript = corpus.transcript(&["clean"]);
    assert!(transcript.contains("exit 3\n") && transcript.contains("holm.example: 200 of "), "{transcript}");
    done(&corpus.run(&["clean", "--accept-loss"]));
}
