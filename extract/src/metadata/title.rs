//! Strips site names, sections and page numbers from the ends of titles. Looks at one title at a time.

use crate::base::text::{fold, squeeze};

/// Separators between a headline and the site's name. The last (or first) one in the title is tried.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " / ", " ‹ ", " › ", " > ", " < ", " ~ ", " : ", " || ",
    " ǀ ", "｜", " // ", " @ ", "_", "|", " -- ", ": ", " ／ ", " ∙ ", " ⋅ ", " ― ", " − ", "│", "┃", "ㅣ", "∣",
];

/// Signs that separate a headline from the site's name without spaces as well, where the name is known.
const UNSPACED: &[char] = &['-', '–', '—'];

/// The names of a site.
#[derive(Clone, Debug, Default)]
pub(crate) struct SiteNames {
    /// Folded names.
    names: Vec<String>,
    /// The domain's first label, without spaces and hyphens: `daily-news` → `dailynews`.
    labels: Vec<String>,
    /// The host and its registrable domain.
    hosts: Vec<String>,
}

impl SiteNames {
    /// From every name that a page gives its site, and its URL.
    pub fn of<'a>(names: impl Iterator<Item = &'a str>, url: Option<&url::Url>) -> Self {
        let mut all = Self { names: names.map(fold).filter(|name| name.len() > 1).collect(), ..Self::default() };
        let Some(url) = url else { return all };
        let host = url.host_str().unwrap_or_default().trim_start_matches("www.").to_string();
        let domain = crate::base::url::site(url).unwrap_or_default();
        all.labels.extend(domain.split('.').next().map(joined).filter(|label| label.len() > 1));
        all.hosts = vec![fold(&host), fold(&domain)];
        all
    }

    /// Whether a text is exactly one of the site's names.
    pub fn is(&self, text: &str) -> bool {
        let folded = fold(text);
        self.names.contains(&folded) || self.hosts.contains(&folded)
    }

    /// What is the same for all spellings of a name: its letters and digits; for the host and the domain, the domain's first label.
    pub fn key(&self, name: &str) -> String {
        match self.labels.first() {
            Some(label) if self.hosts.contains(&fold(name)) => label.clone(),
            _ => joined(name),
        }
    }

    /// Whether a text is one of the site's names, with or without words such as "News" around it.
    pub fn has(&self, text: &str) -> bool {
        let folded = fold(text);
        if folded.is_empty() {
            return false;
        }
        let joined = folded.replace(' ', "");
        let count = |text: &str| text.split(' ').count();
        // `Daily Example` for `The Daily Example`, `The Daily Example Sport` for `The Daily Example`; not a headline that mentions the site.
        let near = |name: &str| {
            (folded.len() >= 4 && is_within(&folded, name))
                || (name.len() >= 4 && is_within(name, &folded) && count(&folded) <= count(name) + 2)
        };
        self.hosts.contains(&folded)
            || self.names.iter().any(|name| near(name) || name.bytes().filter(|byte| *byte != b' ').eq(joined.bytes()))
            || self.labels.iter().any(|label| {
                *label == joined
                    || (label.len() >= 4 && joined.starts_with(label.as_str()) && joined.len() <= label.len() + 8)
                    || (joined.len() >= 4 && label.contains(&joined))
            })
    }
}

/// Whether a folded phrase occurs in a folded text at word boundaries.
fn is_within(phrase: &str, text: &str) -> bool {
    // Always begins at a word.
    let mut rest = text;
    while let Some(at) = rest.find(phrase) {
        let (before, here) = rest.split_at(at);
        let after = here.get(phrase.len()..).unwrap_or_default();
        if (before.is_empty() || before.ends_with(' ')) && (after.is_empty() || after.starts_with(' ')) {
            return true;
        }
        let Some((_, next)) = here.split_once(' ') else { return false };
        rest = next;
    }
    false
}

