//! The arguments of `gleaner correct`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::options::ReportArgs;

/// `gleaner correct`.
#[derive(Debug, Args)]
pub struct CorrectArgs {
    /// The first digits of the document id (at least four), or its file or URL; without it, the corrected documents are listed
    #[arg(value_name = "ID")]
    pub id: Option<OsString>,
    /// Keep a block that was cut: its number, or words that it alone has
    #[arg(long, value_name = "N|TEXT", requires = "id")]
    pub restore: Vec<String>,
    /// Cut a block that was kept: its number, or words that it alone has
    #[arg(long, value_name = "N|TEXT", requires = "id")]
    pub cut: Vec<String>,
    /// Take a correction back, by its number in the list; without a number, all of them
    #[arg(long, value_name = "N", requires = "id", num_args = 0..=1, default_missing_value = "all")]
    pub undo: Vec<String>,
    /// List every block of the page with its number
    #[arg(long, requires = "id", conflicts_with_all = ["restore", "cut", "undo"])]
    pub blocks: bool,
    /// Write every corrected page to this file as training labels, a JSON object a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "id")]
    pub labels: Option<PathBuf>,
    #[command(flatten)]
    pub report: ReportArgs,
}
