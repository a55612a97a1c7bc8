//! Vertical text (word per line), as Sketch Engine, NoSketch Engine and CWB read it: `<doc>`, `<p>` and `<s>` structures, one token per line, and `<g/>` between
//! tokens that are written together.
//!
//! Sentences and tokens are those of UAX #29, in any language and without a model: a sentence also ends after an abbreviation before a capital letter, and
//! Chinese and Thai come out by the character or cluster.

use std::io::{self, Write};

use unicode_segmentation::UnicodeSegmentation;

use super::document::ExportDocument;
use super::exporter::{Exporter, FileFormat};
use gleaner_extract::base::escape::escape_xml;
use gleaner_extract::base::text::{is_space, squeeze};

/// Vertical text.
pub const FORMAT: FileFormat = FileFormat {
    name: "vertical",
    extensions: &[".vert", ".vrt"],
    is_compressible: true,
    is_feed: false,
    open: |out, _| Ok(Box::new(Vertical { out })),
};

struct Vertical<W> {
    out: W,
}

impl<W: Write> Exporter for Vertical<W> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        self.out.write_all(start(document).as_bytes())?;
        for paragraph in document.paragraphs() {
            let mut out = "<p>\n".to_owned();
            for sentence in paragraph.split_sentence_bounds().filter(|sentence| !sentence.trim_matches(is_space).is_empty()) {
                out.push_str("<s>\n");
                push_tokens(&mut out, sentence);
                out.push_str("</s>\n");
            }
            out.push_str("</p>\n");
            self.out.write_all(out.as_bytes())?;
        }
        self.out.write_all(b"</doc>\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn push_tokens(out: &mut String, sentence: &str) {
    let mut is_glued = false;
    for token in sentence.split_word_bounds() {
        if token.chars().all(is_space) {
            is_glued = false;
            continue;
        }
        let token = escape_xml(token);
        if token.is_empty() {
            continue;
        }
        if is_glued {
            out.push_str("<g/>\n");
        }
        out.push_str(&token);
        out.push('\n');
        is_glued = true;
    }
}

/// The first line of a document. Values of a list are separated by `|`.
fn start(document: &ExportDocument<'_>) -> String {
    let mut out = "<doc".to_owned();
    let mut attribute = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            out.push_str(&format!(" {name}=\"{}\"", escape_xml(&squeeze(&value))));
        }
    };
    let list = |items: &[String]| Some(items.iter().map(|item| item.replace('|', "/")).collect::<Vec<_>>().join("|"));
    let day = document.day();
    attribute("id", Some(document.id.to_string()));
    attribute("title", document.title.map(str::to_owned));
    attribute("author", list(document.authors));
    attribute("date", day.map(|day| day.to_string()));
    attribute("year", day.map(|day| day.year().to_string()));
    attribute("month", day.map(|day| format!("{:04}-{:02}", day.year(), day.month())));
    attribute("url", document.url.map(str::to_owned));
    attribute("domain", document.domain());
    attribute("site", document.site.map(str::to_owned));
    attribute("section", document.section.map(str::to_owned));
    attribute("tag", list(document.tags));
    attribute("lang", document.language.map(str::to_owned));
    attribute("licence", document.licence.map(str::to_owned));
    attribute("completeness", Some(document.completeness.name().to_owned()));
    attribute("words", Some(document.words.to_string()));
    attribute("cluster", Some(document.cluster.to_string()));
    out + ">\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    #[test]
    fn tokens_are_lines_and_what_is_written_together_is_glued() {
        let authors = ["Jo | Ash".to_owned(), "Mei \"Lin\"".to_owned()];
        let mut out = Vec::new();
        let document =
            ExportDocument { authors: &authors, ..sample::document("Well, <p> can't be.\nHe said so! \u{0}Yes.\n\n你好") };
        Vertical { out: &mut out }.document(&document).unwrap();
        let text = String::from_utf8(out).unwrap();
        let (start, rest) = text.split_once('\n').unwrap();
        assert!(
            start.contains(" author=\"Jo / Ash|Mei &quot;Lin&quot;\" date=\"2024-02-19\" year=\"2024\" month=\"2024-02\""),
            "{start}"
        );
        let expected = "<p> <s> Well <g/> , &lt; <g/> p <g/> &gt; can't be <g/> . </s> <s> He said so <g/> ! </s> <s> Yes <g/> . </s> </p> \
                        <p> <s> 你 <g/> 好 </s> </p> </doc>";
        assert_eq!(rest.split_whitespace().collect::<Vec<_>>().join(" "), expected);
    }
}
