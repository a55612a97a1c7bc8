//! `extract --batch`: a manifest of pages in, a JSON line for each out, in the same order. A bad page never stops it.

use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::engine::pool::map_in_order;
use crate::engine::{Error, Setup};
use crate::files;
use crate::ingest;
use gleaner_extract::article::clean::{CleanContext, CleanedPage, PageLocation};
use gleaner_extract::article::extras::{self, Extras, Include};
use gleaner_extract::article::isolate::clean_isolated;
use gleaner_extract::article::render::json::OutputLine;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::url::without_login;

/// Longest line of a manifest in bytes. A longer one is a bad line.
const MAX_LINE: u64 = 1 << 20;

/// What output lines have besides the story.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchOptions {
    /// Whether they list the removals.
    pub explain: Explain,
    /// Links, images and comments.
    pub include: Include,
}

/// Whether output lines list the removals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Explain {
    /// They do not.
    #[default]
    No,
    /// They do.
    Yes,
}

/// Counts of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BatchReport {
    /// Lines written.
    pub lines: u64,
    /// Lines among them with an error.
    pub errors: u64,
}

/// One line of a manifest. Other keys may belong to other programs and are ignored.
#[derive(Debug, Deserialize)]
struct ManifestEntry {
    #[serde(default)]
    id: serde_json::Value,
    #[serde(default)]
    url: Option<String>,
    file: PathBuf,
}

/// Extracts every page of the manifest. Paths in it are relative to `folder`. Memory is bounded, however long the manifest is.
pub fn batch(
    setup: &Setup,
    manifest: &mut (dyn BufRead + Send),
    folder: &Path,
    options: BatchOptions,
    out: &mut (dyn Write + Send),
) -> Result<BatchReport, Error> {
    let context = CleanContext { rules: &setup.rules, limits: &setup.config.page, now: Some(setup.clock.now()), sites: None };
    let mut report = BatchReport::default();
    let mut number = 0;
    map_in_order(
        setup.jobs,
        || Ok(next_line(manifest, &mut number)?.map(|line| parse(number, &line))),
        |entry| entry.as_ref().map_or(0, |entry| file_bytes(entry, folder)),
        |entry| {
            let line = answer(entry, folder, options, context);
            (line.is_error(), line.to_json())
        },
        |(is_error, json)| {
            report.lines += 1;
            report.errors += u64::from(is_error);
            out.write_all(json.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(|source| io_error("write", source))
        },
    )?;
    out.flush().map_err(|source| io_error("write", source))?;
    Ok(report)
}

fn io_error(action: &'static str, source: io::Error) -> Error {
    Error::Io { action, path: PathBuf::from(if action == "write" { "<output>" } else { "<manifest>" }), source }
}

/// The next line that is not blank; `number` becomes its number, from 1. One that is too long comes cut, and is then no JSON.
fn next_line(manifest: &mut dyn BufRead, number: &mut u64) -> Result<Option<Vec<u8>>, Error> {
    loop {
        *number += 1;
        let mut line = Vec::new();
        let count = Read::take(&mut *manifest, MAX_LINE).read_until(b'\n', &mut line).map_err(|error| io_error("read", error))?;
        if count == 0 {
            return Ok(None);
        }
        if count as u64 == MAX_LINE && !line.ends_with(b"\n") {
            manifest.skip_until(b'\n').map_err(|error| io_error("read", error))?;
        }
        if !line.trim_ascii().is_empty() {
            return Ok(Some(line));
        }
    }
}

/// The entry on a line, or the output line that says why it is none.
fn parse(number: u64, line: &[u8]) -> Result<ManifestEntry, Box<OutputLine>> {
    serde_json::from_slice(line.trim_ascii())
        .map_err(|error| Box::new(OutputLine::failed(id_of(line), format!("read line {number} of the manifest: {error}"))))
}

fn answer(
    entry: Result<ManifestEntry, Box<OutputLine>>,
    folder: &Path,
    options: BatchOptions,
    context: CleanContext<'_>,
) -> OutputLine {
    let start = Instant::now();
    let entry = match entry {
        Ok(entry) => entry,
        Err(failed) => return *failed,
    };
    let line = match extract_entry(&entry, folder, options.include, context) {
        Ok((cleaned, extras)) => {
            let line = OutputLine::of(entry.id, &cleaned).with_extras(&cleaned, &extras);
            match options.explain {
                Explain::No => line,
                Explain::Yes => line.explained(&cleaned),
            }
        }
        Err(error) => OutputLine::failed(entry.id, error),
    };
    line.timed(start.elapsed())
}

/// The size of an entry's file; 0 if there is none.
fn file_bytes(entry: &ManifestEntry, folder: &Path) -> u64 {
    folder.join(&entry.file).metadata().map_or(0, |file| file.len())
}

/// The id of a line that is JSON but not an entry.
fn id_of(line: &[u8]) -> serde_json::Value {
    let value: Option<serde_json::Value> = serde_json::from_slice(line).ok();
    value.and_then(|mut value| value.get_mut("id").map(serde_json::Value::take)).unwrap_or_default()
}

fn extract_entry(
    entry: &ManifestEntry,
    folder: &Path,
    include: Include,
    context: CleanContext<'_>,
) -> Result<(CleanedPage, Extras), String> {
    // The URL only helps; a malformed one costs no page.
    let url = entry.url.as_deref().and_then(|url| Url::parse(url).ok()).map(without_login);
    let raw = ingest::file::read(&files::as_written(folder.join(&entry.file)), context.limits.max_bytes)
        .map_err(|error| error.to_string())?;
    let path = path_text(&entry.file);
    let location = PageLocation { url: url.as_ref(), path: Some(&path) };
    let cleaned = clean_isolated(&raw, location, context).map_err(|error| error.to_string())?;
    let extras = extras::find(&raw, &cleaned, context, include).map_err(|error| error.to_string())?;
    Ok((cleaned, extras))
}
