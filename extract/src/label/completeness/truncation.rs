//! Detects truncated stories: by a wall after the last paragraph, by how that paragraph ends, and by the declared length.

use super::input::{VerdictInput, quote};
use super::phrases::WORDS;
use crate::base::fast_hash::FastSet;
use crate::base::text::{count_words, fold, is_unspaced};
use crate::document::{Category, Role};
use crate::label::block_signals::BlockSignals;
use crate::label::sentences::ends_sentence;
use crate::rules::Strength;

/// The signs for and against a truncated story.
#[derive(Clone, Debug, Default)]
pub struct TruncationSigns {
    /// A wall: a block by whose text the story stops here.
    pub wall: Option<Notice>,
    /// The number of such blocks.
    pub walls: usize,
    /// Another block after the story that a paywall rule matches, by its text or its markup.
    pub offer: Option<Notice>,
    /// How the last paragraph ends.
    pub ending: Ending,
    /// A block that asks to read on: the last paragraph, or one right after it.
    pub reads_on: Option<usize>,
    /// The declared number of words, if that is more than are found anywhere on the page.
    pub missing: Option<usize>,
    /// The page declares its length, and about as many words were kept.
    pub all_found: bool,
    /// Words of the feed's text, if it is the same story and longer than what was kept.
    pub feed_words: Option<usize>,
}

/// A block after the story's last paragraph.
#[derive(Clone, Copy, Debug)]
pub struct Notice {
    /// Its index on the page.
    pub at: usize,
    /// Words between the last paragraph and it.
    pub words: usize,
    /// Blocks between the last paragraph and it.
    pub blocks: usize,
    /// Share of the kept words that come after it.
    pub remaining: f32,
    /// A paragraph comes right before it.
    pub follows: bool,
}

impl Notice {
    /// The weight of a wall at this position.
    fn weight(&self) -> f32 {
        match () {
            () if self.remaining <= 0.2 && self.words <= 60 && self.blocks <= 8 => 3.0,
            () if self.follows => 2.9,
            () if self.remaining <= 0.2 => 2.0,
            () => 1.5,
        }
    }
}

/// How the last paragraph ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// Like a sentence, or it is no prose.
    #[default]
    Complete,
    /// Without the end of a sentence.
    Open,
    /// In an ellipsis.
    Ellipsis,
    /// In an ellipsis in brackets, like automatic excerpts.
    Excerpt,
}

/// The total weight from which the story counts as truncated.
const THRESHOLD: f32 = 2.9;

/// Longest preview, in words.
const LONG_WORDS: usize = 1500;

/// Longest automatic excerpt, in words.
const EXCERPT_WORDS: usize = 500;

/// Ellipses that programs put at the end of an excerpt.
const BRACKETED: &[&str] = &["[…]", "[...]", "[ … ]", "[ ... ]", "(…)", "[..]"];

/// How far after the story, in words and blocks, a wall may be.
const REACH_WORDS: usize = 150;
const REACH_BLOCKS: usize = 25;

impl TruncationSigns {
    pub fn of(input: &VerdictInput<'_>) -> Self {
        let mut signs = Self::default();
        signs.find_walls(input);
        signs.ending = ending(input, signs.wall);
        signs.reads_on = reads_on(input);
        signs.compare_length(input);
        signs.feed_words = feed_words(input);
        signs
    }

    /// Finds walls and offers after the story, or near its end if something after it was kept by mistake.
    fn find_walls(&mut self, input: &VerdictInput<'_>) {
        let (mut kept_words, mut gap_words, mut gap_blocks) = (0, 0, 0);
        let mut next = input.kept.iter().peekable();
        for (at, signals) in input.page_signals.blocks.iter().enumerate() {
            let is_kept = next.next_if(|kept| kept.at == at).is_some();
            let remaining = 1.0 - kept_words as f32 / input.words.max(1) as f32;
            let notice = Notice { at, words: gap_words, blocks: gap_blocks, remaining, follows: follows_prose(input, at) };
            let is_near = notice.words <= REACH_WORDS && notice.blocks <= REACH_BLOCKS && kept_words > 0;
            let container = input.page.blocks.get(at).map(|block| input.page_signals.container(block)).unwrap_or_default();
            let is_offer = signals.rule.is_some_and(|rule| rule.category == Category::Paywall && rule.strength == Strength::Sure)
                || (container.rule.is_some_and(|rule| rule.category == Category::Paywall) && !is_kept);
            let is_shown = !signals.hidden && !container.inside.nav && !container.inside.footer;
            if signals.stop.is_some() && is_shown && (is_near || notice.follows || kept_words > 0) {
                self.walls += 1;
                self.wall = self.wall.filter(|wall| wall.weight() >= notice.weight()).or(Some(notice));
            } else if is_near && is_offer && remaining <= 0.2 {
                self.offer = self.offer.or(Some(notice));
            }
            if is_kept && signals.stop.is_none() {
                kept_words += signals.words;
                (gap_words, gap_blocks) = (0, 0);
            } else {
                gap_words += signals.words;
                gap_blocks += 1;
            }
        }
    }

