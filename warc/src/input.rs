//! A file or stream with a position: peeks ahead, searches forward, and seeks back if the source allows it. Reads 64 KiB at a time.

use std::fs::File;
use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};

/// Bytes buffered at a time, and the furthest look-ahead.
const WINDOW: usize = 64 << 10;

/// Where bytes come from.
pub trait ByteSource: Read {
    /// Seeks to an offset from the beginning; false if the source cannot seek.
    fn seek_to(&mut self, offset: u64) -> io::Result<bool>;
}

impl ByteSource for File {
    fn seek_to(&mut self, offset: u64) -> io::Result<bool> {
        self.seek(SeekFrom::Start(offset)).map(|_| true)
    }
}

impl<T: AsRef<[u8]>> ByteSource for Cursor<T> {
    fn seek_to(&mut self, offset: u64) -> io::Result<bool> {
        self.set_position(offset);
        Ok(true)
    }
}

/// A source that can only be read forward, such as standard input.
pub struct ForwardOnly<R>(pub R);

impl<R: Read> Read for ForwardOnly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> ByteSource for ForwardOnly<R> {
    fn seek_to(&mut self, _: u64) -> io::Result<bool> {
        Ok(false)
    }
}

/// A byte source with a buffer around its current position.
pub struct ArchiveInput<'a> {
    source: Box<dyn ByteSource + Send + 'a>,
    buffer: Vec<u8>,
    /// The current position in the buffer.
    start: usize,
    /// The current position in the source.
    offset: u64,
}

impl<'a> ArchiveInput<'a> {
    /// Starts at the beginning of a source.
    pub fn new(source: impl ByteSource + Send + 'a) -> Self {
        Self { source: Box::new(source), buffer: Vec::with_capacity(WINDOW), start: 0, offset: 0 }
    }

    /// The offset of the next byte.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next `count` bytes (at most 64 KiB), fewer only at the end. Does not consume them.
    pub fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.buffer.len() - self.start < count.min(WINDOW) {
            if self.fill()? == 0 {
                break;
            }
        }
        let rest = self.buffer.get(self.start..).unwrap_or_default();
        Ok(rest.get(..count).unwrap_or(rest))
    }

    /// Goes to an offset. Backward only within the buffer or if the source can seek; if it fails, false and the position is as before.
    pub fn go_to(&mut self, offset: u64) -> io::Result<bool> {
        let buffer_offset = self.offset - self.start as u64;
        if let Some(start) = offset
            .checked_sub(buffer_offset)
            .and_then(|ahead| usize::try_from(ahead).ok())
            .filter(|start| *start <= self.buffer.len())
        {
            self.start = start;
        } else if self.source.seek_to(offset)? {
            self.buffer.clear();
            self.start = 0;
        } else if offset > self.offset {
            let ahead = offset - self.offset;
            return Ok(io::copy(&mut self.by_ref().take(ahead), &mut io::sink())? == ahead);
        } else {
            return Ok(false);
        }
        self.offset = offset;
        Ok(true)
    }

    /// Goes forward to the next occurrence of the needle; false, and to the end, if there is none.
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
                // The needle may start in the last bytes.
                None => self.consume(length + 1 - needle.len()),
            }
        }
    }

    /// Reads more bytes into the buffer.
    fn fill(&mut self) -> io::Result<usize> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let buffered = self.buffer.len();
        self.buffer.resize(WINDOW, 0);
        let read = loop {
            match self.source.read(self.buffer.get_mut(buffered..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(buffered + read.as_ref().copied().unwrap_or(0));
        read
    }
}

impl Read for ArchiveInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for ArchiveInput<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.buffer.len() {
            self.fill()?;
        }
        Ok(self.buffer.get(self.start..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.start += count;
        self.offset += count as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_crosses_buffers_and_files_can_go_back() {
        let mut bytes = vec![b'.'; 3 * WINDOW];
        bytes[WINDOW - 1..WINDOW + 3].copy_from_slice(b"WARC");
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, &bytes).unwrap();
        file.rewind().unwrap();
        let mut input = ArchiveInput::new(file);
        assert!(input.find(b"WARC").unwrap());
        assert_eq!((input.offset(), input.peek(4).unwrap()), (WINDOW as u64 - 1, &b"WARC"[..]));
        input.consume(1);
        assert!(!input.find(b"WARC").unwrap());
        assert_eq!(input.offset(), 3 * WINDOW as u64);
        assert!(input.go_to(5).unwrap() && input.find(b"WARC").unwrap());
    }

    #[test]
    fn a_stream_goes_forward_only() {
        let mut input = ArchiveInput::new(ForwardOnly(&[7u8; 200_000][..]));
        assert!(input.go_to(150_000).unwrap());
        assert!(!input.go_to(1).unwrap());
        assert_eq!(input.offset(), 150_000);
        assert!(!input.go_to(300_000).unwrap(), "past the end");
    }
}
