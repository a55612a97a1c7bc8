//! Readable file names: transliterated to ASCII, or in the text's own script.

use gleaner_extract::base::native_slug::native_slug;
use gleaner_extract::base::text::{nfc, slug};
use serde::Deserialize;

/// In which script documents are named. It affects new documents only: every document keeps its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Names {
    /// Transliterated to ASCII: `pogoda-v-moskve`.
    #[default]
    Ascii,
    /// In the title's own script: `погода-в-москве`.
    Native,
}

/// Most characters of an ASCII slug.
pub(super) const SLUG_MAX: usize = 60;

/// Most bytes of a slug in another script: with everything around it, a name then has fewer than the 255 bytes that file systems allow.
pub(super) const NATIVE_MAX_BYTES: usize = 120;

impl Names {
    /// The slug of a title or of another text.
    pub(super) fn slug(self, text: &str) -> String {
        match self {
            Self::Ascii => ascii_slug(text, SLUG_MAX),
            Self::Native => native_slug(text, NATIVE_MAX_BYTES),
        }
    }
}

/// The slug of a text in ASCII, transliterated: Cyrillic, Greek, Arabic and Hebrew letter by letter, Han as pinyin without tones, kana and Hangul by
/// syllable.
pub(super) fn ascii_slug(text: &str, max: usize) -> String {
    if text.is_ascii() {
        return slug(text, max);
    }
    let mut ascii = String::with_capacity(text.len());
    for c in nfc(text).chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else if let Some(letters) = deunicode::deunicode_char(c) {
            // The signs that stand for soft and glottal sounds (`, ', @) would part words.
            let is_sign = |sign: char| c.is_alphabetic() && matches!(sign, '`' | '@' | '~' | '"' | '\'');
            ascii.extend(letters.chars().filter(|letter| !is_sign(*letter)));
        }
    }
    slug(&ascii, max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_in_every_script_have_readable_names() {
        for (title, slug) in [
            ("Погода в Москве", "pogoda-v-moskve"),
            ("Η γέφυρα", "e-gephura"),
            ("渡口的最后一班船", "du-kou-de-zui-hou-yi-ban-chuan"),
            ("골목 사진관", "golmog-sajingwan"),
            ("مكتبة على ظهر بغل", "mktb-l-zhr-bgl"),
            ("Straße nach Łódź", "strasse-nach-lodz"),
            ("Cafe\u{301} d’Ardrec", "cafe-dardrec"),
            ("Why it’s “raining” — again", "why-its-raining-again"),
            ("…", ""),
        ] {
            assert_eq!(ascii_slug(title, SLUG_MAX), slug, "{title}");
        }
        assert_eq!(Names::Native.slug("Погода в Москве"), "погода-в-москве");
    }
}
