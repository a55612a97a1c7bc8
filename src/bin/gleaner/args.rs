//! The command line as typed. What it means is settled by the commands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use gleaner::queue::UrlState;
use gleaner::schedule::Every;
use gleaner_extract::document::Category;

/// Turns the web's news into clean, deduplicated, explained text.
#[derive(Debug, Parser)]
#[command(name = "gleaner", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Configuration file [default: config.toml in the corpus root]
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Corpus root [default: the configuration file's folder, else the current folder]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub root: Option<PathBuf>,
    /// Say more on standard error; twice for debugging
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Colours in the output; auto means on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub color: When,
}

/// How much is said on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only; no summary either.
    Quiet,
    /// Errors, refusals and the summary.
    Normal,
    /// What the stages report too.
    Verbose,
    /// Everything.
    Debug,
}

impl Global {
    /// How much is to be said.
    pub fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, 1) => Verbosity::Verbose,
            (false, _) => Verbosity::Debug,
        }
    }
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Clean the files below raw/, or those named: only what changed
    Clean(Clean),
    /// Add pages by address, files, archives, folders, or lists of them
    Ingest(Ingest),
    /// One pass over all configured sources, for cron
    Run(Run),
    /// Show what is still to be fetched and what was given up, and why; try again or drop
    Queue(Queue),
    /// List the configured sources; import and export OPML
    Sources(Sources),
    /// Print, install or remove the schedule of `gleaner run`
    Schedule(Schedule),
    /// Extract one page, or a batch of them, to standard output; needs no corpus
    Extract(Extract),
    /// Show a page with every cut: what it is, which rule, why
    Explain(Explain),
    /// List, show and check the rules
    Rules(Rules),
    /// Check that every file of the corpus is whole
    Verify(Report),
    /// Build the index anew from the files
    Reindex(Report),
    /// Count what is in the corpus
    Status(Report),
    /// Print a document's clean text, or its sidecar
    Show(Show),
    /// Write fetched pages as WARC, or clean texts as lines of JSON
    Export(Export),
    /// Start a corpus: a commented config.toml, raw/ and clean/
    Init(Init),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
    /// Read a PDF from standard input and write its text as HTML: the process that `gleaner` starts for each
    #[cfg(feature = "pdf")]
    #[command(hide = true)]
    PdfText,
}

/// `gleaner clean`.
#[derive(Debug, Args)]
pub struct Clean {
    /// Files and folders [default: raw/]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Write clean text to this folder, with its own index and journal [default: clean/]
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
    /// Clean everything again, not only what changed
    #[arg(long)]
    pub all: bool,
    /// Write nothing, only say what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// Print how clean text changes, as unified diffs
    #[arg(long, conflicts_with = "json")]
    pub diff: bool,
    #[command(flatten)]
    pub jobs: Jobs,
    #[command(flatten)]
    pub report: Report,
}

/// `gleaner ingest`.
#[derive(Debug, Args)]
pub struct Ingest {
    /// Addresses, files, archives and folders; `-` reads a list or a WARC from standard input
    #[arg(value_name = "URL|FILE|DIR|-", required_unless_present = "list", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<String>,
    /// A file with one address or path a line; can be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub list: Vec<PathBuf>,
    /// The addresses are front pages: take the articles of the feed that they declare, else those that they link to
    #[arg(long)]
    pub follow: bool,
    /// Whether addresses are opened in a browser (needs a gleaner that was built with one)
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Browse::Never)]
    pub render: Browse,
    #[command(flatten)]
    pub jobs: Jobs,
    #[command(flatten)]
    pub report: Report,
}

/// Whether a page is opened in a browser.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Browse {
    /// Where it shows no text without scripts
    Auto,
    /// Each
    Always,
    /// None
    Never,
}

/// `gleaner run`.
#[derive(Debug, Args)]
pub struct Run {
    /// Only sources with this name or tag; can be repeated
    #[arg(long, value_name = "NAME|TAG")]
    pub only: Vec<String>,
    /// Look at every feed, sitemap and front page, whether its time has come or not
    #[arg(long)]
    pub now: bool,
    #[command(flatten)]
    pub jobs: Jobs,
    #[command(flatten)]
    pub report: Report,
}

/// `gleaner queue`.
#[derive(Debug, Args)]
pub struct Queue {
    #[command(subcommand)]
    pub command: QueueCommand,
}

/// What to do with the queue.
#[derive(Debug, Subcommand)]
pub enum QueueCommand {
    /// List pages, with the reason of what failed
    List {
        #[command(flatten)]
        which: Which,
        /// Most pages listed
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u64,
        #[command(flatten)]
        report: Report,
    },
    /// Show all that is known of one page
    Show {
        /// Its address, or its number in the list
        #[arg(value_name = "URL|NUMBER")]
        name: String,
        #[command(flatten)]
        report: Report,
    },
    /// Let pages that failed, were given up or are done be asked for again in the next run
    Retry(Which),
    /// Forget pages; where a source still names one it comes back
    Drop(Which),
}

