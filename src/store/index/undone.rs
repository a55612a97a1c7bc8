//! The changes that rollbacks have undone, as the index has them, and the question whether another cleaner than the present one made any text.

use rusqlite::{Row, params};

use super::database::Index;
use super::lookup::parsed;
use crate::store::document::{Cleaner, UndoneChange};
use crate::store::failure::Error;
use crate::store::undone::UndoneDocument;
use gleaner_extract::document::DocumentId;

impl Index {
    /// Adds a change, or removes one that was made again.
    pub fn put_undone(&mut self, undone: &UndoneDocument) -> Result<(), Error> {
        self.change_in_batch(|db| {
            let UndoneDocument { id, raw_sha256, parts, cleaner, made_again } = undone;
            let values = params![id.to_string(), raw_sha256.to_string(), *parts as i64, json(cleaner)];
            let sql = match made_again {
                true => "DELETE FROM undone WHERE id = ?1 AND raw_sha256 = ?2 AND parts = ?3 AND cleaner = ?4",
                false => "INSERT OR IGNORE INTO undone VALUES (?1, ?2, ?3, ?4)",
            };
            db.prepare_cached(sql)?.execute(values)
        })?;
        Ok(())
    }

    /// The changes of a document.
    pub fn undone_of(&self, id: &DocumentId) -> Result<Vec<UndoneChange>, Error> {
        self.ask("read", |db| {
            let sql = "SELECT raw_sha256, parts, cleaner FROM undone WHERE id = ?1 ORDER BY raw_sha256, parts, cleaner";
            db.prepare_cached(sql)?.query_map([id.to_string()], change)?.collect()
        })
    }

    /// Whether another cleaner than this one made any text.
    pub fn has_other_cleaner(&self, cleaner: &Cleaner) -> Result<bool, Error> {
        self.ask("read", |db| {
            let Cleaner { version, model, rules, config } = cleaner;
            let values = params![version, model, rules.to_string(), config.to_string()];
            db.prepare_cached(&format!("{BY_OTHER_CLEANER} LIMIT 1"))?.exists(values)
        })
    }

    /// The same without the texts that were restored when this cleaner had made others of the same pages.
    pub fn has_text_due(&self, cleaner: &Cleaner) -> Result<bool, Error> {
        self.ask("read", |db| {
            let sql = format!(
                "{BY_OTHER_CLEANER} AND NOT EXISTS (SELECT 1 FROM undone u
                    WHERE u.id = d.id AND u.raw_sha256 = d.raw_sha256 AND u.parts = d.parts AND u.cleaner = ?5) LIMIT 1"
            );
            let Cleaner { version, model, rules, config } = cleaner;
            let values = params![version, model, rules.to_string(), config.to_string(), json(cleaner)];
            db.prepare_cached(&sql)?.exists(values)
        })
    }
}

/// Documents whose text another cleaner made. Of a damaged text, nobody knows.
const BY_OTHER_CLEANER: &str = "SELECT 1 FROM documents d WHERE cleaner_version IS NOT NULL
    AND (cleaner_version, cleaner_model, cleaner_rules, cleaner_config) <> (?1, ?2, ?3, ?4)";

/// The fields in a fixed order.
fn json(cleaner: &Cleaner) -> String {
    // Strings are always JSON.
    serde_json::to_string(cleaner).unwrap_or_default()
}

fn change(row: &Row<'_>) -> rusqlite::Result<UndoneChange> {
    let cleaner: String = row.get(2)?;
    let cleaner = serde_json::from_str(&cleaner)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, Box::new(error)))?;
    let parts = usize::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
    Ok(UndoneChange { raw_sha256: parsed(row, 0)?, parts, cleaner })
}
