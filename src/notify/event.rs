//! What hooks are told of.

use serde::{Deserialize, Serialize};

use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::DocumentId;

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A document is new to the corpus. Copies of known texts are not.
    Article,
    /// The text of a document changed.
    Updated,
    /// A run has ended.
    RunFinished,
    /// A site has drifted from what is usual for it.
    Drift,
    /// A new document matches a saved search.
    Watch,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its kind.
    pub event: EventKind,
    /// When the run began.
    pub at: Timestamp,
    /// The name of the saved search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<String>,
    /// The document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<EventDocument>,
    /// What became of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<serde_json::Value>,
    /// The site that drifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<serde_json::Value>,
}

/// A version of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventDocument {
    /// The document's id.
    pub id: DocumentId,
    /// The hash of the text.
    pub text_sha256: ContentHash,
}
