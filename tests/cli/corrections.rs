//! `correct`: what a reader cuts and restores stays so, whatever is done with the document.

use std::fs;

use crate::reclean::done;
use crate::support::{Corpus, PAGE};

const BAKERY: &str = "The island's bakery had run out of flour";
const NEWSLETTER: &str = "Sign up for our daily newsletter";

fn ok(corpus: &Corpus, args: &[&str]) -> String {
    let output = corpus.run(args);
    done(&output);
    String::from_utf8(output.stdout).unwrap()
}

/// A clean corpus with [`PAGE`], and the digits of the document's id.
fn corpus() -> (Corpus, String) {
    let corpus = Corpus::with_page();
    ok(&corpus, &["clean"]);
    let sidecar = sidecar(&corpus);
    let id = sidecar["id"].as_str().unwrap()[..8].to_owned();
    (corpus, id)
}

fn named(corpus: &Corpus, end: &str) -> Vec<String> {
    let names = corpus.files("clean").into_iter().filter(|name| !name.starts_with('.'));
    names.filter(|name| name.ends_with(end)).map(|name| format!("clean/{name}")).collect()
}

fn text(corpus: &Corpus) -> String {
    fs::read_to_string(corpus.path(&named(corpus, ".txt")[0])).unwrap()
}

fn sidecar(corpus: &Corpus) -> serde_json::Value {
    let names = named(corpus, ".json").into_iter().find(|name| !name.ends_with(".corrections.json"));
    serde_json::from_str(&fs::read_to_string(corpus.path(&names.unwrap())).unwrap()).unwrap()
}

/// Whether the text has the sentence about the bakery, and the line about the newsletter.
fn has(corpus: &Corpus) -> (bool, bool) {
    let text = text(corpus);
    (text.contains(BAKERY), text.contains(NEWSLETTER))
}

fn check(corpus: &Corpus) {
    ok(corpus, &["verify"]);
    ok(corpus, &["reindex"]);
    ok(corpus, &["verify"]);
    assert!(ok(corpus, &["clean"]).contains("1 unchanged"));
}

#[test]
fn what_was_corrected_stays_so_through_everything() {
    let (corpus, id) = corpus();
    assert_eq!((has(&corpus), ok(&corpus, &["correct"]).as_str()), ((true, false), "no document was corrected by hand\n"));
    let before = text(&corpus);

    let printed = ok(&corpus, &["correct", &id, "--cut", "island's bakery", "--restore", NEWSLETTER]);
    assert!(printed.contains("1 updated"), "{printed}");
    assert_eq!(has(&corpus), (false, true));
    check(&corpus);
    let applied = sidecar(&corpus)["corrections"].clone();
    assert_eq!((&applied["cut"], &applied["restored"], &applied["unmatched"]), (&1.into(), &1.into(), &0.into()));
    assert!(ok(&corpus, &["history", &id]).contains("2"), "the earlier text is a version");
    assert!(ok(&corpus, &["search", "flour"]).is_empty() && ok(&corpus, &["search", "newsletter"]).contains(&id));

    // The list, the blocks and `explain` say so.
    let listed = ok(&corpus, &["correct", &id]);
    assert!(listed.contains("cut") && listed.contains("restore") && listed.lines().count() == 2, "{listed}");
    assert!(ok(&corpus, &["correct", &id, "--blocks"]).contains("− (by hand) [other] The island's bakery"));
    assert_eq!(ok(&corpus, &["explain", &id]).matches("corrected by hand").count(), 2);
    assert!(ok(&corpus, &["correct"]).contains("1 restored, 1 cut"));

    // Cleaned again: all, with other rules, after the index was lost, after the files were lost.
    ok(&corpus, &["clean", "--all"]);
    assert_eq!(has(&corpus), (false, true));
    corpus.write("rules/other.toml", crate::reclean::BAKERY_RULE);
    ok(&corpus, &["clean", "--accept-loss"]);
    assert_eq!(has(&corpus), (false, true));
    fs::remove_file(corpus.path("rules/other.toml")).unwrap();
    ok(&corpus, &["clean", "--accept-loss"]);
    for name in named(&corpus, ".txt") {
        fs::remove_file(corpus.path(&name)).unwrap();
    }
    ok(&corpus, &["clean"]);
    assert_eq!(has(&corpus), (false, true));
    check(&corpus);

    // A new version of the page: other paragraphs, one of them the same.
    let paragraph =
        "<p>A second boat will sail in the evening from now on, if the wind allows it, and the timetable hangs at the quay.</p>";
    corpus.write("raw/ferry.html", PAGE.replace("<p>The island's", &format!("{paragraph}<p>The island's")));
    assert!(ok(&corpus, &["clean"]).contains("1 updated"));
    assert_eq!(has(&corpus), (false, true));
    // One without the newsletter: that correction is kept for a page that has it.
    corpus.write("raw/ferry.html", PAGE.replace("Sign up for our daily newsletter and never miss a story.", ""));
    let output = corpus.run(&["clean"]);
    done(&output);
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 corrections of document"), "{output:?}");
    assert_eq!((has(&corpus), sidecar(&corpus)["corrections"]["unmatched"].as_u64()), ((false, false), Some(1)));
    assert!(ok(&corpus, &["correct", &id]).contains("not on the page any more"));
    corpus.write("raw/ferry.html", PAGE);
    ok(&corpus, &["clean"]);
    assert_eq!(has(&corpus), (false, true));

    // Taken back, one and all.
    ok(&corpus, &["correct", &id, "--undo", "1"]);
    assert_eq!(has(&corpus), (false, false));
    ok(&corpus, &["correct", &id, "--undo"]);
    assert_eq!(text(&corpus), before);
    assert!(named(&corpus, ".corrections.json").is_empty() && sidecar(&corpus).get("corrections").is_none());
    check(&corpus);
}

