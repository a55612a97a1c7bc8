//! Compares two indexes row by row, in constant memory. Internal row numbers are left out: they depend on the order of writing.

use std::cmp::Ordering;

use rusqlite::types::Value;
use rusqlite::{Rows, Statement};

use super::database::{Index, failure};
use crate::store::failure::Error;

/// Every table with its rows in a fixed order, the natural key first.
const TABLES: &[(&str, &str)] = &[
    (
        "documents",
        "SELECT id, source, stem, raw_path, raw_sha256, text_sha256, tokens_sha256, copy_of, cleaner_version, cleaner_model,
            cleaner_rules, cleaner_config, fetched_at, title, authors, tags, site, outlet, shown_url, language, published, words, bytes, completeness, confidence,
            sidecar_sha256, parts, cluster
         FROM documents ORDER BY id",
    ),
    (
        "attributes",
        "SELECT id, at, key, s.value, o.value, l.value, a.completeness, canonical FROM attributes a JOIN documents USING (doc)
         LEFT JOIN names s ON s.name = a.site LEFT JOIN names o ON o.name = a.outlet LEFT JOIN names l ON l.name = a.language ORDER BY id",
    ),
    (
        "labels",
        "SELECT id, kind, value, folded FROM labels JOIN documents USING (doc) JOIN names USING (name) ORDER BY id, kind, value",
    ),
    ("urls", "SELECT id, url, kind FROM urls LEFT JOIN documents USING (doc) ORDER BY id, url, kind"),
    (
        "raws",
        "SELECT path, sha256, requested, final, fetched_at, etag, last_modified, sidecar_sha256, part_of, part
         FROM raws ORDER BY path",
    ),
    (
        "relations",
        "SELECT id, kind, other, here, there, first_seen FROM relations JOIN documents USING (doc) ORDER BY id, kind, other",
    ),
    ("site_pages", "SELECT id, site, published, lines FROM site_pages ORDER BY id"),
    ("site_lines", "SELECT site, line, stories, among FROM site_lines ORDER BY site, line"),
    ("counted", "SELECT site, outdated FROM counted ORDER BY site"),
    ("undone", "SELECT id, raw_sha256, parts, cleaner FROM undone ORDER BY id, raw_sha256, parts, cleaner"),
    ("texts", "SELECT lower(hex(tokens)), shingles, hashes FROM texts ORDER BY 1"),
    ("hot", "SELECT printf('%010x', hash) FROM hot ORDER BY 1"),
    (
        "related",
        "SELECT lower(hex(a.tokens)), lower(hex(b.tokens)), kind, here, there
         FROM related r JOIN texts a ON a.text = r.a JOIN texts b ON b.text = r.b ORDER BY 1, 2",
    ),
    (
        "fts",
        "SELECT d.id, t.col, t.offset, t.term FROM temp.terms t LEFT JOIN documents d ON d.doc = t.doc
         ORDER BY d.id, t.col, t.offset, t.term",
    ),
];

/// A row that only one of the two indexes has.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::store) struct RowDifference {
    pub table: &'static str,
    /// The row's first column: an id or a path.
    pub key: String,
}

/// The tables of which texts are in them depends on the order of arrival if there were too many.
const OF_TEXTS: &[&str] = &["texts", "hot", "related"];

/// The first `limit` differences between two indexes, table by table.
pub(in crate::store) fn differences(one: &Index, two: &Index, limit: usize) -> Result<Vec<RowDifference>, Error> {
    let mut found = Vec::new();
    let has_left_out = one.has_left_out()? || two.has_left_out()?;
    for (table, sql) in TABLES.iter().filter(|(table, _)| !has_left_out || !OF_TEXTS.contains(table)) {
        let (mut left, mut right) = (prepare(one, sql)?, prepare(two, sql)?);
        let (mut left, mut right) = (RowCursor::new(one, &mut left)?, RowCursor::new(two, &mut right)?);
        while found.len() < limit {
            let (key, advance_left, advance_right) = match (&left.row, &right.row) {
                (None, None) => break,
                (Some(row), None) => (key(row), true, false),
                (None, Some(row)) => (key(row), false, true),
                (Some(a), Some(b)) => match compare(a, b) {
                    Ordering::Equal => (None, true, true),
                    Ordering::Less => (key(a), true, false),
                    Ordering::Greater => (key(b), false, true),
                },
            };
            found.extend(key.map(|key| RowDifference { table, key }));
            if advance_left {
                left.advance()?;
            }
            if advance_right {
                right.advance()?;
            }
        }
    }
    found.dedup();
    Ok(found)
}

fn prepare<'a>(index: &'a Index, sql: &str) -> Result<Statement<'a>, Error> {
    const TERMS: &str = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, fts, instance)";
    let prepared = index.db.execute_batch(TERMS).and_then(|()| index.db.prepare(sql));
    prepared.map_err(|error| failure("compare", &index.path, &error))
}

/// Rows of a query, with the next row available before it is consumed.
struct RowCursor<'a> {
    index: &'a Index,
    rows: Rows<'a>,
    columns: usize,
    row: Option<Vec<Value>>,
}

impl<'a> RowCursor<'a> {
    fn new(index: &'a Index, statement: &'a mut Statement<'_>) -> Result<Self, Error> {
        let columns = statement.column_count();
        let rows = statement.query([]).map_err(|error| failure("compare", &index.path, &error))?;
        let mut cursor = Self { index, rows, columns, row: None };
        cursor.advance()?;
        Ok(cursor)
    }

    fn advance(&mut self) -> Result<(), Error> {
        let read = self.rows.next().and_then(|row| match row {
            Some(row) => (0..self.columns).map(|at| row.get(at)).collect::<rusqlite::Result<Vec<Value>>>().map(Some),
            None => Ok(None),
        });
        self.row = read.map_err(|error| failure("compare", &self.index.path, &error))?;
        Ok(())
    }
}

fn key(row: &[Value]) -> Option<String> {
    Some(match row.first() {
        Some(Value::Text(text)) => text.clone(),
        _ => "(a row without a document)".to_string(),
    })
}

/// SQLite's sort order: NULL, numbers, text by bytes, blobs.
fn compare(a: &[Value], b: &[Value]) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 1,
        Value::Text(_) => 2,
        Value::Blob(_) => 3,
    };
    let one = |(a, b): (&Value, &Value)| match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Real(a), Value::Real(b)) => a.total_cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Blob(a), Value::Blob(b)) => a.cmp(b),
        (a, b) => rank(a).cmp(&rank(b)),
    };
    a.iter().zip(b).map(one).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}
