//! Chooses the section that a story belongs to. What only machines read, words that any story could stand under, and lines that are no section's
//! name are dropped, so that a page may have none. Collects no candidates.

use std::sync::LazyLock;

use serde::Deserialize;

use super::candidate::{Candidate, MetadataSource};
use super::field_score::{score_texts, texts};
use super::reliability::MetadataField;
use super::scored::Scored;
use super::spelling::respell;
use super::title::SiteNames;
use crate::base::fast_hash::FastSet;
use crate::base::text::{fold, is_unspaced};

/// Longest section, and longest list of sections, in characters.
const MAX_CHARS: (usize, usize) = (80, 400);

/// Longest line of text that is taken for a section, in characters and words.
const MAX_LINE: (usize, usize) = (40, 5);

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct SectionTable {
    generic: Vec<String>,
    conjunctions: Vec<String>,
}

const TABLE: &str = include_str!("data/sections.toml");

/// The words of the table, folded.
struct SectionWords {
    generic: FastSet<String>,
    conjunctions: FastSet<String>,
}

/// Empty if the table cannot be parsed, which a test rules out.
static WORDS: LazyLock<SectionWords> = LazyLock::new(|| {
    let table: SectionTable = toml::from_str(TABLE).unwrap_or_default();
    let folded = |words: &[String]| words.iter().map(|word| fold(word)).collect();
    SectionWords { generic: folded(&table.generic), conjunctions: folded(&table.conjunctions) }
});

/// The sections, best first. `headlines` are the folded titles of the page.
pub(crate) fn score(candidates: Vec<Candidate<String>>, names: &SiteNames, headlines: &[String]) -> Vec<Scored<String>> {
    let candidates = texts(candidates, MAX_CHARS.1);
    // Where the page declares a section, lines of its text only say so again, or are something else.
    let is_line = |candidate: &Candidate<String>| candidate.source == MetadataSource::Labelled;
    let is_declared = !candidates.iter().all(is_line);
    let cleaned = candidates.into_iter().filter(|candidate| !is_declared || !is_line(candidate)).filter_map(|candidate| {
        let section = clean(&candidate.value, candidate.source)?;
        let is_other = names.is(&section) || headlines.contains(&fold(&section));
        (!is_other).then(|| candidate.with(section))
    });
    let scored = score_texts(MetadataField::Section, cleaned.collect());
    respell(scored, fold, |other, section| is_lower_case(&section.value) && !is_lower_case(&other.value))
}

/// A section as readers see it: of a list, the first that is not generic; `None` if nothing is left.
fn clean(text: &str, source: MetadataSource) -> Option<String> {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || "-–—|/:,;·•*#<>«»‹›←→".contains(c));
    if source == MetadataSource::Labelled && !is_section_line(text) {
        return None;
    }
    let parts: Vec<&str> = trimmed.split([',', '|', ';', '、', '，']).map(str::trim).collect();
    // `Arts, Books and Films` is one section, `World, Europe` are two.
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_number =
        |pair: &[&str]| matches!(pair, [one, next] if is_digit(one.chars().next_back()) && is_digit(next.chars().next()));
    let is_one = parts.windows(2).any(is_number)
        || parts.last().is_some_and(|last| last.split(' ').any(|word| word == "&" || WORDS.conjunctions.contains(&fold(word))));
    let mut wanted = if is_one { vec![trimmed] } else { parts }.into_iter().filter(|part| is_readable(part) && !is_generic(part));
    wanted.next().map(str::to_string)
}

/// Whether a text has letters, and is no slug, identifier or whole sentence.
fn is_readable(text: &str) -> bool {
    let is_path = !text.contains(' ') && text.contains('/') && !text.chars().any(char::is_uppercase);
    let is_slug = text.contains('_') || is_path || text.contains("://") || text.chars().count() > MAX_CHARS.0;
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let enough = letters >= 2 || text.chars().any(is_unspaced);
    enough && digits <= letters && !is_slug
}

