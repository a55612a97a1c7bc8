//! The corpus, opened for writing under its lock: what is known of a source, and how a document is put.
//!
//! Made for one thread that writes; others may read meanwhile ([`crate::store::Reader`]).

use std::fs;

use super::atomic::{self, Staging};
use super::clean::{self, Text};
use super::failpoint::hit;
use super::index::{Earlier, Index, Page, Record};
use super::lock::Lock;
use super::name::{Naming, Stem};
use super::sidecar::{Findings, Sidecar};
use super::{Error, KnownDocument, Layout, NewDocument, Put, RawPart, RawRef, SourceKey, Urls, io_error, raw, reindex};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::{DocumentId, RawDocument};

/// The corpus, opened for writing under its lock.
#[derive(Debug)]
pub struct Store {
    layout: Layout,
    index: Index,
    clean: Staging,
    /// Opened with the first fetched page: the user's raw folder may be read-only.
    raw: Option<raw::Keeper>,
    _lock: Lock,
}

/// What is on disk of a document that is put again.
struct Before {
    sidecar: Sidecar,
    checksum: ContentHash,
    text: Text,
}

impl Store {
    /// Takes the lock (fails at once with [`Error::Locked`]) and opens the corpus.
    pub fn open(layout: &Layout) -> Result<Self, Error> {
        Self::open_under(Lock::take(layout)?, layout)
    }

    /// Opens the corpus under its lock: finishes or sweeps what a killed run left, opens the index and rebuilds it where the last run did
    /// not close it.
    pub fn open_under(lock: Lock, layout: &Layout) -> Result<Self, Error> {
        recover(layout)?;
        let index = if layout.seal().is_file() { open_index(layout)? } else { None };
        unseal(layout)?;
        let clean = Staging::open(&layout.clean, &layout.state, "clean")?;
        let rebuild = || reindex::rebuild(layout).map(|(index, _)| index);
        let index = index.map_or_else(rebuild, Ok)?;
        Ok(Self { layout: layout.clone(), index, clean, raw: None, _lock: lock })
    }

    /// What the corpus knows of a source.
    pub fn known(&self, source: &SourceKey) -> Result<Option<KnownDocument>, Error> {
        self.index.known(source)
    }

    /// Whether a document was asked for or answered at this address, or declares it as one of its own. Enough to leave the address alone,
    /// not enough to be one document.
    pub fn has_address(&self, url: &url::Url) -> Result<bool, Error> {
        self.index.has_address(url)
    }

    /// The lasting identity of a source: that of the canonical URL, or for a file the hash of its first content; a document that is
    /// known keeps its identity. Salted where another source holds the identity already. To be asked right before [`Store::put`]:
    /// of two files with the same content, the first one that is put has the hash.
    pub fn identify(&self, source: &SourceKey, raw: &RawDocument) -> Result<DocumentId, Error> {
        if let Some(known) = self.known(source)? {
            return Ok(known.id);
        }
        let id = match raw.final_url().or_else(|| source.url()) {
            Some(url) => match self.index.id_at(&url)? {
                Some(id) => return Ok(id),
                None => DocumentId::of_url(&url),
            },
            None => DocumentId(raw.hash),
        };
        if self.index.earlier(&id)?.is_none() {
            return Ok(id);
        }
        Ok(DocumentId(ContentHash::of_parts([id.to_string().as_bytes(), source.0.as_bytes()])))
    }

    /// Keeps a fetched body, immutable, under `raw/<site>/`. The same body from the same address is kept once.
    pub fn keep_raw(&mut self, raw: &RawDocument) -> Result<RawRef, Error> {
        let http = raw.http.as_ref();
        let addresses = (http.map(|http| http.requested.as_str()), http.map(|http| http.final_url.as_str()));
        if let Some(kept) = self.index.raw(&raw.hash, addresses)?
            && self.layout.path(&kept.path).is_file()
        {
            return Ok(kept);
        }
        self.write_raw(raw, None)
    }

    /// Keeps a further page of the story whose first one is kept there; [`RawDocument::part`] says which.
    pub fn keep_part(&mut self, raw: &RawDocument, first: &RawRef) -> Result<RawPart, Error> {
        let kept = self.write_raw(raw, Some(first))?;
        let url = raw.http.as_ref().map(|http| http.final_url.clone()).unwrap_or_default();
        Ok(RawPart { sha256: kept.sha256, path: kept.path, url })
    }

    /// The further pages that are kept of the story whose first one lies at this path.
    pub fn parts(&self, first: &str) -> Result<Vec<RawPart>, Error> {
        self.index.parts(first)
    }

