//! Parquet in many files, in folders by month or site, named as Hive does (`by_month=2024-02/part-00000.parquet`), which most readers take for one table.
//!
//! What is in memory is bounded, however many months or sites there are: when all buffers together are too large, the largest become files.

use std::collections::BTreeMap;
use std::io;

use super::document::ExportDocument;
use super::exporter::Exporter;
use super::folder::FileSink;
use super::parquet::{Parquet, Rows};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Bytes of values that are buffered.
const MAX_BYTES: usize = 64 << 20;

/// Hive's name of the partition without a value.
const NONE: &str = "__HIVE_DEFAULT_PARTITION__";

/// What is escaped in the name of a folder.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// Most bytes of a value before it is escaped, so that a folder's name fits on every file system.
const MAX_VALUE: usize = 60;

/// What documents are put into folders by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partition {
    /// The month of publication.
    Month,
    /// The registrable domain, else the site name.
    Site,
}

impl Partition {
    fn folder(self, document: &ExportDocument<'_>) -> String {
        let (key, value) = match self {
            Self::Month => ("by_month", document.day().map(|day| format!("{:04}-{:02}", day.year(), day.month()))),
            Self::Site => ("by_site", document.domain().or_else(|| document.site.map(str::to_lowercase))),
        };
        let value = value.filter(|value| !value.trim().is_empty()).map(|value| {
            let end = value.floor_char_boundary(MAX_VALUE);
            utf8_percent_encode(value.get(..end).unwrap_or_default(), ESCAPED).to_string()
        });
        format!("{key}={}", value.as_deref().unwrap_or(NONE))
    }
}

/// Writes Parquet files into folders.
pub struct PartitionedParquet<S> {
    sink: S,
    partition: Partition,
    folders: BTreeMap<String, Part>,
    bytes: usize,
}

/// A folder: the rows of its next file, and the number of files that it has.
#[derive(Default)]
struct Part {
    rows: Option<Rows>,
    files: u32,
}

impl Part {
    fn bytes(&self) -> usize {
        self.rows.as_ref().map_or(0, Rows::bytes)
    }
}

impl<S: FileSink> PartitionedParquet<S> {
    /// Writes into `sink`.
    pub fn new(sink: S, partition: Partition) -> Self {
        Self { sink, partition, folders: BTreeMap::new(), bytes: 0 }
    }

    /// Writes the rows of a folder as its next file.
    fn write(&mut self, folder: &str) -> io::Result<()> {
        let Some(part) = self.folders.get_mut(folder) else { return Ok(()) };
        let Some(rows) = part.rows.take() else { return Ok(()) };
        self.bytes = self.bytes.saturating_sub(rows.bytes());
        let path = format!("{folder}/part-{:05}.parquet", part.files);
        part.files += 1;
        let mut bytes = Vec::new();
        let mut file = Parquet::new(&mut bytes)?;
        file.push_rows(rows)?;
        file.finish()?;
        drop(file);
        self.sink.put(&path, &bytes)
    }

    /// Half of what is buffered becomes files, the largest first, so that small ones are few.
    fn make_space(&mut self) -> io::Result<()> {
        let mut sizes: Vec<(usize, String)> =
            self.folders.iter().map(|(folder, part)| (part.bytes(), folder.clone())).filter(|(bytes, _)| *bytes > 0).collect();
        sizes.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        for (_, folder) in sizes {
            if self.bytes <= MAX_BYTES / 2 {
                break;
            }
            self.write(&folder)?;
        }
        Ok(())
    }
}

impl<S: FileSink> Exporter for PartitionedParquet<S> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        let folder = self.partition.folder(document);
        let rows = self.folders.entry(folder.clone()).or_default().rows.get_or_insert_with(Rows::new);
        let before = rows.bytes();
        rows.push(document);
        self.bytes += rows.bytes() - before;
        match rows.is_full() {
            true => self.write(&folder),
            false if self.bytes > MAX_BYTES => self.make_space(),
            false => Ok(()),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        let folders: Vec<String> = self.folders.keys().cloned().collect();
        folders.iter().try_for_each(|folder| self.write(folder))?;
        self.sink.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    #[derive(Default)]
    struct Files(BTreeMap<String, usize>);

    impl FileSink for &mut Files {
        fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
            assert!(self.0.insert(path.to_owned(), bytes.len()).is_none(), "{path} is written once");
            Ok(())
        }

        fn finish(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn folders_are_named_by_month_or_site() {
        let document = sample::document("One.");
        assert_eq!(Partition::Month.folder(&document), "by_month=2024-02");
        assert_eq!(Partition::Site.folder(&document), "by_site=courier.example");
        let none = ExportDocument { url: None, site: None, published: None, ..document.clone() };
        assert_eq!(Partition::Site.folder(&none), "by_site=__HIVE_DEFAULT_PARTITION__");
        let hostile = ExportDocument { url: None, site: Some("../Ä=/x"), ..document };
        assert_eq!(Partition::Site.folder(&hostile), "by_site=..%2F%C3%A4%3D%2Fx");
    }

    #[test]
    fn what_is_in_memory_is_bounded_for_any_number_of_folders() {
        let text = "x".repeat(1 << 20);
        let mut files = Files::default();
        let mut exporter = PartitionedParquet::new(&mut files, Partition::Site);
        for number in 0..150 {
            let url = format!("https://site{}.example/", number % 50);
            exporter.document(&ExportDocument { url: Some(&url), ..sample::document(&text) }).unwrap();
            assert!(exporter.bytes <= MAX_BYTES);
        }
        exporter.finish().unwrap();
        assert!(files.0.len() >= 50 && files.0.keys().any(|path| path.ends_with("/part-00001.parquet")), "{:?}", files.0);
    }
}
