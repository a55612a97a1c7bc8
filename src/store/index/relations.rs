//! Texts, relations and clusters in the index; see [`crate::relate`]. What they follow from is decided there and in [`crate::store::settle`].

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::attributes;
use super::database::{Index, failure};
use crate::relate::cluster::{Clusters, Standing};
use crate::relate::tables::{self, Added, TextTable};
use crate::relate::{NearLimit, Pair, Relation, RelationKind, settle};
use crate::store::failpoint::max_texts;
use crate::store::failure::Error;
use crate::store::name::Stem;
use crate::store::sidecar::Links;
use gleaner_extract::article::fingerprint::fingerprint;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::DocumentId;

/// Documents with the same words, under their hash; of texts without words, the hash of the text.
const COPIES: &str = "SELECT coalesce(tokens_sha256, text_sha256), id, words, published, fetched_at FROM documents
    WHERE tokens_sha256 IN (SELECT tokens_sha256 FROM documents WHERE tokens_sha256 IS NOT NULL GROUP BY 1 HAVING count(*) > 1)
    OR (tokens_sha256 IS NULL AND text_sha256 IN
        (SELECT text_sha256 FROM documents WHERE tokens_sha256 IS NULL GROUP BY 1 HAVING count(*) > 1))";

/// Documents whose texts are related to others.
const RELATED: &str = "SELECT d.tokens_sha256, d.id, d.words, d.published, d.fetched_at
    FROM (SELECT a AS text FROM related UNION SELECT b FROM related) r JOIN texts t USING (text)
    JOIN documents d ON d.tokens_sha256 = lower(hex(t.tokens))";

/// What became of texts when a document was written or removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TextChange {
    /// The number of a text that is new.
    pub added: Option<u32>,
    /// The hashes of a text that is gone.
    pub removed: Vec<u64>,
}

/// A document and what it has to do with others.
#[derive(Clone, Debug)]
pub(in crate::store) struct LinkedDocument {
    pub id: DocumentId,
    pub stem: Stem,
    pub links: Links,
}

/// A document with the words of a text.
#[derive(Clone, Debug)]
pub(in crate::store) struct Member {
    pub standing: Standing,
    pub fetched_at: Option<Timestamp>,
}

/// All documents that have to do with others, by the hash of their words, the canonical one of each text first; and how texts are related.
#[derive(Debug, Default)]
pub(in crate::store) struct RelatedTexts {
    pub members: HashMap<ContentHash, Vec<Member>>,
    pub pairs: Vec<(ContentHash, ContentHash, Pair)>,
    /// Texts that are one story.
    pub clusters: Vec<Vec<ContentHash>>,
}

impl Index {
    pub(super) fn note(&mut self, change: TextChange) {
        self.is_changed = true;
        self.changes.added.extend(change.added);
        self.changes.removed.extend(change.removed);
    }

    /// Whether the relations in the sidecars may not be those that follow from the texts.
    pub fn is_unsettled(&self) -> Result<bool, Error> {
        Ok(self.is_changed
            || self.ask("read", |db| db.prepare_cached("SELECT 1 FROM unsettled WHERE unsettled = 1")?.exists([]))?)
    }

    /// Notes whether relations are settled.
    pub fn set_settled(&mut self, is_settled: bool) -> Result<(), Error> {
        let sql =
            if is_settled { "DELETE FROM unsettled WHERE unsettled = 1" } else { "INSERT OR IGNORE INTO unsettled VALUES (1)" };
        self.change_in_batch(|db| db.prepare_cached(sql)?.execute([]))?;
        self.is_changed = false;
        Ok(())
    }

    /// Judges the relations of texts that are new, and whatever else the changes since the last time have an effect on. `read` gives the text with
    /// these words; one that it does not give is left out until it is written again.
    pub fn settle_texts(&mut self, read: impl Fn(&Self, ContentHash) -> Result<Option<String>, Error>) -> Result<(), Error> {
        while !self.changes.added.is_empty() || !self.changes.removed.is_empty() {
            let changes = std::mem::take(&mut self.changes);
            let unread = std::cell::RefCell::new(Vec::new());
            let read_noting = |tokens: ContentHash| {
                let text = read(self, tokens)?;
                if text.is_none() {
                    unread.borrow_mut().push(tokens);
                }
                Ok(text)
            };
            let failed = |error: &rusqlite::Error| failure("read", &self.path, error);
            let table = TextTable { db: &self.db, read: &read_noting, failed: &failed };
            let mut hot = self.ask("read", tables::hot)?;
            let settled = settle(&table, &mut hot, &changes)?;
            self.change_in_batch(|db| tables::write(db, &settled))?;
            for tokens in unread.into_inner() {
                let removed = self.change_in_batch(|db| tables::remove(db, &tokens))?;
                self.changes.removed.extend(removed.into_iter().flat_map(|text| text.hashes));
            }
        }
        Ok(())
    }

