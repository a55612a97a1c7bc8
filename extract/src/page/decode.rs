//! Bytes to text: detects the charset by BOM, by its bytes, by header, `<meta>` or a guess, and repairs what was decoded wrongly before.
//!
//! A declared charset is ignored if the bytes are valid UTF-8, or if UTF-8 is declared and they are not: wrong declarations are more common than
//! such bytes by accident. A few bytes that are not valid do not make another charset of a page that is UTF-8 otherwise.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use super::wide::Wide;
use super::{declared, mojibake};
use crate::document::Decoding;

/// A page as text.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub text: Cow<'a, str>,
    /// What was wrong with its characters, if anything was.
    pub faults: Option<Decoding>,
}

/// A charset that pages are decoded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// One of the Encoding Standard.
    Standard(&'static Encoding),
    /// UTF-16 or UTF-32.
    Wide(Wide),
}

impl Charset {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard(encoding) => encoding.name(),
            Self::Wide(wide) => wide.name(),
        }
    }

    /// Whether it has two or four bytes for most characters.
    pub fn is_wide(self) -> bool {
        matches!(self, Self::Wide(_))
    }

    /// Decodes bytes; the number of those that are not valid comes with the text.
    fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, usize) {
        let encoding = match self {
            Self::Standard(encoding) => Some(encoding),
            Self::Wide(wide) => wide.encoding(),
        };
        let (text, is_malformed) = match (encoding, self) {
            (Some(encoding), _) => {
                let (text, _, is_malformed) = encoding.decode(bytes);
                (text, is_malformed)
            }
            (None, Self::Wide(wide)) => (Cow::Owned(wide.decode_utf32(bytes)), true),
            (None, Self::Standard(_)) => (Cow::Borrowed(""), false),
        };
        let bad_bytes = match encoding {
            _ if !is_malformed => 0,
            Some(encoding) if encoding == UTF_8 => bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum(),
            _ => text.matches(char::REPLACEMENT_CHARACTER).count(),
        };
        (text, bad_bytes)
    }
}

/// Decodes a page or text. `content_type` is the value of the header; `top_level_domain` helps to guess the charset.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, top_level_domain: Option<&str>) -> Decoded<'a> {
    let charset = charset(bytes, content_type, top_level_domain);
    let (text, bad_bytes) = charset.decode(bytes);
    let (text, repaired) = match text {
        Cow::Borrowed(text) => mojibake::repair(text),
        Cow::Owned(text) => match mojibake::repair(&text) {
            (Cow::Owned(better), repaired) => (Cow::Owned(better), repaired),
            (Cow::Borrowed(_), _) => (Cow::Owned(text), 0),
        },
    };
    let faults = (bad_bytes + repaired > 0).then(|| Decoding {
        charset: charset.name().to_owned(),
        bad_bytes: bad_bytes as u64,
        repaired: repaired as u64,
    });
    Decoded { text, faults }
}

/// The charset of a page, by BOM, the zeros of UTF-16 and UTF-32, header, `<meta>` or a guess, in this order, corrected as described above.
pub fn charset(bytes: &[u8], content_type: Option<&str>, top_level_domain: Option<&str>) -> Charset {
    if let Some(wide) = Wide::by_mark(bytes) {
        return Charset::Wide(wide);
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Charset::Standard(UTF_8);
    }
    if let Some(wide) = Wide::by_content(bytes) {
        return Charset::Wide(wide);
    }
    let declared = content_type.and_then(declared::in_content_type).or_else(|| declared::in_meta(bytes));
    match declared.and_then(declared_wide) {
        // Markup in UTF-16 has zero bytes, and UTF-8 has none.
        Some(wide) if bytes.contains(&0) => Charset::Wide(wide),
        Some(_) => Charset::Standard(narrow(bytes, None, top_level_domain)),
        None => Charset::Standard(narrow(bytes, declared, top_level_domain)),
    }
}

fn declared_wide(encoding: &'static Encoding) -> Option<Wide> {
    match encoding {
        encoding if encoding == UTF_16LE => Some(Wide::Utf16Le),
        encoding if encoding == UTF_16BE => Some(Wide::Utf16Be),
        _ => None,
    }
}

