//! A compressed file as a sequence of members: gzip members (RFC 1952) or zstd frames (RFC 8878). A file without compression is one member.
//!
//! Web archives compress each record separately, so that a record can be read by its offset and damage stays within one record. Files of any
//! other compression have no members.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::budget::Budget;
use super::compression::Compression;
use super::input::ArchiveInput;

/// Largest window of a zstd frame: 32 MiB, four times what a web client must accept.
const ZSTD_WINDOW_LOG: u32 = 25;

/// Magic bytes of the skippable frame that holds the dictionary of all other frames
/// (<https://iipc.github.io/warc-specifications/specifications/warc-zstd/>).
pub const DICTIONARY_FRAME: &[u8] = &[0x5d, 0x2a, 0x4d, 0x18];

/// Largest dictionary, decompressed.
const MAX_DICTIONARY: u64 = 16 << 20;

/// A member that is being decompressed.
trait MemberDecoder<'a>: Read {
    /// Returns the input, positioned after what the decoder has read.
    fn into_input(self: Box<Self>) -> ArchiveInput<'a>;
}

impl<'a> MemberDecoder<'a> for ArchiveInput<'a> {
    fn into_input(self: Box<Self>) -> ArchiveInput<'a> {
        *self
    }
}

impl<'a> MemberDecoder<'a> for GzDecoder<ArchiveInput<'a>> {
    fn into_input(self: Box<Self>) -> ArchiveInput<'a> {
        self.into_inner()
    }
}

impl<'a> MemberDecoder<'a> for zstd::stream::read::Decoder<'static, ArchiveInput<'a>> {
    fn into_input(self: Box<Self>) -> ArchiveInput<'a> {
        self.finish()
    }
}

/// A position in an archive: the member's offset in the file, and the offset within the decompressed member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberOffset {
    /// The member's offset in the file.
    pub member: u64,
    /// The offset within the member, decompressed.
    pub inside: u64,
}

/// The members of a file, read one after another.
pub struct Members<'a> {
    compression: Option<Compression>,
    budget: Budget,
    dictionary: Vec<u8>,
    /// `None` while a member is open.
    input: Option<ArchiveInput<'a>>,
    open: Option<BufReader<Box<dyn MemberDecoder<'a> + Send + 'a>>>,
    position: MemberOffset,
}

impl<'a> Members<'a> {
    /// Starts before the first member.
    pub fn new(mut input: ArchiveInput<'a>, budget: Budget) -> io::Result<Self> {
        let start = input.peek(8)?;
        let has_dictionary = start.starts_with(DICTIONARY_FRAME);
        let compression = if has_dictionary { Some(Compression::Zstd) } else { Compression::detect(start) };
        let position = MemberOffset { member: 0, inside: 0 };
        let mut members = Self { compression, budget, dictionary: Vec::new(), input: None, open: None, position };
        if has_dictionary {
            members.dictionary = dictionary(&mut input, &members.budget)?;
        }
        members.position.member = input.offset();
        members.input = Some(input);
        Ok(members)
    }

    /// The position of the next byte: in the open member, or at the beginning of the next one.
    pub fn position(&self) -> MemberOffset {
        self.position
    }

    /// A position as text: `1234`, or `1234+56` within a compressed member.
    pub fn place_of(&self, position: MemberOffset) -> String {
        match (self.compression, position.inside) {
            (None, inside) => (position.member + inside).to_string(),
            (Some(_), 0) => position.member.to_string(),
            (Some(_), inside) => format!("{}+{inside}", position.member),
        }
    }

