//! A compressed file member by member: gzip (RFC 1952) and zstd frames (RFC 8878), or not compressed at all, which is one long member.
//!
//! Archives of the web compress each record by itself, so that any of them can be reached by its offset and a damaged one costs no other.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::input::Input;
use crate::ingest::file::Packing;

/// Largest window of a zstd frame: 32 MiB, four times what a web client must take.
const ZSTD_WINDOW_LOG: u32 = 25;

/// A skippable frame with a dictionary for all others
/// (https://iipc.github.io/warc-specifications/specifications/warc-zstd/).
pub(super) const DICTIONARY_FRAME: &[u8] = &[0x5d, 0x2a, 0x4d, 0x18];

/// Largest dictionary, unpacked.
const MAX_DICTIONARY: u64 = 16 << 20;

/// One member, being unpacked. Gives the input back, which then stands behind what was read of it.
trait Unpack<'a>: Read {
    fn into_input(self: Box<Self>) -> Input<'a>;
}

impl<'a> Unpack<'a> for Input<'a> {
    fn into_input(self: Box<Self>) -> Input<'a> {
        *self
    }
}

impl<'a> Unpack<'a> for GzDecoder<Input<'a>> {
    fn into_input(self: Box<Self>) -> Input<'a> {
        self.into_inner()
    }
}

impl<'a> Unpack<'a> for zstd::stream::read::Decoder<'static, Input<'a>> {
    fn into_input(self: Box<Self>) -> Input<'a> {
        self.finish()
    }
}

/// A place in an archive: the member's offset in the file, and how far into the unpacked member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    pub member: u64,
    pub inside: u64,
}

/// The members of a file, read one after the other.
pub struct Members<'a> {
    packing: Option<Packing>,
    dictionary: Vec<u8>,
    /// `None` while a member is open.
    input: Option<Input<'a>>,
    open: Option<BufReader<Box<dyn Unpack<'a> + 'a>>>,
    at: At,
}

impl<'a> Members<'a> {
    /// Before the first member.
    pub fn new(mut input: Input<'a>) -> io::Result<Self> {
        let start = input.peek(8)?;
        let has_dictionary = start.starts_with(DICTIONARY_FRAME);
        let packing = if has_dictionary { Some(Packing::Zstd) } else { Packing::of(start) };
        let mut members = Self { packing, dictionary: Vec::new(), input: None, open: None, at: At { member: 0, inside: 0 } };
        if has_dictionary {
            members.dictionary = dictionary(&mut input)?;
        }
        members.at.member = input.at();
        members.input = Some(input);
        Ok(members)
    }

    /// The place of the next byte, in the open member or at the beginning of the next one.
    pub fn at(&self) -> At {
        self.at
    }

    /// The place as it is written down: `1234`, or `1234+56` inside of a compressed member.
    pub fn spell(&self, at: At) -> String {
        match (self.packing, at.inside) {
            (None, inside) => (at.member + inside).to_string(),
            (Some(_), 0) => at.member.to_string(),
            (Some(_), inside) => format!("{}+{inside}", at.member),
        }
    }

    /// Opens the next member, where none is open; false at the end of the file.
    pub fn open(&mut self) -> io::Result<bool> {
        let Some(mut input) = self.input.take() else { return Ok(self.open.is_some()) };
        self.at = At { member: input.at(), inside: 0 };
        if input.peek(1)?.is_empty() {
            self.input = Some(input);
            return Ok(false);
        }
        let unpack: Box<dyn Unpack<'a> + 'a> = match self.packing {
            None => Box::new(input),
            Some(Packing::Gzip) => Box::new(GzDecoder::new(input)),
            Some(Packing::Zstd) => {
                let mut decoder = zstd::stream::read::Decoder::with_dictionary(input, &self.dictionary)?;
                decoder.window_log_max(ZSTD_WINDOW_LOG)?;
                Box::new(decoder.single_frame())
            }
        };
        self.open = Some(BufReader::new(unpack));
        Ok(true)
    }

    /// Leaves the open member, wherever in it the reading is.
    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.input = Some(open.into_inner().into_input());
        }
    }

    /// Goes to a place; false where it cannot be reached.
    pub fn go(&mut self, to: At) -> io::Result<bool> {
        self.close();
        let Some(input) = &mut self.input else { return Ok(false) };
        if self.packing.is_none() {
            let to = to.member + to.inside;
            self.at = At { member: to, inside: 0 };
            return input.go(to);
        }
        if !input.go(to.member)? || !self.open()? {
            return Ok(false);
        }
        Ok(self.skip(to.inside)? == to.inside)
    }

    /// Goes to where the next member, or in a file without compression the next record, may begin: behind `from` where the file can be gone
    /// back to, else behind what has been read. False where the file has no more.
    pub fn look_for_next(&mut self, from: At, sign: &'static [u8]) -> io::Result<bool> {
        self.close();
        let Some(input) = &mut self.input else { return Ok(false) };
        let from = if self.packing.is_none() { from.member + from.inside } else { from.member };
        input.go(from + 1)?;
        let sign = self.packing.map_or(sign, Packing::magic);
        let found = input.find(sign)?;
        self.at = At { member: input.at(), inside: 0 };
        Ok(found)
    }

    /// Passes over bytes; gives how many there were. Without unpacking anything where nothing is packed.
    pub fn skip(&mut self, count: u64) -> io::Result<u64> {
        if self.packing.is_none() && count > 1 << 16 {
            let At { member, inside } = self.at;
            return Ok(if self.go(At { member, inside: inside + count })? { count } else { 0 });
        }
        io::copy(&mut self.by_ref().take(count), &mut io::sink())
    }

    /// Whether passing over bytes means unpacking them.
    pub fn is_packed(&self) -> bool {
        self.packing.is_some()
    }
}

/// Reads on in the open member; at its end there are no more bytes, and the member is closed.
impl Read for Members<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Members<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
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
            self.at.inside += count as u64;
        }
    }
}

/// The dictionary that a file of zstd frames begins with; it may itself be a zstd frame.
fn dictionary(input: &mut Input<'_>) -> io::Result<Vec<u8>> {
    let mut header = [0; 8];
    input.read_exact(&mut header)?;
    let [.., a, b, c, d] = header;
    let size = u64::from(u32::from_le_bytes([a, b, c, d]));
    let mut packed = Vec::new();
    input.take(size.min(MAX_DICTIONARY)).read_to_end(&mut packed)?;
    if Packing::of(&packed).is_none() {
        return Ok(packed);
    }
    let mut unpacked = Vec::new();
    zstd::stream::read::Decoder::with_buffer(packed.as_slice())?.take(MAX_DICTIONARY).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}
