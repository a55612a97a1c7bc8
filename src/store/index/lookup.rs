//! Queries of the index.

use rusqlite::{OptionalExtension, Row, params};

use super::database::Index;
use crate::store::correction_state::StoredCorrections;
use crate::store::document::{Cleaner, KnownDocument, RawPart, RawRef, SourceKey};
use crate::store::failure::Error;
use crate::store::name::Stem;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{Completeness, DocumentId};

/// A copy is stale if the document that it names no longer has the same text.
const STALE: &str = "(d.copy_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM documents h WHERE h.id = d.copy_of
    AND h.copy_of IS NULL AND (h.text_sha256 = d.text_sha256 OR h.tokens_sha256 = d.tokens_sha256)))";

/// The URL of the body. Pages in archives have no row in `raws`, but their documents know it.
const BODY_URL: &str = "coalesce(r.final, (SELECT u.url FROM urls u WHERE u.doc = d.doc AND u.kind = 'final' LIMIT 1))";

/// The kinds of addresses that identify a document: declaring another page's address does not make a page that page.
const IDENTIFYING_KINDS: &str = "kind IN ('source', 'requested', 'final', 'alias')";

/// What the index knows about a document.
#[derive(Clone, Debug)]
pub(in crate::store) struct IndexedDocument {
    pub source: SourceKey,
    pub stem: Stem,
    pub copy_of: Option<DocumentId>,
}

/// The files of a document as they were written.
#[derive(Clone, Debug)]
pub(in crate::store) struct IndexedFiles {
    pub stem: Stem,
    pub is_copy: bool,
    pub sidecar_sha256: ContentHash,
    /// See [`crate::store::presence::stamp`].
    pub stamp: Option<String>,
}

/// A value and the number of documents that have it.
pub(in crate::store) type Count = (String, u64);

/// Totals over the corpus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) struct Totals {
    pub documents: u64,
    pub copies: u64,
    pub stale: u64,
    pub words: u64,
    pub bytes: u64,
    pub fetched: u64,
}

impl Index {
    /// The document of a source: by its key, else by its address, else by the path of the body that it was cleaned from.
    pub fn known(&self, source: &SourceKey) -> Result<Option<(KnownDocument, IndexedFiles)>, Error> {
        let Some(doc) = self.doc_of(source)? else { return Ok(None) };
        let found = self.ask("read", |db| {
            let sql = format!(
                "SELECT d.id, d.raw_sha256, d.raw_path, d.text_sha256, d.copy_of, d.cleaner_version, d.cleaner_model,
                    d.cleaner_rules, d.cleaner_config, r.etag, r.last_modified, {STALE}, d.source, {BODY_URL},
                    coalesce(r.fetched_at, d.fetched_at), d.completeness, d.words, d.parts,
                    d.stem, d.sidecar_sha256, d.stamp
                 FROM documents d LEFT JOIN raws r ON r.path = d.raw_path WHERE d.doc = ?1"
            );
            db.prepare_cached(&sql)?
                .query_row([doc], |row| {
                    let known = known_document(row)?;
                    let files = files(row, 18, known.copy_of.is_some())?;
                    Ok((known, files))
                })
                .optional()
        })?;
        let Some((mut known, files)) = found else { return Ok(None) };
        known.undone = self.undone_of(&known.id)?;
        Ok(Some((known, files)))
    }

    /// The files of documents that were cleaned from pages of an archive, each with the page: up to a hundred, those after a page.
    pub fn files_of_archive(&self, archive: &str, after: &str) -> Result<Vec<(String, IndexedFiles)>, Error> {
        let (first, end) = (format!("{archive}#"), format!("{archive}$"));
        self.ask("read", |db| {
            let sql = "SELECT raw_path, copy_of IS NOT NULL, stem, sidecar_sha256, stamp FROM documents
                       WHERE raw_path >= ?1 AND raw_path < ?2 AND raw_path > ?3 ORDER BY raw_path LIMIT 100";
            let mut statement = db.prepare_cached(sql)?;
            let found = statement.query_map([&first, &end, after], |row| Ok((row.get(0)?, files(row, 2, row.get(1)?)?)))?;
            found.collect()
        })
    }

    /// Every document's source and stem, up to a thousand, those after a stem.
    pub fn stems(&self, after: &str) -> Result<Vec<(SourceKey, Stem)>, Error> {
        self.ask("read", |db| {
            let sql = "SELECT source, stem FROM documents WHERE stem > ?1 ORDER BY stem LIMIT 1000";
            let mut statement = db.prepare_cached(sql)?;
            let found = statement.query_map([after], |row| Ok((SourceKey(row.get(0)?), stem(row, 1)?)))?;
            found.collect()
        })
    }

