//! `rollback`: runs that are undone, what they leave, and what the next `clean` makes of it.

use std::collections::BTreeMap;
use std::fs;

use crate::reclean::{BAKERY_RULE, corpus, done, page};
use crate::snapshot;
use crate::support::{Corpus, PAGE};

/// A page that has nothing in common with the others.
const STORY: &str = "<html><head><title>Library opens on Sundays</title></head><body><article><h1>Library opens on Sundays</h1>\
    <p>From next month on, readers can borrow books on the day on which most of them have the time to do so, the head librarian announced.</p>\
    <p>Two students will be paid to sit at the counter, and the heating, which has been turned off at weekends, stays on until the evening.</p>\
    </article></body></html>";

/// The texts and sidecars of all documents, with their bytes; earlier versions are not among them.
fn documents(corpus: &Corpus) -> BTreeMap<String, Vec<u8>> {
    let names = corpus.files("clean").into_iter().filter(|name| !name.starts_with('.'));
    names.map(|name| (name.clone(), fs::read(corpus.path("clean").join(&name)).unwrap())).collect()
}

/// That two corpora have the same documents.
fn assert_same<Content: PartialEq + AsRef<[u8]>>(found: &BTreeMap<String, Content>, expected: &BTreeMap<String, Content>) {
    let shown = |all: &BTreeMap<String, Content>, name: &String| {
        all.get(name).map_or("(none)".to_owned(), |content| String::from_utf8_lossy(content.as_ref()).into_owned())
    };
    for name in found.keys().chain(expected.keys()) {
        assert!(found.get(name) == expected.get(name), "{name}:\n{}\nexpected:\n{}", shown(found, name), shown(expected, name));
    }
}

/// The texts and sidecars without what follows from other documents.
fn alone(corpus: &Corpus) -> BTreeMap<String, String> {
    const OF_CORPUS: &[&str] = &["cluster", "relations", "sidecar_sha256"];
    let own = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text) {
            Ok(mut fields) => {
                fields.retain(|key, _| !OF_CORPUS.contains(&key.as_str()));
                serde_json::to_string(&fields).unwrap()
            }
            Err(_) => text,
        }
    };
    documents(corpus).into_iter().map(|(name, bytes)| (name, own(bytes))).collect()
}

/// The journals, oldest first.
fn runs(corpus: &Corpus) -> Vec<String> {
    let names = corpus.files("log").into_iter().filter_map(|name| name.strip_suffix(".jsonl").map(str::to_owned));
    let mut names: Vec<String> = names.collect();
    names.sort_by_key(|name| {
        let (time, number) = name.split_once('_').unwrap_or((name, "1"));
        (time.to_owned(), number.parse::<u32>().unwrap())
    });
    names
}

fn last_run(corpus: &Corpus) -> String {
    runs(corpus).pop().unwrap()
}

/// Runs a command that must end well; gives what it printed.
fn ok(corpus: &Corpus, args: &[&str]) -> String {
    let output = corpus.run(args);
    done(&output);
    String::from_utf8(output.stdout).unwrap()
}

fn check(corpus: &Corpus) {
    ok(corpus, &["verify"]);
    ok(corpus, &["reindex"]);
    ok(corpus, &["verify"]);
}

