//! Instants and calendar days. Pure: reads no clock. Dates written for people are parsed in `metadata::date`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in whole seconds since 1970-01-01T00:00:00Z; shown as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From seconds since the epoch, clamped to the years 0001 to 9999.
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(-62_135_596_800, 253_402_207_200))
    }

    /// Seconds since the epoch.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// The calendar day in UTC.
    pub fn day(self) -> Day {
        let date = self.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).date();
        Day { year: date.year(), month: date.month() as u8, day: date.day() as u8 }
    }

    fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_jiff(), f)
    }
}

/// The text is not a date or time in the stored format.
#[derive(Debug, thiserror::Error)]
#[error("not a stored date or time: {0:?}")]
pub struct ParseTimeError(String);

impl FromStr for Timestamp {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>()
            .map(|instant| Self::from_unix(instant.as_second()))
            .map_err(|_| ParseTimeError(text.chars().take(80).collect()))
    }
}

/// A day of the proleptic Gregorian calendar, in the page's own time zone; shown as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: i16,
    month: u8,
    day: u8,
}

impl Day {
    /// The day, or `None` if the calendar has no such day or the year is outside 1 to 9999.
    pub fn new(year: i16, month: u8, day: u8) -> Option<Self> {
        let (m, d) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        (year >= 1 && jiff::civil::Date::new(year, m, d).is_ok()).then_some(Self { year, month, day })
    }

    /// The year, 1 to 9999.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Day {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || ParseTimeError(text.chars().take(80).collect());
        let mut parts = text.splitn(3, '-');
        let mut part = || parts.next().filter(|p| p.bytes().all(|b| b.is_ascii_digit())).ok_or_else(refused);
        let (year, month, day) = (part()?, part()?, part()?);
        let year = year.parse().map_err(|_| refused())?;
        let month = month.parse().map_err(|_| refused())?;
        let day = day.parse().map_err(|_| refused())?;
        Self::new(year, month, day).ok_or_else(refused)
    }
}

macro_rules! serde_as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
serde_as_text!(Timestamp, Day);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_round_trip_in_utc() {
        let instant = Timestamp::from_unix(1_698_400_800);
        assert_eq!(instant.to_string(), "2023-10-27T10:00:00Z");
        assert_eq!("2023-10-27T12:00:00+02:00".parse::<Timestamp>().unwrap(), instant);
        assert_eq!(instant.day().to_string(), "2023-10-27");
    }

    #[test]
    fn only_days_of_the_calendar_are_parsed() {
        assert_eq!("2024-02-29".parse::<Day>().unwrap().to_string(), "2024-02-29");
        for bad in ["2023-02-29", "2023-13-01", "0000-01-01", "2023-1", "soon", "+023-01-01"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }
}
