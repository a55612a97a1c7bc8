//! Finds the headline of a text dump, where no markup identifies it: a learned model scores every line up to the story's first paragraphs by
//! its position and by what it shares with the story, with the dump's first line and with the page's URL.
//!
//! Used twice: by the labeller, which only has preliminary decisions, and by the metadata, which knows the final ones and recognises dates and
//! bylines in any language. Both describe the dump's lines by [`DumpLines`].

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::LazyLock;

use super::content::Page;
use super::line_words::LineWords;
use crate::base::fast_hash::{FastHasherBuilder, FastMap, FastSet};
use crate::base::linear::Linear;
use crate::base::overlap::overlap_of;
use crate::base::text::{fold, is_unspaced, tokens};
use crate::document::{Block, Category, Tag};

/// Longest headline, in characters.
const MAX_CHARS: usize = 220;

/// The minimum length of a paragraph of a story, in characters.
const MIN_PARAGRAPH: usize = 100;

/// The maximum number of kept paragraphs before a headline: notices and boxes that were mistaken for the story's.
const MAX_PARAGRAPHS_BEFORE: usize = 6;

/// The maximum number of lines that are scored.
const MAX_LINES: usize = 1_500;

/// Lines that were removed under these categories are never headlines.
const NEVER: &[Category] = &[Category::Consent, Category::Tracking, Category::Date, Category::Credit, Category::Donation];

/// What is known about the lines of a dump.
#[derive(Clone, Copy)]
pub struct DumpLines<'a> {
    /// The dump.
    pub page: &'a Page,
    /// The category of each removed block; `None` for kept ones.
    pub removed: &'a dyn Fn(usize) -> Option<Category>,
    /// The folded text of each block.
    pub folded: &'a [&'a str],
    /// The folded words of the kept blocks.
    pub words: &'a FastSet<&'a str>,
    /// Whether a short block contains a date.
    pub has_date: &'a dyn Fn(&Block, usize) -> bool,
    /// Whether a block is a byline.
    pub is_byline: &'a dyn Fn(&Block, usize) -> bool,
    /// The texts that a line may contribute as a headline: the whole line, then shorter variants; none for a line that is no candidate.
    pub variants: &'a dyn Fn(&Block, usize) -> Vec<String>,
}

/// A line that may be the headline, in one of its variants.
#[derive(Clone, Debug)]
pub struct HeadlineCandidate {
    /// Its block.
    pub block: usize,
    /// The text of the variant.
    pub text: String,
    /// Its features, in the order of [`FEATURES`].
    pub features: Vec<f32>,
    /// The log-odds of the model, up to a constant of the dump.
    pub score: f32,
}

/// The features of a line, in the order of [`HeadlineCandidate::features`].
pub const FEATURES: &[&str] = &[
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

/// Every line that may be the headline, in each of its variants, in order.
pub fn candidates(lines: DumpLines<'_>) -> Vec<HeadlineCandidate> {
    let features = DumpFeatures::of(lines);
    features.lines().flat_map(|index| features.variants(index)).collect()
}

/// Whether the text contains a time of day. Together with a date, that makes it a dateline and not a headline.
fn has_time(text: &str) -> bool {
    text.as_bytes()
        .windows(4)
        .any(|four| matches!(four, [hour, b':', tens, ones] if [hour, tens, ones].iter().all(|c| c.is_ascii_digit())))
}

/// Whether the text contains ` | `, ` / ` or ` > `.
fn has_spaced_separator(text: &str) -> bool {
    text.as_bytes().windows(3).any(|three| matches!(three, [b' ', b'|' | b'/' | b'>', b' ']))
}

/// The number of characters; those of scripts without spaces count three times.
fn weight(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(|c| if is_unspaced(c) { 3 } else { 1 }).sum() }
}

