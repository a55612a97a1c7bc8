//! Documents as received: bytes with facts about the transfer. Receives nothing itself.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::feed::FeedEntry;
use super::origin::Origin;
use crate::base::hash::ContentHash;
use crate::base::time::Timestamp;

/// A document as received: bytes after removal of transfer compression, in the original charset, with their origin. The text of a mail, an
/// office document or a PDF is extracted from its container; the hash is then that of the container, which is what is stored.
#[derive(Clone, Debug)]
pub struct RawDocument {
    /// That of the body as stored: of `bytes`, unless they were extracted from a container ([`Self::replace_bytes`]). See [`Self::hash`].
    pub hash: BodyHash,
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

/// The SHA-256 of a document's body, computed when it is first asked for: extraction alone needs none.
#[derive(Clone, Debug, Default)]
pub struct BodyHash(OnceLock<ContentHash>);

impl From<ContentHash> for BodyHash {
    fn from(hash: ContentHash) -> Self {
        Self(hash.into())
    }
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
        Self { hash: BodyHash::default(), origin, fetched_at: None, http: None, feed: None, part: None, bytes }
    }

    /// SHA-256 of the body as stored.
    pub fn hash(&self) -> ContentHash {
        *self.hash.0.get_or_init(|| ContentHash::of(&self.bytes))
    }

    /// Replaces the bytes, by those that they contain or none; the hash stays that of the body as stored.
    pub fn replace_bytes(&mut self, bytes: Vec<u8>) {
        self.hash();
        self.bytes = bytes;
    }

    /// The URL after redirects, if the page was fetched.
    pub fn final_url(&self) -> Option<url::Url> {
        self.http.as_ref().and_then(|http| http.final_url.parse().ok())
    }
}

/// What HTTP said about a page. Never holds cookies or credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredHttpFacts", into = "StoredHttpFacts")]
pub struct HttpFacts {
    /// The URL requested.
    pub requested: String,
    /// The URL that answered, after redirects.
    pub final_url: String,
    /// Every hop in between, in order, final one excluded.
    pub redirects: Vec<String>,
    /// The status code of the final response (RFC 9110); 0 where an archive has the page without its response (WET, MHTML).
    pub status: u16,
    /// Response headers by lower-case name; repeated fields joined by `, `. `set-cookie` and the like are left out.
    pub headers: BTreeMap<String, String>,
    /// Bytes on the wire, before content decoding.
    pub wire_bytes: u64,
    /// Whether the body is what a browser rendered instead of what the server sent.
    pub rendered: bool,
    /// The URL whose page this is, where that page was gone and an archive (`fetch.fallback`) served a copy of it.
    pub stands_for: Option<String>,
    /// What the host's `tdmrep.json` declares for the page, where it was checked and has a rule for it.
    pub tdm_file: Option<TdmDeclaration>,
}

/// What a host's `tdmrep.json` declares for a page (TDM Reservation Protocol).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TdmDeclaration {
    /// Whether text and data mining is reserved.
    pub reserved: bool,
    /// The URL of the policy, as written in the file.
    pub policy: Option<String>,
}

impl HttpFacts {
    /// Facts about a page of which only the URL and the `Content-Type` are known.
    pub fn of_page(url: Option<&url::Url>, content_type: &str) -> Self {
        let url = url.map(url::Url::to_string).unwrap_or_default();
        let headers = BTreeMap::from([("content-type".to_owned(), content_type.to_owned())]);
        Self { requested: url.clone(), final_url: url, headers, ..Self::default() }
    }

    /// The URL that the content belongs to: the one that answered, or the one that an archive's copy stands for.
    pub fn page_url(&self) -> &str {
        self.stands_for.as_deref().unwrap_or(&self.final_url)
    }

    /// A response header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// [`HttpFacts`] as JSON files keep them: gleaner's own findings are entries of `headers`, under names that no server can send.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredHttpFacts {
    requested: String,
    final_url: String,
    redirects: Vec<String>,
    status: u16,
    headers: BTreeMap<String, String>,
    wire_bytes: u64,
    #[serde(default, skip_serializing_if = "is_false")]
    rendered: bool,
}

