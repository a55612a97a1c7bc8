//! Ways to find articles: thousands of public feeds, and front pages written by hand in several layouts and languages.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "test helpers fail and print like tests")]

mod feeds;
mod fronts;
