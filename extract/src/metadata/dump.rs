//! The headline of a text dump: describes the lines to [`dump_headline`] by what the labeller decided, and makes candidates of the best ones.

use super::byline::BylineLine;
use super::candidate::{Candidate, MetadataSource, line_evidence};
use super::page_context::PageContext;
use super::plain::plain;
use super::title;
use crate::base::fast_hash::{FastHasherBuilder, FastMap, FastSet};
use crate::base::linear;
use crate::base::text::{fold, tokens};
use crate::document::{Block, Category};
use crate::page::dump_headline::{self, DumpLines, HeadlineCandidate};

/// The maximum number of lines that become candidates.
const MAX_CANDIDATES: usize = 4;

/// How much the adjustment of a candidate of probability 0 is below one of probability 1.
const PROBABILITY_WEIGHT: f32 = 0.2;

/// The most probable headlines of a text dump, best first, each with its block.
pub(crate) fn headlines(context: &PageContext<'_>) -> Vec<(usize, Candidate<String>)> {
    let mut scored = options(context);
    scored.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.block.cmp(&b.block)));
    let scores: Vec<f32> = scored.iter().map(|option| option.score).collect();
    let shares = linear::shares(&scores);
    scored.truncate(MAX_CANDIDATES);
    // The probabilities of lines with the same text are added up.
    let folded: Vec<String> = scored.iter().map(|option| fold(&option.text)).collect();
    let probability = |at: usize| -> f32 {
        let same = shares.iter().zip(&folded).filter(|(_, other)| folded.get(at) == Some(*other));
        same.map(|(share, _)| share).sum()
    };
    let candidate = |(at, option): (usize, &HeadlineCandidate)| {
        let block = context.page().blocks.get(option.block)?;
        let candidate = Candidate::new(option.text.clone(), MetadataSource::Heading, line_evidence(block, option.block));
        Some((option.block, candidate.adjusted(PROBABILITY_WEIGHT * (probability(at) - 1.0))))
    };
    scored.iter().enumerate().filter_map(candidate).collect()
}

/// Every line that may be the headline, in each of its variants.
pub(crate) fn options(context: &PageContext<'_>) -> Vec<HeadlineCandidate> {
    let categories: FastMap<usize, Category> =
        context.input.removals.iter().map(|removal| (removal.block, removal.category)).collect();
    // The first line is often the `<title>`, with the site's name after the headline.
    let variants = |block: &Block, index: usize| {
        let whole = plain(&block.text);
        let prefixes = if index == 0 { title::prefixes(&whole) } else { Vec::new() };
        let prefixes: Vec<String> = prefixes.into_iter().map(str::to_string).collect();
        std::iter::once(whole).chain(prefixes).collect()
    };
    let story = context.input.folded;
    // A guess, so that the set seldom grows.
    let mut words = FastSet::with_capacity_and_hasher(story.len() / 12, FastHasherBuilder::default());
    words.extend(tokens(story));
    dump_headline::candidates(DumpLines {
        page: context.page(),
        folded: &context.input.folded_blocks.iter().map(String::as_str).collect::<Vec<_>>(),
        words: &words,
        removed: &|index| categories.get(&index).copied(),
        has_date: &|_, index| !context.dates(index).is_empty(),
        is_byline: &|_, index| context.line(index).is_some_and(BylineLine::is_byline),
        variants: &variants,
    })
}
