//! Detects incomplete articles: the verdict on the kept text and what surrounded it, with the evidence.
//!
//! The questions in order: does another page take the story's place (`block_page`), is there no text, is it a live blog (`live`), a list of
//! teasers (`teasers`), is the story cut off (`truncation`). The phrases are data (`words`); `claims` reads what the page declares about itself.

mod block_page;
mod claims;
mod input;
mod live;
#[cfg(test)]
mod phrase_file;
mod phrases;
mod teasers;
mod truncation;
mod words;

use super::signals::PageSignals;
use super::verdict::Verdict;
use crate::document::{Completeness, CompletenessVerdict};
use crate::page::Page;
use input::VerdictInput;
use truncation::TruncationSigns;

pub use teasers::FEATURES as LIST_FEATURES;

/// The features by which a list of teasers is recognised, for training: in the order of [`LIST_FEATURES`].
pub fn list_features(page: &Page, page_signals: &PageSignals<'_>, verdicts: &[Verdict], article: f32) -> Vec<f32> {
    teasers::features(&VerdictInput::of(page, page_signals, verdicts, article))
}

/// The verdict on a labelled page. `article` is the labeller's probability that it is an article, 0 to 1.
pub fn assess(page: &Page, page_signals: &PageSignals<'_>, verdicts: &[Verdict], article: f32) -> CompletenessVerdict {
    let input = VerdictInput::of(page, page_signals, verdicts, article);
    let verdict = |verdict, reasons| CompletenessVerdict { verdict, reasons, ..CompletenessVerdict::default() };
    if let Some(reasons) = block_page::blocked(&input) {
        return verdict(Completeness::Blocked, reasons);
    }
    if let Some(reasons) = block_page::consent(&input) {
        return verdict(Completeness::Consent, reasons);
    }
    let list = teasers::list(&input);
    if input.words == 0 && list.is_none() {
        return verdict(Completeness::Empty, vec!["no block reads like a story".to_owned()]);
    }
    let signs = TruncationSigns::of(&input);
    let truncated = signs.reasons(&input);
    let live = live::entries(&input);
    // A wall is stronger evidence than the layout of the text before it.
    if let Some(reasons) = truncated.clone().filter(|_| signs.wall.is_some()) {
        let entries = live.map_or_else(Vec::new, |(_, entries)| entries);
        return CompletenessVerdict { entries, ..verdict(Completeness::Truncated, reasons) };
    }
    if let Some((reasons, entries)) = live {
        return CompletenessVerdict { entries, ..verdict(Completeness::Live, reasons) };
    }
    if let Some(teasers::List { reasons, is_front_page }) = list {
        return CompletenessVerdict { is_front_page, ..verdict(Completeness::IndexPage, reasons) };
    }
    match truncated {
        Some(reasons) => verdict(Completeness::Truncated, reasons),
        None => CompletenessVerdict::default(),
    }
}
