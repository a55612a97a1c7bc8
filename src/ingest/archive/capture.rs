//! What a record of a WARC holds: the page that a server answered with, its transfer and content codings undone, or the text that a crawler
//! took from it. Reads the head of an answer first, so that films and pictures are passed over without being held.

use gleaner_extract::base::url::without_login;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use url::Url;

use super::digest::Claim;
use super::warc::{Record, Records, fields};
use crate::http::{coding, header, redirect};
use crate::ingest::failure::too_large;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{HttpFacts, Origin, RawDocument};

/// Bytes that the head of an answer may have.
const MAX_HEAD: u64 = 64 << 10;

/// Media types that [`header::not_a_page`] leaves to a look at the bytes, and that crawls are full of.
const FOR_MACHINES: &[&str] = &[
    "application/atom+xml",
    "application/rss+xml",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "multipart/form-data",
];

/// What is passed over without a word about each, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// Requests, revisits, metadata and such: records about records.
    Record,
    /// Redirects, errors and partial answers.
    Answer,
    /// Pictures, scripts, feeds: answers that are no pages.
    Kind,
}

/// What a record is.
pub enum Capture {
    /// A page.
    Page(Box<RawDocument>),
    /// An answer that only leads elsewhere.
    Redirect {
        /// The address asked for.
        from: Url,
        /// Where it leads.
        to: Url,
    },
    /// Nothing that becomes a document.
    Passed(Passed),
}

/// Where records come from and how large a page may be.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    /// The archive, as the user named it.
    pub archive: &'a Path,
    /// Most bytes of a page, its codings undone.
    pub cap: usize,
}

/// Reads what the record holds.
pub fn read(record: &Record, records: &mut Records<'_>, from: From<'_>) -> io::Result<Capture> {
    let kind = record.field("warc-type").unwrap_or_default().to_ascii_lowercase();
    let uri = record.field("warc-target-uri").unwrap_or_default().trim_matches(['<', '>']);
    let Some(url) = Url::parse(uri).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
        return Ok(Capture::Passed(Passed::Record));
    };
    let content_type = record.field("content-type").unwrap_or_default();
    match kind.as_str() {
        "response" => answer(record, records, from, url),
        "resource" | "conversion" if is_page(content_type) => {
            let body = body(records, from.cap as u64)?;
            match payload_claim(record) {
                Some(claim) if !claim.fits(&body) => return Err(not_its_payload()),
                _ => {}
            }
            let http = facts(&url, 0, [("content-type".to_owned(), with_charset(content_type))], body.len());
            Ok(page(record, from, http, body))
        }
        "resource" | "conversion" => Ok(Capture::Passed(Passed::Kind)),
        _ => Ok(Capture::Passed(Passed::Record)),
    }
}

/// An HTTP answer (RFC 9112).
fn answer(record: &Record, records: &mut Records<'_>, from: From<'_>, url: Url) -> io::Result<Capture> {
    let mut start = records.block(MAX_HEAD)?;
    let Some(head) = Head::read(&start) else { return Err(io::Error::other("its block is no HTTP answer")) };
    if let Some(to) = head.location(&url) {
        return Ok(Capture::Redirect { from: url, to });
    }
    if !(200..300).contains(&head.status) || head.status == 206 {
        return Ok(Capture::Passed(Passed::Answer));
    }
    if head.field("content-type").is_some_and(|kind| !is_page(kind)) || url.path() == "/robots.txt" {
        return Ok(Capture::Passed(Passed::Kind));
    }
    let mut wire = start.split_off(head.length.min(start.len()));
    // A body in chunks is longer by their marks; in any coding it is hardly ever longer than without.
    wire.append(&mut body(records, from.cap as u64 + MAX_HEAD)?);
    let wire_bytes = wire.len();
    let bytes = undo(wire, &head, from.cap, payload_claim(record).as_ref())?;
    let http = facts(&url, head.status, head.kept(), wire_bytes);
    Ok(page(record, from, http, bytes))
}

/// What the record says of its payload, where nothing is said of the block that it stands in: a block that is whole has a whole payload,
/// whatever a crawler understood by that word.
fn payload_claim(record: &Record) -> Option<Claim> {
    let block = record.field("warc-block-digest").and_then(Claim::read);
    record.field("warc-payload-digest").filter(|_| block.is_none()).and_then(Claim::read)
}

fn not_its_payload() -> io::Error {
    io::Error::other("its payload is not what its WARC-Payload-Digest says")
}

/// The rest of the block, unless it is larger than `limit`.
fn body(records: &mut Records<'_>, limit: u64) -> io::Result<Vec<u8>> {
    let body = records.block(limit.saturating_add(1))?;
    if body.len() as u64 > limit { Err(io::Error::other(too_large(limit))) } else { Ok(body) }
}

fn page(record: &Record, from: From<'_>, http: HttpFacts, bytes: Vec<u8>) -> Capture {
    let fetched_at: Option<Timestamp> = record.field("warc-date").and_then(|date| date.parse().ok());
    let origin = Origin::Member { archive: from.archive.to_path_buf(), place: record.place.clone() };
    let hash = ContentHash::of(&bytes);
    Capture::Page(Box::new(RawDocument { hash, origin, fetched_at, http: Some(http), feed: None, part: None, bytes }))
}

