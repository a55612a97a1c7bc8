//! The corpus, opened for writing under its lock: finds the document of a source, and writes documents.
//!
//! One thread writes; others may read at the same time ([`crate::store::CorpusReader`]).

use super::atomic::StagingArea;
use super::checksummed::Checksummed;
use super::clean::{self, StoredText};
use super::document::{DocumentName, KnownDocument, NewDocument, PutResult, RawPart, RawRef, SourceKey, Urls};
use super::failpoint::hit;
use super::failure::{Error, io_error};
use super::handover::hand_over;
use super::index::{DocumentRow, Index, IndexedDocument, RawRow};
use super::layout::Layout;
use super::lock::Lock;
use super::name::{Naming, Stem};
use super::presence::{self, Access};
use super::sidecar::{ResolvedFields, Sidecar};
use super::sites::KnownSites;
use super::trash::Trash;
use super::undo::UndoLog;
use super::undone::UndoneLog;
use super::{copy_texts, document_text, raw, recovery, reindex, settle, sites};
use crate::relate::NearLimit;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{DocumentId, RawDocument};

/// The corpus, opened for writing under its lock.
#[derive(Debug)]
pub struct Store {
    pub(super) layout: Layout,
    pub(super) index: Index,
    pub(super) clean: StagingArea,
    /// Opened with the first fetched page, because the user's raw folder may be read-only.
    raw: Option<raw::RawWriter>,
    /// Opened with the first document that is forgotten.
    trash: Option<Trash>,
    /// What it takes to undo the run; `None` if nobody has asked for a record.
    pub(super) undo: Option<UndoLog>,
    /// The changes that the run undoes.
    pub(super) undone: Option<UndoneLog>,
    /// Number of documents and bodies written since it was opened.
    pub(super) generation: u64,
    _lock: Lock,
}

/// The files of a document that is written again.
#[derive(Debug)]
pub(super) struct DocumentOnDisk {
    pub sidecar: Sidecar,
    pub checksum: ContentHash,
    pub text: StoredText,
}

impl Store {
    /// Takes the lock (fails at once with [`Error::Locked`]) and opens the corpus.
    pub fn open(layout: &Layout) -> Result<Self, Error> {
        Self::open_under(Lock::take(layout)?, layout)
    }

    /// Opens the corpus under its lock: completes or removes what a killed run left, opens the index, and rebuilds it if the last run did
    /// not close it.
    pub fn open_under(lock: Lock, layout: &Layout) -> Result<Self, Error> {
        recovery::recover(layout)?;
        let index = if layout.index_checksum().is_file() { open_index(layout)? } else { None };
        recovery::remove_index_checksum(layout)?;
        let clean = StagingArea::open(&layout.clean, &layout.state, "clean")?;
        let rebuild = || reindex::rebuild(layout).map(|(index, _)| index);
        let index = index.map_or_else(rebuild, Ok)?;
        let layout = layout.clone();
        Ok(Self { layout, index, clean, raw: None, trash: None, undo: None, undone: None, generation: 0, _lock: lock })
    }

    /// A number that grows with everything that is written.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// What the corpus knows of a source.
    pub fn known(&self, source: &SourceKey) -> Result<Option<KnownDocument>, Error> {
        presence::known(&self.layout, &self.index, source, Access::Write)
    }

    /// Whether the clean files of every document that was cleaned from a page of this archive are as they were written.
    pub fn has_all_of(&self, archive: &str) -> Result<bool, Error> {
        presence::has_all_of(&self.layout, &self.index, archive, Access::Write)
    }

    /// Whether a document was requested from or found at this address, or declares it. Enough to skip the address, but not to treat both
    /// as the same document.
    pub fn has_address(&self, url: &url::Url) -> Result<bool, Error> {
        self.index.has_address(url)
    }

    /// The permanent id of a source: the hash of its canonical URL, or of a file's first content. A known document keeps its id. Where
    /// another source has the id already, a salted one is used. Call this right before [`Store::put`]: of two files with the same content,
    /// the one put first gets the plain hash.
    pub fn identify(&self, source: &SourceKey, raw: &RawDocument) -> Result<DocumentId, Error> {
        if let Some(known) = self.known(source)? {
            return Ok(known.id);
        }
        let id = match raw.final_url().or_else(|| source.url()) {
            Some(url) => match self.index.id_at(&url)? {
                Some(id) => return Ok(id),
                None => DocumentId::of_url(&url),
            },
            None => DocumentId(raw.hash()),
        };
        if self.index.document(&id)?.is_none() {
            return Ok(id);
        }
        Ok(DocumentId(ContentHash::of_parts([id.to_string().as_bytes(), source.0.as_bytes()])))
    }

