//! Parses relative dates: "2 hours ago", "gestern". A last resort, and only for pages whose time of fetching is known.

use super::fold::fold_dates;
use super::parsed_date::ParsedDate;
use super::words::WORDS;
use crate::base::time::Timestamp;

/// The maximum length of a relative date, in characters.
const MAX_CHARS: usize = 40;

/// The day that a short text gives relative to `now`. Hours are counted in UTC; the day may be off by one near midnight.
pub fn relative(text: &str, now: Timestamp) -> Option<ParsedDate> {
    if text.chars().count() > MAX_CHARS {
        return None;
    }
    let folded = fold_dates(text).text;
    let back = |seconds: i64| ParsedDate::of(Timestamp::from_unix(now.unix().saturating_sub(seconds)).day());
    if WORDS.has_ago(&folded)
        && let Some((count, word)) = number_and_word(&folded)
        && let Some(unit) = WORDS.unit(word)
    {
        return Some(back(count.saturating_mul(unit.0)));
    }
    WORDS.days_back(&folded).map(|days| back(days * 86_400))
}

/// The first number, of at most three digits, and the word after it.
fn number_and_word(text: &str) -> Option<(i64, &str)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at_checked(end)?;
    let word = rest.trim_start();
    let word = word.get(..word.find(|c: char| c.is_whitespace() || matches!(c, '.' | ',')).unwrap_or(word.len()))?;
    (digits.len() <= 3).then(|| digits.parse().ok()).flatten().map(|count| (count, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_dates_are_parsed() {
        let now = "2024-05-10T12:00:00Z".parse().unwrap();
        for (text, want) in [
            ("2 hours ago", "2024-05-10"),
            ("vor 3 Tagen", "2024-05-07"),
            ("il y a 13 heures", "2024-05-09"),
            ("hace 2 semanas", "2024-04-26"),
            ("3 дня назад", "2024-05-07"),
            ("2天前", "2024-05-08"),
            ("2日前", "2024-05-08"),
            ("3시간 전", "2024-05-10"),
            ("قبل 2 أيام", "2024-05-08"),
            ("gestern", "2024-05-09"),
            ("Yesterday, 10:00", "2024-05-09"),
        ] {
            assert_eq!(relative(text, now).map(|date| date.day.to_string()).as_deref(), Some(want), "{text}");
        }
        for text in ["", "5 comments", "3 min read", "Once upon a time, 2 hours ago, there was a very long line"] {
            assert_eq!(relative(text, now), None, "{text}");
        }
    }
}
