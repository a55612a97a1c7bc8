//! Texts and their relations in SQLite: a row a text with its fingerprint, and a row a relation.
//!
//! A million texts take 0.4 GB. Fingerprints are read in the order of the rows and written once; see [`super`] for why there is no other index of them.

use gleaner_extract::article::fingerprint::Fingerprint;
use gleaner_extract::base::hash::ContentHash;
use rusqlite::{Connection, OptionalExtension, params};

use super::judge::MIN_SHARED;
use super::relation::RelationKind;
use super::settle::{Pair, Settled};
use super::texts::{HotSet, TextRow, Texts};

/// The statements that create the tables.
pub const TABLES: &str = "
    -- One row per text that can be related to others. `text` is internal: it depends on the order of writing.
    CREATE TABLE texts (
        text INTEGER PRIMARY KEY,
        tokens BLOB NOT NULL UNIQUE,     -- SHA-256 of its words, as in documents.tokens_sha256
        shingles INTEGER NOT NULL,
        hashes BLOB NOT NULL             -- its fingerprint: ascending, 5 bytes each
    ) STRICT;

    -- Hashes of boilerplate.
    CREATE TABLE hot (hash INTEGER PRIMARY KEY) STRICT;

    -- Related texts, each pair once.
    CREATE TABLE related (
        a INTEGER NOT NULL,
        b INTEGER NOT NULL,
        kind TEXT NOT NULL,              -- of a to b
        here REAL NOT NULL,              -- the share of a that is in b
        there REAL NOT NULL,
        PRIMARY KEY (a, b)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX related_b ON related (b);
";

/// Bytes of a hash.
const HASH_BYTES: usize = 5;

/// Numbers are below this.
const MAX_TEXTS: i64 = 1 << 24;

/// A row that was written or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedText {
    /// The text's number.
    pub number: u32,
    /// The hashes of its fingerprint.
    pub hashes: Vec<u64>,
}

/// Adds a text. `None` if it is there already, if it is too short to be related to others, or if there are as many as can be compared.
pub fn add(db: &Connection, tokens: &ContentHash, fingerprint: &Fingerprint) -> rusqlite::Result<Option<u32>> {
    if fingerprint.shingles < MIN_SHARED {
        return Ok(None);
    }
    let sql = "INSERT OR IGNORE INTO texts (tokens, shingles, hashes) SELECT ?1, ?2, ?3
               WHERE (SELECT coalesce(max(text), 0) FROM texts) + 1 < ?4";
    let values = params![tokens.as_bytes(), fingerprint.shingles as i64, encode(&fingerprint.hashes), MAX_TEXTS];
    let added = db.prepare_cached(sql)?.execute(values)?;
    Ok((added > 0).then(|| db.last_insert_rowid() as u32))
}

/// Whether a text is there.
pub fn has(db: &Connection, tokens: &ContentHash) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM texts WHERE tokens = ?1")?.exists([tokens.as_bytes()])
}

