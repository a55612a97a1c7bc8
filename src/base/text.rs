//! Text as gleaner compares it: NFC, squeezed white space, folded tokens, slugs. Knows nothing of pages.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in Unicode normalization form C (UAX #15).
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// Every run of white space (Unicode `White_Space`, zero-width space and BOM included) as one space, none at the ends.
pub fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// White space as a reader sees it: Unicode white space, zero-width space, word joiner and byte order mark.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Whether the character's script is written without spaces between words: Han, kana, Hangul, Thai, Lao, Khmer, Myanmar.
/// Such a character is a token of its own (DESIGN, "Duplicates and relations").
pub fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1100}'..='\u{11ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Appends the folded token stream to `out`, tokens parted by single spaces: lower-case alphanumeric runs, each character of
/// an unspaced script (see [`is_unspaced`]) a token of its own, everything else a boundary. Apostrophes vanish
/// (`don't` → `dont`), so that typographic and typewriter forms agree.
pub fn fold_into(text: &str, out: &mut String) {
    let mut in_token = false;
    for c in text.nfkc() {
        if is_unspaced(c) && (c.is_alphanumeric() || is_combining_mark(c)) {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            out.push(c);
            out.push(' ');
            in_token = false;
        } else if c.is_alphanumeric() || (in_token && is_combining_mark(c)) {
            if !in_token && !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            out.extend(c.to_lowercase());
            in_token = true;
        } else if !(in_token && matches!(c, '\'' | '’' | 'ʼ')) {
            in_token = false;
        }
    }
    while out.ends_with(' ') {
        out.pop();
    }
}

/// The folded token stream of `text` as one string; see [`fold_into`].
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// The number of words: folded tokens.
pub fn count_words(text: &str) -> usize {
    let folded = fold(text);
    folded.split(' ').filter(|token| !token.is_empty()).count()
}

/// An ASCII slug of at most `max` characters, cut at a word: accents stripped, everything else a single `-`.
/// Empty where the text has no ASCII letters or digits after folding.
pub fn slug(text: &str, max: usize) -> String {
    let mut out = String::new();
    for word in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’'))
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' })
        .collect::<String>()
        .split_ascii_whitespace()
    {
        let needed = word.len() + usize::from(!out.is_empty());
        if out.len() + needed > max {
            if out.is_empty() {
                out.extend(word.chars().take(max));
            }
            break;
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squeezes_every_kind_of_space() {
        assert_eq!(squeeze(" a\u{a0}\u{200b} b\r\n\tc\u{feff}"), "a b c");
        assert_eq!(squeeze("\u{3000}"), "");
    }

    #[test]
    fn folds_to_tokens() {
        assert_eq!(fold("Don’t  STOP — ever!"), "dont stop ever");
        assert_eq!(fold("Don't stop"), fold("Don’t stop"));
        assert_eq!(fold("日本語 and 한국"), "日 本 語 and 한 국");
        assert_eq!(fold("ｆｕｌｌ ﬁt"), "full fit");
        assert_eq!(fold("हिन्दी भाषा"), "हिन्दी भाषा");
        assert_eq!(fold("...!"), "");
    }

    #[test]
    fn counts_words_in_any_script() {
        assert_eq!(count_words("one two, three"), 3);
        assert_eq!(count_words("日本語"), 3);
        assert_eq!(count_words(""), 0);
    }

    #[test]
    fn slugs_are_short_ascii_and_cut_at_words() {
        assert_eq!(slug("Why Putin’s café — “opened”", 60), "why-putins-cafe-opened");
        assert_eq!(slug("one two three", 9), "one-two");
        assert_eq!(slug(&"x".repeat(80), 60).len(), 60);
        assert_eq!(slug("Привет", 60), "");
    }
}