/// Names of gleaner's own findings in stored headers. The reservation is `1` or `0`; the policy is kept only along with it.
const STANDS_FOR: &str = ":stands-for";
const TDM_RESERVATION: &str = ":tdm-reservation";
const TDM_POLICY: &str = ":tdm-policy";

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl From<HttpFacts> for StoredHttpFacts {
    fn from(facts: HttpFacts) -> Self {
        let HttpFacts { requested, final_url, redirects, status, mut headers, wire_bytes, rendered, stands_for, tdm_file } =
            facts;
        headers.extend(stands_for.map(|url| (STANDS_FOR.to_owned(), url)));
        if let Some(TdmDeclaration { reserved, policy }) = tdm_file {
            headers.insert(TDM_RESERVATION.to_owned(), if reserved { "1" } else { "0" }.to_owned());
            headers.extend(policy.map(|policy| (TDM_POLICY.to_owned(), policy)));
        }
        Self { requested, final_url, redirects, status, headers, wire_bytes, rendered }
    }
}

impl From<StoredHttpFacts> for HttpFacts {
    /// Entries that gleaner would not have written stay headers, so that writing the facts again gives the same bytes.
    fn from(stored: StoredHttpFacts) -> Self {
        let StoredHttpFacts { requested, final_url, redirects, status, mut headers, wire_bytes, rendered } = stored;
        let stands_for = headers.remove(STANDS_FOR);
        let reserved = match headers.get(TDM_RESERVATION).map(String::as_str) {
            Some("1") => Some(true),
            Some("0") => Some(false),
            _ => None,
        };
        let tdm_file = reserved.map(|reserved| {
            headers.remove(TDM_RESERVATION);
            TdmDeclaration { reserved, policy: headers.remove(TDM_POLICY) }
        });
        Self { requested, final_url, redirects, status, headers, wire_bytes, rendered, stands_for, tdm_file }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_body_as_stored() {
        let mut raw = RawDocument::local(Origin::Stdin, b"container".to_vec());
        raw.replace_bytes(b"content".to_vec());
        assert_eq!((raw.hash(), raw.bytes.as_slice()), (ContentHash::of("container"), &b"content"[..]));
        assert_eq!(RawDocument::local(Origin::Stdin, b"content".to_vec()).hash(), ContentHash::of("content"));
    }

    #[test]
    fn stored_http_facts_keep_their_bytes() {
        const START: &str = r#"{"requested":"https://a.example/","final_url":"https://b.example/c","redirects":["https://a.example/b"],"status":200,"headers":"#;
        for (headers, stands_for, tdm_file) in [
            (r#"{"etag":"x"}"#, None, None),
            (r#"{":stands-for":"https://a.example/","etag":"x"}"#, Some("https://a.example/"), None),
            (r#"{":tdm-reservation":"0"}"#, None, Some((false, None))),
            (r#"{":tdm-policy":"/p.json",":tdm-reservation":"1","via":"y"}"#, None, Some((true, Some("/p.json")))),
            (r#"{":status":"200",":tdm-policy":"/p.json",":tdm-reservation":"2"}"#, None, None),
        ] {
            for end in [r#","wire_bytes":7}"#, r#","wire_bytes":7,"rendered":true}"#] {
                let json = format!("{START}{headers}{end}");
                let facts: HttpFacts = serde_json::from_str(&json).unwrap();
                assert_eq!(facts.stands_for.as_deref(), stands_for);
                let declaration = facts.tdm_file.as_ref().map(|file| (file.reserved, file.policy.as_deref()));
                assert_eq!(declaration, tdm_file, "{headers}");
                assert_eq!(serde_json::to_string(&facts).unwrap(), json);
            }
        }
        assert!(serde_json::from_str::<HttpFacts>(&format!("{START}{{}},\"wire_bytes\":7,\"more\":1}}")).is_err());
    }
}
