//! Notes what undoing a run takes, and restores documents to what they were before one ([`super::undo`]): text and sidecar, byte for byte. One document at a time, each as safe against being
//! killed as any other write.
//!
//! A document that another run has changed since is left alone, and one whose corrections by hand are not those that it had then. Where another document has the text by now, the restored one is a copy of it, unless that
//! one is about to be restored too.

use std::path::Path;

use super::checksummed::Checksummed;
use super::clean::{self, StoredText};
use super::corpus::{DocumentOnDisk, Store};
use super::document::UndoneChange;
use super::failure::{Error, io_error};
use super::index::{DocumentRow, Index};
use super::layout::Layout;
use super::name::Stem;
use super::reader::CorpusReader;
use super::sidecar::Sidecar;
use super::undo::{Restore, UndoLog, UndoRecord};
use super::undone::{UndoneDocument, UndoneLog};
use super::{atomic, corrections, presence, sidecar};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::DocumentId;

/// Why a document is not restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRestored {
    /// It is as it was before the run.
    AlreadyThere,
    /// Another run has changed it since.
    ChangedSince,
    /// It was corrected by hand since, or a correction was undone.
    CorrectedSince,
    /// There is no such document any more.
    NoDocument,
    /// Its sidecar or its text is damaged.
    Damaged,
    /// No file has its earlier text any more.
    NoText,
}

/// What is to be written to restore a document.
#[derive(Debug)]
pub struct RestorePlan {
    stem: Stem,
    present: DocumentOnDisk,
    before: Sidecar,
    /// The sidecar as it is written.
    encoded: Checksummed,
    /// The text; `None` for a copy.
    text: Option<String>,
}

impl Restore {
    /// The document.
    pub fn id(&self) -> DocumentId {
        self.id
    }

    /// The run that is undone: the name of its journal.
    pub fn run(&self) -> &str {
        self.run.name()
    }
}

impl RestorePlan {
    /// SHA-256 of the text file, if the document will have another text of its own.
    pub fn new_text(&self) -> Option<ContentHash> {
        let text = self.before.text_sha256;
        (self.text.is_some() && (text != self.present.sidecar.text_sha256 || self.present.sidecar.copy_of.is_some()))
            .then_some(text)
    }
}

impl CorpusReader {
    /// What is to be written to restore a document, or why nothing is.
    pub fn plan_restore(&self, restore: &Restore) -> Result<Result<Box<RestorePlan>, NotRestored>, Error> {
        plan(&self.layout, &self.index, restore)
    }
}

impl Store {
    /// What is to be written to restore a document, or why nothing is.
    pub fn plan_restore(&self, restore: &Restore) -> Result<Result<Box<RestorePlan>, NotRestored>, Error> {
        plan(&self.layout, &self.index, restore)
    }

    /// From now on, records what it takes to undo the run with this journal.
    pub fn record_run(&mut self, journal: &Path) {
        self.undo = Some(UndoLog::of_run(&self.layout, journal));
        self.undone = Some(UndoneLog::of_run(&self.layout, journal));
    }

    /// Notes what a document was before it is written.
    pub(super) fn note_before(&mut self, stem: &Stem, on_disk: &DocumentOnDisk, new: &Sidecar) -> Result<(), Error> {
        let Some(undo) = &mut self.undo else { return Ok(()) };
        let path = self.layout.clean.join(stem.sidecar());
        let before = atomic::read(&path, sidecar::MAX_BYTES)?;
        let Ok(before) = String::from_utf8(before) else { return Ok(()) };
        undo.note(&UndoRecord { id: on_disk.sidecar.id, after: new.own_sha256(), before })
    }

    /// Notes that a change which was undone is made again.
    pub(super) fn note_made_again(&mut self, sidecar: &Sidecar) -> Result<(), Error> {
        let undone = UndoneDocument::of(sidecar);
        let is_it = |known: &UndoneChange| {
            (known.raw_sha256, known.parts, &known.cleaner) == (undone.raw_sha256, undone.parts, &undone.cleaner)
        };
        if !self.index.undone_of(&undone.id)?.iter().any(is_it) {
            return Ok(());
        }
        self.note_undone(&UndoneDocument { made_again: true, ..undone })
    }

    fn note_undone(&mut self, undone: &UndoneDocument) -> Result<(), Error> {
        self.undone.iter_mut().try_for_each(|log| log.note(undone))?;
        self.index.put_undone(undone)
    }

    /// Restores a document as planned. What it was until now becomes an earlier version, and is not made again by itself.
    pub fn restore(&mut self, plan: RestorePlan) -> Result<(), Error> {
        let RestorePlan { stem, present, before, encoded, text } = plan;
        self.generation += 1;
        self.note_before(&stem, &present, &before)?;
        let undone = UndoneDocument::of(&present.sidecar);
        if undone != UndoneDocument::of(&before) {
            self.note_undone(&undone)?;
            self.note_made_again(&before)?;
        }
        let stored = match (before.copy_of, text) {
            (Some(original), _) => {
                self.write_copy(&stem, Some(&present), &encoded, original)?;
                StoredText::InOriginal
            }
            (None, text) => {
                let text = text.unwrap_or_default();
                let is_there = present.sidecar.text_sha256 == before.text_sha256;
                let has_text = matches!(present.text, StoredText::Intact(_));
                if has_text && !is_there {
                    clean::save_version(&self.layout, &mut self.clean, &stem)?;
                }
                let file = (!has_text || !is_there).then(|| format!("{text}\n"));
                clean::write(&mut self.clean, &stem, file.as_deref(), &encoded.bytes)?;
                StoredText::Intact(text)
            }
        };
        let stamp = presence::stamp(&self.layout, &stem, &before);
        let (sidecar, stamp) = (&before, stamp.as_deref());
        self.index.put(DocumentRow { stem: &stem, sidecar, checksum: encoded.checksum, text: &stored, stamp })?;
        if self.index.is_batch_full() {
            self.commit()?;
        }
        Ok(())
    }
}

