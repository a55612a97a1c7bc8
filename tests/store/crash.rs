//! Runs killed at every failpoint: the next run makes the tree what an uninterrupted run would have made it.
//!
//! The child process is this test binary, run for the one test [`child`].

use std::path::Path;
use std::process::Command;

use gleaner::store::{CorpusReader, FAILPOINTS, Layout, verify};

use crate::support::*;

const ROOT: &str = "GLEANER_TEST_ROOT";
const STEP: &str = "GLEANER_TEST_STEP";

/// The sources of two runs: the second changes texts, turns a document into a copy and a copy into a document.
fn sources(step: u8) -> Vec<Source> {
    let mut sources = sample();
    sources.push(source("raw/e.txt", "Evening", "A quiet evening."));
    sources.push(source("raw/f.txt", "Evening again", "A quiet evening."));
    if step == 2 {
        sources[0].text = "It rained all night.".into();
        sources[2].text = "The bridge closed on Monday.".into();
        sources[4].text = "It rained all night".into();
        sources.push(source("https://news.example.com/late", "Late", "A late story."));
    }
    sources
}

/// The work of the child process; does nothing in the parent.
#[test]
fn child() {
    let (Ok(root), Ok(step)) = (std::env::var(ROOT), std::env::var(STEP)) else { return };
    run(&Layout::at(Path::new(&root)), &sources(step.parse().unwrap()));
}

/// Whether the child process succeeded.
fn run_child(corpus: &Corpus, step: u8, failpoint: &str) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "crash::child", "--nocapture"]);
    command.env(ROOT, &corpus.layout.root).env(STEP, step.to_string()).env("GLEANER_FAILPOINT", failpoint);
    command.output().unwrap().status.success()
}

#[test]
fn after_a_kill_at_any_point_the_next_run_completes_the_tree() {
    let uninterrupted = Corpus::new();
    uninterrupted.run(&sources(1));
    let first = uninterrupted.tree();
    uninterrupted.run(&sources(2));
    let (second, index) = (uninterrupted.tree(), dump(&uninterrupted.layout));

    // Those of corrections are reached by no run: see `corrections`.
    let mut never_hit: Vec<&str> = FAILPOINTS.iter().copied().filter(|point| !point.starts_with("corrections.")).collect();
    for step in [1, 2] {
        for point in FAILPOINTS {
            // The first hit and a later one, which find different states.
            let counts: &[u32] = if step == 1 { &[1] } else { &[1, 3] };
            for count in counts {
                let corpus = Corpus::new();
                if step == 2 {
                    corpus.run(&sources(1));
                    assert_eq!(corpus.tree(), first);
                }
                let failpoint = format!("{point}:{count}");
                if run_child(&corpus, step, &failpoint) {
                    break;
                }
                never_hit.retain(|other| other != point);
                corpus.run(&sources(step));
                let expected = if step == 1 { &first } else { &second };
                assert_eq!(names(&corpus.tree()), names(expected), "step {step}, {failpoint}");
                assert_eq!(&corpus.tree(), expected, "step {step}, {failpoint}");
                assert_eq!(verify::run(&corpus.layout, None).unwrap(), [], "step {step}, {failpoint}");
                if step == 2 {
                    assert_eq!(dump(&corpus.layout), index, "step {step}, {failpoint}");
                }
            }
        }
    }
    assert_eq!(never_hit, [""; 0]);
}

fn names(tree: &std::collections::BTreeMap<String, Vec<u8>>) -> Vec<&String> {
    tree.keys().collect()
}

#[test]
fn a_run_completes_the_tree_after_any_number_of_kills() {
    let uninterrupted = Corpus::new();
    uninterrupted.run(&sources(1));
    uninterrupted.run(&sources(2));
    let corpus = Corpus::new();
    corpus.run(&sources(1));
    let points =
        ["version.after-rename", "text.after-rename", "rebuild.before-commit", "text.before-removal", "close.before-checksum"];
    for point in points {
        run_child(&corpus, 2, point);
        // Readers can open the corpus in this state.
        CorpusReader::open(&corpus.layout).unwrap().status().unwrap();
    }
    corpus.run(&sources(2));
    assert_eq!(corpus.tree(), uninterrupted.tree());
    assert_eq!(dump(&corpus.layout), dump(&uninterrupted.layout));
}
