//! The result of metadata extraction: every candidate of every field with its score. Computes no scores.

use serde::Serialize;

use super::candidate::MetadataSource;
use crate::base::printable::into_printable;
use crate::document::metadata::PageDate;
use crate::document::{Found, Metadata};

/// A candidate value with its score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scored<T> {
    /// The value.
    pub value: T,
    /// Where the page states it, as written to sidecars.
    #[serde(rename = "witness")]
    pub evidence: String,
    /// The kind of source.
    #[serde(skip)]
    pub(crate) source: MetadataSource,
    /// The score; comparable only within one field of one page.
    #[serde(serialize_with = "three_digits")]
    pub score: f32,
    /// Confidence in percent: the score, reduced when a different value scores nearly as high. On pages with known metadata, winners at 80
    /// or more were correct in .90 to .94 of cases, from 60 in .70 to .89, and from 40 in .53 to .78, depending on the field.
    pub confidence: u8,
}

/// Scores are not meaningful beyond three digits.
fn three_digits<S: serde::Serializer>(score: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((f64::from(*score) * 1000.0).round() / 1000.0)
}

/// Every candidate of every field, best first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ScoredCandidates {
    /// Headlines.
    pub title: Vec<Scored<String>>,
    /// Author lists.
    pub authors: Vec<Scored<Vec<String>>>,
    /// Publication dates.
    pub published: Vec<Scored<PageDate>>,
    /// Modification dates.
    pub modified: Vec<Scored<PageDate>>,
    /// Site names.
    pub site: Vec<Scored<String>>,
    /// Sections.
    pub section: Vec<Scored<String>>,
    /// Keyword lists.
    pub tags: Vec<Scored<Vec<String>>>,
    /// Languages.
    pub language: Vec<Scored<String>>,
    /// Summaries.
    pub description: Vec<Scored<String>>,
    /// Canonical URLs.
    pub canonical_url: Vec<Scored<String>>,
    /// Alternative URLs.
    pub aliases: Vec<Scored<Vec<String>>>,
    /// Lead images.
    pub image: Vec<Scored<String>>,
    /// Whether the page is behind a paywall.
    pub paywalled: Vec<Scored<bool>>,
    /// Licences.
    pub licence: Vec<Scored<String>>,
    /// Opt-outs from text and data mining and AI training.
    pub opt_out: Vec<Scored<Vec<String>>>,
    /// What the page declares that it is based on.
    pub based_on: Vec<Scored<Vec<String>>>,
}

/// The confidence below which a name is a candidate and not an author: more often than not it is none.
pub(crate) const MIN_AUTHOR_CONFIDENCE: u8 = 40;

impl ScoredCandidates {
    /// The best candidate of each field.
    pub fn metadata(&self) -> Metadata {
        Metadata {
            title: winner(&self.title),
            authors: winner(&self.authors).filter(|found| found.confidence >= MIN_AUTHOR_CONFIDENCE),
            published: winner(&self.published),
            modified: winner(&self.modified),
            site: winner(&self.site),
            section: winner(&self.section),
            tags: winner(&self.tags),
            language: winner(&self.language),
            description: winner(&self.description),
            canonical_url: winner(&self.canonical_url),
            aliases: winner(&self.aliases),
            image: winner(&self.image),
            paywalled: winner(&self.paywalled),
            licence: winner(&self.licence),
            opt_out: winner(&self.opt_out),
            based_on: winner(&self.based_on),
        }
    }
}

impl ScoredCandidates {
    /// The same without characters that steer a terminal, in values and evidence. Every field passes here, whatever it was collected from.
    pub(super) fn into_printable(self) -> Self {
        Self {
            title: printable(self.title, text),
            authors: printable(self.authors, texts),
            published: printable(self.published, unchanged),
            modified: printable(self.modified, unchanged),
            site: printable(self.site, text),
            section: printable(self.section, text),
            tags: printable(self.tags, texts),
            language: printable(self.language, text),
            description: printable(self.description, text),
            canonical_url: printable(self.canonical_url, text),
            aliases: printable(self.aliases, texts),
            image: printable(self.image, text),
            paywalled: printable(self.paywalled, unchanged),
            licence: printable(self.licence, text),
            opt_out: printable(self.opt_out, texts),
            based_on: printable(self.based_on, texts),
        }
    }
}

/// Makes each candidate printable; `value` does so for a value, and returns whether anything is left of it.
fn printable<T>(mut candidates: Vec<Scored<T>>, value: impl Fn(&mut T) -> bool) -> Vec<Scored<T>> {
    candidates.retain_mut(|candidate| {
        text(&mut candidate.evidence);
        value(&mut candidate.value)
    });
    candidates
}

fn text(text: &mut String) -> bool {
    *text = into_printable(std::mem::take(text));
    !text.is_empty()
}

fn unchanged<T>(_: &mut T) -> bool {
    true
}

fn texts(list: &mut Vec<String>) -> bool {
    list.retain_mut(text);
    !list.is_empty()
}

fn winner<T: Clone>(candidates: &[Scored<T>]) -> Option<Found<T>> {
    candidates.first().map(|best| Found {
        value: best.value.clone(),
        evidence: best.evidence.clone(),
        confidence: best.confidence,
    })
}
