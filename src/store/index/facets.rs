//! How many of the documents that match have which site, language, day and so on.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, Row, ToSql, params_from_iter};

use super::attributes::{DAY_FACTOR, NameKind};
use super::database::Index;
use super::fulltext::MATCHES;
use super::select::condition;
use crate::search::{Facet, FacetCount, FacetKind, Filter, Query};
use crate::store::failure::Error;
use gleaner_extract::document::Completeness;

impl Index {
    /// The counts of several kinds, each at most `limit` values: days the latest first, others the most frequent.
    pub fn facets(&self, query: Option<&Query>, filter: &Filter, kinds: &[FacetKind], limit: usize) -> Result<Vec<Facet>, Error> {
        self.ask("search", |db| {
            let Some(condition) = condition(db, filter)? else {
                return Ok(kinds.iter().map(|kind| Facet { kind: *kind, values: Vec::new(), more: 0 }).collect());
            };
            let fts5 = query.map(Query::to_fts5);
            let source = Source { db, fts5: fts5.as_deref(), condition: &condition };
            let mut columns: Option<Columns> = None;
            let mut facets = Vec::new();
            for kind in kinds {
                let counts = match label(*kind) {
                    Some(name) => source.labels(name)?,
                    None => {
                        let columns = match &columns {
                            Some(columns) => columns,
                            None => columns.insert(source.columns()?),
                        };
                        columns.named(db, *kind)?
                    }
                };
                facets.push(cut(*kind, counts, limit));
            }
            Ok(facets)
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
struct Source<'a> {
    db: &'a Connection,
    fts5: Option<&'a str>,
    condition: &'a str,
}

/// Counts by numbers of names, by day, and by verdict.
#[derive(Default)]
struct Columns {
    sites: HashMap<i64, u64>,
    languages: HashMap<i64, u64>,
    days: HashMap<i64, u64>,
    completeness: HashMap<i64, u64>,
}

impl Source<'_> {
    fn for_each(
        &self,
        columns: &str,
        join: &str,
        report: &mut dyn FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let Self { db, fts5, condition } = self;
        let from = match fts5 {
            Some(_) => MATCHES.replacen("WHERE", &format!("{join} WHERE"), 1),
            None => format!("attributes a {join} WHERE 1"),
        };
        let mut statement = db.prepare(&format!("SELECT {columns} FROM {from} AND {condition}"))?;
        let values: Vec<&dyn ToSql> = fts5.iter().map(|fts5| fts5 as &dyn ToSql).collect();
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            report(row)?;
        }
        Ok(())
    }

    fn columns(&self) -> rusqlite::Result<Columns> {
        let mut counts = Columns::default();
        self.for_each("a.site, a.language, a.at, a.completeness", "", &mut |row| {
            row.get::<_, Option<i64>>(0)?.into_iter().for_each(|site| *counts.sites.entry(site).or_default() += 1);
            row.get::<_, Option<i64>>(1)?.into_iter().for_each(|language| *counts.languages.entry(language).or_default() += 1);
            let day = row.get::<_, i64>(2)? / DAY_FACTOR;
            if day > 0 {
                *counts.days.entry(day).or_default() += 1;
            }
            *counts.completeness.entry(row.get(3)?).or_default() += 1;
            Ok(())
        })?;
        Ok(counts)
    }

    /// Names that differ in case and accents only are counted together, under the most frequent of them.
    fn labels(&self, kind: NameKind) -> rusqlite::Result<Vec<FacetCount>> {
        let mut counts: HashMap<i64, u64> = HashMap::new();
        self.for_each("l.name", "CROSS JOIN labels l ON l.doc = a.doc", &mut |row| {
            *counts.entry(row.get(0)?).or_default() += 1;
            Ok(())
        })?;
        let mut statement = self.db.prepare_cached("SELECT value, folded FROM names WHERE name = ?1 AND kind = ?2")?;
        let mut merged: HashMap<String, (FacetCount, u64)> = HashMap::new();
        for (name, count) in counts {
            let mut rows = statement.query((name, kind.name()))?;
            let Some(row) = rows.next()? else { continue };
            let (value, folded): (String, String) = (row.get(0)?, row.get(1)?);
            let (of_all, most) = merged.entry(folded).or_insert_with(|| (FacetCount { value: value.clone(), documents: 0 }, 0));
            of_all.documents += count;
            if (count, &of_all.value) > (*most, &value) {
                (*most, of_all.value) = (count, value);
            }
        }
        Ok(merged.into_values().map(|(count, _)| count).collect())
    }
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