#[test]
fn corrections_that_are_not_applied_yet_are_noticed() {
    let (corpus, id) = corpus();
    ok(&corpus, &["correct", &id, "--cut", BAKERY]);
    let file = named(&corpus, ".corrections.json").remove(0);
    let corrections = fs::read(corpus.path(&file)).unwrap();
    // As after a kill between the file and the document, or by the user's own hand.
    fs::remove_file(corpus.path(&file)).unwrap();
    let found = corpus.run(&["verify"]);
    assert!(String::from_utf8_lossy(&found.stdout).contains("with other corrections by hand"), "{found:?}");
    for reindex in [false, true] {
        if reindex {
            ok(&corpus, &["reindex"]);
        }
        assert!(ok(&corpus, &["clean"]).contains("1 updated"));
        assert_eq!(has(&corpus), (true, false));
        fs::write(corpus.path(&file), &corrections).unwrap();
        if reindex {
            ok(&corpus, &["reindex"]);
        }
        assert!(ok(&corpus, &["clean"]).contains("1 updated"));
        assert_eq!(has(&corpus), (false, false));
        check(&corpus);
        fs::remove_file(corpus.path(&file)).unwrap();
    }
    // One that cannot be read: nothing is written without it, and it is never lost.
    corpus.write(&file, "{");
    let output = corpus.run(&["clean"]);
    assert_eq!((output.status.code(), has(&corpus)), (Some(3), (false, false)), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("docs/format.md"), "{output:?}");
    assert_eq!(corpus.run(&["correct", &id]).status.code(), Some(1));
    ok(&corpus, &["verify", "--repair"]);
    assert!(corpus.files(".gleaner/replaced").iter().any(|name| name.ends_with(".corrections.json")));
    ok(&corpus, &["clean"]);
    assert_eq!(has(&corpus), (true, false));
}