    /// The paths of fetched pages, up to a thousand, those after a path.
    pub fn raw_paths(&self, after: &str) -> Result<Vec<String>, Error> {
        self.ask("read", |db| {
            let mut statement = db.prepare_cached("SELECT path FROM raws WHERE path > ?1 ORDER BY path LIMIT 1000")?;
            statement.query_map([after], |row| row.get(0))?.collect()
        })
    }

    fn doc_of(&self, source: &SourceKey) -> Result<Option<i64>, Error> {
        let by_key = self.ask("read", |db| {
            let sql = "SELECT doc FROM documents WHERE source = ?1";
            db.prepare_cached(sql)?.query_row([&source.0], |row| row.get(0)).optional()
        })?;
        match (by_key, source.url()) {
            (None, Some(url)) => self.doc_at(&url),
            (None, None) => self.ask("read", |db| {
                let sql = "SELECT doc FROM documents WHERE raw_path = ?1 ORDER BY id LIMIT 1";
                db.prepare_cached(sql)?.query_row([&source.0], |row| row.get(0)).optional()
            }),
            (by_key, _) => Ok(by_key),
        }
    }

    fn doc_at(&self, url: &url::Url) -> Result<Option<i64>, Error> {
        self.ask("read", |db| {
            let sql = format!(
                "SELECT d.doc FROM urls JOIN documents d USING (doc) WHERE url = ?1 AND {IDENTIFYING_KINDS} ORDER BY d.id LIMIT 1"
            );
            let url = gleaner_extract::base::url::canonical(url).to_string();
            db.prepare_cached(&sql)?.query_row([url], |row| row.get(0)).optional()
        })
    }

    /// The id of the document that was requested from or found at this URL.
    pub fn id_at(&self, url: &url::Url) -> Result<Option<DocumentId>, Error> {
        let Some(doc) = self.doc_at(url)? else { return Ok(None) };
        self.ask("read", |db| {
            db.prepare_cached("SELECT id FROM documents WHERE doc = ?1")?.query_row([doc], |row| id(row, 0)).optional()
        })
    }

    /// Whether any document has or declares this address.
    pub fn has_address(&self, url: &url::Url) -> Result<bool, Error> {
        let url = gleaner_extract::base::url::canonical(url).to_string();
        self.ask("read", |db| db.prepare_cached("SELECT 1 FROM urls WHERE url = ?1")?.exists([url]))
    }

    /// The document with this id.
    pub fn document(&self, id: &DocumentId) -> Result<Option<IndexedDocument>, Error> {
        self.ask("read", |db| {
            let sql = "SELECT source, stem, copy_of FROM documents WHERE id = ?1";
            let mut statement = db.prepare_cached(sql)?;
            statement
                .query_row([id.to_string()], |row| {
                    Ok(IndexedDocument {
                        source: SourceKey(row.get(0)?),
                        stem: stem(row, 1)?,
                        copy_of: optional(row, 2)?.map(DocumentId),
                    })
                })
                .optional()
        })
    }

    /// The hash of a document's text.
    pub fn text_sha256(&self, id: &DocumentId) -> Result<Option<ContentHash>, Error> {
        self.ask("read", |db| {
            let mut statement = db.prepare_cached("SELECT text_sha256 FROM documents WHERE id = ?1")?;
            statement.query_row([id.to_string()], |row| parsed(row, 0)).optional()
        })
    }

    /// The name of a document's files, and its title.
    pub fn name(&self, id: &DocumentId) -> Result<Option<(Stem, Option<String>)>, Error> {
        self.ask("read", |db| {
            let mut statement = db.prepare_cached("SELECT stem, title FROM documents WHERE id = ?1")?;
            statement.query_row([id.to_string()], |row| Ok((stem(row, 0)?, row.get(1)?))).optional()
        })
    }

    /// Another document than `id` that has this text: the same bytes, else the same words.
    pub fn original_of(
        &self,
        text: &ContentHash,
        tokens: Option<&ContentHash>,
        id: &DocumentId,
    ) -> Result<Option<DocumentId>, Error> {
        let (text, tokens) = (text.to_string(), tokens.map(ToString::to_string));
        self.ask("read", |db| {
            let sql = "SELECT id FROM documents WHERE (text_sha256 = ?1 OR tokens_sha256 = ?2) AND copy_of IS NULL AND id <> ?3
                       ORDER BY text_sha256 <> ?1, id LIMIT 1";
            db.prepare_cached(sql)?.query_row(params![text, tokens, id.to_string()], |row| self::id(row, 0)).optional()
        })
    }