/// Computes the features of lines: holds the dump's facts that they are compared with.
struct DumpFeatures<'a> {
    given: DumpLines<'a>,
    /// The kept paragraphs: long blocks that were not removed.
    paragraphs: Vec<usize>,
    /// How often each folded line occurs in the dump.
    lines: FastMap<&'a str, usize>,
    /// The lines of several words, by their last word.
    by_last_word: FastMap<&'a str, Vec<&'a str>>,
    /// The folded first line of the dump: often the `<title>`, with the site's name after the headline.
    first: &'a str,
    first_words: FastSet<&'a str>,
    /// The share of the first line's words that occur in the story.
    first_in_story: f32,
    /// The similarity of the first line and the line most similar to it.
    max_similarity: f32,
    /// The folded words of the URL's path.
    path: FastSet<String>,
    /// Blocks with a date.
    dated: FastSet<usize>,
    /// Whether each block is a byline, once that was asked.
    bylines: Vec<OnceCell<bool>>,
    /// The words of each line that may be the headline, once they are needed.
    line_words: Vec<OnceCell<LineWords<'a>>>,
}

impl<'a> DumpFeatures<'a> {
    fn of(given: DumpLines<'a>) -> Self {
        let blocks = &given.page.blocks;
        let mut lines: FastMap<&str, usize> = FastMap::with_capacity_and_hasher(blocks.len(), FastHasherBuilder::default());
        let mut by_last_word: FastMap<&str, Vec<&str>> = FastMap::default();
        for (_, folded) in blocks.iter().zip(given.folded).filter(|(block, _)| block.text.len() <= MAX_CHARS * 4) {
            let occurrences = lines.entry(folded).or_default();
            *occurrences += 1;
            if let Some((_, last)) = folded.rsplit_once(' ').filter(|_| *occurrences == 1) {
                by_last_word.entry(last).or_default().push(folded);
            }
        }
        let kept = |(index, block): &(usize, &Block)| (given.removed)(*index).is_none() && weight(&block.text) >= MIN_PARAGRAPH;
        let paragraphs: Vec<usize> = blocks.iter().enumerate().filter(kept).map(|(index, _)| index).collect();
        let end = paragraphs.get(MAX_PARAGRAPHS_BEFORE).or(paragraphs.last()).map_or(0, |last| last + 6).min(blocks.len());
        let has_date = |index: &usize| {
            blocks.get(*index).is_some_and(|block| block.text.len() <= MAX_CHARS && (given.has_date)(block, *index))
        };
        let path = given.page.head.url.as_ref().map_or_else(String::new, |url| fold(&url.path().replace(['-', '_', '+'], " ")));
        let first = given.folded.first().copied().unwrap_or_default();
        let mut features = Self {
            first_in_story: 0.0,
            max_similarity: 0.0,
            given,
            paragraphs,
            lines,
            by_last_word,
            first,
            first_words: tokens(first).filter(|token| !token.is_empty()).collect(),
            path: path.split([' ', '/']).filter(|word| word.chars().count() > 2).map(str::to_string).collect(),
            dated: (0..end).filter(has_date).collect(),
            bylines: vec![OnceCell::new(); blocks.len().min(MAX_LINES + 5)],
            line_words: Vec::new(),
        };
        features.line_words.resize_with(features.lines().end, OnceCell::new);
        features.first_in_story = features.in_story(&LineWords::of(first));
        let others =
            features.lines().skip(1).filter(|index| blocks.get(*index).is_some_and(|block| has_at_most_chars(&block.text)));
        let likeness = others.filter_map(|index| Some(features.like_first(features.line_words(index)?)));
        features.max_similarity = likeness.fold(0.0, f32::max);
        features
    }

    /// The lines that may be the headline: all up to the first few paragraphs.
    fn lines(&self) -> std::ops::Range<usize> {
        let last = self.paragraphs.get(MAX_PARAGRAPHS_BEFORE).or(self.paragraphs.last()).copied();
        0..last.map_or(self.given.page.blocks.len().min(40), |last| last + 1).min(MAX_LINES)
    }

