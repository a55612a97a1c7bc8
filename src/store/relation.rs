//! Relations between documents.

use serde::{Deserialize, Serialize};

use gleaner_extract::document::DocumentId;

/// The kind of a relation between documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// The same text, or the same folded words.
    Exact,
}

impl RelationKind {
    /// The name in sidecars and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
        }
    }
}

/// A relation to another document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The kind of relation.
    pub kind: RelationKind,
    /// The other document.
    pub to: DocumentId,
}
