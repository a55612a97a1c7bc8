//! What every run needs: settings, layout, rules, clock. And why a run as a whole can fail.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use super::stop::StopRequest;
use crate::clock::Clock;
use crate::config::rules_dir;
use crate::config::{Config, Loaded};
use crate::fetch::{CAN_RENDER, FetchEnvironment, Fetcher, Logins, Render, Sessions};
use crate::queue::{self, PollBounds};
use crate::store::{self, Cleaner, Layout, Lock};
use crate::{fetch, ingest};
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::label;
use gleaner_extract::rules::RuleSet;

/// What every run needs.
pub struct Setup {
    /// The settings.
    pub config: Config,
    /// Where the corpus keeps its files.
    pub layout: Layout,
    /// The rules, built in and the user's.
    pub rules: RuleSet,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Threads for extraction, at least 1.
    pub jobs: usize,
    /// Ends a run early, when asked to.
    pub stop: StopRequest,
    /// User names and passwords that the user gave in URLs, in the configuration or elsewhere.
    pub logins: Logins,
    /// The corpus's lock, if it was taken early.
    lock: Mutex<Option<Lock>>,
}

impl Setup {
    /// Reads the rules and settles layout and threads. Touches no corpus.
    pub fn new(loaded: Loaded, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let rules = rules_dir::read(&loaded.rule_folders());
        let layout = loaded.layout();
        let jobs = loaded.config.threads();
        let (config, logins) = (loaded.config, Logins::default());
        config.source.iter().flat_map(|source| &source.logins).for_each(|login| logins.add(login.clone()));
        if let Some(Ok(archive)) = config.fetch.fallback.as_deref().map(Url::parse) {
            logins.split(archive);
        }
        let rules = rules.map_err(Error::Rules)?;
        Ok(Self { rules, layout, jobs, clock, config, logins, stop: StopRequest::default(), lock: Mutex::default() })
    }

    /// [`Setup::new`] for a command that writes to the configured corpus: takes the lock first, so that a second run fails before it has
    /// read a single rule.
    pub fn locked(loaded: Loaded, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let lock = Lock::take(&loaded.layout())?;
        let setup = Self::new(loaded, clock)?;
        Ok(Self { lock: Mutex::new(Some(lock)), ..setup })
    }

    /// The lock of the corpus: taken now, unless it was taken early.
    pub fn take_lock(&self) -> Result<Lock, Error> {
        let early = self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        early.map_or_else(|| Ok(Lock::take(&self.layout)?), Ok)
    }

    /// Takes the lock now, for the next run with this setup: what is looked at until then stays as it is.
    pub fn hold_lock(&self) -> Result<(), Error> {
        self.keep(self.take_lock()?);
        Ok(())
    }

    /// The same for a run of a moment, such as one that stores a single page: another that begins meanwhile waits for it.
    pub fn hold_lock_briefly(&self) -> Result<(), Error> {
        self.keep(Lock::take_briefly(&self.layout)?);
        Ok(())
    }

    /// Does something under the lock, and keeps it for the next run with this setup.
    pub fn under_lock<T, E: From<Error>>(&self, work: impl FnOnce(&Lock) -> Result<T, E>) -> Result<T, E> {
        let lock = self.take_lock()?;
        let done = work(&lock)?;
        self.keep(lock);
        Ok(done)
    }

    fn keep(&self, lock: Lock) {
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(lock);
    }

    /// The same with another number of threads (at least 1).
    pub fn with_jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs.max(1);
        self
    }

    /// The same with clean text in another folder, which then holds index, lock and journals too.
    pub fn with_output(mut self, out: &std::path::Path) -> Self {
        self.layout = self.layout.with_output(out);
        // Another folder has a lock of its own.
        self.lock = Mutex::default();
        self
    }

    /// A fetcher as configured, with the sessions of its sites.
    pub fn fetcher(&self) -> Result<Fetcher, Error> {
        let sessions = Sessions::read(&self.config.session, &self.layout.root).map_err(|error| Error::Fetch(error.into()))?;
        if let Some(source) = self.config.source.iter().find(|source| source.render != Render::Never && !CAN_RENDER) {
            return Err(Error::NoBrowser(format!("the pages of the source `{}`", source.name)));
        }
        let render = self.config.render.clone();
        let logins = self.logins.clone();
        let environment = FetchEnvironment { sessions, logins, render, ..FetchEnvironment::new(Arc::clone(&self.clock)) };
        Fetcher::within(&self.config.fetch, environment).map_err(Error::Fetch)
    }

    /// Whether the pages of this source are opened in a browser.
    pub fn render_of(&self, source: &str) -> Render {
        let source = self.config.source.iter().find(|known| known.name == source);
        source.map_or(Render::Never, |source| source.render)
    }

    /// How often a feed, sitemap or front page may be polled.
    pub fn poll_bounds(&self) -> PollBounds {
        PollBounds { min_s: self.config.queue.min_interval_s, max_s: self.config.queue.max_interval_s }
    }

    /// The stamp of everything that shapes clean text.
    pub fn cleaner(&self) -> Cleaner {
        Cleaner {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: label::model_name(),
            rules: self.rules.hash(),
            config: self.config.text_hash(),
        }
    }
}

