//! Counts the lines of a site's stories and decides which of them are boilerplate.
//!
//! A line is boilerplate if it recurs in five stories or more, on three days or more where days are known, and the labeller is not sure enough of it for
//! the share of stories that have it: what is on nearly all pages is boilerplate however much it reads like a story; what is on a few only if the labeller
//! doubts it. So the refrain of a series and the standing introduction of a column stay. A quotation that recurs is a quotation. Of several copies of
//! one story, one counts.

use std::cmp::Reverse;

use super::page_lines::{Line, PageLines};
use super::share::at_least;
use super::story_lines::{MAX_STORIES, Recurring, StoryLines};
use crate::base::fast_hash::{FastMap, FastSet};
use crate::base::time::Day;

/// The fewest stories, and the fewest days where days are known, in which boilerplate recurs.
const MIN_STORIES: u32 = 5;
const MIN_DAYS: usize = 3;

/// Words of a line by which copies of a story are recognised.
const LONG_LINE: u8 = 12;

/// The share of stories, as a lower bound, from which a line is boilerplate whatever the labeller says.
const OVERWHELMING: f64 = 0.6;

/// The mean score below which a line that recurs is boilerplate, however few of the stories have it.
const DOUBTFUL: f64 = 0.4;

/// The mean score below which a quotation that recurs is boilerplate.
const DOUBTFUL_QUOTATION: f64 = 0.3;

/// What is counted of one key.
#[derive(Clone, Debug, Default)]
struct Count {
    stories: u32,
    /// Sum of the scores, in fifteenths.
    score: u32,
    quoted: u32,
    /// Stories with a date.
    dated: u32,
    /// Some of the days, enough to see whether there are [`MIN_DAYS`].
    days: Vec<Day>,
    /// The first day and the last.
    span: Option<(Day, Day)>,
    /// The highest score.
    best: u8,
}

/// The boilerplate lines and templates among the lines of a site's stories.
pub(super) fn boilerplate(mut stories: Vec<StoryLines>) -> FastMap<u32, Recurring> {
    stories.retain(|story| !story.lines.lines.is_empty());
    stories.sort_by_key(|story| (Reverse(story.published), story.id));
    if let Some(older) = stories.get_mut(MAX_STORIES / 2..) {
        older.sort_by_key(|story| story.id);
    }
    stories.truncate(MAX_STORIES);
    stories.sort_by_key(|story| story.id);
    let frequency = frequency(&stories);
    let stories = without_copies(stories, &frequency);
    let mut days: Vec<Day> = stories.iter().filter_map(|story| story.published).collect();
    days.sort_unstable();
    let mut found = FastMap::default();
    // A line that is boilerplate as it is says nothing of its templates.
    for of_templates in [false, true] {
        let mut counts: FastMap<u32, Count> = FastMap::default();
        for story in &stories {
            for (key, line) in keys(&story.lines, of_templates, &found) {
                if frequency.get(&key).is_some_and(|frequency| *frequency >= MIN_STORIES) {
                    counts.entry(key).or_default().add(line, story.published);
                }
            }
        }
        let all = u32::try_from(stories.len()).unwrap_or(u32::MAX);
        let judged = |(key, count): (u32, Count)| {
            let recurring = Recurring { stories: count.stories, of: count.stories_in_span(&days).unwrap_or(all) };
            count.is_boilerplate(recurring, of_templates).then_some((key, recurring))
        };
        found.extend(counts.into_iter().filter_map(judged).collect::<Vec<_>>());
    }
    found
}

/// The keys of a page's lines, or of the templates of those that are not known, each once, with the line of the highest score that has it.
fn keys<'a>(lines: &'a PageLines, of_templates: bool, known: &FastMap<u32, Recurring>) -> Vec<(u32, &'a Line)> {
    let mut keys: Vec<(u32, &Line)> = match of_templates {
        false => lines.lines.iter().map(|line| (line.key, line)).collect(),
        true => {
            let unknown = lines.lines.iter().filter(|line| !known.contains_key(&line.key));
            unknown.flat_map(|line| line.templates.iter().map(move |key| (*key, line))).collect()
        }
    };
    keys.sort_by_key(|(key, line)| (*key, Reverse(line.score)));
    keys.dedup_by_key(|(key, _)| *key);
    keys
}

/// The number of pages that have each key.
fn frequency(stories: &[StoryLines]) -> FastMap<u32, u32> {
    let mut frequency = FastMap::default();
    for story in stories {
        for of_templates in [false, true] {
            let keys = keys(&story.lines, of_templates, &FastMap::default());
            keys.iter().for_each(|(key, _)| *frequency.entry(*key).or_default() += 1);
        }
    }
    frequency
}

/// Of several copies of a story, the one with the lowest id. Copies have their rarest line in common; of equally rare ones the one with the lowest key.
fn without_copies(stories: Vec<StoryLines>, frequency: &FastMap<u32, u32>) -> Vec<StoryLines> {
    let rarest = |lines: &PageLines| {
        let kept = lines.lines.iter().filter(|line| line.kept);
        let long = kept.clone().filter(|line| line.words >= LONG_LINE);
        let rarest = |lines: &mut dyn Iterator<Item = &Line>| {
            lines.map(|line| (frequency.get(&line.key).copied().unwrap_or_default(), line.key)).min()
        };
        rarest(&mut long.clone()).or_else(|| rarest(&mut kept.clone()))
    };
    let mut seen: FastSet<(u32, u32)> = FastSet::default();
    stories.into_iter().filter(|story| rarest(&story.lines).is_none_or(|rarest| seen.insert(rarest))).collect()
}

