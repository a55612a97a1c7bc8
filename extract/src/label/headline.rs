//! Headline, byline and source lines of text dumps, which no markup names: found by their place in front of the body.

use super::signals::{BlockSignals, PageSignals};
use crate::document::{Category, Tag};
use crate::page::Page;
use crate::rules::Strength;

/// Longest headline in characters.
const MAX_CHARS: usize = 200;

/// A first line up to this many characters may be the headline even where it reads like prose.
const MAX_PROSE_CHARS: usize = 110;

/// The lines in front of a text dump's body.
#[derive(Debug, Default)]
pub struct HeadLines {
    /// The block that is the headline.
    pub title: Option<usize>,
    /// The block that names the author.
    pub byline: Option<usize>,
    /// The block that names the source.
    pub source: Option<usize>,
    /// The block that names the section.
    pub section: Option<usize>,
}

/// Finds the head lines of a text dump whose body begins at block `body`.
pub fn find(page: &Page, evidence: &PageSignals<'_>, body: usize) -> HeadLines {
    let mut lines = HeadLines { title: title(page, evidence, body), ..HeadLines::default() };
    let from = lines.title.map_or(0, |at| at + 1);
    for index in from..body {
        let Some((block, facts)) = page.blocks.get(index).zip(evidence.facts.get(index)) else { continue };
        if facts.ruled(Strength::Likely) || !is_name(&block.text) {
            continue;
        }
        match lines.byline {
            None => lines.byline = Some(index),
            Some(_) if lines.source.is_none() => lines.source = Some(index),
            Some(_) => {}
        }
    }
    lines.section = lines.title.and_then(|title| section(page, evidence, title));
    lines
}

/// The likeliest headline among the lines in front of the body, the body's first included where it is short and the page's first.
fn title(page: &Page, evidence: &PageSignals<'_>, body: usize) -> Option<usize> {
    let first = evidence.facts.iter().position(|facts| !facts.ruled(Strength::Likely))?;
    let opens = first == body
        && page.blocks.get(body).is_some_and(|block| block.chars() <= MAX_PROSE_CHARS && page.blocks.len() > body + 2);
    let end = if opens { body + 1 } else { body };
    let candidates = (0..end).filter_map(|index| {
        let (block, facts) = page.blocks.get(index).zip(evidence.facts.get(index))?;
        let chars = block.chars();
        let refused = facts.rule.is_some_and(|rule| rule.category != Category::Title && rule.strength >= Strength::Likely)
            || chars > MAX_CHARS
            || facts.weighted_chars < 12.0;
        let path = page.blocks.iter().take(end).any(|other| is_breadcrumb(&block.text, &other.text));
        (!refused && !path).then(|| (index, likelihood(evidence, facts, index, body)))
    });
    let best = candidates.max_by(|(i, a), (j, b)| a.total_cmp(b).then(j.cmp(i)))?;
    (best.1 > 0.0).then_some(best.0)
}

fn likelihood(evidence: &PageSignals<'_>, facts: &BlockSignals<'_>, index: usize, body: usize) -> f32 {
    let said_again = evidence.facts.iter().take(body + 1).enumerate().any(|(other, line)| {
        other != index
            && (line.folded == facts.folded
                || (line.folded.starts_with(&facts.folded) && line.weighted_chars < 2.5 * facts.weighted_chars))
    });
    let mut score = 0.8 - 0.12 * body.saturating_sub(index).min(12) as f32;
    score += if said_again { 2.5 } else { 0.0 };
    score += if facts.tag == Tag::H1 { 4.0 } else { 0.0 };
    score += if (25.0..170.0).contains(&facts.weighted_chars) { 1.0 } else { 0.0 };
    score -= if has_year(&facts.folded) { 1.2 } else { 0.0 };
    score -= if facts.ends_sentence { 0.3 } else { 0.0 };
    score -= if facts.words <= 3 && facts.weighted_chars < 25.0 { 1.5 } else { 0.0 };
    score
}

/// A word that is a year of the web's age: dates stand in bylines more than in headlines.
fn has_year(folded: &str) -> bool {
    folded.split(' ').any(|word| {
        word.len() == 4 && (word.starts_with("19") || word.starts_with("20")) && word.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A person's or an organisation's name alone on its line: two to five words, capitalised where the script has capitals.
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = |word: &&str| word.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase() && c.is_alphabetic());
    (2..=5).contains(&words.len())
        && text.chars().count() <= 48
        && text.chars().all(|c| c.is_alphabetic() || " .'’-*,".contains(c))
        && words.iter().filter(|word| capital(word)).count() + 1 >= words.len()
        && words.first().is_some_and(capital)
}

/// A path whose separators were lost: a line that ends with the headline, glued to the words in front of it.
pub fn is_breadcrumb(line: &str, headline: &str) -> bool {
    let before = line.strip_suffix(headline).filter(|_| headline.contains(' '));
    before.is_some_and(|before| before.ends_with(char::is_alphanumeric))
}

/// One to three words on a line apart, in front of the headline and alone there but for machine lines, name the section.
fn section(page: &Page, evidence: &PageSignals<'_>, title: usize) -> Option<usize> {
    let is_free = |index: &usize| {
        let block_stands_apart = page.blocks.get(*index).is_some_and(|block| *index == 0 || block.gap > 0);
        block_stands_apart && evidence.facts.get(*index).is_some_and(|facts| !facts.ruled(Strength::Sure))
    };
    let mut free = (0..title).filter(is_free);
    let only = free.next().filter(|_| free.next().is_none())?;
    let facts = evidence.facts.get(only)?;
    let text = &page.blocks.get(only)?.text;
    (facts.words <= 3 && text.chars().count() <= 30 && text.chars().all(|c| c.is_alphabetic() || " &-".contains(c)))
        .then_some(only)
}
