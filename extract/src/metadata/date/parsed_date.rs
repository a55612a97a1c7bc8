//! A date as parsed from text, and whether it is plausible. Parses nothing itself.

use super::calendar;
use crate::base::time::{Day, Timestamp};
use crate::document::metadata::PageDate;

/// A date as parsed: the day as written, and the time of day and zone if given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ParsedDate {
    /// The day in the writer's own time zone.
    pub day: Day,
    /// Seconds after midnight.
    pub time: Option<u32>,
    /// Seconds east of UTC.
    pub offset: Option<i32>,
    /// For an ambiguous date such as `3/4/2024`: the day with day and month swapped.
    pub swapped: Option<Day>,
}

impl ParsedDate {
    /// A day without a time.
    pub fn of(day: Day) -> Self {
        Self { day, time: None, offset: None, swapped: None }
    }

    /// The instant, if time and zone are given.
    pub fn instant(&self) -> Option<Timestamp> {
        let (time, offset) = (self.time?, self.offset?);
        Some(Timestamp::from_unix(calendar::days_since_epoch(self.day) * 86_400 + i64::from(time) - i64::from(offset)))
    }

    /// Whether it is an instant in UTC: the page's local day may be the one before or after.
    pub fn is_utc(&self) -> bool {
        self.offset == Some(0) && self.time.is_some()
    }

    /// Whether the instant falls on this other day in some time zone: zones range from 12 hours behind UTC to 14 ahead.
    pub fn can_be_on(&self, day: Day) -> bool {
        let Some(time) = self.time else { return false };
        match calendar::days_since_epoch(day) - calendar::days_since_epoch(self.day) {
            1 => time >= 10 * 3600,
            -1 => time < 12 * 3600,
            _ => false,
        }
    }

    /// The day of the instant in a zone this many seconds east of UTC.
    pub fn day_in(&self, zone: i32) -> Option<Day> {
        Some(Timestamp::from_unix(self.instant()?.unix() + i64::from(zone)).day())
    }

    /// The same instant on another local day.
    pub fn moved_to(&self, day: Day) -> Self {
        let days = calendar::days_since_epoch(self.day) - calendar::days_since_epoch(day);
        // The offset compensates for the change of day.
        let offset = self.offset.map(|offset| offset - i32::try_from(days * 86_400).unwrap_or(0));
        Self { day, offset, ..*self }
    }

    /// The date as stored.
    pub fn page_date(&self) -> PageDate {
        PageDate { day: self.day, instant: self.instant() }
    }
}

/// The first plausible year in machine-readable dates: older values are placeholders.
const FIRST_YEAR: i16 = 1900;

/// Whether a page can have this date: at most one day in the future (zones differ), and not a placeholder of a content system.
pub(crate) fn is_plausible(date: &ParsedDate, now: Option<Timestamp>) -> bool {
    let latest = now.map(|now| calendar::days_since_epoch(now.day()) + 1);
    let placeholder = matches!((date.day.year(), date.day.month(), date.day.day()), (1970 | 1900 | 2000, 1, 1));
    date.day.year() >= FIRST_YEAR && latest.is_none_or(|latest| calendar::days_since_epoch(date.day) <= latest) && !placeholder
}
