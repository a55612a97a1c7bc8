//! The same inputs give the same bytes with any number of threads and in whatever order the jobs complete: all of `raw/` and `clean/`, earlier
//! versions included, and the journals.
//!
//! Random corpora are cleaned by 1, 2 and 8 threads with jobs that are delayed at random (`GLEANER_SHUFFLE`), changed, and cleaned again.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod inputs;
#[path = "../shared/random.rs"]
mod random;
mod runs;
mod site;
#[path = "../shared/tree.rs"]
mod tree;

use inputs::write_corpus;
use random::Random;
use runs::{Way, compare};

/// Numbers of threads, with the seeds of orders of completion.
const WAYS: [Way; 4] = [
    Way { jobs: 1, shuffle: None },
    Way { jobs: 2, shuffle: Some(1) },
    Way { jobs: 8, shuffle: Some(2) },
    Way { jobs: 8, shuffle: Some(3) },
];

fn random_files(seeds: std::ops::Range<u64>, commands: &[&[&str]]) {
    for seed in seeds {
        let write = |root: &std::path::Path, edition: u64| write_corpus(root, &mut Random::new(seed), edition);
        compare(&format!("seed {seed}"), &WAYS, &write, commands);
    }
}

#[test]
fn random_archives_and_files_give_the_same_corpus_in_every_order() {
    random_files(0..2, &[&["clean"], &["clean"]]);
}

#[test]
#[ignore = "slow"]
fn slow_random_archives_and_files_give_the_same_corpus_in_every_order() {
    random_files(2..60, &[&["clean"], &["clean", "--all"], &["clean"]]);
}

#[test]
fn a_stream_gives_the_same_corpus_in_every_order() {
    let write = |root: &std::path::Path, edition: u64| {
        let mut random = Random::new(1000 + edition);
        std::fs::write(root.join("stream.warc"), inputs::archive(&mut random)).unwrap();
    };
    compare("stream", &WAYS, &write, &[&["ingest", "-"], &["clean"]]);
}

#[test]
fn pages_that_lead_to_one_another_give_the_same_corpus_in_every_order() {
    let site = site::Site::start();
    let write = |root: &std::path::Path, _: u64| std::fs::write(root.join("urls.txt"), site.list()).unwrap();
    compare("site", &WAYS, &write, &[&["ingest", "--list", "urls.txt"], &["clean"]]);
}