fn joined(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// The title without the site's names at its ends.
pub(crate) fn strip_site(title: &str, sites: &SiteNames) -> String {
    let mut title = squeeze(title);
    for _ in 0..3 {
        let Some(shorter) = strip_once(&title, sites) else { break };
        title = shorter;
    }
    title
}

fn strip_once(title: &str, sites: &SiteNames) -> Option<String> {
    if let Some((head, tail)) = split_last(title)
        && sites.has(tail)
    {
        return Some(head.to_string());
    }
    if let Some((head, tail)) = split_first(title)
        && sites.is(head)
        && count_words(tail) >= 2
    {
        return Some(tail.to_string());
    }
    // A name may contain such a sign itself.
    let cuts = title.rmatch_indices(UNSPACED).take(3).filter_map(|(at, sign)| split_at_separator(title, at, sign.len()));
    let mut unspaced = cuts.filter(|(head, tail)| sites.is(tail) && count_words(head) >= 2);
    unspaced.next().map(|(head, _)| head.to_string())
}

/// The title without its last part, if that part is short and the rest long enough: a guess, for titles of unknown sites.
pub(crate) fn guess_strip(title: &str) -> Option<String> {
    let (head, tail) = split_last(title)?;
    (count_words(tail) <= 4 && count_words(head) >= 4 && count_words(head) > count_words(tail)).then(|| head.to_string())
}

/// The text before and after the last separator.
pub(crate) fn split_last(title: &str) -> Option<(&str, &str)> {
    let hits = separators(title).filter(|(_, separator)| !separator.starts_with(':'));
    let (at, separator) = hits.max_by_key(|(at, separator)| (at + separator.len(), separator.len()))?;
    split_at_separator(title, at, separator.len())
}

fn split_first(title: &str) -> Option<(&str, &str)> {
    let (at, separator) = separators(title).min_by_key(|(at, separator)| (*at, usize::MAX - separator.len()))?;
    split_at_separator(title, at, separator.len())
}

/// Every separator in a title, with its place.
fn separators(title: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let mut rest = title;
    let places = std::iter::from_fn(move || {
        let begins = |(at, c): (usize, char)| {
            let mark = if c == ' ' { rest.get(at + 1..)?.chars().next()? } else { c };
            is_mark(mark).then_some((at, c))
        };
        let (at, c) = rest.char_indices().find_map(begins)?;
        let here = rest.get(at..)?;
        rest = here.get(c.len_utf8()..)?;
        Some(here)
    });
    places.flat_map(move |here| {
        let at = title.len() - here.len();
        SEPARATORS.iter().filter(move |separator| here.starts_with(**separator)).map(move |separator| (at, *separator))
    })
}

/// Whether a separator begins with this character, or with a space and this one.
fn is_mark(c: char) -> bool {
    !c.is_alphanumeric() && c != ' ' || matches!(c, 'ǀ' | 'ㅣ')
}

fn split_at_separator(title: &str, at: usize, len: usize) -> Option<(&str, &str)> {
    let (head, tail) = (title.get(..at)?.trim(), title.get(at + len..)?.trim());
    (!head.is_empty() && !tail.is_empty()).then_some((head, tail))
}

/// Most prefixes of a title.
const MAX_PREFIXES: usize = 24;

/// The longest [`MAX_PREFIXES`] prefixes of a title that end at a separator, longest first.
pub(crate) fn prefixes(title: &str) -> Vec<&str> {
    let head = |title| split_last(title).map(|(head, _)| head);
    std::iter::successors(head(title), |rest| head(rest)).take(MAX_PREFIXES).collect()
}

fn count_words(text: &str) -> usize {
    // In scripts without spaces, four characters are about one word.
    let folded = fold(text);
    let tokens = folded.split(' ').filter(|token| !token.is_empty());
    let (mut spaced, mut unspaced) = (0, 0);
    for token in tokens {
        if token.chars().next().is_some_and(crate::base::text::is_unspaced) { unspaced += 1 } else { spaced += 1 }
    }
    spaced + usize::div_ceil(unspaced, 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> SiteNames {
        let url = url::Url::parse("https://www.daily-example.co.uk/x").unwrap();
        SiteNames::of(["The Daily Example"].into_iter(), Some(&url))
    }

    #[test]
    fn site_names_are_stripped() {
        for (title, want) in [
            ("A big story | The Daily Example", "A big story"),
            ("A big story - Daily Example", "A big story"),
            ("A big story – daily-example.co.uk", "A big story"),
            ("The Daily Example: A big story", "A big story"),
            ("A big - small story | World | The Daily Example", "A big - small story | World"),
            ("A big story", "A big story"),
            ("Left - right", "Left - right"),
            ("A big story｜The Daily Example", "A big story"),
            ("큰 이야기가 있다 ㅣ The Daily Example", "큰 이야기가 있다"),
            ("Eine große Geschichte │ Daily Example", "Eine große Geschichte"),
            ("大きな話がある-The Daily Example", "大きな話がある"),
            ("A big half-told story-daily-example.co.uk", "A big half-told story"),
            ("A well-known story", "A well-known story"),
        ] {
            assert_eq!(strip_site(title, &names()), want, "{title}");
        }
    }

    #[test]
    fn phrases_are_found_at_word_boundaries() {
        for phrase in ["ab", "ab ab", "b a", "äb"] {
            for text in ["ab", "xab ab ab", "ab abx", "aab b a", "b ab a", "äb", "xäb äb", "", "ab ab ab"] {
                let plain = format!(" {text} ").contains(&format!(" {phrase} "));
                assert_eq!(is_within(phrase, text), plain, "{phrase} in {text}");
            }
        }
    }

    #[test]
    fn the_first_and_last_separators_are_found_as_by_searching_for_each() {
        let parts = [" ", "-", "a", "|", " - ", "::", ":", "_", "ㅣ", "日", " – ", "//"];
        for at in 0..parts.len().pow(3) {
            let part = |power: u32| parts[at / parts.len().pow(power) % parts.len()];
            let title = format!("x{}y{}{}z{} w", part(0), part(1), part(2), part(1));
            let last = SEPARATORS.iter().filter(|separator| !separator.starts_with(':'));
            let last = last.filter_map(|separator| Some((title.rfind(separator)?, separator.len())));
            let last = last.max_by_key(|(at, len)| (at + len, *len)).and_then(|(at, len)| split_at_separator(&title, at, len));
            assert_eq!(split_last(&title), last, "{title:?}");
            let first = SEPARATORS.iter().filter_map(|separator| Some((title.find(separator)?, separator.len())));
            let first = first.min_by_key(|(at, len)| (*at, usize::MAX - len));
            assert_eq!(split_first(&title), first.and_then(|(at, len)| split_at_separator(&title, at, len)), "{title:?}");
        }
    }

    #[test]
    fn only_short_tails_are_guessed() {
        assert_eq!(guess_strip("One two three four - Some Site").as_deref(), Some("One two three four"));
        assert_eq!(guess_strip("One two - three four five six"), None);
    }

    #[test]
    fn prefixes_end_at_separators() {
        assert_eq!(prefixes("A | B | C"), ["A | B", "A"]);
    }
}
