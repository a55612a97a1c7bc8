//! What every command needs: configuration, setup, clock, and a report of its run.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gleaner::clock::{Clock, FixedClock, SystemClock};
use gleaner::config::{self, Loaded, corpus_root};
use gleaner::engine::{RunReport, Setup};
use gleaner::store::reader::StoredDocument;
use gleaner::store::{self, CorpusReader};
use gleaner_extract::base::printable::escape_line;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::{hide_invalid_login, without_login};
use serde::Serialize;

use crate::args::{GlobalArgs, JobsArgs, ReportArgs, Verbosity};
use crate::exit::{Exit, Failure, print_message};
use crate::print::{self, progress::ProgressReporter, style::Style};
use gleaner_extract::base::path_text::path_text;

/// The global options, and what every command derives from them.
pub struct Context {
    pub global: GlobalArgs,
}

impl Context {
    /// Reads the configuration and determines the corpus root.
    pub fn load(&self) -> Result<Loaded, Failure> {
        let Place { config, root, .. } = self.place();
        if let Some(root) = root.as_deref().filter(|root| !root.is_dir()) {
            let hint = "check the path, or create a corpus with `gleaner init DIR`";
            return Err(Failure::usage(format!("open the corpus root {}: no such folder", path_text(root)), hint));
        }
        let mut loaded = config::load(config.as_deref(), root.as_deref().unwrap_or(Path::new(".")))?;
        if let Some(root) = root {
            loaded.root = root;
        }
        match &loaded.path {
            Some(path) => tracing::info!("configuration {}, corpus root {}", path_text(path), path_text(&loaded.root)),
            None => tracing::info!("no configuration file, corpus root {}", path_text(&loaded.root)),
        }
        Ok(loaded)
    }

    /// The same for a command that looks for what is wrong: the defaults if the configuration cannot be used, and why it cannot.
    pub fn load_or_default(&self) -> (Loaded, Option<config::Error>) {
        let Place { config: named, root, .. } = self.place();
        let folder = root.clone().unwrap_or_else(|| PathBuf::from("."));
        let (mut loaded, error) = match config::load(named.as_deref(), &folder) {
            Ok(loaded) => (loaded, None),
            Err(error) => {
                let beside = named.as_deref().and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
                let root = beside.map_or(folder, Path::to_path_buf);
                (Loaded { config: config::Config::default(), path: None, root }, Some(error))
            }
        };
        if let Some(root) = root {
            loaded.root = root;
        }
        (loaded, error)
    }

    /// The same for a command that reads a corpus: an error if there is none.
    pub fn corpus(&self) -> Result<Loaded, Failure> {
        let loaded = self.load()?;
        if !loaded.layout().exists() {
            return Err(store::Error::NoCorpus { path: loaded.root }.into());
        }
        Ok(loaded)
    }

    /// Opens the corpus to read, and finds the document that the user named; `action` is what is done with it.
    pub fn document(&self, action: &str, id: &OsStr) -> Result<(CorpusReader, StoredDocument), Failure> {
        let reader = CorpusReader::open(&self.corpus()?.layout())?;
        let document = find(&reader, action, id)?;
        Ok((reader, document))
    }

    /// Opens the corpus to read, and calls a function with each document that the user named, in order. All are found before the first call. Where there
    /// are several, a line with the name of each is printed before it, unless JSON is.
    pub fn documents(
        &self,
        action: &str,
        ids: &[OsString],
        report: ReportArgs,
        mut print: impl FnMut(&CorpusReader, &StoredDocument) -> Result<Exit, Failure>,
    ) -> Result<Exit, Failure> {
        let reader = CorpusReader::open(&self.corpus()?.layout())?;
        if let [id] = ids {
            return print(&reader, &find(&reader, action, id)?);
        }
        ids.iter().try_for_each(|id| find(&reader, action, id).map(drop))?;
        let mut exit = Exit::Done;
        for (at, id) in ids.iter().enumerate() {
            let document = find(&reader, action, id)?;
            if !report.json {
                let title = document.sidecar.title.as_ref().map_or("(no title)", |title| title.value.as_str());
                let id: String = document.sidecar.id.to_string().chars().take(8).collect();
                let space = if at > 0 { "\n" } else { "" };
                print::out(&format!("{space}==> {id}  {} <==\n", escape_line(title)))?;
            }
            let one = print(&reader, &document)?;
            if one != Exit::Done {
                exit = one;
            }
        }
        Ok(exit)
    }

    /// An error unless the user named a corpus root, or the current folder belongs to a corpus: a command that adds to a corpus does not
    /// create one by accident.
    pub fn expect_root(&self, command: &str) -> Result<(), Failure> {
        if self.place().is_corpus {
            return Ok(());
        }
        let hint = "create a corpus here with `gleaner init`, or name its folder with `--root DIR`";
        Err(Failure::usage(format!("{command}: the current folder does not belong to a corpus"), hint))
    }

    /// The corpus root that the user named.
    pub fn named_root(&self) -> Option<PathBuf> {
        self.named().1
    }

    /// The configuration and the corpus root that the user named: on the command line, or if neither is, in the environment.
    fn named(&self) -> (Option<PathBuf>, Option<PathBuf>) {
        let GlobalArgs { config, root, .. } = &self.global;
        if config.is_some() || root.is_some() {
            return (config.clone(), root.clone());
        }
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        (variable("GLEANER_CONFIG"), variable("GLEANER_ROOT"))
    }

