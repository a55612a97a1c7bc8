//! Output as JSON: indented, keys in the order of the struct fields.

use serde::Serialize;

use super::out;
use crate::exit::Failure;

/// Writes one value to standard output, indented.
pub fn print(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::unexpected(format!("write JSON: {error}"), None))?;
    out(&(text + "\n"))
}

/// Writes one value to standard output as a single line.
pub fn line(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|error| Failure::unexpected(format!("write JSON: {error}"), None))?;
    out(&(text + "\n"))
}
