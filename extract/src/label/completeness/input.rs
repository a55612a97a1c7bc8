//! What the verdict on a page's completeness is based on, prepared once for all detectors.

use super::claims::Claims;
use crate::document::Role;
use crate::label::block_signals::BlockSignals;
use crate::label::signals::PageSignals;
use crate::label::verdict::Verdict;
use crate::page::Page;

/// A labelled page, with what its text and its markup claim.
pub struct VerdictInput<'a> {
    /// The page.
    pub page: &'a Page,
    /// Its signals.
    pub page_signals: &'a PageSignals<'a>,
    /// The verdicts on its blocks.
    pub verdicts: &'a [Verdict],
    /// The kept blocks, in page order.
    pub kept: Vec<KeptBlock>,
    /// Folded words of the kept blocks.
    pub words: usize,
    /// What the page claims about its own text.
    pub claims: Claims,
    /// The labeller's probability that the page is an article, 0 to 1.
    pub article: f32,
}

/// A kept block.
#[derive(Clone, Copy)]
pub struct KeptBlock {
    /// Its index on the page.
    pub at: usize,
    /// Its role in the story.
    pub role: Role,
}

impl<'a> VerdictInput<'a> {
    /// Prepares a labelled page.
    pub fn of(page: &'a Page, page_signals: &'a PageSignals<'a>, verdicts: &'a [Verdict], article: f32) -> Self {
        let kept: Vec<KeptBlock> = verdicts
            .iter()
            .enumerate()
            .filter_map(|(at, verdict)| match verdict {
                Verdict::Kept { role, .. } => Some(KeptBlock { at, role: *role }),
                Verdict::Removed(_) => None,
            })
            .collect();
        let words = kept.iter().filter_map(|kept| page_signals.blocks.get(kept.at)).map(|signals| signals.words).sum();
        Self { page, page_signals, verdicts, kept, words, claims: Claims::of(&page.head), article }
    }

    /// The signals of a block.
    pub fn signals(&self, at: usize) -> Option<&BlockSignals<'_>> {
        self.page_signals.blocks.get(at)
    }

    /// The visible blocks, with their index.
    pub fn visible(&self) -> impl Iterator<Item = (usize, &BlockSignals<'_>)> {
        self.page_signals.blocks.iter().enumerate().filter(|(_, signals)| !signals.hidden)
    }

    /// The signals of the kept blocks.
    pub fn kept_signals(&self) -> impl Iterator<Item = &BlockSignals<'_>> {
        self.kept.iter().filter_map(|kept| self.signals(kept.at))
    }
}

/// A quotation for a piece of evidence, cut to one line.
pub fn quote(text: &str) -> String {
    const SHOWN: usize = 80;
    let mut quoted: String = text.chars().take(SHOWN).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    format!("“{quoted}”")
}