/// What is to be done to restore a document, or why nothing is.
fn plan(layout: &Layout, index: &Index, restore: &Restore) -> Result<Result<Box<RestorePlan>, NotRestored>, Error> {
    let id = &restore.id;
    let Some(stem) = index.document(id)?.map(|document| document.stem) else { return Ok(Err(NotRestored::NoDocument)) };
    let (sidecar, checksum) = match clean::sidecar(layout, &stem) {
        Ok(read) => read,
        Err(error) if error.is_damage() => return Ok(Err(NotRestored::Damaged)),
        Err(error) => return Err(error),
    };
    let text = clean::text(layout, &stem, &sidecar)?;
    let present = DocumentOnDisk { sidecar, checksum, text };
    let Ok((mut before, mut checksum)) = Sidecar::decode(restore.before.as_bytes()) else {
        return Ok(Err(NotRestored::Damaged));
    };
    let (own, own_before) = (present.sidecar.own_sha256(), before.own_sha256());
    if own != own_before && !restore.run.wrote(id, &own) {
        return Ok(Err(NotRestored::ChangedSince));
    }
    if present.text == StoredText::Damaged {
        return Ok(Err(NotRestored::Damaged));
    }
    let original = original(layout, index, restore, &before)?;
    // A copy whose original lost the text to it differs in nothing else.
    if own == own_before && original == present.sidecar.copy_of {
        return Ok(Err(NotRestored::AlreadyThere));
    }
    if !corrections::are_applied(layout, &stem, &before) {
        return Ok(Err(NotRestored::CorrectedSince));
    }
    let text = match original {
        Some(_) => None,
        None => match earlier_text(layout, index, &present, &before)? {
            Some(text) => Some(text),
            None => return Ok(Err(NotRestored::NoText)),
        },
    };
    let mut bytes = restore.before.clone().into_bytes();
    if original != before.copy_of {
        before.copy_of = original;
        let encoded = before.encode().map_err(|error| io_error("write", &stem.sidecar())(error.into()))?;
        (bytes, checksum) = (encoded.bytes, encoded.checksum);
    }
    Ok(Ok(Box::new(RestorePlan { stem, present, before, encoded: Checksummed { bytes, checksum }, text })))
}

/// The document that has the text that another one is to have again. One that had another text before the run, and is restored as well, does not count:
/// it gives the text back.
fn original(layout: &Layout, index: &Index, restore: &Restore, before: &Sidecar) -> Result<Option<DocumentId>, Error> {
    let found = index.original_of(&before.text_sha256, before.tokens_sha256.as_ref(), &restore.id)?;
    let Some(found) = found.filter(|_| before.copy_of.is_none()) else { return Ok(found) };
    let Some(stem) = index.document(&found)?.map(|document| document.stem) else { return Ok(None) };
    let gives_back = match clean::sidecar(layout, &stem) {
        Ok((sidecar, _)) => restore.run.wrote(&found, &sidecar.own_sha256()),
        Err(error) if error.is_damage() => false,
        Err(error) => return Err(error),
    };
    Ok(if gives_back { None } else { Some(found) })
}

/// A text that a document had, without the final line feed: its present one, an earlier version, or that of the original that it was a copy of.
fn earlier_text(layout: &Layout, index: &Index, present: &DocumentOnDisk, before: &Sidecar) -> Result<Option<String>, Error> {
    if let StoredText::Intact(text) = &present.text
        && present.sidecar.text_sha256 == before.text_sha256
    {
        return Ok(Some(text.clone()));
    }
    for id in [Some(before.id), before.copy_of].into_iter().flatten() {
        for version in clean::versions_in(&layout.clean, &id.to_string())? {
            if let Some(text) = text_with(&layout.clean.join(version.with_extension("txt")), before)? {
                return Ok(Some(text));
            }
        }
        let stem = index.document(&id)?.map(|document| document.stem);
        let present = stem.map(|stem| text_with(&layout.clean.join(stem.text()), before)).transpose()?.flatten();
        if present.is_some() {
            return Ok(present);
        }
    }
    Ok(None)
}

/// The text at a path, if it is the one that a sidecar describes.
fn text_with(path: &Path, sidecar: &Sidecar) -> Result<Option<String>, Error> {
    if atomic::hash_file(path)? != Some(sidecar.text_sha256) {
        return Ok(None);
    }
    Ok(match clean::text_at(path, sidecar)? {
        StoredText::Intact(text) => Some(text),
        StoredText::InOriginal | StoredText::Damaged => None,
    })
}
