//! The sidecar: everything known about one document, as a JSON file beside its text. Reads and writes no files.
//!
//! It holds nothing that depends on when gleaner ran, but for `fetched_at`, which comes with the page: cleaning again gives the same
//! bytes. A copy has a sidecar of its own and no text; its `text_sha256` is of the text that it would have, and its relation `exact`
//! names the document that has it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::checksummed::{self, Checksummed};
use super::relation::{Relation, RelationKind};
use super::{Cleaner, NewDocument, SourceKey, Urls};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::count_words;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::document::{Category, Completeness, DocumentId, Found, LiveEntry, Removal, RuleId};

/// The version of the sidecar's form.
pub const SCHEMA: u32 = 1;

/// No sidecar is larger.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// A document's sidecar. Metadata fields are named as in [`gleaner_extract::document::Metadata`], each with its witness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sidecar {
    /// The version of this form.
    pub schema: u32,
    /// The document's identity.
    pub id: DocumentId,
    /// What it is known by.
    pub source: SourceKey,
    /// SHA-256 of the text file: of the clean text and one line feed.
    pub text_sha256: ContentHash,
    /// SHA-256 of the folded token stream, by which copies find each other; none for a text without words.
    pub tokens_sha256: Option<ContentHash>,
    /// What it was cleaned from.
    pub raw: RawSource,
    /// Its addresses.
    pub urls: Urls,
    /// When it was fetched; none for files.
    pub fetched_at: Option<Timestamp>,
    /// The headline.
    pub title: Option<Found<String>>,
    /// People, in order.
    pub authors: Option<Found<Vec<String>>>,
    /// First publication.
    pub published: Option<Found<PageDate>>,
    /// Last modification.
    pub modified: Option<Found<PageDate>>,
    /// The outlet's name.
    pub site: Option<Found<String>>,
    /// The section or rubric.
    pub section: Option<Found<String>>,
    /// Keywords.
    pub tags: Option<Found<Vec<String>>>,
    /// The language.
    pub language: Option<Found<String>>,
    /// The page's own summary.
    pub description: Option<Found<String>>,
    /// The address that the page itself declares.
    pub canonical_url: Option<Found<String>>,
    /// Other addresses that the page itself gives the story.
    #[serde(default)]
    pub aliases: Option<Found<Vec<String>>>,
    /// The lead image's address.
    pub image: Option<Found<String>>,
    /// Whether the page says it is paid for.
    pub paywalled: Option<Found<bool>>,
    /// The licence that the page declares.
    #[serde(default)]
    pub licence: Option<Found<String>>,
    /// TdmOptOut against text and data mining and AI training.
    #[serde(default)]
    pub opt_out: Option<Found<Vec<String>>>,
    /// Folded words of the text.
    pub words: u64,
    /// Whether it is all there.
    pub completeness: Completeness,
    /// What that verdict rests on, the strongest first.
    pub completeness_evidence: Vec<String>,
    /// The entries of a live blog.
    pub entries: Vec<LiveEntry>,
    /// Expected quality of the text, 0 to 1, to four digits.
    pub confidence: f64,
    /// What cleaned it.
    pub cleaner: Cleaner,
    /// What was removed.
    pub removals: BTreeMap<Category, Removed>,
    /// Links to other documents, sorted.
    pub relations: Vec<Relation>,
}

/// What a document was cleaned from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    /// SHA-256 of the body.
    pub sha256: ContentHash,
    /// Path relative to the corpus root where it lies below it, else absolute; `/` as separator.
    pub path: String,
    /// SHA-256 of the user's file where it is a compressed body. Fetched pages have theirs beside them.
    pub file_sha256: Option<ContentHash>,
    /// The further pages of a story that is split over several, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<RawPart>,
}

/// A further page that a document was cleaned from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPart {
    /// SHA-256 of the body.
    pub sha256: ContentHash,
    /// Path as in [`RawSource`].
    pub path: String,
    /// The address that it answered at.
    pub url: String,
}

/// What was removed of one category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removed {
    /// Blocks.
    pub blocks: u64,
    /// Their folded words.
    pub words: u64,
    /// Blocks by rule.
    pub rules: BTreeMap<RuleId, u64>,
}

/// What the corpus finds out about a document before it writes the sidecar.
#[derive(Clone, Debug)]
pub(super) struct Findings {
    pub text_sha256: ContentHash,
    pub tokens_sha256: Option<ContentHash>,
    pub file_sha256: Option<ContentHash>,
    pub source: SourceKey,
    pub urls: Urls,
    pub copy_of: Option<DocumentId>,
}

impl Sidecar {
    /// The document that holds the text, where this one is a copy.
    pub fn copy_of(&self) -> Option<DocumentId> {
        self.relations.iter().find(|relation| relation.kind == RelationKind::Exact).map(|relation| relation.to)
    }

    /// Whether the page itself gives this as another address of the story.
    pub fn declares(&self, alias: &String) -> bool {
        self.aliases.as_ref().is_some_and(|found| found.value.contains(alias))
    }

    pub(super) fn new(document: &NewDocument, found: Findings) -> Self {
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
            words: article.words as u64,
            completeness: article.completeness,
            completeness_evidence: article.evidence.clone(),
            entries: article.entries.clone(),
            confidence: four_digits(article.confidence),
            cleaner: document.cleaner.clone(),
            removals: sum_up(&document.removals),
            relations: found.copy_of.map(|to| Relation { kind: RelationKind::Exact, to }).into_iter().collect(),
        }
    }

    pub(super) fn seal(&self) -> Result<Checksummed, serde_json::Error> {
        checksummed::seal(self)
    }

    /// Reads a sidecar, with its checksum. The error says what is wrong with it.
    pub(super) fn open(bytes: &[u8]) -> Result<(Self, ContentHash), String> {
        let (sidecar, checksum) = checksummed::open::<Self>(bytes)?;
        if sidecar.schema == SCHEMA {
            Ok((sidecar, checksum))
        } else {
            Err(format!("it has schema {}, and this gleaner knows {SCHEMA}", sidecar.schema))
        }
    }
}

/// Four digits are more than the model knows, and they read back exactly.
fn four_digits(confidence: f32) -> f64 {
    let confidence = f64::from(confidence);
    if confidence.is_finite() { (confidence.clamp(0.0, 1.0) * 10_000.0).round() / 10_000.0 } else { 0.0 }
}

fn sum_up(removals: &[Removal]) -> BTreeMap<Category, Removed> {
    let mut sums: BTreeMap<Category, Removed> = BTreeMap::new();
    for removal in removals {
        let sum = sums.entry(removal.category).or_default();
        sum.blocks += 1;
        sum.words += count_words(&removal.text) as u64;
        *sum.rules.entry(removal.rule.clone()).or_default() += 1;
    }
    sums
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
