//! The headline of a text dump, which no markup names: every line up to the story's first paragraphs is weighed by what it shares with the
//! story, with the dump's first line and with the page's address, and by where it stands.

use std::sync::LazyLock;

use super::byline;
use super::candidate::{Candidate, Source};
use super::date;
use super::page_context::PageContext;
use super::plain::plain;
use super::title;
use crate::base::fast_hash::{FastMap, FastSet};
use crate::base::linear::{self, Linear};
use crate::base::text::{fold, is_unspaced};
use crate::document::{Block, Category, Tag};

/// Longest headline, in characters.
const MAX_CHARS: usize = 220;

/// A paragraph of a story has at least so many characters.
const PARAGRAPH: usize = 100;

/// Most kept paragraphs in front of a headline: notices and boxes that were taken for the story's.
const STRAYS: usize = 6;

/// Most lines that are weighed.
const MAX_LINES: usize = 1_500;

/// Most lines that are named as candidates.
const SHOWN: usize = 4;

/// What a headline loses that is sure not to be it.
const DOUBT: f32 = 0.2;

/// Lines that the labeller put into these categories are no headlines.
const NEVER: &[Category] = &[Category::Consent, Category::Tracking, Category::Date, Category::Credit, Category::Donation];

/// What a line is weighed by, in the order of [`Sheet::features`].
pub(crate) const FEATURES: &[&str] = &[
    "told",
    "first line",
    "cut short",
    "begins the first line",
    "like the first line",
    "said twice",
    "said more often",
    "at a paragraph",
    "before a paragraph",
    "2 to 3 before a paragraph",
    "4 to 8 before a paragraph",
    "9 to 20 before a paragraph",
    "log of distance",
    "paragraphs in front",
    "no paragraph in front",
    "date or byline follows",
    "dates or bylines follow",
    "under 15 characters",
    "15 to 24 characters",
    "25 to 39 characters",
    "40 to 109 characters",
    "over 150 characters",
    "full stop",
    "question",
    "labelled title",
    "labelled furniture",
    "kept",
    "reads like a paragraph",
    "in the path",
    "no path",
    "markdown heading",
    "colon",
    "begins with a digit",
    "length cut off",
    "likest other line, first line",
    "no other line like the first",
    "parted first line",
    "parted line",
    "lower case",
    "byline right behind",
    "date near a paragraph",
    "like the first line, which is told",
    "first line told",
    "told near a paragraph or date",
    "ends another line",
];

static MODEL: LazyLock<Linear> =
    LazyLock::new(|| Linear::read(include_str!("data/headline_dump.toml"), FEATURES).unwrap_or_default());

/// The likeliest headlines of a dump, best first, each with its block.
pub(crate) fn headlines(context: &PageContext<'_>) -> Vec<(usize, Candidate<String>)> {
    let scored = options(context).into_iter().map(|(index, text, features)| (MODEL.score(&features), index, text));
    let mut scored: Vec<(f32, usize, String)> = scored.collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let scores: Vec<f32> = scored.iter().map(|(score, ..)| *score).collect();
    let shares = linear::shares(&scores);
    scored.truncate(SHOWN);
    // Lines that say the same share their probability.
    let folded: Vec<String> = scored.iter().map(|(_, _, text)| fold(text)).collect();
    let probability = |at: usize| -> f32 {
        let same = shares.iter().zip(&folded).filter(|(_, other)| folded.get(at) == Some(*other));
        same.map(|(share, _)| share).sum()
    };
    let candidate = |(at, (_, index, text)): (usize, &(f32, usize, String))| {
        let block = context.page().blocks.get(*index)?;
        let witness = super::text::witness(block, *index);
        Some((*index, Candidate::new(text.clone(), Source::Heading, witness).adjusted(DOUBT * (probability(at) - 1.0))))
    };
    scored.iter().enumerate().filter_map(candidate).collect()
}

/// Every line that may be the headline, in each of its readings, with its block and features.
pub(crate) fn options(context: &PageContext<'_>) -> Vec<(usize, String, Vec<f32>)> {
    let sheet = Sheet::of(context);
    let read = |index| sheet.readings(index).into_iter().map(move |(text, features)| (index, text, features));
    sheet.lines().flat_map(read).collect()
}

/// Whether a time of day stands in the text: with a date beside it, it says when, and is no headline.
fn has_clock(text: &str) -> bool {
    text.as_bytes()
        .windows(4)
        .any(|four| matches!(four, [hour, b':', tens, ones] if [hour, tens, ones].iter().all(|c| c.is_ascii_digit())))
}

/// Characters; those of scripts without spaces count for more.
fn weight(text: &str) -> usize {
    text.chars().map(|c| if is_unspaced(c) { 3 } else { 1 }).sum()
}

