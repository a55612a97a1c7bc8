//! The corpus, read without the lock: what is known, what is in there, one document by any of its names. Changes nothing.
//!
//! A run may be at work meanwhile. Where there is no index that can be read, one is built in a temporary file.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::clean::{self, Text};
use super::index::Index;
use super::journal::{self, RunSummary};
use super::name::Stem;
use super::sidecar::Sidecar;
use super::{Error, KnownDocument, Layout, RawPart, SourceKey, reindex};
use gleaner_extract::document::DocumentId;

/// The corpus, opened for reading.
#[derive(Debug)]
pub struct Reader {
    layout: Layout,
    index: Index,
}

/// A document as it is on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its sidecar.
    pub sidecar: Sidecar,
    /// The sidecar's path.
    pub sidecar_path: PathBuf,
    /// The text's path, for a copy none.
    pub text_path: Option<PathBuf>,
}

/// A document that a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The document.
    pub id: DocumentId,
    /// Its title.
    pub title: Option<String>,
    /// Its text's path.
    pub text_path: PathBuf,
    /// BM25 with the title counting five times; higher is better.
    pub score: f64,
}

/// What is in the corpus.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// Documents with a text of their own.
    pub documents: u64,
    /// Documents whose text another one holds.
    pub copies: u64,
    /// Copies that will be cleaned again, because the text of the other has changed.
    pub stale: u64,
    /// Folded words of all texts.
    pub words: u64,
    /// Bytes of all texts.
    pub text_bytes: u64,
    /// Bytes of the index.
    pub index_bytes: u64,
    /// Fetched pages under `raw/`.
    pub fetched: u64,
    /// Earlier versions of texts.
    pub versions: u64,
    /// Documents by completeness, the most first.
    pub by_completeness: Vec<(String, u64)>,
    /// Documents by registrable domain or outlet, the most first; `?` where unknown.
    pub by_site: Vec<(String, u64)>,
    /// Documents by language, the most first; `?` where unknown.
    pub by_language: Vec<(String, u64)>,
    /// False while a run is at work, and after one was killed.
    pub closed: bool,
    /// The newest journal.
    pub last_run: Option<RunSummary>,
}

impl Reader {
    /// Opens the corpus for reading. A corpus that does not exist yet is an empty one.
    pub fn open(layout: &Layout) -> Result<Self, Error> {
        let index = match Index::open_to_read(&layout.index()) {
            Ok(Some(index)) => index,
            // No index, or one that may not be opened: SQLite has to write a file beside it.
            Ok(None) | Err(Error::Io { .. }) => reindex::temporary(layout)?.0,
            Err(error) => return Err(error),
        };
        Ok(Self { layout: layout.clone(), index })
    }

    /// What the corpus knows of a source.
    pub fn known(&self, source: &SourceKey) -> Result<Option<KnownDocument>, Error> {
        self.index.known(source)
    }

    /// The further pages that are kept of the story whose first one lies at this path.
    pub fn parts(&self, first: &str) -> Result<Vec<RawPart>, Error> {
        self.index.parts(first)
    }

    /// Sums over the corpus.
    pub fn status(&self) -> Result<Status, Error> {
        let totals = self.index.totals()?;
        let [by_completeness, by_site, by_language] = self.index.breakdown()?;
        Ok(Status {
            documents: totals.documents,
            copies: totals.copies,
            stale: totals.stale,
            words: totals.words,
            text_bytes: totals.bytes,
            index_bytes: std::fs::metadata(self.layout.index()).map_or(0, |file| file.len()),
            fetched: totals.fetched,
            versions: clean::versions(&self.layout.clean)?.len() as u64,
            by_completeness,
            by_site,
            by_language,
            closed: self.layout.seal().is_file(),
            last_run: journal::last(&self.layout)?,
        })
    }

    /// The document that a name means: its text or sidecar file, its source file or address, or four digits or more of its id.
    pub fn find(&self, name: &str) -> Result<Option<Document>, Error> {
        let stem = Path::new(name).file_stem().and_then(|name| name.to_str()).and_then(Stem::from_name);
        let key = self.layout.key(Path::new(name));
        let names = stem.as_ref().map(Stem::as_str).into_iter().chain([name, &key]);
        for way in names {
            match self.index.named(way, 2)?.as_slice() {
                [] => {}
                [stem] => return self.document(stem).map(Some),
                [first, second, ..] => {
                    let (name, first, second) = (name.to_string(), first.to_string(), second.to_string());
                    return Err(Error::Ambiguous { name, first, second });
                }
            }
        }
        Ok(None)
    }

    /// A document's clean text, for a copy that of the document that holds it; `None` where there is no such document, or its text is
    /// damaged.
    pub fn text(&self, id: &DocumentId) -> Result<Option<String>, Error> {
        text(&self.layout, &self.index, id)
    }

    /// Every document, in the order of the files: undated ones last. A damaged sidecar is an error in its place.
    pub fn documents(&self) -> Result<impl Iterator<Item = Result<Document, Error>>, Error> {
        let entries = clean::entries(&self.layout.clean)?;
        let with_sidecar = entries.filter(|entry| !matches!(entry, Ok(entry) if !entry.has_sidecar));
        Ok(with_sidecar.map(|entry| self.document(&entry?.stem)))
    }

    /// Every fetched page under `raw/` that has its facts, in order of their paths; [`super::raw::read`] reads one.
    pub fn fetched(&self) -> Result<impl Iterator<Item = Result<PathBuf, Error>>, Error> {
        let entries = super::raw::entries(&self.layout.raw)?;
        Ok(entries.filter_map(|entry| match entry {
            Ok(entry) => Some(Ok(entry.body.filter(|_| entry.facts.is_some())?)),
            Err(error) => Some(Err(error)),
        }))
    }

    /// Documents that hold every word of the query, the best first. Case, accents and punctuation do not count.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Match>, Error> {
        let hits = self.index.search(query, limit)?.into_iter();
        let place = |stem: &Stem| self.layout.clean.join(stem.text());
        Ok(hits.map(|hit| Match { id: hit.id, title: hit.title, text_path: place(&hit.stem), score: hit.score }).collect())
    }

    fn document(&self, stem: &Stem) -> Result<Document, Error> {
        let (sidecar, _) = clean::sidecar(&self.layout, stem)?;
        let place = |path| self.layout.clean.join(path);
        let text_path = sidecar.copy_of().is_none().then(|| place(stem.text()));
        Ok(Document { sidecar, sidecar_path: place(stem.sidecar()), text_path })
    }
}

/// A document's clean text, for a copy that of the document that holds it.
pub(super) fn text(layout: &Layout, index: &Index, id: &DocumentId) -> Result<Option<String>, Error> {
    let Some(earlier) = index.earlier(id)? else { return Ok(None) };
    let holder = match earlier.copy_of {
        Some(holder) => index.stem_of(&holder)?,
        None => Some(earlier.stem),
    };
    let Some(stem) = holder else { return Ok(None) };
    let (sidecar, _) = clean::sidecar(layout, &stem)?;
    Ok(match clean::text(layout, &stem, &sidecar)? {
        Text::Whole(text) => Some(text),
        Text::Elsewhere | Text::Damaged => None,
    })
}
