//! The headline of a text dump, which no markup names: the line in front of the story whose words the story repeats.

use std::collections::{HashMap, HashSet};

use super::byline;
use super::candidate::{Candidate, Source};
use super::date;
use super::ground::Ground;
use super::plain::plain;
use super::title;
use crate::base::text::{fold, is_unspaced};
use crate::document::{Block, Category};

/// Longest headline, in characters.
const MAX_CHARS: usize = 220;

/// A paragraph of a story has at least so many characters.
const PARAGRAPH: usize = 100;

/// Most kept paragraphs in front of a headline: notices and boxes that were taken for the story's.
const STRAYS: usize = 4;

/// The score from which a line is taken for a headline.
const ENOUGH: f32 = 1.6;

/// Lines that the labeller put into these categories are no headlines.
const NEVER: &[Category] = &[
    Category::Consent,
    Category::Newsletter,
    Category::Paywall,
    Category::Share,
    Category::Tracking,
    Category::Date,
    Category::Byline,
    Category::Credit,
    Category::Footer,
    Category::Comments,
    Category::Donation,
    Category::Advertising,
    Category::Widget,
];

/// The likeliest headlines of a dump, best first.
pub(crate) fn headlines(ground: &Ground<'_>) -> Vec<Candidate<String>> {
    let sheet = Sheet::of(ground);
    let mut scored: Vec<(usize, f32)> = sheet.lines().filter_map(|index| Some((index, sheet.score(index)?))).collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let best = scored.first().map_or(0.0, |(_, score)| *score);
    scored.retain(|(_, score)| *score >= ENOUGH && *score > best - 1.0);
    scored.truncate(3);
    let candidate = |(index, score): (usize, f32)| {
        let block = ground.page().blocks.get(index)?;
        let text = sheet.without_site(&plain(&block.text));
        Some(Candidate::new(text, Source::Heading, super::text::witness(block, index)).nudged(0.1 * (score - best)))
    };
    scored.into_iter().filter_map(candidate).collect()
}

/// The kept paragraphs: blocks long enough to be a story's.
fn paragraphs(ground: &Ground<'_>) -> Vec<usize> {
    let removed: HashSet<usize> = ground.evidence.removals.iter().map(|removal| removal.block).collect();
    let blocks = ground.page().blocks.iter().enumerate();
    let long = blocks.filter(|(index, block)| !removed.contains(index) && weight(block) >= PARAGRAPH);
    long.map(|(index, _)| index).collect()
}

/// Characters; those of scripts without spaces count for more.
fn weight(block: &Block) -> usize {
    block.text.chars().map(|c| if is_unspaced(c) { 3 } else { 1 }).sum()
}

/// What the lines are weighed against.
struct Sheet<'a> {
    ground: &'a Ground<'a>,
    /// The kept paragraphs.
    paragraphs: Vec<usize>,
    /// How often each folded word stands in the story.
    words: HashMap<String, usize>,
    /// How often each folded line stands in the dump.
    lines: HashMap<String, usize>,
    /// The labeller's category of each removed block.
    categories: HashMap<usize, Category>,
    /// The dump's first line, folded: often the `<title>`, with the site's name behind the headline.
    first: String,
    /// Blocks with a date.
    dated: HashSet<usize>,
}

impl<'a> Sheet<'a> {
    fn of(ground: &'a Ground<'a>) -> Self {
        let blocks = &ground.page().blocks;
        let mut words = HashMap::new();
        for word in fold(ground.evidence.text).split(' ') {
            *words.entry(word.to_string()).or_insert(0) += 1;
        }
        let mut lines = HashMap::new();
        for block in blocks.iter().filter(|block| block.text.len() <= MAX_CHARS * 4) {
            *lines.entry(fold(&block.text)).or_insert(0) += 1;
        }
        let paragraphs = paragraphs(ground);
        let near = 0..paragraphs.get(STRAYS).or(paragraphs.last()).map_or(0, |last| last + 3).min(blocks.len());
        let has_date = |index: &usize| {
            let text = blocks.get(*index).map_or("", |block| block.text.as_str());
            text.len() <= MAX_CHARS && !date::visible(text, &ground.locale).is_empty()
        };
        let dated = near.filter(has_date).collect();
        let categories = ground.evidence.removals.iter().map(|removal| (removal.block, removal.category)).collect();
        let first = blocks.first().map_or_else(String::new, |block| fold(&block.text));
        Self { ground, paragraphs, words, lines, categories, first, dated }
    }

