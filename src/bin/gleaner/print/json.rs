//! Output as JSON: indented, keys in the order of the struct fields. Control characters and bidirectional overrides in strings are escaped, all of them.

use serde::Serialize;

use gleaner_extract::base::printable::escape_json;

use super::out_bytes;
use crate::exit::Failure;

/// Writes one value to standard output, indented.
pub fn print(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::unexpected(format!("write JSON: {error}"), None))?;
    out_bytes((escape_json(text) + "\n").as_bytes())
}

/// Writes one value to standard output as a single line.
pub fn line(value: &impl Serialize) -> Result<(), Failure> {
    out_bytes(as_line(value)?.as_bytes())
}

/// One value as a single line.
pub fn as_line(value: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string(value).map_err(|error| Failure::unexpected(format!("write JSON: {error}"), None))?;
    Ok(escape_json(text) + "\n")
}
