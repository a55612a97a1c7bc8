//! Mailboxes (RFC 4155, `mboxrd`): messages, each preceded by a line `From …`. Split while it is read, one message in memory; `ingest::mail` reads
//! the messages. May be compressed as a whole.

use std::io::{self, BufRead, BufReader, Read};

use super::record::{Access, ArchiveContext, ArchiveFormat, ArchiveItem, ArchiveReader, Damage, SkipReason};
use crate::ingest::mail::{self, MailError, MailFormat};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_warc::budget::too_large;

/// How the line before each message starts.
const SEPARATOR: &[u8] = b"From ";

/// How many times longer than a page a message may be: attachments, which are not read, lengthen it.
const ATTACHMENT_FACTOR: usize = 4;

/// A mailbox; each message with text is a page.
pub const FORMAT: ArchiveFormat = ArchiveFormat {
    name: "mbox",
    detect: |start, _| is_mbox(start),
    confirm: |_| true,
    access: Access::Sequential,
    open: |source| {
        let max_page_bytes = source.max_page_bytes;
        Ok(Box::new(MboxMessages::new(source.decompressed()?, max_page_bytes)))
    },
};

/// Whether a file starts like a mailbox: with a separator line and a mail header.
fn is_mbox(start: &[u8]) -> bool {
    let Some(rest) = start.strip_prefix(SEPARATOR) else { return false };
    memchr::memchr(b'\n', rest).and_then(|end| rest.get(end + 1..)).is_some_and(mail::starts_like_header)
}

/// The messages of a mailbox, in order.
struct MboxMessages<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    /// Offset of the next byte.
    offset: u64,
    /// The next message, once its separator has been read: the separator's offset, and the line after it.
    next: Option<(u64, Vec<u8>)>,
    /// Most bytes of a message that are held.
    max_message_bytes: usize,
}

/// The text of one message, without its separator line.
struct RawMessage {
    offset: u64,
    bytes: Vec<u8>,
    /// The message is longer than `bytes`.
    is_truncated: bool,
}

impl<'a> MboxMessages<'a> {
    fn new(reader: Box<dyn Read + 'a>, max_page_bytes: usize) -> Self {
        Self {
            reader: BufReader::with_capacity(64 << 10, reader),
            offset: 0,
            next: None,
            max_message_bytes: ATTACHMENT_FACTOR * max_page_bytes,
        }
    }

    /// Reads up to the next separator: a line `From …` between an empty line and a header field. Any other such line is part of the text.
    fn next_raw(&mut self) -> io::Result<Option<RawMessage>> {
        let mut message = match self.next.take() {
            Some((offset, bytes)) => RawMessage { offset, bytes, is_truncated: false },
            None => {
                let message = RawMessage { offset: self.offset, bytes: Vec::new(), is_truncated: false };
                if !self.line()?.starts_with(SEPARATOR) {
                    return Ok(None);
                }
                message
            }
        };
        let mut follows_empty_line = false;
        loop {
            let offset = self.offset;
            let mut line = self.line()?;
            if line.is_empty() {
                return Ok(Some(message));
            }
            let is_candidate = follows_empty_line && line.starts_with(SEPARATOR);
            follows_empty_line = is_empty(&line);
            if is_candidate {
                let following = self.line()?;
                if mail::is_field(&following) {
                    self.next = Some((offset, following));
                    return Ok(Some(message));
                }
                follows_empty_line = is_empty(&following);
                line.extend(following);
            }
            let capacity = self.max_message_bytes.saturating_sub(message.bytes.len());
            message.is_truncated |= line.len() > capacity;
            message.bytes.extend_from_slice(line.get(..capacity).unwrap_or(&line));
        }
    }

    /// The next line with its line break, or the next piece of a very long line; empty at the end of the file.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.reader.by_ref().take(64 << 10).read_until(b'\n', &mut line)?;
        self.offset += line.len() as u64;
        Ok(line)
    }
}

