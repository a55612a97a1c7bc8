//! One file of a ZIP or tar archive as a page: whether it can be one, and what it holds. Reads no archive.

use super::record::{ArchiveContext, ArchiveItem, SkipReason};
use crate::ingest::container;
use crate::ingest::decompress::read_capped;
use crate::ingest::failure::Error;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_warc::budget::too_large;

/// Extensions of files that come with pages and are none. All other files are told by their content.
const NOT_PAGES: &[&str] = &[
    "7z",
    "atom",
    "avi",
    "avif",
    "bmp",
    "bz2",
    "css",
    "dll",
    "eot",
    "exe",
    "flac",
    "gif",
    "heic",
    "ico",
    "jpeg",
    "jpg",
    "js",
    "m4a",
    "m4v",
    "map",
    "mjs",
    "mov",
    "mp3",
    "mp4",
    "mpeg",
    "ogg",
    "opus",
    "otf",
    "png",
    "rss",
    "so",
    "svg",
    "tif",
    "tiff",
    "ttf",
    "wasm",
    "wav",
    "webm",
    "webmanifest",
    "webp",
    "woff",
    "woff2",
    "xsl",
];

/// Folders in which macOS archives its own files.
const SYSTEM_FOLDERS: &[&str] = &["__MACOSX"];

/// Bytes by which binary files are recognised.
const SAMPLE: usize = 8 << 10;

/// Whether a file of this name is read. Hidden files are not, as in folders.
pub fn may_be_page(name: &str) -> bool {
    let mut parts = name.split('/').filter(|part| !part.is_empty() && *part != "." && *part != "..");
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    !name.ends_with('/')
        && !NOT_PAGES.contains(&extension.as_str())
        && parts.all(|part| !part.starts_with('.') && !SYSTEM_FOLDERS.contains(&part))
}

/// The page in a file; the error says what is wrong with the file.
pub fn page(context: ArchiveContext<'_>, place: String, bytes: Vec<u8>) -> Result<ArchiveItem, String> {
    let (cap, budget) = (context.max_page_bytes, context.budget);
    let bytes = read_capped(bytes.as_slice(), context.path, cap, bytes.len() as u64, budget).map_err(reason)?.bytes;
    if is_binary(&bytes) {
        return Ok(ArchiveItem::Skipped(SkipReason::MediaType));
    }
    if (context.is_archive)(&bytes) {
        return Err("it is an archive in an archive; unpack it, and ingest it by itself".to_owned());
    }
    let origin = Origin::Member { archive: context.path.to_path_buf(), place };
    match container::unwrap(RawDocument::local(origin, bytes), context.path, cap, budget) {
        Ok(raw) => Ok(ArchiveItem::Page(Box::new(raw))),
        Err(Error::NotAPage { .. }) => Ok(ArchiveItem::Skipped(SkipReason::MediaType)),
        Err(error) => Err(reason(error)),
    }
}

/// What is wrong with a file, without the archive's name.
fn reason(error: Error) -> String {
    match error {
        Error::Container { kind, reason, .. } => format!("{kind}: {reason}"),
        Error::TooLarge { cap, .. } => too_large(cap as u64),
        error => error.to_string(),
    }
}

/// Whether these are the bytes of an image, a program, …: they contain zeros and are not UTF-16 or UTF-32. Office documents are read.
fn is_binary(bytes: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"PK\x03\x04", b"%PDF-"];
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    // Of UTF-16 without a mark, every other byte is zero.
    let zeros = memchr::memchr_iter(0, sample).count();
    zeros > 0 && zeros < sample.len() / 3 && !MARKS.iter().any(|mark| sample.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_scripts_and_hidden_files_are_not_read() {
        for page in ["a.html", "news/a", "../../etc/a.txt", "/abs/a.HTM", "./a.eml", "a.b/c"] {
            assert!(may_be_page(page), "{page}");
        }
        for other in ["a/", "a.PNG", "x/.git/config", "__MACOSX/a.html", ".DS_Store", "style.css"] {
            assert!(!may_be_page(other), "{other}");
        }
        assert!(is_binary(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") && !is_binary(b"a\0b\0c\0d\0") && !is_binary(b"a story"));
    }
}
