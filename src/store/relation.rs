//! How two documents are related.

use serde::{Deserialize, Serialize};

use gleaner_extract::document::DocumentId;

/// The kind of a relation between documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// The same text, or the same folded token stream.
    Exact,
}

impl RelationKind {
    /// The name used in sidecars and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
        }
    }
}

/// A link from one document to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// What kind.
    pub kind: RelationKind,
    /// The other document.
    pub to: DocumentId,
}
