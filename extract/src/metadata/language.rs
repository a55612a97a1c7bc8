//! The language: letters and words of the clean text, with the page's own declaration as a second witness.

use std::sync::LazyLock;

use serde::Deserialize;

use super::candidate::{Candidate, Candidates, Source};
use super::page_context::PageContext;
use crate::base::fast_hash::{FastMap, FastSet};

/// Texts shorter than this, in characters, trust the page.
const SHORT_TEXT: usize = 120;

/// Longest part of the text that is measured, in bytes.
const SAMPLE_BYTES: usize = 6_000;

/// Languages that the statistics cannot tell apart safely, or know only some of: inside a group the page's word counts.
const GROUPS: &[&[&str]] = &[
    &["nb", "nn", "no", "da"],
    &["sv", "da", "nb", "no", "is", "fo", "kl"],
    &["hr", "sr", "bs", "sl", "me", "sh"],
    &["sr", "mk", "bg"],
    &["id", "ms", "jv", "su"],
    &["cs", "sk"],
    &["es", "gl", "ca", "ast", "pt"],
    &["nl", "af", "fy", "nds"],
    &["zu", "xh", "nd", "ss", "nr", "sn", "st", "tn", "ts", "ve"],
    &["ru", "uk", "be", "bg", "kk", "ky", "mn", "tg"],
    &["hi", "mr", "ne", "sa"],
    &["fa", "ar", "ur", "ps", "ku", "ckb"],
    &["tr", "az", "tk", "uz"],
    &["de", "lb", "gsw", "nds"],
    &["fr", "oc", "br"],
    &["it", "co", "rm"],
    &["et", "fi"],
    &["he", "yi"],
];

/// Hears the text's own letters and words.
pub(crate) fn gather(context: &PageContext<'_>, found: &mut Candidates) {
    let text = context.input.text;
    let Some(code) = context.by_statistics() else { return };
    let declared = found.languages.iter().filter_map(|candidate| normal(&candidate.value)).find(|code| code.len() <= 3);
    // What the page says holds where the statistics cannot know better: languages they were not taught, and close kin.
    let doubtful = declared.as_deref().is_some_and(|declared| !is_taught(declared) || is_kin(declared, code));
    let adjustment = if doubtful { -0.6 } else { 0.0 };
    let short = if text.chars().take(SHORT_TEXT).count() < SHORT_TEXT { -0.6 } else { 0.0 };
    found.languages.push(Candidate::new(code.to_string(), Source::Statistics, "text:statistics").adjusted(adjustment + short));
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Table {
    language: Vec<Language>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    code: String,
    words: FastSet<String>,
}

const TABLE: &str = include_str!("data/languages.toml");

/// The frequent words of all languages in one table, so that each word of a text is looked up once.
#[derive(Default)]
struct Frequent {
    codes: Vec<String>,
    /// The languages, by their place in `codes`, that a word is frequent in.
    words: FastMap<String, Vec<usize>>,
    /// Bytes of the longest word.
    longest: usize,
}

static FREQUENT: LazyLock<Frequent> = LazyLock::new(|| {
    let table: Table = toml::from_str(TABLE).unwrap_or_default();
    let mut frequent = Frequent::default();
    for (index, language) in table.language.into_iter().enumerate() {
        frequent.codes.push(language.code);
        for word in language.words {
            frequent.longest = frequent.longest.max(word.len());
            frequent.words.entry(word).or_default().push(index);
        }
    }
    frequent
});

/// Share of a text's words that must be frequent words of a language, and how many different ones, to know it by them.
const SHARE: f32 = 0.08;
const DIFFERENT: usize = 7;

/// A neighbour that the statistics were taught must have less than half as many hits, where a language's words are too long to be frequent.
const RIVALS: usize = 2;
const FEW: usize = 4;

/// How often the frequent words of a language stand in a text, and how many different ones.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Count {
    hits: usize,
    different: usize,
}