/// What HTTP said, as far as an archive tells.
pub fn facts(url: &Url, status: u16, headers: impl IntoIterator<Item = (String, String)>, wire_bytes: usize) -> HttpFacts {
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers.into_iter().filter(|(name, _)| !header::is_secret(name)) {
        kept.entry(name).and_modify(|before| *before = format!("{before}, {value}")).or_insert(value);
    }
    let url = without_login(url.clone()).to_string();
    HttpFacts {
        requested: url.clone(),
        final_url: url,
        status,
        headers: kept,
        wire_bytes: wire_bytes as u64,
        ..HttpFacts::default()
    }
}

/// Whether a media type may be that of a page.
pub fn is_page(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    header::not_a_page(content_type).is_none() && !FOR_MACHINES.contains(&essence.as_str())
}

/// Text that a crawler has converted is UTF-8 where it does not say otherwise.
fn with_charset(content_type: &str) -> String {
    match content_type.contains("charset") {
        true => content_type.to_owned(),
        false => format!("{content_type}; charset=utf-8"),
    }
}

/// The head of an HTTP answer.
struct Head {
    status: u16,
    fields: Vec<(String, String)>,
    /// Its bytes, the empty line included.
    length: usize,
}

impl Head {
    fn read(block: &[u8]) -> Option<Self> {
        let line = block.split(|byte| *byte == b'\n').next()?;
        let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
        words.next().filter(|version| version.starts_with("HTTP/"))?;
        let status = words.next()?.parse().ok()?;
        let mut rest = block.get(line.len() + 1..)?;
        let fields = fields(&mut rest).ok()?;
        Some(Self { status, fields, length: block.len() - rest.len() })
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Where the answer leads, if it is a redirect (RFC 9110 §15.4).
    fn location(&self, url: &Url) -> Option<Url> {
        location(self.status, self.field("location")?, url)
    }

    fn kept(&self) -> impl Iterator<Item = (String, String)> {
        self.fields.iter().cloned()
    }
}

/// Where an answer of this status leads from an address, if it is a redirect (RFC 9110 §15.4) to a page.
pub fn location(status: u16, location: &str, from: &Url) -> Option<Url> {
    let to = from.join(location).ok().filter(|_| redirect::is_redirect(status))?;
    matches!(to.scheme(), "http" | "https").then_some(to)
}

/// The body without its transfer and content codings. Not a few archives hold bodies that are decoded already under headers that say
/// otherwise.
///
/// Crawlers hash the payload before or after either, so whatever fits the claim is right.
fn undo(wire: Vec<u8>, head: &Head, cap: usize, claim: Option<&Claim>) -> io::Result<Vec<u8>> {
    let fits = |body: &[u8]| claim.is_none_or(|claim| claim.fits(body));
    let mut is_whole = fits(&wire);
    let is_chunked = head.field("transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
    let body = if is_chunked { unchunked(&wire).unwrap_or(wire) } else { wire };
    is_whole = is_whole || fits(&body);
    let encoding = head.field("content-encoding").unwrap_or_default();
    let body = if is_markup(&body) { body } else { coding::decode(body, encoding, cap as u64).map_err(io::Error::other)? };
    match body.len() {
        length if length > cap => Err(io::Error::other(too_large(cap as u64))),
        _ if is_whole || fits(&body) => Ok(body),
        _ => Err(not_its_payload()),
    }
}

fn is_markup(body: &[u8]) -> bool {
    const STARTS: &[&[u8]] = &[b"<!doctype", b"<html", b"<head", b"<body", b"<!--", b"<?xml", b"<meta"];
    let start = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    STARTS.iter().any(|sign| start.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign)))
}

/// A body out of its chunks (RFC 9112 §7.1), as far as it goes; `None` where it is not in chunks.
fn unchunked(wire: &[u8]) -> Option<Vec<u8>> {
    let (mut body, mut rest) = (Vec::with_capacity(wire.len()), wire);
    loop {
        let end = rest.iter().take(100).position(|byte| *byte == b'\n');
        let line = end.and_then(|end| std::str::from_utf8(rest.get(..end)?).ok());
        let size = line.and_then(|line| usize::from_str_radix(line.split(';').next()?.trim(), 16).ok());
        let (Some(end), Some(size)) = (end, size) else { return (!body.is_empty() || wire.is_empty()).then_some(body) };
        rest = rest.get(end + 1..)?;
        if size == 0 {
            return Some(body);
        }
        let chunk = rest.get(..size).unwrap_or(rest);
        body.extend_from_slice(chunk);
        rest = rest.get(chunk.len()..)?;
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_what_has_none_is_left() {
        assert_eq!(unchunked(b"4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n").unwrap(), b"Wikipedia ");
        assert_eq!(unchunked(b"5\r\nhello\r\nffff\r\ncut").unwrap(), b"hellocut");
        assert_eq!(unchunked(b"<p>decoded already"), None);
        assert_eq!(unchunked(b"ffffffffffffffffffff\r\nx"), None);
    }

    #[test]
    fn secrets_and_logins_are_left_out() {
        let url = Url::parse("https://ann:secret@a.example/x").unwrap();
        let fields = [("set-cookie", "sid=1"), ("vary", "a"), ("vary", "b")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        let facts = facts(&url, 200, fields, 3);
        assert_eq!(facts.final_url, "https://a.example/x");
        assert_eq!(facts.headers.into_iter().collect::<Vec<_>>(), [("vary".to_owned(), "a, b".to_owned())]);
    }

    #[test]
    fn feeds_and_pictures_are_no_pages() {
        for page in ["text/html; charset=x", "application/xhtml+xml", "text/plain", ""] {
            assert!(is_page(page), "{page}");
        }
        for other in ["image/png", "text/xml", "application/rss+xml; charset=utf-8", "application/octet-stream"] {
            assert!(!is_page(other), "{other}");
        }
    }
}
