//! `ingest`: URLs, lists, files and folders in any mixture: fetched, kept raw, cleaned and stored.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::url::hide_invalid_login;
use gleaner_extract::document::Origin;
use url::Url;

use super::file_tasks::{files as tasks_of_path, tasks_of_files, walk};
use super::notified::notified;
use crate::discover::{self, BodyKind};
use crate::engine::archives::stream;
use crate::engine::crawl::poll::{ExpectedKind, Source};
use crate::engine::options::{Again, EngineOptions, Mode, PollScope};
use crate::engine::refusal;
use crate::engine::task::{Task, Tasks, one};
use crate::engine::{self, Error, Progress, RunReport, Setup};
use crate::fetch::{CAN_RENDER, Render};
use crate::files;
use crate::ingest;
use crate::ingest::archive::{ArchiveOptions, columns::Columns};
use crate::ingest::list::{ListEntry, ListLines};
use crate::ingest::walk::FileList;
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
    /// Standard input: a list, or an archive.
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

/// The text, if it starts like a URL.
fn url_text(text: &OsStr) -> Option<String> {
    let text = text.to_string_lossy();
    has_scheme(&text).then(|| text.into_owned())
}

/// True if the text starts like a URL: letters, then `://`; after `http` and `https`, browsers and the URL Standard do without the slashes.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    is_web || (is_scheme && rest.starts_with("//"))
}

/// How inputs are ingested.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngestOptions {
    /// Whether the pages at URLs are opened in a browser.
    pub render: Render,
    /// The columns of tables of pages, where they have unusual names.
    pub columns: Columns,
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
        Some(listed) => Box::new(tasks_of_files(setup, listed, Again::Changed, &options.columns)),
        None => tasks_of(setup, input, &options.columns),
    });
    let mut tasks = tasks.inspect(|_| {
        seen += 1;
        progress.total(seen);
    });
    let how = EngineOptions { poll: PollScope::All, render: options.render, ..EngineOptions::default() };
    notified(setup, "ingest", Mode::Write, || engine::run(setup, how, &mut tasks, progress))
}

/// The files of an input that is a file or folder.
fn files_of(setup: &Setup, input: &IngestInput) -> Option<FileList> {
    match input {
        IngestInput::Path(path) => Some(FileList::collect(walk(setup, vec![path.clone()]))),
        _ => None,
    }
}

/// The tasks of an input.
pub(super) fn tasks_of<'a>(setup: &'a Setup, input: &IngestInput, columns: &Columns) -> Tasks<'a> {
    match input {
        IngestInput::Url(text) => one(url_task(setup, text)),
        IngestInput::Source(text) => one(match url_task(setup, text) {
            Task::Url(url) => Task::Poll(Box::new(Source::new(url, ExpectedKind::Any, "", setup.poll_bounds()))),
            task => task,
        }),
        IngestInput::Path(path) => Box::new(tasks_of_path(setup, path.clone(), columns)),
        IngestInput::Stdin => {
            let options = ArchiveOptions { max_page_bytes: setup.config.page.max_bytes, columns: columns.clone() };
            match stream(std::io::stdin(), &options) {
                Ok(pages) => pages,
                Err(list) => {
                    let (name, list) = (Path::new("<stdin>"), Box::new(BufReader::new(list)));
                    or_failed(name, entries(setup, list, name, PathBuf::new()))
                }
            }
        }
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

/// Entries by which a list is distinguished from a text.
const FIRST_ENTRIES: usize = 20;

/// What the user can do about something else than a list.
const LIST_HINT: &str = "a list has one URL or path per line; `gleaner ingest FILE` takes pages and archives, `gleaner extract` one page from standard input";

/// Characters of an entry that are shown.
const SHOWN_CHARS: usize = 80;

/// The entries of a list; paths in it are relative to `folder`. Something else is refused before each of its lines is taken for a path: a page or a
/// feed by its beginning, a text because none of its first lines is a URL or a path.
fn entries<'a>(setup: &'a Setup, mut reader: Box<dyn BufRead + 'a>, list: &Path, folder: PathBuf) -> Result<Tasks<'a>, Outcome> {
    let head = reader.fill_buf().map_err(|source| unreadable(list, source))?;
    let found = BodyKind::of(head, None);
    if !matches!(found, BodyKind::Empty | BodyKind::Urls | BodyKind::Text) {
        let error = discover::Error::WrongKind { expected: "a list of URLs", found: Some(found) };
        return Err(not_a_list(format!("{error} ({})", path_text(list))));
    }
    let mut lines = ListLines::new(reader);
    let is_entry = |line: &io::Result<ListEntry>| {
        let is_file = |name: &OsStr| files::as_written(folder.join(name)).symlink_metadata().is_ok();
        line.as_ref().map_or(true, |entry| url_text(&entry.text).is_some() || is_file(&entry.text))
    };
    // No more is read than is needed: a list may come slowly.
    let mut first = Vec::new();
    while first.len() < FIRST_ENTRIES && !first.last().is_some_and(is_entry) {
        let Some(line) = lines.next() else { break };
        first.push(line);
    }
    if first.last().is_some_and(|line| !is_entry(line)) {
        return Err(not_a_list(format!("read {}: none of its first lines is a URL or the path of a file", path_text(list))));
    }
    let list = list.to_path_buf();
    Ok(Box::new(first.into_iter().chain(lines).flat_map(move |line| -> Tasks<'a> {
        match line {
            Ok(entry) => match url_text(&entry.text) {
                Some(url) => one(url_task(setup, &url)),
                None => tasks_of_entry(setup, &list, &entry, files::as_written(folder.join(&entry.text))),
            },
            Err(error) => one(Task::Settled(Origin::File(list.clone()), unreadable(&list, error))),
        }
    })))
}

