//! The journal of a run: one JSON object per line, one line per outcome, written as it happens.
//!
//! A killed run leaves at most one incomplete line, which [`read`] skips.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic;
use super::document::DocumentName;
use super::failure::{Error, io_error};
use super::journal_facts::{ArticleFacts, RequestFacts, RequestKind};
use super::layout::Layout;
use crate::files;
use crate::outcome::{Cause, Outcome, Stage};
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::printable::escape_json;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::DocumentId;

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
}

/// A line of a journal. Keys without a value are omitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalLine {
    /// The input: a URL or a file.
    pub source: String,
    /// The outcome's name; see [`Outcome::name`].
    pub outcome: String,
    /// The document's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<DocumentId>,
    /// The document's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The path of the document's text, relative to the corpus root if it is inside it; of a copy, that of the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// For a copy, the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<DocumentId>,
    /// For a source, the number of URLs in it; for an archive that was not read again, the number of its pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<u64>,
    /// How many of these URLs are new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<u64>,
    /// For a document that was restored, the run that was undone: the name of its journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Why the input was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The stage that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What the user can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// How long the host took to answer in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// What was requested; `None` if nothing was, and in journals of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestKind>,
    /// The name of the configured source that it was requested for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// Why no article came of a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The article that came of a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<ArticleFacts>,
}

impl JournalLine {
    /// The line for an outcome.
    pub fn of(source: &str, outcome: &Outcome, ms: Option<u64>) -> Self {
        let mut line = Self {
            source: source.to_string(),
            outcome: outcome.name().to_string(),
            id: None,
            title: None,
            path: None,
            of: None,
            found: None,
            new: None,
            run: None,
            reason: None,
            stage: None,
            error: None,
            hint: None,
            ms,
            request: None,
            via: None,
            cause: None,
            article: None,
        };
        match outcome {
            Outcome::Kept { id, .. } | Outcome::Unchanged { id } | Outcome::Forgotten { id } => line.id = Some(*id),
            Outcome::Restored { id, run } => (line.id, line.run) = (Some(*id), Some(run.clone())),
            Outcome::AllUnchanged { pages } => line.found = Some(*pages),
            Outcome::Copy { id, of } => (line.id, line.of) = (Some(*id), Some(*of)),
            Outcome::Read { found, new } => (line.found, line.new) = (Some(*found), Some(*new)),
            Outcome::Refused(refusal) => line.reason = Some(refusal.to_string()),
            Outcome::Failed { stage, error, hint } => {
                (line.stage, line.error, line.hint) = (Some(*stage), Some(error.clone()), hint.clone());
            }
        }
        line
    }

    /// The same with the name of the document.
    pub fn named(mut self, name: Option<&DocumentName>) -> Self {
        if let Some(DocumentName { title, path }) = name {
            (self.title, self.path) = (title.clone(), Some(path.clone()));
        }
        self
    }

    /// The same with what was requested, and what came of it.
    pub fn requested(mut self, request: RequestFacts, article: Option<ArticleFacts>, outcome: &Outcome) -> Self {
        self.request = Some(request.kind);
        self.via = Some(request.via).filter(|via| !via.is_empty());
        self.ms = request.ms;
        self.cause = outcome.cause().map(|cause| request.cause.unwrap_or(cause));
        self.article = article.filter(|_| outcome.document().is_some());
        self
    }
}

impl Journal {
    /// Creates a journal in the corpus's log folder, named by the time. If another run of the same second has the name, a number is added.
    pub fn create(layout: &Layout, now: Timestamp) -> Result<Self, Error> {
        atomic::make_dir(&layout.log)?;
        // Some file systems do not allow colons in file names.
        let time = now.to_string().replace(':', "-");
        // After all of the same second, also where the first of them have been removed.
        let names = atomic::names(&layout.log)?;
        let same = names.iter().map(|name| sort_key(name)).filter(|(other, _)| *other == time);
        let mut number = same.map(|(_, number)| number).max().unwrap_or(0) + 1;
        loop {
            let name = if number == 1 { format!("{time}.jsonl") } else { format!("{time}_{number}.jsonl") };
            let path = layout.log.join(name);
            match files::create_new(&path) {
                Ok(file) => return Ok(Self { file, path }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && number < 100_000 => number += 1,
                Err(error) => return Err(io_error("write the journal", &path)(error)),
            }
        }
    }

    /// The journal's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a line.
    pub fn write(&mut self, line: &JournalLine) -> Result<(), Error> {
        // People read journals in a terminal.
        let written = serde_json::to_string(line).map(escape_json).map_err(std::io::Error::from);
        // One write per line: only the last line of a killed run can be incomplete.
        let written = written.and_then(|json| self.file.write_all(format!("{json}\n").as_bytes()));
        written.map_err(io_error("write the journal", &self.path))
    }
}

/// A run, summed up from its journal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunSummary {
    /// The journal's file name without extension: when the run started.
    pub started: String,
    /// Lines by outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// Lines that cannot be read; a killed run leaves one.
    pub incomplete: u64,
}

