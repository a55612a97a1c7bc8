//! How many of the documents that match have which site, language, day and so on.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, Row, ToSql, params_from_iter};

use super::attributes::{DAY_FACTOR, NameKind};
use super::database::Index;
use super::fulltext::MATCHES;
use super::select::condition;
use crate::search::{Facet, FacetCount, FacetKind, Filter, Query};
use crate::store::failure::Error;
use gleaner_extract::document::Completeness;

/// Where more documents match, the authors and tags of all documents are read in one go instead of those of each match.
const LOOKED_UP: usize = 4_000;

impl Index {
    /// The counts of several kinds, each at most `limit` values: days the latest first, others the most frequent.
    pub fn facets(&self, query: Option<&Query>, filter: &Filter, kinds: &[FacetKind], limit: usize) -> Result<Vec<Facet>, Error> {
        self.ask("search", |db| {
            let Some(condition) = condition(db, filter)? else {
                return Ok(kinds.iter().map(|kind| Facet { kind: *kind, values: Vec::new(), more: 0 }).collect());
            };
            let fts5 = query.map(Query::to_fts5);
            let matches = Matches::of(db, fts5.as_deref(), &condition)?;
            let labels = if kinds.iter().any(|kind| label(*kind).is_some()) { matches.labels(db)? } else { Vec::new() };
            let of_kind = |kind: &FacetKind| match label(*kind) {
                Some(name) => most_frequent(db, name, &labels, limit).map(|(values, more)| Facet { kind: *kind, values, more }),
                None => Ok(cut(*kind, matches.columns.named(db, *kind)?, limit)),
            };
            kinds.iter().map(of_kind).collect()
        })
    }
}

/// The names of a kind that a document can have several of.
fn label(kind: FacetKind) -> Option<NameKind> {
    match kind {
        FacetKind::Author => Some(NameKind::Author),
        FacetKind::Tag => Some(NameKind::Tag),
        FacetKind::Site | FacetKind::Language | FacetKind::Day | FacetKind::Completeness => None,
    }
}

/// The documents that are counted.
#[derive(Default)]
struct Matches {
    /// One bit for each document of the index.
    docs: Vec<u64>,
    number: usize,
    columns: Columns,
}

/// Counts by numbers of names, by day, and by verdict.
#[derive(Default)]
struct Columns {
    sites: HashMap<i64, u64>,
    languages: HashMap<i64, u64>,
    days: HashMap<i64, u64>,
    completeness: HashMap<i64, u64>,
}

impl Matches {
    fn of(db: &Connection, fts5: Option<&str>, condition: &str) -> rusqlite::Result<Self> {
        let from = if fts5.is_some() { MATCHES } else { "attributes a WHERE 1" };
        let sql = format!("SELECT a.doc, a.site, a.language, a.at, a.completeness FROM {from} AND {condition}");
        let values: Vec<&dyn ToSql> = fts5.iter().map(|fts5| fts5 as &dyn ToSql).collect();
        let mut statement = db.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut matches = Self::default();
        while let Some(row) = rows.next()? {
            matches.add(row)?;
        }
        Ok(matches)
    }

    fn add(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let (at, bit) = place(row.get(0)?);
        if at >= self.docs.len() {
            self.docs.resize(at + 1, 0);
        }
        self.docs.get_mut(at).into_iter().for_each(|docs| *docs |= bit);
        self.number += 1;
        let columns = &mut self.columns;
        row.get::<_, Option<i64>>(1)?.into_iter().for_each(|site| *columns.sites.entry(site).or_default() += 1);
        row.get::<_, Option<i64>>(2)?.into_iter().for_each(|language| *columns.languages.entry(language).or_default() += 1);
        let day = row.get::<_, i64>(3)? / DAY_FACTOR;
        if day > 0 {
            *columns.days.entry(day).or_default() += 1;
        }
        *columns.completeness.entry(row.get(4)?).or_default() += 1;
        Ok(())
    }

    /// How many of the documents have each author and tag, by the number of the name.
    fn labels(&self, db: &Connection) -> rusqlite::Result<Vec<u64>> {
        let mut counts = Vec::new();
        let mut count = |name: i64| {
            let at = usize::try_from(name).unwrap_or_default();
            if at >= counts.len() {
                counts.resize(at + 1, 0);
            }
            counts.get_mut(at).into_iter().for_each(|count| *count += 1);
        };
        if self.number > LOOKED_UP {
            let mut statement = db.prepare_cached("SELECT doc, name FROM labels")?;
            let mut rows = statement.query(())?;
            while let Some(row) = rows.next()? {
                let (at, bit) = place(row.get(0)?);
                if self.docs.get(at).is_some_and(|docs| docs & bit != 0) {
                    count(row.get(1)?);
                }
            }
            return Ok(counts);
        }
        let mut statement = db.prepare_cached("SELECT name FROM labels WHERE doc = ?1")?;
        for doc in self.numbers() {
            for name in statement.query_map([doc], |row| row.get(0))? {
                count(name?);
            }
        }
        Ok(counts)
    }

