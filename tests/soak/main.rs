//! A long life in short: runs over a web that changes, with kills, a full disk and a clock that jumps, for as long as
//! `GLEANER_SOAK_SECONDS` says (default: an hour). At the end the corpus is intact and has every story.
//!
//! `just soak` runs it. `GLEANER_SOAK_SEED` repeats a run, as far as the machine's timing lets it.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod corpus;
#[path = "../shared/random.rs"]
mod random;
#[path = "../shared/request.rs"]
mod request;
mod web;

use std::time::{Duration, Instant};

use corpus::Corpus;
use random::Random;
use web::Web;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |value| value.parse().unwrap())
}

#[test]
#[ignore = "an hour"]
fn soak_runs_with_kills_full_disks_and_clock_jumps_lose_nothing() {
    let seed = number("GLEANER_SOAK_SEED", 1);
    let end = Instant::now() + Duration::from_secs(number("GLEANER_SOAK_SECONDS", 3600));
    let mut random = Random::new(seed);
    let web = Web::open(3);
    let mut corpus = Corpus::new(&web);
    // There is a corpus before a reader looks for one.
    corpus.run_to_the_end();
    let mut steps = 0;
    while Instant::now() < end {
        web.publish(&mut random);
        corpus.move_clock(&mut random);
        step(&mut corpus, &web, &mut random);
        steps += 1;
        if steps % 8 == 0 {
            corpus.run_to_the_end();
            corpus.verify(&format!("seed {seed}, step {steps}"));
        }
    }
    web.stop_failing();
    corpus.poll_until_nothing_is_left(&web);
    corpus.verify(&format!("seed {seed}, after {steps} steps"));
    let lost = web.available().filter(|marker| !corpus.has(marker)).collect::<Vec<_>>();
    assert!(lost.is_empty(), "seed {seed}, after {steps} steps: {} stories are not in the corpus: {lost:?}", lost.len());
    println!("{steps} steps: {}, {} stories; disk: {}", corpus.counts(), web.available().count(), corpus.disk());
}

/// One thing that happens to a corpus.
fn step(corpus: &mut Corpus, web: &Web, random: &mut Random) {
    match random.below(10) {
        0..=2 => corpus.run_to_the_end(),
        3..=6 => {
            let time = Duration::from_millis(random.below(1500) as u64);
            corpus.run_and_kill(time);
        }
        7 => corpus.run_twice_at_once(),
        8 => {
            corpus.change_file(random.below(40), random.below(1000));
            corpus.clean();
        }
        _ => corpus.run_on_a_full_disk(random.below(200) * 1024),
    }
    // A story is deleted only between runs: what a run has seen is there when it asks for it.
    web.delete(random);
}
