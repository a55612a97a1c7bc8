//! What a check of the corpus finds, and what repairs it.

use std::fmt;
use std::path::PathBuf;

use gleaner_extract::base::path_text::{self, path_text};
use serde::Serialize;

/// Something wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file.
    #[serde(serialize_with = "path_text::serialize")]
    pub path: PathBuf,
    /// The kind of problem.
    pub kind: FindingKind,
    /// The problem in words.
    pub detail: String,
    /// What repairs it.
    pub repair: Repair,
}

/// The kind of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The content is not what gleaner wrote.
    Damaged,
    /// The file should exist.
    Missing,
    /// The file belongs to no document or page.
    Orphan,
    /// A user's file has changed or is gone since it was cleaned. Not damage: a changed file is cleaned again.
    Changed,
    /// A run was killed. Not damage: the next run completes its work.
    Unfinished,
}

impl FindingKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: &'static [Self] = &[Self::Damaged, Self::Missing, Self::Orphan, Self::Changed, Self::Unfinished];

    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Missing => "missing",
            Self::Orphan => "orphan",
            Self::Changed => "changed",
            Self::Unfinished => "unfinished",
        }
    }

    /// Whether gleaner's own files are damaged.
    pub fn is_damage(self) -> bool {
        matches!(self, Self::Damaged | Self::Missing | Self::Orphan)
    }
}

/// What repairs a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// The document is cleaned again from its source.
    CleanAgain,
    /// The file is moved to `.gleaner/replaced/`: nothing can make it again, and nothing needs it.
    SetAside,
    /// The index is rebuilt.
    Reindex,
    /// The page has to be fetched again, or its file restored.
    Fetch,
    /// The user's file has changed: the next run cleans it again.
    Clean,
    /// The user's file is gone: the document is all that is left of it.
    None,
}

impl Repair {
    /// Whether `verify --repair` does it.
    pub fn is_automatic(self) -> bool {
        matches!(self, Self::CleanAgain | Self::SetAside | Self::Reindex)
    }

    /// What to do, for people.
    pub fn advice(self) -> &'static str {
        match self {
            Self::CleanAgain => "`gleaner verify --repair` cleans its source again",
            Self::SetAside => "`gleaner verify --repair` moves it to .gleaner/replaced/",
            Self::Reindex => "`gleaner verify --repair` or any run rebuilds the index",
            Self::Fetch => "restore it from a backup, or remove it and its .json file and pass its address to `gleaner ingest`",
            Self::Clean => "`gleaner clean` cleans it again",
            Self::None => "nothing to do: its document is kept",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.kind.name(), path_text(&self.path), self.detail)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn kinds_have_distinct_names() {
        let names: BTreeSet<&str> = FindingKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), FindingKind::ALL.len());
        for kind in FindingKind::ALL {
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{}\"", kind.name()));
        }
    }
}
