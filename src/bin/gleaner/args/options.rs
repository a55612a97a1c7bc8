//! Options that several commands take.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

/// Options that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Configuration file [default: config.toml in the corpus root] [env: GLEANER_CONFIG]
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Corpus root [default: the configuration file's folder, or the corpus that the current folder belongs to] [env: GLEANER_ROOT]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub root: Option<PathBuf>,
    /// Print what is done to standard error; repeat for debug output
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,
    /// Print nothing but errors, and the data that a command is asked for
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// When to use colours; `auto` means on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
}

/// How much is printed to standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only; no summary either.
    Quiet,
    /// Errors, refusals and the summary.
    Normal,
    /// Progress messages of each stage as well.
    Verbose,
    /// Everything.
    Debug,
}

impl GlobalArgs {
    /// The verbosity that `-q` and `-v` add up to.
    pub fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, 1) => Verbosity::Verbose,
            (false, _) => Verbosity::Debug,
        }
    }
}

/// When to colour the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// The number of threads.
#[derive(Clone, Copy, Debug, Args)]
pub struct JobsArgs {
    /// Number of extraction threads [default: `jobs` in config.toml, or all cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// Whether a command prints text or JSON.
#[derive(Clone, Copy, Debug, Args)]
pub struct ReportArgs {
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}
