//! `export`: fetched pages as WARC, clean texts as lines of JSON. One at a time: what cannot be read is reported, and the export continues.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::engine::Error;
use crate::engine::report::{Failure, MAX_LISTED};
use crate::export::lines::JsonLine;
use crate::export::target::{self, Compression, Target};
use crate::export::warc::{RecordCompression, WarcPage, WarcWriter};
use crate::outcome::Stage;
use crate::store::reader::StoredDocument;
use crate::store::{self, CorpusReader, Layout, Sidecar, SourceKey, raw, reindex, text_sha256};
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::printable::escape_json;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::Found;

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Fetched pages, as WARC 1.1.
    Warc,
    /// Clean texts with metadata, one JSON object a line.
    Jsonl,
    /// The same, of each cluster of near duplicates the canonical document only.
    CanonicalJsonl,
}

/// What became of an export.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ExportReport {
    /// Pages or documents written.
    pub written: u64,
    /// Those that could not be read.
    pub failed: u64,
    /// Number of documents in the index, if an interrupted run had left it incomplete and it was rebuilt first.
    pub repaired: Option<u64>,
    /// The failures in order, at most 1,000.
    pub failures: Vec<Failure>,
}

impl ExportFormat {
    /// The ends of file names, and the compression that each asks for.
    pub fn extensions(self) -> &'static [(&'static str, Compression)] {
        match self {
            // Each record is a member of its own: `WarcWriter` compresses.
            Self::Warc => &[(".warc", Compression::None), (".warc.gz", Compression::None)],
            Self::Jsonl | Self::CanonicalJsonl => &[
                (".jsonl", Compression::None),
                (".ndjson", Compression::None),
                (".jsonl.gz", Compression::Gzip),
                (".ndjson.gz", Compression::Gzip),
                (".jsonl.zst", Compression::Zstd),
                (".ndjson.zst", Compression::Zstd),
            ],
        }
    }

    /// The compression of a file with this name. A pipe or device may have any name; a file needs a known one.
    fn compression(self, path: &Path) -> Result<Compression, Error> {
        let name = path_text(path).to_ascii_lowercase();
        let known = self.extensions().iter().find(|(end, _)| name.ends_with(end)).map(|(_, compression)| *compression);
        match known {
            Some(compression) => Ok(compression),
            None if target::is_stream(path) => Ok(Compression::None),
            None => {
                let known = self.extensions().iter().map(|(end, _)| *end).collect();
                Err(Error::OutputName { path: path.to_path_buf(), known })
            }
        }
    }
}

/// Exports to what the path names: a regular file is replaced once the export is whole, and symbolic links to it are followed; a pipe, device or
/// open descriptor is written into. The end of the name decides on compression.
pub fn to_file(layout: &Layout, format: ExportFormat, path: &Path, now: Timestamp) -> Result<ExportReport, Error> {
    let failed = |source| Error::Io { action: "write", path: path.to_path_buf(), source };
    let form = if path.extension().is_some_and(|end| end == "gz") { RecordCompression::Gzip } else { RecordCompression::None };
    let mut out = Target::open(path, format.compression(path)?).map_err(failed)?;
    let report = Export { layout, path, form, now }.to(format, &mut out)?;
    out.finish().map_err(failed)?;
    Ok(report)
}

/// Exports to a stream, uncompressed.
pub fn to_stream(layout: &Layout, format: ExportFormat, out: &mut dyn Write, now: Timestamp) -> Result<ExportReport, Error> {
    Export { layout, path: Path::new("<output>"), form: RecordCompression::None, now }.to(format, out)
}

struct Export<'a> {
    layout: &'a Layout,
    path: &'a Path,
    form: RecordCompression,
    now: Timestamp,
}

