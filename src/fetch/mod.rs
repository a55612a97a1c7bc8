//! Polite HTTP: one page at an address, within limits, never where it must not go. Stores nothing.

use std::sync::Arc;

use url::Url;

use crate::base::time::Clock;
use crate::document::RawDocument;

/// How pages are fetched. Every key is documented in `config.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The address.
    pub url: Url,
    /// `ETag` of the copy at hand, for a conditional request (RFC 9110 §13).
    pub etag: Option<String>,
    /// `Last-Modified` of the copy at hand.
    pub last_modified: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub enum Fetched {
    /// A page.
    Document(Box<RawDocument>),
    /// The copy at hand is still good (304).
    NotModified,
}

/// Why a page could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Stub.
    #[error("fetch {0}")]
    Stub(Url),
}

impl Error {
    /// True where the answer is a decision and not a failure: robots.txt, an address that is not allowed, not a page.
    pub fn is_refusal(&self) -> bool {
        false
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        None
    }
}

/// Fetches pages: one request at a time per host, within robots.txt.
pub struct Fetcher {}

impl Fetcher {
    /// A fetcher with its own connection pool.
    pub fn new(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let _ = (config, clock);
        Ok(Self {})
    }

    /// Fetches one page. Waits for the host's turn; follows redirects; retries what is worth retrying.
    pub async fn fetch(&self, request: Request) -> Result<Fetched, Error> {
        Err(Error::Stub(request.url))
    }
}
