//! Rules that the repository keeps: layers, import cycles, a pure extractor, files, words, and tests that need something from outside.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail as tests do")]

mod cycles;
mod files;
mod ignored;
mod imports;
mod layers;
mod opens;
mod printing;
mod promises;
mod pure;
mod source;
mod walk;
mod words;
