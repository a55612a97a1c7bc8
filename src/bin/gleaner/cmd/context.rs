//! What every command needs: configuration, setup, clock, and a report of its run.

use std::path::Path;
use std::sync::Arc;

use gleaner::clock::{Clock, FixedClock, SystemClock};
use gleaner::config::{self, Loaded};
use gleaner::engine::{RunReport, Setup};
use gleaner_extract::base::time::Timestamp;

use crate::args::{GlobalArgs, JobsArgs, ReportArgs, Verbosity};
use crate::exit::{Exit, Failure};
use crate::print::{self, progress::ProgressReporter, style::Style};

/// The global options, and what every command derives from them.
pub struct Context {
    pub global: GlobalArgs,
}

impl Context {
    /// Reads the configuration and determines the corpus root.
    pub fn load(&self) -> Result<Loaded, Failure> {
        if let Some(root) = self.global.root.as_deref().filter(|root| !root.is_dir()) {
            let hint = "check the path, or create a corpus with `gleaner init DIR`";
            return Err(Failure::usage(format!("open the corpus root {}: no such folder", root.display()), hint));
        }
        let root = self.global.root.as_deref();
        let mut loaded = config::load(self.global.config.as_deref(), root.unwrap_or(Path::new(".")))?;
        if let Some(root) = root {
            loaded.root = root.to_path_buf();
        }
        Ok(loaded)
    }

    /// Loads the configuration, the rules and the clock.
    pub fn setup(&self, jobs: JobsArgs) -> Result<Setup, Failure> {
        Ok(with_jobs(Setup::new(self.load()?, clock()?)?, jobs))
    }

    pub fn style(&self) -> Style {
        Style::stdout(self.global.color)
    }

    /// Performs a run with a progress bar, then prints its report.
    pub fn report(
        &self,
        report: ReportArgs,
        run: impl FnOnce(&ProgressReporter) -> Result<RunReport, gleaner::engine::Error>,
    ) -> Result<Exit, Failure> {
        let verbosity = self.global.verbosity();
        let reporter = ProgressReporter::new(verbosity, self.style());
        let result = run(&reporter);
        reporter.finish()?;
        let run_report = result?;
        if report.json {
            print::json::print(&run_report)?;
        } else if verbosity > Verbosity::Quiet {
            print::out(&print::human::summary(&run_report))?;
        }
        Ok(if run_report.failed > 0 { Exit::SomeFailed } else { Exit::Done })
    }
}

/// Applies `--jobs`.
pub fn with_jobs(setup: Setup, jobs: JobsArgs) -> Setup {
    match jobs.jobs {
        Some(jobs) => setup.with_jobs(jobs.into()),
        None => setup,
    }
}

/// The system clock, or the fixed time in `SOURCE_DATE_EPOCH` (<https://reproducible-builds.org/specs/source-date-epoch/>), which
/// makes a run reproducible byte for byte.
pub fn clock() -> Result<Arc<dyn Clock>, Failure> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(Arc::new(SystemClock)) };
    let seconds = text.to_str().and_then(|text| text.parse().ok());
    let invalid =
        || Failure::usage("read SOURCE_DATE_EPOCH: not a number of seconds", "unset it, or set it to seconds since 1970");
    Ok(Arc::new(FixedClock(Timestamp::from_unix(seconds.ok_or_else(invalid)?))))
}

/// The URL of a page, as `--url` gives it.
pub fn parse_url(text: &str) -> Result<url::Url, Failure> {
    let hint = "give an absolute URL, such as https://www.example.com/story";
    url::Url::parse(text).map_err(|error| Failure::usage(format!("parse the URL {text}: {error}"), hint))
}

/// The absolute path with symbolic links resolved, for schedules, which run in any folder.
pub fn absolute(path: &Path) -> Result<std::path::PathBuf, Failure> {
    path.canonicalize().map_err(|error| Failure::io("find", &path.display().to_string(), &error))
}
