//! Who wrote what when: metadata from a page's head, markup and text. Each field with its witness.
//!
//! Witnesses are heard one after another (`jsonld`, `opengraph`, `markup`, `text`, `language`), each giving candidates; `resolve` weighs
//! them. Nothing is fetched, and nothing is decided anywhere else.

mod author_from_domain;
mod byline;
mod candidate;
mod date;
mod dump;
mod feed;
mod headline;
mod jsonld;
mod language;
mod markup;
mod opengraph;
mod page_context;
mod plain;
mod reconcile_dates;
mod reliability;
mod resolve;
mod rights;
mod site_name;
mod text;
mod title;

use serde::Serialize;

use crate::base::time::Timestamp;
use crate::document::metadata::PageDate;
use crate::document::{Found, HttpFacts, Metadata, Removal};
use crate::page::{Format, Page};
use candidate::Candidates;
use page_context::PageContext;

/// What metadata is found from.
#[derive(Clone, Copy, Debug)]
pub struct MetadataInput<'a> {
    /// The parsed page.
    pub page: &'a Page,
    /// The labeller's removals: lines it marked `title`, `byline`, `date`, `source`, `section` are witnesses.
    pub removals: &'a [&'a Removal],
    /// What HTTP said, where the page was fetched: headers and the host's `tdmrep.json` may declare opt-outs too.
    pub http: Option<&'a HttpFacts>,
    /// The clean text, for the language.
    pub text: &'a str,
    /// The present instant: no date is later. For a fetched page the time of fetching, so that relative dates stay true. Where it is not
    /// known, dates may lie anywhere and relative ones are not read.
    pub now: Option<Timestamp>,
}

/// A candidate for a field, weighed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weighed<T> {
    /// The value.
    pub value: T,
    /// Where the page shows it.
    pub witness: String,
    /// What it is weighed by: comparable within one field of one page.
    #[serde(serialize_with = "three_digits")]
    pub score: f32,
    /// How far it is believed, in percent: the score, less where another value scores nearly as well. On pages with known metadata, winners
    /// from 80 on were right in .90 to .94 of the cases, those from 60 in .70 to .89, those from 40 in .53 to .78, depending on the field.
    pub confidence: u8,
}

/// Three digits are more than a score means.
fn three_digits<S: serde::Serializer>(score: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((f64::from(*score) * 1000.0).round() / 1000.0)
}

/// Every candidate of every field, best first: the winners and the losers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ScoredCandidates {
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
    /// Other addresses.
    pub aliases: Vec<Weighed<Vec<String>>>,
    /// Lead images.
    pub image: Vec<Weighed<String>>,
    /// Whether it is paid for.
    pub paywalled: Vec<Weighed<bool>>,
    /// Licences.
    pub licence: Vec<Weighed<String>>,
    /// TdmOptOut against text and data mining and AI training.
    pub opt_out: Vec<Weighed<Vec<String>>>,
}

impl ScoredCandidates {
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
            aliases: winner(&self.aliases),
            image: winner(&self.image),
            paywalled: winner(&self.paywalled),
            licence: winner(&self.licence),
            opt_out: winner(&self.opt_out),
        }
    }
}

fn winner<T: Clone>(candidates: &[Weighed<T>]) -> Option<Found<T>> {
    candidates.first().map(|best| Found { value: best.value.clone(), witness: best.witness.clone(), confidence: best.confidence })
}

/// Finds every candidate for every field, weighed. [`ScoredCandidates::metadata`] takes the winners.
pub fn survey(input: MetadataInput<'_>) -> ScoredCandidates {
    let context = PageContext::of(input);
    let found = hear(&context);
    resolve::settle(&context, found)
}

/// Hears every witness.
fn hear(context: &PageContext<'_>) -> Candidates {
    let mut found = Candidates::default();
    jsonld::gather(context, &mut found);
    opengraph::gather(context, &mut found);
    markup::gather(context, &mut found);
    text::gather(context, &mut found);
    rights::gather(context, &mut found);
    feed::gather(context, &mut found);
    author_from_domain::gather(context, &mut found);
    language::gather(context, &mut found);
    found
}

/// What may be the headline, for learning the choice: each option with its features, in the order of [`headline_features`].
pub fn headline_options(input: MetadataInput<'_>) -> Vec<(String, Vec<f32>)> {
    let context = PageContext::of(input);
    if input.page.format == Format::Text {
        return dump::options(&context).into_iter().map(|(_, text, features)| (text, features)).collect();
    }
    let titles = resolve::spoken_titles(hear(&context), &context);
    headline::options(&titles, &context).into_iter().map(|option| (option.text, option.features)).collect()
}

/// The names of the features by which a headline is chosen: among a page's witnesses, or among a text dump's lines.
pub fn headline_features(format: Format) -> &'static [&'static str] {
    match format {
        Format::Html => headline::FEATURES,
        Format::Text => dump::FEATURES,
    }
}