    /// Opens the next member unless one is open; false at the end of the file.
    pub fn open(&mut self) -> io::Result<bool> {
        let Some(mut input) = self.input.take() else { return Ok(self.open.is_some()) };
        self.position = MemberOffset { member: input.offset(), inside: 0 };
        if input.peek(1)?.is_empty() {
            self.input = Some(input);
            return Ok(false);
        }
        let decoder: Box<dyn MemberDecoder<'a> + Send + 'a> = match self.compression {
            None => Box::new(input),
            Some(Compression::Gzip) => Box::new(GzDecoder::new(input)),
            Some(Compression::Zstd) => {
                let mut decoder = zstd::stream::read::Decoder::with_dictionary(input, &self.dictionary)?;
                decoder.window_log_max(ZSTD_WINDOW_LOG)?;
                Box::new(decoder.single_frame())
            }
            Some(Compression::Xz | Compression::Bzip2) => return Err(io::ErrorKind::Unsupported.into()),
        };
        self.open = Some(BufReader::new(decoder));
        Ok(true)
    }

    /// Leaves the open member, whether or not all of it has been read.
    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.input = Some(open.into_inner().into_input());
        }
    }

    /// Goes to a position; false if it cannot be reached.
    pub fn go_to(&mut self, to: MemberOffset) -> io::Result<bool> {
        self.close();
        let Some(input) = &mut self.input else { return Ok(false) };
        if self.compression.is_none() {
            let offset = to.member + to.inside;
            self.position = MemberOffset { member: offset, inside: 0 };
            return input.go_to(offset);
        }
        if !input.go_to(to.member)? || !self.open()? {
            return Ok(false);
        }
        Ok(self.skip(to.inside)? == to.inside)
    }

    /// Searches for the start of the next member, or without compression for the next record's `magic`. The search starts after `from` if
    /// the source can seek, else after what has been read. False if there is nothing more.
    pub fn find_next(&mut self, from: MemberOffset, magic: &'static [u8]) -> io::Result<bool> {
        self.close();
        let Some(input) = &mut self.input else { return Ok(false) };
        let from = if self.compression.is_none() { from.member + from.inside } else { from.member };
        input.go_to(from + 1)?;
        let magic = self.compression.map_or(magic, Compression::magic);
        let found = input.find(magic)?;
        self.position = MemberOffset { member: input.offset(), inside: 0 };
        Ok(found)
    }

    /// Skips bytes, and returns how many there were. Seeks if the file is not compressed.
    pub fn skip(&mut self, count: u64) -> io::Result<u64> {
        if self.compression.is_none() && count > 1 << 16 {
            let MemberOffset { member, inside } = self.position;
            return Ok(if self.go_to(MemberOffset { member, inside: inside + count })? { count } else { 0 });
        }
        io::copy(&mut self.by_ref().take(count), &mut io::sink())
    }

    /// Whether the members are compressed.
    pub fn is_compressed(&self) -> bool {
        self.compression.is_some()
    }
}

/// Reads the open member. At its end it is closed, and nothing is read until the next one is opened.
impl Read for Members<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Members<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.budget.check()?;
        let is_at_end = match &mut self.open {
            Some(open) => open.fill_buf()?.is_empty(),
            None => true,
        };
        if is_at_end {
            self.close();
        }
        Ok(self.open.as_ref().map_or(&[], BufReader::buffer))
    }

    fn consume(&mut self, count: usize) {
        if let Some(open) = &mut self.open {
            open.consume(count);
            self.position.inside += count as u64;
            if self.compression.is_some() {
                // What is used up is reported by the next read.
                let _ = self.budget.decode(count);
            }
        }
    }
}

/// The dictionary at the beginning of a file of zstd frames; it may itself be compressed with zstd.
fn dictionary(input: &mut ArchiveInput<'_>, budget: &Budget) -> io::Result<Vec<u8>> {
    let mut header = [0; 8];
    input.read_exact(&mut header)?;
    let [.., a, b, c, d] = header;
    let size = u64::from(u32::from_le_bytes([a, b, c, d]));
    let mut stored = Vec::new();
    input.take(size.min(MAX_DICTIONARY)).read_to_end(&mut stored)?;
    if Compression::detect(&stored) != Some(Compression::Zstd) {
        return Ok(stored);
    }
    let mut dictionary = Vec::new();
    let decoder = zstd::stream::read::Decoder::with_buffer(stored.as_slice())?;
    budget.charge(decoder).take(MAX_DICTIONARY).read_to_end(&mut dictionary)?;
    Ok(dictionary)
}
