//! What a journal line says of a request and of the article that came of it, for the statistics of a site. Reads and writes nothing.

use serde::{Deserialize, Serialize};

use gleaner_extract::document::{Article, Completeness};

use crate::outcome::Cause;

/// What was requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// A page.
    Page,
    /// A source of pages: a feed, a sitemap, a front page.
    Source,
}

/// A request, and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFacts {
    /// What was requested.
    pub kind: RequestKind,
    /// The name of the configured source that it is for; empty if there is none.
    pub via: String,
    /// How long the host took to answer in milliseconds, if it answered and that was measured.
    pub ms: Option<u64>,
    /// Why nothing came, if nothing did.
    pub cause: Option<Cause>,
}

impl RequestFacts {
    /// A request that is about to be made.
    pub fn new(kind: RequestKind, via: &str) -> Self {
        Self { kind, via: via.to_owned(), ms: None, cause: None }
    }
}

/// A metadata field that articles usually have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsualField {
    /// The headline.
    Title,
    /// Authors.
    Authors,
    /// The date of publication.
    Published,
}

/// The quality of an article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleFacts {
    /// Folded words of the text.
    pub words: u64,
    /// The expected quality of the text, 0 to 1, rounded to two decimal places.
    pub confidence: f64,
    /// The share of the page's words that were removed, 0 to 1, rounded to two decimal places.
    pub removed: f64,
    /// Whether the text is complete.
    pub completeness: Completeness,
    /// True if the page declares that it is behind a paywall.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paywalled: bool,
    /// Usual fields that it does not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<UsualField>,
}

impl ArticleFacts {
    /// The facts of an article from whose page so many words were removed.
    pub fn of(article: &Article, removed_words: u64) -> Self {
        let metadata = &article.metadata;
        let fields = [
            (UsualField::Title, metadata.title.is_none()),
            (UsualField::Authors, metadata.authors.is_none()),
            (UsualField::Published, metadata.published.is_none()),
        ];
        let all = (article.words as u64 + removed_words).max(1);
        Self {
            words: article.words as u64,
            confidence: two_digits(f64::from(article.confidence)),
            removed: two_digits(removed_words as f64 / all as f64),
            completeness: article.completeness,
            paywalled: metadata.paywalled.as_ref().is_some_and(|found| found.value),
            missing: fields.into_iter().filter(|(_, is_missing)| *is_missing).map(|(field, _)| field).collect(),
        }
    }
}

fn two_digits(share: f64) -> f64 {
    if share.is_finite() { (share.clamp(0.0, 1.0) * 100.0).round() / 100.0 } else { 0.0 }
}