impl Count {
    fn add(&mut self, line: &Line, day: Option<Day>) {
        self.stories += 1;
        self.score += u32::from(line.score);
        self.quoted += u32::from(line.quoted);
        self.best = self.best.max(line.score);
        let Some(day) = day else { return };
        self.dated += 1;
        self.span = Some(self.span.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        if self.days.len() < MIN_DAYS && !self.days.contains(&day) {
            self.days.push(day);
        }
    }

    /// How many stories of the site are from the time in which this line was used; `None` if that is not known.
    fn stories_in_span(&self, days: &[Day]) -> Option<u32> {
        let (first, last) = self.span.filter(|_| self.dated == self.stories)?;
        let within = days.partition_point(|day| *day <= last) - days.partition_point(|day| *day < first);
        u32::try_from(within).ok()
    }

    fn is_boilerplate(&self, recurring: Recurring, is_template: bool) -> bool {
        let knows_days = self.dated * 2 >= self.stories;
        // What scores nothing everywhere is never kept.
        if self.best == 0 || self.stories < MIN_STORIES || (knows_days && self.days.len() < MIN_DAYS) {
            return false;
        }
        let score = f64::from(self.score) / 15.0 / f64::from(self.stories);
        if self.quoted * 2 > self.stories {
            return score < DOUBTFUL_QUOTATION;
        }
        // A line that differs from page to page needs a little more.
        let share = at_least(recurring.stories, recurring.of) - if is_template { 0.1 } else { 0.0 };
        share >= OVERWHELMING || score < DOUBTFUL.max(share + 0.3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hash::ContentHash;
    use crate::document::DocumentId;

    /// The line of the site that has these numbers of stories.
    const KEY: u32 = 7;

    /// Stories of one a day, each with lines of its own, and with a line of this score if it is one of those.
    fn stories(count: u32, score: u8, has: impl Fn(u32) -> bool) -> Vec<StoryLines> {
        let line = |key: u32, score: u8| Line { key, score, words: 20, kept: true, ..Line::default() };
        let story = |number: u32| {
            let own = (0..4).map(|at| line(1_000 + number * 4 + at, 15));
            let shared = has(number).then(|| line(KEY, score));
            StoryLines {
                id: DocumentId(ContentHash::of(number.to_string())),
                published: Day::new(2000 + (number / 336) as i16, (number / 28 % 12 + 1) as u8, (number % 28 + 1) as u8),
                lines: PageLines { lines: own.chain(shared).collect() },
            }
        };
        (0..count).map(story).collect()
    }

    fn counted(stories: Vec<StoryLines>) -> Option<(u32, u32)> {
        boilerplate(stories).get(&KEY).map(|found| (found.stories, found.of))
    }

    #[test]
    fn the_more_stories_have_a_line_the_surer_the_labeller_has_to_be() {
        assert_eq!(counted(stories(40, 15, |number| number % 8 != 0)), Some((35, 39)));
        assert_eq!(counted(stories(40, 15, |number| number % 2 == 0)), None);
        assert_eq!(counted(stories(40, 9, |number| number % 2 == 0)), Some((20, 39)));
        assert_eq!(counted(stories(40, 9, |number| number % 6 == 0)), None);
        assert_eq!(counted(stories(40, 5, |number| number % 6 == 0)), Some((7, 37)));
        assert_eq!(counted(stories(40, 5, |number| number < 4)), None, "four stories");
    }

    #[test]
    fn only_the_time_in_which_a_line_was_used_counts() {
        assert_eq!(counted(stories(400, 15, |number| (100..130).contains(&number))), Some((30, 30)));
        let undated = stories(400, 15, |number| (100..130).contains(&number)).into_iter();
        assert_eq!(counted(undated.map(|story| StoryLines { published: None, ..story }).collect()), None);
    }

    #[test]
    fn what_is_new_on_a_large_site_is_found_and_the_order_does_not_matter() {
        let large = stories(6_000, 15, |number| number >= 5_970);
        assert_eq!(counted(large.clone()), Some((30, 30)));
        let reversed: Vec<_> = large.iter().rev().cloned().collect();
        assert_eq!(boilerplate(large), boilerplate(reversed));
    }

    #[test]
    fn quotations_and_lines_of_one_day_stay() {
        let with = |change: fn(&mut StoryLines)| {
            let mut stories = stories(20, 15, |_| true);
            stories.iter_mut().for_each(change);
            counted(stories)
        };
        let quoted = |story: &mut StoryLines| story.lines.lines.iter_mut().for_each(|line| line.quoted = true);
        assert_eq!((with(|_| {}), with(quoted)), (Some((20, 20)), None));
        assert_eq!(with(|story| story.published = Day::new(2024, 5, 1)), None);
    }
}
