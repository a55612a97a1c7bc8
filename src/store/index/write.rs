//! Writes rows: one document or fetched page at a time, from the same facts that a rebuild reads from the files.

use rusqlite::{Connection, OptionalExtension, params};

use super::database::Index;
use super::relations::{self, TextChange};
use super::sites;
use super::{attributes, copies, fulltext};
use crate::store::clean::StoredText;
use crate::store::failure::Error;
use crate::store::name::Stem;
use crate::store::raw::RawFacts;
use crate::store::sidecar::Sidecar;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::url::{canonical, site};
use gleaner_extract::document::{DocumentId, Found};

/// The row of a document.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct DocumentRow<'a> {
    pub stem: &'a Stem,
    pub sidecar: &'a Sidecar,
    pub checksum: ContentHash,
    pub text: &'a StoredText,
    /// See [`crate::store::presence::stamp`].
    pub stamp: Option<&'a str>,
}

/// The row of a fetched page.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct RawRow<'a> {
    /// As in [`crate::store::RawRef`].
    pub path: &'a str,
    pub facts: &'a RawFacts,
    pub checksum: ContentHash,
}

impl Index {
    /// Writes a document, replacing its earlier row.
    pub fn put(&mut self, record: DocumentRow<'_>) -> Result<(), Error> {
        let changed = self.change_in_batch(|db| put(db, record))?;
        self.note(changed);
        Ok(())
    }

    /// Removes the rows of a document.
    pub fn remove(&mut self, id: &DocumentId) -> Result<(), Error> {
        let changed = self.change_in_batch(|db| {
            let earlier = relations::tokens_of(db, id)?;
            copies::mark_copies_of(db, id)?;
            remove(db, id)?;
            sites::remove(db, id)?;
            relations::forget_text(db, earlier)
        })?;
        self.note(changed);
        Ok(())
    }

    /// Records the sizes and times of a document's files, which have the content that the index knows.
    pub fn set_stamp(&self, stem: &Stem, stamp: &str) -> Result<(), Error> {
        self.ask("write", |db| {
            db.prepare_cached("UPDATE documents SET stamp = ?2 WHERE stem = ?1")?.execute([stem.as_str(), stamp])
        })?;
        Ok(())
    }

    /// Lets a document be cleaned again in any case. Gives the path of its body.
    pub fn forget_cleaner(&mut self, stem: &Stem) -> Result<Option<String>, Error> {
        self.change_in_batch(|db| {
            let sql =
                "UPDATE documents SET cleaner_version = NULL, cleaner_model = NULL, cleaner_rules = NULL, cleaner_config = NULL,
                       stamp = NULL WHERE stem = ?1 RETURNING raw_path";
            db.prepare_cached(sql)?.query_row([stem.as_str()], |row| row.get(0)).optional()
        })
    }

    /// Writes a fetched page.
    pub fn put_raw(&mut self, page: RawRow<'_>) -> Result<(), Error> {
        self.change_in_batch(|db| {
            let header = |name| page.facts.http.as_ref().and_then(|http| http.header(name));
            let (requested, last) = page.facts.addresses();
            let part = page.facts.part.as_ref();
            db.prepare_cached("INSERT OR REPLACE INTO raws VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?.execute(params![
                page.path,
                page.facts.sha256.to_string(),
                requested,
                last,
                page.facts.fetched_at.map(|at| at.to_string()),
                header("etag"),
                header("last-modified"),
                page.checksum.to_string(),
                part.map(|part| sibling(page.path, &part.of)),
                part.map(|part| part.number),
            ])
        })?;
        Ok(())
    }
}

fn put(db: &Connection, record: DocumentRow<'_>) -> rusqlite::Result<TextChange> {
    let sidecar = record.sidecar;
    let earlier = relations::tokens_of(db, &sidecar.id)?.filter(|tokens| sidecar.tokens_sha256.as_ref() != Some(tokens));
    let known = remove(db, &sidecar.id)?;
    let site = site_of(sidecar);
    put_row(db, known, record, site.as_deref())?;
    let doc = known.unwrap_or_else(|| db.last_insert_rowid());
    attributes::put(db, doc, sidecar, site.as_deref())?;
    let mut add = db.prepare_cached("INSERT OR IGNORE INTO urls VALUES (?1, ?2, ?3)")?;
    for (url, kind) in addresses(sidecar) {
        add.execute(params![url, kind, doc])?;
    }
    relations::put(db, doc, &sidecar.relations)?;
    sites::put(db, sidecar)?;
    let mut changed = relations::forget_text(db, earlier)?;
    if let StoredText::Intact(text) = record.text {
        if let Some(tokens) = &sidecar.tokens_sha256 {
            changed.added = relations::know_text(db, tokens, text)?;
        }
        fulltext::put_text(db, doc, sidecar.title.as_ref().map(|title| title.value.as_str()), text)?;
    }
    copies::mark_copies_of(db, &sidecar.id)?;
    if sidecar.copy_of.is_some() {
        copies::mark(db, doc)?;
    }
    Ok(changed)
}

