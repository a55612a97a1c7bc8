//! CSV (RFC 4180) and its kin: values separated by commas, tabs, semicolons or bars, under a first row of names. Each row is a page and what is known
//! of it. Holds one row at a time. What a name means is up to [`super::columns`].

use std::io::{self, BufRead, BufReader, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::columns::{Columns, Field};
use super::record::{Access, ArchiveContext, ArchiveFormat, ArchiveItem, ArchiveReader, Damage};
use super::row::{MAX_OVERHEAD, Row};
use super::source::ArchiveSource;
use crate::ingest::failure::Error;
use gleaner_warc::budget::too_large;

/// Characters that may separate values.
const DELIMITERS: &[u8] = b",\t;|";

/// Most columns of a table.
const MAX_COLUMNS: usize = 4096;

/// Longest name of a column in bytes.
const MAX_NAME: usize = 100;

/// Most bytes of the row of names.
const MAX_HEADER: usize = 64 << 10;

/// Rows of values under a row of names.
pub const FORMAT: ArchiveFormat = ArchiveFormat {
    name: "CSV",
    detect: |start, columns| delimiter(start, columns).is_some(),
    confirm: |_| true,
    access: Access::Sequential,
    open: |source| Ok(Box::new(CsvRows::open(source)?)),
};

/// Rows whose number of values is compared with that of the names, and bytes from which on the last one may be cut off.
const CHECKED_ROWS: usize = 5;
const MIN_CUT: usize = 16 << 10;

/// The delimiter of a file that starts like a table with pages: with a row of names of which one is that of a page and one more is known, and with as
/// many values in each of the next rows.
fn delimiter(start: &[u8], columns: &Columns) -> Option<u8> {
    DELIMITERS.iter().copied().find(|delimiter| {
        let mut rows = RowReader::new(BufReader::new(start), *delimiter, MAX_HEADER);
        let Ok(Some(names)) = rows.next_row().map(|row| row.and_then(|row| row.values)) else { return false };
        let names: Vec<String> = names.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let are_names = names.iter().all(|name| name.len() <= MAX_NAME && !name.contains('\n'));
        let known = columns.fields(names.iter().map(String::as_str));
        let is_table = are_names && names.len() > 1 && known.has_page && (known.count > 1 || !columns.are_usual());
        let mut fitting = 0;
        while let Ok(Some(RawRow { values: Some(values), .. })) = rows.next_row() {
            // The last row may be cut off.
            let fits = values.len() == names.len() || (start.len() >= MIN_CUT && rows.is_at_end());
            if !fits || !is_table {
                return false;
            }
            fitting += 1;
            if fitting == CHECKED_ROWS {
                break;
            }
        }
        fitting > 0
    })
}

/// A row, and where it starts.
struct RawRow {
    offset: u64,
    /// The line in which it starts, from 1.
    line: u64,
    /// `None` if they are too long together.
    values: Option<Vec<Vec<u8>>>,
}

/// Splits a file into rows.
struct RowReader<R> {
    reader: BufReader<R>,
    parser: Reader,
    /// Offset of the next byte.
    offset: u64,
    /// The line that it is in, from 1.
    line: u64,
    /// Most bytes of a row that are held.
    max_row_bytes: usize,
}

impl<R: Read> RowReader<R> {
    fn new(reader: BufReader<R>, delimiter: u8, max_row_bytes: usize) -> Self {
        Self { reader, parser: ReaderBuilder::new().delimiter(delimiter).build(), offset: 0, line: 1, max_row_bytes }
    }

    fn is_at_end(&mut self) -> bool {
        self.reader.fill_buf().is_ok_and(<[u8]>::is_empty)
    }

    fn consume(&mut self, count: usize) {
        let consumed = self.reader.buffer().get(..count).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', consumed).count() as u64;
        self.reader.consume(count);
        self.offset += count as u64;
    }

    /// The next row; `None` at the end.
    fn next_row(&mut self) -> io::Result<Option<RawRow>> {
        while let Some(b'\r' | b'\n') = self.reader.fill_buf()?.first() {
            self.consume(1);
        }
        let (offset, line) = (self.offset, self.line);
        let (mut output, mut ends) = (vec![0; 4 << 10], vec![0; 64]);
        let (mut used, mut count, mut is_too_long) = (0, 0, false);
        loop {
            let input = self.reader.fill_buf()?;
            let free = (output.get_mut(used..).unwrap_or_default(), ends.get_mut(count..).unwrap_or_default());
            let (result, read, written, ended) = self.parser.read_record(input, free.0, free.1);
            self.consume(read);
            (used, count) = (used + written, count + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if output.len() < self.max_row_bytes => output.resize(2 * output.len(), 0),
                ReadRecordResult::OutputEndsFull if ends.len() < MAX_COLUMNS => ends.resize(2 * ends.len(), 0),
                // The rest of the row is read and dropped.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => (used, count, is_too_long) = (0, 0, true),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::Record => break,
            }
        }
        let starts = std::iter::once(&0).chain(&ends);
        let value = |(start, end): (&usize, &usize)| output.get(*start..*end).unwrap_or_default().to_vec();
        let values = (!is_too_long).then(|| starts.zip(&ends).take(count).map(value).collect());
        Ok(Some(RawRow { offset, line, values }))
    }
}

/// The rows of a table, in order.
struct CsvRows<'a> {
    rows: RowReader<Box<dyn Read + 'a>>,
    columns: Columns,
    /// What each column holds.
    fields: Vec<Option<(Field, usize)>>,
}

