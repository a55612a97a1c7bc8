//! Rollbacks that are killed, and rollbacks of runs that were: the corpus is intact at every point, and the same command once more makes it what it was before
//! the run.

use std::collections::BTreeSet;
use std::fs;

use gleaner::store::FAILPOINTS;

use crate::fixture::{Corpora, Corpus};
use crate::tree::{Tree, tree};

/// The texts and sidecars of all documents.
fn documents(corpus: &Corpus) -> Tree {
    tree(&corpus.root().join("clean"), &[".versions", ".undone"])
}

/// The name of the last run.
fn last_run(corpus: &Corpus) -> String {
    let names = fs::read_dir(corpus.root().join("log")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(".jsonl").map(str::to_owned)).max().unwrap()
}

fn assert_same(corpus: &Corpus, expected: &Tree, what: &str) {
    let found = documents(corpus);
    let differ: Vec<&String> =
        found.keys().chain(expected.keys()).filter(|name| found.get(*name) != expected.get(*name)).collect();
    assert!(differ.is_empty(), "{what}: {differ:?} differ");
    corpus.verify(what);
}

#[test]
fn rollbacks_killed_at_every_failpoint_are_completed() {
    let corpora = Corpora::new(20);
    let corpus = corpora.corpus(false);
    let before = documents(&corpus);
    assert!(corpus.run().success());
    let (updated, run) = (documents(&corpus), last_run(&corpus));
    assert_ne!(updated, before);
    let mut reached = BTreeSet::new();
    for (number, point) in FAILPOINTS.iter().enumerate() {
        let corpus = corpus.duplicate();
        // Each document passes the renames; all others are passed once or twice.
        let hit = if point.ends_with("rename") { 1 + number % 3 } else { 1 };
        let what = format!("{point}:{hit}");
        if corpus.runs_through(&["--quiet", "rollback", &run], Some(&what)) {
            assert_same(&corpus, &before, &format!("{what}, which was not reached"));
            continue;
        }
        reached.insert(*point);
        if number % 2 == 0 {
            // Another run comes in between: it repairs, and does not make again what is undone already.
            assert!(corpus.run().success(), "{what}");
            corpus.verify(&what);
        }
        assert!(corpus.runs_through(&["--quiet", "rollback", &run], None), "{what}");
        assert_same(&corpus, &before, &what);
    }
    assert!(corpus.runs_through(&["--quiet", "rollback", &run], None) && corpus.runs_through(&["--quiet", "reindex"], None));
    assert_same(&corpus, &before, "rebuilt");
    let not_reached: Vec<&str> = FAILPOINTS.iter().copied().filter(|point| !reached.contains(point)).collect();
    // A rollback writes neither bodies nor corrections.
    let is_written = |point: &str| !["raw", "corrections", "rebuild.before-commit"].iter().any(|start| point.starts_with(start));
    assert!(!not_reached.iter().any(|point| is_written(point)), "{not_reached:?}");
}

#[test]
fn runs_that_were_killed_can_be_undone() {
    let corpora = Corpora::new(20);
    for point in
        ["text.before-rename:2", "text.after-rename:3", "sidecar.after-rename:4", "index.before-commit", "close.after-checksum"]
    {
        let corpus = corpora.corpus(false);
        let before = documents(&corpus);
        assert!(corpus.run_to_point(point), "{point}");
        assert!(corpus.runs_through(&["--quiet", "rollback", &last_run(&corpus)], None), "{point}");
        assert_same(&corpus, &before, point);
    }
}
