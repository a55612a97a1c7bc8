//! The charset of XML: byte order mark, then the declared charset, else UTF-8. Malformed bytes are replaced.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, Encoding, UTF_8};

use gleaner_extract::page::decode::decode;

/// Bytes at the start of a document that may declare its charset.
const DECLARATION_BYTES: usize = 200;

/// Most bytes decoded at a time.
const CHUNK: usize = 16 << 10;

/// The charset that an XML document declares (XML 1.0 §4.3.3). A declaration of UTF-16 that is readable as ASCII is wrong, and ignored.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..DECLARATION_BYTES).unwrap_or(bytes);
    if !head.trim_ascii_start().starts_with(b"<?xml") {
        return None;
    }
    let end = memchr::memchr(b'>', head)?;
    let value = head.get(memchr::memmem::find(head.get(..end)?, b"encoding")? + b"encoding".len()..end)?;
    let quote = value.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    let label = value.get(quote + 1..)?.split(|byte| *byte == value[quote]).next()?;
    Encoding::for_label(label).filter(|encoding| encoding.is_ascii_compatible())
}

/// Decodes an XML document: byte order mark, then the charset that it declares, then the same rules as for pages.
pub(super) fn decode_xml<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    match declared(bytes) {
        Some(encoding) => decode(bytes, Some(&format!("text/xml; charset={}", encoding.name())), None).text,
        None => decode(bytes, content_type, None).text,
    }
}

/// Decodes a stream of XML to UTF-8.
pub(super) struct Utf8Reader<R> {
    source: R,
    decoder: Option<Decoder>,
    decoded: String,
    at: usize,
    done: bool,
}

impl<R: BufRead> Utf8Reader<R> {
    /// Decodes this stream.
    pub fn new(source: R) -> Self {
        Self { source, decoder: None, decoded: String::with_capacity(4 * CHUNK), at: 0, done: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.decoded.clear();
        self.at = 0;
        while self.decoded.is_empty() && !self.done {
            let bytes = self.source.fill_buf()?;
            let bytes = bytes.get(..CHUNK).unwrap_or(bytes);
            let decoder = self.decoder.get_or_insert_with(|| declared(bytes).unwrap_or(UTF_8).new_decoder());
            let is_last = bytes.is_empty();
            let (result, read, _) = decoder.decode_to_string(bytes, &mut self.decoded, is_last);
            self.done = is_last && result == encoding_rs::CoderResult::InputEmpty;
            self.source.consume(read);
        }
        Ok(())
    }
}

impl<R: BufRead> BufRead for Utf8Reader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.decoded.len() {
            self.refill()?;
        }
        Ok(self.decoded.as_bytes().get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.decoded.len());
    }
}

impl<R: BufRead> Read for Utf8Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        Utf8Reader::new(BufReader::with_capacity(64, bytes)).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn charsets_and_malformed_bytes() {
        let long = "ž".repeat(50_000);
        assert_eq!(decoded(long.as_bytes()), long);
        assert_eq!(
            decoded(b"<?xml version=\"1.0\" encoding = 'ISO-8859-2'?>\xbe"),
            "<?xml version=\"1.0\" encoding = 'ISO-8859-2'?>ž"
        );
        assert_eq!(decoded(b"a\xffb\xc3"), "a\u{fffd}b\u{fffd}");
        let wide: Vec<u8> = "\u{feff}<a/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&wide), "<a/>");
        assert_eq!(decoded(b""), "");
    }
}
