//! What is measured of a site, and from which change on it matters.

use serde::Serialize;

use super::history::DayCounts;
use super::level::{Direction, Spread, Test};

/// A measure of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The share of requested pages that led to a document.
    Success,
    /// The share that the site kept gleaner from.
    Blocked,
    /// The share whose host could not be reached or failed.
    Unreachable,
    /// The share of sources that could not be read.
    FailedPolls,
    /// Words of an article: the geometric mean.
    Words,
    /// The expected quality of the text.
    Confidence,
    /// The share of the page's words that are removed.
    Removed,
    /// The share of articles that are incomplete or declared as paid.
    Truncated,
    /// The share of articles without a headline.
    WithoutTitle,
    /// The share of articles without authors.
    WithoutAuthors,
    /// The share of articles without a date.
    WithoutDate,
    /// Milliseconds until the host has answered: the geometric mean.
    ResponseMs,
    /// New articles a day.
    ArticlesADay,
}

impl Measure {
    /// All measures.
    pub const ALL: &'static [Self] = &[
        Self::Success,
        Self::Blocked,
        Self::Unreachable,
        Self::FailedPolls,
        Self::Words,
        Self::Confidence,
        Self::Removed,
        Self::Truncated,
        Self::WithoutTitle,
        Self::WithoutAuthors,
        Self::WithoutDate,
        Self::ResponseMs,
        Self::ArticlesADay,
    ];
}

/// How a measure is taken from a day, and tested.
pub(super) struct LevelMeasure {
    pub measure: Measure,
    /// How much a day counts.
    pub weight: fn(&DayCounts) -> u32,
    /// The sum of the values of a day.
    pub sum: fn(&DayCounts) -> f64,
    pub test: Test,
    /// True if the values are logarithms.
    pub is_log: bool,
}

impl LevelMeasure {
    /// A value as people read it.
    pub fn shown(&self, value: f64) -> f64 {
        let value = if self.is_log { value.exp() } else { value.clamp(0.0, 1.0) };
        if self.is_log { value.round() } else { (value * 1000.0).round() / 1000.0 }
    }
}

const fn share(measure: Measure, weight: fn(&DayCounts) -> u32, sum: fn(&DayCounts) -> f64, test: Test) -> LevelMeasure {
    LevelMeasure { measure, weight, sum, test, is_log: false }
}

const fn by(direction: Direction, least: f64, spread: Spread) -> Test {
    Test { direction, least, least_weight: 6.0, spread }
}

use Direction::{Both, Down, Up};
use Spread::{Binomial, Measured};

fn pages(day: &DayCounts) -> u32 {
    day.pages
}

fn articles(day: &DayCounts) -> u32 {
    day.articles
}

/// All measures but the number of articles, which has a test of its own. The least changes are those that a reader of the corpus would
/// notice: a quarter of all pages, articles of half the length.
pub(super) const LEVELS: &[LevelMeasure] = &[
    share(Measure::Success, pages, |day| f64::from(day.ok), by(Down, 0.25, Binomial)),
    share(Measure::Blocked, |day| day.explained, |day| f64::from(day.blocked), by(Up, 0.25, Binomial)),
    share(Measure::Unreachable, |day| day.explained, |day| f64::from(day.unreachable), by(Up, 0.25, Binomial)),
    share(
        Measure::FailedPolls,
        |day| day.polls.all,
        |day| f64::from(day.polls.failed),
        Test { least_weight: 2.0, ..by(Up, 0.4, Binomial) },
    ),
    LevelMeasure {
        measure: Measure::Words,
        weight: articles,
        sum: |day| f64::from(day.log_words),
        // Half as long, or twice as long.
        test: by(Both, std::f64::consts::LN_2, Measured),
        is_log: true,
    },
    share(Measure::Confidence, articles, |day| f64::from(day.confidence), by(Down, 0.15, Measured)),
    share(Measure::Removed, articles, |day| f64::from(day.removed), by(Both, 0.2, Measured)),
    share(Measure::Truncated, articles, |day| f64::from(day.truncated), by(Up, 0.25, Binomial)),
    share(Measure::WithoutTitle, articles, |day| f64::from(day.no_title), by(Up, 0.25, Binomial)),
    share(Measure::WithoutAuthors, articles, |day| f64::from(day.no_authors), by(Up, 0.35, Binomial)),
    share(Measure::WithoutDate, articles, |day| f64::from(day.no_date), by(Up, 0.25, Binomial)),
    LevelMeasure {
        measure: Measure::ResponseMs,
        weight: |day| day.timed,
        sum: |day| f64::from(day.log_ms),
        // Five times as slow.
        test: by(Up, 1.609, Measured),
        is_log: true,
    },
];
