//! `export`: clean texts and their metadata in many formats, fetched pages as WARC. One at a time: what cannot be read is reported, and the export continues.

mod record;
mod report;
mod since;

use std::io::{self, Write};
use std::path::Path;

use crate::engine::Error;
use crate::export::folder::{ReplacedFolder, UpdatedFolder};
use crate::export::markdown::{self, Markdown};
use crate::export::target::{self, Compression, Target};
use crate::export::warc::{RecordCompression, WarcPage, WarcWriter};
use crate::export::{About, Exporter, FORMATS, FileFormat, Partition, PartitionedParquet};
use crate::search::{Filter, Order, Page, Query};
use crate::store::listed::ListedDocument;
use crate::store::reader::StoredDocument;
use crate::store::{self, CorpusReader, Layout, Sidecar, SourceKey, raw, reindex};
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::time::Timestamp;

pub(super) use record::{list_of, text_of};
pub use record::{record, stem};
pub use report::ExportReport;

/// What an export is called, if nothing else is said.
const TITLE: &str = "gleaner corpus";

/// The names of all formats, in the order of the documentation.
pub const FORMAT_NAMES: [&str; 13] =
    ["jsonl", "csv", "parquet", "markdown", "bibtex", "csl", "tei", "vertical", "epub", "atom", "rss", "jsonfeed", "warc"];

/// Matches of a query that are read at once.
const FOUND_AT_ONCE: u64 = 500;

/// What is exported, and as what.
#[derive(Clone, Copy, Debug)]
pub enum ExportFormat {
    /// Fetched pages, as WARC 1.1.
    Warc,
    /// Documents, in one file.
    File(&'static FileFormat),
    /// Documents, as a folder of Markdown files.
    Markdown,
    /// Documents, as a folder of Parquet files.
    Parquet(Partition),
}

/// Which documents are exported, in which order.
#[derive(Clone, Debug, Default)]
pub struct ExportOptions {
    /// Which.
    pub filter: Filter,
    /// Of these, what a query finds; then the latest come first.
    pub query: Option<Query>,
    /// In which order; `None` for that of the format: feeds have the latest first, all others the order of the files in `clean/`.
    pub order: Option<Order>,
    /// How many at most.
    pub limit: Option<u64>,
    /// Only those that a later run than this one has stored or changed.
    pub since_run: Option<String>,
    /// What the export is called, in formats that say so.
    pub title: Option<String>,
}

impl ExportFormat {
    /// The format with this name on the command line.
    pub fn named(name: &str, partition: Option<Partition>) -> Option<Self> {
        match (name, partition) {
            ("warc", _) => Some(Self::Warc),
            ("markdown", _) => Some(Self::Markdown),
            ("parquet", Some(partition)) => Some(Self::Parquet(partition)),
            _ => crate::export::format(name).map(Self::File),
        }
    }

    /// The format that the end of a file's name says; `None` if it says none, or several use it.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path_text(path).to_ascii_lowercase();
        let ends = |end: &str| {
            let plain = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
            plain.ends_with(end) || name.ends_with(end)
        };
        if ends(".warc") {
            return Some(Self::Warc);
        }
        let fits = |format: &&'static FileFormat| format.extensions.iter().any(|end| ends(end));
        // `.csl.json` says more than `.json`.
        let longest = |format: &FileFormat| format.extensions.iter().filter(|end| ends(end)).map(|end| end.len()).max();
        let length = FORMATS.iter().filter(fits).filter_map(longest).max();
        let mut found = FORMATS.iter().filter(fits).filter(|format| longest(format) == length);
        match (found.next(), found.next()) {
            (Some(format), None) => Some(Self::File(format)),
            _ => None,
        }
    }

    /// Whether it is written into a folder.
    pub fn is_folder(self) -> bool {
        matches!(self, Self::Markdown | Self::Parquet(_))
    }

