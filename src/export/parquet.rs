//! Apache Parquet (<https://parquet.apache.org/docs/file-format/>), with zstd: one row per document, typed columns, row groups of bounded size with statistics.
//!
//! Written with the column writers of the `parquet` crate; Arrow is not needed for a fixed schema. One row group is in memory at a time.

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::parser::parse_message_type;
use ::parquet::schema::types::ColumnPath;

use super::columns::{COLUMNS, Value};
use super::document::{ExportDocument, days_since_epoch};
use super::exporter::{Exporter, FileFormat};

/// Parquet.
pub const FORMAT: FileFormat = FileFormat {
    name: "parquet",
    extensions: &[".parquet"],
    is_compressible: false,
    is_feed: false,
    open: |out, _| Ok(Box::new(Parquet::new(out)?)),
};

/// Most rows of a row group.
const MAX_ROWS: usize = 10_000;

/// Bytes of values after which a row group ends.
const MAX_BYTES: usize = 32 << 20;

/// Columns whose values hardly recur: a dictionary or statistics of them say nothing.
const UNIQUE: &[&str] = &["text", "description", "text_sha256"];

/// Writes a Parquet file.
pub struct Parquet<W> {
    out: W,
    /// Writes to memory; what it has written is passed on after each row group.
    file: SerializedFileWriter<Vec<u8>>,
    rows: Rows,
}

impl<W: Write> Parquet<W> {
    /// Begins a file.
    pub fn new(out: W) -> io::Result<Self> {
        let schema = Arc::new(parse_message_type(&schema())?);
        let file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties()?))?;
        Ok(Self { out, file, rows: Rows::new() })
    }

    fn end_row_group(&mut self) -> io::Result<()> {
        let rows = std::mem::replace(&mut self.rows, Rows::new());
        if rows.count > 0 {
            let mut group = self.file.next_row_group()?;
            rows.columns.iter().try_for_each(|values| values.write(&mut group))?;
            group.close()?;
        }
        self.pass_on()
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let written = self.file.inner_mut();
        self.out.write_all(written)?;
        written.clear();
        Ok(())
    }

    pub(super) fn push_rows(&mut self, rows: Rows) -> io::Result<()> {
        self.rows = rows;
        self.end_row_group()
    }
}

impl<W: Write> Exporter for Parquet<W> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        self.rows.push(document);
        if self.rows.is_full() { self.end_row_group() } else { Ok(()) }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.end_row_group()?;
        self.file.finish()?;
        self.pass_on()?;
        self.out.flush()
    }
}

/// The schema in Parquet's own notation.
fn schema() -> String {
    let field = |name: &str, value: Value| match value {
        Value::Text(_) => format!("optional binary {name} (STRING);"),
        Value::List(_) => {
            format!("required group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}")
        }
        Value::Day(_) => format!("optional int32 {name} (DATE);"),
        Value::Time(_) => format!("optional int64 {name} (TIMESTAMP(MICROS,true));"),
        Value::Share(_) => format!("required double {name};"),
        Value::Count(_) => format!("required int64 {name};"),
    };
    let fields: Vec<String> = COLUMNS.iter().map(|column| field(column.name, column.value)).collect();
    format!("message document {{ {} }}", fields.join(" "))
}

fn properties() -> io::Result<WriterProperties> {
    let created_by = format!("gleaner version {}", env!("CARGO_PKG_VERSION"));
    let usual = WriterProperties::builder()
        .set_created_by(created_by)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_statistics_truncate_length(Some(64));
    let unique = UNIQUE.iter().fold(usual, |properties, name| {
        let path = ColumnPath::from(*name);
        properties.set_column_dictionary_enabled(path.clone(), false).set_column_statistics_enabled(path, EnabledStatistics::None)
    });
    Ok(unique.build())
}

/// The rows of a row group, by column.
pub(super) struct Rows {
    columns: Vec<Values>,
    count: usize,
    bytes: usize,
}

impl Rows {
    pub fn new() -> Self {
        Self { columns: COLUMNS.iter().map(|column| Values::of(column.value)).collect(), count: 0, bytes: 0 }
    }

    pub fn push(&mut self, document: &ExportDocument<'_>) {
        let bytes: usize = self.columns.iter_mut().zip(COLUMNS).map(|(values, column)| values.push(column.value, document)).sum();
        self.bytes += bytes;
        self.count += 1;
    }

    /// About the memory that they take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn is_full(&self) -> bool {
        self.count >= MAX_ROWS || self.bytes >= MAX_BYTES
    }
}

/// The values of a column, with Parquet's levels: 1 where there is a value; of lists, 0 where a row begins.
enum Values {
    Texts { values: Vec<ByteArray>, defined: Vec<i16> },
    Lists { values: Vec<ByteArray>, defined: Vec<i16>, repeated: Vec<i16> },
    Days { values: Vec<i32>, defined: Vec<i16> },
    Times { values: Vec<i64>, defined: Vec<i16> },
    Shares(Vec<f64>),
    Counts(Vec<i64>),
}

