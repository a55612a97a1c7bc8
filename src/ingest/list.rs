//! Lists of inputs: one URL or path per line. Memory is bounded by the longest line allowed.

use std::io::{self, BufRead, Read};

/// Longest line in bytes; the rest of a longer line is dropped.
const MAX_LINE: usize = 16 << 10;

/// The entries of a list: its lines, trimmed, without empty lines and comments (`#`).
#[derive(Debug)]
pub struct ListLines<R> {
    reader: R,
    is_first: bool,
}

impl<R: BufRead> ListLines<R> {
    /// Starts at the beginning of a list.
    pub fn new(reader: R) -> Self {
        Self { reader, is_first: true }
    }

    fn read_line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        if (&mut self.reader).take(MAX_LINE as u64).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.len() == MAX_LINE && !line.ends_with(b"\n") {
            self.reader.skip_until(b'\n')?;
        }
        let line = String::from_utf8_lossy(&line);
        let line = if std::mem::take(&mut self.is_first) { line.trim_start_matches('\u{feff}') } else { &line };
        Ok(Some(line.trim().to_owned()))
    }
}

impl<R: BufRead> Iterator for ListLines<R> {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.read_line() {
                Ok(None) => return None,
                Ok(Some(line)) if line.is_empty() || line.starts_with('#') => {}
                Ok(Some(line)) => return Some(Ok(line)),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_trimmed_and_long_lines_are_cut() {
        let text = format!("\u{feff}# list\nhttps://a.example/ \r\n\n  b.txt\n{}\nlast", "x".repeat(3 * MAX_LINE));
        let entries: Vec<String> = ListLines::new(text.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(entries.len(), 4);
        assert_eq!((&*entries[0], &*entries[1], &*entries[3]), ("https://a.example/", "b.txt", "last"));
        assert_eq!(entries[2].len(), MAX_LINE);
    }
}
