//! Dates as pages write them: machine-readable, visible in 60 languages and several calendars, relative. Judges no page: which date is
//! the publication's is decided in `resolve`.

mod calendar;
mod fold;
mod machine;
mod relative;
mod visible;
mod words;

use crate::base::time::{Day, Timestamp};
use crate::document::metadata::PageDate;

pub(crate) use machine::machine;
pub(crate) use relative::relative;
pub(crate) use visible::{Sighting, label, visible};

/// What a date is said to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// Publication.
    Published,
    /// The first publication, in so many words: there was another.
    First,
    /// A later change.
    Modified,
}

/// A date as read: the day as written, and the time of day and zone where they are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The day in the writer's own zone.
    pub day: Day,
    /// Seconds after midnight.
    pub time: Option<u32>,
    /// Seconds east of UTC.
    pub offset: Option<i32>,
    /// The day that it is if day and month stand in the other order: `3/4/2024`.
    pub other: Option<Day>,
}

impl Reading {
    fn of(day: Day) -> Self {
        Self { day, time: None, offset: None, other: None }
    }

    /// The instant, where time and zone are given.
    pub fn instant(&self) -> Option<Timestamp> {
        let (time, offset) = (self.time?, self.offset?);
        Some(Timestamp::from_unix(calendar::days_since_epoch(self.day) * 86_400 + i64::from(time) - i64::from(offset)))
    }

    /// A moment given in UTC: the page's own day may be the one before or after.
    pub fn is_utc(&self) -> bool {
        self.offset == Some(0) && self.time.is_some()
    }

    /// Whether the moment can be on this other day somewhere: zones run from 12 hours behind UTC to 14 ahead.
    pub fn can_be_on(&self, day: Day) -> bool {
        let Some(time) = self.time else { return false };
        match calendar::days_since_epoch(day) - calendar::days_since_epoch(self.day) {
            1 => time >= 10 * 3600,
            -1 => time < 12 * 3600,
            _ => false,
        }
    }

    /// The same moment, told on another day.
    pub fn moved_to(&self, day: Day) -> Self {
        let days = calendar::days_since_epoch(self.day) - calendar::days_since_epoch(day);
        // The offset takes up what the day moves, so that the instant stays.
        let offset = self.offset.map(|offset| offset - i32::try_from(days * 86_400).unwrap_or(0));
        Self { day, offset, ..*self }
    }

    /// As stored.
    pub fn page_date(&self) -> PageDate {
        PageDate { day: self.day, instant: self.instant() }
    }
}

/// What is known of the reader's habits: decides `3/4/2024` and months that two languages share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Locale {
    /// ISO 639-1, lower case; empty if unknown.
    pub language: String,
    /// ISO 3166-1 alpha-2, lower case; empty if unknown.
    pub region: String,
}

impl Locale {
    /// From a language tag (`en-US`, `de_AT`) and the top-level domain of the page's address.
    pub fn of(tag: Option<&str>, domain: Option<&str>) -> Self {
        let mut parts = tag.unwrap_or_default().split(['-', '_']);
        let language = parts.next().unwrap_or_default().to_ascii_lowercase();
        let region = parts.find(|part| part.len() == 2).map(str::to_ascii_lowercase);
        let country =
            domain.filter(|tld| tld.len() == 2).map(|tld| if tld == "uk" { "gb".into() } else { tld.to_ascii_lowercase() });
        // A country's own domain says more than `en-US`, which content systems write by default.
        Self { language, region: country.or(region).unwrap_or_default() }
    }

    /// Whether numeric dates begin with the month: the United States and the Philippines, and English or unknown text of no country.
    fn month_first(&self) -> bool {
        match self.region.as_str() {
            "us" | "ph" => true,
            "" => matches!(self.language.as_str(), "en" | ""),
            _ => false,
        }
    }
}

/// The first year that news is dated with in machine-readable form: older values are placeholders.
const FIRST_YEAR: i16 = 1900;

/// Whether a date can be a page's: not in the future beyond a day (zones differ), no placeholder of a content system.
pub(crate) fn is_plausible(reading: &Reading, now: Option<Timestamp>) -> bool {
    let latest = now.map(|now| calendar::days_since_epoch(now.day()) + 1);
    let placeholder = matches!((reading.day.year(), reading.day.month(), reading.day.day()), (1970 | 1900 | 2000, 1, 1));
    reading.day.year() >= FIRST_YEAR
        && latest.is_none_or(|latest| calendar::days_since_epoch(reading.day) <= latest)
        && !placeholder
}

/// Whether a word names a month in any language.
pub(crate) fn is_month(word: &str) -> bool {
    words::WORDS.month(&fold::fold_dates(word.trim_end_matches('.')).text, "").is_some()
}

/// A date in machine-readable form, else the first one written for people.
pub(crate) fn any(text: &str, locale: &Locale) -> Option<Reading> {
    machine(text).or_else(|| visible(text, locale).first().map(|sighting| sighting.reading))
}

#[cfg(test)]
mod tests;
