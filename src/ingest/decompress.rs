//! Decompresses whole files, as a stream or into memory, within a [`Budget`].

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::failure::Error;
use gleaner_warc::budget::Budget;
use gleaner_warc::compression::Compression;

/// Most memory of an xz decoder in KiB: the dictionary of `xz -9` has 64 MiB.
const MAX_XZ_KIB: u32 = 80 << 10;

/// Largest window of a zstd frame: 128 MiB, what `zstd --long` uses.
const ZSTD_WINDOW_LOG: u32 = 27;

/// The content of a compressed file.
pub fn decoder<R: BufRead>(compression: Compression, file: R, budget: &Budget) -> io::Result<impl Read + use<R>> {
    Ok(budget.charge(match compression {
        Compression::Gzip => Decoder::Gzip(Box::new(flate2::bufread::MultiGzDecoder::new(file))),
        Compression::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(file)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Decoder::Zstd(decoder)
        }
        Compression::Xz => Decoder::Xz(Box::new(lzma_rust2::XzReader::new_mem_limit(file, true, MAX_XZ_KIB))),
        Compression::Bzip2 => Decoder::Bzip2(bzip2::bufread::MultiBzDecoder::new(file)),
    }))
}

/// The decoder of a compression.
enum Decoder<R: BufRead> {
    Gzip(Box<flate2::bufread::MultiGzDecoder<R>>),
    Zstd(zstd::stream::read::Decoder<'static, R>),
    Xz(Box<lzma_rust2::XzReader<R>>),
    Bzip2(bzip2::bufread::MultiBzDecoder<R>),
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
            Self::Xz(decoder) => decoder.read(buffer),
            Self::Bzip2(decoder) => decoder.read(buffer),
        }
    }
}

/// The content of a file that may be compressed, and its compression.
pub fn decompressed<'a>(file: impl Read + 'a, budget: &Budget) -> io::Result<(Option<Compression>, Box<dyn Read + 'a>)> {
    let mut file = file;
    let mut start = Vec::with_capacity(Compression::DETECTION_BYTES);
    (&mut file).take(Compression::DETECTION_BYTES as u64).read_to_end(&mut start)?;
    let compression = Compression::detect(&start);
    let file = io::Cursor::new(start).chain(file);
    let content: Box<dyn Read + 'a> = match compression {
        Some(compression) => Box::new(decoder(compression, BufReader::with_capacity(64 << 10, file), budget)?),
        None => Box::new(file),
    };
    Ok((compression, content))
}

/// What was read of a file.
pub(super) struct Content {
    /// How it was compressed.
    pub compression: Option<Compression>,
    /// Decompressed.
    pub bytes: Vec<u8>,
}

/// The content of a file or stream, at most `cap` bytes. `size` is how many bytes it has, if that is known.
pub(super) fn read_capped(stream: impl Read, path: &Path, cap: usize, size: u64, budget: &Budget) -> Result<Content, Error> {
    let failed = |source| Error::Io { path: path.to_path_buf(), source };
    let too_large = |is_compressed| Error::TooLarge { path: path.to_path_buf(), cap, is_compressed };
    let (compression, content) = decompressed(stream, budget).map_err(failed)?;
    // The size is known before a byte is read: a file that is far too large costs nothing.
    if compression.is_none() && size > cap as u64 {
        return Err(too_large(false));
    }
    let expected = if compression.is_none() { size } else { 0 };
    let bytes = read_up_to(content, cap, expected).map_err(|source| match (compression, budget.check()) {
        (_, Err(exceeded)) => Error::Exceeded { path: path.to_path_buf(), exceeded },
        (Some(compression), _) => Error::Corrupt { path: path.to_path_buf(), compression, source },
        (None, _) => failed(source),
    })?;
    if bytes.len() > cap { Err(too_large(compression.is_some())) } else { Ok(Content { compression, bytes }) }
}

/// The stream's bytes, at most one more than the cap. `size` is how many are expected.
fn read_up_to(stream: impl Read, cap: usize, size: u64) -> io::Result<Vec<u8>> {
    let limit = (cap as u64).saturating_add(1);
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or(0));
    stream.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
