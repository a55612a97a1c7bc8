//! Interprets URLs as pages of a story that is split over several: `?page=2`, `/2`, `/page/2`, `-2.html`, and the whole story on one page,
//! `?page=all`. Knows no site. An interpretation is only possible, not certain: `article::pagination` decides by the pages themselves.

use url::Url;

use super::canonical::canonical;
use super::lists::LISTS;

/// The part of a story that a URL requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagePart {
    /// The page with this number, from 1; some servers count from 0.
    Number(u32),
    /// All pages in one.
    Whole,
}

/// How explicit a URL is about the part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartForm {
    /// By a parameter, a segment of its own, or a word.
    Explicit,
    /// Only by a number at the end of the name (`story-2.html`), which may also be another story's.
    NumberSuffix,
}

/// One interpretation of a URL as a part of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartReading {
    /// What the URLs of all parts share: host, path and query without the part.
    pub story: String,
    /// The part.
    pub part: PagePart,
    /// How explicit the URL is about the part.
    pub form: PartForm,
}

/// Every interpretation of a URL as a part of a story; the first is always that it is the story's first page.
pub fn readings(url: &Url) -> Vec<PartReading> {
    let url = canonical(url);
    let pieces = UrlPieces::of(&url);
    let mut readings =
        vec![PartReading { story: pieces.key(&pieces.segments, None), part: PagePart::Number(1), form: PartForm::Explicit }];
    readings.extend(pieces.by_query());
    readings.extend(pieces.by_segment());
    readings.extend(pieces.by_name());
    readings
}

/// A cheap check whether a link's target, as written, may be a part of a story.
pub fn may_be_part(href: &str) -> bool {
    let href = href.split('#').next().unwrap_or_default().trim_end_matches('/');
    let tail = href.rsplit('/').next().unwrap_or(href);
    let short = |run: &[u8]| (1..=3).contains(&run.len());
    let has_number = tail.as_bytes().split(|byte| !byte.is_ascii_digit()).any(short);
    has_number || LISTS.whole_segments.contains(tail) || (tail.contains('=') && whole_pair(tail.rsplit(['?', '&']).next()))
}

fn whole_pair(pair: Option<&str>) -> bool {
    pair.is_some_and(|pair| matches!(part_of_pair(pair), Some(PagePart::Whole)))
}

/// The maximum number of digits of a part's number in a path: a year or a day of the year has more.
const MAX_DIGITS: usize = 2;

fn number(text: &str, max_digits: usize) -> Option<u32> {
    let is_number = (1..=max_digits).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The part that a parameter requests.
fn part_of_pair(pair: &str) -> Option<PagePart> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
    if LISTS.whole_parameters.contains(&name) {
        return (!matches!(value.as_str(), "0" | "false" | "no")).then_some(PagePart::Whole);
    }
    let is_part = LISTS.parts.contains(&name);
    if (is_part || name == "view") && LISTS.wholes.contains(&value) {
        Some(PagePart::Whole)
    } else if is_part {
        number(&value, 3).map(PagePart::Number)
    } else if name == "p" {
        // On many sites `p` is the number of a post, which is larger.
        number(&value, MAX_DIGITS).map(PagePart::Number)
    } else {
        None
    }
}

/// A canonical URL, split.
struct UrlPieces<'a> {
    host: &'a str,
    port: Option<u16>,
    segments: Vec<&'a str>,
    query: Vec<&'a str>,
}

const SEPARATORS: [char; 5] = ['-', '_', ',', '.', '~'];

impl<'a> UrlPieces<'a> {
    fn of(url: &'a Url) -> Self {
        let segments = url.path_segments().map(|all| all.filter(|segment| !segment.is_empty()).collect()).unwrap_or_default();
        let query = url.query().map(|query| query.split('&').collect()).unwrap_or_default();
        Self { host: url.host_str().unwrap_or_default(), port: url.port(), segments, query }
    }

    /// The key of a story: host, these segments, and the query without the pair at `left_out`.
    fn key(&self, segments: &[&str], left_out: Option<usize>) -> String {
        let is_index = |last: &&str| LISTS.indexes.contains(&last.to_ascii_lowercase());
        let segments = match segments.split_last() {
            Some((last, rest)) if is_index(last) => rest,
            _ => segments,
        };
        let pairs = self.query.iter().enumerate().filter(|(at, _)| Some(*at) != left_out).map(|(_, pair)| *pair);
        let pairs: Vec<&str> = pairs.collect();
        let port = self.port.map_or_else(String::new, |port| format!(":{port}"));
        let path: String = segments.iter().flat_map(|segment| ["/", segment]).collect();
        format!("{}{port}{path}{}{}", self.host, if pairs.is_empty() { "" } else { "?" }, pairs.join("&"))
    }

    fn by_query(&self) -> impl Iterator<Item = PartReading> {
        let reading = |(at, pair): (usize, &&str)| {
            part_of_pair(pair).map(|part| PartReading {
                story: self.key(&self.segments, Some(at)),
                part,
                form: PartForm::Explicit,
            })
        };
        self.query.iter().enumerate().filter_map(reading)
    }

