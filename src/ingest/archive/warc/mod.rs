//! Web archives: the pages of WARC files, and the text of pages in WET files. Reads the head of a response first, so that videos and images
//! are skipped without being held.

mod digest;
mod records;
mod response;

use std::io;

use url::Url;

use self::digest::DeclaredDigest;
use self::records::{MAGIC, WarcRecord, WarcRecords};
use self::response::{MAX_HEAD, ResponseHead, decode_body};
use super::members::DICTIONARY_FRAME;
use super::record::{Access, ArchiveContext, ArchiveFormat, ArchiveItem, ArchiveReader, Damage, SkipReason};
use crate::ingest::budget::too_large;
use crate::ingest::http_response::{http_facts, may_be_page, redirect_target};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{BodyHash, HttpFacts, Origin, RawDocument};

/// WARC with pages, WET with their text.
pub const FORMAT: ArchiveFormat = ArchiveFormat {
    name: "WARC",
    detect: |start, _| start.starts_with(MAGIC) || start.starts_with(DICTIONARY_FRAME),
    confirm: |_| true,
    access: Access::Sequential,
    open: |source| Ok(Box::new(WarcRecords::new(source.members()?))),
};

impl ArchiveReader for WarcRecords<'_> {
    fn next_item(&mut self, context: ArchiveContext<'_>) -> Option<Result<ArchiveItem, Damage>> {
        Some(match self.next()? {
            Ok(record) => read_record(&record, self, context).map_err(|error| self.report_damage(error)),
            Err(damage) => Err(damage),
        })
    }

    fn seek_to(&mut self, place: &str) -> io::Result<bool> {
        self.seek_to_record(place)
    }
}

fn read_record(record: &WarcRecord, records: &mut WarcRecords<'_>, context: ArchiveContext<'_>) -> io::Result<ArchiveItem> {
    let record_type = record.field("warc-type").unwrap_or_default().to_ascii_lowercase();
    let uri = record.field("warc-target-uri").unwrap_or_default().trim_matches(['<', '>']);
    let Some(url) = Url::parse(uri).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
        return Ok(ArchiveItem::Skipped(SkipReason::RecordType));
    };
    let content_type = record.field("content-type").unwrap_or_default();
    match record_type.as_str() {
        "response" => read_response(record, records, context, url),
        "resource" | "conversion" if may_be_page(content_type) => {
            let body = read_block(records, context.max_page_bytes as u64)?;
            match payload_digest(record) {
                Some(digest) if !digest.matches(&body) => return Err(response::wrong_payload()),
                _ => {}
            }
            let http = http_facts(&url, 0, [("content-type".to_owned(), with_charset(content_type))], body.len());
            Ok(page(record, context, http, body))
        }
        "resource" | "conversion" => Ok(ArchiveItem::Skipped(SkipReason::MediaType)),
        _ => Ok(ArchiveItem::Skipped(SkipReason::RecordType)),
    }
}

/// Reads an HTTP response (RFC 9112).
fn read_response(
    record: &WarcRecord,
    records: &mut WarcRecords<'_>,
    context: ArchiveContext<'_>,
    url: Url,
) -> io::Result<ArchiveItem> {
    let mut start = records.block(MAX_HEAD)?;
    let Some(head) = ResponseHead::parse(&start) else { return Err(io::Error::other("its block is not an HTTP response")) };
    if let Some(to) = head.field("location").and_then(|location| redirect_target(head.status, location, &url)) {
        return Ok(ArchiveItem::Redirect { from: url, to });
    }
    if !(200..300).contains(&head.status) || head.status == 206 {
        return Ok(ArchiveItem::Skipped(SkipReason::Status));
    }
    if head.field("content-type").is_some_and(|content_type| !may_be_page(content_type)) || url.path() == "/robots.txt" {
        return Ok(ArchiveItem::Skipped(SkipReason::MediaType));
    }
    let mut wire = start.split_off(head.length.min(start.len()));
    // A chunked body is longer by its chunk sizes; a compressed one is hardly ever longer than its content.
    wire.append(&mut read_block(records, context.max_page_bytes as u64 + MAX_HEAD)?);
    let wire_bytes = wire.len();
    let bytes = decode_body(wire, &head, context.max_page_bytes, payload_digest(record).as_ref())?;
    if bytes.len() > wire_bytes {
        context.budget.decode(bytes.len())?;
    }
    let http = http_facts(&url, head.status, head.fields, wire_bytes);
    Ok(page(record, context, http, bytes))
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

fn page(record: &WarcRecord, context: ArchiveContext<'_>, http: HttpFacts, bytes: Vec<u8>) -> ArchiveItem {
    let fetched_at: Option<Timestamp> = record.field("warc-date").and_then(|date| date.parse().ok());
    let origin = Origin::Member { archive: context.path.to_path_buf(), place: record.place.clone() };
    let hash = BodyHash::default();
    ArchiveItem::Page(Box::new(RawDocument { hash, origin, fetched_at, http: Some(http), feed: None, part: None, bytes }))
}

/// Text converted by a crawler is UTF-8 unless it declares another charset.
fn with_charset(content_type: &str) -> String {
    match content_type.contains("charset") {
        true => content_type.to_owned(),
        false => format!("{content_type}; charset=utf-8"),
    }
}
