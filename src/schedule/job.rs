//! A scheduled run and its command line.

use std::path::{Path, PathBuf};

use super::failure::Error;
use super::times::Times;
use gleaner_extract::base::hash::ContentHash;

/// A run to schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The absolute path of the gleaner binary.
    pub program: PathBuf,
    /// The absolute path of the corpus root, which identifies the schedule.
    pub root: PathBuf,
    /// The absolute path of the configuration file, if there is one.
    pub config: Option<PathBuf>,
    /// When it starts.
    pub times: Times,
}

impl Job {
    /// Minutes after the full hour. Derived from the root, so that runs of different corpora and users do not all start in the same
    /// minute.
    pub(super) fn shift(&self) -> u8 {
        u8::from_str_radix(&ContentHash::of(self.root.as_os_str().as_encoded_bytes()).short()[..2], 16).unwrap_or(0)
    }

    /// The command: program and arguments.
    pub(super) fn command(&self) -> Result<Vec<&str>, Error> {
        let mut words = vec![one_line(&self.program)?];
        if let Some(config) = &self.config {
            words.extend(["--config", one_line(config)?]);
        }
        words.extend(["--root", one_line(&self.root)?, "--quiet", "run"]);
        Ok(words)
    }
}

/// The path as text that fits on one line.
pub(super) fn one_line(path: &Path) -> Result<&str, Error> {
    let text = path.to_str().filter(|text| !text.contains(char::is_control));
    text.ok_or_else(|| Error::Path(path.to_path_buf()))
}
