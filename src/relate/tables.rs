//! Texts and their relations in SQLite: a row a text with its fingerprint, and a row a relation.
//!
//! A million texts take 0.4 GB. Fingerprints are read in the order of the rows and written once; see [`gleaner_relate`] for why there is no other index of them.

use gleaner_extract::article::fingerprint::Fingerprint;
use gleaner_extract::base::hash::ContentHash;
use gleaner_relate::{Content, HotSet, MIN_SHARED, NearLimit, Pair, RelationKind, Settled, TextRow, Texts};
use rusqlite::{Connection, OptionalExtension, params};

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

/// Numbers that are tried when all were given once: where a hundredth of them is free, a text finds one in 99 % of cases.
const PROBES: u64 = 512;

/// A row that was written or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedText {
    /// The text's number.
    pub number: u32,
    /// The hashes of its fingerprint.
    pub hashes: Vec<u64>,
}

/// What became of a text that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It has this number.
    Text(u32),
    /// It is there already, or too short to be related to others.
    Nothing,
    /// There are as many as can be compared.
    Full,
}

impl Added {
    /// The number, if it was added.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::Text(number) => Some(number),
            Self::Nothing | Self::Full => None,
        }
    }
}

/// Adds a text, with a number below `limit`, which is [`super::MAX_TEXTS`] or less.
pub fn add(db: &Connection, tokens: &ContentHash, fingerprint: &Fingerprint, limit: u32) -> rusqlite::Result<Added> {
    if fingerprint.shingles < MIN_SHARED || has(db, tokens)? {
        return Ok(Added::Nothing);
    }
    let Some(number) = free_number(db, tokens, limit)? else { return Ok(Added::Full) };
    let sql = "INSERT INTO texts (text, tokens, shingles, hashes) VALUES (?1, ?2, ?3, ?4)";
    let values = params![number, tokens.as_bytes(), fingerprint.shingles as i64, encode(&fingerprint.hashes)];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(Added::Text(number))
}

/// A number that no text has: the one after the highest, or one of a text that is gone.
fn free_number(db: &Connection, tokens: &ContentHash, limit: u32) -> rusqlite::Result<Option<u32>> {
    let highest: u32 = db.prepare_cached("SELECT coalesce(max(text), 0) FROM texts")?.query_row([], |row| row.get(0))?;
    let next = highest.saturating_add(1);
    if next < limit {
        return Ok(Some(next));
    }
    let mut is_taken = db.prepare_cached("SELECT 1 FROM texts WHERE text = ?1")?;
    for probe in 0..PROBES {
        // From 1, like all numbers. The hash is evenly distributed, and so are its products with an odd number.
        let hash = tokens.leading().wrapping_add(probe).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;
        let number = (hash % u64::from(limit.saturating_sub(1).max(1))) as u32 + 1;
        if !is_taken.exists([number])? {
            return Ok((number < limit).then_some(number));
        }
    }
    Ok(None)
}

/// The number of texts, if it is close to the greatest below `limit`. Counts them only if they may be as many.
pub fn near_limit(db: &Connection, limit: u32) -> rusqlite::Result<Option<NearLimit>> {
    let highest: i64 = db.query_row("SELECT coalesce(max(text), 0) FROM texts", [], |row| row.get(0))?;
    if NearLimit::of(highest.unsigned_abs(), limit).is_none() {
        return Ok(None);
    }
    let texts: i64 = db.query_row("SELECT count(*) FROM texts", [], |row| row.get(0))?;
    Ok(NearLimit::of(texts.unsigned_abs(), limit))
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

    fn content(&self, number: u32) -> Result<Option<Content<'_>>, E> {
        match self.ask(|db| tokens(db, number))? {
            Some(tokens) => Ok((self.read)(tokens)?.map(Content::Text)),
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
    use gleaner_extract::article::fingerprint::describe;

    #[test]
    fn numbers_of_texts_that_are_gone_are_given_again_and_none_beyond_the_limit() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(TABLES).unwrap();
        let text = |number: u32| (0..40).map(|word| format!("w{number}x{word} ")).collect::<String>();
        let add = |number: u32| {
            let (tokens, sketch) = describe(&text(number)).unwrap();
            add(&db, &tokens, &sketch.fingerprint(), 6).unwrap()
        };
        let all: Vec<Added> = (0..8).map(add).collect();
        assert_eq!(all[..5], [1, 2, 3, 4, 5].map(Added::Text));
        assert_eq!(all[5..], [Added::Full; 3]);
        assert_eq!(near_limit(&db, 6).unwrap(), NearLimit::of(5, 6));
        assert_eq!(near_limit(&db, 100).unwrap(), None);
        for gone in [1, 3] {
            let removed = remove(&db, &describe(&text(gone)).unwrap().0).unwrap().unwrap();
            assert_eq!(removed.number, gone + 1);
        }
        assert_eq!(near_limit(&db, 6).unwrap(), None);
        let mut given = [add(20).number().unwrap(), add(21).number().unwrap()];
        given.sort_unstable();
        assert_eq!((given, add(22)), ([2, 4], Added::Full));
        // A text that is there has no second number.
        assert_eq!(add(21), Added::Nothing);
    }

    #[test]
    fn hashes_are_read_as_they_were_written() {
        let hashes = [0, 1, 0xff_1234_5678, (1 << 40) - 1];
        assert_eq!(decode(&encode(&hashes)).collect::<Vec<_>>(), hashes);
    }
}
