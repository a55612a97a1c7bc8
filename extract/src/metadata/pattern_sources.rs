//! The patterns that are searched for in metadata and in lines of text, in the `regex` crate's syntax. `build.rs` makes tables of them, and tests compare.

use std::cmp::Reverse;

use super::byline::table::BylineTable;
use super::pattern_lists::{MetadataPatterns, TOLD};
use super::site_name_table::SiteNameTable;
use crate::base::pattern::PatternList;
use crate::base::prefixes::Prefixes;
use crate::base::text::fold;

/// A capitalised name of up to five words.
const NAME: &str = r"(?-i:((?:[\p{Lu}\d][\p{L}\p{N}'’.-]*)(?: (?:\p{Lu}[\p{L}\p{N}'’-]*|(?:of|the|de|del|der|des)\b|&)){0,4}))";

/// Any words up to a punctuation mark.
const ANY_WORDS: &str = r"([^.,;:|–—()©\d][^.,;:|–—()©]{1,40}?)";

const DOMAIN_NAME: &str = r"(?i)\b(?:[a-z0-9-]+\.)+[a-z]{2,10}\b";
const ADDRESS: &str = r"(?i)\S+@\S+\.\S+|https?://\S+|\bwww\.\S+|(?:^|\s)@\w+|\[\.\.\.\]|<[^<>]*>?";
const BRACKETS: &str = r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【|】";
const TAG: &str = r"</?[a-zA-Z][^<>]{0,300}>";

const PATH_DATES: &[&str] = &[
    r"(?:^|[/_.-])((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:[/_.-]|$)",
    r"(?:^|[/_.-])((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?:[/_.-]|$)",
    r"(?:^|[/_.-])((?:19|20)\d\d)(\d\d)(\d\d)(?:[/_.-]|$)",
    // A timestamp behind a letter: `/A20260129120000`.
    r"(?:^|/)[A-Za-z]{1,3}(20\d\d)(\d\d)(\d\d)(?:\d{2,8})?(?:[/_.-]|$)",
    r"(?:^|/)((?:19|20)\d\d)/([a-z]{3,9})/(\d{1,2})(?:[/_.-]|$)",
    r"(?:^|[/_.-])(\d\d)[.-](\d\d)[.-](20\d\d)(?:[/_.-]|$)",
];

impl MetadataPatterns {
    /// From the words of bylines and the forms of site names, as texts of their files.
    pub fn read(bylines: &str, site_names: &str) -> Result<Self, String> {
        let bylines: BylineTable = toml::from_str(bylines).map_err(|error| error.to_string())?;
        let site_names: SiteNameTable = toml::from_str(site_names).map_err(|error| error.to_string())?;
        let credit_words = [&bylines.texts, &bylines.pictures].map(|words| format!("(?i){}", words.join("|")));
        let mut home: Vec<String> = site_names.home.words.iter().map(|word| word.to_lowercase()).collect();
        home.sort_by_key(|word| Reverse(word.len()));
        Ok(Self {
            generic_names: site_names.generic.words.iter().map(|word| (fold(word), ())).collect(),
            home_words: Prefixes::of(home),
            site_names: PatternList::new(site_name_sources(&site_names))?,
            site_name_weights: site_names.pattern.iter().flat_map(|group| group.forms.iter().map(|_| group.weight)).collect(),
            path_dates: PatternList::new(PATH_DATES)?,
            credit_words: PatternList::new(credit_words)?,
            searched: PatternList::new(searched_sources(&bylines))?,
        })
    }
}

/// The patterns of sentences in which a site names itself.
fn site_name_sources(table: &SiteNameTable) -> impl Iterator<Item = String> {
    // Not within a word.
    let pattern_of = |form: &String| format!(r"(?i)(?:^|[^\p{{L}}]){}", form.replace("{N}", NAME).replace("{LINE}", ANY_WORDS));
    table.pattern.iter().flat_map(|group| &group.forms).map(pattern_of)
}