    /// Writes a fetched body under `raw/<site>/`, where it is never changed. The same body from the same address is written once.
    pub fn keep_raw(&mut self, raw: &RawDocument) -> Result<RawRef, Error> {
        let http = raw.http.as_ref();
        let addresses = (http.map(|http| http.requested.as_str()), http.map(|http| http.final_url.as_str()));
        if let Some(kept) = self.index.raw_ref(&raw.hash(), addresses)?
            && self.layout.path(&kept.path).is_file()
        {
            return Ok(kept);
        }
        self.write_raw(raw, None)
    }

    /// Writes a later page of a story whose first page is already there; [`RawDocument::part`] says which page it is.
    pub fn keep_part(&mut self, raw: &RawDocument, first: &RawRef) -> Result<RawPart, Error> {
        let kept = self.write_raw(raw, Some(first))?;
        let url = raw.http.as_ref().map(|http| http.final_url.clone()).unwrap_or_default();
        Ok(RawPart { sha256: kept.sha256, path: kept.path, url })
    }

    /// The later pages of the story whose first page is at this path.
    pub fn parts(&self, first: &str) -> Result<Vec<RawPart>, Error> {
        self.index.parts(first)
    }

    fn write_raw(&mut self, raw: &RawDocument, first: Option<&RawRef>) -> Result<RawRef, Error> {
        let writer = match &mut self.raw {
            Some(writer) => writer,
            none => none.insert(raw::RawWriter::open(&self.layout)?),
        };
        self.generation += 1;
        let written = writer.write(&self.layout, raw, first)?;
        self.index.put_raw(RawRow { path: &written.reference.path, facts: &written.facts, checksum: written.checksum })?;
        Ok(written.reference)
    }

    /// Writes a document: text, then sidecar (the commit point), then index.
    pub fn put(&mut self, document: &NewDocument) -> Result<PutResult, Error> {
        self.generation += 1;
        let file = clean::text_file(&document.article.text);
        if file.trim().is_empty() {
            return Err(Error::Empty { source_key: document.source.0.clone() });
        }
        let (text_sha256, tokens_sha256) = (ContentHash::of(&file), document.tokens_sha256);
        let earlier = self.index.document(&document.id)?;
        self.check_identity(document, earlier.as_ref())?;
        let stem = earlier.as_ref().map_or_else(|| self.free_stem(document), |earlier| Ok(earlier.stem.clone()))?;
        let on_disk = earlier.as_ref().map(|earlier| self.read_files(earlier)).transpose()?.flatten();
        let copy_of = self.index.original_of(&text_sha256, tokens_sha256.as_ref(), &document.id)?;
        let (source, urls) = merge(document, on_disk.as_ref());
        let file_sha256 = raw::compressed_hash(&self.layout, &document.raw)?;
        let links = on_disk.as_ref().map(|on_disk| on_disk.sidecar.links()).unwrap_or_default();
        let fields = ResolvedFields { text_sha256, tokens_sha256, file_sha256, source, urls, copy_of, links };
        let sidecar = Sidecar::new(document, fields);
        let checksummed = sidecar.encode().map_err(|error| io_error("write", &stem.sidecar())(error.into()))?;

        self.note_made_again(&sidecar)?;
        if let Some(on_disk) = on_disk.as_ref().filter(|on_disk| on_disk.checksum != checksummed.checksum) {
            self.note_before(&stem, on_disk, &sidecar)?;
        }
        let put = match copy_of {
            Some(original) => self.write_copy(&stem, on_disk.as_ref(), &checksummed, original)?,
            None => self.write_text(&stem, on_disk.as_ref(), &file, &sidecar, &checksummed)?,
        };
        let text =
            if copy_of.is_some() { StoredText::InOriginal } else { StoredText::Intact(file.trim_end_matches('\n').to_string()) };
        let stamp = presence::stamp(&self.layout, &stem, &sidecar);
        let (checksum, stamp) = (checksummed.checksum, stamp.as_deref());
        self.index.put(DocumentRow { stem: &stem, sidecar: &sidecar, checksum, text: &text, stamp })?;
        if self.index.is_batch_full() {
            self.commit()?;
        }
        // If the earlier sidecar was damaged, only the index knows that the document is not new.
        Ok(if put == PutResult::New && earlier.is_some() { PutResult::Updated } else { put })
    }

    /// What a document is known by.
    pub fn source(&self, id: &DocumentId) -> Result<Option<SourceKey>, Error> {
        Ok(self.index.document(id)?.map(|document| document.source))
    }

    /// Moves a document to the trash; false if there is none with this id. A copy of its text becomes the original; if only the
    /// words are the same, the copies are stale from now on.
    pub fn forget(&mut self, id: &DocumentId) -> Result<bool, Error> {
        let Some(document) = self.index.document(id)? else { return Ok(false) };
        let trash = match &mut self.trash {
            Some(trash) => trash,
            none => none.insert(Trash::open(&self.layout)?),
        };
        let noted = trash.note(&self.layout, id, &document.stem)?;
        if document.copy_of.is_none() {
            hand_over(&self.layout, &mut self.clean, &mut self.index, id, &document.stem)?;
        }
        noted.move_files(&self.layout)?;
        self.index.remove(id)?;
        self.generation += 1;
        Ok(true)
    }

