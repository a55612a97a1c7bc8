//! HTTP responses as WARC records store them: the head, and the body without its transfer and content codings.

use std::io;

use super::budget::too_large;
use super::digest::DeclaredDigest;
use super::http::coding;
use super::records::fields;

/// Most bytes of a response's head.
pub const MAX_HEAD: u64 = 64 << 10;

/// The head of a response.
pub struct ResponseHead {
    /// The status code.
    pub status: u16,
    /// Fields, names in lower case.
    pub fields: Vec<(String, String)>,
    /// Length in bytes, including the empty line.
    pub length: usize,
}

impl ResponseHead {
    /// Parses the head at the beginning of a block; `None` if the block is not a response.
    pub fn parse(block: &[u8]) -> Option<Self> {
        let line = block.split(|byte| *byte == b'\n').next()?;
        let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
        words.next().filter(|version| version.starts_with("HTTP/"))?;
        let status = words.next()?.parse().ok()?;
        let mut rest = block.get(line.len() + 1..)?;
        let fields = fields(&mut rest).ok()?;
        Some(Self { status, fields, length: block.len() - rest.len() })
    }

    /// The value of a field, by its name in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// The body without its transfer and content codings, which some archives have removed although the head still declares them.
///
/// Crawlers compute the payload digest at any stage of decoding, so the body is intact if any stage matches.
pub fn decode_body(wire: Vec<u8>, head: &ResponseHead, cap: usize, digest: Option<&DeclaredDigest>) -> io::Result<Vec<u8>> {
    let matches = |body: &[u8]| digest.is_none_or(|digest| digest.matches(body));
    let mut is_intact = matches(&wire);
    let is_chunked = head.field("transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
    let body = if is_chunked { join_chunks(&wire).unwrap_or(wire) } else { wire };
    is_intact = is_intact || matches(&body);
    let encoding = head.field("content-encoding").unwrap_or_default();
    let body = if is_markup(&body) { body } else { coding::decode(body, encoding, cap as u64).map_err(io::Error::other)? };
    match body.len() {
        length if length > cap => Err(io::Error::other(too_large(cap as u64))),
        _ if is_intact || matches(&body) => Ok(body),
        _ => Err(wrong_payload()),
    }
}

/// The error for a body that does not match its digest.
pub fn wrong_payload() -> io::Error {
    io::Error::other("its payload does not match its WARC-Payload-Digest")
}

fn is_markup(body: &[u8]) -> bool {
    const STARTS: &[&[u8]] = &[b"<!doctype", b"<html", b"<head", b"<body", b"<!--", b"<?xml", b"<meta"];
    let start = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    STARTS.iter().any(|prefix| start.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
}

/// The content of a chunked body (RFC 9112 §7.1), up to where it ends or is truncated; `None` if the body is not chunked.
fn join_chunks(wire: &[u8]) -> Option<Vec<u8>> {
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
    fn chunks_are_joined_and_other_bodies_are_left_alone() {
        assert_eq!(join_chunks(b"4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n").unwrap(), b"Wikipedia ");
        assert_eq!(join_chunks(b"5\r\nhello\r\nffff\r\ncut").unwrap(), b"hellocut");
        assert_eq!(join_chunks(b"<p>decoded already"), None);
        assert_eq!(join_chunks(b"ffffffffffffffffffff\r\nx"), None);
    }
}