/// Removes a text and its relations; `None` if it is not there.
pub fn remove(db: &Connection, tokens: &ContentHash) -> rusqlite::Result<Option<ChangedText>> {
    let sql = "DELETE FROM texts WHERE tokens = ?1 RETURNING text, hashes";
    let removed: Option<(u32, Vec<u8>)> =
        db.prepare_cached(sql)?.query_row([tokens.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((number, hashes)) = removed else { return Ok(None) };
    db.prepare_cached("DELETE FROM related WHERE a = ?1 OR b = ?1")?.execute([number])?;
    Ok(Some(ChangedText { number, hashes: decode(&hashes).collect() }))
}

/// The hash of a text's words.
pub fn tokens(db: &Connection, number: u32) -> rusqlite::Result<Option<ContentHash>> {
    let mut statement = db.prepare_cached("SELECT tokens FROM texts WHERE text = ?1")?;
    Ok(statement.query_row([number], |row| row.get(0)).optional()?.map(ContentHash::from_bytes))
}

/// The hot hashes.
pub fn hot(db: &Connection) -> rusqlite::Result<HotSet> {
    let mut statement = db.prepare("SELECT hash FROM hot")?;
    statement.query_map([], |row| Ok(row.get::<_, i64>(0)?.unsigned_abs()))?.collect()
}

/// Every relation.
pub fn for_each_pair(db: &Connection, visit: &mut dyn FnMut(Pair)) -> rusqlite::Result<()> {
    let mut statement = db.prepare("SELECT a, b, kind, here, there FROM related ORDER BY a, b")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(kind) = RelationKind::from_name(row.get_ref(2)?.as_str()?) {
            visit(Pair { a: row.get(0)?, b: row.get(1)?, kind, here: row.get(3)?, there: row.get(4)? });
        }
    }
    Ok(())
}

/// Writes what was settled.
pub fn write(db: &Connection, settled: &Settled) -> rusqlite::Result<()> {
    let mut heat = db.prepare_cached("INSERT OR IGNORE INTO hot VALUES (?1)")?;
    settled.hot.iter().try_for_each(|hash| heat.execute([*hash as i64]).map(drop))?;
    let mut cool = db.prepare_cached("DELETE FROM hot WHERE hash = ?1")?;
    settled.cooled.iter().try_for_each(|hash| cool.execute([*hash as i64]).map(drop))?;
    let mut clear = db.prepare_cached("DELETE FROM related WHERE a = ?1 OR b = ?1")?;
    settled.judged.iter().try_for_each(|text| clear.execute([*text]).map(drop))?;
    let mut add = db.prepare_cached("INSERT INTO related VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut write = |pair: &Pair| add.execute(params![pair.a, pair.b, pair.kind.name(), pair.here, pair.there]).map(drop);
    settled.pairs.iter().try_for_each(&mut write)
}

/// The texts of a database, as they are judged.
pub struct TextTable<'a, E> {
    /// The database.
    pub db: &'a Connection,
    /// Reads the text with a number and this hash of its words.
    pub read: &'a dyn Fn(ContentHash) -> Result<Option<String>, E>,
    /// What a failure of SQLite is called.
    pub failed: &'a dyn Fn(&rusqlite::Error) -> E,
}

impl<E> TextTable<'_, E> {
    fn ask<R>(&self, run: impl FnOnce(&Connection) -> rusqlite::Result<R>) -> Result<R, E> {
        run(self.db).map_err(|error| (self.failed)(&error))
    }
}

impl<E> Texts for TextTable<'_, E> {
    type Error = E;

    fn for_each(&self, visit: &mut dyn FnMut(TextRow<'_>)) -> Result<(), E> {
        self.ask(|db| {
            let mut statement = db.prepare_cached("SELECT text, tokens, shingles, hashes FROM texts ORDER BY text")?;
            let (mut rows, mut hashes) = (statement.query([])?, Vec::new());
            while let Some(row) = rows.next()? {
                hashes.clear();
                hashes.extend(decode(row.get_ref(3)?.as_blob()?));
                let key = ContentHash::from_bytes(row.get(1)?).leading();
                visit(TextRow { number: row.get(0)?, key, shingles: row.get(2)?, hashes: &hashes });
            }
            Ok(())
        })
    }

    fn hashes(&self, number: u32) -> Result<Vec<u64>, E> {
        self.ask(|db| {
            let mut statement = db.prepare_cached("SELECT hashes FROM texts WHERE text = ?1")?;
            let found = statement.query_row([number], |row| Ok(decode(row.get_ref(0)?.as_blob()?).collect()));
            Ok(found.optional()?.unwrap_or_default())
        })
    }

    fn text(&self, number: u32) -> Result<Option<String>, E> {
        match self.ask(|db| tokens(db, number))? {
            Some(tokens) => (self.read)(tokens),
            None => Ok(None),
        }
    }
}

fn encode(hashes: &[u64]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.to_be_bytes().into_iter().skip(8 - HASH_BYTES)).collect()
}

fn decode(bytes: &[u8]) -> impl Iterator<Item = u64> + '_ {
    bytes.chunks_exact(HASH_BYTES).map(|hash| hash.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_read_as_they_were_written() {
        let hashes = [0, 1, 0xff_1234_5678, (1 << 40) - 1];
        assert_eq!(decode(&encode(&hashes)).collect::<Vec<_>>(), hashes);
    }
}