/// The files that an entry of a list names.
fn tasks_of_entry<'a>(setup: &'a Setup, list: &Path, entry: &ListEntry, path: PathBuf) -> Tasks<'a> {
    match path.symlink_metadata() {
        // Neither can a name be that is too long, or has a zero in it.
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => one(no_such_file(list, entry)),
        _ => Box::new(tasks_of_path(setup, path, &Columns::default())),
    }
}

fn not_a_list(error: String) -> Outcome {
    Outcome::Failed { stage: Stage::Read, error, hint: Some(LIST_HINT.to_owned()) }
}

fn no_such_file(list: &Path, entry: &ListEntry) -> Task {
    let text = path_text(Path::new(&entry.text));
    let is_long = text.chars().nth(SHOWN_CHARS).is_some();
    let shown: String = text.chars().take(SHOWN_CHARS).chain(is_long.then_some('…')).collect();
    let outcome = Outcome::Failed {
        stage: Stage::Read,
        error: format!("read line {} of {}: there is no file {shown}", entry.line, path_text(list)),
        hint: Some("check the spelling of the path; URLs start with https:// or http://".to_owned()),
    };
    Task::Settled(Origin::File(PathBuf::from(shown)), outcome)
}

fn or_failed<'a>(path: &Path, tasks: Result<Tasks<'a>, Outcome>) -> Tasks<'a> {
    tasks.unwrap_or_else(|outcome| one(Task::Settled(Origin::File(path.to_path_buf()), outcome)))
}

fn url_task(setup: &Setup, text: &str) -> Task {
    match Url::parse(text) {
        Ok(url) => Task::Url(setup.logins.split(url)),
        Err(error) => malformed(text, error),
    }
}

/// Not a URL, then: what was written is all there is to name it by, but for what may be a password.
fn malformed(text: &str, error: url::ParseError) -> Task {
    let text = hide_invalid_login(text);
    Task::Settled(
        Origin::File(PathBuf::from(text)),
        Outcome::Failed {
            stage: Stage::Fetch,
            error: format!("read the URL {text}: {error}"),
            hint: Some("write URLs in full, such as https://www.example.com/story".to_owned()),
        },
    )
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
        assert_eq!(IngestInput::from_arg("http:/ann:pw@x/"), IngestInput::Url("http:/ann:pw@x/".into()));
        for path in ["raw/x.html", "./a://b", "www.example.com", "://x"] {
            assert_eq!(IngestInput::from_arg(path), IngestInput::Path(path.into()), "{path}");
        }
    }

    #[test]
    fn a_malformed_url_is_an_outcome() {
        let error = Url::parse("https://ann:pass/word@a b/").unwrap_err();
        let Task::Settled(origin, Outcome::Failed { error, .. }) = malformed("https://ann:pass/word@a b/", error) else {
            panic!()
        };
        assert_eq!((origin, error.as_str()), (Origin::File("a b/".into()), "read the URL a b/: invalid port number"));
    }
}
