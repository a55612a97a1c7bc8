//! Converts days of other calendars to Gregorian days, and days to day numbers. Parses no text.

use crate::base::time::{Day, Timestamp};

/// The Gregorian day for a year, month and day as written; years of the Buddhist era (Thai) are converted.
pub fn gregorian(year: i32, month: u32, day: u32) -> Option<Day> {
    let year = if (2400..2700).contains(&year) { year - 543 } else { year };
    Day::new(i16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// The years of the Persian calendar for which the conversion is correct.
pub const SOLAR_HIJRI_YEARS: std::ops::RangeInclusive<i32> = 1300..=1470;

/// The Gregorian day for a day of the Persian solar calendar. Leap years follow the 33-year cycle, which agrees with the observed calendar
/// for [`SOLAR_HIJRI_YEARS`].
pub fn solar_hijri(year: i32, month: u32, day: u32) -> Option<Day> {
    let is_leap = |year: i32| (25 * year + 11).rem_euclid(33) < 8;
    let length = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 => 29 + u32::from(is_leap(year)),
        _ => return None,
    };
    if !SOLAR_HIJRI_YEARS.contains(&year) || day == 0 || day > length {
        return None;
    }
    let years: i64 = if year >= 1400 {
        (1400..year).map(|y| 365 + i64::from(is_leap(y))).sum()
    } else {
        -(year..1400).map(|y| 365 + i64::from(is_leap(y))).sum::<i64>()
    };
    let months = i64::from((month - 1) * 30 + (month - 1).min(6));
    // 1 Farvardin 1400 was 21 March 2021, day 18,707 since the epoch.
    Some(day_of(18_707 + years + months + i64::from(day) - 1))
}

/// The day this many days after 1970-01-01.
pub fn day_of(days: i64) -> Day {
    Timestamp::from_unix(days.saturating_mul(86_400)).day()
}

/// Days since 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms").
pub fn days_since_epoch(day: Day) -> i64 {
    let (month, dom) = (i64::from(day.month()), i64::from(day.day()));
    let year = i64::from(day.year()) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + dom - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persian_days_are_converted() {
        let day = |y, m, d| solar_hijri(y, m, d).unwrap().to_string();
        assert_eq!(day(1402, 8, 5), "2023-10-27");
        assert_eq!(day(1403, 12, 30), "2025-03-20");
        assert_eq!(day(1404, 1, 1), "2025-03-21");
        assert_eq!(day(1399, 12, 30), "2021-03-20");
        assert_eq!(day(1357, 11, 22), "1979-02-11");
        assert!(solar_hijri(1402, 12, 30).is_none());
    }

    #[test]
    fn buddhist_years_are_converted() {
        assert_eq!(gregorian(2567, 1, 15).unwrap().to_string(), "2024-01-15");
    }

    #[test]
    fn day_numbers_round_trip() {
        for text in ["1970-01-01", "2000-02-29", "1969-12-31", "2024-03-01", "1900-01-01"] {
            let day: Day = text.parse().unwrap();
            assert_eq!(day_of(days_since_epoch(day)), day);
        }
    }
}
