//! The feed entry that linked to a page, as a source of metadata besides the page itself. Parses no feed.

use serde::{Deserialize, Serialize};

use crate::base::time::Timestamp;

/// The entry of a feed (RSS 2.0, Atom RFC 4287, JSON Feed) that links to a page. Stored with the fetched body, so that cleaning again uses
/// the same data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeedEntry {
    /// The feed's URL.
    pub feed: String,
    /// The headline as plain text.
    pub title: Option<String>,
    /// The authors in order, as written in the feed.
    pub authors: Vec<String>,
    /// The first publication.
    pub published: Option<Timestamp>,
    /// The last change.
    pub updated: Option<Timestamp>,
    /// The longer of content and summary as plain text, with paragraphs separated by line feeds; at most [`FeedEntry::MAX_TEXT`] bytes.
    pub text: Option<String>,
}

impl FeedEntry {
    /// The maximum length of the stored text, in bytes: longer than any story.
    pub const MAX_TEXT: usize = 256 << 10;
}
