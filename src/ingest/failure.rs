//! Why a file could not be taken.

use std::path::{Path, PathBuf};

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
}

impl Error {
    /// The file or folder.
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. }
            | Self::Special { path }
            | Self::Loop { path }
            | Self::TooLarge { path, .. }
            | Self::Corrupt { path, .. } => path,
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