/// Removes the rows of a document; gives its number, if there was one.
fn remove(db: &Connection, id: &DocumentId) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT doc FROM documents WHERE id = ?1";
    let known: Option<i64> = db.prepare_cached(sql)?.query_row([id.to_string()], |row| row.get(0)).optional()?;
    if let Some(doc) = known {
        for sql in [
            "DELETE FROM fts WHERE rowid = ?1",
            "DELETE FROM copies_due WHERE doc = ?1",
            "DELETE FROM urls WHERE doc = ?1",
            "DELETE FROM relations WHERE doc = ?1",
            "DELETE FROM documents WHERE doc = ?1",
        ] {
            db.prepare_cached(sql)?.execute([doc])?;
        }
        attributes::remove(db, doc)?;
    }
    Ok(known)
}

fn put_row(db: &Connection, doc: Option<i64>, record: DocumentRow<'_>, site: Option<&str>) -> rusqlite::Result<usize> {
    const SQL: &str = "INSERT INTO documents VALUES
        (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26,
         ?27, ?28, ?29, ?30)";
    let sidecar = record.sidecar;
    // A text that is damaged has no version of the cleaner, so its source is cleaned again.
    let cleaner = Some(&sidecar.cleaner).filter(|_| *record.text != StoredText::Damaged);
    db.prepare_cached(SQL)?.execute(params![
        doc,
        sidecar.id.to_string(),
        sidecar.source.0,
        record.stem.as_str(),
        sidecar.raw.path,
        sidecar.raw.sha256.to_string(),
        sidecar.text_sha256.to_string(),
        sidecar.tokens_sha256.map(|hash| hash.to_string()),
        sidecar.copy_of.map(|id| id.to_string()),
        cleaner.map(|cleaner| &cleaner.version),
        cleaner.map(|cleaner| &cleaner.model),
        cleaner.map(|cleaner| cleaner.rules.to_string()),
        cleaner.map(|cleaner| cleaner.config.to_string()),
        sidecar.fetched_at.map(|at| at.to_string()),
        sidecar.title.as_ref().map(|title| &title.value),
        json(sidecar.authors.as_ref()),
        json(sidecar.tags.as_ref()),
        site,
        sidecar.site.as_ref().map(|site| &site.value),
        sidecar.urls.canonical.as_ref().or(sidecar.urls.r#final.as_ref()),
        sidecar.language.as_ref().map(|language| &language.value),
        sidecar.published.as_ref().map(|published| published.value.day.to_string()),
        i64::try_from(sidecar.words).unwrap_or(i64::MAX),
        if let StoredText::Intact(text) = record.text { text.len() as i64 + 1 } else { 0 },
        sidecar.completeness.name(),
        sidecar.confidence,
        record.checksum.to_string(),
        sidecar.raw.parts.len() as i64,
        record.stamp,
        sidecar.cluster.map(|id| id.to_string()),
    ])
}

/// A list as JSON.
fn json(found: Option<&Found<Vec<String>>>) -> String {
    // Strings are always JSON.
    found.and_then(|found| serde_json::to_string(&found.value).ok()).unwrap_or_else(|| "[]".to_owned())
}

/// The path of another file in the same folder.
fn sibling(path: &str, file: &str) -> String {
    path.rsplit_once('/').map_or_else(|| file.to_owned(), |(folder, _)| format!("{folder}/{file}"))
}

/// The registrable domain, else the site name.
fn site_of(sidecar: &Sidecar) -> Option<String> {
    let urls = &sidecar.urls;
    let addresses = [&urls.r#final, &urls.requested, &urls.canonical].into_iter().flatten();
    let domain = addresses.filter_map(|url| url.parse().ok()).find_map(|url| site(&url));
    domain.or_else(|| sidecar.site.as_ref().map(|site| site.value.clone()))
}

/// Every address in its canonical form. One that the page merely declares is `canonical` or `declared`: it is found by
/// searching, but does not identify the document.
fn addresses(sidecar: &Sidecar) -> impl Iterator<Item = (String, &'static str)> {
    let urls = &sidecar.urls;
    let all = [(Some(&sidecar.source.0), "source"), (urls.requested.as_ref(), "requested"), (urls.r#final.as_ref(), "final")];
    let aliases = urls.aliases.iter().map(|alias| (Some(alias), if sidecar.declares(alias) { "declared" } else { "alias" }));
    let all = all.into_iter().chain(aliases).chain([(urls.canonical.as_ref(), "canonical")]);
    all.filter_map(|(text, kind)| {
        let url: url::Url = text?.parse().ok()?;
        url.has_host().then(|| (canonical(&url).to_string(), kind))
    })
}
