//! The sidecar: everything known about a document, as a JSON file next to its text. Reads and writes no files.
//!
//! Apart from `fetched_at`, which belongs to the page, nothing in it depends on when gleaner ran: cleaning again gives the same bytes. A
//! copy has a sidecar but no text; its `text_sha256` is that of the text it would have, and its `copy_of` names the original, which has
//! the text.

use serde::{Deserialize, Serialize};

use super::checksummed::{self, Checksummed};
use super::correction_state::AppliedCorrections;
use super::document::{Cleaner, NewDocument, RawPart, SourceKey, Urls};
use super::removals::Removals;
use super::sidecar_schema;
use crate::relate::Relation;
use gleaner_extract::article::site::SitePage;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::document::{Completeness, Decoding, DocumentId, Found, Limit, LiveEntry};

/// The version of the sidecar format.
pub const SCHEMA: u32 = 3;

/// Largest sidecar in bytes.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// A document's sidecar. Metadata fields are named as in [`gleaner_extract::document::Metadata`], each with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sidecar {
    /// The version of this format.
    pub schema: u32,
    /// The document's id.
    pub id: DocumentId,
    /// The source that it is known by.
    pub source: SourceKey,
    /// SHA-256 of the text file: the clean text and a line feed.
    pub text_sha256: ContentHash,
    /// SHA-256 of the folded words, by which copies are found; `None` for a text without words.
    pub tokens_sha256: Option<ContentHash>,
    /// What it was cleaned from.
    pub raw: RawSource,
    /// Its addresses.
    pub urls: Urls,
    /// When it was fetched; `None` for files.
    pub fetched_at: Option<Timestamp>,
    /// The headline.
    pub title: Option<Found<String>>,
    /// Authors, in order.
    pub authors: Option<Found<Vec<String>>>,
    /// First publication.
    pub published: Option<Found<PageDate>>,
    /// Last modification.
    pub modified: Option<Found<PageDate>>,
    /// The site name: the outlet.
    pub site: Option<Found<String>>,
    /// The section.
    pub section: Option<Found<String>>,
    /// Keywords.
    pub tags: Option<Found<Vec<String>>>,
    /// The language.
    pub language: Option<Found<String>>,
    /// The page's own summary.
    pub description: Option<Found<String>>,
    /// The canonical URL that the page declares.
    pub canonical_url: Option<Found<String>>,
    /// Other URLs of the story that the page declares.
    #[serde(default)]
    pub aliases: Option<Found<Vec<String>>>,
    /// The lead image's URL.
    pub image: Option<Found<String>>,
    /// Whether the page declares that it is behind a paywall.
    pub paywalled: Option<Found<bool>>,
    /// The licence that the page declares.
    #[serde(default)]
    pub licence: Option<Found<String>>,
    /// Opt-outs from text and data mining and AI training.
    #[serde(default)]
    pub opt_out: Option<Found<Vec<String>>>,
    /// What the page declares that the story is based on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<Found<Vec<String>>>,
    /// Words of the text, folded.
    pub words: u64,
    /// Whether the text is complete.
    pub completeness: Completeness,
    /// The evidence for the completeness, strongest first.
    pub completeness_evidence: Vec<String>,
    /// The entries of a live blog.
    pub entries: Vec<LiveEntry>,
    /// The caps that the page exceeded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
    /// Expected quality of the text, 0 to 1, rounded to four decimal places.
    pub confidence: f64,
    /// The version of the cleaner.
    pub cleaner: Cleaner,
    /// What was wrong with the characters of the page, if anything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoding: Option<Decoding>,
    /// What was removed, by category.
    pub removals: Removals,
    /// The corrections by hand that were applied, if there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrections: Option<AppliedCorrections>,
    /// What the page shows of its site, by which the lines that recur there are found; `None` if it was cleaned before these were counted.
    pub site_page: Option<SitePage>,
    /// If it is a copy, the original, which has the text.
    pub copy_of: Option<DocumentId>,
    /// The canonical document of its cluster, which may be itself; `None` if it is in no cluster.
    pub cluster: Option<DocumentId>,
    /// Relations to other documents, sorted by kind and id.
    pub relations: Vec<Relation>,
}

/// What a document was cleaned from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    /// SHA-256 of the body.
    pub sha256: ContentHash,
    /// Path, relative to the corpus root if it is inside it, else absolute; `/` as separator.
    pub path: String,
    /// SHA-256 of the file, if it is a user's compressed file. That of a fetched page is in its facts.
    pub file_sha256: Option<ContentHash>,
    /// The later pages of a story that is split over several, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<RawPart>,
}

/// The fields that depend on the rest of the corpus.
#[derive(Clone, Debug)]
pub(super) struct ResolvedFields {
    pub text_sha256: ContentHash,
    pub tokens_sha256: Option<ContentHash>,
    pub file_sha256: Option<ContentHash>,
    pub source: SourceKey,
    pub urls: Urls,
    pub copy_of: Option<DocumentId>,
    /// As far as they are known; see [`super::settle`].
    pub links: Links,
}

