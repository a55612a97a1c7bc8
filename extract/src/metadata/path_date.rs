//! Finds the date in the path of a URL: `/2023/10/27/a-story`. Scores nothing.

use super::date::{self, Locale, ParsedDate};
use super::pattern_lists::LAST_FIRST;
use super::patterns::PATTERNS;

/// The last date in a URL's path: in URLs of web archives, the archive's own date comes first.
pub(crate) fn path_date(path: &str) -> Option<ParsedDate> {
    // A year and a month or day.
    if path.bytes().filter(u8::is_ascii_digit).count() < 5 {
        return None;
    }
    let locale = Locale::of(Some("en"), None);
    let found = |pattern| PATTERNS.path_dates.matches(pattern, path).map(move |found| (pattern, found));
    let dates = (0..PATTERNS.path_dates.len()).flat_map(found).filter_map(|(pattern, found)| {
        let groups = if pattern == LAST_FIRST { [3, 2, 1] } else { [1, 2, 3] };
        let [Some(year), Some(month), Some(day)] = groups.map(|group| found.group(group)) else { return None };
        let numeric = date::machine(&format!("{year}-{month}-{day}"));
        let named = || date::visible(&format!("{day} {month} {year}"), &locale).first().map(|found| found.date);
        Some((found.start(), numeric.or_else(named)?))
    });
    dates.max_by_key(|(start, _)| *start).map(|(_, date)| date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_paths_are_found() {
        let day = |path: &str| path_date(path).map(|date| date.day.to_string());
        assert_eq!(day("/2023/10/27/a-story").as_deref(), Some("2023-10-27"));
        assert_eq!(day("/world/2023/oct/27/a-story").as_deref(), Some("2023-10-27"));
        assert_eq!(day("/a-story-2023-10-27.html").as_deref(), Some("2023-10-27"));
        assert_eq!(day("/news/20231027/story").as_deref(), Some("2023-10-27"));
        assert_eq!(day("/web/20130419034022/http://example.org/2012/08/02/x").as_deref(), Some("2012-08-02"));
        assert_eq!(day("/media/27-10-2023").as_deref(), Some("2023-10-27"));
        assert_eq!(day("/news/A20260129093000").as_deref(), Some("2026-01-29"));
        assert_eq!(day("/view/AKR20260129.html").as_deref(), Some("2026-01-29"));
        assert_eq!(day("/web/20130419034022/http://example.org/a-story"), None);
        assert_eq!(day("/2023/10/a-story"), None);
        assert_eq!(day("/p/2023-99-27"), None);
        assert_eq!(day("/id/120231027"), None);
    }
}
