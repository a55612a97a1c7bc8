//! Parses dates written for people: `27. Oktober 2023`, `10/27/2023`, `2023年10月27日`, `۵ آبان ۱۴۰۲`. Finds every one in a text, with the label
//! before it. Ignores weekdays.

use super::calendar::{SOLAR_HIJRI_YEARS, gregorian, solar_hijri};
use super::fold::{Folded, fold_dates};
use super::locale::Locale;
use super::numbers::may_contain_date;
use super::parsed_date::ParsedDate;
use super::word_lists::{Calendar, DateLabel, MonthName};
use super::words::WORDS;
use crate::base::time::Day;

/// A date found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisibleDate {
    /// The date.
    pub date: ParsedDate,
    /// What the words around it declare it to be.
    pub label: Option<DateLabel>,
    /// Whether the year has only two digits.
    pub short_year: bool,
    /// The number of characters of the text outside this date: 0 for a line that is only a date.
    pub other_chars: usize,
}

/// The maximum length of the text that is searched, in bytes; the rest is ignored.
const MAX_BYTES: usize = 4_000;

/// How far before a date its label may be, in bytes.
const LABEL_REACH: usize = 80;

/// Every date in the text, in order.
pub fn visible(text: &str, locale: &Locale) -> Vec<VisibleDate> {
    let text = text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or(text);
    if may_contain_date(text) { all_dates(text, locale) } else { Vec::new() }
}

/// [`visible`] without the check of the text's numbers.
pub(super) fn all_dates(text: &str, locale: &Locale) -> Vec<VisibleDate> {
    let folded = fold_dates(text);
    DateParser { tokens: tokens(&folded.text), folded: &folded, locale }.dates()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum TokenKind {
    Number { value: u32, digits: usize },
    Word,
    Punct(char),
}

#[derive(Clone, Copy, Debug)]
struct DateToken {
    kind: TokenKind,
    start: usize,
    end: usize,
}

/// Splits a text into numbers, words (each Han character is one) and punctuation marks.
fn tokens(text: &str) -> Vec<DateToken> {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    let is_mark = unicode_normalization::char::is_combining_mark;
    let mut out: Vec<DateToken> = Vec::new();
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        let joins = out.last_mut().filter(|last| last.end == start);
        match (c.to_digit(10).filter(|_| c.is_ascii()), joins) {
            (Some(digit), Some(DateToken { kind: TokenKind::Number { value, digits }, end: last_end, .. })) => {
                *value = value.saturating_mul(10).saturating_add(digit);
                *digits += 1;
                *last_end = end;
            }
            (Some(digit), _) => out.push(DateToken { kind: TokenKind::Number { value: digit, digits: 1 }, start, end }),
            (None, joins) if c.is_alphabetic() || is_mark(c) => match joins {
                Some(last)
                    if last.kind == TokenKind::Word
                        && !is_han(c)
                        && !text.get(last.start..).is_some_and(|w| w.starts_with(is_han)) =>
                {
                    last.end = end;
                }
                _ => out.push(DateToken { kind: TokenKind::Word, start, end }),
            },
            _ if c.is_whitespace() => {}
            _ => out.push(DateToken { kind: TokenKind::Punct(c), start, end }),
        }
    }
    out
}

/// A year, month and day in the text, and the index of the token after them.
struct DateMatch {
    day: Day,
    short_year: bool,
    swapped: Option<Day>,
    next: usize,
}

struct DateParser<'a> {
    tokens: Vec<DateToken>,
    folded: &'a Folded,
    locale: &'a Locale,
}

