//! The command line as the user typed it, as clap types. Interpreting it is up to each command.

mod columns;
mod correct;
mod examples;
mod export;
mod options;
mod queue;
mod removal;
mod rules;
mod schedule;
mod search;
mod serve;
mod versions;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};

pub use columns::ColumnArgs;
pub use correct::CorrectArgs;
pub use examples::examples_of;
pub use export::{ExportArgs, PartitionBy};
pub use options::{ColorChoice, GlobalArgs, JobsArgs, ReportArgs, Verbosity};
pub use queue::{QueueArgs, QueueCommand, QueueFilterArgs};
pub use removal::{ForgetArgs, PruneArgs};
pub use rules::{RulesArgs, RulesCommand};
pub use schedule::ScheduleArgs;
pub use search::{IsArticleArgs, ListArgs, SearchArgs};
pub use serve::ServeArgs;
pub use versions::{DiffArgs, HistoryArgs, RollbackArgs};

/// Turn the web's news into a clean, deduplicated text corpus.
#[derive(Debug, Parser)]
#[command(name = "gleaner", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// The command line with the examples of every command in its help. Only `gleaner` itself has a `help` command.
pub fn command() -> clap::Command {
    let cli = Cli::command().mut_subcommands(|sub| sub.disable_help_subcommand(true));
    examples::with_examples(cli, "")
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
    /// Show, print, install or remove a schedule for `gleaner run`
    Schedule(ScheduleArgs),
    /// Extract one page or a batch to standard output, without a corpus
    Extract(ExtractArgs),
    /// Show what was removed from a page, by which rule and why
    Explain(ExplainArgs),
    /// Say of pages whether each is a story, a front page, a list or a block page, and why
    IsArticle(IsArticleArgs),
    /// List, show and check the rules
    Rules(RulesArgs),
    /// Check every file in the corpus against its hash
    Verify(VerifyArgs),
    /// Rebuild the index from the files
    Reindex(ReportArgs),
    /// Print statistics about the corpus
    Status(ReportArgs),
    /// List the sites that have drifted from what is usual for them, and the likely reasons
    Health(ReportArgs),
    /// Find documents by the words of their text
    Search(SearchArgs),
    /// List the documents, all or by filters
    List(ListArgs),
    /// Check the configuration, the disk, the clock, the schedule and the rest, and say what to do
    Doctor(DoctorArgs),
    /// Print documents: their texts or sidecars
    Show(ShowArgs),
    /// List the versions of a document, and what kind of change led to each
    History(HistoryArgs),
    /// Print what changed between two versions of a document, word by word
    Diff(DiffArgs),
    /// List the documents that a document shares text with: copies, near duplicates, previews, overlaps
    Related(RelatedArgs),
    /// Cut or restore blocks of a document by hand, for good
    Correct(CorrectArgs),
    /// Undo a run: restore the documents that it rewrote
    Rollback(RollbackArgs),
    /// Show the corpus in a browser, on this machine
    Serve(ServeArgs),
    /// Export documents as Parquet, CSV, Markdown, EPUB and more, or fetched pages as WARC
    Export(ExportArgs),
    /// Move documents to the trash
    Forget(ForgetArgs),
    /// Delete old journals, earlier versions of texts and forgotten documents
    Prune(PruneArgs),
    /// Create a corpus: a commented config.toml, raw/ and clean/
    Init(InitArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Print the manual page, or write one for each command
    Man(ManArgs),
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
    /// Print the changes to clean text as unified diffs, after a report by site; with `--json`, the report by site only
    #[arg(long)]
    pub diff: bool,
    /// Go on even if cleaning again loses more of a site's words than `reclean.max_loss_percent` allows
    #[arg(long)]
    pub accept_loss: bool,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub jobs: JobsArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Also request robots.txt of the sources' sites
    #[arg(long)]
    pub online: bool,
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
        #[command(flatten)]
        report: ReportArgs,
    },
    /// Print the configured feeds as OPML
    Export {
        #[command(flatten)]
        report: ReportArgs,
    },
}

/// `gleaner extract`.
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// A URL, which is fetched; or HTML, Markdown, text, mail, MHTML or DOCX, optionally compressed with gzip or zstd [default: standard input]
    #[arg(value_name = "FILE|URL", conflicts_with = "batch", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Extract every page listed in MANIFEST (JSON Lines of {"id", "url", "file"}); print one line each, in order
    #[arg(long, value_name = "MANIFEST", conflicts_with_all = ["format", "url"], value_hint = ValueHint::FilePath)]
    pub batch: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ExtractFormat::Text)]
    pub format: ExtractFormat,
    /// The same as `--format json`; `--batch` prints JSON anyway
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// List the removals: in the JSON with `--batch` and `--format json`, otherwise on standard error
    #[arg(long)]
    pub explain: bool,
    /// The page's URL, if known
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub url: Option<String>,
    /// Where it is unsure whether a block belongs to the story, rather drop it [default: `page.favour` in config.toml]
    #[arg(long, conflicts_with = "recall")]
    pub precision: bool,
    /// Where it is unsure whether a block belongs to the story, rather keep it
    #[arg(long)]
    pub recall: bool,
    /// Add the story's links: `links` in JSON; resolved by `<base>` or the declared URL where links are kept anyway. Text has none
    #[arg(long)]
    pub links: bool,
    /// Add the story's images with their alternative text: `images` in JSON, elements in other formats. Text has none
    #[arg(long)]
    pub images: bool,
    /// Add the readers' comments as a section of their own: `comments` in JSON
    #[arg(long, overrides_with = "no_comments")]
    pub comments: bool,
    /// Leave the readers' comments out [default]
    #[arg(long, overrides_with = "comments")]
    pub no_comments: bool,
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
    /// TEI P5
    Tei,
    /// Trafilatura's elements
    Xml,
    /// A row of column names and one of values, as `gleaner export` writes them
    Csv,
}

/// `gleaner explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Files, URLs, or the first digits of document ids (at least four)
    #[arg(value_name = "FILE|URL|ID", required = true, value_hint = ValueHint::AnyPath)]
    pub targets: Vec<OsString>,
    /// The page's URL, if it is a file and the URL is known
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub url: Option<String>,
    /// Show the metadata instead: every candidate for each field, with its origin and confidence
    #[arg(long)]
    pub metadata: bool,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The first digits of each document id (at least four), or its file or URL
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<OsString>,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner related`.
#[derive(Debug, Args)]
pub struct RelatedArgs {
    /// The first digits of each document id (at least four), or its file or URL
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<OsString>,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Corpus root [default: --root, or the current folder]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell to complete for
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `gleaner man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for gleaner and for each command to this folder instead
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub report: ReportArgs,
}

#[cfg(test)]
mod tests {
    #[test]
    fn clap_accepts_the_command_definitions() {
        super::command().debug_assert();
    }

    /// A new command cannot forget the option.
    #[test]
    fn every_command_takes_json() {
        let mut open: Vec<clap::Command> = super::command().get_subcommands().cloned().collect();
        while let Some(command) = open.pop() {
            open.extend(command.get_subcommands().cloned());
            let acts = !command.has_subcommands() && !command.is_hide_set();
            let has_json = command.get_arguments().any(|arg| arg.get_long() == Some("json"));
            assert!(has_json || !acts, "`gleaner {}` has no `--json`: flatten ReportArgs", command.get_name());
        }
    }
}
