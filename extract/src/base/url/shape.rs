//! Judges by the shape of a URL whether it leads to an article: those of articles contain a date, a number or a headline. Knows no site.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;
use url::Url;

/// The lists of `sections.toml`; it documents each.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionWords {
    words: HashSet<String>,
    identifiers: HashSet<String>,
    files: HashSet<String>,
}

/// Empty lists if the file cannot be parsed, which a test rules out.
static WORDS: LazyLock<SectionWords> = LazyLock::new(|| toml::from_str(include_str!("sections.toml")).unwrap_or_default());

/// The shape of a URL.
#[derive(Clone, Debug, PartialEq)]
pub struct UrlShape {
    /// How likely it leads to an article; higher is likelier.
    pub score: f32,
    /// The kinds of its segments: URLs that are built alike have the same signature.
    pub signature: String,
}

/// The kind of a segment of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SegmentKind {
    /// A year or a full date.
    Date,
    /// A month or day, or any short number.
    Short,
    /// A number of five digits or more, or an identifier of letters and digits.
    Number,
    /// Several words: a headline.
    Sentence,
    /// Several words with a number or identifier.
    SentenceNumber,
    /// One or two words.
    Word,
    /// A word for something other than an article; see `sections.toml`.
    Section,
}

/// The shape of a URL; `None` if it leads to no page below the front page, such as an image or the front page itself.
pub fn shape(url: &Url) -> Option<UrlShape> {
    let segments: Vec<String> = url.path_segments()?.filter(|segment| !segment.is_empty()).map(decoded).collect();
    let (last, ending) = segments.last().map_or(("", None), |last| match last.rsplit_once('.') {
        Some((name, ending)) if ending.len() <= 5 && !ending.is_empty() => (name, Some(ending.to_ascii_lowercase())),
        _ => (last.as_str(), None),
    });
    if ending.as_ref().is_some_and(|ending| WORDS.files.contains(ending)) {
        return None;
    }
    let identifier = url.query_pairs().find(|(name, value)| {
        WORDS.identifiers.contains(&name.to_ascii_lowercase()) && (value.bytes().any(|b| b.is_ascii_digit()) || value.len() >= 12)
    });
    if segments.is_empty() && identifier.is_none() {
        return None;
    }
    let folders = segments.split_last().map_or(&[][..], |(_, rest)| rest);
    let kinds: Vec<SegmentKind> = folders.iter().map(|segment| kind_of(segment)).chain([kind_of(last)]).collect();
    let has = |wanted: &[SegmentKind]| kinds.iter().any(|kind| wanted.contains(kind));
    let mut score = 0.0;
    if has(&[SegmentKind::Date]) {
        score += 2.0;
    }
    score += match kinds.last() {
        Some(SegmentKind::SentenceNumber) => 3.0,
        Some(SegmentKind::Sentence) => 2.0,
        Some(SegmentKind::Number) => 2.0,
        Some(SegmentKind::Word) if has(&[SegmentKind::Number, SegmentKind::Sentence, SegmentKind::SentenceNumber]) => 1.5,
        // A date followed by a name, as in blogs.
        Some(SegmentKind::Word) if has(&[SegmentKind::Date]) && last.contains('-') => 1.0,
        Some(SegmentKind::Word | SegmentKind::Section) if identifier.is_none() => -1.5,
        _ if has(&[SegmentKind::Number, SegmentKind::Sentence, SegmentKind::SentenceNumber]) => 1.5,
        _ if identifier.is_some() => 0.0,
        _ => -0.5,
    };
    if has(&[SegmentKind::Section]) {
        score -= 4.0;
    }
    if identifier.is_some() {
        score += 2.5;
    } else if url.query().is_some() {
        score -= 1.0;
    }
    if ending.is_some_and(|ending| ending.contains("htm")) {
        score += 0.5;
    }
    let name = |kind: &SegmentKind| format!("{kind:?}/");
    Some(UrlShape {
        score,
        signature: kinds.iter().map(name).collect::<String>() + &identifier.map(|(name, _)| name.to_string()).unwrap_or_default(),
    })
}

/// Whether a segment is a word for something other than an article: a list, a person, a forum.
pub fn leads_elsewhere(url: &Url) -> bool {
    let mut segments = url.path_segments().into_iter().flatten();
    segments.any(|segment| WORDS.words.contains(&decoded(segment).to_lowercase()))
}

