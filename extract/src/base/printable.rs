//! Characters that steer a terminal or reorder text instead of being read: control characters and bidirectional overrides. They never enter
//! clean text or metadata, and are escaped in what is printed. Judges no markup.

use std::borrow::Cow;

use super::text::{has_byte, into_nfc, squeeze};

/// Whether a character steers a terminal or reorders the text around it: C0 except tab and line feed, DEL, C1, and the bidirectional embeddings,
/// overrides and isolates (UAX #9). The marks U+200E, U+200F and U+061C are not among them: Arabic and Hebrew text needs them, and they
/// reorder nothing but their neighbours.
pub fn is_unprintable(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        c if c <= '\u{7e}' => c < ' ',
        c => matches!(c, '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'),
    }
}

/// The text without characters that are [unprintable](is_unprintable). C1 characters are what is left of windows-1252 that was read as Latin-1
/// (`don\u{92}t`), so they become the characters they stand for, as in HTML (<https://html.spec.whatwg.org/#numeric-character-reference-end-state>).
/// Line ends become line feeds. Text without such characters, as nearly all text is, is not copied.
pub fn into_printable(text: String) -> String {
    // The other unprintable characters begin with one of these bytes.
    let may_be_unprintable = |byte: u8| byte < b' ' || matches!(byte, 0x7f | 0xc2 | 0xe2);
    if !has_byte(&text, may_be_unprintable) || !text.contains(is_unprintable) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' | '\u{b}' | '\u{c}' => out.push('\n'),
            '\u{80}'..='\u{9f}' => out.extend(windows_1252(c)),
            c if is_unprintable(c) => {}
            c => out.push(c),
        }
    }
    let multi_line = text.contains('\n');
    into_nfc(if multi_line { out } else { squeeze(&out) })
}

/// The character that a byte of windows-1252 stands for; `None` for the five bytes without one.
fn windows_1252(c: char) -> Option<char> {
    let byte = u8::try_from(u32::from(c)).ok()?;
    let decoded = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next()?;
    (!is_unprintable(decoded)).then_some(decoded)
}

/// JSON with its [unprintable](is_unprintable) characters written as `\u` escapes, those too that JSON itself allows in strings: DEL, C1 and
/// bidirectional overrides. It means the same; outside of strings, JSON has none but line ends.
pub fn escape_json(json: String) -> String {
    let is_bare = |c: char| is_unprintable(c) && c != '\r';
    if !json.contains(is_bare) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_bare(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// The text with its [unprintable](is_unprintable) characters escaped as in Rust and JavaScript (`\u{1b}`), for people to read.
pub fn escape_unprintable(text: &str) -> Cow<'_, str> {
    escape_where(text, is_unprintable)
}

/// The same for a value that must stay on its line: line feeds and tabs are escaped too.
pub fn escape_line(text: &str) -> Cow<'_, str> {
    escape_where(text, |c| is_unprintable(c) || matches!(c, '\n' | '\t' | '\u{2028}' | '\u{2029}'))
}

fn escape_where(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' if is_escaped(c) => out.push_str("\\n"),
            '\t' if is_escaped(c) => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_escaped(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printable(text: &str) -> String {
        into_printable(text.to_owned())
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        let hostile: String = ('\0'..='\u{ffff}').filter(|c| is_unprintable(*c)).collect();
        assert_eq!(hostile.chars().count(), 30 + 1 + 32 + 5 + 4);
        let text = printable(&format!("a{hostile}b"));
        assert!(!text.contains(is_unprintable), "{text:?}");
        assert_eq!(printable("a \u{1b}[31m\u{7} b\u{202e}c"), "a [31m bc");
    }

    #[test]
    fn every_unprintable_character_is_found_by_its_bytes() {
        for c in ('\0'..='\u{ffff}').filter(|c| is_unprintable(*c)) {
            assert!(!printable(&c.to_string()).contains(is_unprintable), "{c:?}");
        }
    }

    #[test]
    fn c1_characters_become_what_they_stand_for() {
        assert_eq!(printable("don\u{92}t \u{93}stop\u{94} \u{81}now\u{85}"), "don’t “stop” now…");
    }

    #[test]
    fn marks_of_arabic_and_hebrew_stay() {
        let text = "שלום\u{200f}! 5\u{200e}%\u{61c}";
        assert_eq!(printable(text), text);
        assert_eq!(escape_unprintable(text), text);
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(printable("  a\n\tb\rc\u{0}"), "  a\n\tb\nc");
    }

    #[test]
    fn escaped_json_means_the_same() {
        for c in ('\0'..='\u{ffff}').filter(|c| is_unprintable(*c)) {
            let value = serde_json::json!({ "a": format!("x{c}y\u{200f}ä") });
            let json = escape_json(value.to_string());
            assert!(!json.contains(is_unprintable), "{json:?}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
        }
    }

    #[test]
    fn escapes_are_readable() {
        assert_eq!(escape_unprintable("a\u{1b}[0m\nb\u{9b}\r\u{202e}"), "a\\u{1b}[0m\nb\\u{9b}\\r\\u{202e}");
        assert_eq!(escape_line("a\nb\tc\u{2028}"), "a\\nb\\tc\\u{2028}");
        assert!(matches!(escape_line("plain äöü"), Cow::Borrowed(_)));
    }
}
