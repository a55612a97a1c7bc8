//! Tables with a column of addresses (RFC 4180; the separator may be a comma, a semicolon or a tab). Memory holds one row at a time.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use csv::{ReaderBuilder, StringRecord};

use super::Error;

/// Names of columns that hold addresses, tried in this order where none is named.
const USUAL: &[&str] = &["url", "link", "href", "address", "uri"];

/// Bytes of the first line that are looked at for its separator.
const HEAD: usize = 8 << 10;

/// Longest row in bytes: a quotation mark that is never closed makes one row of all the rest.
const MAX_ROW: usize = 1 << 20;

/// The cells of one column, in the order of the rows. Rows that cannot be read are errors of their own.
pub struct Cells {
    rows: csv::StringRecordsIntoIter<Bounded>,
    column: usize,
    left: Rc<Cell<usize>>,
}

/// A table whose rows have an end.
struct Bounded {
    table: Box<dyn BufRead>,
    /// Bytes that may still be read for the present row.
    left: Rc<Cell<usize>>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.table.read(buffer)?;
        let left = self.left.get().checked_sub(count);
        self.left.set(left.ok_or_else(|| io::Error::other(format!("a row is longer than {MAX_ROW} bytes")))?);
        Ok(count)
    }
}

impl Cells {
    /// Opens a table with a row of names and finds the column: the one named, else one with a usual name, else the only one.
    pub fn open(table: impl Read + 'static, column: Option<&str>) -> Result<Self, Error> {
        let damaged = |error: &dyn std::fmt::Display| Error::Damaged { what: "the table", damage: error.to_string() };
        let mut table = BufReader::with_capacity(HEAD, table);
        let head = table.fill_buf().map_err(|error| damaged(&error))?;
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = |separator: u8| first.iter().filter(|byte| **byte == separator).count();
        let separator = [b',', b';', b'\t'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',');
        let table: Box<dyn BufRead> = Box::new(table);
        let left = Rc::new(Cell::new(MAX_ROW));
        let table = Bounded { table, left: Rc::clone(&left) };
        let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(table);
        let names = reader.headers().map_err(|error| damaged(&error))?.clone();
        let column = find(&names, column).ok_or_else(|| Error::Column {
            name: column.unwrap_or("url").to_owned(),
            columns: names.iter().take(20).collect::<Vec<_>>().join(", "),
        })?;
        Ok(Self { rows: reader.into_records(), column, left })
    }
}

fn find(names: &StringRecord, wanted: Option<&str>) -> Option<usize> {
    let at = |wanted: &str| names.iter().position(|name| name.trim_matches(['\u{feff}', ' ']).eq_ignore_ascii_case(wanted));
    match wanted {
        Some(wanted) => at(wanted),
        None => USUAL.iter().find_map(|name| at(name)).or((names.len() == 1).then_some(0)),
    }
}

impl Iterator for Cells {
    type Item = Result<String, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.left.set(MAX_ROW);
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
    fn finds_the_column() {
        assert_eq!(cells("\u{feff}id,URL,x\n1,https://a.example/?a=1,\"b,\nc\"\n2,,\n3, https://b.example/ \n", None).len(), 2);
        assert_eq!(cells("name;link\nA;https://a.example/\n", None), ["https://a.example/"]);
        assert_eq!(cells("a\tb\n1\t2\n", Some("B")), ["2"]);
        assert_eq!(cells("anything\nhttps://a.example/\n", None), ["https://a.example/"]);
        let endless: &'static str = Box::leak(format!("url\n\"{}", "x".repeat(3 * MAX_ROW)).into_boxed_str());
        assert_eq!(cells(endless, None), [format!("! a row is longer than {MAX_ROW} bytes")]);
        let error = Cells::open("a,b\n1,2\n".as_bytes(), None).err().unwrap();
        assert_eq!(error.to_string(), "read the table: it has no column \"url\", only a, b");
    }
}
