//! Ways to find articles: thousands of public feeds, and front pages written by hand in several layouts and languages.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail the test")]

mod feeds;
mod fronts;
#[path = "../shared/mod.rs"]
mod shared;
#[path = "../shared/archive.rs"]
mod shared_archive;