#[test]
fn a_run_is_undone_byte_for_byte_and_not_made_again_by_itself() {
    let corpus = corpus();
    let before = documents(&corpus);
    corpus.write("rules/other.toml", BAKERY_RULE);
    ok(&corpus, &["clean", "--accept-loss"]);
    let (cleaned, run) = (documents(&corpus), last_run(&corpus));
    assert!(
        cleaned.keys().eq(before.keys()) && cleaned.iter().all(|(name, bytes)| name.ends_with("txt") || before[name] != *bytes)
    );

    let printed = ok(&corpus, &["rollback", &run, "--dry-run"]);
    assert!(printed.contains("13 restored (dry run"), "{printed}");
    assert_same(&documents(&corpus), &cleaned);
    assert!(ok(&corpus, &["rollback", &run]).contains("13 inputs in ") && last_run(&corpus) != run);
    assert_same(&documents(&corpus), &before);
    check(&corpus);
    assert_same(&documents(&corpus), &before);
    let journal = fs::read_to_string(corpus.path(&format!("log/{}.jsonl", last_run(&corpus)))).unwrap();
    assert!(
        journal.lines().count() == 13 && journal.lines().all(|line| line.contains(&format!("\"run\":\"{run}\""))),
        "{journal}"
    );

    // Once more: there is nothing left to do.
    let printed = ok(&corpus, &["rollback", &format!("log/{run}.jsonl")]);
    assert!(printed.contains(": 13 unchanged"), "{printed}");
    assert_same(&documents(&corpus), &before);

    // Nothing makes the change again unless it is asked to, or the rules change.
    for args in [&["clean"][..], &["clean", "--dry-run"], &["clean", "raw"]] {
        let printed = ok(&corpus, args);
        assert!(printed.contains("13 unchanged; 13 documents as `gleaner rollback` left them"), "{printed}");
    }
    assert_same(&documents(&corpus), &before);
    corpus.write("raw/new.html", page(55, "Holm Courier"));
    assert!(ok(&corpus, &["clean"]).contains("1 new, 13 unchanged; 13 documents"));
    fs::remove_file(corpus.path("raw/new.html")).unwrap();
    ok(&corpus, &["forget", "--missing"]);
    assert_eq!(corpus.run(&["clean", "--all"]).status.code(), Some(3));
    ok(&corpus, &["clean", "--all", "--accept-loss"]);
    assert_same(&documents(&corpus), &cleaned);
    // What was made again on request is undone no longer.
    corpus.write("rules/other.toml", BAKERY_RULE.replace("id = \"bakery\"", "id = \"baker\""));
    assert!(ok(&corpus, &["clean"]).contains("13 unchanged in") || documents(&corpus) != cleaned);
    corpus.write("rules/other.toml", BAKERY_RULE);
    assert!(!ok(&corpus, &["clean"]).contains("rollback"));
    assert_same(&documents(&corpus), &cleaned);
    check(&corpus);
}

#[test]
fn a_page_that_changed_is_restored_until_it_changes_again() {
    let corpus = Corpus::with_page();
    corpus.write("raw/other.html", page(3, "Sund Gazette"));
    ok(&corpus, &["clean"]);
    let before = documents(&corpus);
    corpus.write("raw/ferry.html", PAGE.replace("sixty", "seventy"));
    corpus.write("raw/third.html", STORY);
    ok(&corpus, &["clean"]);
    let (changed, run) = (documents(&corpus), last_run(&corpus));
    assert!(ok(&corpus, &["rollback", &run]).contains("1 restored"));
    let mut restored = documents(&corpus);
    assert_eq!(restored.len(), before.len() + 2, "a document that the run added stays");
    restored.retain(|name, _| before.contains_key(name));
    assert_same(&restored, &before);
    assert!(ok(&corpus, &["clean"]).contains("3 unchanged; 1 document as"));
    check(&corpus);

    // Undone in turn.
    let rollback = runs(&corpus).into_iter().rev().nth(1).unwrap();
    assert!(ok(&corpus, &["rollback", &rollback]).contains("1 restored"));
    assert_same(&documents(&corpus), &changed);
    assert!(!ok(&corpus, &["clean"]).contains("rollback"));
    ok(&corpus, &["rollback", &run]);

    corpus.write("raw/ferry.html", PAGE.replace("sixty", "eighty"));
    assert!(ok(&corpus, &["clean"]).contains("1 updated, 2 unchanged"));
    assert!(ok(&corpus, &["show", "raw/ferry.html"]).contains("eighty"));
    check(&corpus);
}

#[test]
fn what_later_runs_changed_is_named_and_left_alone() {
    let corpus = Corpus::with_page();
    corpus.write("raw/other.html", page(3, "Sund Gazette"));
    ok(&corpus, &["clean"]);
    let before = documents(&corpus);
    for (ferry, other) in [("seventy", "100"), ("eighty", "100")] {
        corpus.write("raw/ferry.html", PAGE.replace("sixty", ferry));
        corpus.write("raw/other.html", page(3, "Sund Gazette").replace("43", other));
        ok(&corpus, &["clean"]);
    }
    let [.., second, third] = &runs(&corpus)[..] else { panic!() };
    snapshot!("rollback_left_alone", corpus.transcript(&["rollback", second]));
    assert!(ok(&corpus, &["show", "raw/ferry.html"]).contains("eighty"));
    assert!(ok(&corpus, &["show", "raw/other.html"]).contains("43 cars"));
    ok(&corpus, &["rollback", third]);
    assert!(ok(&corpus, &["show", "raw/ferry.html"]).contains("seventy"));
    ok(&corpus, &["rollback", second]);
    assert_same(&documents(&corpus), &before);
    check(&corpus);
}