/// Sums up a journal.
pub fn read(path: &Path) -> Result<RunSummary, Error> {
    let started = path.file_stem().map_or_else(String::new, |stem| path_text(stem.as_ref()));
    let mut summary = RunSummary { started, ..RunSummary::default() };
    let file = files::open(path).map_err(io_error("read the journal", path))?;
    for line in BufReader::new(file).split(b'\n') {
        let line = line.map_err(io_error("read the journal", path))?;
        match serde_json::from_slice::<JournalLine>(&line) {
            Ok(line) => *summary.outcomes.entry(line.outcome).or_default() += 1,
            Err(_) => summary.incomplete += 1,
        }
    }
    Ok(summary)
}

/// Longest line of a journal in bytes; longer ones are skipped.
const MAX_LINE: u64 = 1 << 20;

/// Calls `report` with every line of the journals of runs that started at this time or later, oldest run first. Lines that cannot be read are
/// skipped: a killed run leaves one.
pub fn lines_since(layout: &Layout, since: Timestamp, report: &mut dyn FnMut(Timestamp, JournalLine)) -> Result<(), Error> {
    for (started, name) in named_by_time(layout)? {
        if started >= since && name.ends_with(".jsonl") {
            lines_of(&layout.log.join(&name), &mut |line| report(started, line))?;
        }
    }
    Ok(())
}

/// Calls `report` with every line of the journals after the one with this name, oldest run first; without a name, of the newest journal alone. Gives the
/// name of the newest.
pub fn lines_after(layout: &Layout, after: Option<&str>, report: &mut dyn FnMut(JournalLine)) -> Result<Option<String>, Error> {
    let mut names: Vec<String> = named_by_time(layout)?.into_iter().map(|(_, name)| name).collect();
    names.retain(|name| name.ends_with(".jsonl"));
    let newest = names.last().cloned();
    names.retain(|name| match after {
        Some(after) => sort_key(name) > sort_key(after),
        None => Some(name) == newest.as_ref(),
    });
    for name in &names {
        lines_of(&layout.log.join(name), report)?;
    }
    Ok(newest)
}

/// The lines of a journal; none if it was removed meanwhile by a run.
fn lines_of(path: &Path, report: &mut dyn FnMut(JournalLine)) -> Result<(), Error> {
    let file = match files::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_error("read the journal", path)(error)),
    };
    let (mut reader, mut line) = (BufReader::new(file), Vec::new());
    loop {
        line.clear();
        let read = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
        match read.map_err(io_error("read the journal", path))? {
            0 => return Ok(()),
            _ => line_of(&line).into_iter().for_each(&mut *report),
        }
    }
}

fn line_of(line: &[u8]) -> Option<JournalLine> {
    serde_json::from_slice(line).ok()
}

/// Sums up the newest journal of a corpus, if there is one.
pub fn last(layout: &Layout) -> Result<Option<RunSummary>, Error> {
    let mut names = atomic::names(&layout.log)?;
    names.retain(|name| name.ends_with(".jsonl") && layout.log.join(name).is_file());
    names.sort_by_key(|name| sort_key(name));
    names.last().map(|name| read(&layout.log.join(name))).transpose()
}

/// When the last run started, if any has.
pub fn last_started(layout: &Layout) -> Result<Option<Timestamp>, Error> {
    Ok(named_by_time(layout)?.last().map(|(started, _)| *started))
}

/// The names of all runs that have a journal, the newest last.
pub fn runs(layout: &Layout) -> Result<Vec<String>, Error> {
    let journals = named_by_time(layout)?.into_iter();
    Ok(journals.filter_map(|(_, name)| name.strip_suffix(".jsonl").map(str::to_owned)).collect())
}

/// The journal of the run with this name.
pub fn path_of(layout: &Layout, run: &str) -> PathBuf {
    layout.log.join(format!("{run}.jsonl"))
}

/// The journals that are named by the time of their run, whatever their ending, with these times; the newest one last.
pub(super) fn named_by_time(layout: &Layout) -> Result<Vec<(Timestamp, String)>, Error> {
    let mut names = atomic::names(&layout.log)?;
    names.sort_by_key(|name| sort_key(name));
    Ok(names.into_iter().filter_map(|name| Some((started_at(&name)?, name))).collect())
}

