//! Whether the corpus is whole: every text against its sidecar, every sidecar and raw file against its checksum, the index against its
//! own checksum and then row for row against the files. Changes nothing but the lock.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::clean::{self, Text};
use super::index::{self, Index};
use super::lock::Lock;
use super::sidecar::{self, Sidecar};
use super::{Error, Layout, atomic, raw, reindex};
use gleaner_extract::base::hash::ContentHash;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// What is wrong, in short.
    pub kind: FindingKind,
    /// What is wrong, in a sentence.
    pub detail: String,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Its content is not what gleaner wrote.
    Damaged,
    /// It should be there.
    Missing,
    /// It belongs to nothing.
    Orphan,
    /// A file of the user has changed or gone since it was cleaned. No damage: it is cleaned again when it is there.
    Changed,
    /// A run was killed. No damage: the next run finishes its work.
    Unfinished,
}

impl FindingKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: &'static [Self] = &[Self::Damaged, Self::Missing, Self::Orphan, Self::Changed, Self::Unfinished];

    /// The name used in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Missing => "missing",
            Self::Orphan => "orphan",
            Self::Changed => "changed",
            Self::Unfinished => "unfinished",
        }
    }

    /// True where gleaner's own files are not as they should be.
    pub fn is_damage(self) -> bool {
        matches!(self, Self::Damaged | Self::Missing | Self::Orphan)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.kind.name(), self.path.display(), self.detail)
    }
}

/// Differences between index and files that are told one by one.
const MOST_DIFFERENCES: usize = 20;

/// Tells place and hash of every page of an archive: how they are read, another room knows.
pub type Pages<'a> = &'a dyn Fn(&Path, &mut dyn FnMut(&str, ContentHash)) -> io::Result<()>;

/// Checks every file of the corpus, sorted by path. Takes the lock, as a run at work would look like damage.
/// Pages in archives are not looked at.
pub fn run(layout: &Layout) -> Result<Vec<Finding>, Error> {
    check(layout, None)
}

/// [`run`], pages in archives too.
pub fn run_with_archives(layout: &Layout, pages: Pages<'_>) -> Result<Vec<Finding>, Error> {
    check(layout, Some(pages))
}

fn check(layout: &Layout, pages: Option<Pages<'_>>) -> Result<Vec<Finding>, Error> {
    if !layout.state.is_dir() && !layout.clean.is_dir() {
        return Ok(Vec::new());
    }
    let _lock = Lock::take(layout)?;
    let mut check = Check { layout, findings: Vec::new(), raws: BTreeSet::new(), archives: BTreeMap::new() };
    check.documents()?;
    if let Some(pages) = pages {
        check.archives(pages);
    }
    check.versions()?;
    check.fetched()?;
    check.index()?;
    check.findings.sort();
    check.findings.dedup();
    Ok(check.findings)
}

struct Check<'a> {
    layout: &'a Layout,
    findings: Vec<Finding>,
    /// Raw files that were looked at already: several documents may come from one.
    raws: BTreeSet<String>,
    /// Pages of archives that documents were cleaned from, by place.
    archives: BTreeMap<PathBuf, BTreeMap<String, ContentHash>>,
}

