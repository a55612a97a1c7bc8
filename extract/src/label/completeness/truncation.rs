//! Stories that break off: the wall behind the last paragraph, the torn end, and how much the page says there is.

use super::words::WORDS;
use super::{VerdictInput, quote};
use crate::base::fast_hash::FastSet;
use crate::base::text::{count_words, fold, is_unspaced};
use crate::document::{Category, Role};
use crate::label::sentences::ends_sentence;
use crate::label::signals::BlockSignals;
use crate::rules::Strength;

/// What speaks for and against a story that stops before its end.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// A wall that says that the story stops here, with the words between it and the last paragraph.
    pub wall: Option<Found>,
    /// How many blocks say so.
    pub walls: usize,
    /// Other words of a paywall there, or markup named so.
    pub offer: Option<Found>,
    /// How the last paragraph ends.
    pub end: End,
    /// A link to read on, in the last paragraph or right behind it.
    pub reads_on: Option<usize>,
    /// Words that the page says there are, where that is more than are found anywhere on it.
    pub missing: Option<usize>,
    /// The page says how long its story is, and so much was found.
    pub all_found: bool,
    /// Words of the feed's own text, where that is the same story and has more of it than was found.
    pub fed: Option<usize>,
}

/// A block behind the story.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Its index on the page.
    pub at: usize,
    /// Words between the story's last paragraph and it.
    pub words: usize,
    /// Blocks between them.
    pub blocks: usize,
    /// Share of the kept words that stand behind it.
    pub behind: f32,
    /// A paragraph stands right in front of it.
    pub follows: bool,
}

impl Found {
    /// How much a wall at this place weighs.
    fn rank(&self) -> f32 {
        match () {
            () if self.behind <= 0.2 && self.words <= 60 && self.blocks <= 8 => 3.0,
            () if self.follows => 2.9,
            () if self.behind <= 0.2 => 2.0,
            () => 1.5,
        }
    }
}

/// How the last paragraph ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// As a sentence does, or it is no prose.
    #[default]
    Whole,
    /// Without a sentence's end.
    Open,
    /// In an ellipsis.
    Ellipsis,
    /// In an ellipsis in brackets, as excerpts do that programs make.
    Excerpt,
}

/// The weight from which the signs say that the story breaks off.
const ENOUGH: f32 = 2.9;

/// Longer than any preview, in words.
const LONG_WORDS: usize = 1500;

/// Longer than the excerpts that programs make, in words.
const EXCERPT_WORDS: usize = 500;

/// Ellipses that programs put where they cut.
const BRACKETED: &[&str] = &["[…]", "[...]", "[ … ]", "[ ... ]", "(…)", "[..]"];

/// Words and blocks that furniture may stand behind the story.
const REACH_WORDS: usize = 150;
const REACH_BLOCKS: usize = 25;

impl Signs {
    pub fn of(input: &VerdictInput<'_>) -> Self {
        let mut signs = Self::default();
        signs.look_behind(input);
        signs.end = end(input, signs.wall);
        signs.reads_on = reads_on(input);
        signs.weigh_claims(input);
        signs.fed = fed(input);
        signs
    }

    /// Looks for walls and offers behind the story, or near its end where something behind it was kept by mistake.
    fn look_behind(&mut self, input: &VerdictInput<'_>) {
        let (mut kept_words, mut gap_words, mut gap_blocks) = (0, 0, 0);
        let mut next = input.kept.iter().peekable();
        for (at, facts) in input.evidence.facts.iter().enumerate() {
            let is_kept = next.next_if(|kept| kept.at == at).is_some();
            let behind = 1.0 - kept_words as f32 / input.words.max(1) as f32;
            let found = Found { at, words: gap_words, blocks: gap_blocks, behind, follows: follows_prose(input, at) };
            let near = found.words <= REACH_WORDS && found.blocks <= REACH_BLOCKS && kept_words > 0;
            let area = input.page.blocks.get(at).map(|block| input.evidence.area(block)).unwrap_or_default();
            let offers = facts.rule.is_some_and(|rule| rule.category == Category::Paywall && rule.strength == Strength::Sure)
                || (area.rule.is_some_and(|rule| rule.category == Category::Paywall) && !is_kept);
            let shown = !facts.hidden && !area.inside.nav && !area.inside.footer;
            if facts.stop.is_some() && shown && (near || found.follows || kept_words > 0) {
                self.walls += 1;
                self.wall = self.wall.filter(|wall| wall.rank() >= found.rank()).or(Some(found));
            } else if near && offers && behind <= 0.2 {
                self.offer = self.offer.or(Some(found));
            }
            if is_kept && facts.stop.is_none() {
                kept_words += facts.words;
                (gap_words, gap_blocks) = (0, 0);
            } else {
                gap_words += facts.words;
                gap_blocks += 1;
            }
        }
    }

