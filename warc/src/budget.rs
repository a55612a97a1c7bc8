//! How much one file may decode to. Every decoder and every reader of many items takes a [`Budget`], so that a small file cannot become
//! gigabytes of pages by any nesting of compression, containers and encodings.
//!
//! The limits grow with the file: honest pages are compressed to a tenth or a hundredth, files made to exhaust a reader to a thousandth and less.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that may be decoded of any file, however small.
const MIN_DECODED: u64 = 128 << 20;

/// Bytes that may be decoded for each byte of the file.
const DECODED_PER_BYTE: u64 = 200;

/// Pages of the largest allowed size that any file may contain, however small.
const MIN_PAGES: u64 = 2;

/// Bytes of pages for each byte of the file.
const PAGE_BYTES_PER_BYTE: u64 = 100;

/// Items of any file, however small, and bytes of the file for each further one.
const MIN_ITEMS: u64 = 10_000;
const BYTES_PER_ITEM: u64 = 16;

/// The reason for rejecting a page, or part of one, that is larger than allowed.
pub fn too_large(limit: u64) -> String {
    format!("it has more than the {limit} bytes allowed")
}

/// What exceeded the budget: a fragment that follows a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exceeded {
    /// Bytes that were decompressed or decoded.
    #[error("it decodes to more than {0} bytes, far more than a file of its size should")]
    Decoded(u64),
    /// Bytes of the pages in it.
    #[error("its pages have more than {0} bytes, far more than a file of its size should contain")]
    Pages(u64),
    /// Pages, records, parts, rows.
    #[error("it has more than {0} items, far more than a file of its size should contain")]
    Items(u64),
}

impl From<Exceeded> for io::Error {
    fn from(exceeded: Exceeded) -> Self {
        Self::other(exceeded)
    }
}

/// What one file may still decode to. Clones share the same budget.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// Bytes of the file; of a stream, those that have been read.
    size: AtomicU64,
    max_page_bytes: u64,
    decoded: AtomicU64,
    page_bytes: AtomicU64,
    items: AtomicU64,
}

impl Budget {
    /// The budget of a file of `size` bytes whose pages may have up to `max_page_bytes`.
    pub fn new(size: u64, max_page_bytes: usize) -> Self {
        Self(Arc::new(Counts { size: size.into(), max_page_bytes: max_page_bytes as u64, ..Counts::default() }))
    }

    /// A stream whose size is not known: it counts when it is read.
    pub fn grow_with<R: Read>(&self, stream: R) -> impl Read + use<R> {
        Counted { inner: stream, budget: self.clone(), counts_input: true }
    }

    /// Counts bytes of a stream whose size is not known.
    pub fn grow(&self, bytes: usize) {
        add(&self.0.size, bytes as u64);
    }

    /// The output of a decoder: reading it uses the budget up.
    pub fn charge<R: Read>(&self, decoder: R) -> impl Read + use<R> {
        Counted { inner: decoder, budget: self.clone(), counts_input: false }
    }

    /// Counts decoded bytes.
    pub fn decode(&self, bytes: usize) -> Result<(), Exceeded> {
        add(&self.0.decoded, bytes as u64);
        self.check()
    }

    /// Counts an item: a page, a record, a part of a message, a row.
    pub fn item(&self) -> Result<(), Exceeded> {
        add(&self.0.items, 1);
        self.check()
    }

    /// Counts the bytes of a page.
    pub fn page(&self, bytes: usize) -> Result<(), Exceeded> {
        add(&self.0.page_bytes, bytes as u64);
        self.check()
    }

    /// Whether anything is used up. Once it is, it stays so, and nothing more can be read of the file.
    pub fn check(&self) -> Result<(), Exceeded> {
        let counts = &*self.0;
        let [size, decoded, page_bytes, items] =
            [&counts.size, &counts.decoded, &counts.page_bytes, &counts.items].map(|count| count.load(Ordering::Relaxed));
        let max_decoded = MIN_DECODED.max(MIN_PAGES * counts.max_page_bytes) + size.saturating_mul(DECODED_PER_BYTE);
        let max_page_bytes = MIN_PAGES * counts.max_page_bytes + size.saturating_mul(PAGE_BYTES_PER_BYTE);
        let max_items = MIN_ITEMS + size / BYTES_PER_ITEM;
        match () {
            () if decoded > max_decoded => Err(Exceeded::Decoded(max_decoded)),
            () if page_bytes > max_page_bytes => Err(Exceeded::Pages(max_page_bytes)),
            () if items > max_items => Err(Exceeded::Items(max_items)),
            () => Ok(()),
        }
    }
}

fn add(count: &AtomicU64, more: u64) {
    count.fetch_add(more, Ordering::Relaxed);
}

/// A reader whose bytes are counted.
struct Counted<R> {
    inner: R,
    budget: Budget,
    counts_input: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if self.counts_input {
            self.budget.grow(count);
        } else {
            self.budget.decode(count)?;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_grow_with_the_file_and_with_a_stream_as_it_is_read() {
        let small = Budget::new(0, 1000);
        assert_eq!(small.page(2000), Ok(()));
        assert_eq!(small.page(1), Err(Exceeded::Pages(2000)));
        assert_eq!(small.clone().check(), Err(Exceeded::Pages(2000)), "shared, and for good");
        assert_eq!(Budget::new(10, 1000).page(3000), Ok(()));

        let stream = Budget::new(0, 1000);
        assert_eq!(io::copy(&mut stream.grow_with(&[0u8; 10][..]), &mut io::sink()).unwrap(), 10);
        assert_eq!(stream.page(3000), Ok(()));
    }

    #[test]
    fn decoded_bytes_and_items_are_limited_whatever_they_are_for() {
        let budget = Budget::new(1, 1000);
        let error = io::copy(&mut budget.charge(io::repeat(b'x')), &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("decodes to more than 134217928 bytes"), "{error}");
        let budget = Budget::new(160, 1000);
        let counted = (0..1_000_000).take_while(|_| budget.item().is_ok()).count();
        assert_eq!(counted, 10_010);
    }
}
