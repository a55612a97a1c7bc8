//! The corpus, opened for reading without the lock: status, search, and documents by any of their names. Changes nothing.
//!
//! A run may be active at the same time. If no index can be read, a temporary one is built.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use super::clean::{self, StoredText};
use super::correction_state::StoredCorrections;
use super::document::{Cleaner, KnownDocument, RawPart, SourceKey};
use super::failure::Error;
use super::index::{Grouping, Index};
use super::journal::{self, RunSummary};
use super::layout::Layout;
use super::name::Stem;
use super::presence::{self, Access};
use super::sidecar::Sidecar;
use super::sites::KnownSites;
use super::versions::{self, StoredVersion};
use super::{corrections, document_text, reindex};
use crate::relate::NearLimit;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::document::DocumentId;

/// The corpus, opened for reading.
#[derive(Debug)]
pub struct CorpusReader {
    pub(super) layout: Layout,
    pub(super) index: Index,
}

/// How often a document is read until its text matches its sidecar, and the time between: a run takes much less to write one after the other.
const ATTEMPTS: usize = 3;
const PAUSE: Duration = Duration::from_millis(10);

/// Most documents that are named if several match.
const MAX_CANDIDATES: usize = 5;

/// A document on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDocument {
    /// Its sidecar.
    pub sidecar: Sidecar,
    /// The sidecar's path.
    pub sidecar_path: PathBuf,
    /// The text's path; `None` for a copy.
    pub text_path: Option<PathBuf>,
}

/// Totals over the corpus.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CorpusStatus {
    /// Documents with a text of their own.
    pub documents: u64,
    /// Copies: documents whose text another document has.
    pub copies: u64,
    /// Groups of documents that are one story: exact and near duplicates.
    pub clusters: u64,
    /// Documents in these groups.
    pub clustered: u64,
    /// The number of texts that are compared for near duplicates, if it is close to the greatest.
    pub near_limit: Option<NearLimit>,
    /// Copies that will be cleaned again, because the text of their original has changed.
    pub stale: u64,
    /// Words of all texts, folded.
    pub words: u64,
    /// Bytes of all texts.
    pub text_bytes: u64,
    /// Bytes of the index.
    pub index_bytes: u64,
    /// Fetched pages under `raw/`.
    pub fetched: u64,
    /// Earlier versions of texts.
    pub versions: u64,
    /// Number of documents by completeness, largest first.
    pub by_completeness: Vec<(String, u64)>,
    /// Number of documents by registrable domain or site name, largest first; `?` if unknown.
    pub by_site: Vec<(String, u64)>,
    /// Number of documents by language, largest first; `?` if unknown.
    pub by_language: Vec<(String, u64)>,
    /// Documents, copies included, whose raw file was deleted.
    pub missing: u64,
    /// False while a run is active, and after one was killed.
    pub closed: bool,
    /// The latest run, from its journal.
    pub last_run: Option<RunSummary>,
}

impl CorpusReader {
    /// Opens the corpus for reading. A corpus that does not exist yet is empty.
    pub fn open(layout: &Layout) -> Result<Self, Error> {
        let index = match Index::open_to_read(&layout.index()) {
            Ok(Some(index)) => index,
            // There is no index, or SQLite may not create the file it needs next to it.
            Ok(None) | Err(Error::Io { .. }) => reindex::temporary(layout)?.0,
            Err(error) => return Err(error),
        };
        Ok(Self { layout: layout.clone(), index })
    }

    /// The index that it reads.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// The lines of sites that are boilerplate, as of the last completed run.
    pub fn known_sites(&self) -> Result<KnownSites, Error> {
        KnownSites::of(&self.index)
    }

    /// What the corpus knows of a source.
    pub fn known(&self, source: &SourceKey) -> Result<Option<KnownDocument>, Error> {
        presence::known(&self.layout, &self.index, source, Access::Read)
    }

    /// The later pages of the story whose first page is at this path.
    pub fn parts(&self, first: &str) -> Result<Vec<RawPart>, Error> {
        self.index.parts(first)
    }

    /// What a document is known by.
    pub fn source(&self, id: &DocumentId) -> Result<Option<SourceKey>, Error> {
        Ok(self.index.document(id)?.map(|document| document.source))
    }

