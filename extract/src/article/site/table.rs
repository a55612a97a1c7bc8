//! The table of a site: the lines that recur in its stories and are its boilerplate.

use super::count;
use super::page_lines::{Line, PageLines};
use super::story_lines::{Recurring, StoryLines};
use crate::base::fast_hash::FastMap;

/// Fewest words that are left of a story, unless that is most of it: reports that are made from templates would lose their text.
const MIN_WORDS_LEFT: u32 = 40;

/// The lines of a site that are boilerplate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteTable {
    lines: FastMap<u32, Recurring>,
}

impl SiteTable {
    /// Finds the lines that are a site's boilerplate. The result does not depend on the order of the stories. Of more than [`super::MAX_STORIES`], half are the
    /// newest, so that what is new on the site is found, and half those with the lowest ids, which are hashes and so a random choice.
    pub fn count(stories: Vec<StoryLines>) -> Self {
        Self { lines: count::boilerplate(stories) }
    }

    /// From [`SiteTable::rows`].
    pub fn from_rows(rows: impl IntoIterator<Item = (u32, Recurring)>) -> Self {
        Self { lines: rows.into_iter().collect() }
    }

    /// Its lines, sorted by key.
    pub fn rows(&self) -> Vec<(u32, Recurring)> {
        let mut rows: Vec<_> = self.lines.iter().map(|(key, recurring)| (*key, *recurring)).collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        rows
    }

    /// Whether both have the same lines, however often each recurs.
    pub fn has_lines_of(&self, other: &Self) -> bool {
        self.lines.len() == other.lines.len() && self.lines.keys().all(|key| other.lines.contains_key(key))
    }

    /// Which kept lines of a story are removed: index and count, in order. None if too little were left of the story.
    pub fn removals(&self, story: &PageLines) -> Vec<(usize, Recurring)> {
        let kept = || story.lines.iter().enumerate().filter(|(_, line)| line.kept);
        let found: Vec<_> = kept().filter_map(|(index, line)| Some((index, self.recurring(line)?))).collect();
        let words = |line: &Line| u32::from(line.words);
        let all: u32 = kept().map(|(_, line)| words(line)).sum();
        let removed: u32 = found.iter().filter_map(|(index, _)| story.lines.get(*index)).map(words).sum();
        if removed * 2 <= all || all - removed >= MIN_WORDS_LEFT { found } else { Vec::new() }
    }

    /// Whether cleaning the page again would remove other lines than were removed.
    pub fn changes(&self, story: &PageLines) -> bool {
        let removals = self.removals(story);
        let removed = story.lines.iter().enumerate().filter(|(_, line)| line.removed).map(|(index, _)| index);
        !removals.iter().map(|(index, _)| *index).eq(removed)
    }

    fn recurring(&self, line: &Line) -> Option<Recurring> {
        std::iter::once(&line.key).chain(&line.templates).find_map(|key| self.lines.get(key)).copied()
    }
}