/// What the lines are weighed against.
struct Sheet<'a> {
    context: &'a PageContext<'a>,
    /// The kept paragraphs: long blocks that were not removed.
    paragraphs: Vec<usize>,
    /// The words of the story, folded.
    words: FastSet<String>,
    /// How often each folded line stands in the dump.
    lines: FastMap<String, usize>,
    /// The labeller's category of each removed block.
    categories: FastMap<usize, Category>,
    /// The words of the dump's first line, folded: often the `<title>`, with the site's name behind the headline.
    first: String,
    /// The share of the first line's words that the story says too.
    told_first: f32,
    /// How like the first line the likest other line is.
    nearest: f32,
    /// The words of the address's path, folded.
    path: FastSet<String>,
    /// Blocks with a date.
    dated: FastSet<usize>,
}

impl<'a> Sheet<'a> {
    fn of(context: &'a PageContext<'a>) -> Self {
        let blocks = &context.page().blocks;
        let words = fold(context.input.text).split(' ').map(str::to_string).collect();
        let mut lines = FastMap::default();
        for block in blocks.iter().filter(|block| block.text.len() <= MAX_CHARS * 4) {
            *lines.entry(fold(&block.text)).or_insert(0) += 1;
        }
        let categories: FastMap<usize, Category> =
            context.input.removals.iter().map(|removal| (removal.block, removal.category)).collect();
        let kept = |(index, block): &(usize, &Block)| !categories.contains_key(index) && weight(&block.text) >= PARAGRAPH;
        let paragraphs: Vec<usize> = blocks.iter().enumerate().filter(kept).map(|(index, _)| index).collect();
        let end = paragraphs.get(STRAYS).or(paragraphs.last()).map_or(0, |last| last + 6).min(blocks.len());
        let has_date = |index: &usize| {
            let text = blocks.get(*index).map_or("", |block| block.text.as_str());
            text.len() <= MAX_CHARS && !date::visible(text, &context.locale).is_empty()
        };
        let path =
            context.page().head.url.as_ref().map_or_else(String::new, |url| fold(&url.path().replace(['-', '_', '+'], " ")));
        let mut sheet = Self {
            told_first: 0.0,
            nearest: 0.0,
            context,
            paragraphs,
            words,
            lines,
            categories,
            first: blocks.first().map_or_else(String::new, |block| fold(&block.text)),
            path: path.split([' ', '/']).filter(|word| word.chars().count() > 2).map(str::to_string).collect(),
            dated: (0..end).filter(has_date).collect(),
        };
        let tokens: Vec<&str> = sheet.first.split(' ').filter(|token| !token.is_empty()).collect();
        sheet.told_first = sheet.told(&tokens);
        let others = sheet.lines().skip(1).filter_map(|index| blocks.get(index)).filter(|block| block.chars() <= MAX_CHARS);
        sheet.nearest = others.map(|block| fold_overlap(&fold(&block.text), &sheet.first)).fold(0.0, f32::max);
        sheet
    }

    /// The lines that may be the headline: all up to a few paragraphs.
    fn lines(&self) -> std::ops::Range<usize> {
        let last = self.paragraphs.get(STRAYS).or(self.paragraphs.last()).copied();
        0..last.map_or(self.context.page().blocks.len().min(40), |last| last + 1).min(MAX_LINES)
    }

    /// The ways to read a line as a headline, each with its features: as a whole, and without what stands behind its separators.
    fn readings(&self, index: usize) -> Vec<(String, Vec<f32>)> {
        let Some(block) = self.context.page().blocks.get(index) else { return Vec::new() };
        let dateline = self.dated.contains(&index) && has_clock(&block.text);
        let never = dateline || self.categories.get(&index).is_some_and(|category| NEVER.contains(category));
        if never || self.is_menu(index, &block.text) || block.chars() > MAX_CHARS || byline::is_byline(&block.text) {
            return Vec::new();
        }
        let whole = plain(&block.text);
        let mut texts = vec![whole.clone()];
        if index == 0 {
            texts.extend(title::prefixes(&whole).into_iter().map(str::to_string));
        }
        let read = |text: String| {
            let features = self.features(index, block, &text, &whole)?;
            Some((text, features))
        };
        texts.into_iter().filter_map(read).collect()
    }

    /// Whether a line is a menu or a trail: the labeller says so of the first line, or several marks part it.
    fn is_menu(&self, index: usize, text: &str) -> bool {
        let navigation = index == 0 && self.categories.get(&0) == Some(&Category::Navigation);
        navigation || text.chars().filter(|c| matches!(c, '|' | '>' | '›' | '»' | '·' | '•' | '｜' | '＞')).count() >= 4
    }

