//! The web interface over real connections on the loopback: a real corpus in a temporary folder, cleaned from pages that were written for these tests.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

mod api;
mod guard;
mod hostile;
mod limits;
mod pages;
mod support;