/// The language whose frequent words the text is full of, or has far more of than of those of the language that the statistics found.
fn by_words(sample: &str, found: Option<&str>) -> Option<&'static str> {
    let mut counts = vec![Count::default(); FREQUENT.codes.len()];
    let mut seen: FastSet<&str> = FastSet::default();
    let mut words = 0;
    let mut lower = String::new();
    for word in sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        words += 1;
        // Lower case may take a third of the bytes: the Kelvin sign's is `k`.
        if word.len() > 3 * FREQUENT.longest {
            continue;
        }
        lower.clear();
        if word.is_ascii() {
            lower.push_str(word);
            lower.make_ascii_lowercase();
        } else {
            lower.push_str(&word.to_lowercase());
        }
        let Some((known, languages)) = FREQUENT.words.get_key_value(&lower) else { continue };
        let is_new = seen.insert(known);
        for count in languages.iter().copied() {
            if let Some(count) = counts.get_mut(count) {
                count.hits += 1;
                count.different += usize::from(is_new);
            }
        }
    }
    let (best, Count { hits, different }) = counts.iter().copied().enumerate().max_by_key(|(_, count)| *count)?;
    let code = FREQUENT.codes.get(best)?.as_str();
    let full = different >= DIFFERENT && hits as f32 >= SHARE * words as f32;
    let rival =
        FREQUENT.codes.iter().position(|code| Some(code.as_str()) == found).and_then(|at| counts.get(at)).map(|count| count.hits);
    let beats = different >= FEW && rival.is_some_and(|rival| hits > RIVALS * rival.max(2));
    (full || beats).then_some(code)
}

/// The languages that the statistics take others for whose words they were not taught.
const MISTAKEN: &[&str] = &[
    "sn", "zu", "jv", "id", "tl", "la", "eo", "ro", "nb", "da", "af", "tk", "uz", "et", "fi", "ak", "sl", "ca", "hu", "az", "lt",
    "lv",
];

/// The language that the statistics find, if they are sure of it.
pub(crate) fn by_statistics(text: &str) -> Option<&'static str> {
    let sample = text.get(..text.floor_char_boundary(SAMPLE_BYTES)).unwrap_or(text);
    let found = by_letters(sample);
    match by_words(sample, found) {
        Some(code) if found.is_none_or(|found| MISTAKEN.contains(&found)) => Some(code),
        _ => found,
    }
}

fn by_letters(sample: &str) -> Option<&'static str> {
    let info = whatlang::detect(sample)?;
    (info.is_reliable() || sample.len() > 400).then(|| short_code(info.lang()))
}

fn is_kin(one: &str, other: &str) -> bool {
    GROUPS.iter().any(|group| group.contains(&one) && group.contains(&other))
}

fn is_taught(code: &str) -> bool {
    whatlang::Lang::all().iter().any(|lang| short_code(*lang) == code)
}

/// A declared tag as stored: the language in lower case, ISO 639-1 where there is one. `None` where it is no tag.
pub(crate) fn normal(tag: &str) -> Option<String> {
    let first = tag.trim().split(['-', '_', ',', ';', ' ']).next()?.to_ascii_lowercase();
    let code = LONG_CODES.iter().find(|(long, _)| *long == first).map_or(first.as_str(), |(_, short)| short);
    let placeholder = matches!(code, "und" | "mul" | "zxx" | "xx" | "utf" | "iso" | "win" | "htm" | "www" | "");
    ((2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase()) && !placeholder).then(|| code.to_string())
}

/// ISO 639-1 of a language that whatlang knows.
fn short_code(lang: whatlang::Lang) -> &'static str {
    let code = lang.code();
    LONG_CODES.iter().find(|(long, _)| *long == code).map_or(code, |(_, short)| short)
}

