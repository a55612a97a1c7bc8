//! Finds the headline, byline, source and section lines of text dumps, which have no markup, by their position before the body.

use super::block_signals::BlockSignals;
use super::signals::PageSignals;
use crate::base::text::tokens;
use crate::document::Category;
use crate::page::Page;
use crate::page::dump_headline::{self, DumpLines, HeadlineCandidate};
use crate::rules::Strength;

/// Shortest headline, in weighted characters.
const MIN_CHARS: f32 = 12.0;

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
pub fn find(page: &Page, page_signals: &PageSignals<'_>, kept: &[bool], body: usize) -> HeadLines {
    let mut lines = HeadLines { title: title(page, page_signals, kept, body), ..HeadLines::default() };
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

/// How much less likely than the first line, in log-odds, another line may be and still take precedence.
const FIRST_LINE_MARGIN: f32 = 8.0;

/// How much less likely than the next line, in log-odds, a line may be and still be the headline: the next line is its deck.
const DECK_MARGIN: f32 = 1.0;

/// The likeliest headline among the lines before the body, by the model of [`dump_headline`]. The body's first block is a candidate too if it is short
/// and the first of the page. The first line is often the `<title>`, so a line that is almost as likely takes precedence, unless it has a date: that
/// may be a byline, which this early is only recognised if a rule matches it.
fn title(page: &Page, page_signals: &PageSignals<'_>, kept: &[bool], body: usize) -> Option<usize> {
    let blocks = &page_signals.blocks;
    let first = blocks.iter().position(|signals| !signals.ruled(Strength::Likely))?;
    let may_open_body = first == body
        && page.blocks.get(body).is_some_and(|block| block.chars() <= MAX_PROSE_CHARS && page.blocks.len() > body + 2);
    let end = if may_open_body { body + 1 } else { body };
    let may_be_headline = |index: usize| {
        page.blocks.get(index).zip(blocks.get(index)).is_some_and(|(block, signals)| {
            let is_ruled_out =
                signals.rule.is_some_and(|rule| rule.category != Category::Title && rule.strength >= Strength::Likely)
                    || signals.weighted_chars < MIN_CHARS;
            !is_ruled_out && !page.blocks.iter().take(end).any(|other| is_breadcrumb(&block.text, &other.text))
        })
    };
    let is_candidate = |index: usize| index < end && may_be_headline(index);
    let mut candidates = score_lines(page, page_signals, kept, &is_candidate).into_iter().peekable();
    let first_line = candidates.next_if(|line| line.block == 0);
    let takes_precedence = |line: &HeadlineCandidate| {
        let margin = if blocks.get(line.block).is_some_and(has_date) { 0.0 } else { FIRST_LINE_MARGIN };
        first_line.as_ref().is_none_or(|first| line.score >= first.score - margin)
    };
    let candidates: Vec<HeadlineCandidate> = candidates.filter(takes_precedence).collect();
    let best = candidates.iter().max_by(|a, b| a.score.total_cmp(&b.score).then(b.block.cmp(&a.block)));
    let headline_of_deck = |deck: &HeadlineCandidate| {
        candidates.iter().find(|line| line.block + 1 == deck.block && line.score >= deck.score - DECK_MARGIN)
    };
    let best = best.map(|line| headline_of_deck(line).unwrap_or(line));
    Some(best.or(first_line.as_ref())?.block)
}

/// Scores those lines of a dump that are candidates, by the preliminary decisions on its blocks.
fn score_lines(
    page: &Page,
    page_signals: &PageSignals<'_>,
    kept: &[bool],
    is_candidate: &dyn Fn(usize) -> bool,
) -> Vec<HeadlineCandidate> {
    let signals = |index: usize| page_signals.blocks.get(index);
    let removed = |index: usize| {
        let category = || signals(index).and_then(|signals| signals.rule).map_or(Category::Other, |rule| rule.category);
        (kept.get(index) != Some(&true)).then(category)
    };
    let folded: Vec<&str> = page_signals.blocks.iter().map(|signals| signals.folded.as_str()).collect();
    let words = folded.iter().zip(kept).filter(|(_, kept)| **kept).flat_map(|(folded, _)| tokens(folded)).collect();
    dump_headline::candidates(DumpLines {
        page,
        removed: &removed,
        folded: &folded,
        words: &words,
        has_date: &|_, index| signals(index).is_some_and(has_date),
        is_byline: &|_, index| signals(index).is_some_and(|signals| is_ruled(signals, Category::Byline)),
        variants: &|block, index| is_candidate(index).then(|| block.text.clone()).into_iter().collect(),
    })
}

/// Whether a rule that is likely right recognises the line as one of a category.
fn is_ruled(signals: &BlockSignals<'_>, category: Category) -> bool {
    signals.rule.is_some_and(|rule| rule.category == category && rule.strength >= Strength::Likely)
}

/// Longest line, in words, in which a year is a sign of a date.
const DATE_WORDS: usize = 14;

/// Whether the line has a date, in any language: a rule recognises it, or it is short and has a year.
fn has_date(signals: &BlockSignals<'_>) -> bool {
    is_ruled(signals, Category::Date) || signals.words <= DATE_WORDS && has_year(&signals.folded)
}

/// Whether a word is a year from 1900 on: dates are more common in bylines than in headlines.
fn has_year(folded: &str) -> bool {
    tokens(folded).any(|word| {
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
    // Most differ in their last byte.
    let may_end_with_it = line.as_bytes().last() == headline.as_bytes().last() && headline.contains(' ');
    let before = may_end_with_it.then(|| line.strip_suffix(headline)).flatten();
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