    /// Everything that relations and clusters of documents follow from.
    pub fn related_texts(&self) -> Result<RelatedTexts, Error> {
        let mut found = RelatedTexts::default();
        self.ask("read", |db| {
            for sql in [COPIES, RELATED] {
                let mut statement = db.prepare(sql)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    let members: &mut Vec<Member> = found.members.entry(super::lookup::parsed(row, 0)?).or_default();
                    members.push(member(row)?);
                }
            }
            let mut tokens: HashMap<u32, ContentHash> = HashMap::new();
            let mut pairs = Vec::new();
            tables::for_each_pair(db, &mut |pair| pairs.push(pair))?;
            for text in pairs.iter().flat_map(|pair| [pair.a, pair.b]) {
                if !tokens.contains_key(&text)
                    && let Some(hash) = tables::tokens(db, text)?
                {
                    tokens.insert(text, hash);
                }
            }
            let of = |text: &u32| tokens.get(text).copied();
            let mut clusters = Clusters::default();
            pairs.iter().filter(|pair| pair.kind.merges()).for_each(|pair| clusters.join(pair.a, pair.b));
            found.clusters = clusters.groups().iter().map(|group| group.iter().filter_map(of).collect()).collect();
            found.pairs = pairs.into_iter().filter_map(|pair| Some((of(&pair.a)?, of(&pair.b)?, pair))).collect();
            Ok(())
        })?;
        for members in found.members.values_mut() {
            members.sort_by(|a, b| a.standing.cmp(&b.standing));
            members.dedup_by(|a, b| a.standing.id == b.standing.id);
        }
        Ok(found)
    }

    /// The documents that have relations or a cluster, and those with these ids, sorted by id.
    pub fn linked_documents(&self, wanted: &mut dyn Iterator<Item = &DocumentId>) -> Result<Vec<LinkedDocument>, Error> {
        self.ask("read", |db| {
            let mut ids: Vec<String> = wanted.map(ToString::to_string).collect();
            let mut statement =
                db.prepare("SELECT id FROM documents WHERE cluster IS NOT NULL OR doc IN (SELECT doc FROM relations)")?;
            for id in statement.query_map([], |row| row.get(0))? {
                ids.push(id?);
            }
            ids.sort_unstable();
            ids.dedup();
            ids.iter().filter_map(|id| linked_document(db, id).transpose()).collect()
        })
    }

    /// The documents of a cluster, sorted by id.
    pub fn cluster(&self, canonical: &DocumentId) -> Result<Vec<DocumentId>, Error> {
        self.ask("read", |db| {
            let mut statement = db.prepare_cached("SELECT id FROM documents WHERE cluster = ?1 ORDER BY id")?;
            statement.query_map([canonical.to_string()], |row| super::lookup::id(row, 0))?.collect()
        })
    }

    /// The number of clusters, and of the documents in them.
    pub fn cluster_counts(&self) -> Result<(u64, u64), Error> {
        self.ask("read", |db| {
            let sql = "SELECT count(DISTINCT cluster), count(cluster) FROM documents WHERE cluster IS NOT NULL";
            let count = |row: &Row<'_>, at| row.get::<_, i64>(at).map(i64::unsigned_abs);
            db.query_row(sql, [], |row| Ok((count(row, 0)?, count(row, 1)?)))
        })
    }

    /// The number of texts that are compared, if it is close to the greatest.
    pub fn near_limit(&self) -> Result<Option<NearLimit>, Error> {
        self.ask("read", |db| tables::near_limit(db, max_texts()))
    }

    /// Whether texts were left out because there were too many: which, depends on the order of arrival.
    pub fn has_left_out(&self) -> Result<bool, Error> {
        self.ask("read", |db| db.prepare_cached("SELECT 1 FROM unsettled WHERE unsettled = 2")?.exists([]))
    }

    /// Writes what a document has to do with others, after its sidecar was.
    pub fn set_links(&mut self, document: &LinkedDocument, checksum: ContentHash, stamp: Option<&str>) -> Result<(), Error> {
        self.change_in_batch(|db| {
            let sql = "UPDATE documents SET cluster = ?2, sidecar_sha256 = ?3, stamp = ?4 WHERE id = ?1 RETURNING doc";
            let cluster = document.links.cluster.map(|id| id.to_string());
            let values = params![document.id.to_string(), cluster, checksum.to_string(), stamp];
            let doc: Option<i64> = db.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
            let Some(doc) = doc else { return Ok(()) };
            attributes::set_canonical(db, doc, document.links.cluster.is_none_or(|canonical| canonical == document.id))?;
            db.prepare_cached("DELETE FROM relations WHERE doc = ?1")?.execute([doc])?;
            put(db, doc, &document.links.relations)
        })
    }

    /// The stem of a document that has the text with these words, if there is one.
    pub fn stem_of_text(&self, tokens: &ContentHash) -> Result<Option<Stem>, Error> {
        self.ask("read", |db| {
            let sql = "SELECT stem FROM documents WHERE tokens_sha256 = ?1 AND copy_of IS NULL ORDER BY id LIMIT 1";
            db.prepare_cached(sql)?.query_row([tokens.to_string()], |row| super::lookup::stem(row, 0)).optional()
        })
    }
}

