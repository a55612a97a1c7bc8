//! What the feed that led to a page says of it: a witness beside the page itself.

use serde::{Deserialize, Serialize};

use crate::base::time::Timestamp;

/// One entry of a feed (RSS 2.0, Atom RFC 4287, JSON Feed), as far as it speaks of the page that it links to. Kept with the fetched body, so that
/// cleaning again hears the same witness.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeedEntry {
    /// The feed's address.
    pub feed: String,
    /// The headline: plain text, no markup.
    pub title: Option<String>,
    /// Authors as the feed names them, in order.
    pub authors: Vec<String>,
    /// First publication.
    pub published: Option<Timestamp>,
    /// Last change.
    pub updated: Option<Timestamp>,
    /// The longest text that the entry has, content or summary: plain, no markup, paragraphs apart by line feeds, at most
    /// [`FeedEntry::MAX_TEXT`] bytes.
    pub text: Option<String>,
}

impl FeedEntry {
    /// Longest text that is kept, in bytes: longer than stories are.
    pub const MAX_TEXT: usize = 256 << 10;
}
