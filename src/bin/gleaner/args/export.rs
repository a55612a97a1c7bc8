//! Options of `gleaner export`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum, ValueHint};
use gleaner::commands::export::FORMAT_NAMES;

use super::ReportArgs;
use super::search::FilterArgs;

/// `gleaner export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Export only these documents: files, URLs, or the first digits of ids (at least four) [default: all]
    #[arg(value_name = "FILE|URL|ID", value_hint = ValueHint::AnyPath)]
    pub documents: Vec<OsString>,
    #[command(flatten)]
    pub target: ExportTargetArgs,
    /// The format [default: what the end of PATH says]
    #[arg(long, value_name = "FORMAT", requires = "output", value_parser = PossibleValuesParser::new(FORMAT_NAMES))]
    pub format: Option<String>,
    /// With Parquet: write a folder with a file or more for each month of publication, or for each site
    #[arg(long, value_enum, value_name = "BY", requires = "output")]
    pub partition: Option<PartitionBy>,
    /// Export only what later runs than this one have stored or changed; the report names the run to give next time
    #[arg(long, value_name = "RUN")]
    pub since_run: Option<String>,
    /// Export at most this many documents
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// What feeds, e-books and TEI corpora are called [default: gleaner corpus]
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// Export only what this query finds, latest first; as in `gleaner search`
    #[arg(long, value_name = "QUERY")]
    pub query: Option<String>,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub filter: FilterArgs,
}

/// What documents are put into folders by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PartitionBy {
    Month,
    Site,
}

/// Where to.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct ExportTargetArgs {
    /// The file; for Markdown and with `--partition`, the folder. Text may be compressed (.gz, .zst). `-` means standard output
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub output: Option<PathBuf>,
    /// Export clean texts with metadata as JSON Lines: FILE ends in .jsonl, .jsonl.gz or .jsonl.zst, or is a pipe or device; `-` means standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub jsonl: Option<PathBuf>,
    /// Export fetched pages as WARC 1.1: FILE ends in .warc or .warc.gz, or is a pipe or device; `-` means standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub warc: Option<PathBuf>,
}
