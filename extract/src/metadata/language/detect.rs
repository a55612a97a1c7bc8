//! Language detection: function words of common languages, else letter statistics (whatlang), corrected by frequent words of languages that
//! whatlang does not support. Knows nothing of the page.

use std::sync::LazyLock;

use serde::Deserialize;

use super::codes::short_code;
use super::function_words;
use crate::base::fast_hash::{FastMap, FastSet};

/// The maximum length of the text that is examined, in bytes.
const SAMPLE_BYTES: usize = 6_000;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FrequentWordTable {
    language: Vec<LanguageWords>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanguageWords {
    code: String,
    words: FastSet<String>,
}

const TABLE: &str = include_str!("../data/languages.toml");

/// The frequent words of all languages in one map, so that each word of a text is looked up once.
#[derive(Default)]
struct FrequentWords {
    codes: Vec<String>,
    /// For each word, the languages in which it is frequent, as indices into `codes`.
    words: FastMap<String, Vec<usize>>,
    /// The length of the longest word, in bytes.
    longest: usize,
}

static FREQUENT_WORDS: LazyLock<FrequentWords> = LazyLock::new(|| {
    let table: FrequentWordTable = toml::from_str(TABLE).unwrap_or_default();
    let mut frequent = FrequentWords::default();
    for (index, language) in table.language.into_iter().enumerate() {
        frequent.codes.push(language.code);
        for word in language.words {
            frequent.longest = frequent.longest.max(word.len());
            frequent.words.entry(word).or_default().push(index);
        }
    }
    frequent
});

/// The share of a text's words that must be frequent words of a language to identify it, and how many distinct ones.
const MIN_SHARE: f32 = 0.08;
const MIN_DISTINCT: usize = 7;

/// For languages whose words are too long to be frequent: the detected language must have less than half as many frequent words in the
/// text, and there must be this many distinct ones.
const MIN_RATIO: usize = 2;
const MIN_DISTINCT_WITH_RATIO: usize = 4;

/// How many frequent words of a language occur in a text, and how many distinct ones.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct WordCount {
    total: usize,
    distinct: usize,
}

/// The language whose frequent words make up enough of the text, or are far more common in it than those of the `detected` language.
fn by_frequent_words(sample: &str, detected: Option<&str>) -> Option<&'static str> {
    let mut counts = vec![WordCount::default(); FREQUENT_WORDS.codes.len()];
    let mut seen: FastSet<&str> = FastSet::default();
    let mut words = 0;
    let mut lower = String::new();
    for word in sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        words += 1;
        // Lower case may need a third of the bytes: the Kelvin sign becomes `k`.
        if word.len() > 3 * FREQUENT_WORDS.longest {
            continue;
        }
        lower.clear();
        if word.is_ascii() {
            lower.push_str(word);
            lower.make_ascii_lowercase();
        } else {
            lower.push_str(&word.to_lowercase());
        }
        let Some((known, languages)) = FREQUENT_WORDS.words.get_key_value(&lower) else { continue };
        let is_new = seen.insert(known);
        for language in languages.iter().copied() {
            if let Some(count) = counts.get_mut(language) {
                count.total += 1;
                count.distinct += usize::from(is_new);
            }
        }
    }
    let (best, WordCount { total, distinct }) = counts.iter().copied().enumerate().max_by_key(|(_, count)| *count)?;
    let code = FREQUENT_WORDS.codes.get(best)?.as_str();
    let enough = distinct >= MIN_DISTINCT && total as f32 >= MIN_SHARE * words as f32;
    let rival = FREQUENT_WORDS.codes.iter().position(|code| Some(code.as_str()) == detected);
    let rival = rival.and_then(|at| counts.get(at)).map(|count| count.total);
    let far_more = distinct >= MIN_DISTINCT_WITH_RATIO && rival.is_some_and(|rival| total > MIN_RATIO * rival.max(2));
    (enough || far_more).then_some(code)
}

/// The languages for which letter statistics mistake languages that they do not support.
const MISTAKEN: &[&str] = &[
    "sn", "zu", "jv", "id", "tl", "la", "eo", "ro", "nb", "da", "af", "tk", "uz", "et", "fi", "ak", "sl", "ca", "hu", "az", "lt",
    "lv",
];

/// The language of a text, if detection is confident.
pub(in crate::metadata) fn detect(text: &str) -> Option<&'static str> {
    let sample = text.get(..text.floor_char_boundary(SAMPLE_BYTES)).unwrap_or(text);
    if let Some(code) = function_words::detect(sample) {
        return Some(code);
    }
    let detected = by_letters(sample);
    match by_frequent_words(sample, detected) {
        Some(code) if detected.is_none_or(|detected| MISTAKEN.contains(&detected)) => Some(code),
        _ => detected,
    }
}

fn by_letters(sample: &str) -> Option<&'static str> {
    let info = whatlang::detect(sample)?;
    (info.is_reliable() || sample.len() > 400).then(|| short_code(info.lang()))
}

/// Whether letter statistics can detect the language with this code.
pub(super) fn is_supported(code: &str) -> bool {
    whatlang::Lang::all().iter().any(|lang| short_code(*lang) == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_detected() {
        let german = "Die Bundesregierung hat am Freitag beschlossen, die Förderung für neue Heizungen zu verlängern.";
        assert_eq!(detect(german), Some("de"));
        assert_eq!(detect(""), None);
    }

    #[test]
    fn frequent_words_identify_languages_that_letter_statistics_do_not_support() {
        toml::from_str::<FrequentWordTable>(TABLE).map_err(|error| error.message().to_string()).unwrap();
        let swahili = "Mkuu wa wilaya amesema kuwa watu wengi katika kijiji hicho wamepata maji safi baada ya kisima kipya kuanza kazi, \
            lakini bado kuna shida ya barabara. Pia amesema kila kaya itapata mti wa matunda ili kutunza mazingira ya nchi hiyo kwa \
            miaka ijayo, na hivyo vijana wake watakuwa na kazi.";
        assert_eq!(detect(swahili), Some("sw"));
        assert_eq!(detect("The council said on Friday that the bridge over the river will be closed until spring."), Some("en"));
    }
}
