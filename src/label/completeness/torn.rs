//! Stories that break off: the wall behind the last paragraph, the torn end, and how much the page says there is.

use super::words::WORDS;
use super::{Sight, quote};
use crate::base::text::is_unspaced;
use crate::document::{Category, Role};
use crate::rules::Strength;

/// What speaks for and against a story that stops before its end.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// A wall that says that the story stops here, with the words between it and the last paragraph.
    pub wall: Option<Found>,
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
}

/// Words and blocks that furniture may stand behind the story.
const REACH_WORDS: usize = 150;
const REACH_BLOCKS: usize = 25;

impl Signs {
    pub fn of(sight: &Sight<'_>) -> Self {
        let mut signs = Self { end: end(sight), ..Self::default() };
        signs.look_behind(sight);
        signs.reads_on = reads_on(sight);
        signs.weigh_claims(sight);
        signs
    }

    /// Looks for walls and offers behind the story, or near its end where something behind it was kept by mistake.
    fn look_behind(&mut self, sight: &Sight<'_>) {
        let Some(first) = sight.kept.first() else { return };
        let (mut kept_words, mut gap_words, mut gap_blocks) = (0, 0, 0);
        let mut next = sight.kept.iter().peekable();
        for (at, facts) in sight.evidence.facts.iter().enumerate().skip(first.at) {
            let is_kept = next.next_if(|kept| kept.at == at).is_some();
            let found = Found { at, words: gap_words, blocks: gap_blocks, behind: 1.0 - kept_words as f32 / sight.words.max(1) as f32 };
            let near = found.words <= REACH_WORDS && found.blocks <= REACH_BLOCKS && found.behind <= 0.2;
            let area = sight.page.blocks.get(at).and_then(|block| sight.evidence.area(block).rule);
            let offers = facts.rule.is_some_and(|rule| rule.category == Category::Paywall && rule.strength == Strength::Sure)
                || (area.is_some_and(|rule| rule.category == Category::Paywall) && !is_kept);
            if near && facts.stop.is_some() && self.wall.is_none_or(|wall| found.behind < wall.behind) {
                self.wall = Some(found);
            } else if near && offers && self.offer.is_none_or(|offer| found.behind < offer.behind) {
                self.offer = Some(found);
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
    fn weigh_claims(&mut self, sight: &Sight<'_>) {
        // Words of unspaced scripts are counted in many ways.
        let unspaced = sight.kept.iter().filter_map(|kept| sight.page.blocks.get(kept.at)).any(|block| block.text.chars().any(is_unspaced));
        let counted = sight.claims.word_count.filter(|_| !unspaced);
        let Some(claimed) = counted.max(sight.claims.body_words) else { return };
        let prose: usize = sight.evidence.facts.iter().filter(|facts| facts.is_paragraph()).map(|facts| facts.words).sum();
        self.all_found = sight.words * 100 >= claimed * 85 && claimed >= 60;
        let is_missing = claimed * 2 > sight.words * 3 + 120 && claimed * 10 > prose.max(sight.words) * 12;
        self.missing = is_missing.then_some(claimed);
    }

    /// The sum of the signs.
    fn weight(&self, sight: &Sight<'_>) -> f32 {
        let wall = self.wall.map_or(0.0, |wall| if wall.words <= 60 && wall.blocks <= 8 { 3.0 } else { 2.0 });
        let offer = self.offer.map_or(0.0, |_| 1.0);
        let end = match self.end {
            End::Whole => 0.0,
            End::Open => 1.5,
            End::Ellipsis => 2.0,
        };
        let reads_on = if self.reads_on.is_some() { 1.0 } else { 0.0 };
        let free = match sight.claims.free {
            Some(false) => 1.5,
            Some(true) => -1.0,
            None => 0.0,
        };
        let length = if self.missing.is_some() {
            2.0
        } else if self.all_found {
            -3.0
        } else {
            0.0
        };
        wall + offer + end + reads_on + free + length
    }

    /// What speaks for a story that breaks off; none where too little does.
    pub fn reasons(&self, sight: &Sight<'_>) -> Option<Vec<String>> {
        let text = |at: usize| sight.page.blocks.get(at).map_or(String::new(), |block| quote(&block.text));
        tracing::trace!(weight = self.weight(sight), words = sight.words, free = ?sight.claims.free, signs = ?self);
        if self.weight(sight) < 3.0 {
            return None;
        }
        let mut reasons = Vec::new();
        reasons.extend(self.wall.map(|wall| format!("a wall stands behind the last paragraph: {}", text(wall.at))));
        reasons.extend(self.missing.map(|claimed| format!("the page speaks of {claimed} words and {} were found", sight.words)));
        reasons.extend(match self.end {
            End::Whole => None,
            End::Open => Some("the last paragraph ends without the end of a sentence".to_owned()),
            End::Ellipsis => Some("the last paragraph ends in an ellipsis".to_owned()),
        });
        reasons.extend(self.reads_on.map(|at| format!("it is told to read on: {}", text(at))));
        reasons.extend(self.offer.map(|offer| format!("words of a paywall stand behind the last paragraph: {}", text(offer.at))));
        reasons.extend((sight.claims.free == Some(false)).then(|| "the page says that it is paid for".to_owned()));
        Some(reasons)
    }
}

/// The last block of prose, that of a wall aside.
fn last_prose(sight: &Sight<'_>) -> Option<usize> {
    let is_prose = |at: usize| sight.facts(at).is_some_and(|facts| facts.stop.is_none() && facts.mass >= 25.0);
    let roles = |role: Role| matches!(role, Role::Paragraph | Role::Standfirst | Role::Quote);
    let last = sight.kept.iter().rev().find(|kept| sight.facts(kept.at).is_some_and(|facts| facts.stop.is_none()))?;
    (is_prose(last.at) && roles(last.role)).then_some(last.at)
}

fn end(sight: &Sight<'_>) -> End {
    let Some((facts, block)) = last_prose(sight).and_then(|at| sight.facts(at).zip(sight.page.blocks.get(at))) else {
        return End::Whole;
    };
    let trimmed = block.text.trim_end_matches(['"', '”', '»', ']', ')', '」', ' ']);
    match () {
        () if trimmed.ends_with('…') || trimmed.ends_with("...") || trimmed.ends_with("..") => End::Ellipsis,
        () if !facts.ends_sentence && facts.mass >= 60.0 && facts.link_share < 0.3 => End::Open,
        () => End::Whole,
    }
}

/// A block that says "read on": the end of the last paragraph, or a short line right behind it.
fn reads_on(sight: &Sight<'_>) -> Option<usize> {
    let last = sight.kept.last()?.at;
    let says = |at: usize| sight.facts(at).is_some_and(|facts| WORDS.torn.find_at_end(&facts.folded).is_some());
    let short = |at: usize| sight.facts(at).is_some_and(|facts| facts.words <= 8);
    let own = sight.page.blocks.get(last).is_some_and(|block| !super::super::evidence::ends_sentence(&block.text));
    if own && says(last) {
        return Some(last);
    }
    (last + 1..last + 3).find(|at| short(*at) && says(*at))
}
