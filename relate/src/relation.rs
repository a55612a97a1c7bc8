//! Relations between documents.

use serde::{Deserialize, Serialize};

use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::DocumentId;

/// The kind of a relation between two documents, seen from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// The same text, or the same folded words.
    Exact,
    /// At least half of each is in the other.
    Near,
    /// Most of it is in the other, which begins like it and has more than twice as much.
    PreviewOf,
    /// The other way round.
    HasPreview,
    /// Nearly all of the other is in it, and not at its beginning.
    Contains,
    /// The other way round.
    PartOf,
    /// They share passages, but are none of the above.
    Overlap,
}

impl RelationKind {
    /// Every kind.
    pub const ALL: &[Self] =
        &[Self::Exact, Self::Near, Self::PreviewOf, Self::HasPreview, Self::Contains, Self::PartOf, Self::Overlap];

    /// The name in sidecars and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Near => "near",
            Self::PreviewOf => "preview_of",
            Self::HasPreview => "has_preview",
            Self::Contains => "contains",
            Self::PartOf => "part_of",
            Self::Overlap => "overlap",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The same relation, seen from the second document.
    pub fn inverse(self) -> Self {
        match self {
            Self::PreviewOf => Self::HasPreview,
            Self::HasPreview => Self::PreviewOf,
            Self::Contains => Self::PartOf,
            Self::PartOf => Self::Contains,
            Self::Exact | Self::Near | Self::Overlap => self,
        }
    }

    /// Whether two documents in this relation are one story, and belong to one cluster.
    pub fn merges(self) -> bool {
        matches!(self, Self::Exact | Self::Near)
    }
}

/// A relation to another document.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The kind of relation.
    #[serde(rename = "type")]
    pub kind: RelationKind,
    /// The other document.
    pub id: DocumentId,
    /// The share of this document that is in the other, 0 to 1, boilerplate left out.
    pub here: f64,
    /// The share of the other document that is in this one.
    pub there: f64,
    /// When both documents had been fetched: the earliest time at which the relation could be seen. `None` if one of them is a file.
    pub first_seen: Option<Timestamp>,
}