impl DateParser<'_> {
    fn dates(&self) -> Vec<VisibleDate> {
        let mut dates: Vec<VisibleDate> = Vec::new();
        let (mut at, mut last_end) = (0, 0);
        while at < self.tokens.len() {
            let Some(found) = self.date_at(at) else {
                at += 1;
                continue;
            };
            let start = self.tokens.get(at).map_or(0, |token| token.start);
            let (time, offset, next) = self.time_after(found.next);
            let end = self.end_before(found.next);
            let before = self
                .folded
                .text
                .get(self.char_boundary(last_end.max(start.saturating_sub(LABEL_REACH)))..start)
                .unwrap_or_default();
            dates.push(VisibleDate {
                date: ParsedDate { time, offset, swapped: found.swapped, ..ParsedDate::of(found.day) },
                label: WORDS.last_label(before),
                short_year: found.short_year,
                other_chars: self.folded.text.chars().count().saturating_sub(end - start),
            });
            last_end = end;
            at = next;
        }
        if let [only] = dates.as_mut_slice()
            && only.label.is_none()
        {
            let after = self.folded.text.get(last_end..self.char_boundary(last_end + LABEL_REACH / 2)).unwrap_or_default();
            only.label = WORDS.last_label(after);
        }
        dates
    }

    fn char_boundary(&self, at: usize) -> usize {
        self.folded.text.floor_char_boundary(at)
    }

    fn end_before(&self, next: usize) -> usize {
        next.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |token| token.end)
    }

    fn date_at(&self, at: usize) -> Option<DateMatch> {
        match self.tokens.get(at)?.kind {
            TokenKind::Number { digits: 4, .. } => self.year_first(at),
            TokenKind::Number { digits: 3, .. } => self.era_year(at),
            TokenKind::Number { digits: 1..=2, .. } => {
                self.era_year(at).or_else(|| self.numeric(at)).or_else(|| self.day_first(at))
            }
            TokenKind::Word => self.month_first(at),
            _ => None,
        }
    }

    fn number(&self, at: usize) -> Option<(u32, usize)> {
        match self.tokens.get(at)?.kind {
            TokenKind::Number { value, digits } => Some((value, digits)),
            _ => None,
        }
    }

    fn word(&self, at: usize) -> Option<&str> {
        let token = self.tokens.get(at).filter(|token| token.kind == TokenKind::Word)?;
        self.folded.text.get(token.start..token.end)
    }

    fn punct(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.kind {
            TokenKind::Punct(c) => Some(c),
            _ => None,
        }
    }

    /// A number of one or two digits.
    fn small(&self, at: usize) -> Option<u32> {
        self.number(at).filter(|(_, digits)| *digits <= 2).map(|(value, _)| value)
    }

    /// A year of four digits.
    fn year(&self, at: usize) -> Option<i32> {
        let (value, digits) = self.number(at)?;
        (digits == 4).then(|| i32::try_from(value).ok()).flatten()
    }

    /// The index after at most three words and punctuation marks that may occur inside a date.
    fn skip_fillers(&self, mut at: usize) -> usize {
        for _ in 0..3 {
            let skips = self.punct(at).is_some_and(|c| matches!(c, '.' | ',' | '/' | '-' | '\'' | 'º' | 'ª' | '،'))
                || self.word(at).is_some_and(|word| WORDS.is_filler(word));
            if !skips {
                break;
            }
            at += 1;
        }
        at
    }

    /// The month whose name, of up to three words, begins here, and the index of the token after it.
    fn month(&self, at: usize) -> Option<(MonthName, usize)> {
        self.word(at)?;
        let start = self.tokens.get(at)?.start;
        let most = if WORDS.may_begin_month(self.folded.text.get(start..)?) { 3 } else { 0 };
        for words in (1..=most).rev() {
            let last = at + words - 1;
            if (at..=last).any(|index| self.word(index).is_none()) {
                continue;
            }
            let text = self.folded.text.get(start..self.tokens.get(last)?.end)?;
            if let Some(name) = WORDS.month(text, &self.locale.language) {
                return Some((name, last + 1));
            }
        }
        // Vietnamese numbers its months: `tháng 10`.
        if self.word(at)? == "thang" {
            let month = self.small(at + 1).filter(|month| (1..=12).contains(month))?;
            let name = MonthName { language: "vi", month: u8::try_from(month).ok()?, calendar: Calendar::Gregorian };
            return Some((name, at + 2));
        }
        None
    }

    /// `2023-10-27`, `2023年10月27日`, `2023. október 27.`, `2023 m. spalio 27 d.`, `2023. gada 27. oktobris`.
    fn year_first(&self, at: usize) -> Option<DateMatch> {
        let year = self.year(at)?;
        if let Some(found) = self.with_unit_words(at, year).or_else(|| self.separated(at, year)) {
            return Some(found);
        }
        let after = self.skip_fillers(at + 1);
        if let Some((name, next)) = self.month(after) {
            let day_at = self.skip_fillers(next);
            return self.named(year, name, self.small(day_at)?, false, day_at + 1);
        }
        let day = self.small(after)?;
        let (name, next) = self.month(self.skip_fillers(after + 1))?;
        self.named(year, name, day, false, next)
    }

    /// Numbers followed by the words for year, month and day.
    fn with_unit_words(&self, at: usize, year: i32) -> Option<DateMatch> {
        const YEAR: &[&str] = &["年", "년", "оны"];
        const MONTH: &[&str] = &["月", "월", "сарын"];
        let marked = |at: usize, set: &[&str]| self.word(at).is_some_and(|word| set.iter().any(|mark| word.starts_with(mark)));
        if !marked(at + 1, YEAR) {
            return None;
        }
        let month = self.small(at + 2)?;
        if !marked(at + 3, MONTH) {
            return None;
        }
        let day = self.small(at + 4)?;
        let next = if self.word(at + 5).is_some() { at + 6 } else { at + 5 };
        self.date_match(gregorian(year, month, day)?, false, next)
    }

    /// `令和5年10月27日`.
    fn era_year(&self, at: usize) -> Option<DateMatch> {
        let before = self.folded.text.get(..self.tokens.get(at)?.start)?;
        let first = WORDS.era(before)?;
        self.with_unit_words(at, first + i32::try_from(self.number(at)?.0).ok()?)
    }

    /// `2023/10/27`, `2023. 10. 27`.
    fn separated(&self, at: usize, year: i32) -> Option<DateMatch> {
        let separator = self.punct(at + 1).filter(|c| matches!(c, '-' | '/' | '.'))?;
        if self.punct(at + 3) != Some(separator) {
            return None;
        }
        let (month, day) = (self.small(at + 2)?, self.small(at + 4)?);
        let persian = SOLAR_HIJRI_YEARS.contains(&year) && (self.folded.eastern_digits || self.locale.language == "fa");
        let day = if persian { solar_hijri(year, month, day)? } else { gregorian(year, month, day)? };
        self.date_match(day, false, at + 5)
    }

    /// `27.10.2023`, `10/27/2023`, `27.10.23`, `27 | 10 | 2023`.
    fn numeric(&self, at: usize) -> Option<DateMatch> {
        let separator = self.punct(at + 1).filter(|c| matches!(c, '-' | '/' | '.' | '|'))?;
        // A number that continues before or after is an IP address or a version.
        let glued = |left: usize, right: usize| {
            self.tokens.get(left).zip(self.tokens.get(right)).is_some_and(|(left, right)| left.end == right.start)
        };
        if self.punct(at + 3) != Some(separator)
            || at.checked_sub(1).is_some_and(|before| self.punct(before) == Some(separator) && glued(before, at))
            || (self.punct(at + 5) == Some(separator) && glued(at + 5, at + 6) && self.number(at + 6).is_some())
        {
            return None;
        }
        let (first, second) = (self.small(at)?, self.small(at + 2)?);
        let (year, digits) = self.number(at + 4)?;
        let (year, short_year) = match digits {
            4 => (i32::try_from(year).ok()?, false),
            2 if glued(at, at + 1) && glued(at + 3, at + 4) => {
                (i32::try_from(year).ok()? + if year < 70 { 2000 } else { 1900 }, true)
            }
            _ => return None,
        };
        // With dashes, the day comes first except in the United States.
        let month_first = match separator {
            '/' => self.locale.month_first(),
            '-' => self.locale.region == "us",
            _ => false,
        };
        let orders = if month_first { [(first, second), (second, first)] } else { [(second, first), (first, second)] };
        let mut days = orders.iter().filter_map(|(month, day)| gregorian(year, *month, *day));
        let (day, swapped) = (days.next()?, days.next());
        // Separated by full stops, the order is day, month, year everywhere.
        let swapped = swapped.filter(|swapped| *swapped != day && separator != '.');
        Some(DateMatch { swapped, ..self.date_match(day, short_year, at + 5)? })
    }

    /// `27. Oktober 2023`, `3rd of May, 2023`, `27 tháng 10 năm 2023`, `27 Oct '23`.
    fn day_first(&self, at: usize) -> Option<DateMatch> {
        let day = self.small(at)?;
        let (name, next) = self.month(self.skip_fillers(at + 1))?;
        let year_at = self.skip_fillers(next);
        let (year, short_year) = self.year_or_short(year_at)?;
        self.named(year, name, day, short_year, year_at + 1)
    }

    /// `October 27, 2023`, `Fri Oct 27 10:00:00 CEST 2023`.
    fn month_first(&self, at: usize) -> Option<DateMatch> {
        let (name, next) = self.month(at)?;
        let day_at = self.skip_fillers(next);
        let day = self.small(day_at)?;
        let year_at = self.skip_fillers(day_at + 1);
        if let Some((year, short_year)) = self.year_or_short(year_at) {
            return self.named(year, name, day, short_year, year_at + 1);
        }
        let (time, _, after) = self.time_after(day_at + 1);
        time?;
        let year_at = (after..after + 3).find(|at| self.year(*at).is_some())?;
        self.named(self.year(year_at)?, name, day, false, year_at + 1)
    }

    /// A year of four digits, or of two after an apostrophe, dash or slash; and whether it is short.
    fn year_or_short(&self, at: usize) -> Option<(i32, bool)> {
        if let Some(year) = self.year(at) {
            return Some((year, false));
        }
        let (value, 2) = self.number(at)? else { return None };
        let before = at.checked_sub(1).and_then(|before| self.punct(before))?;
        let year = i32::try_from(value).ok()?;
        matches!(before, '\'' | '-' | '/').then(|| (year + if value < 70 { 2000 } else { 1900 }, true))
    }

    fn named(&self, year: i32, name: MonthName, day: u32, short_year: bool, next: usize) -> Option<DateMatch> {
        let month = u32::from(name.month);
        let day = match name.calendar {
            Calendar::SolarHijri => solar_hijri(year, month, day)?,
            Calendar::Gregorian => gregorian(year, month, day)?,
        };
        self.date_match(day, short_year, next)
    }

    fn date_match(&self, day: Day, short_year: bool, next: usize) -> Option<DateMatch> {
        (1900..2100).contains(&day.year()).then_some(DateMatch { day, short_year, swapped: None, next })
    }

    /// The time of day that follows within a few words, its zone, and the index of the token after both.
    fn time_after(&self, at: usize) -> (Option<u32>, Option<i32>, usize) {
        let none = (None, None, at);
        let Some(start) = (at..at + 5).find(|index| self.number(*index).is_some()) else { return none };
        let (Some(hour), Some(':' | '.')) = (self.small(start), self.punct(start + 1)) else { return none };
        let Some((minute, 2)) = self.number(start + 2) else { return none };
        let mut next = start + 3;
        let mut second = 0;
        if self.punct(next) == Some(':')
            && let Some(value) = self.small(next + 1)
        {
            second = value;
            next += 2;
        }
        // A full stop also separates the numbers of a date: `27.10.2023`.
        if hour > 23 || minute > 59 || second > 59 || self.punct(next) == Some('.') && self.number(next + 1).is_some() {
            return none;
        }
        let (hour, next) = self.half_day(hour, next);
        let (offset, next) = self.zone(next);
        (Some(hour * 3600 + minute * 60 + second), offset, next)
    }

    /// Applies `am` or `p.m.` after the time.
    fn half_day(&self, hour: u32, at: usize) -> (u32, usize) {
        let (letter, next) = match self.word(at) {
            Some("am") => ('a', at + 1),
            Some("pm") => ('p', at + 1),
            Some(half @ ("a" | "p")) if self.punct(at + 1) == Some('.') && self.word(at + 2) == Some("m") => {
                (if half == "a" { 'a' } else { 'p' }, at + 3 + usize::from(self.punct(at + 3) == Some('.')))
            }
            _ => return (hour, at),
        };
        (if letter == 'p' { hour % 12 + 12 } else { hour % 12 }, next)
    }

    /// A time zone by its abbreviation or offset. Abbreviations that several zones share are left out.
    fn zone(&self, at: usize) -> (Option<i32>, usize) {
        const ZONES: &[(&str, i32)] = &[
            ("utc", 0),
            ("gmt", 0),
            ("z", 0),
            ("cet", 1),
            ("mez", 1),
            ("cest", 2),
            ("mesz", 2),
            ("eet", 2),
            ("eest", 3),
            ("msk", 3),
            ("мск", 3),
            ("edt", -4),
            ("est", -5),
            ("cdt", -5),
            ("mdt", -6),
            ("pdt", -7),
            ("pst", -8),
            ("jst", 9),
            ("kst", 9),
            ("hkt", 8),
            ("sgt", 8),
            ("wib", 7),
            ("sast", 2),
            ("aest", 10),
            ("aedt", 11),
        ];
        let named = self.word(at).and_then(|word| ZONES.iter().find(|(name, _)| *name == word)).map(|(_, hours)| hours * 3600);
        let next = at + usize::from(named.is_some());
        let sign = match self.punct(next) {
            Some('+') => 1,
            Some('-') => -1,
            _ => return (named, next),
        };
        let glued = self.tokens.get(next).zip(self.tokens.get(next + 1)).is_some_and(|(sign, number)| sign.end == number.start);
        match self.number(next + 1).filter(|_| glued) {
            Some((value, 4)) => (i32::try_from(value / 100 * 3600 + value % 100 * 60).ok().map(|offset| sign * offset), next + 2),
            Some((value, 1..=2)) if value <= 14 => (i32::try_from(value * 3600).ok().map(|offset| sign * offset), next + 2),
            _ => (named, next),
        }
    }
}

/// The last label in a text, regardless of the dates in it.
pub fn label(text: &str) -> Option<DateLabel> {
    WORDS.last_label(&fold_dates(text).text)
}
