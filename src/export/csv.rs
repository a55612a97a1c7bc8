//! CSV (RFC 4180, with line feeds) with a row of column names: one row per document, safe to open in a spreadsheet.

use std::borrow::Cow;
use std::io::{self, Write};

use ::csv::{Writer, WriterBuilder};

use super::columns::{COLUMNS, Value};
use super::document::ExportDocument;
use super::exporter::{Exporter, FileFormat};

/// CSV.
pub const FORMAT: FileFormat = FileFormat {
    name: "csv",
    extensions: &[".csv"],
    is_compressible: true,
    is_feed: false,
    open: |out, _| Ok(Box::new(Csv::new(out)?)),
};

/// Between the items of a list.
const SEPARATOR: &str = "; ";

/// Beginnings of a cell that spreadsheets take for a formula (<https://owasp.org/www-community/attacks/CSV_Injection>), their full-width forms included.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Writes a row per document.
pub struct Csv<W: Write> {
    out: Writer<W>,
}

impl<W: Write> Csv<W> {
    /// Writes the names of the columns.
    pub fn new(out: W) -> io::Result<Self> {
        let mut out = WriterBuilder::new().from_writer(out);
        out.write_record(COLUMNS.iter().map(|column| column.name))?;
        Ok(Self { out })
    }
}

impl<W: Write> Exporter for Csv<W> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        for column in COLUMNS {
            self.out.write_field(cell(column.value, document).as_bytes())?;
        }
        self.out.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn cell<'d>(value: Value, document: &'d ExportDocument<'d>) -> Cow<'d, str> {
    match value {
        Value::Text(text) => text(document).map_or(Cow::Borrowed(""), safe),
        Value::List(list) => safe(list(document).join(SEPARATOR).into()),
        Value::Day(day) => day(document).map_or(Cow::Borrowed(""), |day| day.to_string().into()),
        Value::Time(time) => time(document).map_or(Cow::Borrowed(""), |time| time.to_string().into()),
        Value::Share(share) => share(document).to_string().into(),
        Value::Count(count) => count(document).to_string().into(),
    }
}

/// The text with an apostrophe before it, if a spreadsheet would take it for a formula: it then shows the text. Without NUL, which readers of CSV take for
/// its end.
fn safe(text: Cow<'_, str>) -> Cow<'_, str> {
    let text = if text.contains('\0') { text.replace('\0', "").into() } else { text };
    if text.starts_with(FORMULA) { format!("'{text}").into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(safe(text.into()), format!("'{text}"));
        }
        assert_eq!(safe("a = b".into()), "a = b");
        assert_eq!(safe("a\0b".into()), "ab");
    }

    #[test]
    fn a_row_reads_back_as_it_was() {
        let tags = ["one, two".to_owned(), "\"three\"".to_owned()];
        let document =
            ExportDocument { title: Some("=HYPERLINK(\"x\")"), tags: &tags, ..sample::document("One.\n\nTwo,\nthree.") };
        let mut csv = Csv::new(Vec::new()).unwrap();
        csv.document(&document).unwrap();
        let bytes = csv.out.into_inner().unwrap();
        let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
        let row: std::collections::HashMap<String, String> = reader.deserialize().next().unwrap().unwrap();
        assert_eq!((row["title"].as_str(), row["text"].as_str()), ("'=HYPERLINK(\"x\")", "One.\n\nTwo,\nthree."));
        assert_eq!((row["tags"].as_str(), row["url"].as_str()), ("one, two; \"three\"", document.url.unwrap()));
        assert_eq!(row.len(), COLUMNS.len());
    }
}
