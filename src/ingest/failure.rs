//! Why a file could not be read.

use std::path::{Path, PathBuf};

use super::file_kind::FileKind;
use super::not_a_page::NotAPage;
use crate::files;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::document::Origin;
use gleaner_warc::budget::Exceeded;
use gleaner_warc::compression::Compression;

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or folder could not be read.
    #[error("read {path}: {source}", path = path_text(path))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The path is a pipe, a socket or a device.
    #[error("read {path}: it is not a regular file", path = path_text(path))]
    Special {
        /// The path.
        path: PathBuf,
    },
    /// The path is a link to a folder that contains it.
    #[error("read {path}: the link points to a folder that contains it", path = path_text(path))]
    Loop {
        /// The link.
        path: PathBuf,
    },
    /// The file is larger than the cap.
    #[error("read {path}: it has more than the {cap} bytes allowed{}", if *.is_compressed { " after decompression" } else { "" }, path = path_text(path))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The cap in bytes.
        cap: usize,
        /// Whether the file is compressed.
        is_compressed: bool,
    },
    /// A compressed file that cannot be decompressed.
    #[error("decompress {path} ({compression}): {source}", path = path_text(path))]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Its compression.
        compression: Compression,
        /// The decompressor's error.
        source: std::io::Error,
    },
    /// A file that decodes to far more than its size explains.
    #[error("read {path}: {exceeded}", path = path_text(path))]
    Exceeded {
        /// The file.
        path: PathBuf,
        /// What is too much, and the limit.
        exceeded: Exceeded,
    },
    /// A file that wraps a document in another format, and is damaged.
    #[error("read {path} ({kind}): {reason}", path = path_text(path))]
    Container {
        /// The file.
        path: PathBuf,
        /// Its format.
        kind: FileKind,
        /// What is wrong.
        reason: String,
    },
    /// One page of an archive; the other pages are not affected.
    #[error("read {archive}#{place}: {reason}", archive = path_text(archive))]
    Member {
        /// The archive.
        archive: PathBuf,
        /// The place in it: an offset, or the name of an e-book's chapter.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// A file that is text, or has text, but is no page.
    #[error("read {path}: it is {}, not a page", kind.name(), path = path_text(path))]
    NotAPage {
        /// The file.
        path: PathBuf,
        /// What it is.
        kind: NotAPage,
    },
    /// A place in a file that is not an archive.
    #[error("read {path}#{place}: {path} is not an archive", path = path_text(path))]
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// What follows its name.
        place: String,
    },
    /// A file that is packed twice, such as a ZIP that was compressed once more.
    #[error("read {path}: it is packed twice, as {inner}, and that as {outer}", path = path_text(path))]
    PackedTwice {
        /// The file.
        path: PathBuf,
        /// What comes out when it is decompressed.
        inner: String,
        /// Its compression.
        outer: Compression,
    },
    /// An archive where a single page is expected.
    #[error("read {path} as one page: it is an archive with many pages", path = path_text(path))]
    Many {
        /// The archive.
        path: PathBuf,
    },
}

impl Error {
    /// Why a file could not be opened.
    pub(super) fn unopened(path: &Path, source: std::io::Error) -> Self {
        match files::not_a_file(&source) {
            Some(_) => Self::Special { path: path.to_path_buf() },
            None => Self::Io { path: path.to_path_buf(), source },
        }
    }

    /// The file, or the page of an archive, that could not be read.
    pub fn origin(&self) -> Origin {
        match self {
            Self::Member { archive, place, .. } => Origin::Member { archive: archive.clone(), place: place.clone() },
            error => Origin::File(error.path().to_path_buf()),
        }
    }

    /// The file or folder.
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. }
            | Self::Special { path }
            | Self::Loop { path }
            | Self::TooLarge { path, .. }
            | Self::Corrupt { path, .. }
            | Self::Exceeded { path, .. }
            | Self::Container { path, .. }
            | Self::Many { path }
            | Self::PackedTwice { path, .. }
            | Self::NotAPage { path, .. }
            | Self::NotAnArchive { path, .. }
            | Self::Member { archive: path, .. } => path,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { source, .. } => io_hint(source),
            Self::Special { .. } => "only regular files are read; pipe the text into `gleaner extract` instead",
            Self::Loop { .. } => "remove the link, or name the folder it points to",
            Self::TooLarge { .. } => "raise `page.max_bytes` in config.toml, or split the file",
            Self::Corrupt { .. } => "the file is damaged or truncated; download or compress it again",
            Self::Exceeded { .. } => {
                "it may be made to exhaust its readers; if you trust it, unpack it, or raise `page.max_bytes` in config.toml"
            }
            Self::Container { .. } => {
                "the file is damaged, or its content is larger than `page.max_bytes` in config.toml; save it again"
            }
            Self::Member { .. } => "the other pages of the archive are read; for one that is too large, raise `page.max_bytes`",
            Self::NotAPage { kind, .. } => kind.hint(),
            Self::NotAnArchive { .. } => "`#` and a place name one page of an archive; leave them out to read the whole file",
            Self::PackedTwice { .. } => "decompress it once (`gzip -d`, `zstd -d`, `xz -d`, `bzip2 -d`), and read what comes out",
            Self::Many { .. } => {
                "`gleaner ingest` reads all of them; to read one, give its place as the journal shows it: `FILE#1234`"
            }
        }
    }
}

fn io_hint(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "check the spelling of the path",
        std::io::ErrorKind::PermissionDenied => "make it readable (`chmod u+r`, for folders `chmod u+rx`)",
        std::io::ErrorKind::InvalidFilename => "the name is too long, or the link's target is; rename it, or remove the link",
        std::io::ErrorKind::IsADirectory => "give the path of a file, not of a folder",
        _ if files::not_a_file(error).is_some() => "only a regular file is read here; remove it, or put one in its place",
        _ if files::is_no_file(error) => "the link leads to itself; remove it",
        _ => "check the disk, or exclude the file",
    }
}
