//! Runs that are killed: the next run always makes the corpus what an uninterrupted run would have made it.
//!
//! The quick tests kill short runs at every failpoint and at ten random times. The long ones (`cargo test --test crash -- --ignored`)
//! kill runs of 200 documents at fifty random times and at the seventeenth hit of every failpoint, and recoveries at every failpoint.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../shared/copy.rs"]
mod copy;
mod fixture;
mod hooks;
mod queue;
#[path = "../shared/random.rs"]
mod random;
#[path = "../shared/request.rs"]
mod request;
mod rollback;
mod site;
#[path = "../shared/tree.rs"]
mod tree;

use std::collections::BTreeSet;
use std::time::Instant;

use gleaner::store::FAILPOINTS;

use fixture::{Corpora, OF_RUNS};
use random::Random;
use tree::{Tree, tree};

/// Pseudo-random fractions from 0 to 1, the same for the same seed.
fn fractions(seed: u64) -> impl Iterator<Item = f64> {
    let mut random = Random::new(seed);
    std::iter::repeat_with(move || random.below(1 << 20) as f64 / f64::from(1 << 20))
}

/// Kills `count` runs: half of them while they fill an empty corpus, half of them while they update a full one.
fn kill_at_random_times(documents: usize, count: usize) {
    let corpora = Corpora::new(documents);
    for (first, seed) in [(true, 1), (false, 2)] {
        let reference = corpora.reference(first);
        let started = Instant::now();
        assert!(corpora.corpus(first).run().success());
        let mut whole = started.elapsed();
        let mut killed = 0;
        for fraction in fractions(seed).take(count * 4) {
            let corpus = corpora.corpus(first);
            let time = whole.mul_f64(fraction);
            if corpus.run_and_kill(time) {
                killed += 1;
                corpus.finish(&reference, &format!("killed after {time:?} of {whole:?}"));
            } else {
                // The machine has become faster since: later times would be too late as well.
                whole = time;
            }
            if killed == count / 2 {
                break;
            }
        }
        assert_eq!(killed, count / 2, "runs killed before their end");
    }
}

/// Kills runs at every failpoint, at the given hits of it, and kills a recovery once. Returns the failpoints that were
/// reached.
fn kill_at_every_point(corpora: &Corpora, first: bool, hits: &[u32]) -> BTreeSet<&'static str> {
    let reference = corpora.reference(first);
    let mut reached = BTreeSet::new();
    for point in FAILPOINTS {
        for hit in hits {
            let corpus = corpora.corpus(first);
            if corpus.run_to_point(&format!("{point}:{hit}")) {
                reached.insert(*point);
                corpus.finish(&reference, &format!("{point}:{hit}"));
            }
        }
    }
    reached.extend(kill_while_recovering(corpora, first, &reference, &["rebuild.before-commit"]));
    reached
}

/// Kills runs, and kills the recovering run at each of these failpoints.
fn kill_while_recovering(corpora: &Corpora, first: bool, reference: &Tree, points: &[&'static str]) -> BTreeSet<&'static str> {
    let mut reached = BTreeSet::new();
    for point in points {
        let corpus = corpora.corpus(first);
        assert!(corpus.run_to_point("sidecar.after-rename:3"));
        if corpus.run_to_point(point) {
            reached.insert(*point);
        }
        corpus.finish(reference, &format!("sidecar.after-rename:3, then {point}"));
    }
    reached
}

/// Those are reached by no run, but by `gleaner correct` (`tests/store/corrections.rs`).
fn is_of_corrections(point: &str) -> bool {
    point.starts_with("corrections.")
}

fn assert_all_reached(reached: &BTreeSet<&str>) {
    let missed: Vec<_> = FAILPOINTS.iter().filter(|point| !is_of_corrections(point) && !reached.contains(*point)).collect();
    assert!(missed.is_empty(), "failpoints that no run reaches: {missed:?}");
}

#[test]
fn runs_killed_at_every_failpoint_are_completed() {
    assert_all_reached(&kill_at_every_point(&Corpora::new(24), false, &[1]));
}

#[test]
fn runs_killed_at_random_times_are_completed() {
    kill_at_random_times(40, 10);
}

#[test]
#[ignore = "slow"]
fn slow_killed_at_every_point_of_a_repair() {
    let corpora = Corpora::new(24);
    for first in [true, false] {
        kill_while_recovering(&corpora, first, &corpora.reference(first), FAILPOINTS);
    }
}

#[test]
#[ignore = "slow"]
fn slow_run_killed_at_fifty_moments() {
    kill_at_random_times(200, 50);
}

#[test]
#[ignore = "slow"]
fn slow_run_killed_at_every_point() {
    kill_at_every_point(&Corpora::new(200), false, &[17]);
}

#[test]
fn an_uninterrupted_run_writes_every_kind_of_file() {
    let corpora = Corpora::new(40);
    let (fresh, updated) = (corpora.reference(true), corpora.reference(false));
    let count = |tree: &Tree, part: &str| tree.keys().filter(|path| path.contains(part)).count();
    assert!(count(&fresh, ".txt") > 30 && count(&fresh, ".html.zst") == 10, "{:?}", fresh.keys());
    assert!(count(&fresh, ".versions") == 0 && count(&updated, ".versions") > 5, "{:?}", updated.keys());
    // A second run changes nothing.
    let corpus = corpora.corpus(true);
    assert!(corpus.run().success() && corpus.run().success());
    assert_eq!(tree(corpus.root(), OF_RUNS), fresh);
}
