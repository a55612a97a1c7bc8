//! The tree of clean documents: `YYYY/MM/` and `undated/` with text and sidecar side by side, and earlier versions in `.versions/<id>/`.
//!
//! Files whose names gleaner does not use ([`super::name`]) are ignored, so clean text may be written into a folder with other
//! files. A text file is the text and a line feed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::atomic::{self, ExpectedData, FilePair, RenameFailpoints, StagingArea};
use super::failure::{Error, is_not_found};
use super::layout::Layout;
use super::name::{CORRECTIONS, Stem};
use super::sidecar::{self, Sidecar};
use crate::files;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::nfc;

/// Largest text file in bytes.
pub(super) const MAX_TEXT_BYTES: u64 = 512 << 20;

/// The folder of earlier versions, relative to `clean/`.
pub(super) const VERSIONS: &str = ".versions";

const DOCUMENT_FAILPOINTS: RenameFailpoints = RenameFailpoints {
    data: ["text.before-rename", "text.after-rename"],
    facts: ["sidecar.before-rename", "sidecar.after-rename"],
};
const VERSION_FAILPOINTS: RenameFailpoints = RenameFailpoints {
    data: ["version.before-rename", "version.after-rename"],
    facts: ["version-sidecar.before-rename", "version-sidecar.after-rename"],
};

/// The content of a text file: the text in NFC and a line feed.
pub(super) fn text_file(text: &str) -> String {
    let mut file = nfc(text);
    file.push('\n');
    file
}

/// SHA-256 of the text file that is written for a clean text, as `sha256sum` prints it.
pub fn text_sha256(text: &str) -> ContentHash {
    ContentHash::of(text_file(text))
}

/// The files of a document in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CleanEntry {
    pub stem: Stem,
    pub has_text: bool,
    pub has_sidecar: bool,
    pub has_corrections: bool,
}

/// Every document in the tree, ordered by stem. The names of one folder are held at a time.
pub(super) fn entries(clean: &Path) -> Result<impl Iterator<Item = Result<CleanEntry, Error>>, Error> {
    let mut folders = Vec::new();
    for year in atomic::names(clean)?.into_iter().filter(|name| is_number(name, 4)) {
        let months = atomic::names(&clean.join(&year))?.into_iter().filter(|name| is_number(name, 2));
        folders.extend(months.map(|month| format!("{year}/{month}")));
    }
    folders.push("undated".to_string());
    let clean = clean.to_path_buf();
    Ok(folders.into_iter().flat_map(move |folder| match in_folder(&clean, &folder) {
        Ok(entries) => entries.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }))
}

fn in_folder(clean: &Path, folder: &str) -> Result<Vec<CleanEntry>, Error> {
    let mut files: BTreeMap<Stem, [bool; 3]> = BTreeMap::new();
    for name in atomic::names(&clean.join(folder))? {
        let Some((name, extension)) = name.split_once('.') else { continue };
        let Some(stem) = Stem::from_name(name).filter(|stem| is_in(stem, folder)) else { continue };
        if let Some(kind) = ["txt", "json", CORRECTIONS].iter().position(|known| *known == extension)
            && let Some(slot) = files.entry(stem).or_default().get_mut(kind)
        {
            *slot = true;
        }
    }
    let entry = |(stem, [has_text, has_sidecar, has_corrections]): (Stem, [bool; 3])| CleanEntry {
        stem,
        has_text,
        has_sidecar,
        has_corrections,
    };
    Ok(files.into_iter().map(entry).collect())
}

fn is_in(stem: &Stem, folder: &str) -> bool {
    stem.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn is_number(name: &str, digits: usize) -> bool {
    name.len() == digits && name.bytes().all(|b| b.is_ascii_digit())
}

/// The text of a document on disk, compared with its sidecar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StoredText {
    /// The text that the sidecar describes, without the final line feed.
    Intact(String),
    /// The document is a copy: another document has the text.
    InOriginal,
    /// The text is missing, or not the one that the sidecar describes.
    Damaged,
}

/// Reads a sidecar, and the checksum of its file.
pub(super) fn sidecar(layout: &Layout, stem: &Stem) -> Result<(Sidecar, ContentHash), Error> {
    let path = layout.clean.join(stem.sidecar());
    let bytes = atomic::read(&path, sidecar::MAX_BYTES).map_err(Error::of_sidecar)?;
    Sidecar::decode(&bytes).map_err(|reason| Error::Sidecar { path, reason })
}

/// Reads a document's text.
pub(super) fn text(layout: &Layout, stem: &Stem, sidecar: &Sidecar) -> Result<StoredText, Error> {
    if sidecar.copy_of.is_some() {
        return Ok(StoredText::InOriginal);
    }
    text_at(&layout.clean.join(stem.text()), sidecar)
}

/// Reads the text that a sidecar describes.
pub(super) fn text_at(path: &Path, sidecar: &Sidecar) -> Result<StoredText, Error> {
    let bytes = match atomic::read(path, MAX_TEXT_BYTES) {
        Ok(bytes) => bytes,
        Err(Error::Io { source, .. }) if is_not_found(&source) => return Ok(StoredText::Damaged),
        Err(error) => return Err(error),
    };
    if ContentHash::of(&bytes) != sidecar.text_sha256 {
        return Ok(StoredText::Damaged);
    }
    let text = String::from_utf8(bytes).ok();
    Ok(text.and_then(|text| text.strip_suffix('\n').map(str::to_string)).map_or(StoredText::Damaged, StoredText::Intact))
}

