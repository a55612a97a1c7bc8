//! Mailboxes (RFC 4155, `mboxrd`): letters one behind the other, each under a line `From …`. Split as a stream, one letter in memory; what a letter
//! holds, `ingest::mail` says. Compressed as a whole or not at all.

use std::io::{self, BufRead, BufReader, Read};

use super::capture::{Capture, From, Passed};
use super::warc::Damage;
use crate::ingest::failure::too_large;
use crate::ingest::mail;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{Origin, RawDocument};

/// What the line above each letter begins with.
const LINE: &[u8] = b"From ";

/// Attachments, which are not taken, lengthen a letter: so many times the length of a page it may have.
const ATTACHED: usize = 4;

/// Whether the file begins like a mailbox: such a line, and a letter's header.
pub fn is_mbox(start: &[u8]) -> bool {
    let Some(rest) = start.strip_prefix(LINE) else { return false };
    memchr::memchr(b'\n', rest).and_then(|end| rest.get(end + 1..)).is_some_and(mail::is_header_of_letter)
}

/// The letters of a mailbox, in its order.
pub struct Letters<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    /// Offset of the next byte.
    at: u64,
    /// Where the next letter begins, once the line above it has been read, and what was read behind that line.
    next: Option<(u64, Vec<u8>)>,
    cap: usize,
}

/// One letter as it stands in the file, without the line above it.
struct Letter {
    at: u64,
    bytes: Vec<u8>,
    /// It is longer than what is held of it.
    cut: bool,
}

impl<'a> Letters<'a> {
    /// The letters of a file, unpacked.
    pub fn new(reader: Box<dyn Read + 'a>, cap: usize) -> Self {
        Self { reader: BufReader::with_capacity(64 << 10, reader), at: 0, next: None, cap: ATTACHED * cap }
    }

    /// Goes to the letter at an offset.
    pub fn go(&mut self, place: &str) -> io::Result<bool> {
        let Ok(to) = place.parse::<u64>() else { return Ok(false) };
        (self.at, self.next) = (to, None);
        Ok(io::copy(&mut self.reader.by_ref().take(to), &mut io::sink())? == to)
    }

    /// What the next letter holds.
    pub fn next(&mut self, from: From<'_>) -> Option<Result<Capture, Damage>> {
        let at = self.next.as_ref().map_or(self.at, |next| next.0);
        match self.letter() {
            Ok(letter) => letter.map(|letter| {
                let place = letter.at.to_string();
                read(letter, from, self.cap).map_err(|reason| Damage { place, reason })
            }),
            Err(error) => {
                // Behind this nothing can be read.
                self.reader = BufReader::new(Box::new(io::empty()));
                self.next = None;
                Some(Err(Damage { place: at.to_string(), reason: error.to_string() }))
            }
        }
    }

    /// Reads up to the line above the next letter: a line `From …` behind an empty one and before a field of a header. Any other such line
    /// is somebody's sentence.
    fn letter(&mut self) -> io::Result<Option<Letter>> {
        let mut letter = match self.next.take() {
            Some((at, bytes)) => Letter { at, bytes, cut: false },
            None => {
                let letter = Letter { at: self.at, bytes: Vec::new(), cut: false };
                if !self.line()?.starts_with(LINE) {
                    return Ok(None);
                }
                letter
            }
        };
        let mut is_behind_empty = false;
        loop {
            let at = self.at;
            let mut line = self.line()?;
            if line.is_empty() {
                return Ok(Some(letter));
            }
            let is_candidate = is_behind_empty && line.starts_with(LINE);
            is_behind_empty = is_empty(&line);
            if is_candidate {
                let behind = self.line()?;
                if mail::is_field(&behind) {
                    self.next = Some((at, behind));
                    return Ok(Some(letter));
                }
                is_behind_empty = is_empty(&behind);
                line.extend(behind);
            }
            let room = self.cap.saturating_sub(letter.bytes.len());
            letter.cut |= line.len() > room;
            letter.bytes.extend_from_slice(line.get(..room).unwrap_or(&line));
        }
    }

    /// The next line with its end, or of a very long one the next piece; empty at the end of the file.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.reader.by_ref().take(64 << 10).read_until(b'\n', &mut line)?;
        self.at += line.len() as u64;
        Ok(line)
    }
}

fn is_empty(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

fn read(letter: Letter, from: From<'_>, cap: usize) -> Result<Capture, String> {
    if letter.cut {
        return Err(too_large(cap as u64));
    }
    let hash = ContentHash::of(&letter.bytes);
    let unpacked = match mail::unpack(&unquoted(&letter.bytes), mail::Kind::Mail) {
        Err(reason) if reason == mail::NO_TEXT => return Ok(Capture::Passed(Passed::Kind)),
        unpacked => unpacked?,
    };
    if unpacked.bytes.len() > from.cap {
        return Err(too_large(from.cap as u64));
    }
    let origin = Origin::Member { archive: from.archive.to_path_buf(), place: letter.at.to_string() };
    let (fetched_at, http, bytes) = (unpacked.at, unpacked.http, unpacked.bytes);
    Ok(Capture::Page(Box::new(RawDocument { hash, origin, fetched_at, http, feed: None, part: None, bytes })))
}

/// The letter as it was sent: lines that would look like the one above a letter got a `>` before them, and those that began so, one more.
fn unquoted(letter: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(letter.len());
    for line in letter.split_inclusive(|byte| *byte == b'\n') {
        let quoted = line.strip_prefix(b">").filter(|rest| {
            let unquoted = rest.iter().position(|byte| *byte != b'>').and_then(|end| rest.get(end..));
            unquoted.is_some_and(|rest| rest.starts_with(LINE))
        });
        out.extend_from_slice(quoted.unwrap_or(line));
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const BOX: &str = "From tide@a.example Fri May  3 08:00:00 2024\nMessage-ID: <1@a.example>\nFrom: Tide <tide@a.example>\n\nFirst.\n\n\
        From here on it rains.\nAll day.\n>From there too.\n>>From everywhere.\n\n\
        From tide@a.example Sat May  4 08:00:00 2024\nMessage-ID: <2@a.example>\nFrom: Tide <tide@a.example>\n\nSecond.\n";

    fn places_and_texts(letters: &mut Letters<'_>) -> Vec<(String, String)> {
        let from = From { archive: Path::new("box"), cap: 1000 };
        let mut all = Vec::new();
        while let Some(letter) = letters.next(from) {
            let Ok(Capture::Page(page)) = letter else { panic!("damaged") };
            all.push((page.origin.place().unwrap().to_owned(), String::from_utf8(page.bytes).unwrap()));
        }
        all
    }

    #[test]
    fn letters_are_told_apart_and_found_again() {
        assert!(is_mbox(BOX.as_bytes()) && !is_mbox(b"From our correspondent\nHolm: it rains.\n"));
        let all = places_and_texts(&mut Letters::new(Box::new(BOX.as_bytes()), 1000));
        assert_eq!(all.len(), 2);
        let (place, text) = &all[0];
        assert!(place == "0" && text.contains("From here on it rains.") && text.contains("All day."), "{text}");
        assert!(text.contains("From there too.") && text.contains("&gt;From everywhere."), "{text}");
        let mut again = Letters::new(Box::new(BOX.as_bytes()), 1000);
        assert!(again.go(&all[1].0).unwrap());
        assert_eq!(places_and_texts(&mut again), [all[1].clone()]);
    }
}
