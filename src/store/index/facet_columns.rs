//! What documents are counted by, in memory.

use rusqlite::Connection;

use super::attributes::{DAY_FACTOR, NameKind};
use super::database::Index;
use crate::store::failure::Error;

/// Sites, languages, days, verdicts, authors and tags of all documents, and the order of the names: about 30 bytes a document, so that counts read no more of
/// the index than which documents match. As the index was when it was read: documents that came later are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetColumns {
    /// By number of document. Numbers that no document has take place all the same.
    documents: Vec<Document>,
    /// Names of authors and tags.
    labels: Vec<u32>,
    /// By number of name.
    pub(super) names: Vec<Name>,
}

/// What a document is counted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Document {
    /// The number of the name; 0 if unknown, as the next three.
    pub site: u32,
    pub language: u32,
    /// `yyyymmdd`.
    pub day: u32,
    /// The place of the verdict, plus one.
    pub completeness: u8,
    labels: (u32, u32),
}

/// A name of a site, language, author or tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// `None` if no name has this number, or it is one that nothing is counted by.
    pub kind: Option<NameKind>,
    /// Its place in the order of the names of its kind. Authors and tags that differ in case and accents only have the same.
    pub place: u32,
}

impl Index {
    /// Reads the columns.
    pub fn facet_columns(&self) -> Result<FacetColumns, Error> {
        self.ask("read", |db| {
            let mut columns = FacetColumns { documents: documents(db)?, labels: Vec::new(), names: names(db)? };
            columns.read_labels(db)?;
            Ok(columns)
        })
    }
}

impl FacetColumns {
    /// What a document is counted by.
    pub(super) fn document(&self, number: i64) -> Option<&Document> {
        self.documents.get(usize::try_from(number).ok()?).filter(|document| document.completeness > 0)
    }

    /// The authors and tags of a document.
    pub(super) fn labels(&self, document: &Document) -> &[u32] {
        let (start, end) = document.labels;
        self.labels.get(start as usize..end as usize).unwrap_or_default()
    }

    fn read_labels(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let mut statement = db.prepare("SELECT doc, name FROM labels ORDER BY doc, name")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let at = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
            let Some(document) = self.documents.get_mut(row.get::<_, u32>(0)? as usize) else { continue };
            let start = if document.labels.1 == at { document.labels.0 } else { at };
            document.labels = (start, at + 1);
            self.labels.push(row.get(1)?);
        }
        Ok(())
    }
}

fn documents(db: &Connection) -> rusqlite::Result<Vec<Document>> {
    let mut documents = Vec::new();
    let mut statement = db.prepare("SELECT doc, site, language, at, completeness FROM attributes ORDER BY doc")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        documents.resize(row.get::<_, u32>(0)? as usize, Document::default());
        documents.push(Document {
            site: row.get::<_, Option<u32>>(1)?.unwrap_or_default(),
            language: row.get::<_, Option<u32>>(2)?.unwrap_or_default(),
            day: u32::try_from(row.get::<_, i64>(3)? / DAY_FACTOR).unwrap_or_default(),
            completeness: row.get::<_, u8>(4)?.saturating_add(1),
            labels: (0, 0),
        });
    }
    Ok(documents)
}

fn names(db: &Connection) -> rusqlite::Result<Vec<Name>> {
    let mut names: Vec<Name> = Vec::new();
    for kind in [NameKind::Site, NameKind::Language, NameKind::Author, NameKind::Tag] {
        let order = if kind.is_label() { "folded" } else { "value" };
        let mut statement = db.prepare(&format!("SELECT name, {order} FROM names WHERE kind = ?1 ORDER BY {order}"))?;
        let mut rows = statement.query([kind.name()])?;
        let (mut last, mut place) = (String::new(), 0);
        while let Some(row) = rows.next()? {
            let name = row.get::<_, u32>(0)? as usize;
            let value = row.get_ref(1)?.as_str()?;
            if value != last {
                place += 1;
                value.clone_into(&mut last);
            }
            if name >= names.len() {
                names.resize(name + 1, Name::default());
            }
            names.get_mut(name).into_iter().for_each(|known| *known = Name { kind: Some(kind), place });
        }
    }
    Ok(names)
}