    /// The variants of a line that may be the headline, with their features and scores.
    fn variants(&self, index: usize) -> Vec<HeadlineCandidate> {
        let Some(block) = self.given.page.blocks.get(index) else { return Vec::new() };
        let dateline = self.dated.contains(&index) && has_time(&block.text);
        let never = dateline || (self.given.removed)(index).is_some_and(|category| NEVER.contains(&category));
        if never || self.is_menu(index, &block.text) || !has_at_most_chars(&block.text) || self.is_byline_text(index, block) {
            return Vec::new();
        }
        let mut texts = (self.given.variants)(block, index);
        let Some(whole) = texts.first().cloned() else { return Vec::new() };
        let own = self.given.folded.get(index).filter(|_| whole == block.text).copied();
        let folded = own.map_or_else(|| Cow::Owned(fold(&whole)), Cow::Borrowed);
        // A line that the page repeats as a whole needs no shortening: it has no site name.
        if self.lines.get(&*folded).is_some_and(|occurrences| *occurrences > 1) {
            texts.truncate(1);
        }
        let with_features = |text: String| {
            let features = if text == whole {
                let other = own.is_none().then(|| LineWords::of(&folded));
                let words = other.as_ref().or_else(|| self.line_words(index))?;
                self.features(index, block, Variant { text: &text, folded: &folded, words, whole: &whole })?
            } else {
                let folded = fold(&text);
                let words = &LineWords::of(&folded);
                self.features(index, block, Variant { text: &text, folded: &folded, words, whole: &whole })?
            };
            Some(HeadlineCandidate { block: index, text, score: MODEL.score(&features), features })
        };
        texts.into_iter().filter_map(with_features).collect()
    }

