//! Whether the story is there as a whole: the verdict on what was kept and what stood around it, with what it rests on.
//!
//! Asked in this order: does another page stand in the story's place (`standin`), is there nothing, is it a live blog (`live`), a list of
//! teasers (`teasers`), does the story break off (`torn`). Words are data (`words`); what the page says of itself is in `claims`.

mod block_page;
mod claims;
mod live;
mod teasers;
mod truncation;
mod words;

use super::Verdict;
use super::signals::{BlockSignals, PageSignals};
use crate::document::{Completeness, CompletenessVerdict, Role};
use crate::page::Page;
use claims::Claims;

/// A labelled page as the judges see it.
struct VerdictInput<'a> {
    page: &'a Page,
    evidence: &'a PageSignals<'a>,
    verdicts: &'a [Verdict],
    /// The kept blocks, in page order.
    kept: Vec<Kept>,
    /// Folded words of the kept blocks.
    words: usize,
    claims: Claims,
    /// The labeller's probability that the page is an article, 0 to 1.
    article: f32,
}

/// A kept block.
#[derive(Clone, Copy)]
struct Kept {
    /// Its index on the page.
    at: usize,
    /// What it is in the story.
    role: Role,
}

impl<'a> VerdictInput<'a> {
    fn of(page: &'a Page, evidence: &'a PageSignals<'a>, verdicts: &'a [Verdict], article: f32) -> Self {
        let kept: Vec<Kept> = verdicts
            .iter()
            .enumerate()
            .filter_map(|(at, verdict)| match verdict {
                Verdict::Kept { role, .. } => Some(Kept { at, role: *role }),
                Verdict::Removed(_) => None,
            })
            .collect();
        let words = kept.iter().filter_map(|kept| evidence.facts.get(kept.at)).map(|facts| facts.words).sum();
        Self { page, evidence, verdicts, kept, words, claims: Claims::of(&page.head), article }
    }

    fn facts(&self, at: usize) -> Option<&BlockSignals<'_>> {
        self.evidence.facts.get(at)
    }

    /// Blocks that a reader sees, with their index.
    fn visible(&self) -> impl Iterator<Item = (usize, &BlockSignals<'_>)> {
        self.evidence.facts.iter().enumerate().filter(|(_, facts)| !facts.hidden)
    }

    fn kept_facts(&self) -> impl Iterator<Item = &BlockSignals<'_>> {
        self.kept.iter().filter_map(|kept| self.facts(kept.at))
    }
}

/// What a page is weighed by where it may be a list of teasers, for learning: in the order of [`LIST_FEATURES`].
pub fn list_features(page: &Page, evidence: &PageSignals<'_>, verdicts: &[Verdict], article: f32) -> Vec<f32> {
    teasers::features(&VerdictInput::of(page, evidence, verdicts, article))
}

pub use teasers::FEATURES as LIST_FEATURES;

/// The verdict on a labelled page; `article` is the labeller's probability that it is one, 0 to 1.
pub fn judge(page: &Page, evidence: &PageSignals<'_>, verdicts: &[Verdict], article: f32) -> CompletenessVerdict {
    let input = VerdictInput::of(page, evidence, verdicts, article);
    let said = |verdict: Completeness, reasons: Vec<String>| CompletenessVerdict { verdict, reasons, entries: Vec::new() };
    if let Some(reasons) = block_page::blocked(&input) {
        return said(Completeness::Blocked, reasons);
    }
    if let Some(reasons) = block_page::consent(&input) {
        return said(Completeness::Consent, reasons);
    }
    let list = teasers::list(&input);
    if input.words == 0 && list.is_none() {
        return said(Completeness::Empty, vec!["no block reads like a story".to_owned()]);
    }
    let signs = truncation::Signs::of(&input);
    let torn = signs.reasons(&input);
    let live = live::entries(&input);
    // A wall says more than the shape of what stands in front of it.
    if let Some(reasons) = torn.clone().filter(|_| signs.wall.is_some()) {
        let entries = live.map_or_else(Vec::new, |(_, entries)| entries);
        return CompletenessVerdict { verdict: Completeness::Truncated, reasons, entries };
    }
    if let Some((reasons, entries)) = live {
        return CompletenessVerdict { verdict: Completeness::Live, reasons, entries };
    }
    if let Some(reasons) = list {
        return said(Completeness::IndexPage, reasons);
    }
    match torn {
        Some(reasons) => said(Completeness::Truncated, reasons),
        None => CompletenessVerdict::default(),
    }
}

/// A quotation for a reason, cut to a line.
fn quote(text: &str) -> String {
    const SHOWN: usize = 80;
    let mut quoted: String = text.chars().take(SHOWN).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    format!("“{quoted}”")
}
