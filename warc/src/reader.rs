//! The pages among the records of WARC and WET files. Reads the head of a response first, so that videos and images are skipped without being held.

use std::io;

use gleaner_extract::document::HttpFacts;
use url::Url;

use super::budget::{Budget, too_large};
use super::digest::DeclaredDigest;
use super::http::facts::{http_facts, may_be_page, redirect_target};
use super::item::{Damage, SkipReason, WarcItem, WarcPage};
use super::members::{DICTIONARY_FRAME, Members};
use super::records::{MAGIC, WarcRecord, WarcRecords};
use super::response::{self, MAX_HEAD, ResponseHead, decode_body};

/// Whether a file that starts with these bytes, decompressed, is a web archive.
pub fn is_warc(start: &[u8]) -> bool {
    start.starts_with(MAGIC) || start.starts_with(DICTIONARY_FRAME)
}

/// What limits a page.
#[derive(Clone, Debug)]
pub struct Limits {
    /// What may still be decoded of the archive. Items and pages are counted where the reader is called.
    pub budget: Budget,
    /// Most bytes of a page, decoded.
    pub max_page_bytes: usize,
}

/// A web archive, read item by item in constant memory.
pub struct WarcReader<'a>(WarcRecords<'a>);

impl<'a> WarcReader<'a> {
    /// The items of a file or stream.
    pub fn new(members: Members<'a>) -> Self {
        Self(WarcRecords::new(members))
    }

    /// The next item; `None` at the end. Reading continues after damage.
    pub fn next_item(&mut self, limits: &Limits) -> Option<Result<WarcItem, Damage>> {
        Some(match self.0.next()? {
            Ok(record) => read_record(&record, &mut self.0, limits).map_err(|error| self.0.report_damage(error)),
            Err(damage) => Err(damage),
        })
    }

    /// Goes to the record at a place; false if there is none.
    ///
    /// # Errors
    /// Fails if the archive cannot be read.
    pub fn seek_to(&mut self, place: &str) -> io::Result<bool> {
        self.0.seek_to_record(place)
    }

    /// The place of the item that was read last.
    pub fn place(&self) -> String {
        self.0.place()
    }
}

fn read_record(record: &WarcRecord, records: &mut WarcRecords<'_>, limits: &Limits) -> io::Result<WarcItem> {
    let record_type = record.field("warc-type").unwrap_or_default().to_ascii_lowercase();
    let uri = record.field("warc-target-uri").unwrap_or_default().trim_matches(['<', '>']);
    let Some(url) = Url::parse(uri).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
        return Ok(WarcItem::Skipped(SkipReason::RecordType));
    };
    let content_type = record.field("content-type").unwrap_or_default();
    match record_type.as_str() {
        "response" => read_response(record, records, limits, url),
        "resource" | "conversion" if may_be_page(content_type) => {
            let body = read_block(records, limits.max_page_bytes as u64)?;
            match payload_digest(record) {
                Some(digest) if !digest.matches(&body) => return Err(response::wrong_payload()),
                _ => {}
            }
            let http = http_facts(&url, 0, [("content-type".to_owned(), with_charset(content_type))], body.len());
            Ok(page(record, http, body))
        }
        "resource" | "conversion" => Ok(WarcItem::Skipped(SkipReason::MediaType)),
        _ => Ok(WarcItem::Skipped(SkipReason::RecordType)),
    }
}

/// Reads an HTTP response (RFC 9112).
fn read_response(record: &WarcRecord, records: &mut WarcRecords<'_>, limits: &Limits, url: Url) -> io::Result<WarcItem> {
    let mut start = records.block(MAX_HEAD)?;
    let Some(head) = ResponseHead::parse(&start) else { return Err(io::Error::other("its block is not an HTTP response")) };
    if let Some(to) = head.field("location").and_then(|location| redirect_target(head.status, location, &url)) {
        return Ok(WarcItem::Redirect { from: url, to });
    }
    if !(200..300).contains(&head.status) || head.status == 206 {
        return Ok(WarcItem::Skipped(SkipReason::Status));
    }
    if head.field("content-type").is_some_and(|content_type| !may_be_page(content_type)) || url.path() == "/robots.txt" {
        return Ok(WarcItem::Skipped(SkipReason::MediaType));
    }
    let mut wire = start.split_off(head.length.min(start.len()));
    // A chunked body is longer by its chunk sizes; a compressed one is hardly ever longer than its content.
    wire.append(&mut read_block(records, limits.max_page_bytes as u64 + MAX_HEAD)?);
    let wire_bytes = wire.len();
    let bytes = decode_body(wire, &head, limits.max_page_bytes, payload_digest(record).as_ref())?;
    if bytes.len() > wire_bytes {
        limits.budget.decode(bytes.len())?;
    }
    let http = http_facts(&url, head.status, head.fields, wire_bytes);
    Ok(page(record, http, bytes))
}

/// The payload's digest, for records without a digest of the block: a block that is intact has an intact payload, whatever a crawler took
/// for the payload.
fn payload_digest(record: &WarcRecord) -> Option<DeclaredDigest> {
    let block = record.field("warc-block-digest").and_then(DeclaredDigest::parse);
    record.field("warc-payload-digest").filter(|_| block.is_none()).and_then(DeclaredDigest::parse)
}

/// The rest of the block; an error if it has more than `limit` bytes.
fn read_block(records: &mut WarcRecords<'_>, limit: u64) -> io::Result<Vec<u8>> {
    let block = records.block(limit.saturating_add(1))?;
    if block.len() as u64 > limit { Err(io::Error::other(too_large(limit))) } else { Ok(block) }
}

fn page(record: &WarcRecord, http: HttpFacts, bytes: Vec<u8>) -> WarcItem {
    let fetched_at = record.field("warc-date").and_then(|date| date.parse().ok());
    WarcItem::Page(Box::new(WarcPage { place: record.place.clone(), fetched_at, http, bytes }))
}

/// Text converted by a crawler is UTF-8 unless it declares another charset.
fn with_charset(content_type: &str) -> String {
    match content_type.contains("charset") {
        true => content_type.to_owned(),
        false => format!("{content_type}; charset=utf-8"),
    }
}