/// ISO 639-2, 639-3 and English names to ISO 639-1.
const LONG_CODES: &[(&str, &str)] = &[
    ("afr", "af"),
    ("aka", "ak"),
    ("amh", "am"),
    ("ara", "ar"),
    ("aze", "az"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cze", "cs"),
    ("cmn", "zh"),
    ("zho", "zh"),
    ("chi", "zh"),
    ("cym", "cy"),
    ("dan", "da"),
    ("deu", "de"),
    ("ger", "de"),
    ("ell", "el"),
    ("gre", "el"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("guj", "gu"),
    ("heb", "he"),
    ("iw", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("ind", "id"),
    ("in", "id"),
    ("ita", "it"),
    ("jav", "jv"),
    ("jpn", "ja"),
    ("jp", "ja"),
    ("kan", "kn"),
    ("kat", "ka"),
    ("khm", "km"),
    ("kor", "ko"),
    ("kr", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("mal", "ml"),
    ("mar", "mr"),
    ("mkd", "mk"),
    ("mya", "my"),
    ("nep", "ne"),
    ("nld", "nl"),
    ("dut", "nl"),
    ("nob", "nb"),
    ("nno", "nn"),
    ("nor", "no"),
    ("ori", "or"),
    ("pan", "pa"),
    ("per", "fa"),
    ("pes", "fa"),
    ("fas", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("rus", "ru"),
    ("sin", "si"),
    ("slk", "sk"),
    ("slo", "sk"),
    ("slv", "sl"),
    ("sna", "sn"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("swa", "sw"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tgl", "tl"),
    ("tha", "th"),
    ("tuk", "tk"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("ua", "uk"),
    ("urd", "ur"),
    ("uzb", "uz"),
    ("vie", "vi"),
    ("vn", "vi"),
    ("yid", "yi"),
    ("zul", "zu"),
    ("xho", "xh"),
    ("isl", "is"),
    ("ice", "is"),
    ("english", "en"),
    ("german", "de"),
    ("deutsch", "de"),
    ("french", "fr"),
    ("spanish", "es"),
    ("italian", "it"),
    ("portuguese", "pt"),
    ("dutch", "nl"),
    ("russian", "ru"),
    ("cn", "zh"),
    ("cz", "cs"),
    ("gr", "el"),
    ("se", "sv"),
    ("dk", "da"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_codes() {
        for (tag, code) in [
            ("en-US", "en"),
            ("de_AT", "de"),
            ("EN", "en"),
            ("zh-Hans-CN", "zh"),
            ("deu", "de"),
            ("ckb", "ckb"),
            ("iw", "he"),
            ("German", "de"),
        ] {
            assert_eq!(normal(tag).as_deref(), Some(code), "{tag}");
        }
        for tag in ["", "x", "und", "klingon", "utf-8"] {
            assert_eq!(normal(tag), None, "{tag}");
        }
    }

    #[test]
    fn statistics_know_plain_text() {
        let german = "Die Bundesregierung hat am Freitag beschlossen, die Förderung für neue Heizungen zu verlängern.";
        assert_eq!(by_statistics(german), Some("de"));
        assert_eq!(by_statistics(""), None);
    }

    #[test]
    fn frequent_words_know_what_the_statistics_were_not_taught() {
        toml::from_str::<Table>(TABLE).map_err(|error| error.message().to_string()).unwrap();
        let swahili = "Mkuu wa wilaya amesema kuwa watu wengi katika kijiji hicho wamepata maji safi baada ya kisima kipya kuanza kazi, \
            lakini bado kuna shida ya barabara. Pia amesema kila kaya itapata mti wa matunda ili kutunza mazingira ya nchi hiyo kwa \
            miaka ijayo, na hivyo vijana wake watakuwa na kazi.";
        assert_eq!(by_statistics(swahili), Some("sw"));
        assert_eq!(
            by_statistics("The council said on Friday that the bridge over the river will be closed until spring."),
            Some("en")
        );
    }

    #[test]
    fn every_taught_language_has_its_short_code() {
        for lang in whatlang::Lang::all() {
            assert_eq!(short_code(*lang).len(), 2, "{lang:?}");
        }
    }
}
