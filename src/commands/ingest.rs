//! `ingest`: URLs, lists, files and folders in any mixture: fetched, kept raw, cleaned and stored.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use gleaner_extract::document::Origin;
use url::Url;

use super::clean::{files as tasks_of_path, tasks_of_files, walk};
use crate::discover::{self, BodyKind};
use crate::engine::archives::stream;
use crate::engine::crawl::poll::{ExpectedKind, Source};
use crate::engine::options::{Again, EngineOptions, PollScope};
use crate::engine::refusal;
use crate::engine::task::{Task, Tasks, one};
use crate::engine::{self, Error, Progress, RunReport, Setup};
use crate::fetch::{CAN_RENDER, Render};
use crate::files;
use crate::ingest::{self, list::ListLines, walk::FileList};
use crate::outcome::{Outcome, Stage};

/// One thing to ingest, as the user named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IngestInput {
    /// A URL, as written. One that is malformed is an outcome, not an error.
    Url(String),
    /// The URL of a source of pages: a front page, a feed, a sitemap, an OPML list.
    Source(String),
    /// A file or folder.
    Path(PathBuf),
    /// A file with one URL or path a line; empty lines and lines that start with `#` are skipped.
    List(PathBuf),
    /// Standard input: a list, or a web archive.
    Stdin,
}

impl IngestInput {
    /// From a command-line argument: `-` is standard input, what starts with a scheme (`https://…`) a URL, all else a path.
    pub fn from_arg(arg: impl AsRef<OsStr>) -> Self {
        let arg = arg.as_ref();
        match url_text(arg) {
            _ if arg == "-" => Self::Stdin,
            Some(url) => Self::Url(url),
            None => Self::Path(files::as_written(arg.into())),
        }
    }
}

/// The text, if it starts like a URL: letters, then `://`.
fn url_text(text: &OsStr) -> Option<String> {
    let text = text.to_string_lossy();
    let is_scheme = |scheme: &str| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    text.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme)).then(|| text.into_owned())
}

/// How inputs are ingested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IngestOptions {
    /// Whether the pages at URLs are opened in a browser.
    pub render: Render,
}

/// Ingests the inputs, in their order. `Err` only if the run as a whole failed (the lock, the store, no network at all).
pub fn ingest(
    setup: &Setup,
    inputs: &[IngestInput],
    options: IngestOptions,
    progress: &dyn Progress,
) -> Result<RunReport, Error> {
    if options.render != Render::Never && !CAN_RENDER {
        return Err(Error::NoBrowser("URLs".to_owned()));
    }
    let mut seen = 0;
    // Folders are listed before the first page is requested: what the run itself keeps under raw/ is not one of its inputs.
    let listed: Vec<Option<FileList>> = inputs.iter().map(|input| files_of(setup, input)).collect();
    let tasks = inputs.iter().zip(listed).flat_map(|(input, listed)| match listed {
        Some(listed) => Box::new(tasks_of_files(setup, listed, Again::Changed)),
        None => tasks_of(setup, input),
    });
    let mut tasks = tasks.inspect(|_| {
        seen += 1;
        progress.total(seen);
    });
    let how = EngineOptions { poll: PollScope::All, render: options.render, ..EngineOptions::default() };
    engine::run(setup, how, &mut tasks, progress)
}

/// The files of an input that is a file or folder.
fn files_of(setup: &Setup, input: &IngestInput) -> Option<FileList> {
    match input {
        IngestInput::Path(path) => Some(FileList::collect(walk(setup, vec![path.clone()]))),
        _ => None,
    }
}

/// The tasks of an input.
pub(super) fn tasks_of<'a>(setup: &'a Setup, input: &IngestInput) -> Tasks<'a> {
    match input {
        IngestInput::Url(text) => one(url_task(text)),
        IngestInput::Source(text) => one(match url_task(text) {
            Task::Url(url) => Task::Poll(Box::new(Source::new(url, ExpectedKind::Any, "", setup.poll_bounds()))),
            task => task,
        }),
        IngestInput::Path(path) => Box::new(tasks_of_path(setup, path.clone())),
        IngestInput::Stdin => match stream(std::io::stdin().lock(), setup.config.page.max_bytes) {
            Ok(pages) => pages,
            Err(list) => or_failed(Path::new("<stdin>"), entries(setup, Box::new(list), Path::new("<stdin>"), PathBuf::new())),
        },
        IngestInput::List(path) => or_failed(path, list(setup, path, files::open_named(path))),
    }
}

