//! The tree of clean documents: `YYYY/MM/` and `undated/`, text and sidecar side by side, earlier versions under `.versions/<id>/`.
//!
//! Only files with names that gleaner gives ([`super::name`]) are looked at, so that clean text may be put into a folder that holds
//! other things. A text file is the text and one line feed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::atomic::{self, Expected, Pair, Points, Staging};
use super::name::Stem;
use super::sidecar::{self, Sidecar};
use super::{Error, Layout};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::nfc;

/// No text is larger.
const MAX_TEXT_BYTES: u64 = 512 << 20;

/// The folder of earlier versions, below `clean/`.
const VERSIONS: &str = ".versions";

const DOCUMENT: Points =
    Points { data: ["text.before-rename", "text.after-rename"], facts: ["sidecar.before-rename", "sidecar.after-rename"] };
const VERSION: Points = Points {
    data: ["version.before-rename", "version.after-rename"],
    facts: ["version-sidecar.before-rename", "version-sidecar.after-rename"],
};

/// The content of a text file: NFC and one line feed.
pub(super) fn file_of(text: &str) -> String {
    let mut file = nfc(text);
    file.push('\n');
    file
}

/// SHA-256 of the text file that a clean text becomes, as `sha256sum` prints it.
pub fn text_sha256(text: &str) -> ContentHash {
    ContentHash::of(file_of(text))
}

/// A document in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub stem: Stem,
    pub has_text: bool,
    pub has_sidecar: bool,
}

/// Every document in the tree, in the order of the stems; one folder's names are in memory at a time.
pub(super) fn entries(clean: &Path) -> Result<impl Iterator<Item = Result<Entry, Error>>, Error> {
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

fn in_folder(clean: &Path, folder: &str) -> Result<Vec<Entry>, Error> {
    let mut found: BTreeMap<Stem, (bool, bool)> = BTreeMap::new();
    for name in atomic::names(&clean.join(folder))? {
        let Some((name, extension)) = name.rsplit_once('.') else { continue };
        let Some(stem) = Stem::from_name(name).filter(|stem| is_in(stem, folder)) else { continue };
        let (text, sidecar) = (extension == "txt", extension == "json");
        if text || sidecar {
            let entry = found.entry(stem).or_default();
            *entry = (entry.0 || text, entry.1 || sidecar);
        }
    }
    Ok(found.into_iter().map(|(stem, (has_text, has_sidecar))| Entry { stem, has_text, has_sidecar }).collect())
}

fn is_in(stem: &Stem, folder: &str) -> bool {
    stem.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn is_number(name: &str, digits: usize) -> bool {
    name.len() == digits && name.bytes().all(|b| b.is_ascii_digit())
}

/// The text of a document and what the sidecar says of it, as they are on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// As the sidecar says; without the line feed at the end.
    Whole(String),
    /// A copy: another document holds the text.
    Elsewhere,
    /// Missing, or not what the sidecar says.
    Damaged,
}

/// Reads a sidecar, its checksum and its bytes.
pub(super) fn sidecar(layout: &Layout, stem: &Stem) -> Result<(Sidecar, ContentHash), Error> {
    let path = layout.clean.join(stem.sidecar());
    let bytes = atomic::read(&path, sidecar::MAX_BYTES)?;
    Sidecar::open(&bytes).map_err(|reason| Error::Sidecar { path, reason })
}

/// Reads a document's text.
pub(super) fn text(layout: &Layout, stem: &Stem, sidecar: &Sidecar) -> Result<Text, Error> {
    if sidecar.copy_of().is_some() {
        return Ok(Text::Elsewhere);
    }
    let bytes = match atomic::read(&layout.clean.join(stem.text()), MAX_TEXT_BYTES) {
        Ok(bytes) => bytes,
        Err(Error::Io { source, .. }) if atomic::is_absence(&source) => return Ok(Text::Damaged),
        Err(error) => return Err(error),
    };
    if ContentHash::of(&bytes) != sidecar.text_sha256 {
        return Ok(Text::Damaged);
    }
    let text = String::from_utf8(bytes).ok();
    Ok(text.and_then(|text| text.strip_suffix('\n').map(str::to_string)).map_or(Text::Damaged, Text::Whole))
}

/// Writes a document: its text, where it is given, then its sidecar.
pub(super) fn write(staging: &mut Staging, stem: &Stem, text: Option<&str>, sidecar: &[u8]) -> Result<(), Error> {
    let (text_path, sidecar_path) = (stem.text(), stem.sidecar());
    let data = text.map(|text| (text_path.as_path(), text.as_bytes()));
    staging.commit(Pair { data, facts: (&sidecar_path, sidecar), points: &DOCUMENT })
}

/// Keeps a document's present text and sidecar under `.versions/<id>/<8 hex of the text's hash>`, unless they are there already. A
/// text that is not what the sidecar says is no version and is not kept.
pub(super) fn keep_version(layout: &Layout, staging: &mut Staging, stem: &Stem) -> Result<(), Error> {
    let bytes = atomic::read(&layout.clean.join(stem.sidecar()), sidecar::MAX_BYTES)?;
    let text = atomic::read(&layout.clean.join(stem.text()), MAX_TEXT_BYTES)?;
    let Ok((sidecar, _)) = Sidecar::open(&bytes) else { return Ok(()) };
    let hash = ContentHash::of(&text);
    if sidecar.text_sha256 != hash {
        return Ok(());
    }
    let folder = PathBuf::from(VERSIONS).join(sidecar.id.to_string());
    for name in [hash.short(), hash.to_string()] {
        let (text_path, sidecar_path) = (folder.join(format!("{name}.txt")), folder.join(format!("{name}.json")));
        let kept = atomic::hash_file(&layout.clean.join(&text_path))?;
        if kept.is_some_and(|kept| kept != hash) {
            // Eight digits in common by chance: the whole hash is the name.
            continue;
        }
        if kept.is_some() && layout.clean.join(&sidecar_path).is_file() {
            return Ok(());
        }
        return staging.commit(Pair { data: Some((&text_path, &text)), facts: (&sidecar_path, &bytes), points: &VERSION });
    }
    Ok(())
}

/// The earlier versions in the tree, as paths below `clean/` without extension, sorted.
pub(super) fn versions(clean: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for id in atomic::names(&clean.join(VERSIONS))? {
        let folder = Path::new(VERSIONS).join(&id);
        for name in atomic::names(&clean.join(&folder))? {
            let stem = name.strip_suffix(".json").or_else(|| name.strip_suffix(".txt"));
            if let Some(stem) = stem.filter(|stem| super::name::is_hex(stem)) {
                found.push(folder.join(stem));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// What a staged sidecar says of its text, for [`Staging::recover`].
pub(super) fn expected(below: &Path, bytes: &[u8]) -> Option<Expected> {
    let (sidecar, _) = Sidecar::open(bytes).ok()?;
    let is_version = below.starts_with(VERSIONS);
    let data = (is_version || sidecar.copy_of().is_none()).then(|| (below.with_extension("txt"), sidecar.text_sha256));
    Some(Expected { data })
}
