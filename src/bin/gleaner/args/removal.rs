//! The arguments of the commands that remove: `gleaner forget` and `gleaner prune`.

use std::ffi::OsString;

use clap::Args;
use gleaner::commands::prune::KeepTime;

use super::options::ReportArgs;

/// `gleaner forget`.
#[derive(Debug, Args)]
pub struct ForgetArgs {
    /// Documents: the first digits of their ids (at least four), or their files or URLs
    #[arg(value_name = "ID", required_unless_present = "missing")]
    pub ids: Vec<OsString>,
    /// Forget every document whose raw file was deleted
    #[arg(long, conflicts_with = "ids")]
    pub missing: bool,
    /// Print what would be done without doing it
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner prune`.
#[derive(Debug, Args)]
#[group(id = "selection", required = true, multiple = true, args = ["logs", "versions", "trash"])]
pub struct PruneArgs {
    /// Delete journals of old runs; the newest one is always kept
    #[arg(long)]
    pub logs: bool,
    /// Delete earlier versions of texts
    #[arg(long)]
    pub versions: bool,
    /// Delete forgotten documents
    #[arg(long)]
    pub trash: bool,
    /// Keep what is newer than this: days, weeks or years
    #[arg(long, value_name = "TIME", default_value = "90d")]
    pub keep: KeepTime,
    /// Print what would be deleted without deleting it
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub report: ReportArgs,
}