/// The entries of a list that was opened, or why it cannot be read.
pub(super) fn list<'a>(setup: &'a Setup, path: &Path, opened: io::Result<File>) -> Result<Tasks<'a>, Outcome> {
    let file = opened.map_err(|source| unreadable(path, source))?;
    // A pipe is nowhere: its paths are relative to the current folder, as those from standard input.
    let parent = path.parent().filter(|_| !files::is_stream(path));
    entries(setup, Box::new(BufReader::new(file)), path, parent.unwrap_or(Path::new("")).to_path_buf())
}

/// The entries of a list; paths in it are relative to `folder`. Something else is refused before each of its lines is taken for a path.
fn entries<'a>(setup: &'a Setup, mut reader: Box<dyn BufRead>, list: &Path, folder: PathBuf) -> Result<Tasks<'a>, Outcome> {
    let head = reader.fill_buf().map_err(|source| unreadable(list, source))?;
    let found = BodyKind::of(head, None);
    if !matches!(found, BodyKind::Empty | BodyKind::Urls | BodyKind::Text) {
        let hint = "a list has one URL or path per line; `gleaner ingest` takes pages and archives without `--list`";
        let error = discover::Error::WrongKind { expected: "a list of URLs", found: Some(found) };
        return Err(not_a_list(list, &error, hint));
    }
    let list = list.to_path_buf();
    Ok(Box::new(ListLines::new(reader).flat_map(move |line| -> Tasks<'a> {
        match line {
            Ok(line) => match url_text(&line) {
                Some(url) => one(url_task(&url)),
                None => Box::new(tasks_of_path(setup, files::as_written(folder.join(line)))),
            },
            Err(error) => one(Task::Settled(Origin::File(list.clone()), unreadable(&list, error))),
        }
    })))
}

fn not_a_list(path: &Path, error: &discover::Error, hint: &str) -> Outcome {
    Outcome::Failed { stage: Stage::Read, error: format!("{error} ({})", path.display()), hint: Some(hint.to_owned()) }
}

fn or_failed<'a>(path: &Path, tasks: Result<Tasks<'a>, Outcome>) -> Tasks<'a> {
    tasks.unwrap_or_else(|outcome| one(Task::Settled(Origin::File(path.to_path_buf()), outcome)))
}

fn url_task(text: &str) -> Task {
    match Url::parse(text) {
        Ok(url) => Task::Url(url),
        // Not a URL, then: what was written is all there is to name it by.
        Err(error) => Task::Settled(
            Origin::File(PathBuf::from(text)),
            Outcome::Failed {
                stage: Stage::Fetch,
                error: format!("read the URL {text}: {error}"),
                hint: Some("write URLs in full, such as https://www.example.com/story".to_owned()),
            },
        ),
    }
}

fn unreadable(path: &Path, source: std::io::Error) -> Outcome {
    refusal::of_read_error(&ingest::Error::Io { path: path.to_path_buf(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_classified() {
        assert_eq!(IngestInput::from_arg("-"), IngestInput::Stdin);
        assert_eq!(IngestInput::from_arg("HTTPS://a.example"), IngestInput::Url("HTTPS://a.example".into()));
        assert_eq!(IngestInput::from_arg("ftp://a.example/x"), IngestInput::Url("ftp://a.example/x".into()));
        for path in ["raw/x.html", "./a://b", "www.example.com", "://x"] {
            assert_eq!(IngestInput::from_arg(path), IngestInput::Path(path.into()), "{path}");
        }
    }

    #[test]
    fn a_malformed_url_is_an_outcome() {
        assert!(matches!(url_task("https://a b/"), Task::Settled(_, Outcome::Failed { .. })));
        assert!(matches!(url_task("https://a.example/ä"), Task::Url(_)));
    }
}
