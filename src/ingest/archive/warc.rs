//! WARC 1.0 and 1.1 (ISO 28500, <https://iipc.github.io/warc-specifications/>), read record by record: compressed each by itself, as a whole, or
//! not at all. Holds one record at a time, and of that no more than the limit. Makes no documents of records: [`super::capture`] does.

use std::io::{self, BufRead, Read};

use super::digest::Claim;
use super::input::Input;
use super::members::{At, Members};

/// What every record begins with, before its version.
const SIGN: &[u8] = b"WARC/";

/// Longest header of a record in bytes.
const MAX_HEADER: u64 = 64 << 10;

/// Bytes of a compressed record that are unpacked only to pass over them. Behind more, the next record is looked for.
const MAX_SKIPPED: u64 = 64 << 20;

/// A record's header. Its block is read through [`Records`] before the next one is asked for.
#[derive(Debug)]
pub struct Record {
    /// The place in the archive, as it is written down.
    pub place: String,
    fields: Vec<(String, String)>,
    /// Bytes of the block.
    pub length: u64,
}

impl Record {
    /// A field by its lower-case name.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// Why a record, or the rest of an archive, could not be read.
#[derive(Debug)]
pub struct Damage {
    /// The place in the archive where the record begins.
    pub place: String,
    /// What is wrong: a fragment behind a colon.
    pub reason: String,
}

/// The records of an archive, in its order. Behind a damaged one it goes on.
pub struct Records<'a> {
    members: Members<'a>,
    /// Where the present record begins, and what is left of its block.
    at: At,
    left: u64,
    /// What the present record says of its block.
    claim: Option<Claim>,
    /// A record was damaged, and what comes next need not be one.
    lost: bool,
    ended: bool,
}

impl<'a> Records<'a> {
    /// The records of a file or stream.
    pub fn new(input: Input<'a>) -> io::Result<Self> {
        let members = Members::new(input)?;
        Ok(Self { at: members.at(), members, left: 0, claim: None, lost: false, ended: false })
    }

    /// Goes to a place that a record was found at; false where there is none.
    pub fn go(&mut self, place: &str) -> io::Result<bool> {
        let (member, inside) = place.split_once('+').unwrap_or((place, "0"));
        let (Ok(member), Ok(inside)) = (member.parse(), inside.parse()) else { return Ok(false) };
        self.left = 0;
        self.members.go(At { member, inside })
    }

    /// The next bytes of the present record's block, at most `limit`.
    pub fn block(&mut self, limit: u64) -> io::Result<Vec<u8>> {
        let count = limit.min(self.left);
        if count == 0 {
            return Ok(Vec::new());
        }
        let mut block = Vec::new();
        self.members.by_ref().take(count).read_to_end(&mut block)?;
        self.left -= block.len() as u64;
        if (block.len() as u64) < count {
            return Err(cut_short());
        }
        self.claim.iter_mut().for_each(|claim| claim.update(&block));
        if self.left == 0 {
            self.end()?;
            if self.claim.take().is_some_and(|claim| !claim.holds()) {
                return Err(io::Error::other("its block is not what its WARC-Block-Digest says"));
            }
        }
        Ok(block)
    }

    /// Says what is wrong with the present record, and looks for the next one.
    pub fn damage(&mut self, error: io::Error) -> Damage {
        let damage = Damage { place: self.members.spell(self.at), reason: error.to_string() };
        self.left = 0;
        self.lost = true;
        self.ended = !self.members.look_for_next(self.at, SIGN).unwrap_or(false);
        damage
    }

    /// Passes over what is left of the present record.
    fn pass_over(&mut self) -> io::Result<()> {
        let left = std::mem::take(&mut self.left);
        if left > MAX_SKIPPED && self.members.is_packed() {
            // Not unpacked: it may be a bomb, and no page is that large.
            self.lost = true;
            self.ended = !self.members.look_for_next(self.at, SIGN)?;
            return Ok(());
        }
        if left > 0 {
            if self.members.skip(left)? < left {
                return Err(cut_short());
            }
            self.end()?;
        }
        Ok(())
    }

    /// Behind a block: two line ends, and there a compressed member has its checksum. Anything else means that bytes are missing or too many.
    fn end(&mut self) -> io::Result<()> {
        if !matches!(self.members.fill_buf()?.first(), None | Some(b'\r' | b'\n' | b'W')) {
            return Err(io::Error::other("it is not as long as it says"));
        }
        self.blank_lines()
    }

    fn blank_lines(&mut self) -> io::Result<()> {
        while matches!(self.members.fill_buf()?.first(), Some(b'\r' | b'\n')) {
            self.members.consume(1);
        }
        Ok(())
    }

    fn header(&mut self) -> io::Result<Option<Record>> {
        self.at = self.members.at();
        if !self.members.open()? {
            return Ok(None);
        }
        self.at = self.members.at();
        self.blank_lines()?;
        self.at = self.members.at();
        if self.members.fill_buf()?.is_empty() {
            // The end of a member; a file without compression has only one.
            return if self.members.is_packed() { self.header_of_next() } else { Ok(None) };
        }
        let mut lines = self.members.by_ref().take(MAX_HEADER);
        let version = line(&mut lines)?;
        if !version.starts_with("WARC/") {
            return Err(io::Error::other("it does not begin as a WARC record"));
        }
        let fields = fields(&mut lines)?;
        let mut record = Record { place: self.members.spell(self.at), fields, length: 0 };
        let length = record.field("content-length").and_then(|length| length.parse().ok());
        record.length = length.ok_or_else(|| io::Error::other("its Content-Length is no number"))?;
        self.left = record.length;
        self.claim = record.field("warc-block-digest").and_then(Claim::read);
        Ok(Some(record))
    }

    /// Behind an empty rest of a member. Not recursive for long: members that hold nothing at all are no archive's.
    fn header_of_next(&mut self) -> io::Result<Option<Record>> {
        self.at = self.members.at();
        if !self.members.open()? {
            return Ok(None);
        }
        self.at = self.members.at();
        if self.members.fill_buf()?.is_empty() {
            return Err(io::Error::other("an empty member"));
        }
        self.header()
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.pass_over().and_then(|()| self.header()) {
                Ok(Some(record)) => {
                    self.lost = false;
                    return Some(Ok(record));
                }
                Ok(None) => self.ended = true,
                Err(error) => {
                    let told = std::mem::replace(&mut self.lost, true);
                    let damage = self.damage(error);
                    if !told {
                        return Some(Err(damage));
                    }
                }
            }
        }
        None
    }
}

fn cut_short() -> io::Error {
    io::Error::other("it is cut short")
}

/// One line without its end, bytes that are not UTF-8 replaced.
fn line(lines: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    lines.read_until(b'\n', &mut line)?;
    if !line.ends_with(b"\n") {
        return Err(io::Error::other("its header has no end"));
    }
    Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
}

/// Named fields up to an empty line, names in lower case; a line that begins with white space continues the one before.
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