impl Check<'_> {
    fn report(&mut self, kind: FindingKind, path: impl Into<PathBuf>, detail: impl Into<String>) {
        self.findings.push(Finding { path: path.into(), kind, detail: detail.into() });
    }

    fn documents(&mut self) -> Result<(), Error> {
        for entry in clean::entries(&self.layout.clean)? {
            let entry = entry?;
            let text_path = self.layout.clean.join(entry.stem.text());
            if !entry.has_sidecar {
                self.report(FindingKind::Orphan, text_path, "a text without a sidecar");
                continue;
            }
            match clean::sidecar(self.layout, &entry.stem) {
                Ok((sidecar, _)) => {
                    self.text(&entry, &sidecar, text_path)?;
                    self.source(&sidecar)?;
                }
                Err(Error::Sidecar { path, reason }) => self.report(FindingKind::Damaged, path, reason),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn text(&mut self, entry: &clean::Entry, sidecar: &Sidecar, path: PathBuf) -> Result<(), Error> {
        match clean::text(self.layout, &entry.stem, sidecar)? {
            Text::Elsewhere if entry.has_text => self.report(FindingKind::Orphan, path, "the text of a copy"),
            Text::Damaged if !entry.has_text => self.report(FindingKind::Missing, path, "its sidecar is there"),
            Text::Damaged => self.report(FindingKind::Damaged, path, "its content does not fit text_sha256"),
            Text::Elsewhere | Text::Whole(_) => {}
        }
        Ok(())
    }

    /// The raw file that a document was cleaned from. Fetched ones are checked by themselves.
    fn source(&mut self, sidecar: &Sidecar) -> Result<(), Error> {
        for part in &sidecar.raw.parts {
            let path = self.layout.path(&part.path);
            if !path.is_file() {
                self.report(FindingKind::Missing, path, "a document was cleaned from it");
            }
        }
        let (path, place) = self.layout.body(&sidecar.raw.path);
        if let Some(place) = place {
            self.archives.entry(path).or_default().insert(place, sidecar.raw.sha256);
            return Ok(());
        }
        if raw::is_ours(&path) || !self.raws.insert(sidecar.raw.path.clone()) {
            return Ok(());
        }
        let expected = sidecar.raw.file_sha256.unwrap_or(sidecar.raw.sha256);
        match atomic::hash_file(&path)? {
            Some(hash) if hash == expected => {}
            Some(_) => self.report(FindingKind::Changed, path, "it has changed since it was cleaned"),
            None if raw::has_our_name(&path) => self.report(FindingKind::Missing, path, "a document was cleaned from it"),
            None => self.report(FindingKind::Changed, path, "it is gone since it was cleaned"),
        }
        Ok(())
    }

    /// Reads every archive once.
    fn archives(&mut self, pages: Pages<'_>) {
        for (path, mut missing) in std::mem::take(&mut self.archives) {
            let mut met = |place: &str, hash| {
                if missing.get(place) == Some(&hash) {
                    missing.remove(place);
                }
            };
            if let Err(error) = pages(&path, &mut met) {
                let detail = format!("{} documents were cleaned from it: {error}", missing.len());
                self.report(FindingKind::Changed, path, detail);
                continue;
            }
            for place in missing.keys() {
                let page = format!("{}#{place}", path.display());
                self.report(FindingKind::Changed, page, "it has changed since it was cleaned");
            }
        }
    }

    fn versions(&mut self) -> Result<(), Error> {
        for version in clean::versions(&self.layout.clean)? {
            let place = |extension: &str| self.layout.clean.join(version.with_extension(extension));
            let (text, facts) = (place("txt"), place("json"));
            let found = atomic::hash_file(&text)?;
            if !facts.is_file() {
                self.report(FindingKind::Orphan, text, "an earlier text without a sidecar");
                continue;
            }
            match (Sidecar::open(&atomic::read(&facts, sidecar::MAX_BYTES)?), found) {
                (Err(reason), _) => self.report(FindingKind::Damaged, facts, reason),
                (Ok(_), None) => self.report(FindingKind::Missing, text, "its sidecar is there"),
                (Ok((sidecar, _)), Some(hash)) if hash != sidecar.text_sha256 => {
                    self.report(FindingKind::Damaged, text, "its content does not fit text_sha256");
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn fetched(&mut self) -> Result<(), Error> {
        for entry in raw::entries(&self.layout.raw)? {
            match entry? {
                raw::RawEntry { body: Some(body), facts: Some(facts) } => self.fetched_page(&body, facts)?,
                raw::RawEntry { body: Some(body), facts: None } => {
                    self.report(FindingKind::Orphan, body, "a fetched page without its facts");
                }
                raw::RawEntry { body: None, facts } => {
                    // A JSON file that happens to have such a name may be the user's own.
                    let ours = facts.filter(|facts| raw::facts(facts).is_ok());
                    if let Some(facts) = ours {
                        self.report(FindingKind::Missing, facts.with_extension("html.zst"), "its facts are there");
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
                    self.report(FindingKind::Damaged, body, "its content does not fit file_sha256");
                }
            }
            Err(Error::Sidecar { path, reason }) => self.report(FindingKind::Damaged, path, reason),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn index(&mut self) -> Result<(), Error> {
        let (path, seal_path) = (self.layout.index(), self.layout.seal());
        let seal = match atomic::read(&seal_path, 200) {
            Ok(seal) => seal,
            Err(Error::Io { source, .. }) if atomic::is_absence(&source) => {
                if path.exists() {
                    self.report(FindingKind::Unfinished, path, "the last run was killed; the next one builds the index anew");
                } else if self.has_documents()? {
                    self.report(FindingKind::Missing, path, "run `gleaner reindex`");
                }
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if !path.exists() {
            self.report(FindingKind::Missing, path, "run `gleaner reindex`");
        } else if !seal.is_empty() && seal != index::seal_of(&path)?.as_bytes() {
            self.seal(&seal, path, seal_path);
        } else if !self.findings.iter().any(|finding| finding.kind.is_damage()) {
            // Damaged files are known by now, and that the index speaks of them as they were is no news.
            self.rows(path)?;
        }
        Ok(())
    }

    /// The checksum does not fit: the index has changed, or the checksum file has.
    fn seal(&mut self, seal: &[u8], path: PathBuf, seal_path: PathBuf) {
        let hash = std::str::from_utf8(seal).ok().and_then(|seal| seal.strip_suffix("  index.db\n"));
        if hash.is_some_and(|hash| hash.parse::<ContentHash>().is_ok()) {
            self.report(FindingKind::Damaged, path, "it does not fit index.sha256; run `gleaner reindex`");
        } else {
            self.report(FindingKind::Damaged, seal_path, "it is no checksum; run `gleaner reindex`");
        }
    }

    fn rows(&mut self, path: PathBuf) -> Result<(), Error> {
        match compare(self.layout, &path) {
            Ok(details) => {
                for detail in details {
                    self.report(FindingKind::Damaged, path.clone(), detail);
                }
            }
            Err(error @ (Error::Index { .. } | Error::IndexDamaged { .. })) => {
                self.report(FindingKind::Damaged, path, error.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn has_documents(&self) -> Result<bool, Error> {
        Ok(clean::entries(&self.layout.clean)?.next().is_some())
    }
}

/// What SQLite finds wrong with the index, and where it differs from one that is built anew from the files.
fn compare(layout: &Layout, path: &Path) -> Result<Vec<String>, Error> {
    let Some(present) = Index::open_to_read(path)? else {
        return Ok(vec!["it was made by another version of gleaner; run `gleaner reindex`".to_string()]);
    };
    let mut details = present.integrity()?;
    if details.is_empty() {
        let (anew, report) = reindex::temporary(layout)?;
        let differences = index::differences(&present, &anew, MOST_DIFFERENCES)?;
        details
            .extend(differences.iter().map(|found| format!("its table {} differs from the files at {}", found.table, found.key)));
        details.extend(report.left_out.iter().map(|(path, reason)| format!("{} is not in it: {reason}", path.display())));
    }
    Ok(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_one_name_each() {
        let names: BTreeSet<&str> = FindingKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), FindingKind::ALL.len());
        for kind in FindingKind::ALL {
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{}\"", kind.name()));
        }
    }
}
