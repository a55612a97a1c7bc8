//! The features by which articles are distinguished from other pages.

use url::Url;

use super::input::FeatureInput;
use super::matrix::flag;
use super::page_columns::types;
use super::tree::Tree;
use crate::document::Block;
use crate::label::lexicon::{Level, Lexicon, Summary};
use crate::page::Page;

/// The number of outermost elements whose names are read.
const OUTERMOST: usize = 6;

/// The row of a page. `url` is separate from the page's own, so that training can leave it out: many files come without one.
pub fn row(input: &FeatureInput<'_>, url: Option<&Url>, lexicon: &Lexicon) -> Vec<f32> {
    let FeatureInput { page, page_signals, .. } = *input;
    let mut row = input.page_columns.clone();
    push_url(url, &mut row);
    let mut words = Summary::default();
    page_words(page, url, |word| {
        if let Some(odds) = lexicon.odds(Level::Page, word) {
            words.add(odds);
        }
    });
    row.extend([words.low, words.high, words.mean(), words.sum, words.count]);
    let body = input.tree.as_ref().map(Tree::body);
    let inside = |block: &Block| body.is_some_and(|body| body.steps(block.container) == 0.0);
    let blocks = page.blocks.iter().zip(&page_signals.blocks).filter(|(block, _)| inside(block));
    let (mut weighted_chars, mut linked, mut paragraphs, mut longest) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
    for (_, signals) in blocks {
        weighted_chars += signals.weighted_chars;
        linked += signals.weighted_chars * signals.link_share;
        paragraphs += flag(signals.is_paragraph());
        longest = longest.max(signals.weighted_chars);
    }
    let all: f32 = page_signals.blocks.iter().map(|signals| signals.weighted_chars).sum::<f32>().max(1.0);
    row.extend([(1.0 + weighted_chars).ln(), weighted_chars / all, linked / weighted_chars.max(1.0), paragraphs, longest]);
    row
}

/// Visits the words of the page's URL, outermost element names, declared types and generator, each with a prefix that says which.
pub fn page_words(page: &Page, url: Option<&Url>, mut visit: impl FnMut(&str)) {
    let mut visit_words = |prefix: &str, text: &str| {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && word.len() <= 24);
        words.take(40).for_each(|word| visit(&format!("{prefix}:{}", word.to_lowercase())));
    };
    if let Some(url) = url {
        let parts = url.path().split('/').filter(|part| !part.is_empty());
        let count = parts.clone().count();
        parts.enumerate().for_each(|(index, part)| visit_words(if index + 1 == count { "last" } else { "path" }, part));
        visit_words("host", url.host_str().and_then(|host| host.split_once('.')).map_or("", |(first, _)| first));
    }
    page.containers.iter().take(OUTERMOST).for_each(|container| visit_words("name", &container.tokens));
    for name in ["og:type", "generator"] {
        page.head.meta(name).into_iter().for_each(|value| visit_words(name, value));
    }
    types(page).for_each(|name| visit_words("type", name));
}

/// The shape of the page's URL: depth, hyphens and length of its last segment, longest run of digits, query. −1 if it is unknown.
fn push_url(url: Option<&Url>, out: &mut Vec<f32>) {
    let Some(url) = url else {
        out.extend([-1.0; 5]);
        return;
    };
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let last = parts.last().copied().unwrap_or_default();
    let digits = url.path().split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    out.extend([
        parts.len().min(9) as f32,
        last.matches(['-', '_']).count().min(20) as f32,
        last.len().min(200) as f32,
        digits.min(12) as f32,
        flag(url.query().is_some()),
    ]);
}
