//! Everything the program prints: data on standard output, as text or JSON; everything else on standard error.

pub mod human;
pub mod json;
pub mod log;
pub mod metadata;
pub mod progress;
pub mod rules;
pub mod sources;
pub mod style;

use std::io::Write;

use crate::exit::Failure;

/// Writes text to standard output.
pub fn out(text: &str) -> Result<(), Failure> {
    out_bytes(text.as_bytes())
}

/// Writes bytes to standard output.
pub fn out_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| Failure::io("write", "<stdout>", &error))
}

/// Writes text to standard error; if that is closed, there is nowhere to report it.
pub fn err(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
