//! How often the health of a site is wrong: generated sites that are well, and sites to which something happens, looked at every day.
//!
//! `cargo test --test health -- --nocapture` prints the figures of docs/health.md; `GLEANER_HEALTH_SITES` sets the number of sites of each kind.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a panic is how they fail")]

#[path = "../shared/random.rs"]
mod random;
mod simulation;
mod site;
