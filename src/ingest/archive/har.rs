//! HAR 1.2 (<http://www.softwareishard.com/blog/har-12-spec/>), the file that a browser's network panel saves. Split into entries while it is read, so
//! that one entry is held at a time and damage stays within one entry. Of each page in the session, only the document is taken.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read};

use mail_parser::decoders::base64::base64_decode;
use serde::Deserialize;

use super::record::{Access, ArchiveContext, ArchiveFormat, ArchiveItem, ArchiveReader, Damage, SkipReason};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{BodyHash, Origin, RawDocument};
use gleaner_warc::budget::too_large;
use gleaner_warc::http::facts::{http_facts, may_be_page, redirect_target};

/// Bytes of an entry besides its body: headers, cookies, timings.
const MAX_OVERHEAD: usize = 1 << 20;

/// Most pages of one session that are distinguished.
const MAX_PAGES: usize = 100_000;

/// What a browser's network panel saves.
pub const FORMAT: ArchiveFormat = ArchiveFormat {
    name: "HAR",
    detect: |start, _| is_har(start),
    confirm: |_| true,
    access: Access::Sequential,
    open: |source| {
        let max_page_bytes = source.max_page_bytes;
        Ok(Box::new(HarEntries::new(source.decompressed()?, max_page_bytes)))
    },
};

