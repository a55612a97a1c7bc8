//! `history` and `diff`: the versions of a document, what kind of change led to each, and what changed. Writes nothing.

use serde::Serialize;

use crate::compare::{Change, ChangeKind, Differences, Side, Spot, StoryText, judge};
use crate::store::reader::StoredDocument;
use crate::store::versions::StoredVersion;
use crate::store::{self, Cleaner, CorpusReader};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::path_text::path_text;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::DocumentId;

/// Why the versions of a document could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The corpus could not be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The document has no such version.
    #[error("find version {name}: the document has versions 1 to {count}")]
    Unknown {
        /// What the user called it.
        name: String,
        /// The number of versions.
        count: usize,
    },
    /// The text of a version is damaged or gone.
    #[error("read version {0}: its text is damaged or missing")]
    Damaged(usize),
}

impl Error {
    /// What the user can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Unknown { .. } => Some("`gleaner history ID` lists the versions with their numbers"),
            Self::Damaged(_) => Some("run `gleaner verify` to see what is wrong"),
        }
    }
}

/// A version of a document, and how it differs from the one before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HistoryEntry {
    /// The document's id.
    pub id: DocumentId,
    /// The version's number; the oldest that is kept is 1.
    pub version: usize,
    /// When the page was fetched; of a file, when the text was written.
    pub at: Timestamp,
    /// The kind of change that led to it.
    pub class: ChangeKind,
    /// What speaks for the kind.
    pub evidence: Vec<String>,
    /// The headline.
    pub title: Option<String>,
    /// Words of the text, folded.
    pub words: u64,
    /// SHA-256 of the text file.
    pub text_sha256: ContentHash,
    /// The text file's path; of a copy, the sidecar's.
    pub path: String,
}

/// The difference between two versions of a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VersionDiff {
    /// The document's id.
    pub id: DocumentId,
    /// The old version.
    pub from: HistoryEntry,
    /// The new version. Its class and evidence are those of the change from the old one.
    pub to: HistoryEntry,
    /// Words that only the old text has.
    pub words_removed: usize,
    /// Words that only the new text has.
    pub words_added: usize,
    /// The sentences that differ.
    pub sentences: Vec<Spot>,
    /// Both texts, for display.
    #[serde(skip)]
    pub differences: Differences,
}

/// Every version of a document, oldest first; the last is the present one.
pub fn history(reader: &CorpusReader, document: &StoredDocument) -> Result<Vec<HistoryEntry>, Error> {
    let mut entries: Vec<HistoryEntry> = Vec::new();
    let mut earlier: Option<(StoredVersion, Option<String>)> = None;
    for (index, version) in reader.versions(document)?.into_iter().enumerate() {
        let text = reader.text_of_version(&version)?;
        let change = earlier.as_ref().map_or_else(first, |(earlier, old)| {
            change((earlier, old.as_deref().unwrap_or_default()), (&version, text.as_deref().unwrap_or_default()))
        });
        entries.push(entry(index + 1, &version, change));
        earlier = Some((version, text));
    }
    Ok(entries)
}

/// Which versions to compare, as the user named them: by number, or by the first digits of the hash of their text.
pub fn diff(reader: &CorpusReader, document: &StoredDocument, names: Option<(&str, &str)>) -> Result<VersionDiff, Error> {
    let versions = reader.versions(document)?;
    let number = |name: &str| number_of(&versions, name);
    let (from, to) = match names {
        Some((from, to)) => (number(from)?, number(to)?),
        None => (versions.len().saturating_sub(1).max(1), versions.len()),
    };
    let version = |number: usize| {
        let version = number.checked_sub(1).and_then(|index| versions.get(index));
        let version = version.ok_or_else(|| unknown(&number.to_string(), versions.len()))?;
        let text = reader.text_of_version(version)?.ok_or(Error::Damaged(number))?;
        Ok::<_, Error>((version, text))
    };
    let ((old, old_text), (new, new_text)) = (version(from)?, version(to)?);
    let differences = Differences::of(&old_text, &new_text);
    let change = change((old, &old_text), (new, &new_text));
    Ok(VersionDiff {
        id: document.sidecar.id,
        from: entry(from, old, first()),
        to: entry(to, new, change),
        words_removed: differences.words(Side::Removed),
        words_added: differences.words(Side::Added),
        sentences: differences.spots().cloned().collect(),
        differences,
    })
}

fn number_of(versions: &[StoredVersion], name: &str) -> Result<usize, Error> {
    if let Some(number) = name.parse::<usize>().ok().filter(|number| (1..=versions.len()).contains(number)) {
        return Ok(number);
    }
    let has_name = |version: &StoredVersion| {
        let stem = version.path.file_stem().is_some_and(|stem| stem == name);
        stem || (name.len() >= 4 && version.sidecar.text_sha256.to_string().starts_with(&name.to_lowercase()))
    };
    // The latest of several with the same text.
    versions.iter().rposition(has_name).map(|index| index + 1).ok_or_else(|| unknown(name, versions.len()))
}

fn unknown(name: &str, count: usize) -> Error {
    Error::Unknown { name: name.to_owned(), count }
}

fn first() -> Change {
    Change { kind: ChangeKind::First, evidence: Vec::new() }
}

/// The change from one version to the next. If the page is the same, gleaner made the difference, not the outlet.
fn change((earlier, old): (&StoredVersion, &str), (version, new): (&StoredVersion, &str)) -> Change {
    fn title(version: &StoredVersion) -> Option<&str> {
        version.sidecar.title.as_ref().map(|title| title.value.as_str())
    }
    let mut change = judge(StoryText { title: title(earlier), text: old }, StoryText { title: title(version), text: new });
    let (before, after) = (&earlier.sidecar, &version.sidecar);
    let fields = after.changed_fields(before);
    if !fields.is_empty() {
        change.evidence.push(format!("also changed: {}", fields.join(", ")));
    }
    let is_same_page = before.is_of_same_page(after);
    if before.cleaner != after.cleaner {
        let of = |cleaner: &Cleaner| format!("{}, model {}", cleaner.version, cleaner.model);
        let (old, new) = (of(&before.cleaner), of(&after.cleaner));
        let what = if old == new { "other rules or settings".to_owned() } else { format!("gleaner {old} → {new}") };
        change.evidence.insert(0, if is_same_page { format!("the same page, {what}") } else { what });
        if is_same_page {
            change.kind = ChangeKind::Cleaner;
        }
    }
    change
}

fn entry(version: usize, stored: &StoredVersion, change: Change) -> HistoryEntry {
    let sidecar = &stored.sidecar;
    HistoryEntry {
        id: sidecar.id,
        version,
        at: stored.at,
        class: change.kind,
        evidence: change.evidence,
        title: sidecar.title.as_ref().map(|title| title.value.clone()),
        words: sidecar.words,
        text_sha256: sidecar.text_sha256,
        path: path_text(&stored.path),
    }
}
