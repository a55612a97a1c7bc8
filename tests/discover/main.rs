//! Doors through which articles come: public feeds by the thousand, and front pages written by hand in several layouts and languages.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of a test fail the test, and say what they skip")]

mod feeds;
mod fronts;