/// Whether a file starts like a HAR: with an object whose first key is `log`.
fn is_har(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let inside = start.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let value = inside.and_then(|inside| inside.strip_prefix(b"\"log\"")).map(<[u8]>::trim_ascii_start);
    value.and_then(|value| value.strip_prefix(b":")).is_some_and(|value| value.trim_ascii_start().starts_with(b"{"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarEntry {
    pageref: Option<String>,
    started_date_time: Option<String>,
    request: HarRequest,
    response: HarResponse,
}

#[derive(Deserialize)]
struct HarRequest {
    method: String,
    url: String,
}

#[derive(Deserialize)]
struct HarResponse {
    status: i32,
    #[serde(default)]
    headers: Vec<HarHeader>,
    /// The target of a redirect; empty for other responses.
    #[serde(default, rename = "redirectURL")]
    redirect_url: String,
    content: HarContent,
}

#[derive(Deserialize)]
struct HarHeader {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarContent {
    #[serde(default)]
    mime_type: String,
    text: Option<String>,
    encoding: Option<String>,
}

/// The entries of a HAR, in order.
struct HarEntries<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    /// Offset of the next byte.
    offset: u64,
    /// The list of entries has been found.
    is_in_entries: bool,
    /// Most bytes of an entry that are held.
    max_entry_bytes: usize,
    /// Pages whose document was taken.
    taken: HashSet<ContentHash>,
}

/// The text of one entry.
struct RawEntry {
    offset: u64,
    json: Vec<u8>,
    /// The entry is longer than `json`.
    is_truncated: bool,
}

impl<'a> HarEntries<'a> {
    fn new(reader: Box<dyn Read + 'a>, max_page_bytes: usize) -> Self {
        // Escapes and Base64 lengthen a body by a third to a half, control characters by more.
        Self {
            reader: BufReader::with_capacity(64 << 10, reader),
            offset: 0,
            is_in_entries: false,
            max_entry_bytes: 2 * max_page_bytes + MAX_OVERHEAD,
            taken: HashSet::new(),
        }
    }

    fn read_entry(&mut self, entry: RawEntry, context: ArchiveContext<'_>) -> Result<ArchiveItem, String> {
        if entry.is_truncated {
            return match declares_page(&entry.json) {
                true => Err(too_large(context.max_page_bytes as u64)),
                false => Ok(ArchiveItem::Skipped(SkipReason::MediaType)),
            };
        }
        let offset = entry.offset;
        let entry: HarEntry = serde_json::from_slice(&entry.json).map_err(|error| format!("its entry is damaged: {error}"))?;
        let HarEntry { pageref, started_date_time, request, response } = entry;
        let url = url::Url::parse(&request.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url.filter(|_| request.method.eq_ignore_ascii_case("get")) else {
            return Ok(ArchiveItem::Skipped(SkipReason::RecordType));
        };
        let to = u16::try_from(response.status).ok().and_then(|status| redirect_target(status, &response.redirect_url, &url));
        if let Some(to) = to.filter(|_| !response.redirect_url.is_empty()) {
            return Ok(ArchiveItem::Redirect { from: url, to });
        }
        let Some(status) = u16::try_from(response.status).ok().filter(|status| (200..300).contains(status) && *status != 206)
        else {
            return Ok(ArchiveItem::Skipped(SkipReason::Status));
        };
        let HarContent { mime_type, text, encoding } = response.content;
        let is_new = pageref.as_ref().is_none_or(|page| !self.taken.contains(&ContentHash::of(page)));
        let Some(text) = text.filter(|text| is_new && !text.is_empty() && may_be_page(&mime_type)) else {
            return Ok(ArchiveItem::Skipped(SkipReason::MediaType));
        };
        if let Some(page) = pageref.filter(|_| self.taken.len() < MAX_PAGES) {
            self.taken.insert(ContentHash::of(page));
        }
        let is_base64 = encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
        let bytes = if is_base64 { base64_decode(text.as_bytes()).ok_or("its Base64 is damaged")? } else { text.into_bytes() };
        if bytes.len() > context.max_page_bytes {
            return Err(too_large(context.max_page_bytes as u64));
        }
        let mut headers: Vec<(String, String)> =
            response.headers.into_iter().map(|header| (header.name.to_ascii_lowercase(), header.value)).collect();
        if !is_base64 {
            // The browser has decoded the text: the page's own charset no longer applies.
            headers.retain(|(name, _)| name != "content-type");
            let essence = mime_type.split(';').next().unwrap_or_default().trim();
            headers.push(("content-type".to_owned(), format!("{essence}; charset=utf-8")));
        }
        let http = http_facts(&url, status, headers, bytes.len());
        let fetched_at: Option<Timestamp> = started_date_time.and_then(|time| time.parse().ok());
        let origin = Origin::Member { archive: context.path.to_path_buf(), place: offset.to_string() };
        Ok(ArchiveItem::Page(Box::new(RawDocument {
            hash: BodyHash::default(),
            origin,
            fetched_at,
            http: Some(http),
            feed: None,
            part: None,
            bytes,
        })))
    }

    /// The text of the next element of the array `entries`.
    fn next_raw(&mut self) -> io::Result<Option<RawEntry>> {
        if !self.is_in_entries {
            self.is_in_entries = true;
            if !self.find_entries()? {
                return Ok(None);
            }
        }
        // Elements are separated by commas and white space; `]` follows the last one.
        loop {
            match self.peek()? {
                Some(byte) if byte == b',' || byte.is_ascii_whitespace() => self.consume(1),
                Some(b'{') => break,
                Some(b']') | None => return Ok(None),
                Some(_) => return Err(io::Error::other("the list of entries is damaged")),
            }
        }
        let mut entry = RawEntry { offset: self.offset, json: Vec::new(), is_truncated: false };
        let mut state = Nesting::default();
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                return Err(io::Error::other("it is truncated"));
            }
            let end = chunk.iter().position(|byte| state.ends_at(*byte));
            let taken = chunk.get(..end.map_or(chunk.len(), |end| end + 1)).unwrap_or_default();
            let capacity = self.max_entry_bytes.saturating_sub(entry.json.len());
            entry.is_truncated |= taken.len() > capacity;
            entry.json.extend_from_slice(taken.get(..capacity).unwrap_or(taken));
            let length = taken.len();
            self.consume(length);
            if end.is_some() {
                return Ok(Some(entry));
            }
        }
    }

    /// Goes to the first element of the array `log.entries`; false if there is none.
    fn find_entries(&mut self) -> io::Result<bool> {
        const KEY: &[u8] = b"\"entries\"";
        let (mut state, mut string) = (Nesting::default(), Vec::new());
        while let Some(byte) = self.peek()? {
            let was_string = state.in_string;
            state.ends_at(byte);
            self.consume(1);
            match (was_string || state.in_string, state.depth) {
                (true, 2) if string.len() <= KEY.len() => string.push(byte),
                (true, _) => {}
                (false, 2) if byte == b':' || byte.is_ascii_whitespace() => {}
                // The array's bracket is the third one open.
                (false, 3) if byte == b'[' && string == KEY => return Ok(true),
                (false, _) => string.clear(),
            }
        }
        Ok(false)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    fn consume(&mut self, count: usize) {
        self.reader.consume(count);
        self.offset += count as u64;
    }
}

impl ArchiveReader for HarEntries<'_> {
    fn next_item(&mut self, context: ArchiveContext<'_>) -> Option<Result<ArchiveItem, Damage>> {
        let offset = self.offset;
        match self.next_raw() {
            Ok(None) => None,
            Ok(Some(entry)) => {
                let place = entry.offset.to_string();
                Some(self.read_entry(entry, context).map_err(|reason| Damage { place, reason }))
            }
            Err(error) => {
                // After this the start of an entry cannot be found.
                self.reader = BufReader::new(Box::new(io::empty()));
                self.is_in_entries = true;
                Some(Err(Damage { place: offset.to_string(), reason: error.to_string() }))
            }
        }
    }

    fn seek_to(&mut self, place: &str) -> io::Result<bool> {
        let Ok(offset) = place.parse::<u64>() else { return Ok(false) };
        self.offset = offset;
        self.is_in_entries = true;
        Ok(io::copy(&mut self.reader.by_ref().take(offset), &mut io::sink())? == offset)
    }
}

/// The nesting at a position in a JSON text.
#[derive(Default)]
struct Nesting {
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    /// Advances over a byte; true if it closes the outermost bracket.
    fn ends_at(&mut self, byte: u8) -> bool {
        match (self.in_string, byte) {
            (true, _) if self.escaped => self.escaped = false,
            (true, b'\\') => self.escaped = true,
            (_, b'"') => self.in_string = !self.in_string,
            (false, b'{' | b'[') => self.depth += 1,
            (false, b'}' | b']') => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

/// Whether the beginning of an entry declares the media type of a page, or none.
fn declares_page(json: &[u8]) -> bool {
    const KEY: &[u8] = b"\"mimeType\"";
    let Some(at) = memchr::memmem::find(json, KEY) else { return true };
    let value: Vec<u8> = json.iter().skip(at + KEY.len()).copied().take(100).collect();
    let value = String::from_utf8_lossy(&value).into_owned();
    value.split('"').nth(1).is_none_or(may_be_page)
}
