//! Language codes: declared tags and detected languages as stored. Detects nothing.

/// A declared tag as stored: the language in lower case, ISO 639-1 if it has such a code. `None` if it is not a language tag.
pub(crate) fn code_of_tag(tag: &str) -> Option<String> {
    let first = tag.trim().split(['-', '_', ',', ';', ' ']).next()?.to_ascii_lowercase();
    let code = LONG_CODES.iter().find(|(long, _)| *long == first).map_or(first.as_str(), |(_, short)| short);
    let placeholder = matches!(code, "und" | "mul" | "zxx" | "xx" | "utf" | "iso" | "win" | "htm" | "www" | "");
    ((2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase()) && !placeholder).then(|| code.to_string())
}

/// The ISO 639-1 code of a language that whatlang detects.
pub(super) fn short_code(lang: whatlang::Lang) -> &'static str {
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
            assert_eq!(code_of_tag(tag).as_deref(), Some(code), "{tag}");
        }
        for tag in ["", "x", "und", "klingon", "utf-8"] {
            assert_eq!(code_of_tag(tag), None, "{tag}");
        }
    }

    #[test]
    fn every_detected_language_has_a_short_code() {
        for lang in whatlang::Lang::all() {
            assert_eq!(short_code(*lang).len(), 2, "{lang:?}");
        }
    }
}
