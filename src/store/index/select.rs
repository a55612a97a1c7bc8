//! Queries by filter: documents in an order, a batch at a time, and their number.

use std::fmt::Write as _;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::attributes::{DAY_FACTOR, NameKind, completeness_code, day_number, folded};
use super::database::Index;
use super::lookup::{id, optional, stem};
use crate::search::{Filter, Order};
use crate::store::document::SourceKey;
use crate::store::failure::Error;
use crate::store::listed::ListedDocument;
use gleaner_extract::base::url::site;
use gleaner_extract::document::{Completeness, DocumentId};

/// Documents read at a time.
const BATCH: usize = 500;

/// The columns of a [`ListedDocument`], from `documents d`.
pub(super) const COLUMNS: &str =
    "d.id, d.source, d.stem, d.title, d.authors, d.tags, d.site, d.outlet, d.language, d.published, d.fetched_at,
    d.words, d.completeness, d.confidence, d.copy_of, d.cluster, d.shown_url";

/// Where a list continues: after the document with this place in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Position {
    Start,
    Date { at: i64, key: i64 },
    Name(String),
}

/// A batch of documents, and where the list continues; `None` at its end.
pub(in crate::store) type Batch = (Vec<ListedDocument>, Option<Position>);

impl Index {
    /// The next documents that a filter lets through.
    pub fn select(&self, filter: &Filter, order: Order, after: &Position) -> Result<Batch, Error> {
        self.ask("read", |db| {
            let Some(condition) = condition(db, filter)? else { return Ok((Vec::new(), None)) };
            let (from, order) = match order {
                Order::Newest => ("attributes a JOIN documents d USING (doc)", "a.at DESC, a.key"),
                Order::Name => ("documents d JOIN attributes a USING (doc)", "d.stem"),
            };
            let (place, values): (&str, Vec<Value>) = match after {
                Position::Start => ("1", Vec::new()),
                Position::Date { at, key } => ("a.at <= ?1 AND (a.at < ?1 OR a.key > ?2)", vec![(*at).into(), (*key).into()]),
                Position::Name(name) => ("d.stem > ?1", vec![name.clone().into()]),
            };
            let sql =
                format!("SELECT {COLUMNS}, a.at, a.key FROM {from} WHERE {place} AND {condition} ORDER BY {order} LIMIT {BATCH}");
            let mut statement = db.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            let (mut found, mut last) = (Vec::new(), None);
            while let Some(row) = rows.next()? {
                let document = listed(row)?;
                last = Some(match order.starts_with('a') {
                    true => Position::Date { at: row.get(17)?, key: row.get(18)? },
                    false => Position::Name(document.stem.as_str().to_owned()),
                });
                found.push(document);
            }
            let is_end = found.len() < BATCH;
            Ok((found, last.filter(|_| !is_end)))
        })
    }

