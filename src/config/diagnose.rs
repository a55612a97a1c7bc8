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
    /// From what the TOML reader says of `text`. `tables` are all tables with their keys.
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

/// What was probably meant by a key or value that is not known.
fn hint(message: &str, tables: &[(&str, Vec<String>)]) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let all = "every key is described in the commented `config.toml` that `gleaner init` writes";
    let (true, Some(written)) = (message.starts_with("unknown "), quoted.next()) else { return all.to_owned() };
    let expected: Vec<&str> = quoted.collect();
    if let Some(near) = nearest(written, expected.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    match tables.iter().find(|(_, keys)| keys.iter().any(|key| key == written)) {
        Some((table, _)) => format!("`{written}` is a key of `{table}`: move it there"),
        None => all.to_owned(),
    }
}

/// The candidate most like the word, where any is like it at all.
fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f32 = 0.7;
    let likeness = |candidate: &str| similar::TextDiff::from_chars(word, candidate).ratio();
    let scored = candidates.map(|candidate| (likeness(candidate), candidate)).filter(|(likeness, _)| *likeness >= ALIKE);
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}