    /// Where the user says that the corpus is, else where the current folder does.
    fn place(&self) -> Place {
        let (config, root) = self.named();
        if config.is_some() || root.is_some() {
            return Place { config, root, is_corpus: true };
        }
        let here = std::env::current_dir().ok();
        let found = here.as_deref().and_then(corpus_root::find);
        let is_corpus = found.is_some() || Path::new("raw").is_dir();
        Place { config, root: found.filter(|root| Some(root) != here.as_ref()), is_corpus }
    }

    /// Loads the configuration, the rules and the clock.
    pub fn setup(&self, jobs: JobsArgs) -> Result<Setup, Failure> {
        Ok(with_jobs(Setup::new(self.load()?, clock()?)?, jobs))
    }

    /// Prints data for other programs: as JSON, or as `text` as it is.
    pub fn data(&self, report: ReportArgs, value: &impl Serialize, text: &str) -> Result<Exit, Failure> {
        if report.json {
            print::json::print(value)?
        } else {
            print::out_bytes(text.as_bytes())?
        }
        Ok(Exit::Done)
    }

    /// Prints what a command is asked for: as JSON, or as `text` for people.
    pub fn listing(&self, report: ReportArgs, value: &impl Serialize, text: &str) -> Result<Exit, Failure> {
        if report.json {
            print::json::print(value)?
        } else {
            print::out(text)?
        }
        Ok(Exit::Done)
    }

    /// Prints what a command has done: as JSON, or as `text` unless `--quiet` asks for nothing.
    pub fn message(&self, report: ReportArgs, value: &impl Serialize, text: &str) -> Result<Exit, Failure> {
        if report.json || self.global.verbosity() > Verbosity::Quiet {
            self.listing(report, value, text)?;
        }
        Ok(Exit::Done)
    }

    /// Prints a remark on the data to standard error, unless `--quiet` asks for nothing.
    pub fn note(&self, text: &str) {
        if self.global.verbosity() > Verbosity::Quiet {
            print::err(text);
        }
    }

    pub fn style(&self) -> Style {
        Style::stdout(self.global.color)
    }

    /// Performs a run with a progress bar, then prints its report: one line, or JSON.
    pub fn report(
        &self,
        report: ReportArgs,
        run: impl FnOnce(&ProgressReporter) -> Result<RunReport, gleaner::engine::Error>,
    ) -> Result<Exit, Failure> {
        self.report_as(report, print::human::summary, run)
    }

    /// The same with another text than the one line.
    pub fn report_as(
        &self,
        report: ReportArgs,
        text: impl FnOnce(&RunReport) -> String,
        run: impl FnOnce(&ProgressReporter) -> Result<RunReport, gleaner::engine::Error>,
    ) -> Result<Exit, Failure> {
        self.report_with(ProgressReporter::new(self.global.verbosity(), self.style()), report, text, run)
    }

    /// The same with another way to report progress.
    pub fn report_with(
        &self,
        reporter: ProgressReporter,
        report: ReportArgs,
        text: impl FnOnce(&RunReport) -> String,
        run: impl FnOnce(&ProgressReporter) -> Result<RunReport, gleaner::engine::Error>,
    ) -> Result<Exit, Failure> {
        let result = run(&reporter);
        reporter.finish()?;
        let run_report = result?;
        self.message(report, &run_report, &text(&run_report))?;
        self.note(&print::sources::still_failing(&run_report.failing));
        self.note(&print::search::watched(&run_report.watched));
        if let Some(near) = &run_report.near_limit {
            self.note(&format!("warning: {near}\nhint: {}\n", near.advice()));
        }
        // With `--quiet` too: each is told once, and cron is to send a mail.
        print::err(&print::health::news(&run_report.drifted));
        match &run_report.reclean {
            Some(reclean) if reclean.stopped => {
                print_message("failed to ", &print::reclean::stopped(reclean), Some(print::reclean::HINT));
            }
            Some(reclean) if run_report.dry_run && !reclean.excess.is_empty() => self.note(&print::reclean::would_stop(reclean)),
            _ => {}
        }
        Ok(Exit::of_run(&run_report))
    }
}

/// The document that the user names; `action` is what was to be done with it.
pub fn find(reader: &CorpusReader, action: &str, id: &OsStr) -> Result<StoredDocument, Failure> {
    reader.find(id)?.ok_or_else(|| {
        let hint = "give the first digits of the id as in the file name, the source file, or the URL";
        Failure::usage(format!("{action} {}: no such document", path_text(Path::new(id))), hint)
    })
}

/// Where a corpus is.
struct Place {
    config: Option<PathBuf>,
    /// `None` for the current folder, or for the folder of the configuration.
    root: Option<PathBuf>,
    /// Whether the user named it, or it has the marks of a corpus.
    is_corpus: bool,
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

/// The URL of a page, as `--url` gives it, without login: it is not requested.
pub fn parse_url(text: &str) -> Result<url::Url, Failure> {
    let hint = "give an absolute URL, such as https://www.example.com/story";
    let invalid = |error| Failure::usage(format!("parse the URL {}: {error}", hide_invalid_login(text)), hint);
    url::Url::parse(text).map(without_login).map_err(invalid)
}

/// The absolute path with symbolic links resolved, for schedules, which run in any folder.
pub fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    path.canonicalize().map_err(|error| Failure::io("find", &path_text(path), &error))
}