    fn features(&self, index: usize, block: &Block, text: &str, whole: &str) -> Option<Vec<f32>> {
        let folded = fold(text);
        let tokens: Vec<&str> = folded.split(' ').filter(|token| !token.is_empty()).collect();
        let chars = weight(text);
        if tokens.is_empty() || chars < 6 || !text.chars().any(char::is_alphabetic) {
            return None;
        }
        let is = |holds: bool| if holds { 1.0 } else { 0.0 };
        let before = self.paragraphs.partition_point(|paragraph| *paragraph < index);
        let gap = self.paragraphs.get(before).map_or(60, |next| next - index);
        let category = self.categories.get(&index);
        let said = self.lines.get(&folded).copied().unwrap_or(0);
        let repeats = said.saturating_sub(usize::from(text == whole));
        let first = fold_overlap(&folded, &self.first);
        let opens = self.first.len() > folded.len() && self.first.starts_with(&format!("{folded} ")) && tokens.len() >= 2;
        let marks = (index + 1..index + 5).filter(|after| self.is_mark(*after)).count();
        let paragraph = category.is_none() && chars >= PARAGRAPH;
        let tail = whole.len() - text.len();
        Some(vec![
            self.told(&tokens),
            is(index == 0 && text == whole),
            is(text != whole),
            is(opens),
            if index > 0 { first } else { 0.0 },
            is(repeats == 1),
            is(repeats > 1),
            is(gap == 0),
            is(gap == 1),
            is((2..=3).contains(&gap)),
            is((4..=8).contains(&gap)),
            is((9..=20).contains(&gap)),
            (gap as f32).ln_1p().min(6.0),
            before as f32,
            is(before == 0),
            is(marks > 0),
            is(marks > 1),
            is(chars < 15),
            is((15..25).contains(&chars)),
            is((25..40).contains(&chars)),
            is((40..110).contains(&chars)),
            is(chars > 150),
            is(text.ends_with(['.', '。', ',', ';', ':', '…'])),
            is(text.ends_with(['?', '!'])),
            is(category == Some(&Category::Title)),
            is(matches!(category, Some(Category::Navigation | Category::Related | Category::Footer | Category::Share))),
            is(category.is_none()),
            is(paragraph),
            self.in_path(&tokens),
            is(self.path.is_empty()),
            is(self.page_tag(block) == Tag::H1),
            is(text.contains([':', '：']) || text.contains(" – ")),
            is(text.starts_with(|c: char| c.is_ascii_digit()) && index > 0),
            (tail as f32 / 10.0).min(4.0),
            if index == 0 { self.nearest } else { 0.0 },
            if index == 0 && self.nearest < 0.35 { 1.0 } else { 0.0 },
            is(index == 0 && text == whole && [" | ", " - ", " – ", " — ", " · "].iter().any(|mark| text.contains(mark))),
            is(index > 0 && (text.contains(" | ") || text.contains('»') || text.contains(" / ") || text.contains(" > "))),
            is(text.chars().any(char::is_lowercase) || !text.chars().any(char::is_uppercase)),
            is((index + 1..index + 3).any(|after| self.is_byline(after))),
            is(marks > 0 && gap <= 8),
            if index > 0 { first * self.told_first } else { 0.0 },
            if index == 0 { self.told_first } else { 0.0 },
            self.told(&tokens) * is(gap <= 3 || marks > 0),
            is(index > 0 && self.ends_other(&folded)),
        ])
    }

    fn page_tag(&self, block: &Block) -> Tag {
        self.context.page().containers.get(block.container.index()).map_or(Tag::Text, |container| container.tag)
    }

    /// The share of the line's words, long ones counting more, that the story says too.
    fn told(&self, tokens: &[&str]) -> f32 {
        share(tokens, |token| self.words.contains(token))
    }

    /// The share of the line's words that the address says too.
    fn in_path(&self, tokens: &[&str]) -> f32 {
        if self.path.len() < 2 { 0.0 } else { share(tokens, |token| self.path.contains(token)) }
    }

    /// Whether a block is a date or a byline.
    fn is_mark(&self, index: usize) -> bool {
        let text = self.context.page().blocks.get(index).map_or("", |block| block.text.as_str());
        self.dated.contains(&index) || (text.len() <= MAX_CHARS && byline::is_byline(text))
    }

    /// Whether a longer line near by ends with this line: breadcrumbs end with the headline.
    fn ends_other(&self, folded: &str) -> bool {
        folded.contains(' ') && self.lines.keys().any(|line| line.len() > folded.len() && line.ends_with(&format!(" {folded}")))
    }

    fn is_byline(&self, index: usize) -> bool {
        let text = self.context.page().blocks.get(index).map_or("", |block| block.text.as_str());
        text.len() <= MAX_CHARS && byline::is_byline(text)
    }
}

/// The share of words for which something holds; long words count for more, each once.
fn share(tokens: &[&str], holds: impl Fn(&str) -> bool) -> f32 {
    let (mut all, mut held) = (0.0, 0.0);
    let mut seen = FastSet::default();
    for token in tokens.iter().filter(|token| seen.insert(**token)) {
        let unspaced = token.chars().next().is_some_and(is_unspaced);
        let weight = if unspaced { 1.0 } else { (token.chars().count() as f32 - 2.0).clamp(0.2, 6.0) };
        all += weight;
        held += if holds(token) { weight } else { 0.0 };
    }
    if all > 0.0 { held / all } else { 0.0 }
}

fn fold_overlap(one: &str, other: &str) -> f32 {
    super::page_context::overlap(one, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_its_weight() {
        assert!(Linear::read(include_str!("data/headline_dump.toml"), FEATURES).is_some());
    }
}
