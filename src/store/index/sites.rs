//! What was noted of each page for its site, and the lines of sites that are boilerplate. What follows from what is decided in
//! [`gleaner_extract::article::site`] and [`crate::store::sites`].

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::database::Index;
use super::lookup;
use crate::store::failure::Error;
use crate::store::sidecar::Sidecar;
use gleaner_extract::article::site::{MAX_STORIES, PageLines, Recurring, SitePage, SiteTable, StoryLines};
use gleaner_extract::base::time::Day;
use gleaner_extract::document::DocumentId;

/// All documents of a site.
const DOCUMENTS: &str = "SELECT id, published, lines FROM site_pages WHERE site = ?1 ORDER BY id";

/// Those that have changed since its lines were counted.
const CHANGED: &str = "SELECT id, published, lines FROM uncounted JOIN site_pages USING (site, id) WHERE site = ?1";

/// Those that may be counted: see [`SiteTable::count`].
const STORIES: &str = "SELECT id, published, lines FROM site_pages WHERE rowid IN
    (SELECT rowid FROM (SELECT rowid FROM site_pages WHERE site = ?1 ORDER BY published DESC, id LIMIT ?2)
     UNION SELECT rowid FROM (SELECT rowid FROM site_pages WHERE site = ?1 ORDER BY id LIMIT ?2)) ORDER BY id";

/// Which documents of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Which {
    All,
    Changed,
}

impl Index {
    /// Notes a page of a site outside any corpus.
    pub fn put_site_page(&mut self, id: &DocumentId, published: Option<Day>, page: &SitePage) -> Result<(), Error> {
        self.change_in_batch(|db| replace(db, id, published, Some(page)))
    }

    /// Notes the pages that another index has.
    pub fn copy_site_pages(&mut self, other: &Self) -> Result<(), Error> {
        let mut copied = Ok(());
        other.ask("read", |db| {
            let mut statement = db.prepare("SELECT id, published, lines, site FROM site_pages")?;
            let mut rows = statement.query([])?;
            while let (Some(row), true) = (rows.next()?, copied.is_ok()) {
                let StoryLines { id, published, lines } = story(row)?;
                copied = self.put_site_page(&id, published, &SitePage { site: row.get(3)?, lines });
                if copied.is_ok() && self.is_batch_full() {
                    copied = self.commit();
                }
            }
            Ok(())
        })?;
        copied
    }

