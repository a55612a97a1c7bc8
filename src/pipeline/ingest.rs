//! `ingest`: addresses, lists, files and folders in any mixture, fetched, kept raw, cleaned and stored.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use url::Url;

use super::archive;
use super::clean::{Again, files};
use super::door::{Door, What};
use super::pass::{self, Task};
use super::prepare::outcome_of;
use super::{Error, Progress, RunReport, Setup};
use crate::fetch::{CAN_RENDER, Render};
use crate::ingest::{self, list::ListLines};
use crate::outcome::{Outcome, Stage};
use gleaner_extract::document::Origin;

/// One thing to ingest, as the user named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// An address, as written. One that cannot be read is an outcome, not an error.
    Url(String),
    /// The address of something that leads to pages: a front page, a feed, a sitemap, a list of feeds.
    Door(String),
    /// A file or folder.
    Path(PathBuf),
    /// A file with one address or path a line; empty lines and lines that start with `#` are skipped.
    List(PathBuf),
    /// Standard input: a list, or a web archive.
    Stdin,
}

impl Input {
    /// Reads a command-line argument: `-` is standard input, what starts with a scheme (`https://…`) an address, all else a path.
    pub fn from_arg(arg: &str) -> Self {
        match arg {
            "-" => Self::Stdin,
            _ if has_scheme(arg) => Self::Url(arg.to_owned()),
            _ => Self::Path(PathBuf::from(arg)),
        }
    }
}

/// Whether the text starts like an address: letters, then `://`.
fn has_scheme(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)))
}

/// How inputs are taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether pages at addresses are opened in a browser.
    pub render: Render,
}

/// Ingests the inputs, in their order. `Err` only where the run as a whole failed (the lock, the store, no network at all).
pub fn ingest(setup: &Setup, inputs: &[Input], progress: &dyn Progress) -> Result<RunReport, Error> {
    ingest_with(setup, inputs, Options::default(), progress)
}

/// [`ingest()`] in another way than usual.
pub fn ingest_with(setup: &Setup, inputs: &[Input], options: Options, progress: &dyn Progress) -> Result<RunReport, Error> {
    let Options { render } = options;
    if render != Render::Never && !CAN_RENDER {
        return Err(Error::NoBrowser("addresses".to_owned()));
    }
    let mut seen = 0;
    let mut tasks = inputs.iter().flat_map(|input| tasks_of(setup, input)).inspect(|_| {
        seen += 1;
        progress.total(seen);
    });
    let how = pass::Options { doors: pass::Doors::All, render, ..pass::Options::default() };
    pass::pass(setup, how, &mut tasks, progress)
}

type Tasks<'a> = Box<dyn Iterator<Item = Task> + 'a>;

/// What an input stands for.
pub(super) fn tasks_of<'a>(setup: &'a Setup, input: &Input) -> Tasks<'a> {
    match input {
        Input::Url(text) => Box::new(std::iter::once(url_task(text))),
        Input::Door(text) => Box::new(std::iter::once(match url_task(text) {
            Task::Url(url) => Task::Door(Box::new(Door::new(url, What::Any, "", setup.bounds()))),
            task => task,
        })),
        Input::Path(path) => Box::new(files(setup, vec![path.clone()], Again::Changed)),
        Input::Stdin => match archive::stream(std::io::stdin().lock(), setup.config.page.max_bytes) {
            Ok(pages) => pages,
            Err(list) => entries(setup, Box::new(list), Path::new("<stdin>").into(), PathBuf::new()),
        },
        Input::List(path) => match File::open(path) {
            Ok(file) => {
                let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
                entries(setup, Box::new(BufReader::new(file)), path.clone(), folder)
            }
            Err(error) => Box::new(std::iter::once(unreadable(path.clone(), error))),
        },
    }
}

/// The entries of a list; paths in it are relative to `folder`.
fn entries<'a>(setup: &'a Setup, reader: Box<dyn BufRead>, list: PathBuf, folder: PathBuf) -> Tasks<'a> {
    Box::new(ListLines::new(reader).flat_map(move |line| -> Tasks<'a> {
        match line {
            Ok(line) if has_scheme(&line) => Box::new(std::iter::once(url_task(&line))),
            Ok(line) => Box::new(files(setup, vec![folder.join(line)], Again::Changed)),
            Err(error) => Box::new(std::iter::once(unreadable(list.clone(), error))),
        }
    }))
}

fn url_task(text: &str) -> Task {
    match Url::parse(text) {
        Ok(url) => Task::Url(url),
        // No address, then: what was written is all there is to name it by.
        Err(error) => Task::Settled(
            Origin::File(PathBuf::from(text)),
            Outcome::Failed {
                stage: Stage::Fetch,
                error: format!("read the address {text}: {error}"),
                hint: Some("write addresses in full, such as https://www.example.com/story".to_owned()),
            },
        ),
    }
}

fn unreadable(path: PathBuf, source: std::io::Error) -> Task {
    let error = ingest::Error::Io { path: path.clone(), source };
    Task::Settled(Origin::File(path), outcome_of(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_told_apart() {
        assert_eq!(Input::from_arg("-"), Input::Stdin);
        assert_eq!(Input::from_arg("HTTPS://a.example"), Input::Url("HTTPS://a.example".into()));
        assert_eq!(Input::from_arg("ftp://a.example/x"), Input::Url("ftp://a.example/x".into()));
        for path in ["raw/x.html", "./a://b", "www.example.com", "://x"] {
            assert_eq!(Input::from_arg(path), Input::Path(path.into()), "{path}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_read_is_an_outcome() {
        assert!(matches!(url_task("https://a b/"), Task::Settled(_, Outcome::Failed { .. })));
        assert!(matches!(url_task("https://a.example/ä"), Task::Url(_)));
    }
}
