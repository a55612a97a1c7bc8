//! Content encodings (RFC 9110 §8.4) undone under a cap. Does not touch the charset.

use std::io::{self, Read};

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::failure::Reason;

/// What is asked for, best first.
pub(super) const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// Codings stacked on one answer; nobody honest needs two.
const MAX_CODINGS: usize = 3;

/// Members of one gzip stream; more are made to keep the processor busy with nothing.
const MAX_MEMBERS: usize = 4096;

/// zstd windows that a web client must support, and thus the most a server may use (RFC 9659): 8 MiB.
const ZSTD_WINDOW_LOG: u32 = 23;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
    /// Also where servers put a charset or nothing in the header.
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

/// What happens to a body that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overflow {
    /// It is refused.
    Refuse,
    /// What lies within the limit is taken.
    Cut,
}

/// The body with every coding of the `Content-Encoding` header undone, at most `limit` bytes of it.
pub(super) fn decode(body: Vec<u8>, encoding: &str, limit: u64, overflow: Overflow) -> Result<Vec<u8>, Reason> {
    let failed = |cause: String| Reason::Encoding { encoding: encoding.chars().take(80).collect(), cause };
    let mut codings = Vec::new();
    for name in encoding.split(',').map(str::trim) {
        let known = CODINGS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        match known {
            Some((_, Coding::Identity)) => {}
            Some((_, coding)) => codings.push(*coding),
            None => return Err(failed("unknown".to_owned())),
        }
    }
    if codings.len() > MAX_CODINGS {
        return Err(failed(format!("more than {MAX_CODINGS} on top of each other")));
    }
    let mut body = body;
    // They are listed in the order they were applied.
    for coding in codings.into_iter().rev() {
        body = undo(coding, &body, limit).map_err(|cause| failed(cause.to_string()))?;
        if body.len() as u64 > limit {
            break;
        }
    }
    match overflow {
        _ if body.len() as u64 <= limit => {}
        Overflow::Cut => body.truncate(usize::try_from(limit).unwrap_or(usize::MAX)),
        Overflow::Refuse => return Err(Reason::TooLarge(limit)),
    }
    Ok(body)
}

/// Undoes one coding, reading at most one byte more than the limit.
fn undo(coding: Coding, body: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let room = limit.saturating_add(1);
    match coding {
        Coding::Gzip => gunzip(body, room, &mut out)?,
        Coding::Deflate if is_zlib(body) => read(ZlibDecoder::new(body), room, &mut out)?,
        Coding::Deflate => read(DeflateDecoder::new(body), room, &mut out)?,
        Coding::Brotli if has_large_window(body) => return Err(io::Error::other("its window is larger than 16 MiB")),
        Coding::Brotli => read(brotli::Decompressor::new(body, 16 * 1024), room, &mut out)?,
        Coding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(body)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            read(decoder, room, &mut out)?;
        }
        Coding::Identity => out.extend_from_slice(body),
    }
    Ok(out)
}

fn read(decoder: impl Read, room: u64, out: &mut Vec<u8>) -> io::Result<()> {
    decoder.take(room).read_to_end(out).map(drop)
}

/// All members of a gzip stream (RFC 1952); what follows them and is no member is ignored, as browsers do.
fn gunzip(mut body: &[u8], room: u64, out: &mut Vec<u8>) -> io::Result<()> {
    for _ in 0..MAX_MEMBERS {
        let mut member = GzDecoder::new(body);
        read(&mut member, room.saturating_sub(out.len() as u64), out)?;
        if out.len() as u64 >= room {
            return Ok(());
        }
        body = member.into_inner();
        if !body.starts_with(b"\x1f\x8b") {
            return Ok(());
        }
    }
    Err(io::Error::other(format!("more than {MAX_MEMBERS} parts")))
}

