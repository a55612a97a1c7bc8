//! Normalises text: NFC, squeezed white space, folded tokens, slugs. Pure; knows nothing of pages.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfkc_quick};

/// The text in Unicode normalization form C (UAX #15).
pub fn nfc(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// [`nfc`] of an owned text; does not copy text that is already in that form, as nearly all text is.
pub fn into_nfc(text: String) -> String {
    if is_nfc(&text) { text } else { text.nfc().collect() }
}

fn is_nfc(text: &str) -> bool {
    text.is_ascii() || is_nfc_quick(text.chars().filter(|c| !is_settled(*c))) == IsNormalized::Yes
}

/// Whether a common character is unchanged in every normalization form and does not compose with the one before it, so that the slower check
/// can skip it.
pub fn is_settled(c: char) -> bool {
    c.is_ascii()
        || matches!(c,
            '\u{c0}'..='\u{ff}' | '\u{410}'..='\u{44f}' | '\u{2013}'..='\u{2014}' | '\u{2018}'..='\u{201d}' | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}')
}

/// Every run of white space (Unicode `White_Space`, zero-width space and BOM included) as one space, none at the ends.
pub fn squeeze(text: &str) -> String {
    let inner = text.trim_matches(is_space);
    if is_squeezed(inner) {
        return inner.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut start = None;
    for (at, c) in text.char_indices() {
        if !is_space(c) {
            start.get_or_insert(at);
        } else if let Some(from) = start.take() {
            push_word(&mut out, text.get(from..at));
        }
    }
    if let Some(from) = start {
        push_word(&mut out, text.get(from..));
    }
    out
}

/// Whether a text has only single spaces inside, and no other white space.
fn is_squeezed(text: &str) -> bool {
    // The bytes with which other white space begins.
    let may_be_other = |byte: u8| matches!(byte, b'\t'..=b'\r' | 0xc2 | 0xe1..=0xe3 | 0xef);
    let is_other = |c: char| c != ' ' && is_space(c);
    memchr::memmem::find(text.as_bytes(), b"  ").is_none() && (!has_byte(text, may_be_other) || !text.contains(is_other))
}

/// Whether a text has a byte for which this holds. Looks at many at once: no byte decides whether the next one is read.
pub fn has_byte(text: &str, holds: impl Fn(u8) -> bool) -> bool {
    text.as_bytes().chunks(64).any(|bytes| bytes.iter().fold(false, |found, byte| found | holds(*byte)))
}

fn push_word(out: &mut String, word: Option<&str>) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(word.unwrap_or_default());
}

/// Whether a character is white space to a reader: Unicode white space, zero-width space, word joiner and byte order mark.
pub fn is_space(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' ' | '\t'..='\r');
    }
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// The text without characters that only say where a line may or may not be broken: soft hyphen, zero-width space, word joiner, byte order mark.
/// Between letters of South East Asian scripts, where zero-width spaces separate words, they stay.
pub fn without_invisible(text: &str) -> Cow<'_, str> {
    let is_invisible = |c: char| matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}');
    if text.is_ascii() || !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    let is_south_east_asian = |c: char| matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}');
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let separates = c == '\u{200b}'
            && out.chars().next_back().is_some_and(is_south_east_asian)
            && chars.peek().copied().is_some_and(is_south_east_asian);
        if separates || !is_invisible(c) {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether the character's script is written without spaces between words: Han, kana, Hangul, Thai, Lao, Khmer, Myanmar.
/// Such a character is a token of its own.
pub fn is_unspaced(c: char) -> bool {
    c >= '\u{0e00}'
        && matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1100}'..='\u{11ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether this is one of the common letters of [`is_unspaced`], recognised without a table lookup.
fn is_unspaced_letter(c: char) -> bool {
    matches!(c, '\u{0e01}'..='\u{0e30}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// A common letter of a script with spaces, in lower case: recognised and lowered without a table lookup. `None` says nothing.
fn lower_letter(c: char) -> Option<char> {
    let offset = match c {
        '\u{df}'..='\u{f6}' | '\u{f8}'..='\u{ff}' => 0,
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' => 0x20,
        '\u{3ac}'..='\u{3ce}' | '\u{430}'..='\u{45f}' => 0,
        '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3ab}' | '\u{410}'..='\u{42f}' => 0x20,
        '\u{400}'..='\u{40f}' => 0x50,
        // Scripts without cases: Hebrew, Arabic, Devanagari. A vowel sign is a letter too.
        '\u{5d0}'..='\u{5ea}' | '\u{621}'..='\u{63a}' | '\u{641}'..='\u{64a}' | '\u{904}'..='\u{939}' | '\u{93e}'..='\u{94c}' => {
            0
        }
        _ => return None,
    };
    char::from_u32(u32::from(c) + offset)
}

/// Appends the folded tokens to `out`, separated by single spaces: lower-case alphanumeric runs; each character of an unspaced script (see
/// [`is_unspaced`]) is a token of its own; everything else is a boundary. Apostrophes are dropped (`don't` → `dont`), so that typographic and
/// typewriter forms agree; so are soft hyphens.
pub fn fold_into(text: &str, out: &mut String) {
    let mut tokens = TokenWriter { out, in_token: false };
    if text.is_ascii() {
        tokens.push_ascii(text);
    } else if is_nfkc_quick(text.chars().filter(|c| !is_settled(*c))) == IsNormalized::Yes {
        tokens.push_normalised(text);
    } else {
        // Nothing composes across a space, so an unusual character slows down its own word only.
        text.split_inclusive(' ').for_each(|word| tokens.push_word(word));
    }
    while out.ends_with(' ') {
        out.pop();
    }
}

/// Whether each byte is an ASCII letter or digit.
static IS_ALPHANUMERIC: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

/// Writes folded tokens.
struct TokenWriter<'o> {
    out: &'o mut String,
    /// Whether the next character continues the last token.
    in_token: bool,
}

impl TokenWriter<'_> {
    /// Appends text that is in form NFKC: runs of ASCII together, other characters one by one.
    fn push_normalised(&mut self, mut text: &str) {
        while !text.is_empty() {
            let length = text.bytes().position(|byte| !byte.is_ascii()).unwrap_or(text.len());
            let (ascii, other) = text.split_at(length);
            self.push_ascii(ascii);
            let mut others = other.chars();
            others.next().into_iter().for_each(|c| self.push_char(c));
            text = others.as_str();
        }
    }

    /// Appends text that may have to be brought to form NFKC.
    fn push_word(&mut self, word: &str) {
        if is_nfkc_quick(word.chars().filter(|c| !is_settled(*c))) == IsNormalized::Yes {
            self.push_normalised(word);
        } else {
            word.nfkc().for_each(|c| self.push_char(c));
        }
    }

    /// Appends ASCII text. It has no combining marks, no unspaced scripts and one apostrophe, so whole runs are copied, and lowered together.
    fn push_ascii(&mut self, text: &str) {
        let begin = self.out.len();
        let mut rest = text;
        loop {
            let length = rest.bytes().position(|byte| !IS_ALPHANUMERIC[usize::from(byte)]).unwrap_or(rest.len());
            let (word, after) = rest.split_at(length);
            if !word.is_empty() {
                self.separate();
                self.out.push_str(word);
                self.in_token = true;
            }
            let Some(next) = after.bytes().next() else { break };
            self.in_token &= next == b'\'';
            rest = after.get(1..).unwrap_or_default();
        }
        if let Some(added) = self.out.get_mut(begin..) {
            added.make_ascii_lowercase();
        }
    }

    fn push_char(&mut self, c: char) {
        match c {
            c if c.is_ascii_alphanumeric() => {
                self.separate();
                self.out.push(c.to_ascii_lowercase());
                self.in_token = true;
            }
            c if let Some(lower) = lower_letter(c) => {
                self.separate();
                self.out.push(lower);
                self.in_token = true;
            }
            '\'' | '’' | '\u{ad}' => {}
            // Most characters that are not letters, recognised without a table lookup.
            c if c.is_ascii() || ('\u{2010}'..='\u{2027}').contains(&c) => self.in_token = false,
            // Combining marks that are no letters, recognised without a table lookup.
            '\u{300}'..='\u{344}' => {
                if self.in_token {
                    self.out.push(c);
                }
            }
            c if is_unspaced_letter(c) || is_unspaced(c) && (c.is_alphanumeric() || is_combining_mark(c)) => {
                self.in_token = false;
                self.separate();
                self.out.push(c);
                self.out.push(' ');
            }
            c if c.is_alphanumeric() || (self.in_token && is_combining_mark(c)) => {
                self.separate();
                self.out.extend(c.to_lowercase());
                self.in_token = true;
            }
            _ => self.in_token = false,
        }
    }

    /// Appends a space unless the next character continues a token.
    fn separate(&mut self) {
        if !self.in_token && !self.out.is_empty() && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
    }
}

/// The folded tokens of `text` as one string; see [`fold_into`].
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Where the spaces of a text are. Words are so short that byte after byte is faster than `memchr`.
pub fn spaces(text: &str) -> impl Iterator<Item = usize> + Clone + '_ {
    text.bytes().enumerate().filter(|(_, byte)| *byte == b' ').map(|(at, _)| at)
}

/// The tokens of a folded text; one empty token if it has none.
pub fn tokens(folded: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    spaces(folded).chain([folded.len()]).map(move |end| {
        let token = folded.get(start..end).unwrap_or_default();
        start = end + 1;
        token
    })
}

/// The result of a function of the folded tokens, which are not allocated where the text is one short word of ASCII letters and digits, as most
/// words are.
pub fn with_folded<T>(text: &str, function: impl FnOnce(&str) -> T) -> T {
    let mut buffer = [0; 24];
    let short = buffer.get_mut(..text.len()).filter(|_| text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if let Some(short) = short {
        short.copy_from_slice(text.as_bytes());
        short.make_ascii_lowercase();
        if let Ok(folded) = str::from_utf8(short) {
            return function(folded);
        }
    }
    function(&fold(text))
}

/// The number of words: folded tokens.
pub fn count_words(text: &str) -> usize {
    count_folded(&fold(text))
}

/// The number of words of a folded text.
pub fn count_folded(folded: &str) -> usize {
    if folded.is_empty() { 0 } else { memchr::memchr_iter(b' ', folded.as_bytes()).count() + 1 }
}

/// An ASCII slug of at most `max` characters, cut at a word: accents stripped, everything else turned into single `-`.
/// Empty if the text has no ASCII letters or digits after folding.
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
    fn every_kind_of_space_is_squeezed() {
        assert_eq!(squeeze(" a\u{a0}\u{200b} b\r\n\tc\u{feff}"), "a b c");
        assert_eq!(squeeze("“a” b’s\u{2009}c"), "“a” b’s c");
        assert_eq!(squeeze(" “a” – é b’s "), "“a” – é b’s");
        assert_eq!(squeeze("\u{3000}"), "");
    }

    #[test]
    fn text_is_folded_to_tokens() {
        assert_eq!(fold("Don’t  STOP — ever!"), "dont stop ever");
        assert_eq!(fold("Don't stop"), fold("Don’t stop"));
        assert_eq!(fold("日本語 and 한국"), "日 本 語 and 한 국");
        assert_eq!(fold("ｆｕｌｌ ﬁt"), "full fit");
        assert_eq!(fold("Tou\u{ad}rist ту\u{ad}рист"), "tourist турист");
        assert_eq!(fold("हिन्दी भाषा"), "हिन्दी भाषा");
        assert_eq!(fold("...!"), "");
    }

    #[test]
    fn characters_about_line_ends_are_left_out() {
        assert_eq!(without_invisible("Tou\u{ad}rist do\u{200b}n\u{2060}’t\u{feff}"), "Tourist don’t");
        assert_eq!(without_invisible("東京\u{200b}都"), "東京都");
        assert_eq!(without_invisible("ភាសា\u{200b}ខ្មែរ"), "ភាសា\u{200b}ខ្មែរ");
    }

    #[test]
    fn one_word_is_folded_without_allocation_as_with_it() {
        for text in ["", "Word", "A1", "don't", "Émile", "two words", "averyveryverylongwordindeed", "ſ"] {
            assert_eq!(with_folded(text, str::to_owned), fold(text), "{text}");
        }
    }

    #[test]
    fn fast_paths_agree_with_the_slow_path() {
        for text in [
            "It's 'A' TEST--of it'",
            "wait… ﬁve ½ a e\u{301}",
            "x \u{301}y ’tis",
            "x ’ y",
            "Crème brûlée n’a pas",
            "e\u{301}t\u{e9} ﬁt",
            "한글 test 日本",
            "' '",
            "a'",
            "Ⅷ ²",
        ] {
            let mut slow = String::new();
            let mut tokens = TokenWriter { out: &mut slow, in_token: false };
            text.nfkc().for_each(|c| tokens.push_char(c));
            assert_eq!(fold(text), slow.trim_end_matches(' '), "{text}");
        }
        assert_eq!(into_nfc("e\u{301}".to_owned()), nfc("\u{e9}"));
    }

    #[test]
    fn settled_characters_are_stable_in_every_form() {
        for c in ('\0'..='\u{ffff}').filter(|c| is_settled(*c)) {
            let one = || std::iter::once(c);
            assert!(is_nfkc_quick(one()) == IsNormalized::Yes && is_nfc_quick(one()) == IsNormalized::Yes, "{c:?}");
            assert_eq!(unicode_normalization::char::canonical_combining_class(c), 0, "{c:?}");
            assert!(c.is_ascii() || !is_combining_mark(c));
        }
        assert!(('\u{2010}'..='\u{2027}').all(|c| !c.is_alphanumeric() && !is_combining_mark(c) && !is_unspaced(c)));
    }

    #[test]
    fn characters_without_a_table_lookup_are_what_the_tables_say() {
        let letters = || ('\0'..='\u{ffff}').filter(|c| is_unspaced_letter(*c));
        assert!(letters().all(|c| is_unspaced(c) && c.is_alphanumeric()) && letters().count() > 30_000);
        for c in '\0'..='\u{ffff}' {
            if let Some(lower) = lower_letter(c) {
                assert!(c.is_alphanumeric() && !is_unspaced(c) && c.to_lowercase().eq([lower]), "{c:?}");
            }
        }
        let is_mark = |c: char| is_combining_mark(c) && !c.is_alphanumeric() && c.to_lowercase().eq([c]) && !is_unspaced(c);
        assert!(('\u{300}'..='\u{344}').all(is_mark));
    }

    #[test]
    fn words_are_counted_in_any_script() {
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
