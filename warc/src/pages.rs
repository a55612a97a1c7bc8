//! The pages of an archive that is read by itself, with a budget of its own.

use std::io::{self, Cursor, Read};

use super::budget::Budget;
use super::input::{ArchiveInput, ByteSource, ForwardOnly};
use super::item::{Damage, WarcItem, WarcPage};
use super::members::Members;
use super::reader::{Limits, WarcReader};

/// A page, or what is in place of one.
#[derive(Clone, Debug)]
pub enum ReadPage {
    /// A page.
    Page(Box<WarcPage>),
    /// A record that cannot be read. Reading continues after it.
    Damaged(Damage),
}

/// The pages of an archive, in order; all other records are passed over. Ends where the archive has more than a file of its size should.
pub struct PageReader<'a> {
    reader: WarcReader<'a>,
    limits: Limits,
    has_ended: bool,
}

impl<'a> PageReader<'a> {
    /// An archive in memory. Larger pages than `max_page_bytes` are damaged.
    ///
    /// # Errors
    /// Fails if the beginning cannot be decompressed.
    pub fn of_bytes(bytes: impl AsRef<[u8]> + Send + 'a, max_page_bytes: usize) -> io::Result<Self> {
        let budget = Budget::new(bytes.as_ref().len() as u64, max_page_bytes);
        Self::new(ArchiveInput::new(Cursor::new(bytes)), budget, max_page_bytes)
    }

    /// An archive in a file or stream, read from its beginning. After damage, a source that can go back loses fewer records.
    ///
    /// # Errors
    /// Fails if the beginning cannot be read or decompressed.
    pub fn of_source(source: impl ByteSource + Send + 'a, max_page_bytes: usize) -> io::Result<Self> {
        let budget = Budget::new(0, max_page_bytes);
        let counted = Counted { inner: source, budget: budget.clone() };
        Self::new(ArchiveInput::new(counted), budget, max_page_bytes)
    }

    /// An archive in a stream that can only be read forward.
    ///
    /// # Errors
    /// Fails if the beginning cannot be read or decompressed.
    pub fn of_stream(stream: impl Read + Send + 'a, max_page_bytes: usize) -> io::Result<Self> {
        Self::of_source(ForwardOnly(stream), max_page_bytes)
    }

    fn new(input: ArchiveInput<'a>, budget: Budget, max_page_bytes: usize) -> io::Result<Self> {
        let reader = WarcReader::new(Members::new(input, budget.clone())?);
        Ok(Self { reader, limits: Limits { budget, max_page_bytes }, has_ended: false })
    }

    /// Why nothing more is read, if the budget is used up.
    fn excess(&mut self) -> Option<ReadPage> {
        let exceeded = self.limits.budget.check().err()?;
        self.has_ended = true;
        Some(ReadPage::Damaged(Damage { place: self.reader.place(), reason: exceeded.to_string() }))
    }
}

impl Iterator for PageReader<'_> {
    type Item = ReadPage;

    fn next(&mut self) -> Option<ReadPage> {
        while !self.has_ended {
            let item = self.reader.next_item(&self.limits)?;
            let _ = self.limits.budget.item();
            if let Ok(WarcItem::Page(page)) = &item {
                let _ = self.limits.budget.page(page.bytes.len());
            }
            if let Some(excess) = self.excess() {
                return Some(excess);
            }
            match item {
                Ok(WarcItem::Page(page)) => return Some(ReadPage::Page(page)),
                Err(damage) => return Some(ReadPage::Damaged(damage)),
                Ok(WarcItem::Redirect { .. } | WarcItem::Skipped(_)) => {}
            }
        }
        None
    }
}

/// A source whose bytes add to what may be decoded.
struct Counted<S> {
    inner: S,
    budget: Budget,
}

impl<S: Read> Read for Counted<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.budget.grow(count);
        Ok(count)
    }
}

impl<S: ByteSource> ByteSource for Counted<S> {
    fn seek_to(&mut self, offset: u64) -> io::Result<bool> {
        self.inner.seek_to(offset)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;

    use super::*;

    fn record(number: usize) -> Vec<u8> {
        let response = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Story number {number}.</p>");
        let head = format!("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{number}\r\n");
        format!("{head}Content-Length: {}\r\n\r\n{response}\r\n\r\n", response.len()).into_bytes()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut member = GzEncoder::new(Vec::new(), flate2::Compression::default());
        member.write_all(bytes).unwrap();
        member.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    fn archive(pack: fn(&[u8]) -> Vec<u8>, damaged: Option<usize>) -> Vec<u8> {
        let packed = (0..20).flat_map(|number| {
            let mut packed = pack(&record(number));
            let middle = packed.len() / 2;
            if damaged == Some(number) {
                packed[middle..middle + 12].fill(0);
            }
            packed
        });
        packed.collect()
    }

    fn read(pages: PageReader<'_>) -> (Vec<String>, usize) {
        let all: Vec<ReadPage> = pages.collect();
        let urls = all.iter().filter_map(|read| match read {
            ReadPage::Page(page) => Some(page.http.final_url.clone()),
            ReadPage::Damaged(_) => None,
        });
        (urls.collect(), all.iter().filter(|read| matches!(read, ReadPage::Damaged(_))).count())
    }

    #[test]
    fn a_damaged_record_is_reported_and_the_others_are_read() {
        for pack in [gzip as fn(&[u8]) -> Vec<u8>, zstd] {
            let bytes = archive(pack, Some(7));
            let (urls, damaged) = read(PageReader::of_bytes(bytes.clone(), 1 << 20).unwrap());
            assert_eq!((urls.len(), damaged), (19, 1));
            assert!(!urls.contains(&"https://a.example/7".to_owned()));
            let (of_stream, _) = read(PageReader::of_stream(bytes.as_slice(), 1 << 20).unwrap());
            assert!(of_stream.len() >= 18, "{}", of_stream.len());
            let (of_source, damaged) = read(PageReader::of_source(Cursor::new(bytes), 1 << 20).unwrap());
            assert_eq!((of_source, damaged), (urls, 1));
        }
    }

    #[test]
    fn archives_without_compression_are_read_too() {
        let (urls, damaged) = read(PageReader::of_bytes(archive(<[u8]>::to_vec, None), 1 << 20).unwrap());
        assert_eq!((urls.len(), damaged), (20, 0));
    }

    #[test]
    fn an_archive_that_decodes_to_far_more_than_its_size_ends() {
        let bytes = archive(gzip, None);
        let (urls, damaged) = read(PageReader::of_bytes(bytes, 4).unwrap());
        assert_eq!(urls, [""; 0]);
        assert!(damaged > 0);
    }
}
