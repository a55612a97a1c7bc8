//! One page from raw bytes to clean article: read this function first. Pure: the present is a parameter.

use url::Url;

use crate::base::text::{count_words, into_nfc};
use crate::base::time::Timestamp;
use crate::document::{Article, RawDocument, Removal};
use crate::label::{self, Labelled};
use crate::metadata::{self, MetadataInput, ScoredCandidates};
use crate::page::{self, Hints, Page};
use crate::rules::RuleSet;

/// A cleaned page, with all that explains it.
#[derive(Debug)]
pub struct CleanedPage {
    /// The parsed page.
    pub page: Page,
    /// The verdict on every block.
    pub labelled: Labelled,
    /// Every candidate for the metadata, winners and losers.
    pub candidates: ScoredCandidates,
    /// The article.
    pub article: Article,
}

/// What cleaning needs besides the page.
#[derive(Clone, Copy, Debug)]
pub struct CleanContext<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// Limits in front of the parser.
    pub limits: &'a page::Config,
    /// The present instant: no date is later, and relative ones are told from it where the page's own is not known.
    pub now: Option<Timestamp>,
}

/// Cleans one document. `url` is its address where it was not fetched but the address is known. A panic of a parser passes through;
/// [`super::isolate::clean_isolated`] catches it.
pub fn clean_page(raw: &RawDocument, url: Option<&Url>, context: CleanContext<'_>) -> Result<CleanedPage, page::Error> {
    let answered = raw.final_url();
    let content_type = raw.http.as_ref().and_then(|http| http.header("content-type"));
    let mut page = page::read(&raw.bytes, Hints { content_type, url: answered.as_ref().or(url) }, context.limits)?;
    page.feed.clone_from(&raw.feed);
    let labelled = label::label(&page, context.rules);
    let text = text_of(&page, &labelled);
    let removals: Vec<&Removal> = labelled.removals().collect();
    // Relative dates are told from the moment of fetching.
    let now = raw.fetched_at.or(context.now);
    let candidates =
        metadata::find_candidates(MetadataInput { page: &page, removals: &removals, http: raw.http.as_ref(), text: &text, now });
    let article = Article {
        words: count_words(&text),
        text,
        metadata: candidates.metadata(),
        completeness: labelled.completeness.verdict,
        evidence: labelled.completeness.reasons.clone(),
        entries: labelled.completeness.entries.clone(),
        confidence: labelled.confidence,
    };
    Ok(CleanedPage { page, labelled, candidates, article })
}

/// The kept blocks as clean text: NFC, one blank line between blocks.
pub(super) fn text_of(page: &Page, labelled: &Labelled) -> String {
    let kept: Vec<&str> = labelled.kept().filter_map(|(index, _)| page.blocks.get(index)).map(|b| b.text.as_str()).collect();
    into_nfc(kept.join("\n\n"))
}
