//! BibTeX: one `@misc` entry per document, in UTF-8, for BibTeX, biblatex and reference managers. Has metadata and no text.

use std::io::{self, Write};

use super::body::uri;
use super::citation::citation_key;
use super::document::ExportDocument;
use super::exporter::{Exporter, FileFormat};
use gleaner_extract::base::text::squeeze;

/// BibTeX.
pub const FORMAT: FileFormat = FileFormat {
    name: "bibtex",
    extensions: &[".bib"],
    is_compressible: true,
    is_feed: false,
    open: |out, _| Ok(Box::new(Bibtex { out })),
};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

struct Bibtex<W> {
    out: W,
}

impl<W: Write> Exporter for Bibtex<W> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        self.out.write_all(format!("{}\n", entry(document)).as_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The entry of a document. Ends with a line feed.
pub fn entry(document: &ExportDocument<'_>) -> String {
    let mut out = format!("@misc{{{},\n", citation_key(document));
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            out.push_str(&format!("  {name} = {value},\n"));
        }
    };
    let braced = |text: &str| format!("{{{}}}", escape(text));
    let list = |items: &[String]| (!items.is_empty()).then(|| braced(&items.join(", ")));
    let authors: Vec<String> = document.authors.iter().map(|name| author(name, document.site)).collect();
    field("author", (!authors.is_empty()).then(|| format!("{{{}}}", authors.join(" and "))));
    // The second braces keep styles from changing capitals.
    field("title", Some(format!("{{{}}}", braced(&document.heading()))));
    field("howpublished", document.site.map(braced));
    field("year", document.day().map(|day| format!("{{{}}}", day.year())));
    field(
        "month",
        document.day().and_then(|day| MONTHS.get(usize::from(day.month()).checked_sub(1)?)).map(|month| (*month).to_owned()),
    );
    field("date", document.day().map(|day| format!("{{{day}}}")));
    field("url", document.url.map(|url| format!("{{{}}}", uri(url))));
    field("urldate", document.fetched_at.map(|time| format!("{{{}}}", time.day())));
    field("language", document.language.map(braced));
    field("keywords", list(document.tags));
    field("abstract", document.description.map(braced));
    out + "}\n"
}

/// A name as BibTeX reads it; in braces if it is no person's or has what separates names.
fn author(name: &str, site: Option<&str>) -> String {
    let separates = name.contains(',') || name.split_whitespace().any(|word| word.eq_ignore_ascii_case("and"));
    if separates || site == Some(name) { format!("{{{}}}", escape(name)) } else { escape(name) }
}

/// Text as LaTeX shows it, on one line. BibTeX counts braces even after a backslash, so those that are not in pairs become commands.
fn escape(text: &str) -> String {
    let text = squeeze(text);
    let are_paired = are_paired(&text);
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("{\\textbackslash}"),
            '{' if !are_paired => out.push_str("{\\textbraceleft}"),
            '}' if !are_paired => out.push_str("{\\textbraceright}"),
            '~' => out.push_str("{\\textasciitilde}"),
            '^' => out.push_str("{\\textasciicircum}"),
            '$' | '&' | '%' | '#' | '_' | '{' | '}' => out.extend(['\\', c]),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

fn are_paired(text: &str) -> bool {
    let mut open = 0usize;
    for c in text.chars() {
        match c {
            '{' => open += 1,
            '}' if open == 0 => return false,
            '}' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    #[test]
    fn an_entry_is_balanced_and_escaped() {
        let authors = ["Jo Ash".to_owned(), "Ash and Sons, Ltd".to_owned(), "The Courier".to_owned()];
        let document = ExportDocument {
            authors: &authors,
            title: Some("50 % of {nothing & \\all_ #1 ~ ^ $"),
            url: Some("https://a.example/{x}?a_b=%20"),
            ..sample::document("One.")
        };
        let entry = entry(&document);
        assert!(entry.contains("author = {Jo Ash and {Ash and Sons, Ltd} and {The Courier}},"), "{entry}");
        assert!(entry.contains("title = {{50 \\% of {\\textbraceleft}nothing \\& {\\textbackslash}all\\_ \\#1 "), "{entry}");
        assert!(entry.contains("url = {https://a.example/%7Bx%7D?a_b=%20},") && entry.contains("month = feb,"), "{entry}");
        assert_eq!(entry.matches('{').count(), entry.matches('}').count());
        assert_eq!(escape("a {b} c"), "a \\{b\\} c");
    }
}
