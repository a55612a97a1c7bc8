//! Dates of feeds, sitemaps and tables: RFC 822 with its common variants, and ISO 8601. Anything less certain is not read.

use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822;
use jiff::tz::{Offset, TimeZone};

use gleaner_extract::base::time::Timestamp;

/// Longest date in bytes.
const MAX_BYTES: usize = 64;

/// Names of time zones, those of RFC 822 and some others, with their offset from UTC in minutes.
const ZONES: &[(&str, i32)] = &[
    ("UTC", 0),
    ("UT", 0),
    ("GMT", 0),
    ("Z", 0),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("CET", 60),
    ("CEST", 120),
    ("MEZ", 60),
    ("MESZ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("JST", 540),
    ("KST", 540),
    ("BST", 60),
];

/// Parses a date, to the second; a day without a time means its beginning, a time without a zone is in UTC.
pub fn feed_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES || !text.is_ascii() {
        return None;
    }
    iso(text).or_else(|| rfc822(text)).filter(|date| date.day().year() >= 1900)
}

fn iso(text: &str) -> Option<Timestamp> {
    if !text.as_bytes().iter().take(4).all(u8::is_ascii_digit) {
        return None;
    }
    let whole = text.replacen(' ', "T", 1).replace(' ', "");
    if let Ok(instant) = whole.parse::<jiff::Timestamp>() {
        return Some(Timestamp::from_unix(instant.as_second()));
    }
    let civil = whole.trim_end_matches('Z').parse::<DateTime>().ok();
    let civil = civil.or_else(|| whole.parse::<Date>().ok().map(|date| date.at(0, 0, 0, 0)));
    let month = || format!("{}-01", whole.get(..7).filter(|_| whole.len() == 7)?).parse::<Date>().ok();
    in_zone(civil.or_else(|| month().map(|date| date.at(0, 0, 0, 0)))?, 0)
}

fn rfc822(text: &str) -> Option<Timestamp> {
    if let Ok(zoned) = rfc2822::parse(text) {
        return Some(Timestamp::from_unix(zoned.timestamp().as_second()));
    }
    // Names of days may be wrong or foreign, months written in full, zones given by name.
    let mut parts: Vec<&str> = text.split([' ', ',', '\t']).filter(|part| !part.is_empty()).collect();
    if parts.first().is_some_and(|first| first.bytes().all(|b| b.is_ascii_alphabetic() || b == b'.')) {
        parts.remove(0);
    }
    let (day, month, year) = (*parts.first()?, parts.get(1)?.get(..3)?, *parts.get(2)?);
    let time = parts.get(3).copied().unwrap_or("00:00:00");
    let zone = parts.get(4).copied().unwrap_or("GMT");
    let zone_by_name = ZONES.iter().find(|(name, _)| zone.eq_ignore_ascii_case(name));
    let minutes = zone_by_name.map(|(_, minutes)| *minutes).or_else(|| offset(zone))?;
    let written = format!("{day} {month} {year} {time}");
    let forms = ["%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %b %y %H:%M:%S", "%d %b %y %H:%M"];
    let civil = forms.iter().find_map(|form| DateTime::strptime(form, &written).ok())?;
    in_zone(civil, minutes)
}

fn offset(zone: &str) -> Option<i32> {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone.strip_prefix(['+', '-'])?.chars().filter(|c| *c != ':').collect();
    let number: i32 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    Some(sign * (number / 100 * 60 + number % 100))
}

fn in_zone(civil: DateTime, minutes: i32) -> Option<Timestamp> {
    let zone = TimeZone::fixed(Offset::from_seconds(minutes * 60).ok()?);
    Some(Timestamp::from_unix(civil.to_zoned(zone).ok()?.timestamp().as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_real_feeds_are_read() {
        for (written, expected) in [
            ("Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"),
            ("Thu, 01 Jan 2004 19:48:21 -0500", "2004-01-02T00:48:21Z"),
            ("Wed, 01 Jan 2004 19:48 EST", "2004-01-02T00:48:00Z"),
            ("01 January 2004 19:48:21 +01:00", "2004-01-01T18:48:21Z"),
            ("1 Jan 04 19:48:21 PDT", "2004-01-02T02:48:21Z"),
            ("2003-12-31T10:14:55-08:00", "2003-12-31T18:14:55Z"),
            ("2003-12-31T10:14:55.25Z", "2003-12-31T10:14:55Z"),
            ("2003-12-31 10:14:55", "2003-12-31T10:14:55Z"),
            ("2003-12-31T10:14Z", "2003-12-31T10:14:00Z"),
            ("2003-12-31", "2003-12-31T00:00:00Z"),
            ("2003-12", "2003-12-01T00:00:00Z"),
        ] {
            assert_eq!(feed_date(written).map(|date| date.to_string()).as_deref(), Some(expected), "{written}");
        }
        for vague in ["", "yesterday", "20", "2003-13-01", "Thu, 99 Jan 2004 19:48:21 GMT", "0000-00-00"] {
            assert_eq!(feed_date(vague), None, "{vague}");
        }
    }
}
