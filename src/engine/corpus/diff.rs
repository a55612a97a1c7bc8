//! The difference between two texts, for people: a unified diff.

use similar::TextDiff;

use gleaner_extract::base::printable::escape_line;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// Longer texts, in bytes, are not compared line by line; only their sizes are given.
const MAX_BYTES: usize = 4 << 20;

/// The unified diff from `old` to `new`, headed by `name` on both sides. Empty if they are equal.
pub fn unified(old: &str, new: &str, name: &str) -> String {
    if old == new {
        return String::new();
    }
    // A name with a line feed must not look like lines of the diff.
    let name = escape_line(name);
    let (from, to) = (format!("a/{name}"), format!("b/{name}"));
    if old.len().max(new.len()) > MAX_BYTES {
        return format!("--- {from}\n+++ {to}\ntexts of {} and {} bytes differ\n", old.len(), new.len());
    }
    // Texts end without a line break; that is not a difference worth a note.
    let (old, new) = (with_end(old), with_end(new));
    TextDiff::from_lines(&old, &new).unified_diff().context_radius(CONTEXT).header(&from, &to).to_string()
}

fn with_end(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{}\n", text.trim_end_matches('\n')) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_changed() {
        assert_eq!(unified("a\n\nb", "a\n\nb", "x"), "");
        let shown = unified("one\n\ntwo", "one\n\nthree\n", "raw/x.txt");
        assert_eq!(shown, "--- a/raw/x.txt\n+++ b/raw/x.txt\n@@ -1,3 +1,3 @@\n one\n \n-two\n+three\n");
    }
}
