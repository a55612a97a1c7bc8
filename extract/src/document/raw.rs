//! Documents as received: bytes with facts about the transfer. Receives nothing itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::feed::FeedEntry;
use super::origin::Origin;
use crate::base::hash::ContentHash;
use crate::base::time::Timestamp;

/// A document as received: bytes after removal of transfer compression, in the original charset, with their origin. The text of a mail, an
/// office document or a PDF is extracted from its container; `hash` is then that of the container, which is what is stored.
#[derive(Clone, Debug)]
pub struct RawDocument {
    /// SHA-256 of the body as stored: of `bytes`, unless they were extracted from a container.
    pub hash: ContentHash,
    /// Where it comes from.
    pub origin: Origin,
    /// When it was received; `None` for local files that do not record it.
    pub fetched_at: Option<Timestamp>,
    /// How it was transferred, for fetched pages and for archives that record it.
    pub http: Option<HttpFacts>,
    /// The feed entry that linked to the page, if any.
    pub feed: Option<Box<FeedEntry>>,
    /// The story that this is a later page of; `None` for a document of its own.
    pub part: Option<LaterPage>,
    /// The body.
    pub bytes: Vec<u8>,
}

/// A later page of a story that is split over several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaterPage {
    /// The file name of the first page's body, in the same folder.
    pub of: String,
    /// The page number within the story, from 2.
    pub number: u32,
}

impl RawDocument {
    /// A document from a file or stream, without HTTP facts.
    pub fn local(origin: Origin, bytes: Vec<u8>) -> Self {
        Self { hash: ContentHash::of(&bytes), origin, fetched_at: None, http: None, feed: None, part: None, bytes }
    }

    /// The URL after redirects, if the page was fetched.
    pub fn final_url(&self) -> Option<url::Url> {
        self.http.as_ref().and_then(|http| http.final_url.parse().ok())
    }
}

/// What HTTP said about a page. Never holds cookies or credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpFacts {
    /// The address asked for.
    pub requested: String,
    /// The address that answered, after redirects.
    pub final_url: String,
    /// Every hop in between, in order, final one excluded.
    pub redirects: Vec<String>,
    /// The status code of the final answer (RFC 9110); 0 where an archive has the page without its answer (WET, MHTML).
    pub status: u16,
    /// Response headers by lower-case name; repeated fields joined by `, `. `set-cookie` and kin are left out.
    pub headers: BTreeMap<String, String>,
    /// Bytes on the wire, before content decoding.
    pub wire_bytes: u64,
    /// Whether the body is not what came but what a browser made of it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rendered: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl HttpFacts {
    /// The name under which [`HttpFacts::headers`] keeps [`HttpFacts::stands_for`]; no server can send a field of this name.
    pub const STANDS_FOR: &str = ":stands-for";

    /// The name under which [`HttpFacts::headers`] keeps what the host's `tdmrep.json` says of the page: `1` reserves it, `0` does not.
    pub const TDM_RESERVATION: &str = ":tdm-reservation";

    /// The same for the address of the policy that the file names.
    pub const TDM_POLICY: &str = ":tdm-policy";

    /// Facts of a page of which no more is known than its address and its `Content-Type`.
    pub fn of_page(url: Option<&url::Url>, content_type: &str) -> Self {
        let url = url.map(url::Url::to_string).unwrap_or_default();
        let headers = BTreeMap::from([("content-type".to_owned(), content_type.to_owned())]);
        Self { requested: url.clone(), final_url: url, redirects: Vec::new(), status: 0, headers, wire_bytes: 0, rendered: false }
    }

    /// The address whose page this is, where the page was gone and an archive (`fetch.fallback`) gave it.
    pub fn stands_for(&self) -> Option<&str> {
        self.header(Self::STANDS_FOR)
    }

    /// A response header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}
