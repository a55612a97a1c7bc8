//! What people ask for, by kind.

use gleaner::search::{Filter, SearchOrder};
use gleaner_bench::copies::Random;

use crate::corpus;
use crate::texts::{Language, asked_for};

/// The kinds of queries.
pub const KINDS: &[&str] =
    &["one word", "two words", "three words", "phrase", "prefix", "frequent word", "with a filter", "by date", "a OR b -c"];

/// A query.
pub struct Asked {
    pub text: String,
    pub filter: Filter,
    pub order: SearchOrder,
}

/// A query of a kind.
pub fn query(kind: &str, documents: usize, random: &mut Random) -> Asked {
    let number = random.below(documents);
    let language = Language::of(number);
    let word = |random: &mut Random| language.word(asked_for(random));
    let words = |count: usize, random: &mut Random| (0..count).map(|_| word(random)).collect::<Vec<_>>().join(" ");
    let mut asked = Asked { text: String::new(), filter: Filter::default(), order: SearchOrder::Relevance };
    asked.text = match kind {
        "two words" => words(2, random),
        "three words" => words(3, random),
        "phrase" => {
            let text = corpus::text(number);
            let line = text.lines().next().unwrap_or_default();
            let characters: Vec<char> = line.chars().collect();
            let begin = random.below(characters.len().saturating_sub(30));
            let piece: String = characters.iter().skip(begin).take(if language.code == "zh" { 5 } else { 22 }).collect();
            let inner =
                piece.split_once(' ').map_or(piece.as_str(), |(_, rest)| rest.rsplit_once(' ').map_or(rest, |(inner, _)| inner));
            format!("\"{inner}\"")
        }
        "prefix" => format!("{}*", word(random).chars().take(4).collect::<String>()),
        "frequent word" => language.word(random.below(50)),
        "a OR b -c" => format!("{} OR {} -{}", word(random), word(random), word(random)),
        _ => word(random),
    };
    match kind {
        "by date" => asked.order = SearchOrder::Newest,
        "with a filter" => match random.below(4) {
            0 => asked.filter.sites = vec![corpus::site(random.below(documents))],
            1 => asked.filter.since = Some(corpus::day(random.below(documents))),
            2 => asked.filter.languages = vec![language.code.to_owned()],
            _ => asked.filter.authors = vec![corpus::author(random.below(documents))],
        },
        _ => {}
    }
    asked
}
