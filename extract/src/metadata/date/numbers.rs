//! A cheap check whether a text can contain a date, by its numbers alone: most lines of a page have none or one. Parses nothing.

/// The kinds of numbers that a date consists of, by their number of digits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    /// One or two digits: a day, a month, a short year.
    Small,
    /// Four digits.
    Year,
    /// Not part of a date.
    Other,
}

impl Number {
    fn of(digits: usize) -> Self {
        match digits {
            1 | 2 => Self::Small,
            4 => Self::Year,
            _ => Self::Other,
        }
    }
}

/// Whether a text may contain a date written for people. In every form of date, a number of one or two digits is next to a year, or to another one
/// of one or two digits. A text with characters that may be or hide digits of their own passes if it has any numeric character.
pub(crate) fn may_contain_date(text: &str) -> bool {
    let mut last = Number::Other;
    let mut digits = 0;
    let mut ends_pair = |digits: usize| {
        let number = Number::of(digits);
        let before = std::mem::replace(&mut last, number);
        matches!((before, number), (Number::Small, Number::Small | Number::Year) | (Number::Year, Number::Small))
    };
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte.is_ascii_digit() || !byte.is_ascii()) {
        let (between, here) = rest.split_at(at);
        if !between.is_empty() && digits > 0 && ends_pair(std::mem::take(&mut digits)) {
            return true;
        }
        let mut chars = here.chars();
        match chars.next() {
            Some(c) if c.is_ascii() => digits += 1,
            Some(c) if !separates_digits(c) => return text.chars().any(char::is_numeric),
            _ if digits > 0 && ends_pair(std::mem::take(&mut digits)) => return true,
            _ => {}
        }
        rest = chars.as_str();
    }
    digits > 0 && ends_pair(digits)
}

/// Whether a common character keeps the digits before and after it apart and contains none, however a text is folded for date parsing.
fn separates_digits(c: char) -> bool {
    matches!(c,
        '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{b1}' | '\u{b4}'..='\u{b8}' | '\u{bb}' | '\u{bf}'..='\u{17f}' | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3ce}'
        | '\u{410}'..='\u{44f}' | '\u{451}'..='\u{45f}' | '\u{621}'..='\u{63a}' | '\u{641}'..='\u{64a}' | '\u{2010}'..='\u{2027}' | '\u{20ac}'
        | '\u{2190}'..='\u{21ff}' | '\u{3001}'..='\u{3002}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fc}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold_dates;
    use super::super::{Locale, visible};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn separating_characters_contain_no_digits_and_are_not_dropped() {
        for c in ('\u{80}'..='\u{ffff}').filter(|c| separates_digits(*c)) {
            let folded = fold_dates(&format!("1{c}2")).text;
            assert!(folded.len() > 2 && folded.starts_with('1') && folded.ends_with('2'), "{c:?} {folded:?}");
            assert_eq!(folded.bytes().filter(u8::is_ascii_digit).count(), 2, "{c:?} {folded:?}");
        }
    }

    #[test]
    fn lines_with_less_than_two_fitting_numbers_contain_none() {
        for text in ["", "no number", "in 2024", "Chapter 3", "2023, 2024 and 12345", "100 of 2024", "5,000 – 200"] {
            assert!(!may_contain_date(text), "{text}");
        }
        for text in ["3 May 2024", "2024年5月3日", "5/3/24", "May 3, 2024", "٣ مايو ٢٠٢٤", "3\u{ad}1 2024"] {
            assert!(may_contain_date(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_with_a_date_is_rejected(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "3", "05", "27", "2024", "1403", "24", "100", "20240503", "May", "Oktober", "thang", "令和", "年", "月", "日", "آبان", "มี.ค.",
                    "th", "de", "of", " ", " ", " ", ", ", ". ", "/", "-", ".", "'", ":", " | ", "10:00", "CEST", "②", "½", "\u{ad}", "２０２４", "۱۴۰۲", "۵",
                    "é", "–", "\u{301}", "㋄",
                ]),
                0..14,
            ),
        ) {
            let text = parts.concat();
            let locale = Locale::of(Some("en"), None);
            let has_dates = !super::super::visible::all_dates(&text, &locale).is_empty();
            prop_assert!(!has_dates || may_contain_date(&text), "{}", text);
            prop_assert_eq!(has_dates && text.chars().any(char::is_numeric), !visible(&text, &locale).is_empty());
        }
    }
}
