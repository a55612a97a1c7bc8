//! Answers as JSON: one object, indented, keys in the order of the types.

use serde::Serialize;

use super::out;
use crate::exit::Failure;

/// Writes one value to standard output.
pub fn print(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::unexpected(format!("write JSON: {error}"), None))?;
    out(&(text + "\n"))
}

/// Writes one value to standard output, on a line of its own.
pub fn line(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|error| Failure::unexpected(format!("write JSON: {error}"), None))?;
    out(&(text + "\n"))
}
