//! Why a configuration cannot be used: the file, the line, the key, and the key that was probably meant.

use gleaner_extract::base::path_text::path_text;
use std::path::{Path, PathBuf};

use gleaner_extract::base::url::hide_logins;
use toml::de::DeTable;

use super::source::Duplicate;

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
        let line = line(text, error.span().map(|span| span.start));
        // The parser quotes values, and one may be a URL with a password.
        let message = hide_logins(&error.message().trim().replace('\n', ": ")).into_owned();
        Self::Invalid { path: path.into(), line, hint: hint(&message, tables), message }
    }

    /// Two sources with the same name or place: the error names the line of the second.
    pub(super) fn duplicate(text: &str, path: &Path, duplicate: &Duplicate) -> Self {
        let Duplicate { index, key, message, hint } = duplicate;
        let (message, hint) = (message.clone(), hint.clone());
        Self::Invalid { path: path.into(), line: line(text, value_at(text, *index, key)), message, hint }
    }

    /// The `index`th hook, from 1, cannot be used.
    pub(super) fn hook(text: &str, path: &Path, index: usize, problem: &str) -> Self {
        let at = text.match_indices("[[hook]]").nth(index.saturating_sub(1)).map(|(at, _)| at);
        let hint = "a hook has `on`, and `command` or `url`; docs/config.md has examples".to_owned();
        Self::Invalid { path: path.into(), line: line(text, at), message: format!("[[hook]]: {problem}"), hint }
    }

    /// The `index`th saved search, from 1, cannot be used.
    pub(super) fn watch(text: &str, path: &Path, index: usize, problem: &str) -> Self {
        let at = text.match_indices("[[watch]]").nth(index.saturating_sub(1)).map(|(at, _)| at);
        let hint =
            "a watch has a `name`, and a `query` as for `gleaner search` or a filter; docs/config.md has examples".to_owned();
        Self::Invalid { path: path.into(), line: line(text, at), message: format!("[[watch]]: {problem}"), hint }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Io { .. } => Some("check the path given with `--config`, and that the file can be read"),
            Self::Invalid { hint, .. } => Some(hint),
        }
    }
}

/// The number of the line at this offset, from 1.
fn line(text: &str, at: Option<usize>) -> usize {
    at.and_then(|at| text.get(..at)).unwrap_or("").matches('\n').count() + 1
}

/// Where the value of a key of a source is.
fn value_at(text: &str, index: usize, key: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let source = table.get_ref().get("source")?.get_ref().as_array()?.get(index)?;
    let value = source.get_ref().as_table()?.get(key);
    Some(value.map_or_else(|| source.span().start, |value| value.span().start))
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