#[test]
fn copies_and_originals_change_back() {
    let corpus = Corpus::new();
    let (first, second) = (page(1, "Holm Courier"), page(2, "Holm Courier"));
    // Documents are known by their first content, so that these have to differ.
    let copy = |page: &str, number: usize| page.replace("</html>", &format!("<!-- {number} --></html>"));
    for (name, page) in [("a", &first), ("b", &first), ("c", &second), ("d", &page(3, "Holm Courier")), ("e", &second)] {
        corpus.write(&format!("raw/{name}.html"), copy(page, usize::from(name.as_bytes()[0])));
    }
    ok(&corpus, &["clean"]);
    let before = documents(&corpus);
    let expected = alone(&corpus);
    let is_copy = |bytes: &[u8]| !String::from_utf8_lossy(bytes).contains("\"copy_of\": null");
    assert_eq!(before.iter().filter(|(name, bytes)| name.ends_with(".json") && is_copy(bytes)).count(), 2);
    // The original of one copy changes, another copy gets a text of its own, and a document becomes a copy.
    for (name, page) in [
        ("a", &page(4, "Holm Courier")),
        ("c", &page(5, "Holm Courier")),
        ("d", &page(5, "Holm Courier")),
        ("e", &page(6, "Holm Courier")),
    ] {
        corpus.write(&format!("raw/{name}.html"), copy(page, 7));
    }
    ok(&corpus, &["clean"]);
    let run = last_run(&corpus);
    assert_ne!(documents(&corpus), before);
    ok(&corpus, &["rollback", &run]);
    assert_same(&documents(&corpus), &before);
    check(&corpus);
    let rollback = runs(&corpus).pop().unwrap();
    // Undone in turn, and undone again after a document has become a copy of a text that goes.
    ok(&corpus, &["rollback", &rollback]);
    corpus.write("raw/f.html", copy(&page(6, "Holm Courier"), 8));
    ok(&corpus, &["clean"]);
    ok(&corpus, &["rollback", &run]);
    let mut restored = alone(&corpus);
    restored.retain(|name, _| expected.contains_key(name));
    assert_same(&restored, &expected);
    assert!(ok(&corpus, &["show", "raw/f.html"]).contains("Plan 6"), "it has the text itself now");
    check(&corpus);
}

#[test]
fn runs_are_named_as_their_journals() {
    let corpus = Corpus::with_page();
    let mut text = corpus.transcript(&["rollback"]);
    ok(&corpus, &["clean"]);
    let first = last_run(&corpus);
    corpus.write("raw/ferry.html", PAGE.replace("sixty", "seventy"));
    ok(&corpus, &["clean"]);
    for args in
        [&["rollback"][..], &["rollback", &first], &["rollback", "2001-01-01T00-00-00Z"], &["rollback", ".."], &["rollback", ""]]
    {
        text += &format!("\n{}", corpus.transcript(args));
    }
    let json: serde_json::Value = serde_json::from_str(&ok(&corpus, &["rollback", "--json"])).unwrap();
    assert_eq!((&json[0]["documents"], &json[0]["outcomes"]["updated"]), (&1.into(), &1.into()));
    // A run of a version that kept no sidecars.
    let run = json[0]["run"].as_str().unwrap();
    fs::remove_file(corpus.path(&format!("log/undo/{run}.jsonl.zst"))).unwrap();
    text += &format!("\n{}", corpus.transcript(&["rollback", run]));
    snapshot!("rollback_runs", text);
}

#[test]
fn a_text_that_was_pruned_cannot_be_restored_and_the_record_goes_with_its_journal() {
    let corpus = Corpus::with_page();
    ok(&corpus, &["clean"]);
    corpus.write("raw/ferry.html", PAGE.replace("sixty", "seventy"));
    ok(&corpus, &["clean"]);
    let run = last_run(&corpus);
    fs::remove_dir_all(corpus.path("clean/.versions")).unwrap();
    let transcript = corpus.transcript(&["rollback", &run]);
    assert!(transcript.contains("exit 3\n") && transcript.contains("no file has its earlier text any more"), "{transcript}");
    assert!(ok(&corpus, &["show", "raw/ferry.html"]).contains("seventy"));
    check(&corpus);
    assert_eq!(corpus.files("log/undo").len(), 1);
    ok(&corpus, &["clean"]);
    // Runs within one second are of one age.
    let tomorrow = corpus.command(&["prune", "--logs", "--keep", "0d"]).env("SOURCE_DATE_EPOCH", "4000000000").output().unwrap();
    done(&tomorrow);
    assert!(corpus.files("log/undo").is_empty());
}
