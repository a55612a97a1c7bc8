//! A feed as read, whatever its format. Only data.

use url::Url;

use crate::discover::failure::Error;
use crate::discover::found_url::FoundUrl;

/// Most entries of one feed; the rest is left out.
pub const MAX_ENTRIES: usize = 5_000;

/// Most authors of an entry; the rest is left out.
pub(super) const MAX_AUTHORS: usize = 64;

/// The error for a document that is not a feed.
pub(super) const NOT_A_FEED: Error = Error::WrongKind { expected: EXPECTED, found: None };

/// What errors call a feed.
pub(super) const EXPECTED: &str = "a feed";

/// A feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// The name of the outlet or section, as plain text.
    pub title: Option<String>,
    /// The entries that have a URL, in the feed's order.
    pub entries: Vec<FoundUrl>,
    /// All entries, including those without a URL.
    pub count: usize,
    /// Where the feed continues with older entries (RFC 5005: `next`, else `prev-archive`; `next_url` of JSON Feed).
    pub next: Option<Url>,
    /// What is malformed after the entries that were read.
    pub damage: Option<String>,
}
