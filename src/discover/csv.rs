//! Tables with a column of URLs (RFC 4180; the separator may be a comma, a semicolon or a tab). Memory holds one row at a time.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use csv::{ReaderBuilder, StringRecord};

use super::failure::Error;

/// Names of columns with URLs, tried in this order if no column is configured.
const COMMON_NAMES: &[&str] = &["url", "link", "href", "address", "uri"];

/// Bytes of the first line in which the separator is searched.
const HEADER_BYTES: usize = 8 << 10;

/// Longest row in bytes: a quotation mark that is never closed turns the rest of the table into one row.
const MAX_ROW_BYTES: usize = 1 << 20;

/// The cells of one column, in order of the rows. A row that cannot be read is an error, and does not end the iteration.
pub struct Cells {
    rows: csv::StringRecordsIntoIter<RowLimiter>,
    column: usize,
    left: Rc<Cell<usize>>,
}

/// Limits the length of rows.
struct RowLimiter {
    table: Box<dyn BufRead>,
    /// Bytes that may still be read for the current row.
    left: Rc<Cell<usize>>,
}

impl Read for RowLimiter {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.table.read(buffer)?;
        let left = self.left.get().checked_sub(count);
        self.left.set(left.ok_or_else(|| io::Error::other(format!("a row is longer than {MAX_ROW_BYTES} bytes")))?);
        Ok(count)
    }
}

impl Cells {
    /// Opens a table with a header row and finds the column: the named one, else one with a common name, else the only one.
    pub fn open(table: impl Read + 'static, column: Option<&str>) -> Result<Self, Error> {
        let malformed = |error: &dyn std::fmt::Display| Error::Malformed { expected: "a table", cause: error.to_string() };
        let mut table = BufReader::with_capacity(HEADER_BYTES, table);
        let head = table.fill_buf().map_err(|error| malformed(&error))?;
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = |separator: u8| first.iter().filter(|byte| **byte == separator).count();
        let separator = [b',', b';', b'\t'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',');
        let table: Box<dyn BufRead> = Box::new(table);
        let left = Rc::new(Cell::new(MAX_ROW_BYTES));
        let table = RowLimiter { table, left: Rc::clone(&left) };
        let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(table);
        let header = reader.headers().map_err(|error| malformed(&error))?.clone();
        let column = find_column(&header, column).ok_or_else(|| Error::NoColumn {
            name: column.unwrap_or("url").to_owned(),
            columns: header.iter().take(20).collect::<Vec<_>>().join(", "),
        })?;
        Ok(Self { rows: reader.into_records(), column, left })
    }
}

fn find_column(header: &StringRecord, name: Option<&str>) -> Option<usize> {
    let at = |name: &str| header.iter().position(|cell| cell.trim_matches(['\u{feff}', ' ']).eq_ignore_ascii_case(name));
    match name {
        Some(name) => at(name),
        None => COMMON_NAMES.iter().find_map(|name| at(name)).or((header.len() == 1).then_some(0)),
    }
}

impl Iterator for Cells {
    type Item = Result<String, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.left.set(MAX_ROW_BYTES);
            match self.rows.next()? {
                Ok(row) => match row.get(self.column).map(str::trim) {
                    Some(cell) if !cell.is_empty() => return Some(Ok(cell.to_owned())),
                    _ => {}
                },
                Err(error) => return Some(Err(error.to_string())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(table: &'static str, column: Option<&str>) -> Vec<String> {
        Cells::open(table.as_bytes(), column).unwrap().map(|cell| cell.unwrap_or_else(|error| format!("! {error}"))).collect()
    }

    #[test]
    fn the_column_is_found() {
        assert_eq!(cells("\u{feff}id,URL,x\n1,https://a.example/?a=1,\"b,\nc\"\n2,,\n3, https://b.example/ \n", None).len(), 2);
        assert_eq!(cells("name;link\nA;https://a.example/\n", None), ["https://a.example/"]);
        assert_eq!(cells("a\tb\n1\t2\n", Some("B")), ["2"]);
        assert_eq!(cells("anything\nhttps://a.example/\n", None), ["https://a.example/"]);
        let endless: &'static str = Box::leak(format!("url\n\"{}", "x".repeat(3 * MAX_ROW_BYTES)).into_boxed_str());
        assert_eq!(cells(endless, None), [format!("! a row is longer than {MAX_ROW_BYTES} bytes")]);
        let error = Cells::open("a,b\n1,2\n".as_bytes(), None).err().unwrap();
        assert_eq!(error.to_string(), "read the table: it has no column \"url\", only a, b");
    }
}
