//! The text of a document as paragraphs of XHTML, for feeds and e-books.

use super::document::ExportDocument;
use gleaner_extract::base::escape::escape_xml;

/// The paragraphs, each on a line. Well-formed XML without names of other namespaces, so that it can stand in HTML and XHTML.
pub fn xhtml(document: &ExportDocument<'_>) -> String {
    let mut out = String::with_capacity(document.text.len() + 64);
    for paragraph in document.paragraphs() {
        let lines: Vec<_> = paragraph.lines().map(escape_xml).collect();
        out.push_str(&format!("<p>{}</p>\n", lines.join("<br/>")));
    }
    out
}

/// The writing direction of a language: what the attribute `dir` says.
pub fn direction(language: Option<&str>) -> &'static str {
    const RIGHT_TO_LEFT: &[&str] = &["ar", "dv", "fa", "he", "ku", "ckb", "ps", "sd", "ug", "ur", "yi"];
    if language.is_some_and(|language| RIGHT_TO_LEFT.contains(&language)) { "rtl" } else { "ltr" }
}