/// Writes a document: its text, if given, then its sidecar.
pub(super) fn write(staging: &mut StagingArea, stem: &Stem, text: Option<&str>, sidecar: &[u8]) -> Result<(), Error> {
    let (text_path, sidecar_path) = (stem.text(), stem.sidecar());
    let data = text.map(|text| (text_path.as_path(), text.as_bytes()));
    staging.commit(FilePair { data, facts: (&sidecar_path, sidecar), failpoints: &DOCUMENT_FAILPOINTS })
}

/// Saves the current text and sidecar of a document as `.versions/<id>/<8 hex of the text's hash>`, unless they are there already. A second version
/// with the same text, such as one with another headline, is named by the hash of both text and metadata. A text that does not match its sidecar is not a version and
/// is not saved.
pub(super) fn save_version(layout: &Layout, staging: &mut StagingArea, stem: &Stem) -> Result<(), Error> {
    let bytes = atomic::read(&layout.clean.join(stem.sidecar()), sidecar::MAX_BYTES)?;
    let text = atomic::read(&layout.clean.join(stem.text()), MAX_TEXT_BYTES)?;
    let Ok((sidecar, _)) = Sidecar::decode(&bytes) else { return Ok(()) };
    let hash = ContentHash::of(&text);
    if sidecar.text_sha256 != hash {
        return Ok(());
    }
    let folder = PathBuf::from(VERSIONS).join(sidecar.id.to_string());
    let both = ContentHash::of_parts([text.as_slice(), sidecar.shown().as_bytes()]);
    // The whole hash is the name if its first eight digits are those of another version.
    for name in [hash.short(), both.short(), both.to_string()] {
        let (text_path, sidecar_path) = (folder.join(format!("{name}.txt")), folder.join(format!("{name}.json")));
        match saved_version(layout, &text_path, &sidecar_path)? {
            SavedVersion::None => {}
            SavedVersion::Text(saved) if saved == hash => {}
            SavedVersion::Whole(saved) if saved.text_sha256 == hash && !saved.is_other_edition(&sidecar) => return Ok(()),
            SavedVersion::Text(_) | SavedVersion::Whole(_) => continue,
        }
        staging.commit(FilePair {
            data: Some((&text_path, &text)),
            facts: (&sidecar_path, &bytes),
            failpoints: &VERSION_FAILPOINTS,
        })?;
        keep_time(&layout.clean.join(stem.text()), &layout.clean.join(&text_path));
        break;
    }
    Ok(())
}

/// Gives a saved text the time at which it was first written; its sidecar has that at which it was replaced. A file system that does not keep times loses
/// no text by that.
fn keep_time(from: &Path, to: &Path) {
    let modified = fs::metadata(from).and_then(|facts| facts.modified());
    if let Ok(modified) = modified {
        let _ = files::open(to).and_then(|file| file.set_modified(modified));
    }
}

/// What there is of a version.
enum SavedVersion {
    None,
    /// A text without a readable sidecar.
    Text(ContentHash),
    Whole(Box<Sidecar>),
}

fn saved_version(layout: &Layout, text: &Path, sidecar: &Path) -> Result<SavedVersion, Error> {
    let Some(hash) = atomic::hash_file(&layout.clean.join(text))? else { return Ok(SavedVersion::None) };
    match atomic::read(&layout.clean.join(sidecar), sidecar::MAX_BYTES) {
        Ok(bytes) => {
            Ok(Sidecar::decode(&bytes).map_or(SavedVersion::Text(hash), |(sidecar, _)| SavedVersion::Whole(Box::new(sidecar))))
        }
        Err(Error::Io { source, .. }) if is_not_found(&source) => Ok(SavedVersion::Text(hash)),
        Err(error) => Err(error),
    }
}

/// The earlier versions in the tree, as paths relative to `clean/` without extension, sorted.
pub(super) fn versions(clean: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for id in atomic::names(&clean.join(VERSIONS))? {
        found.extend(versions_in(clean, &id)?);
    }
    found.sort_unstable();
    Ok(found)
}

/// The earlier versions in one folder of [`VERSIONS`], which is named by a document's id, as [`versions`] gives them.
pub(super) fn versions_in(clean: &Path, id: &str) -> Result<Vec<PathBuf>, Error> {
    let folder = Path::new(VERSIONS).join(id);
    let mut found = Vec::new();
    for name in atomic::names(&clean.join(&folder))? {
        let stem = name.strip_suffix(".json").or_else(|| name.strip_suffix(".txt"));
        if let Some(stem) = stem.filter(|stem| super::name::is_hex(stem)) {
            found.push(folder.join(stem));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The text that a staged sidecar describes, for [`StagingArea::recover`].
pub(super) fn expected(below: &Path, bytes: &[u8]) -> Option<ExpectedData> {
    let (sidecar, _) = Sidecar::decode(bytes).ok()?;
    let is_version = below.starts_with(VERSIONS);
    let data = (is_version || sidecar.copy_of.is_none()).then(|| (below.with_extension("txt"), sidecar.text_sha256));
    Some(ExpectedData { data })
}