impl Values {
    fn of(value: Value) -> Self {
        match value {
            Value::Text(_) => Self::Texts { values: Vec::new(), defined: Vec::new() },
            Value::List(_) => Self::Lists { values: Vec::new(), defined: Vec::new(), repeated: Vec::new() },
            Value::Day(_) => Self::Days { values: Vec::new(), defined: Vec::new() },
            Value::Time(_) => Self::Times { values: Vec::new(), defined: Vec::new() },
            Value::Share(_) => Self::Shares(Vec::new()),
            Value::Count(_) => Self::Counts(Vec::new()),
        }
    }

    /// Adds the value of a document; returns about the bytes that it takes.
    fn push(&mut self, value: Value, document: &ExportDocument<'_>) -> usize {
        match (self, value) {
            (Self::Texts { values, defined }, Value::Text(text)) => {
                let text = text(document).map(|text| ByteArray::from(text.into_owned().into_bytes()));
                let bytes = text.as_ref().map_or(0, ByteArray::len);
                push(values, defined, text);
                bytes + 40
            }
            (Self::Lists { values, defined, repeated }, Value::List(list)) => {
                let list = list(document);
                defined.extend(std::iter::repeat_n(i16::from(!list.is_empty()), list.len().max(1)));
                repeated.extend((0..list.len().max(1)).map(|at| i16::from(at > 0)));
                values.extend(list.iter().map(|item| ByteArray::from(item.as_str())));
                list.iter().map(|item| item.len() + 40).sum::<usize>() + 4
            }
            (Self::Days { values, defined }, Value::Day(day)) => {
                push(values, defined, day(document).map(days_since_epoch));
                6
            }
            (Self::Times { values, defined }, Value::Time(time)) => {
                push(values, defined, time(document).map(|time| time.unix().saturating_mul(1_000_000)));
                10
            }
            (Self::Shares(values), Value::Share(share)) => {
                values.push(share(document));
                8
            }
            (Self::Counts(values), Value::Count(count)) => {
                values.push(i64::try_from(count(document)).unwrap_or(i64::MAX));
                8
            }
            // Both come from the same row of the table.
            _ => 0,
        }
    }

    fn write(&self, group: &mut SerializedRowGroupWriter<'_, Vec<u8>>) -> io::Result<()> {
        match self {
            Self::Texts { values, defined } => write::<ByteArrayType>(group, values, Some(defined), None),
            Self::Lists { values, defined, repeated } => write::<ByteArrayType>(group, values, Some(defined), Some(repeated)),
            Self::Days { values, defined } => write::<Int32Type>(group, values, Some(defined), None),
            Self::Times { values, defined } => write::<Int64Type>(group, values, Some(defined), None),
            Self::Shares(values) => write::<DoubleType>(group, values, None, None),
            Self::Counts(values) => write::<Int64Type>(group, values, None, None),
        }
    }
}

fn push<T>(values: &mut Vec<T>, defined: &mut Vec<i16>, value: Option<T>) {
    defined.push(i16::from(value.is_some()));
    values.extend(value);
}

/// Writes the next column of a row group.
fn write<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[T::T],
    defined: Option<&[i16]>,
    repeated: Option<&[i16]>,
) -> io::Result<()> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, defined, repeated)?;
        column.close()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::file::statistics::Statistics;

    #[test]
    fn documents_read_back_with_their_types() {
        let authors = ["Jo Ash".to_owned(), "Mei Lin".to_owned()];
        let with = ExportDocument { authors: &authors, ..sample::document("One.\n\nTwo.") };
        let without = ExportDocument { url: None, title: None, published: None, fetched_at: None, ..sample::document("Three.") };
        let mut bytes = Vec::new();
        let mut parquet = Parquet::new(&mut bytes).unwrap();
        parquet.document(&with).unwrap();
        parquet.document(&without).unwrap();
        parquet.finish().unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows: Vec<String> = reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert_eq!(rows.len(), 2);
        assert!(rows[0].contains("authors: [\"Jo Ash\", \"Mei Lin\"], published: 2024-02-19"), "{}", rows[0]);
        assert!(rows[1].contains("url: null, title: null, authors: [], published: null, published_at: null"), "{}", rows[1]);
        let group = reader.metadata().row_group(0);
        let words = group.columns().iter().find(|column| column.column_path().string() == "words").unwrap();
        assert!(matches!(words.statistics(), Some(Statistics::Int64(found)) if found.min_opt() == Some(&3)));
    }

    #[test]
    fn row_groups_are_bounded() {
        let text = "x".repeat(MAX_BYTES / 4);
        let document = sample::document(&text);
        let mut bytes = Vec::new();
        let mut parquet = Parquet::new(&mut bytes).unwrap();
        for _ in 0..9 {
            parquet.document(&document).unwrap();
        }
        parquet.finish().unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows: Vec<i64> = reader.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
        assert_eq!(rows, [4, 4, 1]);
    }
}
