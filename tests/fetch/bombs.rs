//! Bodies that are small on the wire and large behind it, made on the fly.

use std::io::{Read, Write};

use flate2::{Compress, Compression, FlushCompress};

/// Ten gigabytes.
pub const TEN_GIGABYTES: u64 = 10_000_000_000;

const TOO_LARGE: &str = "larger than 10485760 bytes after decompression";
const NOT_UNDONE: &str = "could not be undone";

/// A body in its coding, and what its failure says.
pub struct Bomb {
    pub coding: &'static str,
    pub body: Vec<u8>,
    pub fails: &'static str,
}

impl Bomb {
    pub fn deflate() -> Self {
        Self { coding: "deflate", body: blocks(1_000_000_000), fails: TOO_LARGE }
    }

    pub fn zstd() -> Self {
        let body = zstd::encode_all(std::io::repeat(0).take(200_000_000), 1).unwrap();
        Self { coding: "zstd", body, fails: TOO_LARGE }
    }

    pub fn brotli() -> Self {
        let mut body = Vec::new();
        brotli::CompressorWriter::new(&mut body, 4096, 1, 22).write_all(&vec![0; 50_000_000]).unwrap();
        Self { coding: "br", body, fails: TOO_LARGE }
    }

    /// A stream that wants a window of a gigabyte.
    pub fn brotli_window() -> Self {
        let mut body = Vec::new();
        let params = brotli::enc::BrotliEncoderParams { quality: 1, lgwin: 30, large_window: true, ..Default::default() };
        brotli::BrotliCompress(&mut &vec![0; 5_000_000][..], &mut body, &params).unwrap();
        Self { coding: "br", body, fails: NOT_UNDONE }
    }

    /// A frame that wants a window of half a gigabyte.
    pub fn zstd_window() -> Self {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(29).unwrap();
        encoder.write_all(&vec![0; 5_000_000]).unwrap();
        Self { coding: "zstd", body: encoder.finish().unwrap(), fails: NOT_UNDONE }
    }

    /// Half a million members with nothing in them.
    pub fn empty_members() -> Self {
        Self { coding: "gzip", body: gzip_of(&[]).repeat(500_000), fails: NOT_UNDONE }
    }
}

/// `bytes` as gzip.
pub fn gzip_of(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// About `length` zeros as gzip; without its checksum, which nobody who stops in time will miss.
pub fn gzip(length: u64) -> Vec<u8> {
    let mut bomb = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    bomb.extend(blocks(length));
    bomb
}

/// About `length` zeros as raw deflate: one compressed block again and again, since a fully flushed one stands for itself.
fn blocks(length: u64) -> Vec<u8> {
    const BLOCK: usize = 16 << 20;
    let (zeros, mut block) = (vec![0; BLOCK], Vec::with_capacity(1 << 20));
    Compress::new(Compression::best(), false).compress_vec(&zeros, &mut block, FlushCompress::Full).unwrap();
    block.repeat(usize::try_from(length / BLOCK as u64).unwrap())
}
