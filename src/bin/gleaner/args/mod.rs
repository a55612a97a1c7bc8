//! The command line as the user typed it, as clap types. Interpreting it is up to each command.

mod columns;
mod options;
mod queue;
mod removal;
mod rules;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use gleaner::schedule::Every;

pub use columns::ColumnArgs;
pub use options::{ColorChoice, GlobalArgs, JobsArgs, ReportArgs, Verbosity};
pub use queue::{QueueArgs, QueueCommand, QueueFilterArgs};
pub use removal::{ForgetArgs, PruneArgs};
pub use rules::{RulesArgs, RulesCommand};

/// Turn the web's news into a clean, deduplicated text corpus.
#[derive(Debug, Parser)]
#[command(name = "gleaner", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Clean the files in raw/, or the given paths, skipping what has not changed
    Clean(CleanArgs),
    /// Add URLs, feeds, files, folders or archives to the corpus
    Ingest(IngestArgs),
    /// Fetch what is new from all configured sources, once; meant for cron
    Run(RunArgs),
    /// List, inspect, retry or drop queued and failed URLs
    Queue(QueueArgs),
    /// List the configured sources; import or export OPML
    Sources(SourcesArgs),
    /// Print, install or remove a schedule for `gleaner run`
    Schedule(ScheduleArgs),
    /// Extract one page or a batch to standard output, without a corpus
    Extract(ExtractArgs),
    /// Show what was removed from a page, by which rule and why
    Explain(ExplainArgs),
    /// List, show and check the rules
    Rules(RulesArgs),
    /// Check every file in the corpus against its hash
    Verify(VerifyArgs),
    /// Rebuild the index from the files
    Reindex(ReportArgs),
    /// Print statistics about the corpus
    Status(ReportArgs),
    /// Print a document's text or its sidecar
    Show(ShowArgs),
    /// Export fetched pages as WARC, or clean texts as JSON Lines
    Export(ExportArgs),
    /// Move documents to the trash
    Forget(ForgetArgs),
    /// Delete old journals, earlier versions of texts and forgotten documents
    Prune(PruneArgs),
    /// Create a corpus: a commented config.toml, raw/ and clean/
    Init(InitArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
    /// Read a PDF from standard input and print its text as HTML; gleaner starts this process itself
    #[cfg(feature = "pdf")]
    #[command(hide = true)]
    PdfText,
}

/// `gleaner clean`.
#[derive(Debug, Args)]
pub struct CleanArgs {
    /// Files and folders to clean [default: raw/]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Write clean text to this folder, with an index and journal of its own [default: clean/]
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
    /// Clean everything again, even if nothing changed
    #[arg(long)]
    pub all: bool,
    /// Print what would be done without writing anything
    #[arg(long)]
    pub dry_run: bool,
    /// Print the changes to clean text as unified diffs
    #[arg(long, conflicts_with = "json")]
    pub diff: bool,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub jobs: JobsArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Repair what is damaged: clean its sources again, rebuild the index, move aside what nothing needs
    #[arg(long)]
    pub repair: bool,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner ingest`.
#[derive(Debug, Args)]
pub struct IngestArgs {
    /// URLs, files, folders and archives; `-` reads a list or an archive from standard input
    #[arg(value_name = "URL|FILE|DIR|-", required_unless_present = "list", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<OsString>,
    /// Read URLs and paths from FILE, one per line; can be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub list: Vec<PathBuf>,
    /// Treat URLs as front pages: take the articles in the feed they declare, or else those they link to
    #[arg(long)]
    pub follow: bool,
    /// When to open URLs in a browser; requires a build with `--features browser`
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = RenderChoice::Never)]
    pub render: RenderChoice,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub jobs: JobsArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// When to open a page in a browser.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RenderChoice {
    /// If the page shows no text without scripts
    Auto,
    /// For every page
    Always,
    /// For no page
    Never,
}

/// `gleaner run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Only poll sources with this name or tag; can be repeated
    #[arg(long, value_name = "NAME|TAG")]
    pub only: Vec<String>,
    /// Poll every feed, sitemap and front page, even if it is not due yet
    #[arg(long)]
    pub now: bool,
    #[command(flatten)]
    pub jobs: JobsArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner sources`.
#[derive(Debug, Args)]
pub struct SourcesArgs {
    #[command(subcommand)]
    pub command: SourcesCommand,
}

/// The subcommands of `gleaner sources`.
#[derive(Debug, Subcommand)]
pub enum SourcesCommand {
    /// List the sources and how each is doing: last success, failures, next poll, new articles
    List {
        #[command(flatten)]
        report: ReportArgs,
    },
    /// Add the feeds in an OPML file to config.toml, skipping those already there
    Import {
        /// The OPML file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Print what would be added without writing it
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the configured feeds as OPML
    Export,
}

/// `gleaner schedule`.
#[derive(Debug, Args)]
pub struct ScheduleArgs {
    /// How often: 5m, 6m, 10m, 12m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h
    #[arg(long, value_name = "INTERVAL", required_unless_present = "remove")]
    pub every: Option<String>,
    /// Use a systemd user timer instead of a crontab line
    #[arg(long)]
    pub systemd: bool,
    /// Install the schedule instead of printing it
    #[arg(long, conflicts_with = "remove")]
    pub install: bool,
    /// Remove the installed schedule
    #[arg(long, conflicts_with = "every")]
    pub remove: bool,
}

impl ScheduleArgs {
    /// The interval, if one was given.
    pub fn interval(&self) -> Result<Option<Every>, gleaner::schedule::Error> {
        self.every.as_deref().map(str::parse).transpose()
    }
}

/// `gleaner extract`.
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// HTML, Markdown, text, mail, MHTML or DOCX, optionally compressed with gzip or zstd [default: standard input]
    #[arg(value_name = "FILE", conflicts_with = "batch", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Extract every page listed in MANIFEST (JSON Lines of {"id", "url", "file"}); print one line each, in order
    #[arg(long, value_name = "MANIFEST", conflicts_with_all = ["format", "url"], value_hint = ValueHint::FilePath)]
    pub batch: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ExtractFormat::Text)]
    pub format: ExtractFormat,
    /// List the removals: in the JSON with `--batch` and `--format json`, otherwise on standard error
    #[arg(long)]
    pub explain: bool,
    /// The page's URL, if known
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub url: Option<String>,
    #[command(flatten)]
    pub jobs: JobsArgs,
}

/// Output formats of an extracted page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExtractFormat {
    Text,
    Markdown,
    Json,
    Html,
}

/// `gleaner explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A file, a URL, or the first digits of a document id (at least four)
    #[arg(value_name = "FILE|URL|ID", value_hint = ValueHint::AnyPath)]
    pub target: OsString,
    /// Show the metadata instead: every candidate for each field, with its origin and confidence
    #[arg(long)]
    pub metadata: bool,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The first digits of the document id (at least four), or its file or URL
    #[arg(value_name = "ID")]
    pub id: OsString,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner export`.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct ExportArgs {
    /// Export fetched pages as WARC 1.1, compressed if FILE ends in .gz; `-` means standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub warc: Option<PathBuf>,
    /// Export clean texts with metadata as JSON Lines; `-` means standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub jsonl: Option<PathBuf>,
}

/// `gleaner init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Corpus root [default: --root, or the current folder]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}

/// `gleaner completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell to complete for
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn clap_accepts_the_command_definitions() {
        super::Cli::command().debug_assert();
    }
}