/// Whether a line of the page reads like the name of a section, and not like a sentence, a kicker of several words, or words glued together.
fn is_section_line(line: &str) -> bool {
    let words = line.split(' ').count();
    let begins_well = line.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
    let glued = line.split(' ').any(|word| {
        let mut pairs = word.chars().zip(word.chars().skip(1));
        word.chars().count() > 8 && pairs.any(|(one, next)| one.is_lowercase() && next.is_uppercase())
    });
    let long_enough = line.chars().count() >= 3 || line.chars().any(is_unspaced) || !line.chars().any(char::is_lowercase);
    let is_sentence = line.ends_with(['.', '!', '?', ':', '…']) || line.contains([':', '“', '„', '"', '«', '(', '[']);
    line.chars().count() <= MAX_LINE.0 && words <= MAX_LINE.1 && begins_well && long_enough && !glued && !is_sentence
}

fn is_generic(text: &str) -> bool {
    WORDS.generic.contains(&fold(text))
}

/// Whether a text has letters of a script with capitals, but none.
fn is_lower_case(text: &str) -> bool {
    text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(candidates: &[(&str, MetadataSource)]) -> Option<String> {
        let candidates = candidates.iter().map(|(text, source)| Candidate::new((*text).to_string(), *source, "x")).collect();
        let names = SiteNames::of(["The Daily Example"].into_iter(), None);
        score(candidates, &names, &[fold("A big story")]).first().map(|best| best.value.clone())
    }

    #[test]
    fn the_table_can_be_read() {
        let table: SectionTable = toml::from_str(TABLE).map_err(|error| error.message().to_string()).unwrap();
        assert!(!table.generic.is_empty() && !table.conjunctions.is_empty());
    }

    #[test]
    fn generic_words_slugs_and_identifiers_are_no_sections() {
        for text in [
            "News",
            "Nachrichten",
            "actualités",
            "Новости",
            "ニュース",
            "뉴스",
            "post",
            "Uncategorized",
            "culture_culture-film",
            "12345",
        ] {
            assert_eq!(section(&[(text, MetadataSource::ArticleTag)]), None, "{text}");
        }
        for text in ["Politik", "Économie", "Мир", "社会", "사회", "Arts, Books and Films", "Natur & Umwelt", "Technik/Hardware"]
        {
            assert_eq!(section(&[(text, MetadataSource::ArticleTag)]).as_deref(), Some(text));
        }
        assert_eq!(section(&[("The Daily Example", MetadataSource::ArticleTag)]), None);
        assert_eq!(section(&[("A big story", MetadataSource::JsonLdPage)]), None);
    }

    #[test]
    fn the_first_of_a_list_counts() {
        for (text, want) in
            [("News, World", "World"), ("Global,Innovation", "Global"), ("- Politik", "Politik"), ("Home | Kultur", "Kultur")]
        {
            assert_eq!(section(&[(text, MetadataSource::JsonLd)]).as_deref(), Some(want));
        }
    }

    #[test]
    fn a_slug_gives_way_to_the_same_words_with_capitals() {
        let both = [("news", MetadataSource::ArticleTag), ("Kultur", MetadataSource::Labelled)];
        assert_eq!(section(&both), None, "a line does not stand in for what the page declares");
        let both = [("sociedad", MetadataSource::ArticleTag), ("Sociedad", MetadataSource::JsonLdPage)];
        assert_eq!(section(&both).as_deref(), Some("Sociedad"));
        assert_eq!(section(&[("sport", MetadataSource::ArticleTag)]).as_deref(), Some("sport"));
    }

    #[test]
    fn lines_that_are_no_section_are_dropped() {
        for line in [
            "n",
            "up",
            "This entry was posted in Gardens.",
            "Don't wait another day!",
            "PolitikDeutschland",
            "← Back to all jobs",
            "in Gardens",
        ] {
            assert_eq!(section(&[(line, MetadataSource::Labelled)]), None, "{line}");
        }
        for line in ["Kultur", "UK", "文化", "Культура", "Natur & Umwelt"] {
            assert_eq!(section(&[(line, MetadataSource::Labelled)]).as_deref(), Some(line));
        }
    }
}
