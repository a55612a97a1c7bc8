//! Runs that are killed: whatever the moment, the next run makes the corpus what an undisturbed run would have made it.
//!
//! The quick tests kill short runs at every named point and at ten random moments. The long ones (`cargo test --test crash -- --ignored`)
//! kill runs of 200 documents at fifty moments and at the seventeenth hit of every point, and repairs at every point.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod queue;
mod scene;
mod site;

use std::collections::BTreeSet;
use std::time::Instant;

use gleaner::store::FAILPOINTS;

use scene::{Scene, Tree, tree};

/// Parts of a whole that look random and are the same each time (splitmix64).
fn parts(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    })
}

/// Kills `count` runs, half of them while they fill an empty corpus, half of them while they update a full one.
fn at_random_moments(documents: usize, count: usize) {
    let scene = Scene::new(documents);
    for (first, seed) in [(true, 1), (false, 2)] {
        let reference = scene.reference(first);
        let started = Instant::now();
        assert!(scene.corpus(first).run().success());
        let mut whole = started.elapsed();
        let mut killed = 0;
        for part in parts(seed).take(count * 4) {
            let corpus = scene.corpus(first);
            let moment = whole.mul_f64(part);
            if corpus.run_and_kill(moment) {
                killed += 1;
                corpus.finish(&reference, &format!("killed after {moment:?} of {whole:?}"));
            } else {
                // The machine has become quicker since: later moments would be too late as well.
                whole = moment;
            }
            if killed == count / 2 {
                break;
            }
        }
        assert_eq!(killed, count / 2, "runs killed before their end");
    }
}

/// Kills runs at every named point, at these hits of it, and the run that repairs what the kill left once more. Gives the points that were
/// reached.
fn at_every_point(scene: &Scene, first: bool, hits: &[u32]) -> BTreeSet<&'static str> {
    let reference = scene.reference(first);
    let mut reached = BTreeSet::new();
    for point in FAILPOINTS {
        for hit in hits {
            let corpus = scene.corpus(first);
            if corpus.run_to_point(&format!("{point}:{hit}")) {
                reached.insert(*point);
                corpus.finish(&reference, &format!("{point}:{hit}"));
            }
        }
    }
    reached.extend(while_repairing(scene, first, &reference, &["rebuild.before-commit"]));
    reached
}

/// Kills runs, and the runs that repair what the kill left at these points.
fn while_repairing(scene: &Scene, first: bool, reference: &Tree, points: &[&'static str]) -> BTreeSet<&'static str> {
    let mut reached = BTreeSet::new();
    for point in points {
        let corpus = scene.corpus(first);
        assert!(corpus.run_to_point("sidecar.after-rename:3"));
        if corpus.run_to_point(point) {
            reached.insert(*point);
        }
        corpus.finish(reference, &format!("sidecar.after-rename:3, then {point}"));
    }
    reached
}

fn expect_all(reached: &BTreeSet<&str>) {
    let missed: Vec<_> = FAILPOINTS.iter().filter(|point| !reached.contains(*point)).collect();
    assert!(missed.is_empty(), "points that no run passes: {missed:?}");
}

#[test]
fn killed_at_every_point() {
    expect_all(&at_every_point(&Scene::new(24), false, &[1]));
}

#[test]
fn killed_at_random_moments() {
    at_random_moments(40, 10);
}

#[test]
#[ignore = "slow"]
fn slow_killed_at_every_point_of_a_repair() {
    let scene = Scene::new(24);
    for first in [true, false] {
        while_repairing(&scene, first, &scene.reference(first), FAILPOINTS);
    }
}

#[test]
#[ignore = "slow"]
fn slow_run_killed_at_fifty_moments() {
    at_random_moments(200, 50);
}

#[test]
#[ignore = "slow"]
fn slow_run_killed_at_every_point() {
    at_every_point(&Scene::new(200), false, &[17]);
}

#[test]
fn the_undisturbed_run_has_something_to_lose() {
    let scene = Scene::new(40);
    let (fresh, updated) = (scene.reference(true), scene.reference(false));
    let count = |tree: &Tree, part: &str| tree.keys().filter(|path| path.contains(part)).count();
    assert!(count(&fresh, ".txt") > 30 && count(&fresh, ".html.zst") == 10, "{:?}", fresh.keys());
    assert!(count(&fresh, ".versions") == 0 && count(&updated, ".versions") > 5, "{:?}", updated.keys());
    // A second run changes nothing.
    let corpus = scene.corpus(true);
    assert!(corpus.run().success() && corpus.run().success());
    assert_eq!(tree(corpus.root()), fresh);
}