/// `deflate` is zlib by the RFC and raw deflate by some servers; a zlib header checks itself.
fn is_zlib(body: &[u8]) -> bool {
    match body {
        [method, flags, ..] => method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0,
        _ => false,
    }
}

/// The mark of "large window brotli", which is no content coding (RFC 7932 §9.1 has no such window size) and would have the decoder
/// set up to a gigabyte aside.
fn has_large_window(body: &[u8]) -> bool {
    body.first().is_some_and(|byte| byte & 0x7f == 0x11)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const PAGE: &[u8] = b"<p>The harbour was full of boats, and every boat was full of rain.</p>";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::CompressorWriter::new(&mut out, 4096, 5, 22).write_all(bytes).unwrap();
        out
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    fn undone(body: Vec<u8>, encoding: &str) -> Result<Vec<u8>, Reason> {
        decode(body, encoding, 1000, Overflow::Refuse)
    }

    #[test]
    fn undoes_every_coding_and_stacks_of_them() {
        for (encoding, body) in [
            ("", PAGE.to_vec()),
            ("identity", PAGE.to_vec()),
            ("UTF-8", PAGE.to_vec()),
            ("gzip", gzip(PAGE)),
            ("X-GZIP", gzip(PAGE)),
            ("deflate", zlib(PAGE)),
            ("deflate", raw_deflate(PAGE)),
            ("br", brotli(PAGE)),
            ("zstd", zstd(PAGE)),
            ("gzip, identity", gzip(PAGE)),
            ("deflate, gzip", gzip(&zlib(PAGE))),
            ("gzip,br,zstd", zstd(&brotli(&gzip(PAGE)))),
        ] {
            assert_eq!(undone(body, encoding).unwrap(), PAGE, "{encoding}");
        }
    }

    #[test]
    fn joins_gzip_members_and_ignores_what_trails() {
        let mut body = gzip(b"one ");
        body.extend(gzip(b"two"));
        body.extend(b"\0\0\0\0 garbage");
        assert_eq!(undone(body, "gzip").unwrap(), b"one two");
    }

    #[test]
    fn stops_bombs_at_the_limit() {
        let zeros = vec![0; 5_000_000];
        for (encoding, body) in [
            ("gzip", gzip(&zeros)),
            ("deflate", zlib(&zeros)),
            ("br", brotli(&zeros)),
            ("zstd", zstd(&zeros)),
            ("br, gzip", gzip(&brotli(&zeros))),
        ] {
            assert!(matches!(undone(body.clone(), encoding), Err(Reason::TooLarge(1000))), "{encoding}");
            assert_eq!(decode(body, encoding, 1000, Overflow::Cut).unwrap().len(), 1000, "{encoding}");
        }
        let members: Vec<u8> = (0..2000).flat_map(|_| gzip(b"x")).collect();
        assert!(matches!(undone(members, "gzip"), Err(Reason::TooLarge(1000))));
        let exact = vec![b'x'; 1000];
        assert_eq!(undone(gzip(&exact), "gzip").unwrap().len(), 1000);
    }

    #[test]
    fn what_is_not_in_its_coding_is_an_error() {
        let cut = |mut body: Vec<u8>| {
            body.truncate(body.len() / 2);
            body
        };
        for (encoding, body) in [
            ("gzip", PAGE.to_vec()),
            ("gzip", cut(gzip(PAGE))),
            ("deflate", cut(zlib(PAGE))),
            ("br", cut(brotli(PAGE))),
            ("zstd", cut(zstd(PAGE))),
            ("zstd", PAGE.to_vec()),
            ("compress", PAGE.to_vec()),
            ("gzip, gzip, gzip, gzip", PAGE.to_vec()),
            ("gzip", gzip(b"").repeat(MAX_MEMBERS + 1)),
            ("br", b"\x11\x1e".repeat(9)),
        ] {
            assert!(matches!(undone(body, encoding), Err(Reason::Encoding { .. })), "{encoding}");
        }
    }
}