    /// The copies of a document, in order of their sources.
    pub fn copies_of(&self, id: &DocumentId) -> Result<Vec<Stem>, Error> {
        self.ask("read", |db| {
            let sql = "SELECT stem FROM documents WHERE copy_of = ?1 ORDER BY source";
            db.prepare_cached(sql)?.query_map([id.to_string()], |row| stem(row, 0))?.collect()
        })
    }

    /// Whether another document than `id` has this stem.
    pub fn is_taken(&self, stem: &Stem, id: &DocumentId) -> Result<bool, Error> {
        self.ask("read", |db| {
            db.prepare_cached("SELECT 1 FROM documents WHERE stem = ?1 AND id <> ?2")?.exists([stem.as_str(), &id.to_string()])
        })
    }

    /// Whether a document has this id or source.
    pub fn has(&self, id: &DocumentId, source: &SourceKey) -> Result<bool, Error> {
        self.ask("read", |db| {
            db.prepare_cached("SELECT 1 FROM documents WHERE id = ?1 OR source = ?2")?.exists([&id.to_string(), &source.0])
        })
    }

    /// The later pages of the story whose first page's body is at this path, in order.
    pub fn parts(&self, first: &str) -> Result<Vec<RawPart>, Error> {
        self.ask("read", |db| {
            let sql = "SELECT sha256, path, final FROM raws WHERE part_of = ?1 ORDER BY part, path";
            let part = |row: &Row<'_>| {
                let url: Option<String> = row.get(2)?;
                Ok(RawPart { sha256: parsed(row, 0)?, path: row.get(1)?, url: url.unwrap_or_default() })
            };
            db.prepare_cached(sql)?.query_map([first], part)?.collect()
        })
    }

    /// The fetched page with this body and these URLs, unless it is a later page of a story.
    pub fn raw_ref(&self, body: &ContentHash, addresses: (Option<&str>, Option<&str>)) -> Result<Option<RawRef>, Error> {
        self.ask("read", |db| {
            let sql = "SELECT path FROM raws WHERE sha256 = ?1 AND requested IS ?2 AND final IS ?3 AND part_of IS NULL
                       ORDER BY path LIMIT 1";
            let mut statement = db.prepare_cached(sql)?;
            let found = statement.query_row(params![body.to_string(), addresses.0, addresses.1], |row| row.get(0));
            Ok(found.optional()?.map(|path| RawRef { sha256: *body, path }))
        })
    }

    /// The sources of stale copies, sorted.
    pub fn stale(&self) -> Result<Vec<SourceKey>, Error> {
        self.ask("read", |db| {
            let sql = format!("SELECT d.source FROM documents d WHERE {STALE} ORDER BY d.source");
            db.prepare_cached(&sql)?.query_map([], |row| row.get(0).map(SourceKey))?.collect()
        })
    }

    /// Up to `limit` documents that match a name, by the first of these that matches any: stem, source, raw path, address, beginning of
    /// the id.
    pub fn named(&self, name: &str, limit: usize) -> Result<Vec<Stem>, Error> {
        let url =
            name.parse::<url::Url>().ok().map_or_else(String::new, |url| gleaner_extract::base::url::canonical(&url).to_string());
        let is_id = (4..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let queries = [
            ("SELECT stem FROM documents WHERE stem = ?1", name),
            ("SELECT stem FROM documents WHERE source = ?1", name),
            ("SELECT stem FROM documents WHERE raw_path = ?1", name),
            ("SELECT DISTINCT stem FROM urls JOIN documents USING (doc) WHERE url = ?1", &url),
            ("SELECT stem FROM documents WHERE id >= ?1 AND id < ?1 || 'g'", if is_id { name } else { "g" }),
        ];
        for (sql, key) in queries {
            let found: Vec<Stem> = self.ask("read", |db| {
                let mut statement = db.prepare_cached(&format!("{sql} ORDER BY stem LIMIT ?2"))?;
                statement.query_map(params![key, limit as i64], |row| stem(row, 0))?.collect()
            })?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// Calls a function with every document and the path of the body that it was cleaned from, in order of these paths.
    pub fn for_each_body(&self, report: &mut dyn FnMut(DocumentId, &str)) -> Result<(), Error> {
        self.ask("read", |db| {
            let mut statement = db.prepare("SELECT id, raw_path FROM documents ORDER BY raw_path, id")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                report(id(row, 0)?, row.get_ref(1)?.as_str()?);
            }
            Ok(())
        })
    }

    /// Totals over the corpus.
    pub fn totals(&self) -> Result<Totals, Error> {
        let sql = format!(
            "SELECT count(*) FILTER (WHERE copy_of IS NULL), count(copy_of), count(*) FILTER (WHERE {STALE}),
                coalesce(sum(words) FILTER (WHERE copy_of IS NULL), 0), coalesce(sum(bytes), 0), (SELECT count(*) FROM raws)
             FROM documents d"
        );
        self.ask("read", |db| {
            db.query_row(&sql, [], |row| {
                let number = |at| row.get::<_, i64>(at).map(i64::unsigned_abs);
                Ok(Totals {
                    documents: number(0)?,
                    copies: number(1)?,
                    stale: number(2)?,
                    words: number(3)?,
                    bytes: number(4)?,
                    fetched: number(5)?,
                })
            })
        })
    }

    /// Numbers of documents, copies excluded, by what they are grouped by, largest first.
    pub fn counts_by(&self, grouping: Grouping) -> Result<Vec<Count>, Error> {
        let column = match grouping {
            Grouping::Completeness => "completeness",
            Grouping::Site => "site",
            Grouping::Language => "language",
        };
        let sql = format!(
            "SELECT coalesce({column}, '?'), count(*) FROM documents WHERE copy_of IS NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        );
        self.ask("read", |db| {
            let mut statement = db.prepare(&sql)?;
            statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?.collect()
        })
    }
}

/// What documents are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// The verdict on their completeness.
    Completeness,
    /// Their site.
    Site,
    /// The language of their text.
    Language,
}

fn known_document(row: &Row<'_>) -> rusqlite::Result<KnownDocument> {
    let stale: bool = row.get(11)?;
    let version: Option<String> = row.get(5)?;
    let cleaner = match version.filter(|_| !stale) {
        Some(version) => Some(Cleaner { version, model: row.get(6)?, rules: parsed(row, 7)?, config: parsed(row, 8)? }),
        None => None,
    };
    Ok(KnownDocument {
        id: id(row, 0)?,
        source: SourceKey(row.get(12)?),
        raw: RawRef { sha256: parsed(row, 1)?, path: row.get(2)? },
        text_sha256: parsed(row, 3)?,
        copy_of: optional(row, 4)?.map(DocumentId),
        completeness: Completeness::from_name(&row.get::<_, String>(15)?).unwrap_or_default(),
        words: u64::try_from(row.get::<_, i64>(16)?).unwrap_or_default(),
        parts: usize::try_from(row.get::<_, i64>(17)?).unwrap_or_default(),
        cleaner,
        etag: row.get(9)?,
        last_modified: row.get(10)?,
        answered: row.get(13)?,
        fetched_at: row.get::<_, Option<String>>(14)?.and_then(|time| time.parse().ok()),
        undone: Vec::new(),
        corrections: StoredCorrections::None,
    })
}

/// Stem, checksum of the sidecar, and stamp from three columns.
fn files(row: &Row<'_>, at: usize, is_copy: bool) -> rusqlite::Result<IndexedFiles> {
    Ok(IndexedFiles { stem: stem(row, at)?, is_copy, sidecar_sha256: parsed(row, at + 1)?, stamp: row.get(at + 2)? })
}

pub(super) fn id(row: &Row<'_>, at: usize) -> rusqlite::Result<DocumentId> {
    parsed(row, at).map(DocumentId)
}

pub(super) fn parsed(row: &Row<'_>, at: usize) -> rusqlite::Result<ContentHash> {
    row.get::<_, String>(at)?.parse().map_err(|error| conversion_error(at, error))
}

pub(super) fn optional(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<ContentHash>> {
    let text: Option<String> = row.get(at)?;
    text.map(|text| text.parse().map_err(|error| conversion_error(at, error))).transpose()
}

pub(super) fn stem(row: &Row<'_>, at: usize) -> rusqlite::Result<Stem> {
    let text: String = row.get(at)?;
    let stem = text.rsplit('/').next().and_then(Stem::from_name);
    stem.ok_or_else(|| conversion_error(at, std::io::Error::other(format!("{text:?} is not the stem of a document"))))
}

fn conversion_error(at: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, Box::new(error))
}
