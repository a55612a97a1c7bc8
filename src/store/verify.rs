//! Verifies the corpus: every text against its sidecar, every sidecar and raw file against its checksum, the index against its checksum and
//! row by row against the files. Changes nothing but the lock.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::clean::{self, StoredText};
use super::corrections::{self, CorrectionsFinding};
use super::failure::{Error, is_not_found};
use super::index::{self, Index};
use super::layout::Layout;
use super::lock::Lock;
use super::name::Stem;
use super::sidecar::{self, Sidecar};
use super::{atomic, raw, reindex, settle, sites};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::path_text::path_text;

pub use super::finding::{Finding, FindingKind, Repair};

/// Most differences between index and files that are reported.
const MAX_DIFFERENCES: usize = 20;

/// Calls a function with the place and hash of every page of an archive, among them those at the given places. Given by the caller, because the
/// store cannot read archives.
pub type ArchiveHashes<'a> = &'a dyn Fn(&Path, &[String], &mut dyn FnMut(&str, ContentHash)) -> io::Result<()>;

/// Checks every file of the corpus; findings are sorted by path. With `archives`, pages in archives are checked too. Takes the lock, since an
/// active run would look like damage. [`Error::NoCorpus`] if there is no corpus.
pub fn run(layout: &Layout, archives: Option<ArchiveHashes<'_>>) -> Result<Vec<Finding>, Error> {
    run_observed(layout, archives, &|_| {})
}

/// The progress of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// So many documents and fetched pages will be checked.
    Total(u64),
    /// One more has been.
    One,
}

/// [`run`], which tells an observer how far it is.
pub fn run_observed(
    layout: &Layout,
    archives: Option<ArchiveHashes<'_>>,
    observer: &dyn Fn(Checked),
) -> Result<Vec<Finding>, Error> {
    if !layout.exists() {
        return Err(Error::NoCorpus { path: layout.root.clone() });
    }
    let _lock = Lock::take(layout)?;
    let mut check =
        CorpusCheck { layout, observer, findings: Vec::new(), checked_raws: BTreeSet::new(), archives: BTreeMap::new() };
    observer(Checked::Total(clean::entries(&layout.clean)?.count() as u64 + raw::entries(&layout.raw)?.count() as u64));
    check.documents()?;
    if let Some(archives) = archives {
        check.archives(archives);
    }
    check.versions()?;
    check.fetched()?;
    check.index()?;
    check.findings.sort();
    check.findings.dedup();
    Ok(check.findings)
}

struct CorpusCheck<'a> {
    layout: &'a Layout,
    observer: &'a dyn Fn(Checked),
    findings: Vec<Finding>,
    /// Raw files that have been checked: several documents may be cleaned from one.
    checked_raws: BTreeSet<String>,
    /// Hashes of the archive pages that documents were cleaned from, by archive and place.
    archives: BTreeMap<PathBuf, BTreeMap<String, ContentHash>>,
}