    /// Lets a document be cleaned again in any case. Gives the path of the body that it was cleaned from; `None` if there is no such document.
    pub(super) fn forget_cleaner(&mut self, stem: &Stem) -> Result<Option<String>, Error> {
        self.index.forget_cleaner(stem)
    }

    /// Sources of copies whose original has a different text now: they must be cleaned again in this run.
    pub fn stale(&self) -> Result<Vec<SourceKey>, Error> {
        self.index.stale()
    }

    /// The current clean text of a document; for a copy, that of the original.
    pub fn text(&self, id: &DocumentId) -> Result<Option<String>, Error> {
        document_text::text(&self.layout, &self.index, id)
    }

    /// What people call a document by.
    pub fn name(&self, id: &DocumentId) -> Result<Option<DocumentName>, Error> {
        let path = |stem: &Stem| self.layout.key(&self.layout.clean.join(stem.text()));
        Ok(self.index.name(id)?.map(|(stem, title)| DocumentName { title, path: path(&stem) }))
    }

    /// The lines of sites that are boilerplate, as of the last completed run.
    pub fn known_sites(&self) -> Result<KnownSites, Error> {
        KnownSites::of(&self.index)
    }

    /// The number of texts that are compared for near duplicates, if it is close to the greatest.
    pub fn near_limit(&self) -> Result<Option<NearLimit>, Error> {
        self.index.near_limit()
    }

    /// Settles relations and the lines of sites, and marks the index as complete. After a run that ends without it, the next run rebuilds the index.
    /// Gives the number of documents from which cleaning them again would remove other lines.
    pub fn close(mut self) -> Result<u64, Error> {
        self.commit()?;
        settle::settle(&self.layout, &mut self.clean, &mut self.index)?;
        sites::settle(&mut self.index)?;
        self.commit()?;
        copy_texts::settle(&self.layout, &mut self.index)?;
        let outdated = self.index.outdated()?;
        if let Some(trash) = self.trash.take() {
            trash.close(&self.layout)?;
        }
        self.undo.take().map_or(Ok(()), UndoLog::close)?;
        if self.clean.has_partial_commit() || self.raw.as_ref().is_some_and(raw::RawWriter::has_partial_commit) {
            return Err(Error::Unfinished { path: self.layout.clean });
        }
        self.index.close(&self.layout)?;
        Ok(outdated)
    }

