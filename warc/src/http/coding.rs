//! Decodes HTTP content codings (RFC 9110 §8.4) under a size limit. Does not touch the charset.

use std::io::{self, Read};

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// Most codings stacked on one response; no honest server needs two.
const MAX_CODINGS: usize = 3;

/// Most members of one gzip stream; more only serve to waste CPU time.
const MAX_MEMBERS: usize = 4096;

/// zstd windows that a web client must support, and thus the most a server may use (RFC 9659): 8 MiB.
const ZSTD_WINDOW_LOG: u32 = 23;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
    /// Also what servers mean that put a charset, or nothing, in the header.
    Identity,
}

const CODINGS: &[(&str, Coding)] = &[
    ("gzip", Coding::Gzip),
    ("x-gzip", Coding::Gzip),
    ("deflate", Coding::Deflate),
    ("br", Coding::Brotli),
    ("zstd", Coding::Zstd),
    ("identity", Coding::Identity),
    ("none", Coding::Identity),
    ("", Coding::Identity),
    ("utf-8", Coding::Identity),
    ("utf8", Coding::Identity),
    ("iso-8859-1", Coding::Identity),
];

/// A body that could not be decoded with the codings that its header names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause} (content encoding {encoding})")]
pub struct Error {
    /// The header's value, at most 80 characters of it.
    pub encoding: String,
    /// What went wrong.
    pub cause: String,
}

/// Decodes a body by every coding of its `Content-Encoding` header. A result longer than `limit` bytes is cut to `limit + 1` bytes, so
/// that the caller can tell.
pub fn decode(body: Vec<u8>, encoding: &str, limit: u64) -> Result<Vec<u8>, Error> {
    let failed = |cause: String| Error { encoding: encoding.chars().take(80).collect(), cause };
    let mut codings = Vec::new();
    for name in encoding.split(',').map(str::trim) {
        let known = CODINGS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        match known {
            Some((_, Coding::Identity)) => {}
            Some((_, coding)) => codings.push(*coding),
            None => return Err(failed("unknown coding".to_owned())),
        }
    }
    if codings.len() > MAX_CODINGS {
        return Err(failed(format!("more than {MAX_CODINGS} stacked codings")));
    }
    let mut body = body;
    // The header lists them in the order in which they were applied.
    for coding in codings.into_iter().rev() {
        body = decode_one(coding, &body, limit).map_err(|cause| failed(cause.to_string()))?;
        if body.len() as u64 > limit {
            break;
        }
    }
    Ok(body)
}

/// Decodes one coding, to at most one byte more than the limit.
fn decode_one(coding: Coding, body: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let cap = limit.saturating_add(1);
    match coding {
        Coding::Gzip => gunzip(body, cap, &mut out)?,
        Coding::Deflate if is_zlib(body) => read(ZlibDecoder::new(body), cap, &mut out)?,
        Coding::Deflate => read(DeflateDecoder::new(body), cap, &mut out)?,
        Coding::Brotli if has_large_window(body) => return Err(io::Error::other("its window is larger than 16 MiB")),
        Coding::Brotli => read(brotli::Decompressor::new(body, 16 * 1024), cap, &mut out)?,
        Coding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(body)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            read(decoder, cap, &mut out)?;
        }
        Coding::Identity => out.extend_from_slice(body),
    }
    Ok(out)
}

fn read(decoder: impl Read, cap: u64, out: &mut Vec<u8>) -> io::Result<()> {
    decoder.take(cap).read_to_end(out).map(drop)
}

/// Decodes all members of a gzip stream (RFC 1952); trailing bytes that are not a member are ignored, as browsers do.
fn gunzip(mut body: &[u8], cap: u64, out: &mut Vec<u8>) -> io::Result<()> {
    for _ in 0..MAX_MEMBERS {
        let mut member = GzDecoder::new(body);
        read(&mut member, cap.saturating_sub(out.len() as u64), out)?;
        if out.len() as u64 >= cap {
            return Ok(());
        }
        body = member.into_inner();
        if !body.starts_with(b"\x1f\x8b") {
            return Ok(());
        }
    }
    Err(io::Error::other(format!("more than {MAX_MEMBERS} members")))
}

/// Detects "large window brotli", which is not a content coding (RFC 7932 §9.1 has no such window size) and would make the decoder
/// allocate up to a gigabyte.
fn has_large_window(body: &[u8]) -> bool {
    body.first().is_some_and(|byte| byte & 0x7f == 0x11)
}

/// `deflate` is zlib according to the RFC and raw deflate on some servers; a zlib header has a checksum of its own.
fn is_zlib(body: &[u8]) -> bool {
    match body {
        [method, flags, ..] => method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0,
        _ => false,
    }
}
