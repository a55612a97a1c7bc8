//! Why a file could not be taken.

use std::path::{Path, PathBuf};

use gleaner_extract::document::Origin;

/// Why a file could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or folder could not be read.
    #[error("read {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// It is a pipe, a socket or a device.
    #[error("read {path}: it is not a regular file")]
    Special {
        /// The path.
        path: PathBuf,
    },
    /// It is a link to a folder that it lies in.
    #[error("read {path}: the link leads back to a folder around it")]
    Loop {
        /// The link.
        path: PathBuf,
    },
    /// More bytes than the cap.
    #[error("read {path}: it has more than the {cap} bytes allowed{}", if *.packed { " after decompression" } else { "" })]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The cap in bytes.
        cap: usize,
        /// Whether it is a compressed file.
        packed: bool,
    },
    /// A compressed file that cannot be decompressed.
    #[error("decompress {path} ({kind}): {source}")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// `gzip` or `zstd`.
        kind: &'static str,
        /// What the decompressor says.
        source: std::io::Error,
    },
    /// A file that holds one document in another form, and is damaged.
    #[error("read {path} ({kind}): {reason}")]
    Container {
        /// The file.
        path: PathBuf,
        /// `DOCX`, `MHTML`, …
        kind: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// One page of an archive; the others are not touched by it.
    #[error("read {archive}#{place}: {reason}")]
    Member {
        /// The archive.
        archive: PathBuf,
        /// The place in it: an offset, for e-books the chapter's name.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// An archive where one page is wanted.
    #[error("read {path} as one page: it is an archive of many")]
    Many {
        /// The archive.
        path: PathBuf,
    },
}

/// What is said of a page, or a part of one, that is larger than allowed.
pub(super) fn too_large(limit: u64) -> String {
    format!("it has more than the {limit} bytes allowed")
}

impl Error {
    /// Where the trouble is.
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
            | Self::Container { path, .. }
            | Self::Many { path }
            | Self::Member { archive: path, .. } => path,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { source, .. } => io_hint(source.kind()),
            Self::Special { .. } => "only regular files are read; pipe the text into `gleaner extract` instead",
            Self::Loop { .. } => "remove the link, or name the folder it leads to",
            Self::TooLarge { .. } => "raise `page.max_bytes` in config.toml, or split the file",
            Self::Corrupt { .. } => "the file is damaged or cut short; fetch or compress it again",
            Self::Container { .. } => "the file is damaged, or larger inside than `page.max_bytes` in config.toml; save it again",
            Self::Member { .. } => "the other pages of the archive are read; for one that is too large, raise `page.max_bytes`",
            Self::Many { .. } => "`gleaner ingest` takes them all; for one, name its place: `FILE#1234`, as the journal has it",
        }
    }
}

fn io_hint(kind: std::io::ErrorKind) -> &'static str {
    match kind {
        std::io::ErrorKind::NotFound => "check the spelling of the path",
        std::io::ErrorKind::PermissionDenied => "give yourself the right to read it (`chmod u+r`, for folders `u+rx`)",
        _ => "check the disk, or leave the file out",
    }
}
