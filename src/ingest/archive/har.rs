//! HAR 1.2 (<http://www.softwareishard.com/blog/har-12-spec/>), what a browser's network panel saves. Split into its entries as a stream, so that one
//! entry is held at a time and a damaged one costs no other. Of each page of the session its document is taken, not what it loads.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read};

use mail_parser::decoders::base64::base64_decode;
use serde::Deserialize;

use super::capture::{Capture, From, Passed, facts, is_page, location};
use super::warc::Damage;
use crate::ingest::failure::too_large;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Origin, RawDocument};

/// Room in an entry besides its body: headers, cookies, timings.
const REST: usize = 1 << 20;

/// Most pages of one session that are told apart.
const MAX_PAGES: usize = 100_000;

/// Whether the file begins like a HAR: an object whose first key is `log`.
pub fn is_har(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let inside = start.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let value = inside.and_then(|inside| inside.strip_prefix(b"\"log\"")).map(<[u8]>::trim_ascii_start);
    value.and_then(|value| value.strip_prefix(b":")).is_some_and(|value| value.trim_ascii_start().starts_with(b"{"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    pageref: Option<String>,
    started_date_time: Option<String>,
    request: Request,
    response: Response,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    url: String,
}

#[derive(Deserialize)]
struct Response {
    status: i32,
    #[serde(default)]
    headers: Vec<Header>,
    /// Where a redirect leads; empty elsewhere.
    #[serde(default, rename = "redirectURL")]
    redirect_url: String,
    content: Content,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default)]
    mime_type: String,
    text: Option<String>,
    encoding: Option<String>,
}

/// The entries of a HAR, in its order.
pub struct Entries<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    at: u64,
    begun: bool,
    cap: usize,
    /// Pages whose document was taken.
    taken: HashSet<ContentHash>,
}

/// One entry as it stands in the file.
struct Piece {
    at: u64,
    json: Vec<u8>,
    /// It is longer than what is held of it.
    cut: bool,
}

impl<'a> Entries<'a> {
    /// The entries of a file, unpacked.
    pub fn new(reader: Box<dyn Read + 'a>, cap: usize) -> Self {
        // Escapes and base64 lengthen a body by a third to a half, control characters by more.
        Self {
            reader: BufReader::with_capacity(64 << 10, reader),
            at: 0,
            begun: false,
            cap: 2 * cap + REST,
            taken: HashSet::new(),
        }
    }

    /// Goes to the entry at an offset.
    pub fn go(&mut self, place: &str) -> io::Result<bool> {
        let Ok(to) = place.parse::<u64>() else { return Ok(false) };
        self.at = to;
        self.begun = true;
        Ok(io::copy(&mut self.reader.by_ref().take(to), &mut io::sink())? == to)
    }

    /// What the next entry holds.
    pub fn next(&mut self, from: From<'_>) -> Option<Result<Capture, Damage>> {
        let at = self.at;
        match self.piece() {
            Ok(None) => None,
            Ok(Some(piece)) => {
                let place = piece.at.to_string();
                Some(self.read(piece, from).map_err(|reason| Damage { place, reason }))
            }
            Err(error) => {
                // Behind this nothing can be told apart.
                self.reader = BufReader::new(Box::new(io::empty()));
                self.begun = true;
                Some(Err(Damage { place: at.to_string(), reason: error.to_string() }))
            }
        }
    }

