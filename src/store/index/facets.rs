//! How many of the documents that match have which site, language, day and so on.

use std::cmp::Reverse;

use rusqlite::{Connection, ToSql, params_from_iter};

use super::attributes::NameKind;
use super::database::Index;
use super::facet_columns::{Document, FacetColumns};
use super::fulltext::MATCHES;
use super::select::condition;
use crate::search::{Facet, FacetCount, FacetKind, Filter, Query};
use crate::store::failure::Error;
use gleaner_extract::base::fast_hash::FastMap;
use gleaner_extract::document::Completeness;

impl Index {
    /// The counts of several kinds, each at most `limit` values: days the latest first, others the most frequent.
    pub fn facets(
        &self,
        columns: &FacetColumns,
        query: Option<&Query>,
        filter: &Filter,
        kinds: &[FacetKind],
        limit: usize,
    ) -> Result<Vec<Facet>, Error> {
        self.ask("search", |db| {
            let mut counts = Counts::new(columns);
            if let Some(condition) = condition(db, filter)? {
                counts.add_matches(db, query.map(Query::to_fts5).as_deref(), &condition)?;
            }
            kinds.iter().map(|kind| counts.facet(db, *kind, limit)).collect()
        })
    }
}

/// The numbers of documents that have each name, day and verdict.
struct Counts<'a> {
    columns: &'a FacetColumns,
    /// By number of name.
    names: Vec<u64>,
    days: FastMap<u32, u64>,
    /// By place of the verdict.
    completeness: [u64; Completeness::ALL.len()],
}

/// A value that is not named yet: how many documents have it, its place among values of its kind, and the number of a name that is there.
type Counted = (u64, u32, u32);

impl<'a> Counts<'a> {
    fn new(columns: &'a FacetColumns) -> Self {
        let names = vec![0; columns.names.len()];
        Self { columns, names, days: FastMap::default(), completeness: [0; Completeness::ALL.len()] }
    }

    /// Counts the documents that match.
    fn add_matches(&mut self, db: &Connection, fts5: Option<&str>, condition: &str) -> rusqlite::Result<()> {
        let from = if fts5.is_some() { MATCHES } else { "attributes a WHERE 1" };
        let mut statement = db.prepare(&format!("SELECT a.doc FROM {from} AND {condition}"))?;
        let mut rows = statement.query(params_from_iter(fts5.iter().map(|fts5| fts5 as &dyn ToSql)))?;
        while let Some(row) = rows.next()? {
            if let Some(document) = self.columns.document(row.get(0)?) {
                self.add(document);
            }
        }
        Ok(())
    }

    fn add(&mut self, document: &Document) {
        for name in self.columns.labels(document).iter().chain([&document.site, &document.language]) {
            self.names.get_mut(*name as usize).into_iter().for_each(|count| *count += 1);
        }
        *self.days.entry(document.day).or_default() += 1;
        let verdict = usize::from(document.completeness).checked_sub(1);
        verdict.and_then(|at| self.completeness.get_mut(at)).into_iter().for_each(|count| *count += 1);
    }

    fn facet(&self, db: &Connection, kind: FacetKind, limit: usize) -> rusqlite::Result<Facet> {
        let (values, of_all) = match kind {
            FacetKind::Site => self.most_frequent(db, NameKind::Site, limit)?,
            FacetKind::Language => self.most_frequent(db, NameKind::Language, limit)?,
            FacetKind::Author => self.most_frequent(db, NameKind::Author, limit)?,
            FacetKind::Tag => self.most_frequent(db, NameKind::Tag, limit)?,
            FacetKind::Day => {
                let mut days: Vec<_> = self.days.iter().filter(|(day, _)| **day > 0).collect();
                days.sort_unstable_by_key(|(day, _)| Reverse(**day));
                let values =
                    days.iter().take(limit).map(|(day, count)| FacetCount { value: day_name(**day), documents: **count });
                (values.collect(), days.len())
            }
            FacetKind::Completeness => {
                let counts = Completeness::ALL.iter().zip(self.completeness).filter(|(_, count)| *count > 0);
                let count =
                    |(verdict, documents): (&Completeness, u64)| FacetCount { value: verdict.name().to_owned(), documents };
                let mut values: Vec<FacetCount> = counts.map(count).collect();
                values.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.value.cmp(&b.value)));
                let of_all = values.len();
                values.truncate(limit);
                (values, of_all)
            }
        };
        Ok(Facet { kind, more: of_all.saturating_sub(values.len()) as u64, values })
    }

    /// The most frequent names of a kind, those of the same frequency in their order, and the number of all.
    fn most_frequent(&self, db: &Connection, kind: NameKind, limit: usize) -> rusqlite::Result<(Vec<FacetCount>, usize)> {
        let mut counted = self.counted(kind);
        counted.sort_unstable_by_key(|(count, place, _)| (Reverse(*count), *place));
        let of_all = counted.len();
        counted.truncate(limit);
        let values =
            counted.into_iter().map(|(documents, _, name)| Ok(FacetCount { value: self.spelling(db, kind, name)?, documents }));
        Ok((values.collect::<rusqlite::Result<_>>()?, of_all))
    }

    /// The names of a kind that any document has; those with the same place are counted together.
    fn counted(&self, kind: NameKind) -> Vec<Counted> {
        let names = (0..).zip(self.columns.names.iter().zip(&self.names));
        let of_kind = names.filter(|(_, (name, count))| name.kind == Some(kind) && **count > 0);
        let mut counted: Vec<Counted> = of_kind.map(|(number, (name, count))| (*count, name.place, number)).collect();
        counted.sort_unstable_by_key(|(_, place, number)| (*place, *number));
        counted.dedup_by(|(count, place, _), (of_all, known, _)| {
            let is_same = place == known;
            *of_all += if is_same { *count } else { 0 };
            is_same
        });
        counted
    }

    /// A name as it is written. Of authors and tags that differ in case and accents only, the most frequent spelling; of those, the first.
    fn spelling(&self, db: &Connection, kind: NameKind, name: u32) -> rusqlite::Result<String> {
        if !kind.is_label() {
            return db.prepare_cached("SELECT value FROM names WHERE name = ?1")?.query_row([name], |row| row.get(0));
        }
        let sql = "SELECT b.name, b.value FROM names a JOIN names b USING (kind, folded) WHERE a.name = ?1";
        let mut statement = db.prepare_cached(sql)?;
        let count_of = |name: u32| self.names.get(name as usize).copied().unwrap_or_default();
        let mut best = (Reverse(0), String::new());
        for spelling in statement.query_map([name], |row| Ok((Reverse(count_of(row.get(0)?)), row.get(1)?)))? {
            best = best.min(spelling?);
        }
        Ok(best.1)
    }
}

fn day_name(day: u32) -> String {
    format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
}
