//! Finds the headline, byline, source and section lines of text dumps, which have no markup, by their position before the body.

use super::block_signals::BlockSignals;
use super::signals::PageSignals;
use crate::document::{Category, Tag};
use crate::page::Page;
use crate::rules::Strength;

/// Longest headline in characters.
const MAX_CHARS: usize = 200;

/// A first line of up to this many characters may be the headline even if it reads like prose.
const MAX_PROSE_CHARS: usize = 110;

/// The lines before a text dump's body.
#[derive(Debug, Default)]
pub struct HeadLines {
    /// The block with the headline.
    pub title: Option<usize>,
    /// The block that names the author.
    pub byline: Option<usize>,
    /// The block that names the source.
    pub source: Option<usize>,
    /// The block that names the section.
    pub section: Option<usize>,
}

/// Finds the head lines of a text dump whose body begins at block `body`.
pub fn find(page: &Page, page_signals: &PageSignals<'_>, body: usize) -> HeadLines {
    let mut lines = HeadLines { title: title(page, page_signals, body), ..HeadLines::default() };
    let from = lines.title.map_or(0, |at| at + 1);
    for index in from..body {
        let Some((block, signals)) = page.blocks.get(index).zip(page_signals.blocks.get(index)) else { continue };
        if signals.ruled(Strength::Likely) || !is_name(&block.text) {
            continue;
        }
        match lines.byline {
            None => lines.byline = Some(index),
            Some(_) if lines.source.is_none() => lines.source = Some(index),
            Some(_) => {}
        }
    }
    lines.section = lines.title.and_then(|title| section(page, page_signals, title));
    lines
}

/// The likeliest headline among the lines before the body. The body's first block is a candidate too if it is short and the first of the page.
fn title(page: &Page, page_signals: &PageSignals<'_>, body: usize) -> Option<usize> {
    let first = page_signals.blocks.iter().position(|signals| !signals.ruled(Strength::Likely))?;
    let may_open_body = first == body
        && page.blocks.get(body).is_some_and(|block| block.chars() <= MAX_PROSE_CHARS && page.blocks.len() > body + 2);
    let end = if may_open_body { body + 1 } else { body };
    let candidates = (0..end).filter_map(|index| {
        let (block, signals) = page.blocks.get(index).zip(page_signals.blocks.get(index))?;
        let chars = block.chars();
        let is_ruled_out = signals.rule.is_some_and(|rule| rule.category != Category::Title && rule.strength >= Strength::Likely)
            || chars > MAX_CHARS
            || signals.weighted_chars < 12.0;
        let is_breadcrumb = page.blocks.iter().take(end).any(|other| is_breadcrumb(&block.text, &other.text));
        (!is_ruled_out && !is_breadcrumb).then(|| (index, likelihood(page_signals, signals, index, body)))
    });
    let best = candidates.max_by(|(i, a), (j, b)| a.total_cmp(b).then(j.cmp(i)))?;
    (best.1 > 0.0).then_some(best.0)
}

fn likelihood(page_signals: &PageSignals<'_>, signals: &BlockSignals<'_>, index: usize, body: usize) -> f32 {
    let is_repeated = page_signals.blocks.iter().take(body + 1).enumerate().any(|(other, line)| {
        other != index
            && (line.folded == signals.folded
                || (line.folded.starts_with(&signals.folded) && line.weighted_chars < 2.5 * signals.weighted_chars))
    });
    let mut score = 0.8 - 0.12 * body.saturating_sub(index).min(12) as f32;
    score += if is_repeated { 2.5 } else { 0.0 };
    score += if signals.tag == Tag::H1 { 4.0 } else { 0.0 };
    score += if (25.0..170.0).contains(&signals.weighted_chars) { 1.0 } else { 0.0 };
    score -= if has_year(&signals.folded) { 1.2 } else { 0.0 };
    score -= if signals.ends_sentence { 0.3 } else { 0.0 };
    score -= if signals.words <= 3 && signals.weighted_chars < 25.0 { 1.5 } else { 0.0 };
    score
}

/// Whether a word is a year from 1900 on: dates are more common in bylines than in headlines.
fn has_year(folded: &str) -> bool {
    folded.split(' ').any(|word| {
        word.len() == 4 && (word.starts_with("19") || word.starts_with("20")) && word.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether the line is nothing but the name of a person or organisation: two to five words, capitalised if the script has capitals.
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = |word: &&str| word.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase() && c.is_alphabetic());
    (2..=5).contains(&words.len())
        && text.chars().count() <= 48
        && text.chars().all(|c| c.is_alphabetic() || " .'’-*,".contains(c))
        && words.iter().filter(|word| capital(word)).count() + 1 >= words.len()
        && words.first().is_some_and(capital)
}

/// Whether the line is a breadcrumb trail that lost its separators: it ends with the headline, joined to the preceding word.
pub fn is_breadcrumb(line: &str, headline: &str) -> bool {
    let before = line.strip_suffix(headline).filter(|_| headline.contains(' '));
    before.is_some_and(|before| before.ends_with(char::is_alphanumeric))
}

/// The line that names the section: one to three words on a separate line, the only one before the headline that no rule is sure of.
fn section(page: &Page, page_signals: &PageSignals<'_>, title: usize) -> Option<usize> {
    let is_free = |index: &usize| {
        let is_separate = page.blocks.get(*index).is_some_and(|block| *index == 0 || block.gap > 0);
        is_separate && page_signals.blocks.get(*index).is_some_and(|signals| !signals.ruled(Strength::Sure))
    };
    let mut free = (0..title).filter(is_free);
    let only = free.next().filter(|_| free.next().is_none())?;
    let signals = page_signals.blocks.get(only)?;
    let text = &page.blocks.get(only)?.text;
    (signals.words <= 3 && text.chars().count() <= 30 && text.chars().all(|c| c.is_alphabetic() || " &-".contains(c)))
        .then_some(only)
}