    /// The ends of file names, and the compression that each asks for. A folder may have any name.
    pub fn extensions(self) -> Vec<(String, Compression)> {
        let (ends, compressions): (&[&str], &[(&str, Compression)]) = match self {
            // Each record is a member of its own: `WarcWriter` compresses.
            Self::Warc => (&[".warc", ".warc.gz"], &[("", Compression::None)]),
            Self::File(format) if format.is_compressible => {
                (format.extensions, &[("", Compression::None), (".gz", Compression::Gzip), (".zst", Compression::Zstd)])
            }
            Self::File(format) => (format.extensions, &[("", Compression::None)]),
            Self::Markdown | Self::Parquet(_) => (&[], &[]),
        };
        let with = |(more, compression): &(&str, Compression)| {
            ends.iter().map(|end| (format!("{end}{more}"), *compression)).collect::<Vec<_>>()
        };
        compressions.iter().flat_map(with).collect()
    }

    /// The compression of a file with this name. A pipe or device may have any name; a file needs a known one.
    fn compression(self, path: &Path) -> Result<Compression, Error> {
        let name = path_text(path).to_ascii_lowercase();
        let known = self.extensions();
        match known.iter().find(|(end, _)| name.ends_with(end)) {
            Some((_, compression)) => Ok(*compression),
            None if target::is_stream(path) => Ok(Compression::None),
            None => {
                let known = known.into_iter().map(|(end, _)| end).collect();
                Err(Error::OutputName { path: path.to_path_buf(), known })
            }
        }
    }

    fn order(self) -> Order {
        match self {
            Self::File(format) if format.is_feed => Order::Newest,
            _ => Order::Name,
        }
    }
}

/// Exports to what the path names: a regular file is replaced once the export is whole, and symbolic links to it are followed; a pipe, device or
/// open descriptor is written into. The end of the name decides on compression. A folder is replaced once the export is whole (Parquet), or its
/// files are added and replaced one by one (Markdown).
pub fn to_path(
    layout: &Layout,
    format: ExportFormat,
    options: &ExportOptions,
    path: &Path,
    now: Timestamp,
) -> Result<ExportReport, Error> {
    let failed = |source| Error::Io { action: "write", path: path.to_path_buf(), source };
    let form = if path.extension().is_some_and(|end| end == "gz") { RecordCompression::Gzip } else { RecordCompression::None };
    let export = Export { layout, path, form, now, options };
    match format {
        ExportFormat::Markdown => {
            let mut folder = UpdatedFolder::open(path, markdown::is_unedited).map_err(failed)?;
            let report = export.documents(format, &mut Markdown::new(&mut folder))?;
            Ok(ExportReport { edited: folder.edited(), written: report.written.saturating_sub(folder.edited()), ..report })
        }
        ExportFormat::Parquet(partition) => {
            let folder = ReplacedFolder::create(path).map_err(failed)?;
            export.documents(format, &mut PartitionedParquet::new(folder, partition))
        }
        ExportFormat::Warc | ExportFormat::File(_) => {
            let mut out = Target::open(path, format.compression(path)?).map_err(failed)?;
            let report = export.to(format, &mut out)?;
            out.finish().map_err(failed)?;
            Ok(report)
        }
    }
}

/// Exports a format that is one file to a stream, uncompressed.
pub fn to_stream(
    layout: &Layout,
    format: ExportFormat,
    options: &ExportOptions,
    out: &mut dyn Write,
    now: Timestamp,
) -> Result<ExportReport, Error> {
    Export { layout, path: Path::new("<output>"), form: RecordCompression::None, now, options }.to(format, out)
}

struct Export<'a> {
    layout: &'a Layout,
    path: &'a Path,
    form: RecordCompression,
    now: Timestamp,
    options: &'a ExportOptions,
}

/// The corpus, opened for an export, and what is selected of it.
struct Source {
    reader: CorpusReader,
    filter: Filter,
    report: ExportReport,
}