/// The time in the name of a journal: `2024-02-19T06-30-00Z`, before `.jsonl` or a number.
fn started_at(name: &str) -> Option<Timestamp> {
    let (stem, _) = name.split_once(".jsonl")?;
    let (day, time) = stem.split('_').next()?.split_once('T')?;
    format!("{day}T{}", time.replace('-', ":")).parse().ok()
}

/// The order of journals by the time of their runs: `…Z`, `…Z_2`, …, `…Z_10`.
fn sort_key(name: &str) -> (String, u32) {
    let stem = name.trim_end_matches(".jsonl");
    let (time, number) = stem.split_once('_').unwrap_or((stem, "1"));
    (time.to_string(), number.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::base::hash::ContentHash;

    #[test]
    fn lines_of_earlier_versions_are_read_and_broken_ones_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::at(folder.path());
        std::fs::create_dir(&layout.log).unwrap();
        let write = |name: &str, text: &str| std::fs::write(layout.log.join(name), text).unwrap();
        // What version 0.1.0 wrote.
        write(
            "2024-02-19T06-30-00Z.jsonl",
            "{\"source\":\"https://a.example/1\",\"outcome\":\"new\",\"path\":\"clean/1.txt\"}\n{\"sou",
        );
        write("2024-01-19T06-30-00Z.jsonl", "{\"source\":\"https://a.example/0\",\"outcome\":\"new\"}\n");
        write("notes.jsonl", "{\"source\":\"mine\",\"outcome\":\"new\"}\n");
        let long = format!("{{\"source\":\"{}\",\"outcome\":\"new\"}}", "x".repeat(3 << 20));
        let facts = "{\"words\":80,\"confidence\":0.9,\"removed\":0.25,\"completeness\":\"truncated\",\"missing\":[\"authors\"]}";
        let full = "\"request\":\"page\",\"via\":\"A\",\"ms\":12";
        let last = format!("{{\"source\":\"https://a.example/2\",\"outcome\":\"new\",{full},\"article\":{facts}}}");
        write("2024-02-19T06-30-00Z_2.jsonl", &format!("{long}\n{last}\n"));
        let mut found = Vec::new();
        let since = "2024-02-01T00:00:00Z".parse().unwrap();
        lines_since(&layout, since, &mut |started, line| found.push((started.to_string(), line))).unwrap();
        let sources: Vec<_> = found.iter().map(|(_, line)| line.source.as_str()).collect();
        assert_eq!(sources, ["https://a.example/1", "https://a.example/2"]);
        assert_eq!((found[0].0.as_str(), found[0].1.request), ("2024-02-19T06:30:00Z", None));
        assert_eq!(serde_json::to_string(&found[1].1).unwrap().len(), last.len());
    }

    #[test]
    fn an_incomplete_last_line_is_skipped_and_counted() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::at(folder.path());
        let now = Timestamp::from_unix(1_698_400_800);
        for _ in 0..10 {
            Journal::create(&layout, now).unwrap();
        }
        std::fs::remove_file(folder.path().join("log/2023-10-27T10-00-00Z.jsonl")).unwrap();
        let mut journal = Journal::create(&layout, now).unwrap();
        assert!(journal.path().ends_with("2023-10-27T10-00-00Z_11.jsonl"), "no name of an earlier run is taken again");
        let id = DocumentId(ContentHash::of("x"));
        journal.write(&JournalLine::of("raw/a.txt", &Outcome::Kept { id, new: true }, Some(7))).unwrap();
        journal
            .write(&JournalLine::of(
                "raw/b.txt",
                &Outcome::Refused(crate::outcome::Refusal::NotFetched("a binary\nfile".into())),
                None,
            ))
            .unwrap();
        std::fs::OpenOptions::new().append(true).open(journal.path()).unwrap().write_all(b"{\"source\":\"r").unwrap();
        let last = last(&layout).unwrap().unwrap();
        assert_eq!((last.started.as_str(), last.incomplete), ("2023-10-27T10-00-00Z_11", 1));
        assert_eq!(last.outcomes, BTreeMap::from([("new".to_string(), 1), ("refused".to_string(), 1)]));
        let text = std::fs::read_to_string(journal.path()).unwrap();
        assert!(text.starts_with(&format!(r#"{{"source":"raw/a.txt","outcome":"new","id":"{id}","ms":7}}"#)), "{text}");
    }
}
