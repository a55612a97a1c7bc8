//! Arguments of `gleaner history`, `gleaner diff` and `gleaner rollback`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::ReportArgs;

/// `gleaner history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// The first digits of each document id (at least four), or its file or URL
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<OsString>,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The first digits of the document id (at least four), or its file or URL
    #[arg(value_name = "ID")]
    pub id: OsString,
    /// The old version, by its number or the first digits of its text's hash [default: the last but one]
    #[arg(value_name = "A", requires = "to")]
    pub from: Option<String>,
    /// The new version [default: the last]
    #[arg(value_name = "B")]
    pub to: Option<String>,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The run, named as its journal in log/ is; without it, the runs that can be undone are listed
    #[arg(value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// Print what would be done without doing it
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub report: ReportArgs,
}