    fn read(&mut self, piece: Piece, from: From<'_>) -> Result<Capture, String> {
        if piece.cut {
            return match is_of_a_page(&piece.json) {
                true => Err(too_large(from.cap as u64)),
                false => Ok(Capture::Passed(Passed::Kind)),
            };
        }
        let entry: Entry = serde_json::from_slice(&piece.json).map_err(|error| format!("its entry is damaged: {error}"))?;
        let Entry { pageref, started_date_time, request, response } = entry;
        let url = url::Url::parse(&request.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url.filter(|_| request.method.eq_ignore_ascii_case("get")) else {
            return Ok(Capture::Passed(Passed::Record));
        };
        let to = u16::try_from(response.status).ok().and_then(|status| location(status, &response.redirect_url, &url));
        if let Some(to) = to.filter(|_| !response.redirect_url.is_empty()) {
            return Ok(Capture::Redirect { from: url, to });
        }
        let Some(status) = u16::try_from(response.status).ok().filter(|status| (200..300).contains(status) && *status != 206)
        else {
            return Ok(Capture::Passed(Passed::Answer));
        };
        let Content { mime_type, text, encoding } = response.content;
        let is_new = pageref.as_ref().is_none_or(|page| !self.taken.contains(&ContentHash::of(page)));
        let Some(text) = text.filter(|text| is_new && !text.is_empty() && is_page(&mime_type)) else {
            return Ok(Capture::Passed(Passed::Kind));
        };
        if let Some(page) = pageref.filter(|_| self.taken.len() < MAX_PAGES) {
            self.taken.insert(ContentHash::of(page));
        }
        let is_base64 = encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
        let bytes = if is_base64 { base64_decode(text.as_bytes()).ok_or("its base64 is damaged")? } else { text.into_bytes() };
        if bytes.len() > from.cap {
            return Err(too_large(from.cap as u64));
        }
        let mut headers: Vec<(String, String)> =
            response.headers.into_iter().map(|header| (header.name.to_ascii_lowercase(), header.value)).collect();
        if !is_base64 {
            // The browser has decoded the text, whatever the page's own charset was.
            headers.retain(|(name, _)| name != "content-type");
            let essence = mime_type.split(';').next().unwrap_or_default().trim();
            headers.push(("content-type".to_owned(), format!("{essence}; charset=utf-8")));
        }
        let http = facts(&url, status, headers, bytes.len());
        let fetched_at: Option<Timestamp> = started_date_time.and_then(|time| time.parse().ok());
        let origin = Origin::Member { archive: from.archive.to_path_buf(), place: piece.at.to_string() };
        Ok(Capture::Page(Box::new(RawDocument {
            hash: ContentHash::of(&bytes),
            origin,
            fetched_at,
            http: Some(http),
            feed: None,
            part: None,
            bytes,
        })))
    }

    /// The next element of the array `entries`.
    fn piece(&mut self) -> io::Result<Option<Piece>> {
        if !self.begun {
            self.begun = true;
            if !self.find_entries()? {
                return Ok(None);
            }
        }
        // Between elements stand commas and blanks, behind the last one `]`.
        loop {
            match self.peek()? {
                Some(byte) if byte == b',' || byte.is_ascii_whitespace() => self.step(1),
                Some(b'{') => break,
                Some(b']') | None => return Ok(None),
                Some(_) => return Err(io::Error::other("the list of entries is damaged")),
            }
        }
        let mut piece = Piece { at: self.at, json: Vec::new(), cut: false };
        let mut state = Nesting::default();
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                return Err(io::Error::other("it is cut short"));
            }
            let end = chunk.iter().position(|byte| state.ends_at(*byte));
            let taken = chunk.get(..end.map_or(chunk.len(), |end| end + 1)).unwrap_or_default();
            let room = self.cap.saturating_sub(piece.json.len());
            piece.cut |= taken.len() > room;
            piece.json.extend_from_slice(taken.get(..room).unwrap_or(taken));
            let length = taken.len();
            self.step(length);
            if end.is_some() {
                return Ok(Some(piece));
            }
        }
    }

    /// Goes into the array that is the value of the key `entries` of `log`.
    fn find_entries(&mut self) -> io::Result<bool> {
        const KEY: &[u8] = b"\"entries\"";
        let (mut state, mut string) = (Nesting::default(), Vec::new());
        while let Some(byte) = self.peek()? {
            let was_string = state.in_string;
            state.ends_at(byte);
            self.step(1);
            match (was_string || state.in_string, state.depth) {
                (true, 2) if string.len() <= KEY.len() => string.push(byte),
                (true, _) => {}
                (false, 2) if byte == b':' || byte.is_ascii_whitespace() => {}
                // Its bracket has just been opened.
                (false, 3) if byte == b'[' && string == KEY => return Ok(true),
                (false, _) => string.clear(),
            }
        }
        Ok(false)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    fn step(&mut self, count: usize) {
        self.reader.consume(count);
        self.at += count as u64;
    }
}

/// How deep in a JSON text one is.
#[derive(Default)]
struct Nesting {
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    /// Takes in a byte; true where it closes the outermost bracket.
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

/// Whether the beginning of an entry says that it is a page's.
fn is_of_a_page(json: &[u8]) -> bool {
    const KEY: &[u8] = b"\"mimeType\"";
    let Some(at) = memchr::memmem::find(json, KEY) else { return true };
    let value: Vec<u8> = json.iter().skip(at + KEY.len()).copied().take(100).collect();
    let value = String::from_utf8_lossy(&value).into_owned();
    value.split('"').nth(1).is_none_or(is_page)
}
