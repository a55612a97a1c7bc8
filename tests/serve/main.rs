//! The web interface over real connections on the loopback: a real corpus in a temporary folder, cleaned from pages that were written for these tests.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a panic is how they fail")]

mod api;
mod browser;
mod chromium;
mod guard;
mod hostile;
mod limits;
mod pages;
mod posting;
mod saved;
#[path = "../shared/mod.rs"]
mod shared;
#[path = "../shared/archive.rs"]
mod shared_archive;
mod support;
mod writing;
