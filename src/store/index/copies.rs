//! Copies in the full-text index: which have to be written to it, because they or their originals have changed.

use rusqlite::{Connection, Row};

use super::database::Index;
use super::fulltext::put_text;
use crate::store::failure::Error;
use gleaner_extract::document::DocumentId;

/// Copies read at a time.
const BATCH: usize = 500;

/// A copy that is due.
#[derive(Clone, Debug)]
pub(in crate::store) struct DueCopy {
    doc: i64,
    pub id: DocumentId,
    title: Option<String>,
}

impl Index {
    /// Some of the copies that are due; none if there are no more.
    pub fn due_copies(&self) -> Result<Vec<DueCopy>, Error> {
        self.ask("read", |db| {
            let sql = format!("SELECT doc, id, title FROM copies_due JOIN documents USING (doc) ORDER BY doc LIMIT {BATCH}");
            let due = |row: &Row<'_>| Ok(DueCopy { doc: row.get(0)?, id: super::lookup::id(row, 1)?, title: row.get(2)? });
            db.prepare_cached(&sql)?.query_map([], due)?.collect()
        })
    }

    /// Writes the text by which a copy is found; `None` if its original has none.
    pub fn put_copy_text(&mut self, copy: &DueCopy, text: Option<&str>) -> Result<(), Error> {
        self.change_in_batch(|db| {
            db.prepare_cached("DELETE FROM copies_due WHERE doc = ?1")?.execute([copy.doc])?;
            db.prepare_cached("DELETE FROM fts WHERE rowid = ?1")?.execute([copy.doc])?;
            text.map_or(Ok(()), |text| put_text(db, copy.doc, copy.title.as_deref(), text))
        })
    }
}

/// A copy is due.
pub(super) fn mark(db: &Connection, doc: i64) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO copies_due VALUES (?1)")?.execute([doc]).map(drop)
}

/// The copies of a document are due: its text has changed, or is gone.
pub(super) fn mark_copies_of(db: &Connection, id: &DocumentId) -> rusqlite::Result<()> {
    // One row at a time: a statement that writes several is a savepoint, and each savepoint makes FTS5 write out the words that it has in memory.
    let mut copies = db.prepare_cached("SELECT doc FROM documents WHERE copy_of = ?1")?;
    let copies = copies.query_map([id.to_string()], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    copies.into_iter().try_for_each(|doc| mark(db, doc))
}
