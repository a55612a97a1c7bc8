//! Lists of inputs: one URL or path per line, whatever the bytes of its name. Memory is bounded by the longest line allowed.

use std::ffi::OsString;
use std::io::{self, BufRead, Read};

/// Longest line in bytes; the rest of a longer line is dropped.
const MAX_LINE: usize = 16 << 10;

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    /// The number of its line, from 1.
    pub line: u64,
    /// The line, trimmed.
    pub text: OsString,
}

/// The entries of a list: its lines, trimmed, without empty lines and comments (`#`).
#[derive(Debug)]
pub struct ListLines<R> {
    reader: R,
    /// Lines that have been read.
    lines: u64,
}

impl<R: BufRead> ListLines<R> {
    /// Starts at the beginning of a list.
    pub fn new(reader: R) -> Self {
        Self { reader, lines: 0 }
    }

    fn read_line(&mut self) -> io::Result<Option<OsString>> {
        let mut line = Vec::new();
        if (&mut self.reader).take(MAX_LINE as u64).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.len() == MAX_LINE && !line.ends_with(b"\n") {
            self.reader.skip_until(b'\n')?;
        }
        self.lines += 1;
        let line = match self.lines == 1 {
            true => line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line),
            false => &line,
        };
        Ok(Some(match str::from_utf8(line) {
            Ok(text) => text.trim().into(),
            Err(_) => name(line.trim_ascii()),
        }))
    }
}

impl<R: BufRead> Iterator for ListLines<R> {
    type Item = io::Result<ListEntry>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.read_line() {
                Ok(None) => return None,
                Ok(Some(line)) if line.is_empty() || line.as_encoded_bytes().starts_with(b"#") => {}
                Ok(Some(text)) => return Some(Ok(ListEntry { line: self.lines, text })),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// A name that is not UTF-8.
#[cfg(unix)]
fn name(bytes: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn name(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_trimmed_and_long_lines_are_cut() {
        let text = format!("\u{feff}# list\nhttps://a.example/ \r\n\n  b.txt\n{}\nlast", "x".repeat(3 * MAX_LINE));
        let entries: Vec<ListEntry> = ListLines::new(text.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [2, 4, 5, 6]);
        let entries: Vec<OsString> = entries.into_iter().map(|entry| entry.text).collect();
        assert_eq!(entries.len(), 4);
        assert_eq!([&entries[0], &entries[1], &entries[3]], ["https://a.example/", "b.txt", "last"]);
        assert_eq!(entries[2].len(), MAX_LINE);
    }

    #[cfg(unix)]
    #[test]
    fn names_keep_the_bytes_that_are_not_utf8() {
        use std::os::unix::ffi::OsStrExt;
        let list = ListLines::new(&b" caf\xe9.html \r\n#\xe9\n\xff"[..]);
        let entries: Vec<OsString> = list.map(|entry| entry.unwrap().text).collect();
        assert_eq!(entries.iter().map(|entry| entry.as_bytes()).collect::<Vec<_>>(), [&b"caf\xe9.html"[..], b"\xff"]);
    }
}
