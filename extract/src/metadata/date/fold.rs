//! Folds text for date parsing: lower case, no accents, ASCII digits. Positions in the original text are not kept.

use unicode_normalization::UnicodeNormalization;

use crate::base::text::into_nfc;

/// A folded text.
pub struct Folded {
    /// The text.
    pub text: String,
    /// Whether the original had Persian or Arabic digits, which hints at the calendar.
    pub eastern_digits: bool,
}

/// Folds a text for date parsing: lower case; accents of Latin, Greek and Cyrillic dropped; Arabic letters and digits of any script unified;
/// dots in Thai abbreviations dropped; all white space turned into plain spaces.
pub fn fold_dates(text: &str) -> Folded {
    if text.is_ascii() {
        let mut text = text.to_ascii_lowercase();
        for other in ['`', '\t', '\n', '\u{b}', '\u{c}', '\r'] {
            if text.contains(other) {
                text = text.replace(other, if other == '`' { "'" } else { " " });
            }
        }
        return Folded { text, eastern_digits: false };
    }
    let mut out = String::with_capacity(text.len());
    let mut eastern_digits = false;
    let mut after_thai = false;
    for c in text.nfkd() {
        if is_dropped(c) || (c == '.' && after_thai) {
            continue;
        }
        after_thai = ('\u{0e00}'..='\u{0e7f}').contains(&c) && c.is_alphabetic();
        if let Some(digit) = digit(c) {
            eastern_digits |= matches!(c, '\u{0660}'..='\u{0669}' | '\u{06f0}'..='\u{06f9}');
            out.push(digit);
        } else if c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            out.push(' ');
        } else {
            out.extend(unify(c).to_lowercase().filter(|c| !is_dropped(*c)));
        }
    }
    Folded { text: into_nfc(out), eastern_digits }
}

/// Accents of Latin, Greek and Cyrillic, Arabic vowel signs and the tatweel.
fn is_dropped(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{0640}' | '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{00ad}' | '\u{200c}' | '\u{200d}')
}

/// The ASCII digit for a decimal digit of any script that news is written in. NFKD has already converted full-width digits.
fn digit(c: char) -> Option<char> {
    /// The digit zero of each script.
    const ZEROS: &[u32] = &[
        0x30, 0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x0f20,
        0x1040, 0x17e0,
    ];
    let value = ZEROS.iter().map(|zero| (c as u32).wrapping_sub(*zero)).find(|value| *value < 10)?;
    char::from_digit(value, 10)
}

/// Unifies characters that are used interchangeably.
fn unify(c: char) -> char {
    match c {
        'ی' | 'ى' | 'ئ' => 'ي',
        'ک' => 'ك',
        'ة' => 'ه',
        'ı' => 'i',
        'ð' => 'd',
        'ł' => 'l',
        'ø' => 'o',
        '’' | 'ʼ' | '`' => '\'',
        '–' | '—' | '‐' | '‑' | '−' => '-',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_accents_and_digits() {
        assert_eq!(fold_dates("27 AOÛT 2023").text, "27 aout 2023");
        assert_eq!(fold_dates("27\tAug. `23").text, "27 aug. '23");
        assert_eq!(fold_dates("۲۷ آبان ۱۴۰۲").text, "27 ابان 1402");
        assert!(fold_dates("۲۷").eastern_digits);
        assert_eq!(fold_dates("15 ม.ค. 2567").text, fold_dates("15 มค 2567").text);
        assert_eq!(fold_dates("२७ अक्टूबर").text, "27 अक्टूबर".nfkd().nfc().collect::<String>());
    }
}
