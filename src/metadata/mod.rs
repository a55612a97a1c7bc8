//! Who wrote what when: metadata from a page's head, markup and text. Each field with its witness.
//!
//! Witnesses are heard one after another (`jsonld`, `opengraph`, `markup`, `text`, `language`), each giving candidates; `resolve` weighs
//! them. Nothing is fetched, and nothing is decided anywhere else.

mod byline;
mod candidate;
mod date;
mod dump;
mod ground;
mod json_repair;
mod jsonld;
mod language;
mod markup;
mod opengraph;
mod owner;
mod plain;
mod resolve;
mod text;
mod title;

use crate::base::time::Timestamp;
use crate::document::metadata::PageDate;
use crate::document::{Found, Metadata, Removal};
use crate::page::Page;

/// What metadata is found from.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The parsed page.
    pub page: &'a Page,
    /// The labeller's removals: lines it marked `title`, `byline`, `date`, `source`, `section` are witnesses.
    pub removals: &'a [Removal],
    /// The clean text, for the language.
    pub text: &'a str,
    /// The present instant: no date is later. For a fetched page the time of fetching, so that relative dates stay true.
    pub now: Timestamp,
}

/// A candidate for a field, weighed.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed<T> {
    /// The value.
    pub value: T,
    /// Where the page shows it.
    pub witness: String,
    /// How far it is believed: comparable within one field of one page.
    pub score: f32,
}

/// Every candidate of every field, best first: the winners and the losers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dossier {
    /// Headlines.
    pub title: Vec<Weighed<String>>,
    /// Lists of authors.
    pub authors: Vec<Weighed<Vec<String>>>,
    /// Dates of publication.
    pub published: Vec<Weighed<PageDate>>,
    /// Dates of modification.
    pub modified: Vec<Weighed<PageDate>>,
    /// Names of the outlet.
    pub site: Vec<Weighed<String>>,
    /// Sections.
    pub section: Vec<Weighed<String>>,
    /// Keyword lists.
    pub tags: Vec<Weighed<Vec<String>>>,
    /// Languages.
    pub language: Vec<Weighed<String>>,
    /// Summaries.
    pub description: Vec<Weighed<String>>,
    /// Canonical addresses.
    pub canonical_url: Vec<Weighed<String>>,
    /// Lead images.
    pub image: Vec<Weighed<String>>,
    /// Whether it is paid for.
    pub paywalled: Vec<Weighed<bool>>,
}

impl Dossier {
    /// The winners.
    pub fn metadata(&self) -> Metadata {
        Metadata {
            title: winner(&self.title),
            authors: winner(&self.authors),
            published: winner(&self.published),
            modified: winner(&self.modified),
            site: winner(&self.site),
            section: winner(&self.section),
            tags: winner(&self.tags),
            language: winner(&self.language),
            description: winner(&self.description),
            canonical_url: winner(&self.canonical_url),
            image: winner(&self.image),
            paywalled: winner(&self.paywalled),
        }
    }
}

fn winner<T: Clone>(candidates: &[Weighed<T>]) -> Option<Found<T>> {
    candidates.first().map(|best| Found::new(best.value.clone(), best.witness.clone()))
}

/// Finds the metadata of a page.
pub fn find(evidence: Evidence<'_>) -> Metadata {
    survey(evidence).metadata()
}

/// Finds every candidate for every field, weighed: what [`find`] decides from.
pub fn survey(evidence: Evidence<'_>) -> Dossier {
    let ground = ground::Ground::of(evidence);
    let mut found = candidate::Gathered::default();
    jsonld::gather(&ground, &mut found);
    opengraph::gather(&ground, &mut found);
    markup::gather(&ground, &mut found);
    text::gather(&ground, &mut found);
    language::gather(&ground, &mut found);
    resolve::settle(&ground, found)
}
