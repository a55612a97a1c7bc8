//! Records of WARC 1.0 and 1.1 files (ISO 28500, <https://iipc.github.io/warc-specifications/>): each record compressed separately, the file
//! compressed as a whole, or not at all. Holds one record at a time, up to a limit. What a record contains is up to [`super::reader`].

use std::io::{self, BufRead, Read};

use super::digest::DeclaredDigest;
use super::item::Damage;
use super::members::{MemberOffset, Members};

/// What every record starts with, before its version.
pub const MAGIC: &[u8] = b"WARC/";

/// Longest record header in bytes.
const MAX_HEADER: u64 = 64 << 10;

/// Most bytes of a compressed record that are decompressed just to skip them. For more, the next record is searched for instead.
const MAX_SKIPPED: u64 = 64 << 20;

/// The header of a record. Its block is read with [`WarcRecords::block`] before the next record.
#[derive(Debug)]
pub struct WarcRecord {
    /// The place in the archive, as text.
    pub place: String,
    fields: Vec<(String, String)>,
    /// Length of the block in bytes.
    length: u64,
}

impl WarcRecord {
    /// The value of a field, by its name in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// The records of a file, in order. Reading continues after a damaged record.
pub struct WarcRecords<'a> {
    members: Members<'a>,
    /// Where the current record starts.
    start: MemberOffset,
    /// Unread bytes of its block.
    unread: u64,
    /// The digest that it declares for its block.
    block_digest: Option<DeclaredDigest>,
    /// A record was damaged or skipped by searching, so the next position may not be the start of a record.
    is_resyncing: bool,
    is_at_end: bool,
}

impl<'a> WarcRecords<'a> {
    /// The records of a file or stream.
    pub fn new(members: Members<'a>) -> Self {
        Self { start: members.position(), members, unread: 0, block_digest: None, is_resyncing: false, is_at_end: false }
    }

    /// Goes to the place of a record; false if there is none.
    pub fn seek_to_record(&mut self, place: &str) -> io::Result<bool> {
        let (member, inside) = place.split_once('+').unwrap_or((place, "0"));
        let (Ok(member), Ok(inside)) = (member.parse(), inside.parse()) else { return Ok(false) };
        self.unread = 0;
        self.members.go_to(MemberOffset { member, inside })
    }

    /// The place of the current record, as text.
    pub fn place(&self) -> String {
        self.members.place_of(self.start)
    }

    /// The next bytes of the current record's block, at most `limit`. Checks the block's digest once all of it is read.
    pub fn block(&mut self, limit: u64) -> io::Result<Vec<u8>> {
        let count = limit.min(self.unread);
        if count == 0 {
            return Ok(Vec::new());
        }
        let mut block = Vec::new();
        self.members.by_ref().take(count).read_to_end(&mut block)?;
        self.unread -= block.len() as u64;
        if (block.len() as u64) < count {
            return Err(truncated());
        }
        self.block_digest.iter_mut().for_each(|digest| digest.update(&block));
        if self.unread == 0 {
            self.expect_end_of_block()?;
            if self.block_digest.take().is_some_and(|digest| !digest.verify()) {
                return Err(io::Error::other("its block does not match its WARC-Block-Digest"));
            }
        }
        Ok(block)
    }

    /// Reports damage to the current record, and searches for the next one.
    pub fn report_damage(&mut self, error: io::Error) -> Damage {
        let damage = Damage { place: self.members.place_of(self.start), reason: error.to_string() };
        self.unread = 0;
        self.is_resyncing = true;
        self.is_at_end = !self.members.find_next(self.start, MAGIC).unwrap_or(false);
        damage
    }

    /// Skips the rest of the current record.
    fn skip_rest(&mut self) -> io::Result<()> {
        let unread = std::mem::take(&mut self.unread);
        if unread > MAX_SKIPPED && self.members.is_compressed() {
            // Not decompressed: it may be a bomb, and no page is that large.
            self.is_resyncing = true;
            self.is_at_end = !self.members.find_next(self.start, MAGIC)?;
            return Ok(());
        }
        if unread > 0 {
            if self.members.skip(unread)? < unread {
                return Err(truncated());
            }
            self.expect_end_of_block()?;
        }
        Ok(())
    }

    /// Checks that a block ends where its length says: with two line breaks and, if it is compressed, the end of the member.
    fn expect_end_of_block(&mut self) -> io::Result<()> {
        if !matches!(self.members.fill_buf()?.first(), None | Some(b'\r' | b'\n' | b'W')) {
            return Err(io::Error::other("its length does not match its Content-Length"));
        }
        self.skip_blank_lines()
    }

    fn skip_blank_lines(&mut self) -> io::Result<()> {
        while matches!(self.members.fill_buf()?.first(), Some(b'\r' | b'\n')) {
            self.members.consume(1);
        }
        Ok(())
    }

    fn header(&mut self) -> io::Result<Option<WarcRecord>> {
        self.start = self.members.position();
        if !self.members.open()? {
            return Ok(None);
        }
        self.start = self.members.position();
        self.skip_blank_lines()?;
        self.start = self.members.position();
        if self.members.fill_buf()?.is_empty() {
            // The end of a member; a file without compression has only one.
            return if self.members.is_compressed() { self.header_of_next() } else { Ok(None) };
        }
        let mut lines = self.members.by_ref().take(MAX_HEADER);
        let version = line(&mut lines)?;
        if !version.as_bytes().starts_with(MAGIC) {
            return Err(io::Error::other("it does not start like a WARC record"));
        }
        let fields = fields(&mut lines)?;
        let mut record = WarcRecord { place: self.members.place_of(self.start), fields, length: 0 };
        let length = record.field("content-length").and_then(|length| length.parse().ok());
        record.length = length.ok_or_else(|| io::Error::other("its Content-Length is not a number"))?;
        self.unread = record.length;
        self.block_digest = record.field("warc-block-digest").and_then(DeclaredDigest::parse);
        Ok(Some(record))
    }

    /// The header at the start of the next member. The recursion ends: an empty member is an error.
    fn header_of_next(&mut self) -> io::Result<Option<WarcRecord>> {
        self.start = self.members.position();
        if !self.members.open()? {
            return Ok(None);
        }
        self.start = self.members.position();
        if self.members.fill_buf()?.is_empty() {
            return Err(io::Error::other("it is an empty member"));
        }
        self.header()
    }
}

impl Iterator for WarcRecords<'_> {
    type Item = Result<WarcRecord, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_at_end {
            match self.skip_rest().and_then(|()| self.header()) {
                Ok(Some(record)) => {
                    self.is_resyncing = false;
                    return Some(Ok(record));
                }
                Ok(None) => self.is_at_end = true,
                Err(error) => {
                    let was_reported = std::mem::replace(&mut self.is_resyncing, true);
                    let damage = self.report_damage(error);
                    if !was_reported {
                        return Some(Err(damage));
                    }
                }
            }
        }
        None
    }
}

fn truncated() -> io::Error {
    io::Error::other("it is truncated")
}

/// One line without its line break; bytes that are not UTF-8 are replaced.
fn line(lines: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    lines.read_until(b'\n', &mut line)?;
    if !line.ends_with(b"\n") {
        return Err(io::Error::other("its header does not end"));
    }
    Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
}

/// Header fields up to an empty line, names in lower case. A line that starts with white space continues the previous one.
pub fn fields(lines: &mut impl BufRead) -> io::Result<Vec<(String, String)>> {
    let mut fields: Vec<(String, String)> = Vec::new();
    loop {
        let line = line(lines)?;
        if line.is_empty() {
            return Ok(fields);
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
}
