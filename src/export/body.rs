//! The text of a document as paragraphs of XHTML, and its address, for feeds and e-books.

use super::document::ExportDocument;
use gleaner_extract::base::escape::escape_xml;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The paragraphs, each on a line. Well-formed XML without names of other namespaces, so that it can stand in HTML and XHTML.
pub fn xhtml(document: &ExportDocument<'_>) -> String {
    let mut out = String::with_capacity(document.text.len() + 64);
    for paragraph in document.paragraphs() {
        let lines: Vec<_> = paragraph.lines().map(escape_xml).collect();
        out.push_str(&format!("<p>{}</p>\n", lines.join("<br/>")));
    }
    out
}

/// What browsers take in a URL, and what RFC 3986 does not allow in a URI.
const NOT_IN_URI: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// A URL as a URI (RFC 3986).
pub fn uri(url: &str) -> String {
    utf8_percent_encode(url, NOT_IN_URI).to_string()
}

/// The writing direction of a language: what the attribute `dir` says.
pub fn direction(language: Option<&str>) -> &'static str {
    const RIGHT_TO_LEFT: &[&str] = &["ar", "dv", "fa", "he", "ku", "ckb", "ps", "sd", "ug", "ur", "yi"];
    if language.is_some_and(|language| RIGHT_TO_LEFT.contains(&language)) { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_uris() {
        assert_eq!(uri("https://a.example/{x}?a=1&b=%20|ü#c"), "https://a.example/%7Bx%7D?a=1&b=%20%7C%C3%BC#c");
    }
}
