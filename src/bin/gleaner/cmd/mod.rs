//! One file a command. Here: which command it is, and what every command needs.

mod clean;
mod completions;
mod explain;
mod export;
mod extract;
mod ingest;
mod init;
mod man;
#[cfg(feature = "pdf")]
mod pdf_text;
mod queue;
mod reindex;
mod rules;
mod run;
mod schedule;
mod show;
mod sources;
mod status;
mod verify;

use std::path::Path;
use std::sync::Arc;

use gleaner::clock::{Clock, FixedClock, SystemClock};
use gleaner::config::{self, Loaded};
use gleaner::pipeline::{RunReport, Setup};
use gleaner_extract::base::time::Timestamp;

use crate::args::{Cli, Command, Global, Jobs, Report, Verbosity};
use crate::exit::{Exit, Failure};
use crate::print::{self, progress::Listener, style::Style};

/// Runs the command that was asked for.
pub fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    let context = Context { global: cli.global };
    match cli.command {
        Command::Clean(args) => clean::clean(&context, args),
        Command::Ingest(args) => ingest::ingest(&context, args),
        Command::Run(args) => run::run(&context, args),
        Command::Queue(args) => queue::queue(&context, args),
        Command::Sources(args) => sources::sources(&context, args),
        Command::Schedule(args) => schedule::schedule(&context, &args),
        Command::Extract(args) => extract::extract(&context, args),
        Command::Explain(args) => explain::explain(&context, &args),
        Command::Init(args) => init::init(&context, args),
        Command::Completions(args) => completions::completions(&args),
        Command::Man => man::man(),
        #[cfg(feature = "pdf")]
        Command::PdfText => pdf_text::pdf_text(),
        Command::Rules(args) => rules::rules(&context, args),
        Command::Verify(report) => verify::verify(&context, report),
        Command::Reindex(report) => reindex::reindex(&context, report),
        Command::Status(report) => status::status(&context, report),
        Command::Export(args) => export::export(&context, &args),
        Command::Show(args) => show::show(&context, &args),
    }
}

/// The options of every command, and what follows from them.
pub struct Context {
    global: Global,
}

impl Context {
    /// The configuration, and the corpus root that it or `--root` names.
    fn load(&self) -> Result<Loaded, Failure> {
        if let Some(root) = self.global.root.as_deref().filter(|root| !root.is_dir()) {
            let hint = "create the folder, or start a corpus there with `gleaner init DIR`";
            return Err(Failure::usage(format!("use the corpus root {}: no such folder", root.display()), hint));
        }
        let root = self.global.root.as_deref();
        let mut loaded = config::load(self.global.config.as_deref(), root.unwrap_or(Path::new(".")))?;
        if let Some(root) = root {
            loaded.root = root.to_path_buf();
        }
        Ok(loaded)
    }

    /// Settings, rules and clock.
    fn setup(&self, jobs: Jobs) -> Result<Setup, Failure> {
        Ok(with_jobs(Setup::new(self.load()?, clock()?)?, jobs))
    }

    fn style(&self) -> Style {
        Style::stdout(self.global.color)
    }

    /// Does a run with a progress bar, then prints its report.
    fn report(
        &self,
        report: Report,
        run: impl FnOnce(&Listener) -> Result<RunReport, gleaner::pipeline::Error>,
    ) -> Result<Exit, Failure> {
        let verbosity = self.global.verbosity();
        let listener = Listener::new(verbosity, self.style());
        let done = run(&listener);
        listener.finish()?;
        let done = done?;
        if report.json {
            print::json::print(&done)?;
        } else if verbosity > Verbosity::Quiet {
            print::out(&print::human::summary(&done))?;
        }
        Ok(if done.failed > 0 { Exit::SomeFailed } else { Exit::Done })
    }
}

/// The setup with the number of threads that was asked for.
fn with_jobs(setup: Setup, jobs: Jobs) -> Setup {
    match jobs.jobs {
        Some(jobs) => setup.with_jobs(jobs.into()),
        None => setup,
    }
}

/// The machine's clock, or the one instant that `SOURCE_DATE_EPOCH` names (https://reproducible-builds.org/specs/source-date-epoch/),
/// for runs that must give the same bytes.
fn clock() -> Result<Arc<dyn Clock>, Failure> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(Arc::new(SystemClock)) };
    let seconds = text.to_str().and_then(|text| text.parse().ok());
    let wrong = || Failure::usage("read SOURCE_DATE_EPOCH: it is no number of seconds", "unset it, or give seconds since 1970");
    Ok(Arc::new(FixedClock(Timestamp::from_unix(seconds.ok_or_else(wrong)?))))
}

/// The address of a page, as `--url` gives it.
fn parse_url(text: &str) -> Result<url::Url, Failure> {
    let hint = "give a whole address: https://www.example.com/story";
    url::Url::parse(text).map_err(|error| Failure::usage(format!("read the address {text}: {error}"), hint))
}

/// The path as an absolute one without links, for what must hold in every folder.
fn absolute(path: &Path) -> Result<std::path::PathBuf, Failure> {
    path.canonicalize().map_err(|error| Failure::io("find", &path.display().to_string(), &error))
}
