//! A story's parts by their addresses: `?page=2`, `/2`, `/page/2`, `-2.html`, and the whole on one page, `?page=all`. Knows no site, and
//! judges none: whether an address is what it looks like is for the pages to say.

use url::Url;

use super::{LISTS, canonical};

/// Which part of a story an address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagePart {
    /// This one, from 1; some servers count from 0.
    Number(u32),
    /// All of them on one page.
    Whole,
}

/// How plainly an address says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By a parameter, a segment of its own, or a word.
    Plain,
    /// By a number behind the name alone (`story-2.html`): another story may be called so.
    Bare,
}

/// One way to read an address as a part of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartReading {
    /// What the addresses of all parts share: host, path and query without what tells the part.
    pub story: String,
    /// The part.
    pub part: PagePart,
    /// How plainly the address says so.
    pub form: Form,
}

/// Every way to read an address as a part of a story; the first is always that it is the story's first.
pub fn readings(url: &Url) -> Vec<PartReading> {
    let url = canonical(url);
    let address = Address::of(&url);
    let mut found =
        vec![PartReading { story: address.key(&address.segments, None), part: PagePart::Number(1), form: Form::Plain }];
    found.extend(address.by_query());
    found.extend(address.by_segment());
    found.extend(address.by_name());
    found
}

/// Whether an address as written in a link may be that of a part: a first sieve, for what is cheap to ask of every link.
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

/// Digits of a part's number in a path: a year or a day of the year has more.
const MOST_DIGITS: usize = 2;

fn number(text: &str, most: usize) -> Option<u32> {
    let is_number = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The part that a parameter asks for.
fn part_of_pair(pair: &str) -> Option<PagePart> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
    if LISTS.whole_parameters.contains(&name) {
        return (!matches!(value.as_str(), "0" | "false" | "no")).then_some(PagePart::Whole);
    }
    let counts = LISTS.parts.contains(&name);
    match () {
        () if (counts || name == "view") && LISTS.wholes.contains(&value) => Some(PagePart::Whole),
        () if counts => number(&value, 3).map(PagePart::Number),
        // A post's number elsewhere, which is larger.
        () if name == "p" => number(&value, MOST_DIGITS).map(PagePart::Number),
        () => None,
    }
}

/// A canonical address in its pieces.
struct Address<'a> {
    host: &'a str,
    port: Option<u16>,
    segments: Vec<&'a str>,
    query: Vec<&'a str>,
}

const SEPARATORS: [char; 5] = ['-', '_', ',', '.', '~'];

impl<'a> Address<'a> {
    fn of(url: &'a Url) -> Self {
        let segments = url.path_segments().map(|all| all.filter(|segment| !segment.is_empty()).collect()).unwrap_or_default();
        let query = url.query().map(|query| query.split('&').collect()).unwrap_or_default();
        Self { host: url.host_str().unwrap_or_default(), port: url.port(), segments, query }
    }

    /// What names a story: these segments, and the query without the pair at `left_out`.
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
        let plain = |(at, pair): (usize, &&str)| {
            part_of_pair(pair).map(|part| PartReading { story: self.key(&self.segments, Some(at)), part, form: Form::Plain })
        };
        self.query.iter().enumerate().filter_map(plain)
    }

    /// `/2`, `/page/2`, `/page-2`, `/all` behind the story's path.
    fn by_segment(&self) -> Option<PartReading> {
        let (last, rest) = self.segments.split_last().filter(|(_, rest)| !rest.is_empty())?;
        let last = last.to_ascii_lowercase();
        let (part, rest) = match number(&last, MOST_DIGITS) {
            Some(number) => (PagePart::Number(number), without_word(rest)),
            None if LISTS.whole_segments.contains(&last) => (PagePart::Whole, rest),
            None => {
                let digits = last.trim_start_matches(|c: char| !c.is_ascii_digit());
                let word = last.strip_suffix(digits)?.trim_end_matches(SEPARATORS);
                (PagePart::Number(number(digits, MOST_DIGITS)?), Some(rest).filter(|_| LISTS.parts.contains(word))?)
            }
        };
        Some(PartReading { story: self.key(rest, None), part, form: Form::Plain })
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
        let part = PagePart::Number(number(stem.strip_prefix(before)?, MOST_DIGITS)?);
        let name = before.trim_end_matches(SEPARATORS);
        let (name, form) = match name.rsplit_once(SEPARATORS) {
            Some((name, word)) if is_part_word(word) => (name.trim_end_matches(SEPARATORS), Form::Plain),
            _ if name.len() < before.len() => (name, Form::Bare),
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

/// The path without a word for part at its end.
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
            ("https://a.example/24/story", "https://a.example/24/story?page=2", PagePart::Number(2), Form::Plain),
            ("https://a.example/24/story?id=7", "https://a.example/24/story?id=7&seite=12", PagePart::Number(12), Form::Plain),
            ("https://a.example/24/story/", "http://a.example/24/story/2/", PagePart::Number(2), Form::Plain),
            ("https://a.example/24/story", "https://a.example/24/story/page/3", PagePart::Number(3), Form::Plain),
            ("https://a.example/24/story", "https://a.example/24/story/page-3/", PagePart::Number(3), Form::Plain),
            ("https://a.example/story.html", "https://a.example/story-2.html", PagePart::Number(2), Form::Bare),
            ("https://a.example/story.html", "https://a.example/story_page2.html", PagePart::Number(2), Form::Plain),
            ("https://a.example/story-1.html", "https://a.example/story-2.html", PagePart::Number(2), Form::Bare),
            ("https://a.example/story/index.html", "https://a.example/story/index_2.html", PagePart::Number(2), Form::Bare),
            ("https://a.example/story", "https://a.example/story?p=2", PagePart::Number(2), Form::Plain),
            ("https://a.example/story", "https://a.example/story?page=all", PagePart::Whole, Form::Plain),
            ("https://a.example/story?id=1", "https://a.example/story?id=1&singlePage=true", PagePart::Whole, Form::Plain),
            ("https://a.example/24/story", "https://a.example/24/story/all", PagePart::Whole, Form::Plain),
        ] {
            let firsts = read(first).into_iter().filter(|reading| reading.part == PagePart::Number(1));
            let stories: Vec<String> = firsts.map(|reading| reading.story).collect();
            let told =
                read(part).into_iter().find(|reading| reading.part != PagePart::Number(1) && stories.contains(&reading.story));
            assert_eq!(told.map(|reading| (reading.part, reading.form)), Some((wanted, form)), "{part}");
        }
    }

    #[test]
    fn numbers_that_are_names_are_none_of_parts() {
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
