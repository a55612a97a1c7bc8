//! Everything the program prints: data on standard output, as text or JSON; everything else on standard error. No other module writes to either.

pub mod corrections;
pub mod doctor;
pub mod health;
pub mod human;
pub mod json;
pub mod log;
pub mod metadata;
pub mod progress;
pub mod reclean;
pub mod related;
pub mod rules;
pub mod search;
mod section;
pub mod site_rules;
pub mod site_test;
pub mod sources;
pub mod style;
pub mod terminal;
pub mod versions;

use std::io::{self, BufWriter, Stdout, Write};

pub use terminal::err;

use crate::exit::Failure;
use terminal::printable;

/// Writes text for people to standard output, escaped.
pub fn out(text: &str) -> Result<(), Failure> {
    out_bytes(printable(text).as_bytes())
}

/// Writes data to standard output as it is: clean text, JSON, completions. It must not have control characters.
pub fn out_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| Failure::io("write", "<stdout>", &error))
}

/// Standard output for data that is too much for one string. The caller flushes it.
pub fn data_stream() -> BufWriter<Stdout> {
    BufWriter::new(io::stdout())
}