impl CorpusCheck<'_> {
    fn report(&mut self, kind: FindingKind, repair: Repair, path: impl Into<PathBuf>, detail: impl Into<String>) {
        self.findings.push(Finding { path: path.into(), kind, detail: detail.into(), repair });
    }

    fn documents(&mut self) -> Result<(), Error> {
        for entry in clean::entries(&self.layout.clean)? {
            (self.observer)(Checked::One);
            let entry = entry?;
            let text_path = self.layout.clean.join(entry.stem.text());
            if !entry.has_sidecar {
                self.without_sidecar(&entry, text_path);
                continue;
            }
            match clean::sidecar(self.layout, &entry.stem) {
                Ok((sidecar, _)) => {
                    self.text(&entry, &sidecar, text_path)?;
                    self.source(&sidecar)?;
                    self.corrections(&entry.stem, &sidecar);
                }
                Err(Error::Sidecar { path, reason }) => self.report(FindingKind::Damaged, Repair::CleanAgain, path, reason),
                Err(error) if error.is_damage() => {
                    let path = self.layout.clean.join(entry.stem.sidecar());
                    self.report(FindingKind::Damaged, Repair::CleanAgain, path, "it is not a file");
                }
                Err(error) => return Err(error),
            }
        }
        self.documents_without_files()
    }

    fn without_sidecar(&mut self, entry: &clean::CleanEntry, text: PathBuf) {
        if entry.has_text {
            self.report(FindingKind::Orphan, Repair::CleanAgain, text, "a text without a sidecar");
        }
        if entry.has_corrections {
            // Not moved aside: they are applied again when their document is cleaned again.
            let path = self.layout.clean.join(entry.stem.corrections());
            self.report(FindingKind::Changed, Repair::Clean, path, "corrections of a document that is not there");
        }
    }

    fn corrections(&mut self, stem: &Stem, sidecar: &Sidecar) {
        let path = self.layout.clean.join(stem.corrections());
        match corrections::check(self.layout, stem, sidecar) {
            Some(CorrectionsFinding::Damaged(reason)) => {
                self.report(FindingKind::Damaged, Repair::SetAside, path, reason);
            }
            Some(CorrectionsFinding::NotApplied) => {
                let detail = "the document was cleaned with other corrections by hand";
                self.report(FindingKind::Changed, Repair::Clean, path, detail);
            }
            None => {}
        }
    }

    /// Documents that only the index knows any more.
    fn documents_without_files(&mut self) -> Result<(), Error> {
        // What a killed run left is repaired first, and an index that cannot be read is reported as such.
        let index = if self.layout.index_checksum().is_file() { Index::open_to_read(&self.layout.index()) } else { Ok(None) };
        let Ok(Some(index)) = index else { return Ok(()) };
        let mut after = String::new();
        loop {
            let Ok(batch) = index.stems(&after) else { return Ok(()) };
            let Some((_, last)) = batch.last() else { return Ok(()) };
            after = last.as_str().to_owned();
            for (_, stem) in batch {
                let path = self.layout.clean.join(stem.sidecar());
                if path.symlink_metadata().is_err_and(|error| is_not_found(&error)) {
                    self.report(FindingKind::Missing, Repair::CleanAgain, path, "the index has its document");
                }
            }
        }
    }

    fn text(&mut self, entry: &clean::CleanEntry, sidecar: &Sidecar, path: PathBuf) -> Result<(), Error> {
        match clean::text(self.layout, &entry.stem, sidecar)? {
            StoredText::InOriginal if entry.has_text => {
                self.report(FindingKind::Orphan, Repair::SetAside, path, "the text of a copy")
            }
            StoredText::Damaged if !entry.has_text => {
                self.report(FindingKind::Missing, Repair::CleanAgain, path, "its sidecar is there")
            }
            StoredText::Damaged => {
                self.report(FindingKind::Damaged, Repair::CleanAgain, path, "its content does not match text_sha256")
            }
            StoredText::InOriginal | StoredText::Intact(_) => {}
        }
        Ok(())
    }

    /// Checks the raw file that a document was cleaned from, unless it is a fetched page: those are checked separately.
    fn source(&mut self, sidecar: &Sidecar) -> Result<(), Error> {
        for part in &sidecar.raw.parts {
            let path = self.layout.path(&part.path);
            if !path.is_file() {
                self.report(FindingKind::Missing, Repair::Fetch, path, "a document was cleaned from it");
            }
        }
        let (path, place) = self.layout.body(&sidecar.raw.path);
        if let Some(place) = place {
            self.archives.entry(path).or_default().insert(place, sidecar.raw.sha256);
            return Ok(());
        }
        if raw::is_ours(&path) || !self.checked_raws.insert(sidecar.raw.path.clone()) {
            return Ok(());
        }
        let expected = sidecar.raw.file_sha256.unwrap_or(sidecar.raw.sha256);
        match atomic::hash_file(&path)? {
            Some(hash) if hash == expected => {}
            Some(_) => self.report(FindingKind::Changed, Repair::Clean, path, "it has changed since it was cleaned"),
            None if raw::has_raw_name(&path) => {
                self.report(FindingKind::Missing, Repair::Fetch, path, "a document was cleaned from it")
            }
            None => self.report(FindingKind::Changed, Repair::None, path, "it has been removed since it was cleaned"),
        }
        Ok(())
    }

    /// Checks pages in archives, reading each archive once.
    fn archives(&mut self, pages: ArchiveHashes<'_>) {
        for (path, mut missing) in std::mem::take(&mut self.archives) {
            let places: Vec<String> = missing.keys().cloned().collect();
            let mut check_page = |place: &str, hash| {
                if missing.get(place) == Some(&hash) {
                    missing.remove(place);
                }
            };
            if let Err(error) = pages(&path, &places, &mut check_page) {
                let repair = if path.exists() { Repair::Clean } else { Repair::None };
                let detail = format!("{} documents were cleaned from it: {error}", missing.len());
                self.report(FindingKind::Changed, repair, path, detail);
                continue;
            }
            for place in missing.keys() {
                let page = format!("{}#{place}", path_text(&path));
                self.report(FindingKind::Changed, Repair::Clean, page, "it has changed since it was cleaned");
            }
        }
    }

    fn versions(&mut self) -> Result<(), Error> {
        for version in clean::versions(&self.layout.clean)? {
            let path = |extension: &str| self.layout.clean.join(version.with_extension(extension));
            let (text, facts) = (path("txt"), path("json"));
            let found = atomic::hash_file(&text)?;
            if !facts.is_file() {
                self.report(FindingKind::Orphan, Repair::SetAside, text, "an earlier text without a sidecar");
                continue;
            }
            match (Sidecar::decode(&atomic::read(&facts, sidecar::MAX_BYTES)?), found) {
                (Err(reason), _) => self.report(FindingKind::Damaged, Repair::SetAside, facts, reason),
                (Ok(_), None) => self.report(FindingKind::Missing, Repair::SetAside, text, "its sidecar is there"),
                (Ok((sidecar, _)), Some(hash)) if hash != sidecar.text_sha256 => {
                    self.report(FindingKind::Damaged, Repair::SetAside, text, "its content does not match text_sha256");
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn fetched(&mut self) -> Result<(), Error> {
        for entry in raw::entries(&self.layout.raw)? {
            (self.observer)(Checked::One);
            match entry? {
                raw::RawEntry { body: Some(body), facts: Some(facts) } => self.fetched_page(&body, facts)?,
                raw::RawEntry { body: Some(body), facts: None } => {
                    self.report(FindingKind::Orphan, Repair::Fetch, body, "a fetched page without its facts");
                }
                raw::RawEntry { body: None, facts } => {
                    // A JSON file that happens to have such a name may be the user's own.
                    let Some(facts) = facts else { continue };
                    match raw::facts(&facts) {
                        Ok(_) => self.report(
                            FindingKind::Missing,
                            Repair::Fetch,
                            facts.with_extension("html.zst"),
                            "its facts are there",
                        ),
                        Err(error) if error.is_damage() => {}
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        Ok(())
    }

    fn fetched_page(&mut self, body: &Path, facts: PathBuf) -> Result<(), Error> {
        match raw::facts(&facts) {
            Ok((facts, _)) => {
                if atomic::hash_file(body)? != Some(facts.file_sha256) {
                    self.report(FindingKind::Damaged, Repair::Fetch, body, "its content does not match file_sha256");
                }
            }
            Err(Error::Sidecar { path, reason }) => self.report(FindingKind::Damaged, Repair::Fetch, path, reason),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn index(&mut self) -> Result<(), Error> {
        let (path, checksum_path) = (self.layout.index(), self.layout.index_checksum());
        let checksum = match atomic::read(&checksum_path, 200) {
            Ok(checksum) => checksum,
            Err(Error::Io { source, .. }) if is_not_found(&source) => {
                if path.exists() {
                    self.report(FindingKind::Unfinished, Repair::Reindex, path, "the last run was killed");
                } else if self.has_documents()? {
                    self.report(FindingKind::Missing, Repair::Reindex, path, "the index is gone");
                }
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if !path.exists() {
            self.report(FindingKind::Missing, Repair::Reindex, path, "the index is gone");
        } else if !checksum.is_empty() && checksum != index::checksum_line(&path)?.as_bytes() {
            self.wrong_checksum(&checksum, path, checksum_path);
        } else if !self.findings.iter().any(|finding| finding.kind.is_damage()) {
            // Damaged files have been reported, and the index still describes them as they were.
            self.rows(path)?;
        }
        Ok(())
    }

    /// Reports a checksum that does not match: either the index has changed, or the checksum file has.
    fn wrong_checksum(&mut self, checksum: &[u8], path: PathBuf, checksum_path: PathBuf) {
        let hash = std::str::from_utf8(checksum).ok().and_then(|checksum| checksum.strip_suffix("  index.db\n"));
        if hash.is_some_and(|hash| hash.parse::<ContentHash>().is_ok()) {
            self.report(FindingKind::Damaged, Repair::Reindex, path, "it does not match index.sha256");
        } else {
            self.report(FindingKind::Damaged, Repair::Reindex, checksum_path, "it is not a checksum");
        }
    }

    fn rows(&mut self, path: PathBuf) -> Result<(), Error> {
        match compare(self.layout, &path) {
            Ok(details) => {
                for detail in details {
                    self.report(FindingKind::Damaged, Repair::Reindex, path.clone(), detail);
                }
            }
            Err(error @ (Error::Index { .. } | Error::IndexDamaged { .. })) => {
                self.report(FindingKind::Damaged, Repair::Reindex, path, error.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn has_documents(&self) -> Result<bool, Error> {
        Ok(clean::entries(&self.layout.clean)?.next().is_some())
    }
}

/// What SQLite finds wrong with the index, and how it differs from one that is built from the files.
fn compare(layout: &Layout, path: &Path) -> Result<Vec<String>, Error> {
    let Some(present) = Index::open_to_read(path)? else {
        return Ok(vec!["it was made by another version of gleaner".to_string()]);
    };
    let mut details = present.integrity()?;
    if details.is_empty() {
        let (mut rebuilt, report) = reindex::temporary(layout)?;
        settle::texts(layout, &mut rebuilt)?;
        sites::settle(&mut rebuilt)?;
        rebuilt.copy_uncounted(&present)?;
        let differences = index::differences(&present, &rebuilt, MAX_DIFFERENCES)?;
        details
            .extend(differences.iter().map(|found| format!("its table {} differs from the files at {}", found.table, found.key)));
        details.extend(report.left_out.iter().map(|(path, reason)| format!("{} is not in it: {reason}", path_text(path))));
    }
    Ok(details)
}