    /// Compares the declared length with the text on the page.
    fn compare_length(&mut self, input: &VerdictInput<'_>) {
        // There are many ways to count the words of scripts without spaces.
        let unspaced = || {
            let mut texts = input.kept.iter().filter_map(|kept| input.page.blocks.get(kept.at)).map(|block| &block.text);
            texts.any(|text| !text.is_ascii() && text.chars().any(is_unspaced))
        };
        let counted = input.claims.word_count.filter(|_| !unspaced());
        let Some(claimed) = counted.max(input.claims.body_words) else { return };
        let prose: usize =
            input.page_signals.blocks.iter().filter(|signals| signals.is_paragraph()).map(|signals| signals.words).sum();
        self.all_found = input.words * 100 >= claimed * 85 && claimed >= 60;
        let is_missing = claimed * 2 > input.words * 3 + 120 && claimed * 10 > prose.max(input.words) * 12;
        self.missing = is_missing.then_some(claimed);
    }

    /// The total weight of the signs.
    fn total(&self, input: &VerdictInput<'_>) -> f32 {
        let paid = input.claims.free == Some(false);
        // A full text may be followed by an offer too, but no preview is that long.
        let is_short = input.words <= LONG_WORDS || paid;
        let several = if self.walls > 1 { 0.6 } else { 0.0 };
        let wall = self.wall.map_or(0.0, |wall| wall.weight() + several - if is_short { 0.0 } else { 0.5 });
        let offer = if self.offer.is_some() && is_short { 1.0 } else { 0.0 };
        let ending = match self.ending {
            Ending::Complete => 0.0,
            Ending::Open if is_short => 1.5,
            Ending::Open => 0.3,
            Ending::Excerpt if input.words <= EXCERPT_WORDS => THRESHOLD,
            Ending::Ellipsis | Ending::Excerpt => 2.0,
        };
        let reads_on = match self.reads_on {
            Some(_) if input.words <= EXCERPT_WORDS => 1.0,
            Some(_) => 0.5,
            None => 0.0,
        };
        let free = match input.claims.free {
            Some(false) => 1.5,
            Some(true) => -1.0,
            None => 0.0,
        };
        let length = match () {
            () if self.missing.is_some() => 2.0,
            () if self.all_found => -3.0,
            () => 0.0,
        };
        // The publisher's own feed has more of the story.
        let feed = if self.feed_words.is_some() { THRESHOLD + 3.0 } else { 0.0 };
        wall + offer + ending + reads_on + free + length + feed
    }

    /// The evidence for a truncated story; `None` if there is too little.
    pub fn reasons(&self, input: &VerdictInput<'_>) -> Option<Vec<String>> {
        let text = |at: usize| input.page.blocks.get(at).map_or(String::new(), |block| quote(&block.text));
        if self.total(input) < THRESHOLD {
            return None;
        }
        let mut reasons = Vec::new();
        reasons.extend(self.wall.map(|wall| format!("a wall stands behind the last paragraph: {}", text(wall.at))));
        reasons.extend(self.missing.map(|claimed| format!("the page speaks of {claimed} words and {} were found", input.words)));
        reasons.extend(
            self.feed_words.map(|words| format!("the feed has {words} words of the story and {} were found", input.words)),
        );
        reasons.extend(match self.ending {
            Ending::Complete => None,
            Ending::Open => Some("the last paragraph ends without the end of a sentence".to_owned()),
            Ending::Ellipsis | Ending::Excerpt => Some("the last paragraph ends in an ellipsis".to_owned()),
        });
        reasons.extend(self.reads_on.map(|at| format!("it is told to read on: {}", text(at))));
        reasons.extend(self.offer.map(|offer| format!("words of a paywall stand behind the last paragraph: {}", text(offer.at))));
        reasons.extend((input.claims.free == Some(false)).then(|| "the page says that it is paid for".to_owned()));
        Some(reasons)
    }
}