    /// `/2`, `/page/2`, `/page-2`, `/all` after the story's path.
    fn by_segment(&self) -> Option<PartReading> {
        let (last, rest) = self.segments.split_last().filter(|(_, rest)| !rest.is_empty())?;
        let last = last.to_ascii_lowercase();
        let (part, rest) = match number(&last, MAX_DIGITS) {
            Some(number) => (PagePart::Number(number), without_word(rest)),
            None if LISTS.whole_segments.contains(&last) => (PagePart::Whole, rest),
            None => {
                let digits = last.trim_start_matches(|c: char| !c.is_ascii_digit());
                let word = last.strip_suffix(digits)?.trim_end_matches(SEPARATORS);
                (PagePart::Number(number(digits, MAX_DIGITS)?), Some(rest).filter(|_| LISTS.parts.contains(word))?)
            }
        };
        Some(PartReading { story: self.key(rest, None), part, form: PartForm::Explicit })
    }

    /// `story-2.html`, `story_page2.html`, `story,2`.
    fn by_name(&self) -> Option<PartReading> {
        let (last, rest) = self.segments.split_last()?;
        let is_ending = |ending: &str| (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphabetic());
        let (stem, ending) = match last.rsplit_once('.') {
            Some((stem, ending)) if is_ending(ending) => (stem, last.strip_prefix(stem).unwrap_or_default()),
            _ => (*last, ""),
        };
        let before = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        let part = PagePart::Number(number(stem.strip_prefix(before)?, MAX_DIGITS)?);
        let name = before.trim_end_matches(SEPARATORS);
        let (name, form) = match name.rsplit_once(SEPARATORS) {
            Some((name, word)) if is_part_word(word) => (name.trim_end_matches(SEPARATORS), PartForm::Explicit),
            _ if name.len() < before.len() => (name, PartForm::NumberSuffix),
            _ => return None,
        };
        let last = format!("{name}{ending}");
        let segments: Vec<&str> = rest.iter().copied().chain([last.as_str()]).collect();
        (!name.is_empty()).then(|| PartReading { story: self.key(&segments, None), part, form })
    }
}

fn is_part_word(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word == "p" || LISTS.parts.contains(&word)
}

/// The path without a word for "page" at its end.
fn without_word<'a, 'b>(segments: &'b [&'a str]) -> &'b [&'a str] {
    match segments.split_last() {
        Some((word, rest)) if !rest.is_empty() && LISTS.parts.contains(&word.to_ascii_lowercase()) => rest,
        _ => segments,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<PartReading> {
        readings(&Url::parse(text).unwrap())
    }

    #[test]
    fn parts_share_the_name_of_their_story() {
        for (first, part, wanted, form) in [
            ("https://a.example/24/story", "https://a.example/24/story?page=2", PagePart::Number(2), PartForm::Explicit),
            (
                "https://a.example/24/story?id=7",
                "https://a.example/24/story?id=7&seite=12",
                PagePart::Number(12),
                PartForm::Explicit,
            ),
            ("https://a.example/24/story/", "http://a.example/24/story/2/", PagePart::Number(2), PartForm::Explicit),
            ("https://a.example/24/story", "https://a.example/24/story/page/3", PagePart::Number(3), PartForm::Explicit),
            ("https://a.example/24/story", "https://a.example/24/story/page-3/", PagePart::Number(3), PartForm::Explicit),
            ("https://a.example/story.html", "https://a.example/story-2.html", PagePart::Number(2), PartForm::NumberSuffix),
            ("https://a.example/story.html", "https://a.example/story_page2.html", PagePart::Number(2), PartForm::Explicit),
            ("https://a.example/story-1.html", "https://a.example/story-2.html", PagePart::Number(2), PartForm::NumberSuffix),
            (
                "https://a.example/story/index.html",
                "https://a.example/story/index_2.html",
                PagePart::Number(2),
                PartForm::NumberSuffix,
            ),
            ("https://a.example/story", "https://a.example/story?p=2", PagePart::Number(2), PartForm::Explicit),
            ("https://a.example/story", "https://a.example/story?page=all", PagePart::Whole, PartForm::Explicit),
            ("https://a.example/story?id=1", "https://a.example/story?id=1&singlePage=true", PagePart::Whole, PartForm::Explicit),
            ("https://a.example/24/story", "https://a.example/24/story/all", PagePart::Whole, PartForm::Explicit),
        ] {
            let firsts = read(first).into_iter().filter(|reading| reading.part == PagePart::Number(1));
            let stories: Vec<String> = firsts.map(|reading| reading.story).collect();
            let found =
                read(part).into_iter().find(|reading| reading.part != PagePart::Number(1) && stories.contains(&reading.story));
            assert_eq!(found.map(|reading| (reading.part, reading.form)), Some((wanted, form)), "{part}");
        }
    }

    #[test]
    fn other_numbers_are_not_page_numbers() {
        for url in
            ["https://a.example/2024", "https://a.example/story-12345.html", "https://a.example/?p=1234", "https://a.example/"]
        {
            assert_eq!(read(url).len(), 1, "{url}: {:?}", read(url));
        }
        for href in ["?page=2", "/story-2.html", "2", "/story/3/", "?page=all", "/story/all", "x?a=1&singlePage=true#top"] {
            assert!(may_be_part(href), "{href}");
        }
        for href in ["/", "#page-2", "/2024/05/story", "/story-123456.html", "/about"] {
            assert!(!may_be_part(href), "{href}");
        }
    }
}
