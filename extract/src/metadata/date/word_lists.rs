//! The words of dates in lists by which they are looked up, as `build.rs` makes them of `data/months.toml` and `data/dates.toml` (`word_files.rs`).

use crate::base::list::{List, Texts};
use crate::base::literals::first_bytes;
use crate::base::prefixes::Prefixes;
use crate::base::word_map::{WordMap, WordSet};

/// The calendar that a month belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calendar {
    /// Gregorian, even if years are counted differently (Thai).
    #[default]
    Gregorian,
    /// The Persian solar calendar.
    SolarHijri,
}

/// The month that a word names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthName {
    /// ISO 639-1.
    pub language: &'static str,
    /// 1 to 12.
    pub month: u8,
    /// Its calendar.
    pub calendar: Calendar,
}

/// A unit of relative dates, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeUnit(pub i64);

/// What the text around a date declares it to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateLabel {
    /// The publication.
    Published,
    /// Explicitly the first publication, as opposed to a later one.
    FirstPublished,
    /// A later change.
    Modified,
}

/// The words of dates in all languages, folded like the text in which they are looked up.
#[derive(Clone, Debug)]
pub struct DateWords {
    /// The names of months, each with its first and the end of its months in the next list.
    pub(super) months: WordMap<(u32, u32)>,
    pub(super) month_names: List<MonthName>,
    /// The [first three bytes](prefix) of the names of months.
    pub(super) month_prefixes: List<u64>,
    pub(super) fillers: WordSet,
    /// The names of eras, and the year before the first of each.
    pub(super) eras: Texts,
    pub(super) era_years: List<i32>,
    /// Labels, longer ones first.
    pub(super) labels: Prefixes,
    pub(super) label_kinds: WordMap<DateLabel>,
    pub(super) ago: Texts,
    pub(super) units: WordMap<TimeUnit>,
    /// Words for days before today, and how many days.
    pub(super) days_back: Texts,
    pub(super) days: List<i64>,
}

/// The first bytes of a text, 1 to 7, as a number.
pub(super) fn prefix(text: &str, bytes: usize) -> u64 {
    first_bytes(text.as_bytes()) & ((1 << (8 * bytes)) - 1)
}
