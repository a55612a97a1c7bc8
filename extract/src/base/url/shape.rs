//! What the shape of an address says: a story's has a date, a number or a sentence in it. Knows no site.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;
use url::Url;

/// Words of addresses, as data.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    words: HashSet<String>,
    identifiers: HashSet<String>,
    files: HashSet<String>,
}

/// Empty lists where the file cannot be read, which a test rules out.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("sections.toml")).unwrap_or_else(|_| Words {
        words: HashSet::new(),
        identifiers: HashSet::new(),
        files: HashSet::new(),
    })
});

/// What the shape says.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// How much it speaks for an article.
    pub score: f32,
    /// The kinds of its segments: addresses that are formed alike have the same.
    pub form: String,
}

/// A part of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A year, or a whole date.
    Date,
    /// A month or day, or any short number.
    Short,
    /// A number of five digits or more, or letters and digits in a row as systems count them.
    Number,
    /// Words with dashes: a headline.
    Sentence,
    /// A sentence with a number at its end or beginning.
    SentenceNumber,
    /// One or two words.
    Word,
    /// A word that leads elsewhere.
    Section,
}

/// The shape of an address; `None` for what is no page, such as an image or the front page itself.
pub fn shape(url: &Url) -> Option<Shape> {
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
    let holders = segments.split_last().map_or(&[][..], |(_, rest)| rest);
    let parts: Vec<Part> = holders.iter().map(|segment| part(segment)).chain([part(last)]).collect();
    let has = |wanted: &[Part]| parts.iter().any(|part| wanted.contains(part));
    let mut score = 0.0;
    if has(&[Part::Date]) {
        score += 2.0;
    }
    score += match parts.last() {
        Some(Part::SentenceNumber) => 3.0,
        Some(Part::Sentence) => 2.0,
        Some(Part::Number) => 2.0,
        Some(Part::Word) if has(&[Part::Number, Part::Sentence, Part::SentenceNumber]) => 1.5,
        // A date and a name below it, as blogs have them.
        Some(Part::Word) if has(&[Part::Date]) && last.contains('-') => 1.0,
        Some(Part::Word | Part::Section) if identifier.is_none() => -1.5,
        _ if has(&[Part::Number, Part::Sentence, Part::SentenceNumber]) => 1.5,
        _ if identifier.is_some() => 0.0,
        _ => -0.5,
    };
    if has(&[Part::Section]) {
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
    let name = |part: &Part| format!("{part:?}/");
    Some(Shape {
        score,
        form: parts.iter().map(name).collect::<String>() + &identifier.map(|(name, _)| name.to_string()).unwrap_or_default(),
    })
}

/// Whether a segment is a word that leads elsewhere: to a list, a person, a forum.
pub fn leads_elsewhere(url: &Url) -> bool {
    let mut segments = url.path_segments().into_iter().flatten();
    segments.any(|segment| WORDS.words.contains(&decoded(segment).to_lowercase()))
}

/// The segment with its percent-escapes undone, as far as they are text.
fn decoded(segment: &str) -> String {
    // A query decodes `+` and escapes; a path's `+` is rare enough.
    url::form_urlencoded::parse(segment.replace('=', "%3D").replace('&', "%26").as_bytes())
        .next()
        .map_or_else(|| segment.to_owned(), |(text, _)| text.into_owned())
}

fn part(segment: &str) -> Part {
    let lower = segment.to_lowercase();
    if WORDS.words.contains(&lower) {
        return Part::Section;
    }
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    let letters = lower.chars().filter(|c| c.is_alphabetic()).count();
    let words: Vec<&str> = lower.split(['-', '_', '+', ',', '~', ' ', '.']).filter(|word| !word.is_empty()).collect();
    if is_date(&lower, &words) {
        return Part::Date;
    }
    if letters == 0 {
        return if digits >= 5 { Part::Number } else { Part::Short };
    }
    let is_long = !lower.is_ascii() && letters >= 8;
    let counted = |word: &&&str| word.len() >= 5 && word.bytes().filter(u8::is_ascii_digit).count() * 2 >= word.len();
    let has_number = words.iter().filter(counted).count() > 0;
    match words.len() {
        3.. if has_number => Part::SentenceNumber,
        3.. => Part::Sentence,
        _ if is_long => Part::Sentence,
        2 if has_number => Part::SentenceNumber,
        _ if has_number || (digits >= 2 && lower.len() >= 8) => Part::Number,
        _ if words.iter().any(|word| word.len() >= 8 && digits >= 1) => Part::Number,
        _ => Part::Word,
    }
}

/// A year of the web, alone or with month and day behind it: `2024`, `2024-05-01`, `20240501`, `202405`.
fn is_date(segment: &str, words: &[&str]) -> bool {
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) && ("1990".."2100").contains(&text);
    let run = segment.bytes().all(|b| b.is_ascii_digit()) && matches!(segment.len(), 6 | 8);
    let month = |text: Option<&str>| text.and_then(|text| text.parse::<u8>().ok()).is_some_and(|month| (1..=12).contains(&month));
    (run && is_year(segment.get(..4).unwrap_or_default()) && month(segment.get(4..6)))
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
    fn the_lists_are_read_and_in_lower_case() {
        let all = [&WORDS.words, &WORDS.identifiers, &WORDS.files];
        assert!(all.iter().all(|words| words.len() > 10));
        assert!(all.iter().all(|words| words.iter().all(|word| *word == word.to_lowercase())));
    }

    #[test]
    fn stories_look_different_from_lists() {
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