impl ArchiveReader for MboxMessages<'_> {
    fn next_item(&mut self, context: ArchiveContext<'_>) -> Option<Result<ArchiveItem, Damage>> {
        let offset = self.next.as_ref().map_or(self.offset, |next| next.0);
        match self.next_raw() {
            Ok(None) => None,
            Ok(Some(message)) => {
                let read = if message.is_truncated {
                    Err(too_large(self.max_message_bytes as u64))
                } else {
                    read_message(&message, context)
                };
                Some(read.map_err(|reason| Damage { place: message.offset.to_string(), reason }))
            }
            Err(error) => {
                // Nothing can be read after this.
                self.reader = BufReader::new(Box::new(io::empty()));
                self.next = None;
                Some(Err(Damage { place: offset.to_string(), reason: error.to_string() }))
            }
        }
    }

    fn seek_to(&mut self, place: &str) -> io::Result<bool> {
        let Ok(offset) = place.parse::<u64>() else { return Ok(false) };
        (self.offset, self.next) = (offset, None);
        Ok(io::copy(&mut self.reader.by_ref().take(offset), &mut io::sink())? == offset)
    }
}

fn is_empty(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

fn read_message(message: &RawMessage, context: ArchiveContext<'_>) -> Result<ArchiveItem, String> {
    let hash = ContentHash::of(&message.bytes).into();
    let document = match mail::read(&unquote(&message.bytes), MailFormat::Message, context.budget) {
        Err(MailError::NoText) => return Ok(ArchiveItem::Skipped(SkipReason::MediaType)),
        document => document.map_err(|error| error.to_string())?,
    };
    if document.bytes.len() > context.max_page_bytes {
        return Err(too_large(context.max_page_bytes as u64));
    }
    let origin = Origin::Member { archive: context.path.to_path_buf(), place: message.offset.to_string() };
    let (fetched_at, http, bytes) = (document.sent_at, document.http, document.bytes);
    Ok(ArchiveItem::Page(Box::new(RawDocument { hash, origin, fetched_at, http, feed: None, part: None, bytes })))
}

/// The message as it was sent. Lines that look like a separator, after any number of `>`, have been prefixed with a `>`.
fn unquote(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        let quoted = line.strip_prefix(b">").filter(|rest| {
            let unquoted = rest.iter().position(|byte| *byte != b'>').and_then(|end| rest.get(end..));
            unquoted.is_some_and(|rest| rest.starts_with(SEPARATOR))
        });
        out.extend_from_slice(quoted.unwrap_or(line));
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use gleaner_warc::budget::Budget;

    const MAILBOX: &str = "From tide@a.example Fri May  3 08:00:00 2024\nMessage-ID: <1@a.example>\nFrom: Tide <tide@a.example>\n\nFirst.\n\n\
        From here on it rains.\nAll day.\n>From there too.\n>>From everywhere.\n\n\
        From tide@a.example Sat May  4 08:00:00 2024\nMessage-ID: <2@a.example>\nFrom: Tide <tide@a.example>\n\nSecond.\n";

    fn places_and_texts(messages: &mut MboxMessages<'_>) -> Vec<(String, String)> {
        let budget = Budget::new(MAILBOX.len() as u64, 1000);
        let context = ArchiveContext { budget: &budget, path: Path::new("box"), max_page_bytes: 1000, is_archive: |_| false };
        let mut all = Vec::new();
        while let Some(message) = messages.next_item(context) {
            let Ok(ArchiveItem::Page(page)) = message else { panic!("damaged") };
            all.push((page.origin.place().unwrap().to_owned(), String::from_utf8(page.bytes).unwrap()));
        }
        all
    }

    #[test]
    fn messages_are_separated_and_can_be_read_again() {
        assert!(is_mbox(MAILBOX.as_bytes()) && !is_mbox(b"From our correspondent\nHolm: it rains.\n"));
        let all = places_and_texts(&mut MboxMessages::new(Box::new(MAILBOX.as_bytes()), 1000));
        assert_eq!(all.len(), 2);
        let (place, text) = &all[0];
        assert!(place == "0" && text.contains("From here on it rains.") && text.contains("All day."), "{text}");
        assert!(text.contains("From there too.") && text.contains("&gt;From everywhere."), "{text}");
        let mut again = MboxMessages::new(Box::new(MAILBOX.as_bytes()), 1000);
        assert!(again.seek_to(&all[1].0).unwrap());
        assert_eq!(places_and_texts(&mut again), [all[1].clone()]);
    }
}
