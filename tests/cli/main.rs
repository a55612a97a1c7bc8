//! The program from outside: real processes, real files, what they print and how they exit.
//!
//! Snapshots lie in `snapshots/`; `cargo insta review` (or `INSTA_UPDATE=always`) accepts changed ones.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod commands;
mod errors;
mod lock;
#[cfg(feature = "pdf")]
mod pdf;
mod pipes;
mod rules;
mod support;