/// The hash of a document's words.
pub(super) fn tokens_of(db: &Connection, id: &DocumentId) -> rusqlite::Result<Option<ContentHash>> {
    let mut statement = db.prepare_cached("SELECT tokens_sha256 FROM documents WHERE id = ?1")?;
    Ok(statement.query_row([id.to_string()], |row| super::lookup::optional(row, 0)).optional()?.flatten())
}

/// Removes a text that no document has any more.
pub(super) fn forget_text(db: &Connection, tokens: Option<ContentHash>) -> rusqlite::Result<TextChange> {
    let Some(tokens) = tokens else { return Ok(TextChange::default()) };
    let is_there = db.prepare_cached("SELECT 1 FROM documents WHERE tokens_sha256 = ?1")?.exists([tokens.to_string()])?;
    let removed = if is_there { None } else { tables::remove(db, &tokens)? };
    Ok(TextChange { added: None, removed: removed.map(|text| text.hashes).unwrap_or_default() })
}

/// Adds a text, if it is new. Gives its number. Notes that it was left out, if there are as many as can be compared.
pub(super) fn know_text(db: &Connection, tokens: &ContentHash, text: &str) -> rusqlite::Result<Option<u32>> {
    if tables::has(db, tokens)? {
        return Ok(None);
    }
    let added = tables::add(db, tokens, &fingerprint(text), max_texts())?;
    if added == Added::Full {
        db.prepare_cached("INSERT OR IGNORE INTO unsettled VALUES (2)")?.execute([])?;
    }
    Ok(added.number())
}

/// Writes the relations of a document that has none.
pub(super) fn put(db: &Connection, doc: i64, relations: &[Relation]) -> rusqlite::Result<()> {
    let mut add = db.prepare_cached("INSERT OR REPLACE INTO relations VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    relations.iter().try_for_each(|relation| {
        let first_seen = relation.first_seen.map(|at| at.to_string());
        let values = params![doc, relation.kind.name(), relation.id.to_string(), relation.here, relation.there, first_seen];
        add.execute(values).map(drop)
    })
}

fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    let words = row.get::<_, i64>(2)?.unsigned_abs();
    let standing = Standing::new(words, row.get(3)?, super::lookup::id(row, 1)?);
    Ok(Member { standing, fetched_at: timestamp(row, 4)? })
}

fn timestamp(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<String>>(at)?.and_then(|time| time.parse().ok()))
}

fn linked_document(db: &Connection, id: &str) -> rusqlite::Result<Option<LinkedDocument>> {
    let sql = "SELECT doc, id, stem, cluster FROM documents WHERE id = ?1";
    let found = db.prepare_cached(sql)?.query_row([id], |row| {
        let cluster = super::lookup::optional(row, 3)?.map(DocumentId);
        let links = Links { cluster, relations: Vec::new() };
        Ok((row.get::<_, i64>(0)?, LinkedDocument { id: super::lookup::id(row, 1)?, stem: super::lookup::stem(row, 2)?, links }))
    });
    let Some((doc, mut document)) = found.optional()? else { return Ok(None) };
    let mut statement = db.prepare_cached("SELECT kind, other, here, there, first_seen FROM relations WHERE doc = ?1")?;
    let mut rows = statement.query([doc])?;
    while let Some(row) = rows.next()? {
        let kind = RelationKind::from_name(row.get_ref(0)?.as_str()?);
        document.links.relations.extend(kind.map(|kind| relation(row, kind)).transpose()?);
    }
    document.links.relations.sort_by_key(|relation| (relation.kind, relation.id));
    Ok(Some(document))
}

fn relation(row: &Row<'_>, kind: RelationKind) -> rusqlite::Result<Relation> {
    Ok(Relation { kind, id: super::lookup::id(row, 1)?, here: row.get(2)?, there: row.get(3)?, first_seen: timestamp(row, 4)? })
}