/// How much longer than the kept text the feed's text must be, as a fraction and in words. A smaller difference is a box or a byline.
const FEED_LONGER: (usize, usize) = (13, 10);
const FEED_LONGER_WORDS: usize = 80;

/// The fraction of the kept words that the feed's text must contain to be the same story.
const FEED_SHARED: (usize, usize) = (6, 10);

/// The number of words of the feed's text, if it has clearly more of the same story.
fn feed_words(input: &VerdictInput<'_>) -> Option<usize> {
    let text = input.page.feed.as_ref()?.text.as_deref()?;
    let folded = fold(text);
    let in_feed: FastSet<&str> = folded.split(' ').collect();
    let count = count_words(text);
    let is_longer = count * FEED_LONGER.1 >= input.words * FEED_LONGER.0 && count >= input.words + FEED_LONGER_WORDS;
    let own: FastSet<&str> = input.kept_signals().flat_map(|signals| signals.folded.split(' ')).collect();
    let shared = own.iter().filter(|word| in_feed.contains(**word)).count();
    (is_longer && shared * FEED_SHARED.1 >= own.len() * FEED_SHARED.0).then_some(count)
}

/// The number of blocks before a wall that are searched for a paragraph.
const BEFORE_WALL: usize = 3;

/// The paragraph right before a wall, kept or not.
fn prose_before(input: &VerdictInput<'_>, wall: usize) -> Option<usize> {
    let is_prose = |signals: &BlockSignals<'_>| {
        signals.stop.is_none() && !signals.hidden && signals.weighted_chars >= 80.0 && signals.link_share < 0.35
    };
    (wall.saturating_sub(BEFORE_WALL)..wall).rev().find(|at| input.signals(*at).is_some_and(is_prose))
}

fn follows_prose(input: &VerdictInput<'_>, wall: usize) -> bool {
    input.signals(wall).is_some_and(|signals| signals.stop.is_some()) && prose_before(input, wall).is_some()
}

/// The last kept block that is no wall, if it is prose.
fn last_prose(input: &VerdictInput<'_>) -> Option<usize> {
    let last = input.kept.iter().rev().find(|kept| input.signals(kept.at).is_some_and(|signals| signals.stop.is_none()))?;
    let is_prose = input.signals(last.at).is_some_and(|signals| signals.weighted_chars >= 25.0);
    (is_prose && matches!(last.role, Role::Paragraph | Role::Standfirst | Role::Quote)).then_some(last.at)
}

/// How the story ends, by the paragraph before the wall, or else the last one.
fn ending(input: &VerdictInput<'_>, wall: Option<Notice>) -> Ending {
    let at = wall.and_then(|wall| prose_before(input, wall.at)).or_else(|| last_prose(input));
    let Some((signals, block)) = at.and_then(|at| input.signals(at).zip(input.page.blocks.get(at))) else {
        return Ending::Complete;
    };
    let trimmed = block.text.trim_end_matches(['"', '”', '»', ']', ')', '」', ' ']);
    match () {
        () if BRACKETED.iter().any(|dots| block.text.ends_with(dots)) => Ending::Excerpt,
        () if ["…", "...", ".."].iter().any(|dots| trimmed.ends_with(dots)) => Ending::Ellipsis,
        () if !signals.ends_sentence && signals.weighted_chars >= 60.0 && signals.link_share < 0.3 => Ending::Open,
        () => Ending::Complete,
    }
}

/// The block that asks to read on: the last paragraph by its end, or a line right after it that consists of such a phrase.
fn reads_on(input: &VerdictInput<'_>) -> Option<usize> {
    let last = input.kept.last()?.at;
    let is_open = input.page.blocks.get(last).is_some_and(|block| !ends_sentence(&block.text));
    let ends_in = |at: usize| input.signals(at).and_then(|signals| Some((signals, WORDS.read_on.find_at_end(&signals.folded)?)));
    if is_open && ends_in(last).is_some_and(|(_, phrase)| phrase.contains(' ')) {
        return Some(last);
    }
    (last + 1..last + 3).find(|at| ends_in(*at).is_some_and(|(signals, phrase)| signals.folded == phrase))
}