    /// The number of documents that a filter lets through.
    pub fn count(&self, filter: &Filter) -> Result<u64, Error> {
        self.ask("read", |db| {
            let Some(condition) = condition(db, filter)? else { return Ok(0) };
            let sql = format!("SELECT count(*) FROM attributes a WHERE {condition}");
            db.query_row(&sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
        })
    }
}

/// A filter as a condition on `attributes a`; `None` if no document can meet it. Contains numbers only, no text of the filter.
pub(super) fn condition(db: &Connection, filter: &Filter) -> rusqlite::Result<Option<String>> {
    let mut sql = "1".to_owned();
    let mut add = |condition: String| _ = write!(sql, " AND {condition}");
    if let Some(day) = filter.since {
        add(format!("a.at >= {}", day_number(day) * DAY_FACTOR));
    }
    if let Some(day) = filter.until {
        add(format!("a.at BETWEEN {DAY_FACTOR} AND {}", day_number(day) * DAY_FACTOR + DAY_FACTOR - 1));
    }
    if filter.canonical_only {
        add("a.canonical".to_owned());
    }
    if !filter.completeness.is_empty() {
        add(format!("a.completeness IN ({})", list(filter.completeness.iter().map(|verdict| completeness_code(*verdict)))));
    }
    if !filter.sites.is_empty() {
        let domains: Vec<String> = filter.sites.iter().map(|name| domain(name)).collect();
        let (sites, outlets) = (names(db, NameKind::Site, &domains)?, names(db, NameKind::Outlet, &filter.sites)?);
        add(format!("(a.site IN ({}) OR a.outlet IN ({}))", list(sites), list(outlets)));
    }
    if !filter.languages.is_empty() {
        add(format!("a.language IN ({})", list(languages(db, &filter.languages)?)));
    }
    for (kind, wanted) in [(NameKind::Author, &filter.authors), (NameKind::Tag, &filter.tags)] {
        if !wanted.is_empty() {
            let names = names(db, kind, wanted)?;
            if names.is_empty() {
                return Ok(None);
            }
            add(format!("a.doc IN (SELECT doc FROM labels WHERE name IN ({}))", list(names)));
        }
    }
    if let Some(ids) = &filter.ids {
        add(format!("a.doc IN ({})", list(numbers(db, ids)?)));
    }
    Ok(Some(sql))
}

fn list(numbers: impl IntoIterator<Item = i64>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    numbers.join(", ")
}

/// The registrable domain of a host or URL; anything else is itself.
fn domain(name: &str) -> String {
    let url = name.parse::<url::Url>().ok().filter(url::Url::has_host).or_else(|| format!("https://{name}/").parse().ok());
    url.and_then(|url| site(&url)).unwrap_or_else(|| name.to_owned())
}

fn names(db: &Connection, kind: NameKind, wanted: &[String]) -> rusqlite::Result<Vec<i64>> {
    let mut statement = db.prepare_cached("SELECT name FROM names WHERE kind = ?1 AND folded = ?2")?;
    let mut found = Vec::new();
    for name in wanted {
        for id in statement.query_map([kind.name(), &folded(name)], |row| row.get(0))? {
            found.push(id?);
        }
    }
    Ok(found)
}

/// A language includes its varieties.
fn languages(db: &Connection, wanted: &[String]) -> rusqlite::Result<Vec<i64>> {
    let mut statement = db.prepare_cached("SELECT name, lower(value) FROM names WHERE kind = 'language'")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let known = row.get_ref(1)?.as_str()?;
        let is_wanted = |wanted: &String| {
            known.strip_prefix(wanted.to_lowercase().as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        if wanted.iter().any(is_wanted) {
            found.push(row.get(0)?);
        }
    }
    Ok(found)
}

fn numbers(db: &Connection, ids: &[DocumentId]) -> rusqlite::Result<Vec<i64>> {
    let mut statement = db.prepare_cached("SELECT doc FROM documents WHERE id = ?1")?;
    let mut found = Vec::new();
    for id in ids {
        let mut rows = statement.query([id.to_string()])?;
        if let Some(row) = rows.next()? {
            found.push(row.get(0)?);
        }
    }
    Ok(found)
}

/// A document from the first of [`COLUMNS`] on.
pub(super) fn listed(row: &Row<'_>) -> rusqlite::Result<ListedDocument> {
    let day = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(at)?.and_then(|day| day.parse().ok()));
    let names = |at: usize| {
        let json = row.get_ref(at)?.as_str()?.to_owned();
        Ok::<Vec<String>, rusqlite::Error>(serde_json::from_str(&json).unwrap_or_default())
    };
    Ok(ListedDocument {
        id: id(row, 0)?,
        source: SourceKey(row.get(1)?),
        stem: stem(row, 2)?,
        title: row.get(3)?,
        authors: names(4)?,
        tags: names(5)?,
        site: row.get(6)?,
        outlet: row.get(7)?,
        language: row.get(8)?,
        published: day(9)?,
        fetched_at: row.get::<_, Option<String>>(10)?.and_then(|time| time.parse().ok()),
        words: row.get::<_, i64>(11)?.unsigned_abs(),
        completeness: Completeness::from_name(row.get_ref(12)?.as_str()?).unwrap_or_default(),
        confidence: row.get(13)?,
        copy_of: optional(row, 14)?.map(DocumentId),
        cluster: optional(row, 15)?.map(DocumentId),
        url: row.get(16)?,
    })
}
