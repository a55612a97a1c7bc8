//! A file or stream with a position: what stands at it can be looked at, looked for, and on files gone back to. Reads in pieces of 64 KiB.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// Bytes held at a time; also the longest look ahead.
const WINDOW: usize = 64 << 10;

/// Where bytes come from.
pub trait Source: Read {
    /// Goes to an offset from the beginning, where that can be done.
    fn go(&mut self, to: u64) -> io::Result<bool>;
}

impl Source for File {
    fn go(&mut self, to: u64) -> io::Result<bool> {
        self.seek(SeekFrom::Start(to)).map(|_| true)
    }
}

/// A stream that is read once, such as standard input.
pub struct Once<R>(pub R);

impl<R: Read> Read for Once<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Source for Once<R> {
    fn go(&mut self, _: u64) -> io::Result<bool> {
        Ok(false)
    }
}

/// A source with a window on its present position.
pub struct Input<'a> {
    source: Box<dyn Source + 'a>,
    window: Vec<u8>,
    start: usize,
    at: u64,
}

impl<'a> Input<'a> {
    /// From the beginning.
    pub fn new(source: impl Source + 'a) -> Self {
        Self { source: Box::new(source), window: Vec::with_capacity(WINDOW), start: 0, at: 0 }
    }

    /// The offset of the next byte.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The next `count` bytes (at most 64 KiB), fewer only at the end; they stay where they are.
    pub fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.window.len() - self.start < count.min(WINDOW) {
            if self.more()? == 0 {
                break;
            }
        }
        let rest = self.window.get(self.start..).unwrap_or_default();
        Ok(rest.get(..count).unwrap_or(rest))
    }

    /// Goes to an offset. Backwards only in the window and on files: false where it cannot, and then nothing has changed.
    pub fn go(&mut self, to: u64) -> io::Result<bool> {
        let begin = self.at - self.start as u64;
        if let Some(start) =
            to.checked_sub(begin).and_then(|ahead| usize::try_from(ahead).ok()).filter(|n| *n <= self.window.len())
        {
            self.start = start;
        } else if self.source.go(to)? {
            self.window.clear();
            self.start = 0;
        } else if to > self.at {
            let ahead = to - self.at;
            return Ok(io::copy(&mut self.by_ref().take(ahead), &mut io::sink())? == ahead);
        } else {
            return Ok(false);
        }
        self.at = to;
        Ok(true)
    }

    /// Goes forward to where one of the needles begins (all of the same few bytes' length); false where none comes.
    pub fn find(&mut self, needle: &[u8]) -> io::Result<bool> {
        loop {
            let rest = self.peek(WINDOW)?;
            let (length, found) = (rest.len(), memchr::memmem::find(rest, needle));
            match found {
                Some(ahead) => {
                    self.consume(ahead);
                    return Ok(true);
                }
                None if length < WINDOW => {
                    self.consume(length);
                    return Ok(false);
                }
                // The last bytes may be the needle's first.
                None => self.consume(length + 1 - needle.len()),
            }
        }
    }

    /// Takes more bytes into the window.
    fn more(&mut self) -> io::Result<usize> {
        self.window.drain(..self.start);
        self.start = 0;
        let held = self.window.len();
        self.window.resize(WINDOW, 0);
        let read = loop {
            match self.source.read(self.window.get_mut(held..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.window.truncate(held + read.as_ref().copied().unwrap_or(0));
        read
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.window.len() {
            self.more()?;
        }
        Ok(self.window.get(self.start..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.start += count;
        self.at += count as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_across_windows_and_goes_back_on_files() {
        let mut bytes = vec![b'.'; 3 * WINDOW];
        bytes[WINDOW - 1..WINDOW + 3].copy_from_slice(b"WARC");
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, &bytes).unwrap();
        file.rewind().unwrap();
        let mut input = Input::new(file);
        assert!(input.find(b"WARC").unwrap());
        assert_eq!((input.at(), input.peek(4).unwrap()), (WINDOW as u64 - 1, &b"WARC"[..]));
        input.consume(1);
        assert!(!input.find(b"WARC").unwrap());
        assert_eq!(input.at(), 3 * WINDOW as u64);
        assert!(input.go(5).unwrap() && input.find(b"WARC").unwrap());
    }

    #[test]
    fn a_stream_goes_forward_only() {
        let mut input = Input::new(Once(&[7u8; 200_000][..]));
        assert!(input.go(150_000).unwrap());
        assert!(!input.go(1).unwrap());
        assert_eq!(input.at(), 150_000);
        assert!(!input.go(300_000).unwrap(), "behind the end");
    }
}
