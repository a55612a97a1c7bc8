//! JSON Lines (<https://jsonlines.org>): each line an object with a page and what is known of it, as scrapers and text corpora write them. Holds one
//! line at a time. What a key means is up to [`super::columns`].

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::columns::Columns;
use super::record::{Access, ArchiveContext, ArchiveFormat, ArchiveItem, ArchiveReader, Damage};
use super::row::{MAX_OVERHEAD, Row};
use gleaner_warc::budget::too_large;

/// Most values of a list; further ones are ignored.
const MAX_VALUES: usize = 1 << 16;

/// Lines of JSON objects.
pub const FORMAT: ArchiveFormat = ArchiveFormat {
    name: "JSON Lines",
    detect: is_json_lines,
    confirm: |_| true,
    access: Access::Sequential,
    open: |source| {
        let (columns, max_page_bytes) = (source.columns.clone(), source.max_page_bytes);
        let reader = BufReader::with_capacity(64 << 10, source.decompressed()?);
        Ok(Box::new(JsonLines { reader, columns, offset: 0, line: 0, max_line_bytes: 2 * max_page_bytes + MAX_OVERHEAD }))
    },
};

/// Whether a file starts like JSON Lines with pages: with an object on one line that has the key of a page.
fn is_json_lines(start: &[u8], columns: &Columns) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let (line, is_whole) = match memchr::memchr(b'\n', start) {
        Some(end) => (start.get(..end).unwrap_or(start), true),
        None => (start, false),
    };
    if !line.starts_with(b"{") || line.trim_ascii_end() == b"{" {
        return false;
    }
    let known = columns.fields(keys(line).iter().map(String::as_str));
    // Of a long line, the keys after the page are not seen.
    known.has_page && (known.is_certain || known.count > 1 || !is_whole)
}

/// The keys of an object, whose text may be cut off.
fn keys(line: &[u8]) -> Vec<String> {
    let (mut keys, mut depth, mut string, mut escaped) = (Vec::new(), 0u32, None, false);
    for (at, byte) in line.iter().enumerate() {
        match (string, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(start), b'"') => {
                let follows = line.get(at + 1..).unwrap_or_default().trim_ascii_start();
                if depth == 1 && follows.starts_with(b":") {
                    keys.push(String::from_utf8_lossy(line.get(start..at).unwrap_or_default()).into_owned());
                }
                string = None;
            }
            (None, b'"') => string = Some(at + 1),
            (None, b'{' | b'[') => depth += 1,
            (None, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    keys
}

/// The objects of a file, in order.
struct JsonLines<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    columns: Columns,
    /// Offset of the next line.
    offset: u64,
    /// Lines that have been read.
    line: u64,
    /// Most bytes of a line that are held.
    max_line_bytes: usize,
}

impl JsonLines<'_> {
    /// The next line that is not blank, with its offset; cut off if it is too long.
    fn next_line(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        loop {
            let (start, mut line) = (self.offset, Vec::new());
            let limit = self.max_line_bytes as u64 + 1;
            self.offset += self.reader.by_ref().take(limit).read_until(b'\n', &mut line)? as u64;
            if line.is_empty() {
                return Ok(None);
            }
            self.line += 1;
            if line.len() > self.max_line_bytes && !line.ends_with(b"\n") {
                self.offset += self.reader.skip_until(b'\n')? as u64;
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some((start, line)));
            }
        }
    }

    fn read(&self, line: &[u8], context: ArchiveContext<'_>, place: String) -> Result<ArchiveItem, String> {
        if line.len() > self.max_line_bytes {
            return Err(too_large(self.max_line_bytes as u64));
        }
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
        let mut json = serde_json::Deserializer::from_slice(line);
        let row = json.deserialize_map(RowVisitor(&self.columns)).and_then(|row| json.end().map(|()| row));
        let page = row.map_err(|error| format!("it is not a JSON object: {error}"))?.page(context.path, place)?;
        Ok(ArchiveItem::Page(Box::new(page)))
    }
}

impl ArchiveReader for JsonLines<'_> {
    fn next_item(&mut self, context: ArchiveContext<'_>) -> Option<Result<ArchiveItem, Damage>> {
        let offset = self.offset;
        match self.next_line() {
            Ok(None) => None,
            Ok(Some((offset, line))) => {
                let place = self.columns.place(offset);
                let read = self.read(&line, context, place.clone());
                Some(read.map_err(|reason| Damage { place, reason: format!("line {}: {reason}", self.line) }))
            }
            Err(error) => {
                // Nothing can be read after this.
                self.reader = BufReader::new(Box::new(io::empty()));
                Some(Err(Damage { place: self.columns.place(offset), reason: error.to_string() }))
            }
        }
    }

    fn seek_to(&mut self, place: &str) -> io::Result<bool> {
        let Some((offset, _)) = Columns::of_place(place) else { return Ok(false) };
        self.offset = offset;
        Ok(io::copy(&mut self.reader.by_ref().take(offset), &mut io::sink())? == offset)
    }
}

/// Reads the cells that are needed of an object.
struct RowVisitor<'c>(&'c Columns);

impl<'de> Visitor<'de> for RowVisitor<'_> {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let mut row = Row::default();
        while let Some(key) = map.next_key::<String>()? {
            match self.0.field_of(&key) {
                Some(field) => row.add(field, map.next_value::<Cell>()?.0),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(row)
    }
}

/// The texts of a value: of a list all, of an object its `name`.
#[derive(Default)]
struct Cell(Vec<Vec<u8>>);

impl<'de> serde::Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell(vec![text.as_bytes().to_vec()]))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Cell, E> {
        Ok(Cell::default())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Cell, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Cell, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Cell, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell, A::Error> {
        let mut all = Cell::default();
        while all.0.len() < MAX_VALUES {
            match list.next_element::<Cell>()? {
                Some(cell) => all.0.extend(cell.0),
                None => return Ok(all),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
        let mut name = Cell::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" => name = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_pages_are_distinguished_from_other_json() {
        let usual = Columns::default();
        for lines in [
            &br#"{"url": "https://a.example/", "text": "A story."}"#[..],
            b"\xef\xbb\xbf{\"text\": \"A story.\"}\n{}",
            br#"{"id": 7, "meta": {"text": 1}, "title": "x", "body": "y"}"#,
            br#"{"content": "a long text that is cut"#,
        ] {
            assert!(is_json_lines(lines, &usual), "{}", String::from_utf8_lossy(lines));
        }
        for other in
            ["{\n \"text\": \"x\"\n}", "{\"log\": {\"text\": 1}}", "[{\"text\": 1}]", "{\"body\": 1}\n", "{\"title\": \"text:\"}"]
        {
            assert!(!is_json_lines(other.as_bytes(), &usual), "{other}");
        }
    }
}