    fn numbers(&self) -> impl Iterator<Item = i64> {
        let bits = |(at, docs): (usize, &u64)| {
            let docs = *docs;
            (0..64).filter(move |bit| docs >> bit & 1 == 1).map(move |bit| at as i64 * 64 + bit)
        };
        self.docs.iter().enumerate().flat_map(bits)
    }
}

/// The word of a document's bit in a list of bits, and the bit.
fn place(doc: i64) -> (usize, u64) {
    (usize::try_from(doc / 64).unwrap_or_default(), 1 << (doc % 64))
}

/// The most frequent names of a kind, and the number of the others. Names that differ in case and accents only are counted together, under the most
/// frequent of them.
fn most_frequent(db: &Connection, kind: NameKind, counts: &[u64], limit: usize) -> rusqlite::Result<(Vec<FacetCount>, u64)> {
    let count_of = |name: i64| usize::try_from(name).ok().and_then(|at| counts.get(at)).copied().unwrap_or_default();
    let mut groups: Vec<(u64, String)> = Vec::new();
    let mut statement = db.prepare_cached("SELECT name, folded FROM names WHERE kind = ?1 ORDER BY folded")?;
    let mut rows = statement.query([kind.name()])?;
    while let Some(row) = rows.next()? {
        let count = count_of(row.get(0)?);
        if count > 0 {
            let folded = row.get_ref(1)?.as_str()?;
            match groups.last_mut().filter(|(_, last)| last == folded) {
                Some((of_all, _)) => *of_all += count,
                None => groups.push((count, folded.to_owned())),
            }
        }
    }
    groups.sort_by_key(|(count, _)| Reverse(*count));
    let more = groups.len().saturating_sub(limit) as u64;
    groups.truncate(limit);
    let mut statement = db.prepare_cached("SELECT name, value FROM names WHERE kind = ?1 AND folded = ?2")?;
    let mut values = Vec::new();
    for (documents, folded) in groups {
        let mut best: Option<(u64, String)> = None;
        for spelling in statement.query_map([kind.name(), &folded], |row| Ok((count_of(row.get(0)?), row.get(1)?)))? {
            let (count, value): (u64, String) = spelling?;
            if best.as_ref().is_none_or(|(most, known)| (count, known) > (*most, &value)) {
                best = Some((count, value));
            }
        }
        values.extend(best.map(|(_, value)| FacetCount { value, documents }));
    }
    Ok((values, more))
}

impl Columns {
    fn named(&self, db: &Connection, kind: FacetKind) -> rusqlite::Result<Vec<FacetCount>> {
        let mut by_name: BTreeMap<String, u64> = BTreeMap::new();
        let mut name = db.prepare_cached("SELECT value FROM names WHERE name = ?1")?;
        match kind {
            FacetKind::Site | FacetKind::Language => {
                let counts = if kind == FacetKind::Site { &self.sites } else { &self.languages };
                for (id, count) in counts {
                    *by_name.entry(name.query_row([id], |row| row.get(0))?).or_default() += count;
                }
            }
            FacetKind::Day => by_name.extend(self.days.iter().map(|(day, count)| (day_name(*day), *count))),
            FacetKind::Completeness => {
                let named = |code: i64| usize::try_from(code).ok().and_then(|code| Completeness::ALL.get(code));
                by_name
                    .extend(self.completeness.iter().filter_map(|(code, count)| Some((named(*code)?.name().to_owned(), *count))));
            }
            FacetKind::Author | FacetKind::Tag => {}
        }
        Ok(by_name.into_iter().map(|(value, documents)| FacetCount { value, documents }).collect())
    }
}

fn day_name(day: i64) -> String {
    format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
}

/// The first values, in order.
fn cut(kind: FacetKind, mut values: Vec<FacetCount>, limit: usize) -> Facet {
    match kind {
        FacetKind::Day => values.sort_by(|a, b| b.value.cmp(&a.value)),
        _ => values.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.value.cmp(&b.value))),
    }
    let more = values.len().saturating_sub(limit) as u64;
    values.truncate(limit);
    Facet { kind, values, more }
}
