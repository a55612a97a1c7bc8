//! Escapes text for HTML.

/// Escapes text for the content of elements and for attribute values in double quotes.
pub fn escape_html(text: &str) -> String {
    escape(text, &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;")])
}

/// Escapes text for the content of elements only: quotes stay, so that most plain text is unchanged.
pub fn escape_html_content(text: &str) -> String {
    escape(text, &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;")])
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
}
