//! Corrections by hand: `<name>.corrections.json` beside a document's sidecar. They are applied whenever the document is cleaned, and the sidecar says which
//! file was applied. Only [`replace`] and the user write the file.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::atomic::{self, FilePair, RenameFailpoints, StagingArea};
use super::clean;
use super::correction_state::StoredCorrections;
use super::failure::Error;
use super::layout::Layout;
use super::lock::Lock;
use super::name::Stem;
use super::recovery;
use super::sidecar::Sidecar;
use gleaner_extract::article::corrections::{Correction, MAX_CORRECTIONS};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::document::DocumentId;

/// The version of the format.
pub const SCHEMA: u32 = 1;

/// Largest file in bytes.
const MAX_BYTES: u64 = 4 << 20;

const FAILPOINTS: RenameFailpoints =
    RenameFailpoints { data: ["", ""], facts: ["corrections.before-rename", "corrections.after-rename"] };

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CorrectionsFile {
    schema: u32,
    id: DocumentId,
    corrections: Vec<Correction>,
}

/// Reads the corrections of a document.
pub(super) fn read(layout: &Layout, stem: &Stem, id: &DocumentId) -> StoredCorrections {
    let path = layout.clean.join(stem.corrections());
    let bytes = match atomic::read(&path, MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => return StoredCorrections::None,
        Err(Error::Io { source, .. }) => return StoredCorrections::Unreadable { path, reason: source.to_string() },
        Err(error) => return StoredCorrections::Unreadable { path, reason: error.to_string() },
    };
    match decode(&bytes, id) {
        Ok(corrections) => StoredCorrections::Read { sha256: ContentHash::of(&bytes), corrections },
        Err(reason) => StoredCorrections::Unreadable { path, reason },
    }
}

fn decode(bytes: &[u8], id: &DocumentId) -> Result<Vec<Correction>, String> {
    let file: CorrectionsFile = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if file.schema != SCHEMA {
        return Err(format!("it has schema {}, and this gleaner knows {SCHEMA}", file.schema));
    }
    if file.id != *id {
        return Err(format!("it belongs to document {}", file.id.short()));
    }
    if file.corrections.len() > MAX_CORRECTIONS {
        return Err(format!("it has more than {MAX_CORRECTIONS} corrections"));
    }
    Ok(file.corrections)
}

/// Whether a document was cleaned with the corrections that there are now.
pub(super) fn are_applied(layout: &Layout, stem: &Stem, sidecar: &Sidecar) -> bool {
    let applied = sidecar.corrections.as_ref().map(|applied| applied.sha256);
    match atomic::hash_file(&layout.clean.join(stem.corrections())) {
        Ok(found) => found == applied,
        Err(_) => false,
    }
}

/// Whether there is such a file, whatever is in it.
pub(super) fn exist(layout: &Layout, stem: &Stem) -> bool {
    layout.clean.join(stem.corrections()).symlink_metadata().is_ok()
}

/// Replaces the corrections of a document, under the lock, if their file still has this hash; without any, removes it. Cleans nothing: the next run does.
pub fn replace(
    _: &Lock,
    layout: &Layout,
    (id, sidecar): (&DocumentId, &Path),
    expected: Option<ContentHash>,
    corrections: Vec<Correction>,
) -> Result<(), Error> {
    recovery::recover(layout)?;
    let unreadable = |reason: &str| Error::Corrections { path: sidecar.to_path_buf(), reason: reason.to_owned() };
    let stem = sidecar.file_stem().and_then(|name| name.to_str()).and_then(Stem::from_name);
    let stem = stem.ok_or_else(|| unreadable("it is no sidecar"))?;
    if !layout.clean.join(stem.sidecar()).is_file() {
        return Err(unreadable("its document has just been moved"));
    }
    let path = stem.corrections();
    if atomic::hash_file(&layout.clean.join(&path))? != expected {
        return Err(Error::Corrections { path: layout.clean.join(path), reason: "it has just been changed".to_owned() });
    }
    let mut staging = StagingArea::open(&layout.clean, &layout.state, "clean")?;
    if corrections.is_empty() {
        staging.remove(&path)?;
    } else {
        let file = CorrectionsFile { schema: SCHEMA, id: *id, corrections };
        let mut bytes = serde_json::to_vec_pretty(&file).map_err(|error| unreadable(&error.to_string()))?;
        bytes.push(b'\n');
        staging.commit(FilePair { data: None, facts: (&path, &bytes), failpoints: &FAILPOINTS })?;
    }
    staging.sync()
}

/// The sidecars of all documents with corrections, in the order of the files.
pub(super) fn corrected(layout: &Layout) -> Result<impl Iterator<Item = Result<Stem, Error>>, Error> {
    let entries = clean::entries(&layout.clean)?;
    let corrected = entries.filter(|entry| !matches!(entry, Ok(entry) if !entry.has_corrections || !entry.has_sidecar));
    Ok(corrected.map(|entry| Ok(entry?.stem)))
}

/// What is wrong with the corrections of a document that has this sidecar.
pub(super) fn check(layout: &Layout, stem: &Stem, sidecar: &Sidecar) -> Option<CorrectionsFinding> {
    match read(layout, stem, &sidecar.id) {
        StoredCorrections::Unreadable { reason, .. } => Some(CorrectionsFinding::Damaged(reason)),
        _ if !are_applied(layout, stem, sidecar) => Some(CorrectionsFinding::NotApplied),
        _ => None,
    }
}

/// Something wrong with the corrections of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CorrectionsFinding {
    /// They cannot be read.
    Damaged(String),
    /// The document was cleaned with others.
    NotApplied,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_file_of_the_document_in_this_version_is_read() {
        let id = DocumentId(ContentHash::of("a"));
        let file =
            |schema: u32, id: DocumentId| serde_json::to_vec(&CorrectionsFile { schema, id, corrections: Vec::new() }).unwrap();
        assert_eq!(decode(&file(1, id), &id), Ok(Vec::new()));
        assert!(decode(&file(2, id), &id).unwrap_err().contains("schema 2"));
        assert!(decode(&file(1, DocumentId(ContentHash::of("b"))), &id).unwrap_err().contains("belongs to"));
        assert!(decode(b"{}", &id).unwrap_err().contains("missing field"));
    }
}