/// The charset of a page that is not in UTF-16 or UTF-32.
fn narrow(bytes: &[u8], declared: Option<&'static Encoding>, top_level_domain: Option<&str>) -> &'static Encoding {
    if let Some(encoding) = declared.filter(|encoding| *encoding == ISO_2022_JP && bytes.contains(&0x1b)) {
        return encoding;
    }
    if is_utf8_up_to_the_end(bytes) {
        return UTF_8;
    }
    let sequences = Sequences::of(bytes);
    match declared {
        Some(encoding) if encoding == UTF_8 && sequences.are_half_valid() => UTF_8,
        Some(encoding) if encoding != UTF_8 && !sequences.are_many_and_mostly_valid() => encoding,
        _ if sequences.are_mostly_valid() => UTF_8,
        _ => guess(bytes, top_level_domain),
    }
}

/// Whether the bytes are UTF-8, the last character perhaps incomplete, as in an interrupted download.
fn is_utf8_up_to_the_end(bytes: &[u8]) -> bool {
    // Faster than the standard library's check, and nearly all pages are valid to the end.
    let valid = Encoding::utf8_valid_up_to(bytes);
    let rest = bytes.get(valid..).unwrap_or_default();
    let is_incomplete = || std::str::from_utf8(rest).is_err_and(|error| error.error_len().is_none());
    rest.is_empty() || (valid > 0 && is_incomplete())
}

fn guess(bytes: &[u8], top_level_domain: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes.get(..1 << 20).unwrap_or(bytes), true);
    // The detector panics on labels that are not lower-case ASCII.
    let tld = top_level_domain.map(str::as_bytes).filter(|tld| tld.iter().all(u8::is_ascii_lowercase));
    detector.guess(tld, Utf8Detection::Allow)
}

/// Sequences of bytes that are not ASCII, read as UTF-8. Text in another charset hardly ever has more valid ones than invalid ones: in one with
/// a byte for each character a valid one needs an accented capital letter before a sign, and of the pairs of the East Asian charsets one in
/// seven or less is valid.
#[derive(Default)]
struct Sequences {
    valid: usize,
    invalid: usize,
    /// Bytes of valid ones that continue a character.
    continued: usize,
    /// Valid ones other than Latin letters, signs and punctuation.
    of_other_scripts: usize,
}

impl Sequences {
    fn of(bytes: &[u8]) -> Self {
        let mut found = Self::default();
        for chunk in bytes.utf8_chunks() {
            for lead in chunk.valid().bytes().filter(|byte| *byte >= 0xc2) {
                found.valid += 1;
                found.continued += 1 + usize::from(lead >= 0xe0) + usize::from(lead >= 0xf0);
                found.of_other_scripts += usize::from(!matches!(lead, 0xc2..=0xc5 | 0xe2));
            }
            found.invalid += usize::from(!chunk.invalid().is_empty());
        }
        found
    }

    /// Enough where UTF-8 is declared.
    fn are_half_valid(&self) -> bool {
        self.valid > 0 && self.valid >= self.invalid
    }

    /// Enough where nothing is declared: a few valid sequences must be those of a Latin script, which are the least likely by accident.
    fn are_mostly_valid(&self) -> bool {
        let is_plausible = self.of_other_scripts == 0 || (self.continued >= 8 && self.valid >= 2 * self.invalid);
        self.are_half_valid() && is_plausible
    }

