//! What there is in a web archive: pages, redirects, what is skipped, and what is damaged.

use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::HttpFacts;
use url::Url;

/// An item of a web archive.
#[derive(Clone, Debug)]
pub enum WarcItem {
    /// A page.
    Page(Box<WarcPage>),
    /// A response that redirects to another URL.
    Redirect {
        /// The requested URL.
        from: Url,
        /// The target.
        to: Url,
    },
    /// An item that is no page.
    Skipped(SkipReason),
}

/// A page of a web archive.
#[derive(Clone, Debug)]
pub struct WarcPage {
    /// The place of its record in the archive, as text.
    pub place: String,
    /// When it was fetched, if the record says so.
    pub fetched_at: Option<Timestamp>,
    /// What the archive has of the response. Never holds cookies or credentials.
    pub http: HttpFacts,
    /// The body without transfer and content codings.
    pub bytes: Vec<u8>,
}

/// Why an item of an archive does not become a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// It describes other records: requests, revisits, metadata.
    RecordType,
    /// It is an error, a redirect or a partial response.
    Status,
    /// It is an image, a script, a feed or another file that is not a page.
    MediaType,
}

/// An item, or the rest of an archive, that cannot be read.
#[derive(Clone, Debug)]
pub struct Damage {
    /// The place in the archive where the item starts.
    pub place: String,
    /// What is wrong with it: a fragment that follows a colon.
    pub reason: String,
}
