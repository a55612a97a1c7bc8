//! The language: letters and words of the clean text, with the page's own declaration as a second witness.

use super::candidate::{Candidate, Gathered, Source};
use super::ground::Ground;

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
pub(crate) fn gather(ground: &Ground<'_>, found: &mut Gathered) {
    let text = ground.evidence.text;
    let Some(code) = by_statistics(text) else { return };
    let declared = found.languages.iter().filter_map(|candidate| normal(&candidate.value)).find(|code| code.len() <= 3);
    // What the page says holds where the statistics cannot know better: languages they were not taught, and close kin.
    let doubtful = declared.as_deref().is_some_and(|declared| !is_taught(declared) || is_kin(declared, code));
    let nudge = if doubtful { -0.6 } else { 0.0 };
    let short = if text.chars().take(SHORT_TEXT).count() < SHORT_TEXT { -0.6 } else { 0.0 };
    found.languages.push(Candidate::new(code.to_string(), Source::Statistics, "text:statistics").nudged(nudge + short));
}

/// The language that the statistics find, if they are sure of it.
pub(crate) fn by_statistics(text: &str) -> Option<&'static str> {
    let sample = text.get(..text.floor_char_boundary(SAMPLE_BYTES)).unwrap_or(text);
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
    let placeholder = matches!(code, "und" | "mul" | "zxx" | "xx" | "en_" | "");
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
        for tag in ["", "x", "und", "klingon"] {
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
    fn every_taught_language_has_its_short_code() {
        for lang in whatlang::Lang::all() {
            assert_eq!(short_code(*lang).len(), 2, "{lang:?}");
        }
    }
}
