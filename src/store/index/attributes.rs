//! What documents are filtered, counted and sorted by: a narrow table of numbers, so that a scan of all documents takes milliseconds.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::sidecar::Sidecar;
use gleaner_extract::base::search_tokens::search_key;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::document::{Completeness, DocumentId, Found};

/// A kind of names that documents have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) enum NameKind {
    /// A registrable domain, else the site's name.
    Site,
    /// The site's name.
    Outlet,
    Language,
    Author,
    Tag,
}

impl NameKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Outlet => "outlet",
            Self::Language => "language",
            Self::Author => "author",
            Self::Tag => "tag",
        }
    }

    /// Whether a document can have several of them.
    pub(super) fn is_label(self) -> bool {
        matches!(self, Self::Author | Self::Tag)
    }
}

/// The factor between a day and the seconds within it in the column `at`.
pub(super) const DAY_FACTOR: i64 = 1_000_000;

const SECONDS_OF_DAY: i64 = 86_400;

/// The place of a publication date in the order of all: `yyyymmdd` and six digits for the time. The time is that of the instant relative to midnight
/// (UTC) of the page's own day, a day added because it may be before; 0 if it is unknown.
pub(super) fn at(published: Option<PageDate>) -> i64 {
    let Some(PageDate { day, instant }) = published else { return 0 };
    let midnight = format!("{day}T00:00:00Z").parse::<Timestamp>().ok();
    let seconds = instant.zip(midnight).map(|(instant, midnight)| instant.unix() - midnight.unix() + SECONDS_OF_DAY);
    day_number(day) * DAY_FACTOR + seconds.unwrap_or(0).clamp(0, DAY_FACTOR - 1)
}

/// A day as `yyyymmdd`.
pub(super) fn day_number(day: gleaner_extract::base::time::Day) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// The place of a verdict in the documentation.
pub(super) fn completeness_code(verdict: Completeness) -> i64 {
    Completeness::ALL.iter().position(|known| *known == verdict).unwrap_or_default() as i64
}

/// The first 60 bits of an id, by which documents of the same time are ordered.
pub(super) fn sort_key(id: &DocumentId) -> i64 {
    let id = id.to_string();
    i64::from_str_radix(id.get(..15).unwrap_or_default(), 16).unwrap_or_default()
}

/// How names are compared. A name without letters and digits is itself.
pub(super) fn folded(name: &str) -> String {
    let key = search_key(name);
    if key.is_empty() { name.to_lowercase() } else { key }
}

/// Writes the attributes of a document that has none.
pub(super) fn put(db: &Connection, doc: i64, sidecar: &Sidecar, site: Option<&str>) -> rusqlite::Result<()> {
    let text = |found: &Option<Found<String>>| found.as_ref().map(|found| found.value.clone());
    let id_of = |kind, name: Option<&str>| name.map(|name| name_id(db, kind, name)).transpose();
    let values = params![
        doc,
        at(sidecar.published.as_ref().map(|found| found.value)),
        sort_key(&sidecar.id),
        id_of(NameKind::Site, site)?,
        id_of(NameKind::Outlet, text(&sidecar.site).as_deref())?,
        id_of(NameKind::Language, text(&sidecar.language).as_deref())?,
        completeness_code(sidecar.completeness),
        sidecar.cluster.is_none_or(|canonical| canonical == sidecar.id),
    ];
    db.prepare_cached("INSERT INTO attributes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(values)?;
    let mut label = db.prepare_cached("INSERT OR IGNORE INTO labels VALUES (?1, ?2)")?;
    for (kind, found) in [(NameKind::Author, &sidecar.authors), (NameKind::Tag, &sidecar.tags)] {
        for name in found.iter().flat_map(|found| &found.value) {
            label.execute(params![doc, name_id(db, kind, name)?])?;
        }
    }
    Ok(())
}

/// Writes whether a document stands for its cluster.
pub(super) fn set_canonical(db: &Connection, doc: i64, is_canonical: bool) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached("UPDATE attributes SET canonical = ?2 WHERE doc = ?1")?;
    statement.execute(params![doc, is_canonical]).map(drop)
}

/// Removes the attributes of a document. Names that no document has any more stay until the index is rebuilt.
pub(super) fn remove(db: &Connection, doc: i64) -> rusqlite::Result<()> {
    for sql in ["DELETE FROM attributes WHERE doc = ?1", "DELETE FROM labels WHERE doc = ?1"] {
        db.prepare_cached(sql)?.execute([doc])?;
    }
    Ok(())
}

fn name_id(db: &Connection, kind: NameKind, name: &str) -> rusqlite::Result<i64> {
    let sql = "SELECT name FROM names WHERE kind = ?1 AND value = ?2";
    let known = db.prepare_cached(sql)?.query_row(params![kind.name(), name], |row| row.get(0)).optional()?;
    match known {
        Some(id) => Ok(id),
        None => {
            let values = params![kind.name(), name, folded(name)];
            db.prepare_cached("INSERT INTO names (kind, value, folded) VALUES (?1, ?2, ?3)")?.execute(values)?;
            Ok(db.last_insert_rowid())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(day: &str, instant: Option<&str>) -> i64 {
        at(Some(PageDate { day: day.parse().unwrap(), instant: instant.map(|instant| instant.parse().unwrap()) }))
    }

    #[test]
    fn dates_are_in_order() {
        let dates = [
            at(None),
            date("2023-10-26", Some("2023-10-26T23:00:00Z")),
            date("2023-10-27", None),
            // Past midnight in the east is the evening before in Greenwich.
            date("2023-10-27", Some("2023-10-26T20:00:00Z")),
            date("2023-10-27", Some("2023-10-27T11:00:00Z")),
            date("2023-10-27", Some("2031-01-01T00:00:00Z")),
            date("2023-10-28", None),
        ];
        assert!(dates.is_sorted(), "{dates:?}");
        assert_eq!(dates[2], 20_231_027_000_000);
    }
}
