//! The table of formats. A format is one file of this folder, and one row here.

use std::io::{self, Write};

use super::document::ExportDocument;
use super::exporter::{About, FileFormat};
use super::{atom, bibtex, csl, csv, epub, json_feed, jsonl, parquet, rss, tei, vertical};

/// Every format that is one file, in the order of the documentation.
pub const FORMATS: &[FileFormat] = &[
    jsonl::FORMAT,
    csv::FORMAT,
    parquet::FORMAT,
    bibtex::FORMAT,
    csl::FORMAT,
    tei::FORMAT,
    vertical::FORMAT,
    epub::FORMAT,
    atom::FORMAT,
    rss::FORMAT,
    json_feed::FORMAT,
];

/// The format with this name.
pub fn format(name: &str) -> Option<&'static FileFormat> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Writes all documents of an iterator in this format.
pub fn write_all<'d>(
    format: &FileFormat,
    out: &mut dyn Write,
    about: About<'_>,
    documents: impl IntoIterator<Item = ExportDocument<'d>>,
) -> io::Result<()> {
    let mut exporter = (format.open)(out, about)?;
    for document in documents {
        exporter.document(&document)?;
    }
    exporter.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gleaner_extract::base::time::Timestamp;

    #[test]
    fn every_format_has_a_name_of_its_own_and_writes_an_empty_export() {
        let about = About { title: "Nothing", url: None, now: Timestamp::from_unix(0) };
        for (at, row) in FORMATS.iter().enumerate() {
            assert!(FORMATS.iter().skip(at + 1).all(|other| other.name != row.name), "{}", row.name);
            assert!(!row.extensions.is_empty() && row.extensions.iter().all(|end| end.starts_with('.')), "{}", row.name);
            let mut out = Vec::new();
            write_all(format(row.name).unwrap(), &mut out, about, []).unwrap();
        }
    }
}