    /// Sites whose pages have changed since their lines were counted, sorted.
    pub fn uncounted_sites(&self) -> Result<Vec<String>, Error> {
        self.ask("read", |db| {
            db.prepare("SELECT DISTINCT site FROM uncounted ORDER BY site")?.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// Notes that the same sites are uncounted as in another index, with the lines that they have there.
    pub fn copy_uncounted(&mut self, other: &Self) -> Result<(), Error> {
        for site in other.uncounted_sites()? {
            self.set_table(&site, &other.table(&site)?, other.outdated_of(&site)?)?;
            self.change_in_batch(|db| mark(db, &site, ""))?;
        }
        Ok(())
    }

    /// The stories of a site that are counted.
    pub fn stories(&self, site: &str) -> Result<Vec<StoryLines>, Error> {
        self.ask("read", |db| db.prepare_cached(STORIES)?.query_map(params![site, MAX_STORIES as i64], story)?.collect())
    }

    /// The number of a site's documents, all or those that have changed, from which cleaning them again would remove other lines.
    pub fn count_outdated(&self, site: &str, table: &SiteTable, which: Which) -> Result<u64, Error> {
        self.ask("read", |db| {
            let mut statement = db.prepare_cached(match which {
                Which::All => DOCUMENTS,
                Which::Changed => CHANGED,
            })?;
            let mut rows = statement.query([site])?;
            let mut outdated = 0;
            while let Some(row) = rows.next()? {
                outdated += u64::from(table.changes(&story(row)?.lines));
            }
            Ok(outdated)
        })
    }

    /// Writes the lines of a site, and that they are counted, if they are: with the number of documents from which other lines would be removed now.
    pub fn set_table(&mut self, site: &str, table: &SiteTable, outdated: Option<u64>) -> Result<(), Error> {
        self.change_in_batch(|db| {
            db.prepare_cached("DELETE FROM site_lines WHERE site = ?1")?.execute([site])?;
            db.prepare_cached("DELETE FROM counted WHERE site = ?1")?.execute([site])?;
            db.prepare_cached("DELETE FROM uncounted WHERE site = ?1")?.execute([site])?;
            let mut add = db.prepare_cached("INSERT INTO site_lines VALUES (?1, ?2, ?3, ?4)")?;
            for (line, Recurring { stories, of }) in table.rows() {
                add.execute(params![site, line, stories, of])?;
            }
            if let Some(outdated) = outdated {
                db.prepare_cached("INSERT INTO counted VALUES (?1, ?2)")?.execute(params![site, outdated as i64])?;
            }
            Ok(())
        })
    }

    /// Writes the lines of sites as they were counted before their pages changed.
    pub fn keep_tables(&mut self, tables: &[(String, SiteTable)]) -> Result<(), Error> {
        for (site, table) in tables {
            self.set_table(site, table, None)?;
            self.change_in_batch(|db| mark(db, site, ""))?;
        }
        Ok(())
    }

    /// Calls a function with every site that has lines, and its table.
    pub fn for_each_table(&self, each: &mut dyn FnMut(String, SiteTable)) -> Result<(), Error> {
        let sites: Vec<String> = self.ask("read", |db| {
            db.prepare("SELECT DISTINCT site FROM site_lines ORDER BY site")?.query_map([], |row| row.get(0))?.collect()
        })?;
        for site in sites {
            let table = self.table(&site)?;
            each(site, table);
        }
        Ok(())
    }

    /// The lines of a site.
    pub fn table(&self, site: &str) -> Result<SiteTable, Error> {
        let rows = self.ask("read", |db| {
            let mut statement = db.prepare_cached("SELECT line, stories, among FROM site_lines WHERE site = ?1")?;
            let row = |row: &Row<'_>| Ok((row.get(0)?, Recurring { stories: row.get(1)?, of: row.get(2)? }));
            statement.query_map([site], row)?.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        Ok(SiteTable::from_rows(rows))
    }

    /// The number of a site's documents from which other lines would be removed now, if its lines were ever counted.
    pub fn outdated_of(&self, site: &str) -> Result<Option<u64>, Error> {
        self.ask("read", |db| {
            let mut statement = db.prepare_cached("SELECT outdated FROM counted WHERE site = ?1")?;
            let found: Option<i64> = statement.query_row([site], |row| row.get(0)).optional()?;
            Ok(found.map(i64::unsigned_abs))
        })
    }

    /// The number of documents from which cleaning them again would remove other lines.
    pub fn outdated(&self) -> Result<u64, Error> {
        self.ask("read", |db| {
            db.query_row("SELECT coalesce(sum(outdated), 0) FROM counted", [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
        })
    }

    /// The lines of sites in the index at a path, which may be gone, damaged, or of another version: none then.
    pub fn tables_at(path: &Path) -> Vec<(String, SiteTable)> {
        let mut found = Vec::new();
        let read = Self::open_to_read(path)
            .and_then(|index| index.map_or(Ok(()), |index| index.for_each_table(&mut |site, table| found.push((site, table)))));
        if read.is_ok() { found } else { Vec::new() }
    }
}

/// Writes what a sidecar has for its site.
pub(super) fn put(db: &Connection, sidecar: &Sidecar) -> rusqlite::Result<()> {
    let published = sidecar.published.as_ref().map(|published| published.value.day);
    replace(db, &sidecar.id, published, sidecar.site_page.as_ref())
}

/// Removes what was noted of a document's page.
pub(super) fn remove(db: &Connection, id: &DocumentId) -> rusqlite::Result<()> {
    replace(db, id, None, None)
}

fn replace(db: &Connection, id: &DocumentId, published: Option<Day>, page: Option<&SitePage>) -> rusqlite::Result<()> {
    let (id, published) = (id.to_string(), published.map(|day| day.to_string()));
    let values = page.map(|page| (page.site.clone(), published, page.lines.to_bytes()));
    let sql = "SELECT site, published, lines FROM site_pages WHERE id = ?1";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let known: Option<(String, Option<String>, Vec<u8>)> = db.prepare_cached(sql)?.query_row([&id], read).optional()?;
    if known == values {
        return Ok(());
    }
    if let Some((site, ..)) = known {
        mark(db, &site, &id)?;
        db.prepare_cached("DELETE FROM site_pages WHERE id = ?1")?.execute([&id])?;
    }
    if let Some((site, published, lines)) = values {
        mark(db, &site, &id)?;
        db.prepare_cached("INSERT INTO site_pages VALUES (?1, ?2, ?3, ?4)")?.execute(params![id, site, published, lines])?;
    }
    Ok(())
}

fn mark(db: &Connection, site: &str, id: &str) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO uncounted VALUES (?1, ?2)")?.execute([site, id]).map(drop)
}

fn story(row: &Row<'_>) -> rusqlite::Result<StoryLines> {
    let published = row.get::<_, Option<String>>(1)?.and_then(|day| day.parse().ok());
    let lines = PageLines::from_bytes(row.get_ref(2)?.as_blob()?).unwrap_or_default();
    Ok(StoryLines { id: lookup::id(row, 0)?, published, lines })
}