    fn write_raw(&mut self, raw: &RawDocument, first: Option<&RawRef>) -> Result<RawRef, Error> {
        let keeper = match &mut self.raw {
            Some(keeper) => keeper,
            none => none.insert(raw::Keeper::open(&self.layout)?),
        };
        let kept = keeper.keep(&self.layout, raw, first)?;
        self.index.put_raw(Page { path: &kept.reference.path, facts: &kept.facts, checksum: kept.checksum })?;
        Ok(kept.reference)
    }

    /// Writes a document: text, then sidecar (the commit point), then index.
    pub fn put(&mut self, document: &NewDocument) -> Result<Put, Error> {
        let file = clean::file_of(&document.article.text);
        if file.trim().is_empty() {
            return Err(Error::Empty { source_key: document.source.0.clone() });
        }
        let (text_sha256, tokens_sha256) = (ContentHash::of(&file), document.tokens_sha256);
        let earlier = self.index.earlier(&document.id)?;
        self.check_identity(document, earlier.as_ref())?;
        let stem = earlier.as_ref().map_or_else(|| self.free_stem(document), |earlier| Ok(earlier.stem.clone()))?;
        let before = earlier.as_ref().and_then(|earlier| self.before(earlier));
        let copy_of = self.index.holder(&text_sha256, tokens_sha256.as_ref(), &document.id)?;
        let (source, urls) = merge(document, before.as_ref());
        let file_sha256 = raw::compressed_hash(&self.layout, &document.raw)?;
        let found = Findings { text_sha256, tokens_sha256, file_sha256, source, urls, copy_of };
        let sidecar = Sidecar::new(document, found);
        let checksummed = sidecar.seal().map_err(|error| io_error("write", &stem.sidecar())(error.into()))?;

        let is_same = before.as_ref().is_some_and(|before| before.checksum == checksummed.checksum);
        let sidecar_bytes = (!is_same).then_some(checksummed.bytes.as_slice());
        let put = match copy_of {
            Some(holder) => self.write_copy(&stem, before.as_ref(), sidecar_bytes, holder)?,
            None => self.write_text(&stem, before.as_ref(), &file, &checksummed.bytes, sidecar_bytes)?,
        };
        let text = if copy_of.is_some() { Text::Elsewhere } else { Text::Whole(file.trim_end_matches('\n').to_string()) };
        self.index.put(Record { stem: &stem, sidecar: &sidecar, checksum: checksummed.checksum, text: &text })?;
        if self.index.is_batch_full() {
            self.commit()?;
        }
        // Where the earlier sidecar was damaged, only the index knew that the document is not new.
        Ok(if put == Put::New && earlier.is_some() { Put::Updated } else { put })
    }

    /// Sources whose text was held by a document that has changed since: they must be cleaned again in this run.
    pub fn stale(&self) -> Result<Vec<SourceKey>, Error> {
        self.index.stale()
    }

    /// The present clean text of a document, for a copy that of the document that holds it.
    pub fn text(&self, id: &DocumentId) -> Result<Option<String>, Error> {
        super::reader::text(&self.layout, &self.index, id)
    }

    /// Marks the index as whole. A run that ends without it has the index rebuilt next time.
    pub fn close(mut self) -> Result<(), Error> {
        self.commit()?;
        if self.clean.is_torn() || self.raw.as_ref().is_some_and(raw::Keeper::is_torn) {
            return Err(Error::Unfinished { path: self.layout.clean });
        }
        self.index.close(&self.layout)
    }

    /// Files first, then the index that speaks of them.
    fn commit(&mut self) -> Result<(), Error> {
        if let Some(raw) = &mut self.raw {
            raw.sync()?;
        }
        self.clean.sync()?;
        self.index.commit()
    }

    /// Several addresses may lead to one document, several files may not.
    fn check_identity(&self, document: &NewDocument, earlier: Option<&Earlier>) -> Result<(), Error> {
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
        let naming = Naming { id: &document.id, source: &document.source, url: url.as_ref(), metadata, text };
        let mut longest = None;
        for stem in naming.candidates() {
            if !self.index.is_taken(&stem, &document.id)? {
                return Ok(stem);
            }
            longest = Some(stem);
        }
        // Two ids agree in all digits only where they are one, and then the index knew the document.
        longest.ok_or_else(|| Error::Identity { source_key: document.source.0.clone(), id: document.id })
    }

