//! Escapes text for HTML and XML.

use std::borrow::Cow;

/// Escapes text for the content of elements and for attribute values in double quotes.
pub fn escape_html(text: &str) -> String {
    escape(text, &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;")])
}

/// Escapes text for the content of elements only: quotes stay, so that most plain text is unchanged.
pub fn escape_html_content(text: &str) -> String {
    escape(text, &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;")])
}

/// Escapes text for XML 1.0: the content of elements and attribute values in double quotes. Characters that no XML 1.0 document may have, even as
/// references (<https://www.w3.org/TR/xml/#charsets>), are left out; a carriage return becomes a line feed, as parsers would make it.
pub fn escape_xml(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| matches!(c, '&' | '<' | '>' | '"' | '\r') || !is_xml(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push('\n'),
            c if is_xml(c) => out.push(c),
            _ => {}
        }
    }
    Cow::Owned(out)
}

/// Whether an XML 1.0 document may have the character.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn escape(text: &str, references: &[(char, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match references.iter().find(|(character, _)| *character == c) {
            Some((_, reference)) => out.push_str(reference),
            None => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_characters_are_escaped() {
        let text = "a < b & \"c\" > 'd'";
        assert_eq!(escape_html(text), "a &lt; b &amp; &quot;c&quot; &gt; 'd'");
        assert_eq!(escape_html_content(text), "a &lt; b &amp; \"c\" &gt; 'd'");
    }

    #[test]
    fn xml_has_none_of_the_characters_that_it_forbids() {
        assert_eq!(escape_xml("a\u{0}\u{b}\u{fffe}\u{ffff}\r<\u{1f600}>\t\u{85}"), "a\n&lt;\u{1f600}&gt;\t\u{85}");
        assert!(matches!(escape_xml("plain \u{200f}שלום"), Cow::Borrowed(_)));
    }
}