    /// Compares what the page says of its length with what is on it.
    fn weigh_claims(&mut self, input: &VerdictInput<'_>) {
        // Words of unspaced scripts are counted in many ways.
        let unspaced =
            input.kept.iter().filter_map(|kept| input.page.blocks.get(kept.at)).any(|block| block.text.chars().any(is_unspaced));
        let counted = input.claims.word_count.filter(|_| !unspaced);
        let Some(claimed) = counted.max(input.claims.body_words) else { return };
        let prose: usize = input.evidence.facts.iter().filter(|facts| facts.is_paragraph()).map(|facts| facts.words).sum();
        self.all_found = input.words * 100 >= claimed * 85 && claimed >= 60;
        let is_missing = claimed * 2 > input.words * 3 + 120 && claimed * 10 > prose.max(input.words) * 12;
        self.missing = is_missing.then_some(claimed);
    }

    /// The sum of the signs.
    fn weight(&self, input: &VerdictInput<'_>) -> f32 {
        let paid = input.claims.free == Some(false);
        // A full text that an offer stands behind has a wall as well; no preview is that long.
        let trusted = input.words <= LONG_WORDS || paid;
        let several = if self.walls > 1 { 0.6 } else { 0.0 };
        let wall = self.wall.map_or(0.0, |wall| wall.rank() + several - if trusted { 0.0 } else { 0.5 });
        let offer = if self.offer.is_some() && trusted { 1.0 } else { 0.0 };
        let end = match self.end {
            End::Whole => 0.0,
            End::Open if trusted => 1.5,
            End::Open => 0.3,
            End::Excerpt if input.words <= EXCERPT_WORDS => ENOUGH,
            End::Ellipsis | End::Excerpt => 2.0,
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
        // The publisher's own hand wrote more of the story.
        let fed = if self.fed.is_some() { ENOUGH + 3.0 } else { 0.0 };
        wall + offer + end + reads_on + free + length + fed
    }

    /// What speaks for a story that breaks off; none where too little does.
    pub fn reasons(&self, input: &VerdictInput<'_>) -> Option<Vec<String>> {
        let text = |at: usize| input.page.blocks.get(at).map_or(String::new(), |block| quote(&block.text));
        if self.weight(input) < ENOUGH {
            return None;
        }
        let mut reasons = Vec::new();
        reasons.extend(self.wall.map(|wall| format!("a wall stands behind the last paragraph: {}", text(wall.at))));
        reasons.extend(self.missing.map(|claimed| format!("the page speaks of {claimed} words and {} were found", input.words)));
        reasons.extend(self.fed.map(|fed| format!("the feed has {fed} words of the story and {} were found", input.words)));
        reasons.extend(match self.end {
            End::Whole => None,
            End::Open => Some("the last paragraph ends without the end of a sentence".to_owned()),
            End::Ellipsis | End::Excerpt => Some("the last paragraph ends in an ellipsis".to_owned()),
        });
        reasons.extend(self.reads_on.map(|at| format!("it is told to read on: {}", text(at))));
        reasons.extend(self.offer.map(|offer| format!("words of a paywall stand behind the last paragraph: {}", text(offer.at))));
        reasons.extend((input.claims.free == Some(false)).then(|| "the page says that it is paid for".to_owned()));
        Some(reasons)
    }
}

/// Words that a feed's text has more than what was found: in this share, and at least so many. Less is a box or a byline.
const FED_SHARE: (usize, usize) = (13, 10);
const FED_WORDS: usize = 80;

/// The share of the words found that the feed's text says too, where both are the same story.
const FED_SAME: (usize, usize) = (6, 10);

/// The words of the feed's own text, where it has clearly more of the same story.
fn fed(input: &VerdictInput<'_>) -> Option<usize> {
    let text = input.page.feed.as_ref()?.text.as_deref()?;
    let folded = fold(text);
    let told: FastSet<&str> = folded.split(' ').collect();
    let count = count_words(text);
    let longer = count * FED_SHARE.1 >= input.words * FED_SHARE.0 && count >= input.words + FED_WORDS;
    let own: FastSet<&str> = input.kept_facts().flat_map(|facts| facts.folded.split(' ')).collect();
    let shared = own.iter().filter(|word| told.contains(**word)).count();
    (longer && shared * FED_SAME.1 >= own.len() * FED_SAME.0).then_some(count)
}

/// Blocks in which a paragraph in front of a wall is looked for.
const BEFORE_WALL: usize = 3;

/// The paragraph right in front of a wall, kept or not.
fn prose_before(input: &VerdictInput<'_>, wall: usize) -> Option<usize> {
    let is_prose = |facts: &BlockSignals<'_>| {
        facts.stop.is_none() && !facts.hidden && facts.weighted_chars >= 80.0 && facts.link_share < 0.35
    };
    (wall.saturating_sub(BEFORE_WALL)..wall).rev().find(|at| input.facts(*at).is_some_and(is_prose))
}

