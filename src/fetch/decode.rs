//! Decodes the content encodings that requests accept ([`gleaner_warc::http::coding`]), and says what happens to a body that is too long.

use super::failure::Reason;
use gleaner_warc::http::coding;

/// The encodings that requests accept, best first.
pub(super) const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// What happens to a body that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overflow {
    /// It is an error.
    Refuse,
    /// It is cut off at the limit.
    Cut,
}

/// Decodes a body by every coding of its `Content-Encoding` header, to at most `limit` bytes.
pub(super) fn decode(body: Vec<u8>, encoding: &str, limit: u64, overflow: Overflow) -> Result<Vec<u8>, Reason> {
    let decoded = coding::decode(body, encoding, limit);
    let mut body = decoded.map_err(|coding::Error { encoding, cause }| Reason::Encoding { encoding, cause })?;
    match overflow {
        _ if body.len() as u64 <= limit => {}
        Overflow::Cut => body.truncate(usize::try_from(limit).unwrap_or(usize::MAX)),
        Overflow::Refuse => return Err(Reason::TooLarge(limit)),
    }
    Ok(body)
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

    fn decoded(body: Vec<u8>, encoding: &str) -> Result<Vec<u8>, Reason> {
        decode(body, encoding, 1000, Overflow::Refuse)
    }

    #[test]
    fn every_encoding_and_stacks_of_them_are_decoded() {
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
            assert_eq!(decoded(body, encoding).unwrap(), PAGE, "{encoding}");
        }
    }

    #[test]
    fn gzip_members_are_joined_and_trailing_bytes_ignored() {
        let mut body = gzip(b"one ");
        body.extend(gzip(b"two"));
        body.extend(b"\0\0\0\0 garbage");
        assert_eq!(decoded(body, "gzip").unwrap(), b"one two");
    }

    #[test]
    fn bombs_are_stopped_at_the_limit() {
        let zeros = vec![0; 5_000_000];
        for (encoding, body) in [
            ("gzip", gzip(&zeros)),
            ("deflate", zlib(&zeros)),
            ("br", brotli(&zeros)),
            ("zstd", zstd(&zeros)),
            ("br, gzip", gzip(&brotli(&zeros))),
        ] {
            assert!(matches!(decoded(body.clone(), encoding), Err(Reason::TooLarge(1000))), "{encoding}");
            assert_eq!(decode(body, encoding, 1000, Overflow::Cut).unwrap().len(), 1000, "{encoding}");
        }
        let members: Vec<u8> = (0..2000).flat_map(|_| gzip(b"x")).collect();
        assert!(matches!(decoded(members, "gzip"), Err(Reason::TooLarge(1000))));
        let exact = vec![b'x'; 1000];
        assert_eq!(decoded(gzip(&exact), "gzip").unwrap().len(), 1000);
    }

    #[test]
    fn bodies_that_do_not_fit_their_encoding_are_errors() {
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
            ("gzip", gzip(b"").repeat(5000)),
            ("br", b"\x11\x1e".repeat(9)),
        ] {
            assert!(matches!(decoded(body, encoding), Err(Reason::Encoding { .. })), "{encoding}");
        }
    }
}
