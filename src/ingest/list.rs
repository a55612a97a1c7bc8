//! Lists of inputs: one URL or path per line, whatever the bytes of its name. Memory is bounded by the longest line allowed.

use std::ffi::OsString;
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

    fn read_line(&mut self) -> io::Result<Option<OsString>> {
        let mut line = Vec::new();
        if (&mut self.reader).take(MAX_LINE as u64).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.len() == MAX_LINE && !line.ends_with(b"\n") {
            self.reader.skip_until(b'\n')?;
        }
        let line = match std::mem::take(&mut self.is_first) {
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
    type Item = io::Result<OsString>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.read_line() {
                Ok(None) => return None,
                Ok(Some(line)) if line.is_empty() || line.as_encoded_bytes().starts_with(b"#") => {}
                Ok(Some(line)) => return Some(Ok(line)),
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
        let entries: Vec<OsString> = ListLines::new(text.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(entries.len(), 4);
        assert_eq!([&entries[0], &entries[1], &entries[3]], ["https://a.example/", "b.txt", "last"]);
        assert_eq!(entries[2].len(), MAX_LINE);
    }

    #[cfg(unix)]
    #[test]
    fn names_keep_the_bytes_that_are_not_utf8() {
        use std::os::unix::ffi::OsStrExt;
        let entries: Vec<OsString> = ListLines::new(&b" caf\xe9.html \r\n#\xe9\n\xff"[..]).map(Result::unwrap).collect();
        assert_eq!(entries.iter().map(|entry| entry.as_bytes()).collect::<Vec<_>>(), [&b"caf\xe9.html"[..], b"\xff"]);
    }
}
