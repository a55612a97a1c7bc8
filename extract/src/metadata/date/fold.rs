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
    let mut folder = DateFolder::default();
    folder.out.reserve(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_plain_run = is_plain(first);
        let end = rest.find(|c| is_plain(c) != is_plain_run).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        if is_plain_run {
            run.chars().for_each(|c| folder.push(c));
        } else {
            run.nfkd().for_each(|c| folder.push(c));
        }
        rest = after;
    }
    Folded { text: into_nfc(folder.out), eastern_digits: folder.eastern_digits }
}

/// Whether a common character is the same in form NFKD, whatever is around it.
fn is_plain(c: char) -> bool {
    c.is_ascii()
        || matches!(c, '\u{410}'..='\u{418}' | '\u{41a}'..='\u{438}' | '\u{43a}'..='\u{44f}' | '\u{2018}'..='\u{201d}' | '\u{4e00}'..='\u{9fff}')
}

/// Writes folded characters.
#[derive(Default)]
struct DateFolder {
    out: String,
    eastern_digits: bool,
    after_thai: bool,
}

impl DateFolder {
    /// Appends a character in form NFKD.
    fn push(&mut self, c: char) {
        if is_dropped(c) || (c == '.' && self.after_thai) {
            return;
        }
        self.after_thai = ('\u{0e00}'..='\u{0e7f}').contains(&c) && c.is_alphabetic();
        if let Some(digit) = digit(c) {
            self.eastern_digits |= matches!(c, '\u{0660}'..='\u{0669}' | '\u{06f0}'..='\u{06f9}');
            self.out.push(digit);
        } else if c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            self.out.push(' ');
        } else if c.is_ascii() {
            self.out.push(unify(c).to_ascii_lowercase());
        } else {
            self.out.extend(unify(c).to_lowercase().filter(|c| !is_dropped(*c)));
        }
    }
}

/// Accents of Latin, Greek and Cyrillic, Arabic vowel signs and the tatweel.
fn is_dropped(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{0640}' | '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{00ad}' | '\u{200c}' | '\u{200d}')
}

/// The ASCII digit for a decimal digit of any script that news is written in. NFKD has already converted full-width digits.
fn digit(c: char) -> Option<char> {
    /// The digit zero of each script.
    const ZEROS: &[u32] = &[
        0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x0f20, 0x1040,
        0x17e0,
    ];
    if c.is_ascii() {
        return Some(c).filter(char::is_ascii_digit);
    }
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
    fn plain_characters_are_the_same_in_nfkd() {
        for c in ('\0'..='\u{ffff}').filter(|c| is_plain(*c)) {
            assert!(std::iter::once(c).nfkd().eq([c]) && unicode_normalization::char::canonical_combining_class(c) == 0, "{c:?}");
        }
    }

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