/// The patterns that are searched for by themselves, in order of [`SearchPattern`].
fn searched_sources(bylines: &BylineTable) -> [String; 6] {
    let told = format!(r"\b(?:{}){NAME}", TOLD.join("|"));
    let (texts, pictures) = (bylines.texts.join("|"), bylines.pictures.join("|"));
    let and = r"\s*(?:&|\+|/|,|\b(?:and|und|et|y|e|en|og|och|ja|i|и)\b)\s*";
    let lead_in = r"\s*(?:\b(?:by|von|par|por|di|av|af|door)\b\s*:?|:)\s*";
    let credit = format!(r"(?i)\b(?:(?:{texts}){and}(?:{pictures})|(?:{pictures}){and}(?:{texts})){lead_in}");
    [told, DOMAIN_NAME.to_owned(), ADDRESS.to_owned(), BRACKETS.to_owned(), TAG.to_owned(), credit]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::super::pattern_lists::LAST_FIRST;
    use super::super::patterns::PATTERNS;
    use super::*;

    const BYLINES: &str = include_str!("data/bylines.toml");
    const SITE_NAMES: &str = include_str!("data/site_names.toml");

    /// All patterns, each with the list that has it, its place there and how the `regex` crate compiles it.
    fn all() -> Vec<(&'static PatternList, usize, Regex)> {
        let (bylines, site_names): (BylineTable, SiteNameTable) =
            (toml::from_str(BYLINES).unwrap(), toml::from_str(SITE_NAMES).unwrap());
        let forms = site_name_sources(&site_names).enumerate().map(|(at, source)| (&PATTERNS.site_names, at, source));
        let dates = PATH_DATES.iter().enumerate().map(|(at, source)| (&PATTERNS.path_dates, at, source.to_string()));
        let others = searched_sources(&bylines).into_iter().enumerate().map(|(at, source)| (&PATTERNS.searched, at, source));
        let compiled = |(list, at, source): (_, _, String)| (list, at, Regex::new(&source).unwrap());
        forms.chain(dates).chain(others).map(compiled).collect()
    }

    /// The groups of all matches.
    type Found = Vec<Vec<Option<String>>>;

    fn by_table(list: &PatternList, at: usize, text: &str, groups: usize) -> Found {
        let matches = list.matches(at, text);
        matches.map(|hit| (0..groups).map(|group| hit.group(group).map(str::to_owned)).collect()).collect()
    }

    fn by_regex(regex: &Regex, text: &str) -> Found {
        let group = |hit: &regex::Captures<'_>, at| hit.get(at).map(|group| group.as_str().to_owned());
        regex.captures_iter(text).map(|hit| (0..regex.captures_len()).map(|at| group(&hit, at)).collect()).collect()
    }

    /// Pieces of texts that the patterns match, and what is around them.
    fn pieces() -> Vec<String> {
        let site_names: SiteNameTable = toml::from_str(SITE_NAMES).unwrap();
        let forms = site_names.pattern.iter().flat_map(|group| &group.forms);
        let words = forms.flat_map(|form| form.split(['{', '}', '(', ')', '|', '?', ':', '[', ']', '\\'])).map(str::to_owned);
        let others = [
            "The",
            "Daily",
            "Example",
            "of",
            "des",
            "the",
            "them",
            "&",
            "’s",
            "'s",
            "2024",
            "©",
            "© ",
            "Copyright",
            "x",
            ".",
            ", ",
            " – ",
            "-",
            "–",
            "\u{a0}",
            "_",
            " ",
            " ",
            " ",
            " ",
            "Élan",
            "ſ",
            "\u{212a}",
            "Ж",
            "ß",
            "中文",
            "\n",
            "told ",
            "tells ",
            "Text",
            "photos",
            "und",
            "fotos",
            ":",
            "by",
            "www.",
            "@",
            "a@b.c",
            "https://",
            "[...]",
            "<b>",
            "<",
            ">",
            "(",
            ")",
            "（",
            "）",
            "[",
            "]",
            "【",
            "example.com",
            "2023",
            "/",
            "10",
            "27",
            "oct",
            "20231027",
            "/A20260129120000",
            "Ⅳ",
            "é",
            "e\u{301}",
            "\u{200d}",
        ];
        words.chain(others.map(str::to_owned)).filter(|piece| !piece.is_empty()).collect()
    }

    #[test]
    fn every_site_name_has_a_place_in_its_pattern() {
        let table: SiteNameTable = toml::from_str(SITE_NAMES).unwrap();
        for form in table.pattern.iter().flat_map(|group| &group.forms) {
            assert!(form.contains("{N}") || form.contains("{LINE}"), "{form}");
        }
        assert_eq!(PATTERNS.site_names.len(), PATTERNS.site_name_weights.len());
        assert!(LAST_FIRST == PATH_DATES.len() - 1 && PATTERNS.path_dates.len() == PATH_DATES.len());
    }

    /// Texts in which every place could begin a match that fails at the end: searches that try what has failed would not end.
    #[test]
    fn no_text_takes_more_than_linear_time() {
        let many = |piece: &str| piece.repeat(100_000 / piece.len());
        for text in ["a.", "a@", "x", "<a ", "(", "Aa ", "told Aa ", "1/", "© a", "text & "].map(many) {
            all().iter().for_each(|(list, at, _)| assert!(list.matches(*at, &text).count() <= text.len()));
        }
    }

    #[test]
    fn patterns_match_what_the_regex_crate_matches() {
        let all = all();
        let pieces = prop::collection::vec(prop::sample::select(pieces()), 0..16);
        let config = ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = proptest::test_runner::TestRunner::new(config);
        let compare = |parts: Vec<String>| {
            let text = parts.concat();
            for (list, at, regex) in &all {
                let (found, expected) = (by_table(list, *at, &text, regex.captures_len()), by_regex(regex, &text));
                prop_assert_eq!(&found, &expected, "{} on {:?}", regex, text);
                prop_assert!(found.is_empty() || list.may_match(&text).contains(at), "{} on {:?}", regex, text);
            }
            Ok(())
        };
        runner.run(&pieces, compare).unwrap();
    }
}