#[test]
fn a_run_is_rolled_back_only_to_a_text_with_the_same_corrections() {
    let (corpus, id) = corpus();
    ok(&corpus, &["correct", &id, "--cut", BAKERY]);
    let runs = || {
        let mut names: Vec<String> = corpus.files("log").into_iter().filter(|name| name.ends_with(".jsonl")).collect();
        names.sort_by_key(|name| fs::metadata(corpus.path(&format!("log/{name}"))).unwrap().modified().unwrap());
        names
    };
    let of_correction = runs().pop().unwrap();
    let printed = ok(&corpus, &["rollback", &of_correction]);
    assert!(printed.contains("1 refused"), "{printed}");
    assert_eq!(has(&corpus), (false, false));

    // A run after it is undone as any other.
    let corrected = text(&corpus);
    corpus.write("raw/ferry.html", PAGE.replace("sixty cars", "seventy cars"));
    ok(&corpus, &["clean"]);
    assert!(text(&corpus).contains("seventy"));
    let of_change = runs().pop().unwrap();
    assert!(ok(&corpus, &["rollback", &of_change]).contains("1 restored"));
    assert_eq!(text(&corpus), corrected);
    ok(&corpus, &["verify"]);
}

#[test]
fn a_forgotten_document_takes_its_corrections_along() {
    let (corpus, id) = corpus();
    ok(&corpus, &["correct", &id, "--cut", BAKERY]);
    ok(&corpus, &["forget", &id]);
    assert!(named(&corpus, ".json").is_empty());
    assert!(corpus.files("clean/.trash").iter().any(|name| name.ends_with(".corrections.json")));
    ok(&corpus, &["verify"]);
    ok(&corpus, &["clean"]);
    assert_eq!(has(&corpus), (true, false), "it is a new document");
    ok(&corpus, &["prune", "--trash", "--keep", "0d"]);
}

#[test]
fn labels_have_every_block_of_the_corrected_pages() {
    let (corpus, id) = corpus();
    corpus.write("raw/other.html", PAGE.replace("Holm", "Sund"));
    ok(&corpus, &["clean"]);
    ok(&corpus, &["correct", &id, "--cut", BAKERY, "--restore", NEWSLETTER]);
    assert_eq!(ok(&corpus, &["correct", "--labels", "labels.jsonl"]), "wrote 1 page to labels.jsonl\n");
    let lines = fs::read_to_string(corpus.path("labels.jsonl")).unwrap();
    let [line] = lines.lines().collect::<Vec<_>>()[..] else { panic!("{lines}") };
    let page: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!((page["schema"].as_u64(), page["raw"]["path"].as_str()), (Some(1), Some("raw/ferry.html")));
    let blocks = page["blocks"].as_array().unwrap();
    let by_hand: Vec<(bool, &str)> = blocks
        .iter()
        .filter(|block| block["by_hand"] == true)
        .map(|block| (block["kept"].as_bool().unwrap(), block["text"].as_str().unwrap()))
        .collect();
    assert_eq!(by_hand.iter().map(|(kept, _)| *kept).collect::<Vec<_>>(), [false, true]);
    assert!(by_hand[0].1.starts_with(BAKERY) && by_hand[1].1.starts_with(NEWSLETTER) && blocks.len() > 5);
}

#[test]
fn what_cannot_be_corrected_is_explained() {
    let (corpus, id) = corpus();
    for (args, message) in [
        (["--cut", "nothing of the kind"], "no block to cut has these words"),
        (["--cut", "the"], "several blocks have these words"),
        (["--restore", "900"], "there is no block 900"),
        (["--undo", "1"], "there is no correction 1"),
        (["--undo", "x"], "it is no number"),
    ] {
        let output = corpus.run(&[&["correct", &id], &args[..]].concat());
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{printed}");
        assert!(printed.contains(message) && printed.contains("hint: "), "{printed}");
    }
    let kept: Vec<String> = ok(&corpus, &["correct", &id, "--blocks"])
        .lines()
        .filter_map(|line| line.trim_start().split_once(" +").map(|(number, _)| number.to_owned()))
        .collect();
    let all: Vec<&str> = kept.iter().flat_map(|number| ["--cut", number]).collect();
    let output = corpus.run(&[&["correct", &id], &all[..]].concat());
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing of its text would be left"), "{output:?}");
    assert_eq!(has(&corpus), (true, false));
}
