//! Why a configuration cannot be used: the file, the line, the key, and the key that was probably meant.

use gleaner_extract::base::path_text::path_text;
use std::path::{Path, PathBuf};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error("read the configuration {path}: {source}", path = path_text(path))]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file is not a valid configuration.
    #[error("read the configuration {path}, line {line}: {message}", path = path_text(path))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line number, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
        /// What the user can do about it.
        hint: String,
    },
}

impl Error {
    /// Turns an error of the TOML parser into one with line number and hint. `tables` are all tables with their keys.
    pub(super) fn new(text: &str, path: &Path, error: &toml::de::Error, tables: &[(&str, Vec<String>)]) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let message = error.message().trim().replace('\n', ": ");
        Self::Invalid { path: path.into(), line, hint: hint(&message, tables), message }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Io { .. } => Some("check the path given with `--config`, and that the file can be read"),
            Self::Invalid { hint, .. } => Some(hint),
        }
    }
}

/// A hint for an error; for an unknown key or value, the one that was probably meant.
fn hint(message: &str, tables: &[(&str, Vec<String>)]) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let general = "see the commented `config.toml` that `gleaner init` writes for all keys";
    let (true, Some(written)) = (message.starts_with("unknown "), quoted.next()) else { return general.to_owned() };
    let expected: Vec<&str> = quoted.collect();
    if let Some(near) = nearest(written, expected.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    match tables.iter().find(|(_, keys)| keys.iter().any(|key| key == written)) {
        Some((table, _)) => format!("`{written}` is a key of `{table}`: move it there"),
        None => general.to_owned(),
    }
}

/// The candidate most similar to the word, if any is similar enough.
fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const MIN_SIMILARITY: f32 = 0.7;
    let similarity = |candidate: &str| similar::TextDiff::from_chars(word, candidate).ratio();
    let scored =
        candidates.map(|candidate| (similarity(candidate), candidate)).filter(|(similarity, _)| *similarity >= MIN_SIMILARITY);
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}