    /// Enough where another charset is declared.
    fn are_many_and_mostly_valid(&self) -> bool {
        self.valid >= 10 && self.valid >= 4 * self.invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8], content_type: Option<&str>) -> &'static str {
        charset(bytes, content_type, None).name()
    }

    #[test]
    fn bom_header_meta_and_guess_count_in_this_order() {
        assert_eq!(name(b"\xef\xbb\xbfabc", Some("text/html; charset=koi8-r")), "UTF-8");
        assert_eq!(name(b"<meta charset=windows-1251>\xcf\xf0\xe8", Some("text/html; charset=\"KOI8-R\"")), "KOI8-R");
        assert_eq!(name(b"<meta charset=windows-1251>\xcf\xf0\xe8", None), "windows-1251");
        let (korean, _, _) = encoding_rs::EUC_KR.encode("대한민국의 날씨는 오늘도 맑고 바람이 조금 분다");
        assert_eq!(name(&korean, None), "EUC-KR");
        assert_eq!(name(b"a\0b\0c\0", Some("text/html; charset=utf-16le")), "UTF-16LE");
    }

    #[test]
    fn wrong_declarations_are_ignored() {
        assert_eq!(name("<meta charset=iso-8859-1>Zürich".as_bytes(), None), "UTF-8");
        assert_ne!(name(b"<meta charset=utf-8>Z\xfcrich liegt am See", None), "UTF-8");
        assert_eq!(name("plain £".as_bytes(), Some("text/html; charset=utf-16")), "UTF-8");
    }

    #[test]
    fn a_bad_byte_does_not_change_the_charset() {
        for text in ["un café", "Привет, как дела? Хорошо", "水車小屋が燃えた。", "방앗간이 불탔다.", "une fête – “déjà”"]
        {
            for (declaration, bad) in [("", 0x92u8), ("<meta charset=utf-8>", 0xff), ("<meta charset=iso-8859-1>", 0xe9)] {
                let text = if declaration.contains("8859") { text.repeat(10) } else { text.to_owned() };
                let bytes = [declaration.as_bytes(), text.as_bytes(), &[bad], b" and more"].concat();
                let decoded = decode(&bytes, None, None);
                assert_eq!(decoded.text, format!("{declaration}{text}\u{fffd} and more"));
                let faults = decoded.faults.unwrap();
                assert_eq!((faults.charset.as_str(), faults.bad_bytes, faults.repaired), ("UTF-8", 1, 0));
            }
        }
        assert_eq!(decode("un café".as_bytes(), None, None).faults, None);
    }

    #[test]
    fn text_in_old_charsets_is_not_taken_for_utf8() {
        use encoding_rs::{
            BIG5, EUC_JP, EUC_KR, GBK, IBM866, ISO_8859_2, KOI8_R, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
        };
        for (text, charsets) in [
            ("Le café est fermé : « liberté » à l’été", &[WINDOWS_1252][..]),
            ("Рад видеть: старая мельница у реки сгорела в ночь на понедельник", &[WINDOWS_1251, KOI8_R, IBM866]),
            ("Żółw wszedł na łąkę i zjadł źdźbło", &[ISO_8859_2, WINDOWS_1250]),
            ("小屋在星期一夜里烧毁了，没有人受伤。", &[GBK]),
            ("小屋在星期一夜裡燒毀了，沒有人受傷。", &[BIG5]),
            ("水車小屋が月曜日の夜に燃えた。", &[SHIFT_JIS, EUC_JP]),
            ("방앗간이 월요일 밤에 불탔다.", &[EUC_KR]),
        ] {
            for charset in charsets {
                let (bytes, _, _) = charset.encode(text);
                for declaration in [None, Some("text/plain; charset=utf-8")] {
                    assert_ne!(name(&bytes, declaration), "UTF-8", "{text} in {}", charset.name());
                }
            }
        }
    }

    fn wide(text: &str) -> [(&'static str, Vec<u8>); 4] {
        let units = || text.encode_utf16();
        let scalars = || text.chars().map(u32::from);
        [
            ("UTF-16LE", units().flat_map(u16::to_le_bytes).collect()),
            ("UTF-16BE", units().flat_map(u16::to_be_bytes).collect()),
            ("UTF-32LE", scalars().flat_map(u32::to_le_bytes).collect()),
            ("UTF-32BE", scalars().flat_map(u32::to_be_bytes).collect()),
        ]
    }

    #[test]
    fn utf16_and_utf32_are_recognised_with_and_without_a_mark() {
        for text in [
            "<!doctype html><title>The mill</title><p>It burnt.",
            "The old mill burnt down.\n\nNobody was hurt.\n",
            "Старая мельница сгорела.\n\nНикто не пострадал, сообщили пожарные.\n",
            "Ο παλιός μύλος κάηκε. Κανείς δεν τραυματίστηκε.",
            "احترقت الطاحونة القديمة. لم يصب أحد.",
            "水車小屋が燃えた。\n\n月曜日の夜のことだった。\n",
            "小屋烧毁了，没有人受伤。\n\n消防员说，火是在夜里烧起来的。\n",
            "방앗간이 불탔다. 다친 사람은 없다.\n",
            "They laughed 😂 and left.",
        ] {
            for marked in [text.to_owned(), format!("\u{feff}{text}")] {
                for (charset, bytes) in wide(&marked) {
                    assert_eq!(name(&bytes, Some("text/html; charset=utf-8")), charset, "{text}");
                    let decoded = decode(&bytes, None, None);
                    assert_eq!((decoded.text.as_ref(), decoded.faults), (text, None), "{charset}");
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn utf8_is_never_taken_for_another_charset(text in "\\PC{0,200}", tail in "[\u{0}-\u{7f}\u{4e00}-\u{4eff}]{0,40}") {
            let text = text + &tail.replace('\0', "");
            proptest::prop_assert_eq!(charset(text.as_bytes(), None, None), Charset::Standard(UTF_8));
        }

        #[test]
        fn bytes_without_zeros_or_with_a_stray_one_are_not_wide(bytes in proptest::collection::vec(0x20u8..=0xfd, 16..400), zero in proptest::option::of(proptest::arbitrary::any::<proptest::sample::Index>())) {
            let mut bytes = bytes;
            if let Some(at) = zero {
                bytes.insert(at.index(bytes.len()), 0);
            }
            proptest::prop_assert!(!charset(&bytes, None, None).is_wide());
        }

        #[test]
        fn text_in_utf16_is_recognised(words in proptest::collection::vec("[a-z]{1,9}|[а-я]{1,9}|[α-ω]{1,9}|[가-힣]{1,5}", 6..60)) {
            let text = words.join(" ");
            for (charset, bytes) in wide(&text) {
                proptest::prop_assert_eq!(name(&bytes, None), charset);
            }
        }
    }
}
