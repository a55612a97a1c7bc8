//! Measures how fast each export format writes, and how much memory that takes.
//!
//! `cargo run --release -p gleaner-bench --bin export` writes made-up documents of 3 kB, so that only the format is measured; `--documents N` (20,000).
//! `--root FOLDER` exports the corpus in this folder instead, into a temporary folder, so that reading and the disk are in it.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use gleaner::commands::export::{ExportFormat, ExportOptions, FORMAT_NAMES, to_path};
use gleaner::export::{About, ExportDocument, FORMATS, FileFormat};
use gleaner::store::Layout;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::document::{Completeness, DocumentId};

fn main() -> Result<(), Box<dyn Error>> {
    let (mut documents, mut root): (usize, Option<PathBuf>) = (20_000, None);
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--documents" => documents = value()?.parse()?,
            "--root" => root = Some(value()?.into()),
            _ => return Err(format!("unknown argument {argument}").into()),
        }
    }
    match root {
        Some(root) => corpus(&Layout::at(&root)),
        None => formats(documents),
    }
}

/// Counts what is written, and keeps none of it.
#[derive(Default)]
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn formats(documents: usize) -> Result<(), Box<dyn Error>> {
    println!("{:10} {:>12} {:>8} {:>10} {:>10}", "format", "documents/s", "MB/s", "bytes/doc", "peak MB");
    for format in FORMATS {
        let count = if format.name == "epub" { documents.min(10_000) } else { documents };
        let (start, written) = (Instant::now(), write(format, count)?);
        show(format.name, count as u64, start.elapsed().as_secs_f64(), (count * TEXT_BYTES) as f64, written);
    }
    Ok(())
}

fn corpus(layout: &Layout) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    println!("{:10} {:>12} {:>8} {:>10} {:>10}", "format", "documents/s", "MB/s", "bytes/doc", "peak MB");
    for name in FORMAT_NAMES {
        let Some(format) = ExportFormat::named(name, None) else { continue };
        let end = format.extensions().into_iter().next().map(|(end, _)| end).unwrap_or_default();
        let path = folder.path().join(format!("all{end}"));
        let start = Instant::now();
        match to_path(layout, format, &ExportOptions::default(), &path, Timestamp::from_unix(0)) {
            Ok(report) => {
                let bytes = std::fs::metadata(&path)?.len();
                show(name, report.written, start.elapsed().as_secs_f64(), bytes as f64, bytes);
            }
            Err(error) => println!("{name:10} {error}"),
        }
    }
    Ok(())
}

fn show(name: &str, documents: u64, seconds: f64, bytes: f64, written: u64) {
    let each = written.checked_div(documents).unwrap_or_default();
    let (speed, rate) = (documents as f64 / seconds, bytes / seconds / 1e6);
    println!("{name:10} {speed:>12.0} {rate:>8.0} {each:>10} {:>10}", peak_megabytes());
}

/// The most memory that the process has had so far, on Linux; so it only says something for the format that raises it.
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default() / 1024
}

const SENTENCE: &str =
    "The council of the old district voted on Tuesday to rebuild the harbour, which has stood empty for years. ";
const SENTENCES: usize = 30;
const TEXT_BYTES: usize = SENTENCE.len() * SENTENCES;

fn write(format: &FileFormat, count: usize) -> io::Result<u64> {
    let mut out = Counter::default();
    let about = About { title: "Benchmark", url: None, now: Timestamp::from_unix(0) };
    let (authors, tags) = (["Jo Ash".to_owned(), "Mei Lin".to_owned()], ["harbour".to_owned(), "council".to_owned()]);
    let mut exporter = (format.open)(&mut out, about)?;
    for number in 0..count {
        let id = DocumentId(ContentHash::of(number.to_string()));
        let published = Timestamp::from_unix(1_700_000_000 + number as i64 * 600);
        let (url, stem, text) =
            (format!("https://www.site{}.example/{number}", number % 50), format!("2024/02/{number}"), text(number));
        exporter.document(&ExportDocument {
            id,
            stem: &stem,
            url: Some(&url),
            title: Some("The harbour will be rebuilt"),
            authors: &authors,
            published: Some(PageDate { day: published.day(), instant: Some(published) }),
            modified: None,
            language: Some("en"),
            site: Some("The Example"),
            section: Some("News"),
            tags: &tags,
            description: Some("After many years, the harbour comes back."),
            image: None,
            licence: None,
            opt_out: &[],
            fetched_at: Some(published),
            completeness: Completeness::Complete,
            confidence: 0.97,
            words: 600,
            copy_of: None,
            cluster: id,
            relations: &[],
            text_sha256: id.0,
            text: &text,
        })?;
    }
    exporter.finish()?;
    drop(exporter);
    Ok(out.0)
}

/// A text in paragraphs of five sentences, each text another.
fn text(number: usize) -> String {
    let sentences: Vec<String> = (0..SENTENCES).map(|at| SENTENCE.replace("old", &(number * 31 + at).to_string())).collect();
    sentences.chunks(5).map(|chunk| chunk.concat().trim_end().to_owned()).collect::<Vec<_>>().join("\n\n")
}
