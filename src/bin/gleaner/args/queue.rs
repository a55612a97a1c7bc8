//! The arguments of `gleaner queue`.

use clap::{Args, Subcommand};
use gleaner::queue::UrlState;

use super::options::ReportArgs;

/// `gleaner queue`.
#[derive(Debug, Args)]
pub struct QueueArgs {
    #[command(subcommand)]
    pub command: QueueCommand,
}

/// The subcommands of `gleaner queue`.
#[derive(Debug, Subcommand)]
pub enum QueueCommand {
    /// List URLs, with the reason for each failure
    List {
        #[command(flatten)]
        filter: QueueFilterArgs,
        /// List at most N URLs
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u64,
        #[command(flatten)]
        report: ReportArgs,
    },
    /// Show everything the queue knows about one URL
    Show {
        /// The URL, or its number as listed
        #[arg(value_name = "URL|NUMBER")]
        name: String,
        #[command(flatten)]
        report: ReportArgs,
    },
    /// Requeue URLs for the next run: failed and dead ones, and any that is named, done or not
    Retry {
        #[command(flatten)]
        filter: QueueFilterArgs,
        #[command(flatten)]
        report: ReportArgs,
    },
    /// Remove URLs from the queue; they come back if a source still lists them
    Drop {
        #[command(flatten)]
        filter: QueueFilterArgs,
        #[command(flatten)]
        report: ReportArgs,
    },
}

/// Which URLs of the queue a command applies to.
#[derive(Debug, Args)]
pub struct QueueFilterArgs {
    /// URLs, or their numbers as listed
    #[arg(value_name = "URL|NUMBER")]
    pub names: Vec<String>,
    /// Only URLs in this state: waiting, flight, kept, done, retry or dead; can be repeated [default: any for URLs that are named,
    /// otherwise all but done]
    #[arg(long, value_name = "STATE", value_parser = parse_state)]
    pub state: Vec<UrlState>,
    /// Only URLs on this host
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// Only URLs from this source
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
}

fn parse_state(text: &str) -> Result<UrlState, String> {
    let names = || UrlState::ALL.map(UrlState::name).join(", ");
    UrlState::from_name(text).ok_or_else(|| format!("expected one of {}", names()))
}