impl Export<'_> {
    fn to(&self, format: ExportFormat, out: &mut dyn Write) -> Result<ExportReport, Error> {
        match format {
            ExportFormat::Warc => self.pages(out),
            ExportFormat::File(file) => {
                let title = self.options.title.as_deref().unwrap_or(TITLE);
                let about = About { title, url: None, now: self.now };
                let mut exporter = (file.open)(out, about).map_err(|error| self.unwritten(error))?;
                self.documents(format, exporter.as_mut())
            }
            ExportFormat::Markdown | ExportFormat::Parquet(_) => Err(Error::FolderToStream),
        }
    }

    /// Opens the corpus.
    fn source(&self) -> Result<Source, Error> {
        let repaired = reindex::after_kill(self.layout)?.map(|report| report.documents);
        let reader = CorpusReader::open(self.layout)?;
        let last_run = since::last_run(self.layout, &reader)?;
        let (mut filter, mut forgotten) = (self.options.filter.clone(), Vec::new());
        if let Some(run) = &self.options.since_run {
            let changes = since::changes(self.layout, run)?;
            forgotten = changes.forgotten.into_iter().collect();
            filter.ids = Some(match filter.ids {
                Some(ids) => ids.into_iter().filter(|id| changes.stored.contains(id)).collect(),
                None => changes.stored.into_iter().collect(),
            });
        }
        Ok(Source { reader, filter, report: ExportReport { repaired, last_run, forgotten, ..ExportReport::default() } })
    }

    fn documents(&self, format: ExportFormat, exporter: &mut dyn Exporter) -> Result<ExportReport, Error> {
        let Source { reader, filter, mut report } = self.source()?;
        for listed in self.selected(&reader, &filter, format) {
            let Some((document, text)) = self.read(&reader, &listed?, &mut report)? else { continue };
            match text {
                Some(text) => {
                    let stem = stem(self.layout, &document);
                    let record = record(&document.sidecar, &stem, &text);
                    exporter.document(&record).map_err(|error| self.unwritten(error))?;
                    report.written += 1;
                }
                None => report.add_text(document.text_path.as_ref().unwrap_or(&document.sidecar_path)),
            }
        }
        exporter.finish().map_err(|error| self.unwritten(error))?;
        Ok(report)
    }

    fn selected<'r>(
        &'r self,
        reader: &'r CorpusReader,
        filter: &'r Filter,
        format: ExportFormat,
    ) -> Box<dyn Iterator<Item = Result<ListedDocument, store::Error>> + 'r> {
        let limit = self.options.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        match &self.options.query {
            Some(query) => Box::new(found(reader, query, filter).take(limit)),
            None => Box::new(reader.select(filter, self.options.order.unwrap_or(format.order())).take(limit)),
        }
    }

    /// The files of a document; `None` if they cannot be read, which is reported, or if it was forgotten meanwhile.
    fn read(
        &self,
        reader: &CorpusReader,
        listed: &ListedDocument,
        report: &mut ExportReport,
    ) -> Result<Option<(StoredDocument, Option<String>)>, Error> {
        match reader.read_listed(listed) {
            Ok(found) => Ok(Some(found)),
            Err(error @ store::Error::Sidecar { .. }) => {
                report.add(Path::new("sidecar"), &error);
                Ok(None)
            }
            Err(store::Error::Io { path, source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                if reader.source(&listed.id)?.is_some() {
                    report.add_missing(&path, "`gleaner clean` writes it again");
                }
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn pages(&self, out: &mut dyn Write) -> Result<ExportReport, Error> {
        let Source { reader, filter, mut report } = self.source()?;
        let mut writer = WarcWriter::new(out, self.form, self.now).map_err(|error| self.unwritten(error))?;
        if filter.is_empty() && self.options.limit.is_none() && self.options.query.is_none() {
            for path in reader.fetched()? {
                self.page(&reader, &path?, &mut writer, &mut report)?;
            }
            reader.missing_pages(&mut |path| {
                report.add_missing(path, "fetch it again with `gleaner ingest URL`, or restore it from a backup")
            })?;
        } else {
            for listed in self.selected(&reader, &filter, ExportFormat::Warc) {
                let Some((document, _)) = self.read(&reader, &listed?, &mut report)? else { continue };
                for key in fetched_files(&document.sidecar) {
                    self.page(&reader, &self.layout.path(key), &mut writer, &mut report)?;
                }
            }
        }
        writer.finish().map_err(|error| self.unwritten(error))?;
        Ok(report)
    }

    fn page(
        &self,
        reader: &CorpusReader,
        path: &Path,
        writer: &mut WarcWriter<&mut dyn Write>,
        report: &mut ExportReport,
    ) -> Result<(), Error> {
        match raw::read(path) {
            Ok(raw) => {
                let key = self.layout.key(path);
                let document = reader.known(&SourceKey(key.clone()))?.map(|known| known.id);
                writer.page(WarcPage { raw: &raw, path: &key, document }).map_err(|error| self.unwritten(error))?;
                report.written += 1;
            }
            Err(error) => report.add(path, &error),
        }
        Ok(())
    }

    fn unwritten(&self, source: io::Error) -> Error {
        Error::Io { action: "write", path: self.path.to_path_buf(), source }
    }
}

/// The documents that match a query, latest first, read in pages. After an error there are no more.
fn found<'r>(
    reader: &'r CorpusReader,
    query: &'r Query,
    filter: &'r Filter,
) -> impl Iterator<Item = Result<ListedDocument, store::Error>> + 'r {
    let mut offset = Some(0);
    let pages = std::iter::from_fn(move || {
        let at = offset.take()?;
        let page = reader.matching(Some(query), filter, Page { offset: at, limit: FOUND_AT_ONCE });
        offset = page.as_ref().ok().filter(|page| page.len() as u64 == FOUND_AT_ONCE).map(|_| at + FOUND_AT_ONCE);
        Some(page)
    });
    pages.flat_map(|page| match page {
        Ok(page) => page.into_iter().map(Ok).collect::<Vec<_>>(),
        Err(error) => vec![Err(error)],
    })
}

/// The fetched pages that a document was cleaned from; of a document that was not fetched, none.
fn fetched_files(sidecar: &Sidecar) -> impl Iterator<Item = &str> {
    let parts = sidecar.raw.parts.iter().map(|part| part.path.as_str());
    let all = std::iter::once(sidecar.raw.path.as_str()).chain(parts);
    // Pages of archives are exported from the archive that they are in already.
    all.filter(|path| sidecar.fetched_at.is_some() && path.ends_with(".zst") && !path.contains('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str) -> Option<&'static str> {
        Some(match ExportFormat::of_path(Path::new(path))? {
            ExportFormat::Warc => "warc",
            ExportFormat::File(format) => format.name,
            ExportFormat::Markdown | ExportFormat::Parquet(_) => "folder",
        })
    }

    #[test]
    fn the_end_of_a_name_says_the_format_where_it_can() {
        for (path, format) in [
            ("a.jsonl.gz", "jsonl"),
            ("A.CSV", "csv"),
            ("a.parquet", "parquet"),
            ("a.warc.gz", "warc"),
            ("a.csl.json", "csl"),
            ("a.feed.json.zst", "jsonfeed"),
            ("a.tei.xml", "tei"),
            ("a.atom", "atom"),
            ("a.vert.gz", "vertical"),
        ] {
            assert_eq!(name(path), Some(format), "{path}");
        }
        for path in ["a.json", "a.xml", "a", "vault/", "a.gz"] {
            assert_eq!(name(path), None, "{path}");
        }
    }

    #[test]
    fn every_name_is_a_format() {
        let known: Vec<&str> = FORMATS.iter().map(|format| format.name).chain(["markdown", "warc"]).collect();
        assert!(FORMAT_NAMES.iter().all(|name| known.contains(name) && ExportFormat::named(name, None).is_some()));
        assert_eq!(FORMAT_NAMES.len(), known.len());
    }
}
