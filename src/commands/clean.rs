//! `clean`: every file below the given paths becomes clean text, unless it is already. Without paths, that is what lies in the drop folder and below `raw/`.
//!
//! Where another cleaner than before cleans documents again, a survey works out first what that takes from each site. More than the configuration
//! allows ends the command before anything is written.

use std::path::PathBuf;

use super::dropped::Dropped;
use super::file_tasks::{tasks_of_files, walk};
use super::notified::notified;
use crate::engine::options::{Again, Diff, EngineOptions, Mode, Survey};
use crate::engine::task::Task;
use crate::engine::{self, Error, Event, Progress, RunReport, Setup};
use crate::files;
use crate::ingest::archive::columns::Columns;
use crate::ingest::walk::FileList;
use crate::reclean::RecleanReport;
use crate::store::{CorpusReader, KnownSites, reindex};

/// What to clean and how. Threads and output folder are the [`Setup`]'s.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanOptions {
    /// Files and folders; empty means the corpus's raw folder.
    pub paths: Vec<PathBuf>,
    /// What is cleaned again.
    pub again: Again,
    /// Whether it writes.
    pub mode: Mode,
    /// Whether [`crate::engine::Event::diff`] is filled.
    pub diff: Diff,
    /// What is done if cleaning again would lose too many words.
    pub loss: Loss,
    /// The columns of tables of pages, where they have unusual names.
    pub columns: Columns,
}

/// What is done if cleaning again would lose more of a site's words than the configuration allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loss {
    /// Nothing is written, and the report says so.
    #[default]
    Stop,
    /// It is accepted.
    Accept,
}

/// Cleans files. `Err` only if the run as a whole failed (the lock, the store).
pub fn clean(setup: &Setup, options: &CleanOptions, progress: &dyn Progress) -> Result<RunReport, Error> {
    let takes_dropped = options.paths.is_empty() && options.mode == Mode::Write;
    let dropped = if takes_dropped { Dropped::take(setup)? } else { Dropped::default() };
    let paths = match options.paths.as_slice() {
        [] if !setup.layout.raw.exists() => return Err(Error::NoRaw(setup.layout.raw.clone())),
        [] => vec![setup.layout.raw.clone()],
        paths => paths.to_vec(),
    };
    let sites = sites(setup, &paths, options, progress)?;
    let input = Input { setup, paths: &paths, columns: &options.columns, sites, dropped: &dropped };
    let how = EngineOptions { again: options.again, mode: options.mode, diff: options.diff, ..EngineOptions::default() };
    if options.mode == Mode::DryRun {
        let how = EngineOptions { survey: Survey::Count, ..how };
        let report = run(&input, how, progress)?;
        report.reclean.iter().for_each(|reclean| progress.recleaned(reclean));
        return Ok(report);
    }
    let RunReport { reclean, interrupted, seconds, .. } = survey(&input, options, progress)?.unwrap_or_default();
    if interrupted {
        return Ok(RunReport { interrupted, seconds, ..RunReport::default() });
    }
    reclean.iter().for_each(|reclean| progress.recleaned(reclean));
    if let (Loss::Stop, Some(reclean)) = (options.loss, reclean.as_ref().filter(|reclean| !reclean.excess.is_empty())) {
        let reclean = RecleanReport { stopped: true, ..RecleanReport::clone(reclean) };
        return Ok(RunReport { reclean: Some(Box::new(reclean)), seconds, ..RunReport::default() });
    }
    let report = notified(setup, "clean", options.mode, || run(&input, how, &dropped.watch(progress)))?;
    dropped.finish(&report);
    Ok(RunReport { reclean, seconds: seconds + report.seconds, ..report })
}

/// What is cleaned, and what is known of the sites.
struct Input<'a> {
    setup: &'a Setup,
    paths: &'a [PathBuf],
    columns: &'a Columns,
    /// The lines of sites; those of the last completed run if there are none.
    sites: Option<KnownSites>,
    /// What was taken from the drop folder; its files are below the raw folder by now.
    dropped: &'a Dropped,
}

/// What recurs on sites, if everything is cleaned again: it is counted over all pages before it is removed from any. What can be read only once is not counted.
fn sites(setup: &Setup, paths: &[PathBuf], options: &CleanOptions, progress: &dyn Progress) -> Result<Option<KnownSites>, Error> {
    if options.again == Again::Changed || paths.iter().any(|path| files::is_stream(path)) {
        return Ok(None);
    }
    let mut tasks = listed(setup, paths, Again::Changed, &options.columns, progress);
    engine::count_sites(setup, &mut tasks, &FirstPass(progress)).map(Some)
}

/// Works out what cleaning again changes, if another cleaner made any text, or if everything is cleaned again and compared. From then on the corpus is
/// locked.
fn survey(input: &Input<'_>, options: &CleanOptions, progress: &dyn Progress) -> Result<Option<RunReport>, Error> {
    let setup = input.setup;
    reindex::ensure(&setup.layout)?;
    let (reader, cleaner) = (CorpusReader::open(&setup.layout)?, setup.cleaner());
    let survey = match (options.again, options.diff) {
        (Again::All, Diff::Unified) => Some(Survey::Only),
        (Again::All, Diff::None) => reader.has_other_cleaner(&cleaner)?.then_some(Survey::OnlyOthers),
        (Again::Changed, _) => reader.has_text_due(&cleaner)?.then_some(Survey::OnlyOthers),
    };
    let Some(survey) = survey else { return Ok(None) };
    drop(reader);
    setup.hold_lock()?;
    let how = EngineOptions { again: options.again, mode: Mode::DryRun, survey, ..EngineOptions::default() };
    run(input, how, &FirstPass(progress)).map(Some)
}

/// The progress of a run that writes nothing: how far it is, but no outcomes, which the run that follows reports.
struct FirstPass<'a>(&'a dyn Progress);

impl Progress for FirstPass<'_> {
    fn total(&self, inputs: u64) {
        self.0.total(inputs);
    }

    fn checked(&self) {
        self.0.checked();
    }

    fn done(&self, _: Event<'_>) {
        self.0.checked();
    }
}

/// One run over the files below the paths.
fn run(input: &Input<'_>, how: EngineOptions, progress: &dyn Progress) -> Result<RunReport, Error> {
    let Input { setup, paths, columns, sites, dropped } = input;
    let posted = if how.mode == Mode::Write { dropped.others(setup) } else { Box::new(std::iter::empty()) };
    let mut tasks = listed(setup, paths, how.again, columns, progress).chain(posted);
    match sites {
        Some(sites) => engine::run_with_sites(setup, how, sites, &mut tasks, progress),
        None => engine::run(setup, how, &mut tasks, progress),
    }
}

/// The files below these paths as tasks. They are listed before the first is read, so that there is a total to show.
fn listed<'a>(
    setup: &Setup,
    paths: &[PathBuf],
    again: Again,
    columns: &Columns,
    progress: &'a dyn Progress,
) -> impl Iterator<Item = Task> + use<'a> {
    let files = FileList::collect(walk(setup, paths.to_vec()));
    let mut total = files.total();
    total.into_iter().for_each(|total| progress.total(total));
    tasks_of_files(setup, files, again, columns).inspect(move |task| {
        // How many pages an archive has is not known before it is read.
        if let (Task::FromArchive(_), Some(total)) = (task, &mut total) {
            *total += 1;
            progress.total(*total);
        }
    })
}