fn follows_prose(input: &VerdictInput<'_>, wall: usize) -> bool {
    input.facts(wall).is_some_and(|facts| facts.stop.is_some()) && prose_before(input, wall).is_some()
}

/// The last kept block, that of a wall aside, where it is prose.
fn last_prose(input: &VerdictInput<'_>) -> Option<usize> {
    let last = input.kept.iter().rev().find(|kept| input.facts(kept.at).is_some_and(|facts| facts.stop.is_none()))?;
    let is_prose = input.facts(last.at).is_some_and(|facts| facts.weighted_chars >= 25.0);
    (is_prose && matches!(last.role, Role::Paragraph | Role::Standfirst | Role::Quote)).then_some(last.at)
}

/// How the story ends: the paragraph in front of the wall, else the last one.
fn end(input: &VerdictInput<'_>, wall: Option<Found>) -> End {
    let at = wall.and_then(|wall| prose_before(input, wall.at)).or_else(|| last_prose(input));
    let Some((facts, block)) = at.and_then(|at| input.facts(at).zip(input.page.blocks.get(at))) else { return End::Whole };
    let trimmed = block.text.trim_end_matches(['"', '”', '»', ']', ')', '」', ' ']);
    match () {
        () if BRACKETED.iter().any(|dots| block.text.ends_with(dots)) => End::Excerpt,
        () if ["…", "...", ".."].iter().any(|dots| trimmed.ends_with(dots)) => End::Ellipsis,
        () if !facts.ends_sentence && facts.weighted_chars >= 60.0 && facts.link_share < 0.3 => End::Open,
        () => End::Whole,
    }
}

/// A block that says "read on": the end of the last paragraph, or a short line right behind it that says nothing else.
fn reads_on(input: &VerdictInput<'_>) -> Option<usize> {
    let last = input.kept.last()?.at;
    let own = input.page.blocks.get(last).is_some_and(|block| !ends_sentence(&block.text));
    let told = |at: usize| input.facts(at).and_then(|facts| Some((facts, WORDS.torn.find_at_end(&facts.folded)?)));
    if own && told(last).is_some_and(|(_, phrase)| phrase.contains(' ')) {
        return Some(last);
    }
    (last + 1..last + 3).find(|at| told(*at).is_some_and(|(facts, phrase)| facts.folded == phrase))
}
