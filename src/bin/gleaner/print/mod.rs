//! What the program says: data on standard output for people or as JSON, all else on standard error.

pub mod human;
pub mod json;
pub mod log;
pub mod metadata;
pub mod progress;
pub mod rules;
pub mod style;

use std::io::Write;

use crate::exit::Failure;

/// Writes data to standard output.
pub fn out(text: &str) -> Result<(), Failure> {
    out_bytes(text.as_bytes())
}

/// Writes data that need not be UTF-8 to standard output.
pub fn out_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| Failure::io("write", "<stdout>", &error))
}

/// Writes an aside to standard error. Where that is closed there is nobody to tell.
pub fn err(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
