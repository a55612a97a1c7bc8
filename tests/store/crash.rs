//! A run killed at any failpoint, and the run after it: the tree is as if nothing had happened.
//!
//! The child is this test binary itself, called for the one test [`child`].

use std::path::Path;
use std::process::Command;

use gleaner::store::{FAILPOINTS, Layout, Reader, verify};

use crate::support::*;

const ROOT: &str = "GLEANER_TEST_ROOT";
const STEP: &str = "GLEANER_TEST_STEP";

/// Two runs: the second changes texts, makes a copy of a document and a document of a copy.
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

/// The child's work; nothing where this is no child.
#[test]
fn child() {
    let (Ok(root), Ok(step)) = (std::env::var(ROOT), std::env::var(STEP)) else { return };
    run(&Layout::at(Path::new(&root)), &sources(step.parse().unwrap()));
}

/// Whether the child ended well.
fn run_child(corpus: &Corpus, step: u8, failpoint: &str) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "crash::child", "--nocapture"]);
    command.env(ROOT, &corpus.layout.root).env(STEP, step.to_string()).env("GLEANER_FAILPOINT", failpoint);
    command.output().unwrap().status.success()
}

#[test]
fn killed_at_any_point_the_next_run_completes_the_tree() {
    let undisturbed = Corpus::new();
    undisturbed.run(&sources(1));
    let first = undisturbed.tree();
    undisturbed.run(&sources(2));
    let (second, index) = (undisturbed.tree(), dump(&undisturbed.layout));

    let mut never_hit: Vec<&str> = FAILPOINTS.to_vec();
    for step in [1, 2] {
        for point in FAILPOINTS {
            // The first hit and a later one: the state before differs.
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
                assert_eq!(verify::run(&corpus.layout).unwrap(), [], "step {step}, {failpoint}");
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
fn killed_again_and_again_it_still_gets_there() {
    let undisturbed = Corpus::new();
    undisturbed.run(&sources(1));
    undisturbed.run(&sources(2));
    let corpus = Corpus::new();
    corpus.run(&sources(1));
    let points =
        ["version.after-rename", "text.after-rename", "rebuild.before-commit", "text.before-removal", "close.before-seal"];
    for point in points {
        run_child(&corpus, 2, point);
        // Readers are served meanwhile.
        Reader::open(&corpus.layout).unwrap().status().unwrap();
    }
    corpus.run(&sources(2));
    assert_eq!(corpus.tree(), undisturbed.tree());
    assert_eq!(dump(&corpus.layout), dump(&undisturbed.layout));
}