    /// What is on disk; nothing where the sidecar is damaged, which is then written anew.
    fn before(&self, earlier: &Earlier) -> Option<Before> {
        let read = clean::sidecar(&self.layout, &earlier.stem).and_then(|(sidecar, checksum)| {
            let text = clean::text(&self.layout, &earlier.stem, &sidecar)?;
            Ok(Before { sidecar, checksum, text })
        });
        read.inspect_err(|error| tracing::warn!("{error}; it is written anew")).ok()
    }

    /// `sidecar` is given where it differs from what is on disk.
    fn write_copy(
        &mut self,
        stem: &Stem,
        before: Option<&Before>,
        sidecar: Option<&[u8]>,
        holder: DocumentId,
    ) -> Result<Put, Error> {
        if matches!(before, Some(Before { text: Text::Whole(_), .. })) {
            clean::keep_version(&self.layout, &mut self.clean, stem)?;
        }
        if let Some(sidecar) = sidecar {
            clean::write(&mut self.clean, stem, None, sidecar)?;
        }
        if self.layout.clean.join(stem.text()).exists() {
            hit("text.before-removal");
            self.clean.remove(&stem.text())?;
            hit("text.after-removal");
        }
        Ok(Put::Copy(holder))
    }

    /// `changed` is the sidecar where it differs from what is on disk.
    fn write_text(
        &mut self,
        stem: &Stem,
        before: Option<&Before>,
        file: &str,
        sidecar: &[u8],
        changed: Option<&[u8]>,
    ) -> Result<Put, Error> {
        let Some(before) = before else {
            clean::write(&mut self.clean, stem, Some(file), sidecar)?;
            return Ok(Put::New);
        };
        let had_text = before.sidecar.copy_of().is_none();
        let same_text = had_text && before.sidecar.text_sha256 == ContentHash::of(file);
        if same_text && matches!(before.text, Text::Whole(_)) {
            if let Some(sidecar) = changed {
                clean::write(&mut self.clean, stem, None, sidecar)?;
            }
            return Ok(Put::SidecarOnly);
        }
        if matches!(before.text, Text::Whole(_)) {
            clean::keep_version(&self.layout, &mut self.clean, stem)?;
        }
        clean::write(&mut self.clean, stem, Some(file), sidecar)?;
        Ok(if same_text { Put::SidecarOnly } else { Put::Updated })
    }
}

fn is_url(source: &SourceKey) -> bool {
    source.url().is_some()
}

/// Where another address leads to a document that is known, the document stays known by the first one and the other is an alias, so
/// that the two do not rewrite the sidecar in turn. So it is with a body that is read again, maybe without the way by which one came to it.
/// Aliases stay.
fn merge(document: &NewDocument, before: Option<&Before>) -> (SourceKey, Urls) {
    let mut urls = document.urls.clone();
    let mut others = document.article.metadata.aliases.as_ref().map_or_else(Vec::new, |found| found.value.clone());
    let Some(before) = before.map(|before| &before.sidecar) else {
        sort_aliases(&mut urls, others);
        return (document.source.clone(), urls);
    };
    // What the page only declared counts as long as it does.
    let lasting = before.urls.aliases.iter().filter(|alias| !before.declares(alias));
    others.extend(lasting.cloned());
    let is_elsewhere = before.source != document.source;
    others.extend(is_elsewhere.then(|| document.source.0.clone()));
    if is_elsewhere || before.raw.path == document.raw.path {
        others.extend(urls.requested.take());
        urls.requested.clone_from(&before.urls.requested);
    }
    sort_aliases(&mut urls, others);
    (before.source.clone(), urls)
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

/// Finishes or sweeps the files that a killed run staged.
pub(super) fn recover(layout: &Layout) -> Result<(), Error> {
    Staging::recover(&layout.clean, &layout.state, "clean", clean::expected)?;
    Staging::recover(&layout.raw, &layout.state, "raw", raw::expected)
}

/// From here until it is closed, the index does not count as whole.
pub(super) fn unseal(layout: &Layout) -> Result<(), Error> {
    match fs::remove_file(layout.seal()) {
        Ok(()) => atomic::sync_dir(&layout.state)?,
        Err(error) if atomic::is_absence(&error) => {}
        Err(error) => return Err(io_error("remove", &layout.seal())(error)),
    }
    hit("open.unsealed");
    Ok(())
}

/// The index of the last run; nothing where it is damaged, as it is built anew then.
fn open_index(layout: &Layout) -> Result<Option<Index>, Error> {
    match Index::open(&layout.index()) {
        Err(error @ (Error::IndexDamaged { .. } | Error::Index { .. })) => {
            tracing::warn!("{error}; it is built anew");
            Ok(None)
        }
        opened => opened,
    }
}