/// Which pages of the queue.
#[derive(Debug, Args)]
pub struct Which {
    /// Addresses, or numbers of the list
    #[arg(value_name = "URL|NUMBER")]
    pub names: Vec<String>,
    /// Only in this state: waiting, flight, kept, done, retry or dead; can be repeated [default: all but done]
    #[arg(long, value_name = "STATE", value_parser = state)]
    pub state: Vec<UrlState>,
    /// Only of this host
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// Only named by this source
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
}

fn state(text: &str) -> Result<UrlState, String> {
    let names = || UrlState::ALL.map(UrlState::name).join(", ");
    UrlState::from_name(text).ok_or_else(|| format!("there are {}", names()))
}

/// `gleaner sources`.
#[derive(Debug, Args)]
pub struct Sources {
    #[command(subcommand)]
    pub command: SourcesCommand,
}

/// What to do with the sources.
#[derive(Debug, Subcommand)]
pub enum SourcesCommand {
    /// List the sources: kind, name, tags, place
    List,
    /// Add the feeds of an OPML file to config.toml, those that are there already left out
    Import {
        /// The OPML file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Print what would be added
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the feeds among the sources as OPML
    Export,
}

/// `gleaner schedule`.
#[derive(Debug, Args)]
pub struct Schedule {
    /// How often: 5m, 6m, 10m, 12m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h
    #[arg(long, value_name = "INTERVAL", required_unless_present = "remove")]
    pub every: Option<String>,
    /// A systemd user timer in place of a crontab line
    #[arg(long)]
    pub systemd: bool,
    /// Install it; without, it is only printed
    #[arg(long, conflicts_with = "remove")]
    pub install: bool,
    /// Remove it
    #[arg(long, conflicts_with = "every")]
    pub remove: bool,
}

impl Schedule {
    /// The interval, where one was given.
    pub fn interval(&self) -> Result<Option<Every>, gleaner::schedule::Error> {
        self.every.as_deref().map(str::parse).transpose()
    }
}

/// `gleaner extract`.
#[derive(Debug, Args)]
pub struct Extract {
    /// HTML, Markdown or text, mail, MHTML or DOCX, gzip and zstd too [default: standard input]
    #[arg(value_name = "FILE", conflicts_with = "batch", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// One JSON object a line, {"id", "url", "file"}; writes one line each, in the same order
    #[arg(long, value_name = "MANIFEST", conflicts_with_all = ["format", "url"], value_hint = ValueHint::FilePath)]
    pub batch: Option<PathBuf>,
    /// Form of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub format: Format,
    /// List the removals: in each line of --batch, in JSON, else on standard error
    #[arg(long)]
    pub explain: bool,
    /// The page's address, where it is known
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub url: Option<String>,
    #[command(flatten)]
    pub jobs: Jobs,
}

/// Forms of an extracted page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Markdown,
    Json,
    Html,
}

/// `gleaner explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// A file, an address, or the first digits of a document's id
    #[arg(value_name = "FILE|URL|ID", value_hint = ValueHint::AnyPath)]
    pub target: String,
    /// Show the metadata instead: each field with every candidate, its witness and how far it is believed
    #[arg(long)]
    pub metadata: bool,
    #[command(flatten)]
    pub report: Report,
}

/// `gleaner rules`.
#[derive(Debug, Args)]
pub struct Rules {
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// What to do with the rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List the rules: id, category, strength, why
    List {
        /// Only rules of this category
        #[arg(long, value_name = "CATEGORY", value_parser = category)]
        category: Option<Category>,
        #[command(flatten)]
        report: Report,
    },
    /// Show a rule: phrases, names, what it removes and what it keeps
    Show {
        /// The rule's id, as `gleaner explain` prints it
        #[arg(value_name = "RULE")]
        id: String,
        #[command(flatten)]
        report: Report,
    },
    /// Check each rule against its own examples
    Check {
        /// A folder of rules to check too [default: rules_dir of the configuration]
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

fn category(text: &str) -> Result<Category, String> {
    let names = || Category::ALL.iter().map(|category| category.name()).collect::<Vec<_>>().join(", ");
    text.parse().map_err(|_| format!("there are {}", names()))
}

/// `gleaner show`.
#[derive(Debug, Args)]
pub struct Show {
    /// The first digits of a document's id, at least four
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub report: Report,
}

/// `gleaner export`.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Export {
    /// Fetched pages as WARC 1.1, compressed where FILE ends in .gz; `-` is standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub warc: Option<PathBuf>,
    /// Clean texts with metadata, one JSON object a line; `-` is standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub jsonl: Option<PathBuf>,
}

/// `gleaner init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The corpus root [default: --root, else the current folder]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}

/// `gleaner completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Threads.
#[derive(Clone, Copy, Debug, Args)]
pub struct Jobs {
    /// Threads for extraction [default: jobs of the configuration, else all cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// The form of a command's answer.
#[derive(Clone, Copy, Debug, Args)]
pub struct Report {
    /// Answer with JSON on standard output
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
