//! A named list, one item per line, as `rules show` prints them.

use std::fmt::Write;

use gleaner_extract::base::printable::escape_line;

/// Adds the list to the output, unless it is empty.
pub fn section(name: &str, items: &[String], out: &mut String) {
    // Writing to a string does not fail.
    if !items.is_empty() {
        let _ = writeln!(out, "\n{}", escape_line(name));
    }
    for item in items {
        let _ = writeln!(out, "  {}", escape_line(item));
    }
}