impl<'a> CsvRows<'a> {
    fn open(source: ArchiveSource<'a>) -> Result<Self, Error> {
        let (path, columns, max_page_bytes) = (source.path.clone(), source.columns.clone(), source.max_page_bytes);
        let failed = |source| Error::Io { path: path.clone(), source };
        let mut content = source.decompressed()?;
        let mut start = Vec::new();
        content.by_ref().take(MAX_HEADER as u64).read_to_end(&mut start).map_err(failed)?;
        let delimiter = delimiter(&start, &columns).unwrap_or(b',');
        let content: Box<dyn Read + 'a> = Box::new(io::Cursor::new(start).chain(content));
        let mut rows = RowReader::new(BufReader::with_capacity(64 << 10, content), delimiter, 2 * max_page_bytes + MAX_OVERHEAD);
        let names = rows.next_row().map_err(failed)?.and_then(|row| row.values).unwrap_or_default();
        let fields = names.iter().map(|name| columns.field_of(String::from_utf8_lossy(name).trim())).collect();
        Ok(Self { rows, columns, fields })
    }

    fn read(&self, values: Option<Vec<Vec<u8>>>, context: ArchiveContext<'_>, place: String) -> Result<ArchiveItem, String> {
        let values = values.ok_or_else(|| too_large(self.rows.max_row_bytes as u64))?;
        let mut row = Row::default();
        for (field, value) in self.fields.iter().zip(values) {
            if let Some(field) = field {
                row.add(*field, vec![value]);
            }
        }
        Ok(ArchiveItem::Page(Box::new(row.page(context.path, place)?)))
    }
}

impl ArchiveReader for CsvRows<'_> {
    fn next_item(&mut self, context: ArchiveContext<'_>) -> Option<Result<ArchiveItem, Damage>> {
        let offset = self.rows.offset;
        match self.rows.next_row() {
            Ok(None) => None,
            Ok(Some(RawRow { offset, line, values })) => {
                let place = self.columns.place(offset);
                let read = self.read(values, context, place.clone());
                Some(read.map_err(|reason| Damage { place, reason: format!("line {line}: {reason}") }))
            }
            Err(error) => {
                // Nothing can be read after this.
                self.rows.reader = BufReader::new(Box::new(io::empty()));
                self.rows.parser.reset();
                Some(Err(Damage { place: self.columns.place(offset), reason: error.to_string() }))
            }
        }
    }

    fn seek_to(&mut self, place: &str) -> io::Result<bool> {
        let offset = Columns::of_place(place).and_then(|(offset, _)| offset.checked_sub(self.rows.offset));
        let Some(ahead) = offset else { return Ok(false) };
        self.rows.offset += ahead;
        self.rows.parser.reset();
        Ok(io::copy(&mut self.rows.reader.by_ref().take(ahead), &mut io::sink())? == ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_with_pages_are_distinguished_from_texts_and_other_tables() {
        let usual = Columns::default();
        for (table, expected) in [
            ("url,text\nhttps://a.example/,\"A story,\nwith lines.\"\n", b','),
            ("\u{feff}\"Title\"\t\"Body\"\nx\ty\n", b'\t'),
            ("id;link;content_html\n1;x;<p>a, b", b';'),
        ] {
            assert_eq!(delimiter(table.as_bytes(), &usual), Some(expected), "{table}");
        }
        for other in [
            "url,title\nx,y\n",
            "Title, text and body, the three parts of a story.\n\nA story.\n",
            "Headline, story\n\nIt rained all day, and all night, and the river rose.\n",
            "text\nA story.\n",
            "url,text\n",
            "",
        ] {
            assert_eq!(delimiter(other.as_bytes(), &usual), None, "{other}");
        }
        let named = Columns::new([(Field::Text, "Volltext".to_owned())]);
        assert_eq!(delimiter(b"id,Volltext\n1,x\n", &named), Some(b','));
    }

    #[test]
    fn rows_are_bounded_and_reading_goes_on_after_a_long_one() {
        let long = format!("a,b\n{},y\n\n1,\"two\nlines \"\"q\"\"\"\n", "x".repeat(1 << 20));
        let mut rows = RowReader::new(BufReader::with_capacity(10, long.as_bytes()), b',', 100_000);
        let mut found = Vec::new();
        while let Some(row) = rows.next_row().unwrap() {
            found.push((row.line, row.values.map(|values| values.join(&b'|'))));
        }
        assert_eq!(found.len(), 3);
        assert_eq!((found[0].0, found[1].0, &found[1].1, found[2].0), (1, 2, &None, 4));
        assert_eq!(found[2].1.as_deref(), Some(&b"1|two\nlines \"q\""[..]));
    }
}
