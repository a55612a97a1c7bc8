//! Documents as the rest of the program sees them: their source, what the corpus knows about them, and what is written to it.

use serde::{Deserialize, Serialize};

use super::correction_state::{AppliedCorrections, StoredCorrections};
use super::removals::Removals;
use gleaner_extract::article::site::SitePage;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{Article, Completeness, DocumentId};

/// The source that a document is known by: a canonical URL, or a file's path (relative to the root if it is inside it, `/` as
/// separator).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceKey(pub String);

impl SourceKey {
    /// The URL, if the source is a web page and not a file.
    pub fn url(&self) -> Option<url::Url> {
        self.0.parse().ok().filter(|url: &url::Url| matches!(url.scheme(), "http" | "https"))
    }
}

/// The version of everything that affects clean text. A document with another stamp is cleaned again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cleaner {
    /// gleaner's version.
    pub version: String,
    /// The labelling models, by the first digits of their checksums.
    pub model: String,
    /// Hash of all rules.
    pub rules: ContentHash,
    /// Hash of the settings that affect text.
    pub config: ContentHash,
}

/// The file of a raw body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRef {
    /// SHA-256 of the body (decompressed).
    pub sha256: ContentHash,
    /// Path, relative to the corpus root if it is inside it, else absolute; `/` as separator.
    pub path: String,
}

/// A later page of a story that a document was cleaned from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPart {
    /// SHA-256 of the body.
    pub sha256: ContentHash,
    /// Path as in [`super::sidecar::RawSource`].
    pub path: String,
    /// The URL it was found at, after redirects.
    pub url: String,
}

/// The addresses of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Urls {
    /// The requested URL.
    pub requested: Option<String>,
    /// The URL after redirects.
    pub r#final: Option<String>,
    /// The canonical URL.
    pub canonical: Option<String>,
    /// Other addresses of the same document, sorted.
    pub aliases: Vec<String>,
}

/// What people call a document by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentName {
    /// Its title.
    pub title: Option<String>,
    /// The path of its text, relative to the corpus root if it is inside it; of a copy, that of the original.
    pub path: String,
}

/// What the corpus knows about the document of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDocument {
    /// The document's id.
    pub id: DocumentId,
    /// The source that the document is known by, which may be another address than the one looked up.
    pub source: SourceKey,
    /// The raw body it was last cleaned from.
    pub raw: RawRef,
    /// The version of the cleaner at that time; `None` if it must be cleaned again in any case.
    pub cleaner: Option<Cleaner>,
    /// Hash of the clean text.
    pub text_sha256: ContentHash,
    /// If this is a copy, the original, which has the text.
    pub copy_of: Option<DocumentId>,
    /// Whether the text is complete.
    pub completeness: Completeness,
    /// Words of the text, folded.
    pub words: u64,
    /// Number of later pages it was cleaned from, if its story is split over several.
    pub parts: usize,
    /// `ETag` of the last response.
    pub etag: Option<String>,
    /// `Last-Modified` of the last response.
    pub last_modified: Option<String>,
    /// The URL of the raw body, after redirects, if it was fetched.
    pub answered: Option<String>,
    /// When the raw body was fetched.
    pub fetched_at: Option<Timestamp>,
    /// Changes of it that rollbacks have undone.
    pub undone: Vec<UndoneChange>,
    /// The corrections of it by hand that there are now.
    pub corrections: StoredCorrections,
}

impl KnownDocument {
    /// Whether a rollback has undone what cleaning this page by this cleaner would make of the document. Never of one that is damaged: it has to be
    /// cleaned again in any case.
    pub fn is_undone(&self, raw_sha256: &ContentHash, parts: usize, cleaner: &Cleaner) -> bool {
        let is_it =
            |undone: &UndoneChange| undone.raw_sha256 == *raw_sha256 && undone.parts == parts && undone.cleaner == *cleaner;
        self.cleaner.is_some() && self.undone.iter().any(is_it)
    }
}

/// A change of a document that a rollback has undone. It is not made again by itself: not of this page by this cleaner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoneChange {
    /// SHA-256 of the page's body.
    pub raw_sha256: ContentHash,
    /// Number of later pages, if the story is split over several.
    pub parts: usize,
    /// The version of the cleaner.
    pub cleaner: Cleaner,
}

/// A cleaned document that is to be written to the corpus.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// Its id; see [`Store::identify`](crate::store::Store::identify).
    pub id: DocumentId,
    /// The source that it is known by.
    pub source: SourceKey,
    /// Its raw body.
    pub raw: RawRef,
    /// The later pages of a story that is split over several, in order.
    pub parts: Vec<RawPart>,
    /// Its addresses.
    pub urls: Urls,
    /// When it was fetched; `None` for files.
    pub fetched_at: Option<Timestamp>,
    /// The clean text and metadata.
    pub article: Article,
    /// Hash of the text's words, by which copies are found; `None` for a text without words.
    pub tokens_sha256: Option<ContentHash>,
    /// What was removed.
    pub removals: Removals,
    /// The corrections by hand that were applied.
    pub corrections: Option<AppliedCorrections>,
    /// What the page shows of its site.
    pub site_page: Option<SitePage>,
    /// The version of the cleaner.
    pub cleaner: Cleaner,
}

/// What [`Store::put`](crate::store::Store::put) did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutResult {
    /// The document is new to the corpus.
    New,
    /// The text has changed, and the earlier version is in `clean/.versions/`; or it was gone or damaged; or a copy now has a text of its own.
    Updated,
    /// The text is the same; the sidecar was rewritten if it changed.
    SidecarOnly,
    /// The text is in the corpus already, under this original; only a sidecar was written.
    Copy(DocumentId),
}