/// What a document has to do with others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Links {
    pub cluster: Option<DocumentId>,
    pub relations: Vec<Relation>,
}

impl Sidecar {
    pub(super) fn links(&self) -> Links {
        Links { cluster: self.cluster, relations: self.relations.clone() }
    }

    /// Hash of what the document has by itself: of everything but what depends on the rest of the corpus and changes without it.
    pub(super) fn own_sha256(&self) -> ContentHash {
        let own = Self { copy_of: None, cluster: None, relations: Vec::new(), ..self.clone() };
        // What was read from a sidecar is always JSON.
        ContentHash::of(serde_json::to_vec(&own).unwrap_or_default())
    }

    /// Whether the page declares this URL as another one of the story.
    pub fn declares(&self, alias: &String) -> bool {
        self.aliases.as_ref().is_some_and(|found| found.value.contains(alias))
    }

    /// Whether this is another edition of the story than `earlier`, with the same text: the page changed, by the same cleaner, in what readers see
    /// beside the text.
    pub(super) fn is_other_edition(&self, earlier: &Self) -> bool {
        self.cleaner == earlier.cleaner && !self.is_of_same_page(earlier) && self.shown() != earlier.shown()
    }

    /// The names of the fields but the headline that readers see beside the text, and that differ.
    pub fn changed_fields(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            ("authors", value(&self.authors) != value(&other.authors)),
            ("published", value(&self.published) != value(&other.published)),
            ("section", value(&self.section) != value(&other.section)),
            ("tags", value(&self.tags) != value(&other.tags)),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }

    /// Whether both were cleaned from the same bytes.
    pub fn is_of_same_page(&self, other: &Self) -> bool {
        let parts = |sidecar: &Self| sidecar.raw.parts.iter().map(|part| part.sha256).collect::<Vec<_>>();
        self.raw.sha256 == other.raw.sha256 && parts(self) == parts(other)
    }

    /// What readers see beside the text, as one text.
    pub(super) fn shown(&self) -> String {
        let Self { title, authors, published, section, tags, .. } = self;
        let shown = (value(title), value(authors), value(published), value(section), value(tags));
        // Strings and dates are always JSON.
        serde_json::to_string(&shown).unwrap_or_default()
    }

    pub(super) fn new(document: &NewDocument, found: ResolvedFields) -> Self {
        let (article, metadata) = (&document.article, document.article.metadata.clone());
        Self {
            schema: SCHEMA,
            id: document.id,
            source: found.source,
            text_sha256: found.text_sha256,
            tokens_sha256: found.tokens_sha256,
            raw: RawSource {
                sha256: document.raw.sha256,
                path: document.raw.path.clone(),
                file_sha256: found.file_sha256,
                parts: document.parts.clone(),
            },
            urls: found.urls,
            fetched_at: document.fetched_at,
            title: metadata.title,
            authors: metadata.authors,
            published: metadata.published,
            modified: metadata.modified,
            site: metadata.site,
            section: metadata.section,
            tags: metadata.tags,
            language: metadata.language,
            description: metadata.description,
            canonical_url: metadata.canonical_url,
            aliases: metadata.aliases,
            image: metadata.image,
            paywalled: metadata.paywalled,
            licence: metadata.licence,
            opt_out: metadata.opt_out,
            based_on: metadata.based_on,
            words: article.words as u64,
            completeness: article.completeness,
            completeness_evidence: article.evidence.clone(),
            entries: article.entries.clone(),
            limits: article.limits.clone(),
            confidence: four_digits(article.confidence),
            cleaner: document.cleaner.clone(),
            decoding: article.decoding.clone(),
            removals: document.removals.clone(),
            corrections: document.corrections,
            site_page: document.site_page.clone(),
            copy_of: found.copy_of,
            cluster: found.links.cluster,
            relations: found.links.relations,
        }
    }

    pub(super) fn encode(&self) -> Result<Checksummed, serde_json::Error> {
        checksummed::encode(self)
    }

    /// Reads a sidecar, and the checksum of its file. The error says what is wrong with it.
    pub(super) fn decode(bytes: &[u8]) -> Result<(Self, ContentHash), String> {
        sidecar_schema::decode(bytes, SCHEMA)
    }
}

/// The value of a field, without its evidence.
fn value<T>(field: &Option<Found<T>>) -> Option<&T> {
    field.as_ref().map(|found| &found.value)
}

/// Rounds to four decimal places: more than the model's precision, and exact when read back.
fn four_digits(confidence: f32) -> f64 {
    let confidence = f64::from(confidence);
    if confidence.is_finite() { (confidence.clamp(0.0, 1.0) * 10_000.0).round() / 10_000.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_confidence_reads_back() {
        for step in 0..=10_000u16 {
            let confidence = four_digits(f32::from(step) / 10_000.0);
            let text = serde_json::to_string(&confidence).unwrap();
            assert_eq!(serde_json::from_str::<f64>(&text).unwrap(), confidence);
            assert!(text.len() <= 6, "{text}");
        }
        assert_eq!((four_digits(f32::NAN), four_digits(7.0)), (0.0, 1.0));
    }
}