    /// Files are synced before the index that refers to them.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        if let Some(raw) = &mut self.raw {
            raw.sync()?;
        }
        self.clean.sync()?;
        self.undo.iter_mut().try_for_each(UndoLog::sync)?;
        self.undone.iter_mut().try_for_each(UndoneLog::sync)?;
        self.index.commit()
    }

    /// Several addresses may belong to one document; several files may not.
    fn check_identity(&self, document: &NewDocument, earlier: Option<&IndexedDocument>) -> Result<(), Error> {
        let fits = match earlier {
            Some(earlier) => earlier.source == document.source || (is_url(&earlier.source) && is_url(&document.source)),
            None => !self.index.has(&document.id, &document.source)?,
        };
        if fits { Ok(()) } else { Err(Error::Identity { source_key: document.source.0.clone(), id: document.id }) }
    }

    fn free_stem(&self, document: &NewDocument) -> Result<Stem, Error> {
        let urls = &document.urls;
        let url = [&urls.r#final, &urls.canonical, &urls.requested].into_iter().flatten().find_map(|url| url.parse().ok());
        let url = url.or_else(|| document.source.url());
        let (metadata, text) = (&document.article.metadata, &document.article.text);
        let naming =
            Naming { id: &document.id, source: &document.source, url: url.as_ref(), metadata, text, names: self.layout.names };
        let mut longest = None;
        for stem in naming.candidates() {
            if !self.index.is_taken(&stem, &document.id)? {
                return Ok(stem);
            }
            longest = Some(stem);
        }
        // Two ids that share all digits are one id, and then the index would have found the document.
        longest.ok_or_else(|| Error::Identity { source_key: document.source.0.clone(), id: document.id })
    }

    /// The files on disk; `None` if the sidecar is damaged or gone and has to be rewritten. One that cannot be read is an error: it may be
    /// as it should be, and then the text next to it is a version to keep.
    pub(super) fn read_files(&self, earlier: &IndexedDocument) -> Result<Option<DocumentOnDisk>, Error> {
        let (sidecar, checksum) = match clean::sidecar(&self.layout, &earlier.stem) {
            Ok(read) => read,
            Err(error) if error.is_damage() => {
                tracing::warn!("{error}; it will be rewritten");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let text = clean::text(&self.layout, &earlier.stem, &sidecar)?;
        Ok(Some(DocumentOnDisk { sidecar, checksum, text }))
    }

    pub(super) fn write_copy(
        &mut self,
        stem: &Stem,
        on_disk: Option<&DocumentOnDisk>,
        sidecar: &Checksummed,
        original: DocumentId,
    ) -> Result<PutResult, Error> {
        if matches!(on_disk, Some(DocumentOnDisk { text: StoredText::Intact(_), .. })) {
            clean::save_version(&self.layout, &mut self.clean, stem)?;
        }
        if on_disk.is_none_or(|on_disk| on_disk.checksum != sidecar.checksum) {
            clean::write(&mut self.clean, stem, None, &sidecar.bytes)?;
        }
        if self.layout.clean.join(stem.text()).exists() {
            hit("text.before-removal");
            self.clean.remove(&stem.text())?;
            hit("text.after-removal");
        }
        Ok(PutResult::Copy(original))
    }

    /// `encoded` is the sidecar as it is written.
    fn write_text(
        &mut self,
        stem: &Stem,
        on_disk: Option<&DocumentOnDisk>,
        file: &str,
        sidecar: &Sidecar,
        encoded: &Checksummed,
    ) -> Result<PutResult, Error> {
        let Some(on_disk) = on_disk else {
            clean::write(&mut self.clean, stem, Some(file), &encoded.bytes)?;
            return Ok(PutResult::New);
        };
        let had_text = on_disk.sidecar.copy_of.is_none();
        let same_text = had_text && on_disk.sidecar.text_sha256 == ContentHash::of(file);
        if same_text && matches!(on_disk.text, StoredText::Intact(_)) {
            if sidecar.is_other_edition(&on_disk.sidecar) {
                clean::save_version(&self.layout, &mut self.clean, stem)?;
            }
            if encoded.checksum != on_disk.checksum {
                clean::write(&mut self.clean, stem, None, &encoded.bytes)?;
            }
            return Ok(PutResult::SidecarOnly);
        }
        if matches!(on_disk.text, StoredText::Intact(_)) {
            clean::save_version(&self.layout, &mut self.clean, stem)?;
        }
        clean::write(&mut self.clean, stem, Some(file), &encoded.bytes)?;
        Ok(PutResult::Updated)
    }
}

fn is_url(source: &SourceKey) -> bool {
    source.url().is_some()
}

/// If a known document is reached by another address, it keeps its first source and the other address becomes an alias, so that the two do not
/// rewrite the sidecar in turn. The same holds for a body that is read again, perhaps without the redirects that led to it. Aliases
/// are permanent.
fn merge(document: &NewDocument, on_disk: Option<&DocumentOnDisk>) -> (SourceKey, Urls) {
    let mut urls = document.urls.clone();
    let mut others = document.article.metadata.aliases.as_ref().map_or_else(Vec::new, |found| found.value.clone());
    let Some(earlier) = on_disk.map(|on_disk| &on_disk.sidecar) else {
        sort_aliases(&mut urls, others);
        return (document.source.clone(), urls);
    };
    // An alias that is only declared counts as long as the page declares it.
    let permanent = earlier.urls.aliases.iter().filter(|alias| !earlier.declares(alias));
    others.extend(permanent.cloned());
    let is_other_source = earlier.source != document.source;
    others.extend(is_other_source.then(|| document.source.0.clone()));
    if is_other_source || earlier.raw.path == document.raw.path {
        others.extend(urls.requested.take());
        urls.requested.clone_from(&earlier.urls.requested);
    }
    sort_aliases(&mut urls, others);
    (earlier.source.clone(), urls)
}

fn sort_aliases(urls: &mut Urls, others: Vec<String>) {
    let mut aliases = std::mem::take(&mut urls.aliases);
    aliases.extend(others);
    let known = [&urls.requested, &urls.r#final, &urls.canonical];
    aliases.retain(|alias| !known.iter().any(|url| url.as_ref() == Some(alias)));
    aliases.sort_unstable();
    aliases.dedup();
    urls.aliases = aliases;
}

/// The index of the last run; `None` if it has to be rebuilt: it is damaged, or lacks texts that it could have.
fn open_index(layout: &Layout) -> Result<Option<Index>, Error> {
    match Index::open(&layout.index()) {
        Err(error @ (Error::IndexDamaged { .. } | Error::Index { .. })) => {
            tracing::warn!("{error}; it will be rebuilt");
            Ok(None)
        }
        Ok(Some(index)) if index.has_left_out()? && index.near_limit()?.is_none() => {
            tracing::info!("there is space again for texts that were left out: the index will be rebuilt");
            Ok(None)
        }
        opened => opened,
    }
}