impl Export<'_> {
    fn to(&self, format: ExportFormat, out: &mut dyn Write) -> Result<ExportReport, Error> {
        let repaired = reindex::after_kill(self.layout)?.map(|report| report.documents);
        let reader = CorpusReader::open(self.layout)?;
        let report = match format {
            ExportFormat::Warc => self.pages(&reader, out),
            ExportFormat::Jsonl => self.documents(&reader, &|_| true, out),
            ExportFormat::CanonicalJsonl => self.documents(&reader, &is_canonical, out),
        };
        report.map(|report| ExportReport { repaired, ..report })
    }

    fn pages(&self, reader: &CorpusReader, out: &mut dyn Write) -> Result<ExportReport, Error> {
        let mut report = ExportReport::default();
        let mut writer = WarcWriter::new(out, self.form, self.now).map_err(|error| self.unwritten(error))?;
        for path in reader.fetched()? {
            let path = path?;
            match raw::read(&path) {
                Ok(raw) => {
                    let key = self.layout.key(&path);
                    let document = reader.known(&SourceKey(key.clone()))?.map(|known| known.id);
                    writer.page(WarcPage { raw: &raw, path: &key, document }).map_err(|error| self.unwritten(error))?;
                    report.written += 1;
                }
                Err(error) => report.add(&path, &error),
            }
        }
        writer.finish().map_err(|error| self.unwritten(error))?;
        reader.missing_pages(&mut |path| {
            report.add_missing(path, "fetch it again with `gleaner ingest URL`, or restore it from a backup")
        })?;
        Ok(report)
    }

    fn documents(
        &self,
        reader: &CorpusReader,
        is_wanted: &dyn Fn(&Sidecar) -> bool,
        out: &mut dyn Write,
    ) -> Result<ExportReport, Error> {
        let mut report = ExportReport::default();
        for document in reader.texts()? {
            match document {
                Ok((document, _)) if !is_wanted(&document.sidecar) => {}
                Ok((document, Some(text))) => {
                    let mut line = line(&document, &text);
                    line.push('\n');
                    out.write_all(line.as_bytes()).map_err(|error| self.unwritten(error))?;
                    report.written += 1;
                }
                Ok((document, None)) => report.add_text(document.text_path.unwrap_or(document.sidecar_path)),
                Err(error @ store::Error::Sidecar { .. }) => report.add(Path::new("sidecar"), &error),
                Err(error) => return Err(error.into()),
            }
        }
        reader.missing_documents(&mut |_, path| report.add_missing(path, "`gleaner clean` writes it again"))?;
        out.flush().map_err(|error| self.unwritten(error))?;
        Ok(report)
    }

    fn unwritten(&self, source: io::Error) -> Error {
        Error::Io { action: "write", path: self.path.to_path_buf(), source }
    }
}

impl ExportReport {
    fn add(&mut self, path: &Path, error: &store::Error) {
        let path = match error {
            store::Error::Sidecar { path, .. } | store::Error::Raw { path, .. } => path,
            _ => path,
        };
        self.push(path_text(path), error.to_string(), error.hint());
    }

    fn add_text(&mut self, path: PathBuf) {
        let error = format!("read the text {}: it is not what its sidecar says", path_text(&path));
        self.push(path_text(&path), error, Some("`gleaner clean` writes it again"));
    }

    fn add_missing(&mut self, path: &Path, hint: &str) {
        self.push(path_text(path), format!("read {}: the file is gone", path_text(path)), Some(hint));
    }

    fn push(&mut self, source: String, error: String, hint: Option<&str>) {
        self.failed += 1;
        if self.failures.len() < MAX_LISTED {
            self.failures.push(Failure { source, stage: Stage::Read, error, hint: hint.map(str::to_owned) });
        }
    }
}

/// Whether a document stands for its cluster.
fn is_canonical(sidecar: &Sidecar) -> bool {
    sidecar.cluster.is_none_or(|canonical| canonical == sidecar.id)
}

/// A document as a line, without its end.
fn line(document: &StoredDocument, text: &str) -> String {
    let sidecar = &document.sidecar;
    let line = JsonLine {
        id: sidecar.id,
        url: sidecar.urls.canonical.as_deref().or(sidecar.urls.r#final.as_deref()),
        title: text_of(&sidecar.title),
        authors: list_of(&sidecar.authors),
        published: sidecar.published.as_ref().map(|found| found.value.day.to_string()),
        modified: sidecar.modified.as_ref().map(|found| found.value.day.to_string()),
        language: text_of(&sidecar.language),
        site: text_of(&sidecar.site),
        section: text_of(&sidecar.section),
        tags: list_of(&sidecar.tags),
        licence: text_of(&sidecar.licence),
        opt_out: list_of(&sidecar.opt_out),
        fetched_at: sidecar.fetched_at,
        completeness: sidecar.completeness,
        confidence: sidecar.confidence,
        words: sidecar.words,
        copy_of: sidecar.copy_of,
        cluster: sidecar.cluster.unwrap_or(sidecar.id),
        relations: &sidecar.relations,
        // The text of a copy is that of its original, which may have other punctuation.
        text_sha256: if sidecar.copy_of.is_some() { text_sha256(text) } else { sidecar.text_sha256 },
        text,
    };
    // All keys are strings and all numbers finite, so that this cannot fail; an empty object would show that it did.
    escape_json(serde_json::to_string(&line).unwrap_or_else(|_| "{}".to_owned()))
}

fn text_of(found: &Option<Found<String>>) -> Option<&str> {
    found.as_ref().map(|found| found.value.as_str())
}

fn list_of(found: &Option<Found<Vec<String>>>) -> &[String] {
    found.as_ref().map_or(&[], |found| &found.value)
}