    /// The words of a line that may be the headline.
    fn line_words(&self, index: usize) -> Option<&LineWords<'a>> {
        let folded = self.given.folded.get(index)?;
        Some(self.line_words.get(index)?.get_or_init(|| LineWords::of(folded)))
    }

    /// Whether a line is a menu or breadcrumbs: the first line if the labeller categorised it so, others if they have several separators.
    fn is_menu(&self, index: usize, text: &str) -> bool {
        let navigation = index == 0 && (self.given.removed)(0) == Some(Category::Navigation);
        navigation || text.chars().filter(|c| matches!(c, '|' | '>' | '›' | '»' | '·' | '•' | '｜' | '＞')).count() >= 4
    }

    /// The features of a variant of a line.
    fn features(&self, index: usize, block: &Block, variant: Variant<'_>) -> Option<Vec<f32>> {
        let Variant { text, folded, words, whole } = variant;
        let chars = weight(text);
        if words.count == 0 || chars < 6 || !text.chars().any(char::is_alphabetic) {
            return None;
        }
        let as_number = |flag: bool| if flag { 1.0 } else { 0.0 };
        let before = self.paragraphs.partition_point(|paragraph| *paragraph < index);
        let gap = self.paragraphs.get(before).map_or(60, |next| next - index);
        let category = (self.given.removed)(index);
        let occurrences = self.lines.get(folded).copied().unwrap_or(0);
        let repeats = occurrences.saturating_sub(usize::from(text == whole));
        let (like_first, in_story) = (self.like_first(words), self.in_story(words));
        let begins_first = words.count >= 2 && self.first.strip_prefix(folded).is_some_and(|rest| rest.starts_with(' '));
        let marks = (index + 1..index + 5).filter(|after| self.is_date_or_byline(*after)).count();
        let paragraph = category.is_none() && chars >= MIN_PARAGRAPH;
        let tail = whole.len() - text.len();
        Some(vec![
            in_story,
            as_number(index == 0 && text == whole),
            as_number(text != whole),
            as_number(begins_first),
            if index > 0 { like_first } else { 0.0 },
            as_number(repeats == 1),
            as_number(repeats > 1),
            as_number(gap == 0),
            as_number(gap == 1),
            as_number((2..=3).contains(&gap)),
            as_number((4..=8).contains(&gap)),
            as_number((9..=20).contains(&gap)),
            (gap as f32).ln_1p().min(6.0),
            before as f32,
            as_number(before == 0),
            as_number(marks > 0),
            as_number(marks > 1),
            as_number(chars < 15),
            as_number((15..25).contains(&chars)),
            as_number((25..40).contains(&chars)),
            as_number((40..110).contains(&chars)),
            as_number(chars > 150),
            as_number(text.ends_with(['.', '。', ',', ';', ':', '…'])),
            as_number(text.ends_with(['?', '!'])),
            as_number(category == Some(Category::Title)),
            as_number(matches!(category, Some(Category::Navigation | Category::Related | Category::Footer | Category::Share))),
            as_number(category.is_none()),
            as_number(paragraph),
            self.in_path(words),
            as_number(self.path.is_empty()),
            as_number(self.page_tag(block) == Tag::H1),
            as_number(text.contains([':', '：']) || text.contains(" – ")),
            as_number(text.starts_with(|c: char| c.is_ascii_digit()) && index > 0),
            (tail as f32 / 10.0).min(4.0),
            if index == 0 { self.max_similarity } else { 0.0 },
            as_number(index == 0 && self.max_similarity < 0.35),
            as_number(
                index == 0
                    && text == whole
                    && [" | ", " - ", " – ", " — ", " · "].iter().any(|separator| text.contains(separator)),
            ),
            as_number(index > 0 && (text.contains('»') || has_spaced_separator(text))),
            as_number(text.chars().any(char::is_lowercase) || !text.chars().any(char::is_uppercase)),
            as_number((index + 1..index + 3).any(|after| self.is_byline(after))),
            as_number(marks > 0 && gap <= 8),
            if index > 0 { like_first * self.first_in_story } else { 0.0 },
            if index == 0 { self.first_in_story } else { 0.0 },
            in_story * as_number(gap <= 3 || marks > 0),
            as_number(index > 0 && self.ends_other(folded)),
        ])
    }

    fn page_tag(&self, block: &Block) -> Tag {
        self.given.page.containers.get(block.container.index()).map_or(Tag::Text, |container| container.tag)
    }

    /// The weighted share of the line's words that occur in the story.
    fn in_story(&self, words: &LineWords<'_>) -> f32 {
        words.share(|word| self.given.words.contains(word))
    }

    /// The weighted share of the line's words that occur in the URL's path.
    fn in_path(&self, words: &LineWords<'_>) -> f32 {
        if self.path.len() < 2 { 0.0 } else { words.share(|word| self.path.contains(word)) }
    }

    /// The similarity of a line and the first one.
    fn like_first(&self, words: &LineWords<'_>) -> f32 {
        let shared = words.distinct.iter().filter(|(word, _)| self.first_words.contains(word)).count();
        overlap_of(shared, words.distinct.len(), self.first_words.len())
    }

    /// Whether a block is a date or a byline.
    fn is_date_or_byline(&self, index: usize) -> bool {
        self.dated.contains(&index) || self.is_byline(index)
    }

    /// Whether a longer line ends with this line: breadcrumbs end with the headline.
    fn ends_other(&self, folded: &str) -> bool {
        let with_last_word = folded.rsplit_once(' ').and_then(|(_, last)| self.by_last_word.get(last));
        let ends = |line: &&str| line.strip_suffix(folded).is_some_and(|before| before.ends_with(' '));
        with_last_word.is_some_and(|lines| lines.iter().any(ends))
    }

    fn is_byline(&self, index: usize) -> bool {
        let block = self.given.page.blocks.get(index);
        block.is_some_and(|block| block.text.len() <= MAX_CHARS && self.is_byline_text(index, block))
    }

    fn is_byline_text(&self, index: usize, block: &Block) -> bool {
        let is_byline = || (self.given.is_byline)(block, index);
        self.bylines.get(index).map_or_else(is_byline, |known| *known.get_or_init(is_byline))
    }
}

/// Whether a text is not too long for a headline.
fn has_at_most_chars(text: &str) -> bool {
    text.len() <= MAX_CHARS || text.len() <= 4 * MAX_CHARS && text.chars().count() <= MAX_CHARS
}

/// A line, or the part of it without a site's name, that may be the headline.
struct Variant<'v> {
    text: &'v str,
    folded: &'v str,
    words: &'v LineWords<'v>,
    /// The whole line.
    whole: &'v str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_a_weight() {
        assert!(Linear::read(include_str!("data/headline_dump.toml"), FEATURES).is_some());
    }
}
