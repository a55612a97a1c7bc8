//! Why a configuration cannot be used: the file, the line, the key, and what was probably meant.

use std::path::{Path, PathBuf};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error("read the configuration {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file is not a configuration.
    #[error("read the configuration {path}, line {line}: {message}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
        /// What was probably meant.
        hint: String,
    },
}

impl Error {
    pub(super) fn new(text: &str, path: &Path, error: &toml::de::Error) -> Self {
        let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
        Self::Invalid { path: path.into(), line, message: error.message().into(), hint: String::new() }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Io { .. } => Some("check the path given with `--config`, and that the file can be read"),
            Self::Invalid { hint, .. } => Some(hint),
        }
    }
}
