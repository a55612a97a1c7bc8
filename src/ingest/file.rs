//! Reads one file or stream under a cap, decompressed and unwrapped. Formats are recognised by the first bytes, never by the file's name.

use std::io::Read;
use std::path::Path;

use super::decompress::{Content, read_capped};
use super::failure::Error;
use super::{archive, container, kept};
use crate::files;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_warc::budget::Budget;
use gleaner_warc::compression::Compression;

/// Reads a file, of which at most `cap` decompressed bytes are ever held. A page that gleaner fetched comes with the facts of its sidecar.
pub fn read(path: &Path, cap: usize) -> Result<RawDocument, Error> {
    let file = files::open(path).map_err(|source| Error::unopened(path, source))?;
    let size = file.metadata().map_err(|source| Error::Io { path: path.to_path_buf(), source })?.len();
    let budget = Budget::new(size, cap);
    let content = read_capped(file, path, cap, size, &budget)?;
    let origin = Origin::File(path.to_path_buf());
    let Some(facts) = kept::facts(path)? else { return unwrap(content, origin, path, cap, &budget) };
    let mut raw = RawDocument::local(origin, content.bytes);
    raw.fetched_at = facts.fetched_at;
    raw.http = Some(facts.http);
    raw.feed = facts.feed;
    raw.part = facts.part;
    Ok(raw)
}

/// Reads a pipe that the user named ([`files::is_stream`]), as [`read`] does a file.
pub fn read_pipe(path: &Path, cap: usize) -> Result<RawDocument, Error> {
    let pipe = files::open_named(path).map_err(|source| Error::Io { path: path.to_path_buf(), source })?;
    let budget = Budget::new(0, cap);
    let content = read_capped(budget.grow_with(pipe), path, cap, 0, &budget)?;
    unwrap(content, Origin::File(path.to_path_buf()), path, cap, &budget)
}

/// Reads a stream, such as standard input, as [`read`] does a file.
pub fn read_stream(stream: impl Read, cap: usize) -> Result<RawDocument, Error> {
    let path = Path::new("<stdin>");
    let budget = Budget::new(0, cap);
    let content = read_capped(budget.grow_with(stream), path, cap, 0, &budget)?;
    unwrap(content, Origin::Stdin, path, cap, &budget)
}

/// The document in a file; an error for archives, and for what is packed twice.
fn unwrap(content: Content, origin: Origin, path: &Path, cap: usize, budget: &Budget) -> Result<RawDocument, Error> {
    let archive = archive::detect_bytes(&content.bytes);
    if let Some(outer) = content.compression {
        let inner = Compression::detect(&content.bytes).map(|inner| inner.to_string());
        // Archives that are read from beginning to end may be compressed as a whole.
        let inner = inner.or_else(|| archive.filter(|format| !format.is_sequential()).map(|format| format.name.to_owned()));
        if let Some(inner) = inner {
            return Err(Error::PackedTwice { path: path.to_path_buf(), inner, outer });
        }
    }
    match archive {
        Some(_) => Err(Error::Many { path: path.to_path_buf() }),
        None => container::unwrap(RawDocument::local(origin, content.bytes), path, cap, budget),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn files_are_decompressed_by_content_and_under_the_cap() {
        let text = "A line of text.\n".repeat(100);
        for bytes in [text.as_bytes().to_vec(), gzip(text.as_bytes()), zstd::encode_all(text.as_bytes(), 1).unwrap()] {
            let raw = read_stream(&bytes[..], text.len()).unwrap();
            assert_eq!(raw.bytes, text.as_bytes());
            assert!(matches!(read_stream(&bytes[..], text.len() - 1), Err(Error::TooLarge { .. })));
        }
        let members = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(read_stream(&members[..], 100).unwrap().bytes, b"one two");
    }

    #[test]
    fn what_is_packed_twice_is_refused_by_the_names_of_both() {
        let mut zip = zip::write::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("a.html", zip::write::SimpleFileOptions::default()).unwrap();
        let zip = zip.finish().unwrap().into_inner();
        let twice = zstd::encode_all(&gzip(b"A line of text.")[..], 1).unwrap();
        for (bytes, packed) in [(gzip(&zip), "as ZIP, and that as gzip"), (twice, "as gzip, and that as zstd")] {
            let error = read_stream(&bytes[..], 1000).unwrap_err();
            assert!(error.to_string().ends_with(packed) && error.hint().contains("decompress it once"), "{error}");
        }
        assert!(matches!(read_stream(&zip[..], 1000), Err(Error::Many { .. })));
    }

    #[test]
    fn a_decompression_bomb_is_not_held() {
        let bomb = zstd::encode_all(std::io::repeat(0).take(1 << 28), 1).unwrap();
        assert!(bomb.len() < 1 << 20);
        assert!(matches!(read_stream(&bomb[..], 1 << 20), Err(Error::TooLarge { is_compressed: true, .. })));
    }

    #[test]
    fn damage_is_reported_and_short_files_are_read() {
        let mut cut = gzip(b"some text that is long enough to be cut");
        cut.truncate(cut.len() - 10);
        assert!(matches!(read_stream(&cut[..], 1000), Err(Error::Corrupt { compression: Compression::Gzip, .. })));
        assert_eq!(read_stream(&b"ab"[..], 1000).unwrap().bytes, b"ab");
        assert_eq!(read_stream(&b""[..], 1000).unwrap().bytes, b"");
    }

    #[test]
    fn a_large_file_is_rejected_by_its_size() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("large.txt");
        let file = std::fs::File::create(&path).unwrap();
        file.set_len(1 << 40).unwrap();
        let error = read(&path, 20 << 20).unwrap_err();
        assert!(error.to_string().contains("large.txt"), "{error}");
        assert!(matches!(error, Error::TooLarge { is_compressed: false, .. }));
        assert!(matches!(read(dir.path(), 100), Err(Error::Io { .. })));
    }
}