/// Why a run as a whole failed. One bad page is never an error but an outcome.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules could not be read.
    #[error(transparent)]
    Rules(rules_dir::Error),
    /// The corpus could not be locked, read or written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// No page can be fetched at all.
    #[error(transparent)]
    Fetch(fetch::Error),
    /// The queue could not be read or written.
    #[error(transparent)]
    Queue(#[from] queue::Error),
    /// The one input could not be read.
    #[error(transparent)]
    Ingest(#[from] ingest::Error),
    /// The one page could not be parsed.
    #[error("{error} ({source_name})")]
    Page {
        /// The page.
        source_name: String,
        /// What is wrong with it.
        error: String,
        /// What the user can do.
        hint: &'static str,
    },
    /// Not a file, URL or document.
    #[error("find {0}: no such file, URL or document")]
    Unknown(String),
    /// Input or output of the command itself.
    #[error("{action} {path}: {source}", path = path_text(path))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The name of an output file does not say how it is to be written.
    #[error("write {}: the end of its name is none of {}", path_text(path), known.join(", "))]
    OutputName {
        /// The file.
        path: PathBuf,
        /// The ends of names that say so.
        known: Vec<String>,
    },
    /// `clean` has nothing to do.
    #[error("clean {}: there is no such folder", path_text(.0))]
    NoRaw(PathBuf),
    /// There are too few pages of a site.
    #[error("find pages of {site}: {found} can be read, and {needed} are needed")]
    TooFewPages {
        /// The site.
        site: String,
        /// How many there are.
        found: usize,
        /// How many there must be.
        needed: usize,
    },
    /// A site has no rules.
    #[error("find rules for {0}: there are none")]
    NoSiteRules(String),
    /// `run` has nothing to do.
    #[error("run: config.toml names no sources")]
    NoSources,
    /// No source has this name or tag.
    #[error("run {0}: no source has this name or tag")]
    NoSuchSource(String),
    /// There is no such run.
    #[error("undo the run {0}: log/ has no journal of this name")]
    NoSuchRun(String),
    /// No run has this name.
    #[error("find the run {0}: log/ has no journal of this name")]
    NoJournal(String),
    /// A format of many files was to be written to standard output.
    #[error("write a folder to standard output")]
    FolderToStream,
    /// There is no record of what the run rewrote.
    #[error("undo the run {0}: there is no record of the documents that it rewrote")]
    NoUndo(String),
    /// Rendering was requested, but gleaner was built without a browser.
    #[error("open {0} in a browser: this gleaner was built without one")]
    NoBrowser(String),
    /// No threads.
    #[error("start threads: {0}")]
    Threads(String),
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Rules(_) => Some("`gleaner rules check` names each mistake".to_owned()),
            Self::Store(error) => error.hint().map(str::to_owned),
            Self::Fetch(error) => error.hint().map(str::to_owned),
            Self::Queue(error) => Some(error.hint().to_owned()),
            Self::Ingest(error) => Some(error.hint().to_owned()),
            Self::Page { hint, .. } => Some((*hint).to_owned()),
            Self::Unknown(_) => Some("give a path, an http(s) URL, or the first digits of a document's id".to_owned()),
            Self::NoRaw(_) => Some("start a corpus with `gleaner init`, or name the files to clean".to_owned()),
            Self::TooFewPages { .. } => Some(
                "`gleaner status` lists the sites of the corpus; name one by its host, such as www.example.com, and fetch more of it"
                    .to_owned(),
            ),
            Self::NoSiteRules(_) => Some("name a file with `--rules`; `gleaner rules suggest` writes one".to_owned()),
            Self::NoSources => Some("add a `[[source]]` table to config.toml, or pass URLs to `gleaner ingest`".to_owned()),
            Self::NoSuchSource(_) => Some("`gleaner sources list` shows names and tags".to_owned()),
            Self::NoSuchRun(_) => Some("`gleaner rollback` lists the runs that can be undone".to_owned()),
            Self::NoJournal(_) => {
                Some("name one as its file in log/ is named, without `.jsonl`; `gleaner prune` may have removed it".to_owned())
            }
            Self::FolderToStream => Some("name a folder with `--output`".to_owned()),
            Self::NoUndo(_) => Some(
                "runs of earlier versions of gleaner left none; `gleaner history ID` lists the earlier texts of a document"
                    .to_owned(),
            ),
            Self::NoBrowser(_) => Some(
                "install gleaner with `--features browser`, or drop `--render` and the sources' `render` in config.toml"
                    .to_owned(),
            ),
            Self::OutputName { known, .. } => {
                Some(format!("name it `….{}`, or give `-` for standard output", known.first().map_or("", |end| end.trim_start_matches('.'))))
            }
            Self::Io { .. } => None,
            Self::Threads(_) => Some("ask for fewer with `--jobs`".to_owned()),
        }
    }

    /// True if the command or the configuration must be changed, so that trying again is of no use.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Rules(_)
                | Self::Unknown(_)
                | Self::OutputName { .. }
                | Self::NoRaw(_)
                | Self::TooFewPages { .. }
                | Self::NoSiteRules(_)
                | Self::NoSources
                | Self::NoSuchSource(_)
                | Self::NoSuchRun(_)
                | Self::NoJournal(_)
                | Self::FolderToStream
                | Self::NoUndo(_)
                | Self::NoBrowser(_)
                | Self::Fetch(fetch::Error::Setup(_) | fetch::Error::Session(_))
        )
    }

    /// True if another run holds the lock.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Store(store::Error::Locked { .. }))
    }
}
