//! Parses machine-readable dates: ISO 8601 in its many spellings, compact dates, epoch seconds and milliseconds. Not dates in words.

use super::calendar::{day_of, gregorian};
use super::parsed_date::ParsedDate;

/// The maximum length of a machine-readable date, in bytes.
const MAX_LEN: usize = 64;

/// Parses a machine-readable date: ISO 8601 (`2023-10-27`, `2023-10-27T10:00:00+0200`, `20231027T100000Z`, also with slashes, a space or
/// a zone's name), or seconds or milliseconds since 1970. Only at the start of the text; anything after the date is ignored.
pub fn machine(text: &str) -> Option<ParsedDate> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '”'));
    if text.is_empty() || text.len() > MAX_LEN || !text.is_ascii() {
        return None;
    }
    let text = text.strip_prefix("D:").unwrap_or(text);
    epoch(text).or_else(|| iso(text))
}

fn epoch(text: &str) -> Option<ParsedDate> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = match whole.len() {
        10 => whole.parse::<i64>().ok()?,
        13 => whole.parse::<i64>().ok()? / 1000,
        _ => return None,
    };
    let time = u32::try_from(seconds.rem_euclid(86_400)).ok()?;
    Some(ParsedDate { time: Some(time), offset: Some(0), ..ParsedDate::of(day_of(seconds.div_euclid(86_400))) })
}

fn iso(text: &str) -> Option<ParsedDate> {
    let mut cursor = Cursor { rest: text.as_bytes() };
    let year = cursor.number(4, 4)?;
    let day = match cursor.one_of(b"-/.") {
        Some(separator) => {
            let month = cursor.number(1, 2)?;
            cursor.one_of(&[separator])?;
            gregorian(i32::try_from(year).ok()?, month, cursor.number(1, 2)?)?
        }
        None => gregorian(i32::try_from(year).ok()?, cursor.number(2, 2)?, cursor.number(2, 2)?)?,
    };
    if !(1000..2200).contains(&year) {
        return None;
    }
    let mut date = ParsedDate::of(day);
    if cursor.rest.first().is_some_and(u8::is_ascii_digit) {
        // Fourteen digits in a row are date and time; any other number is not a date.
        if cursor.rest.len() < 4 || !cursor.rest.iter().take(4).all(u8::is_ascii_digit) {
            return None;
        }
    }
    cursor.skip(b"Tt ,_-");
    date.time = cursor.time();
    if date.time.is_some() {
        date.offset = cursor.zone();
    }
    Some(date)
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn number(&mut self, min: usize, max: usize) -> Option<u32> {
        let len = self.rest.iter().take(max).take_while(|b| b.is_ascii_digit()).count();
        if len < min {
            return None;
        }
        let (digits, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')))
    }

    fn one_of(&mut self, set: &[u8]) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        if !set.contains(first) {
            return None;
        }
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, set: &[u8]) {
        while self.one_of(set).is_some() {}
    }

    /// `hh:mm`, `hh:mm:ss`, `hhmmss`, with a fraction, as seconds after midnight.
    fn time(&mut self) -> Option<u32> {
        let hour = self.number(2, 2).or_else(|| self.number(1, 1))?;
        self.one_of(b":.");
        let minute = self.number(2, 2)?;
        self.one_of(b":.");
        let second = self.number(2, 2).unwrap_or(0);
        if self.one_of(b".,").is_some() {
            self.number(1, 9);
        }
        // 24:00 is the end of the day, 60 a leap second: both become the last second of their day or minute.
        (hour <= 24 && minute < 60 && second <= 60).then(|| (hour * 3600 + minute * 60 + second.min(59)).min(86_399))
    }

    /// `Z`, `+02:00`, `+0200`, `+02`, `UTC`, `GMT`, `GMT+2`, as seconds east of UTC.
    fn zone(&mut self) -> Option<i32> {
        self.skip(b" ");
        let named = [&b"utc"[..], b"gmt", b"z"].into_iter().find(|name| {
            self.rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                && !self.rest.get(name.len()).is_some_and(u8::is_ascii_alphabetic)
        });
        if let Some(name) = named {
            self.rest = self.rest.get(name.len()..).unwrap_or_default();
        }
        self.offset().or(named.map(|_| 0))
    }

    fn offset(&mut self) -> Option<i32> {
        let sign = if self.one_of(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.number(2, 2).or_else(|| self.number(1, 1))?;
        self.one_of(b":");
        let minutes = self.number(2, 2).unwrap_or(0);
        (hours <= 15 && minutes < 60).then(|| sign * i32::try_from(hours * 3600 + minutes * 60).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> String {
        let date = machine(text).unwrap_or_else(|| panic!("{text}"));
        date.instant().map_or_else(|| date.day.to_string(), |instant| instant.to_string())
    }

    #[test]
    fn iso_dates_are_parsed_in_all_spellings() {
        for (text, want) in [
            ("2023-10-27", "2023-10-27"),
            ("2023-10-27T10:00:00Z", "2023-10-27T10:00:00Z"),
            ("2023-10-27T10:00:00+0200", "2023-10-27T08:00:00Z"),
            ("2023-10-27T10:00:00.123+02:00", "2023-10-27T08:00:00Z"),
            ("2023-10-27T10:00", "2023-10-27"),
            ("2023-10-27 10:00:00 +0000 UTC", "2023-10-27T10:00:00Z"),
            ("2023-10-27 10:00:00 UTC", "2023-10-27T10:00:00Z"),
            ("2023/10/27 10:00:00", "2023-10-27"),
            ("20231027T100000Z", "2023-10-27T10:00:00Z"),
            ("20231027", "2023-10-27"),
            ("20231027100000", "2023-10-27"),
            ("2023-10-27T24:00:00Z", "2023-10-27T23:59:59Z"),
            ("2023-10-27T10:00:00-04:00[America/New_York]", "2023-10-27T14:00:00Z"),
            ("2023.10.27", "2023-10-27"),
            ("2023-1-7", "2023-01-07"),
            ("D:20231027100000+02'00'", "2023-10-27T08:00:00Z"),
        ] {
            assert_eq!(instant(text), want, "{text}");
        }
    }

    #[test]
    fn epochs_are_parsed() {
        assert_eq!(instant("1698400800"), "2023-10-27T10:00:00Z");
        assert_eq!(instant("1698400800000"), "2023-10-27T10:00:00Z");
    }

    #[test]
    fn other_text_is_not_a_date() {
        for text in ["", "soon", "2023", "2023-13-01", "2023-02-30", "12345", "27.10.2023", "202310271", "9999-99-99", "2023-10"]
        {
            assert!(machine(text).is_none(), "{text}");
        }
    }
}