    /// The documents whose raw file was deleted; for pages of an archive, the archive. A file that cannot be looked at does not count.
    pub fn missing(&self) -> Result<Vec<DocumentId>, Error> {
        let (mut missing, mut last) = (Vec::new(), (PathBuf::new(), false));
        self.index.for_each_body(&mut |id, key| {
            let (path, _) = self.layout.body(key);
            // The pages of an archive come one after the other.
            if path != last.0 {
                let is_gone = path
                    .symlink_metadata()
                    .is_err_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory));
                last = (path, is_gone);
            }
            missing.extend(last.1.then_some(id));
        })?;
        Ok(missing)
    }

    /// Whether the clean files of every document that was cleaned from a page of this archive are as they were written.
    pub fn has_all_of(&self, archive: &str) -> Result<bool, Error> {
        presence::has_all_of(&self.layout, &self.index, archive, Access::Read)
    }

    /// Calls `report` with the source of every document whose sidecar is gone, and with the sidecar's path.
    pub fn missing_documents(&self, report: &mut dyn FnMut(&SourceKey, &Path)) -> Result<(), Error> {
        let mut after = String::new();
        loop {
            let batch = self.index.stems(&after)?;
            let Some((_, last)) = batch.last() else { return Ok(()) };
            after = last.as_str().to_owned();
            for (source, stem) in batch {
                let path = self.layout.clean.join(stem.sidecar());
                if is_gone(&path) {
                    report(&source, &path);
                }
            }
        }
    }

    /// Calls `report` with the path of every fetched page that is gone.
    pub fn missing_pages(&self, report: &mut dyn FnMut(&Path)) -> Result<(), Error> {
        let mut after = String::new();
        loop {
            let batch = self.index.raw_paths(&after)?;
            let Some(last) = batch.last() else { return Ok(()) };
            after.clone_from(last);
            batch.iter().map(|path| self.layout.path(path)).filter(|path| is_gone(path)).for_each(|path| report(&path));
        }
    }

    /// The number of documents with a text of their own, and the words of all texts. Looks at the index alone.
    pub fn size(&self) -> Result<(u64, u64), Error> {
        let totals = self.index.totals()?;
        Ok((totals.documents, totals.words))
    }

    /// Whether another cleaner than this one made the text of any document.
    pub fn has_other_cleaner(&self, cleaner: &Cleaner) -> Result<bool, Error> {
        self.index.has_other_cleaner(cleaner)
    }

    /// The same without the documents that a rollback restored when this cleaner had changed them: they are not cleaned again by themselves.
    pub fn has_text_due(&self, cleaner: &Cleaner) -> Result<bool, Error> {
        self.index.has_text_due(cleaner)
    }

    /// False while a run is active, and after one was killed.
    pub fn is_closed(&self) -> bool {
        self.layout.is_closed()
    }

    /// The number of texts that are compared for near duplicates, if it is close to the greatest.
    pub fn near_limit(&self) -> Result<Option<NearLimit>, Error> {
        self.index.near_limit()
    }

    /// Numbers of documents by site, copies excluded, largest first.
    pub fn documents_by_site(&self) -> Result<Vec<(String, u64)>, Error> {
        self.index.counts_by(Grouping::Site)
    }

    /// Sums up the corpus.
    pub fn status(&self) -> Result<CorpusStatus, Error> {
        let totals = self.index.totals()?;
        let (clusters, clustered) = self.index.cluster_counts()?;
        let [by_completeness, by_site, by_language] =
            [self.index.counts_by(Grouping::Completeness)?, self.documents_by_site()?, self.index.counts_by(Grouping::Language)?];
        Ok(CorpusStatus {
            documents: totals.documents,
            copies: totals.copies,
            clusters,
            clustered,
            near_limit: self.near_limit()?,
            stale: totals.stale,
            words: totals.words,
            text_bytes: totals.bytes,
            index_bytes: std::fs::metadata(self.layout.index()).map_or(0, |file| file.len()),
            fetched: totals.fetched,
            versions: clean::versions(&self.layout.clean)?.len() as u64,
            by_completeness,
            by_site,
            by_language,
            missing: self.missing()?.len() as u64,
            closed: self.layout.is_closed(),
            last_run: journal::last(&self.layout)?,
        })
    }

    /// The document with this name: its text or sidecar file, its source file or address, or at least four digits of its id.
    pub fn find(&self, requested: impl AsRef<OsStr>) -> Result<Option<StoredDocument>, Error> {
        let path = Path::new(&requested);
        let stem = path.file_stem().and_then(|name| name.to_str()).and_then(Stem::from_name);
        let (text, key) = (path_text(path), self.layout.key(path));
        // As it is written, if that is UTF-8: an escaped name is found too.
        let written = requested.as_ref().to_str().unwrap_or(&text);
        let names = stem.as_ref().map(Stem::as_str).into_iter().chain([written, &key]);
        for name in names {
            match self.index.named(name, MAX_CANDIDATES + 1)?.as_slice() {
                [] => {}
                [stem] => return self.document(stem).map(Some),
                stems => {
                    let named: Vec<&str> = stems.iter().take(MAX_CANDIDATES).map(Stem::as_str).collect();
                    let more = if stems.len() > MAX_CANDIDATES { ", and others" } else { "" };
                    return Err(Error::Ambiguous { name: written.to_owned(), candidates: named.join(", ") + more });
                }
            }
        }
        Ok(None)
    }

    /// The corrections of a document by hand that there are; none if there is no such document.
    pub fn corrections(&self, id: &DocumentId) -> Result<StoredCorrections, Error> {
        let stem = self.index.document(id)?.map(|document| document.stem);
        Ok(stem.map_or(StoredCorrections::None, |stem| corrections::read(&self.layout, &stem, id)))
    }

    /// The documents that were corrected by hand, in the order of the files.
    pub fn corrected(&self) -> Result<impl Iterator<Item = Result<StoredDocument, Error>>, Error> {
        Ok(corrections::corrected(&self.layout)?.map(|stem| self.document(&stem?)))
    }

    /// A document's clean text; for a copy, that of the original. `None` if there is no such document or its text is
    /// damaged.
    pub fn text(&self, id: &DocumentId) -> Result<Option<String>, Error> {
        document_text::text(&self.layout, &self.index, id)
    }

    /// The versions of a document, oldest first; the last is the present one. A damaged version is left out.
    pub fn versions(&self, document: &StoredDocument) -> Result<Vec<StoredVersion>, Error> {
        versions::of_document(&self.layout, &document.sidecar, document.text_path.as_ref().unwrap_or(&document.sidecar_path))
    }

    /// The clean text of a version; `None` if it is damaged or gone.
    pub fn text_of_version(&self, version: &StoredVersion) -> Result<Option<String>, Error> {
        if version.is_present {
            return self.text(&version.sidecar.id);
        }
        Ok(match clean::text_at(&version.path, &version.sidecar)? {
            StoredText::Intact(text) => Some(text),
            StoredText::InOriginal | StoredText::Damaged => None,
        })
    }

    /// Every document in the order of the files, undated ones last. A damaged sidecar is an error at its position.
    pub fn documents(&self) -> Result<impl Iterator<Item = Result<StoredDocument, Error>>, Error> {
        Ok(self.stems()?.map(|stem| self.document(&stem?)))
    }

    /// Every document and its text, in the order of [`Self::documents`]. `None` if the text is damaged.
    pub fn texts(&self) -> Result<impl Iterator<Item = Result<(StoredDocument, Option<String>), Error>>, Error> {
        Ok(self.stems()?.map(|stem| self.with_text(&stem?)))
    }

    /// The documents that have a sidecar.
    fn stems(&self) -> Result<impl Iterator<Item = Result<Stem, Error>>, Error> {
        let entries = clean::entries(&self.layout.clean)?;
        let with_sidecar = entries.filter(|entry| !matches!(entry, Ok(entry) if !entry.has_sidecar));
        Ok(with_sidecar.map(|entry| Ok(entry?.stem)))
    }

    /// A document and the text that belongs to its sidecar; for a copy, that of the original. A run writes the text before the sidecar, so of two that do not match
    /// both are read again.
    pub(super) fn with_text(&self, stem: &Stem) -> Result<(StoredDocument, Option<String>), Error> {
        let mut attempt = 1;
        loop {
            let document = self.document(stem)?;
            match clean::text(&self.layout, stem, &document.sidecar)? {
                StoredText::InOriginal => {
                    return match self.text(&document.sidecar.id) {
                        Err(error) if error.is_damage() => Ok((document, None)),
                        text => Ok((document, text?)),
                    };
                }
                StoredText::Intact(text) => return Ok((document, Some(text))),
                StoredText::Damaged if attempt == ATTEMPTS => return Ok((document, None)),
                StoredText::Damaged => std::thread::sleep(PAUSE),
            }
            attempt += 1;
        }
    }

    /// The documents of a cluster, by the id of its canonical document; sorted.
    pub fn cluster(&self, canonical: &DocumentId) -> Result<Vec<DocumentId>, Error> {
        self.index.cluster(canonical)
    }

    /// The document that was requested from or found at this URL.
    pub fn id_at(&self, url: &url::Url) -> Result<Option<DocumentId>, Error> {
        self.index.id_at(url)
    }

    /// Every fetched page under `raw/` that has its facts, in order of their paths. Read one with [`super::raw::read`].
    pub fn fetched(&self) -> Result<impl Iterator<Item = Result<PathBuf, Error>>, Error> {
        let entries = super::raw::entries(&self.layout.raw)?;
        Ok(entries.filter_map(|entry| match entry {
            Ok(entry) => Some(Ok(entry.body.filter(|_| entry.facts.is_some())?)),
            Err(error) => Some(Err(error)),
        }))
    }

    fn document(&self, stem: &Stem) -> Result<StoredDocument, Error> {
        let (sidecar, _) = clean::sidecar(&self.layout, stem)?;
        let absolute = |path| self.layout.clean.join(path);
        let text_path = sidecar.copy_of.is_none().then(|| absolute(stem.text()));
        Ok(StoredDocument { sidecar, sidecar_path: absolute(stem.sidecar()), text_path })
    }
}

/// Whether nothing has this path. What is in place of the file is found, and reported, when it is read.
fn is_gone(path: &Path) -> bool {
    path.symlink_metadata().is_err()
}