    /// The lines that may be the headline: all up to a few paragraphs.
    fn lines(&self) -> std::ops::RangeInclusive<usize> {
        match self.paragraphs.get(STRAYS).or(self.paragraphs.last()) {
            Some(last) => 0..=*last,
            None => std::ops::RangeInclusive::new(1, 0),
        }
    }

    fn score(&self, index: usize) -> Option<f32> {
        let block = self.ground.page().blocks.get(index)?;
        let folded = fold(&block.text);
        let tokens: Vec<&str> = folded.split(' ').filter(|token| !token.is_empty()).collect();
        let unspaced = block.text.chars().any(is_unspaced);
        let chars = block.chars();
        let enough = if unspaced { tokens.len() >= 6 } else { tokens.len() >= 2 };
        if chars > MAX_CHARS || !enough || self.is_never(index) || byline::is_byline(&block.text) {
            return None;
        }
        // A paragraph that is short enough is still a paragraph.
        if self.paragraphs.binary_search(&index).is_ok() && block.text.ends_with(['.', '。', '।', '؟', '!', '?', '”', '"', '»'])
        {
            return None;
        }
        let mut score = 2.0 * self.told(&tokens);
        score += if self.opens_first(&folded, &tokens) { 2.0 } else { 0.0 };
        score += if index == 0 && !self.is_repeated(&folded) { -0.4 } else { 0.0 };
        score += if tokens.len() >= 5 && self.is_repeated(&folded) { 0.3 } else { 0.0 };
        score += self.nearness(index);
        score += if (index + 1..index + 6).any(|after| self.is_mark(after)) { 0.4 } else { 0.0 };
        score += match chars {
            _ if unspaced => 0.3,
            0..=19 => -0.3,
            30..=130 => 0.4,
            _ => 0.1,
        };
        score += if block.text.ends_with(['.', '。', ',', ';', ':']) { -0.4 } else { 0.0 };
        score += if self.categories.get(&index) == Some(&Category::Title) { 0.3 } else { 0.0 };
        Some(score)
    }

    fn is_never(&self, index: usize) -> bool {
        self.categories.get(&index).is_some_and(|category| NEVER.contains(category))
            || index == 0 && self.categories.get(&0) == Some(&Category::Navigation)
    }

    /// The share of the line's words, long ones counting more, that the story says too.
    fn told(&self, tokens: &[&str]) -> f32 {
        let (mut all, mut told) = (0.0, 0.0);
        let mut seen = HashSet::new();
        for token in tokens.iter().filter(|token| seen.insert(**token)) {
            let weight = if token.chars().next().is_some_and(is_unspaced) {
                1.0
            } else {
                (token.chars().count() as f32 - 2.0).clamp(0.2, 6.0)
            };
            all += weight;
            told += if self.words.contains_key(*token) { weight } else { 0.0 };
        }
        if all > 0.0 { told / all } else { 0.0 }
    }

    /// Whether the dump's first line begins with this line: it is the headline of the `<title>`.
    fn opens_first(&self, folded: &str, tokens: &[&str]) -> bool {
        tokens.len() >= 3 && self.first.len() > folded.len() && self.first.starts_with(&format!("{folded} "))
            || self.first == folded && self.is_repeated(folded)
    }

    fn is_repeated(&self, folded: &str) -> bool {
        self.lines.get(folded).is_some_and(|count| *count > 1)
    }

    /// Lines close in front of a paragraph count for more, lines behind paragraphs for less: they are the story's own headings.
    fn nearness(&self, index: usize) -> f32 {
        let before = self.paragraphs.partition_point(|paragraph| *paragraph < index);
        let near = match self.paragraphs.get(before).map(|next| next - index) {
            Some(0) => 0.2,
            Some(gap @ 1..=12) => 1.0 - 0.05 * gap as f32,
            Some(gap) if gap <= 30 => 0.2,
            _ => 0.0,
        };
        near - 0.35 * before as f32
    }

    /// Whether a block is a date or a byline.
    fn is_mark(&self, index: usize) -> bool {
        let text = self.ground.page().blocks.get(index).map_or("", |block| block.text.as_str());
        self.dated.contains(&index) || (text.len() <= MAX_CHARS && byline::is_byline(text))
    }

    /// The line without what stands behind the part that another line repeats.
    fn without_site(&self, text: &str) -> String {
        let repeated = title::prefixes(text).into_iter().find(|prefix| self.lines.contains_key(&fold(prefix)));
        repeated.map_or_else(|| text.to_string(), str::to_string)
    }
}