/// The segment with percent-escapes decoded.
fn decoded(segment: &str) -> String {
    // Query decoding also turns `+` into a space; in paths that is rare enough.
    url::form_urlencoded::parse(segment.replace('=', "%3D").replace('&', "%26").as_bytes())
        .next()
        .map_or_else(|| segment.to_owned(), |(text, _)| text.into_owned())
}

fn kind_of(segment: &str) -> SegmentKind {
    let lower = segment.to_lowercase();
    if WORDS.words.contains(&lower) {
        return SegmentKind::Section;
    }
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    let letters = lower.chars().filter(|c| c.is_alphabetic()).count();
    let words: Vec<&str> = lower.split(['-', '_', '+', ',', '~', ' ', '.']).filter(|word| !word.is_empty()).collect();
    if is_date(&lower, &words) {
        return SegmentKind::Date;
    }
    if letters == 0 {
        return if digits >= 5 { SegmentKind::Number } else { SegmentKind::Short };
    }
    let is_long = !lower.is_ascii() && letters >= 8;
    let is_identifier = |word: &&str| word.len() >= 5 && word.bytes().filter(u8::is_ascii_digit).count() * 2 >= word.len();
    let has_number = words.iter().any(is_identifier);
    match words.len() {
        3.. if has_number => SegmentKind::SentenceNumber,
        3.. => SegmentKind::Sentence,
        _ if is_long => SegmentKind::Sentence,
        2 if has_number => SegmentKind::SentenceNumber,
        _ if has_number || (digits >= 2 && lower.len() >= 8) => SegmentKind::Number,
        _ if words.iter().any(|word| word.len() >= 8 && digits >= 1) => SegmentKind::Number,
        _ => SegmentKind::Word,
    }
}

/// Whether a segment is a year from 1990 on, alone or with month and day: `2024`, `2024-05-01`, `20240501`, `202405`.
fn is_date(segment: &str, words: &[&str]) -> bool {
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) && ("1990".."2100").contains(&text);
    let is_digits = segment.bytes().all(|b| b.is_ascii_digit()) && matches!(segment.len(), 6 | 8);
    let month = |text: Option<&str>| text.and_then(|text| text.parse::<u8>().ok()).is_some_and(|month| (1..=12).contains(&month));
    (is_digits && is_year(segment.get(..4).unwrap_or_default()) && month(segment.get(4..6)))
        || (words.first().is_some_and(|word| is_year(word))
            && words.len() <= 3
            && words.iter().skip(1).all(|word| word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(url: &str) -> Option<f32> {
        shape(&Url::parse(url).unwrap()).map(|shape| shape.score)
    }

    #[test]
    fn the_lists_are_filled_and_in_lower_case() {
        let all = [&WORDS.words, &WORDS.identifiers, &WORDS.files];
        assert!(all.iter().all(|words| words.len() > 10));
        assert!(all.iter().all(|words| words.iter().all(|word| *word == word.to_lowercase())));
    }

    #[test]
    fn articles_score_higher_than_lists() {
        for story in [
            "https://a.example/2024/05/01/mill-burns-down-again",
            "https://a.example/world/mill-burns-down-again-1234567.html",
            "https://a.example/news.php?id=1234",
            "https://a.example/a/202405/01/wa12345.shtml",
            "https://a.example/articles/asr5b4x2ls5bulfa00f.html",
            "https://a.example/%D9%85%D8%AF%D8%B1%D8%B3%D8%A9-%D8%AC%D8%AF%D9%8A%D8%AF%D8%A9",
            "https://a.example/article/20240501000300315",
        ] {
            assert!(score(story).unwrap() >= 2.0, "{story}: {:?}", score(story));
        }
        for other in [
            "https://a.example/world",
            "https://a.example/world/europe/",
            "https://a.example/tag/mill-burns-down-again",
            "https://a.example/author/ada-brook-the-writer",
            "https://a.example/news?page=2",
            "https://a.example/2024/",
            "https://a.example/sport/football",
            "https://a.example/about-us",
        ] {
            assert!(score(other).unwrap() < 1.6, "{other}: {:?}", score(other));
        }
        for none in ["https://a.example/", "https://a.example/photo.JPG", "https://a.example/feed.xml", "https://a.example/?x=1"]
        {
            assert_eq!(score(none), None, "{none}");
        }
    }
}
