//! TEI P5: a `teiCorpus` with a `TEI` element per document, its metadata in the header and its paragraphs in the body.

use std::io::{self, Write};

use super::document::ExportDocument;
use super::exporter::{About, Exporter, FileFormat};
use gleaner_extract::article::render::tei::{NAMESPACE, Namespace, TeiHeader, document};
use gleaner_extract::base::escape::escape_xml;

/// TEI.
pub const FORMAT: FileFormat = FileFormat {
    name: "tei",
    extensions: &[".tei.xml", ".tei", ".xml"],
    is_compressible: true,
    is_feed: false,
    open: |out, about| Ok(Box::new(Tei::new(out, about)?)),
};

struct Tei<W> {
    out: W,
    is_empty: bool,
}

impl<W: Write> Tei<W> {
    fn new(mut out: W, about: About<'_>) -> io::Result<Self> {
        let title = escape_xml(about.title);
        write!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<teiCorpus xmlns=\"{NAMESPACE}\">\n<teiHeader>\n<fileDesc>\n\
             <titleStmt>\n<title>{title}</title>\n</titleStmt>\n<publicationStmt>\n<p>made with gleaner</p>\n</publicationStmt>\n\
             <sourceDesc>\n<p>web pages and files; each document names its source</p>\n</sourceDesc>\n</fileDesc>\n</teiHeader>\n"
        )?;
        Ok(Self { out, is_empty: true })
    }
}

impl<W: Write> Exporter for Tei<W> {
    fn document(&mut self, export: &ExportDocument<'_>) -> io::Result<()> {
        self.is_empty = false;
        self.out.write_all(element(export).as_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.is_empty {
            // A corpus has at least one text.
            let header = TeiHeader { title: Some("no documents"), ..TeiHeader::default() };
            self.out.write_all(document(&header, "", Namespace::Inherited).as_bytes())?;
        }
        self.out.write_all(b"</teiCorpus>\n")?;
        self.out.flush()
    }
}

fn element(export: &ExportDocument<'_>) -> String {
    let header = TeiHeader {
        id: Some(export.id.to_string()),
        title: export.title,
        authors: export.authors,
        site: export.site,
        url: export.url,
        published: export.day().map(|day| day.to_string()),
        licence: export.licence,
        description: export.description,
        section: export.section,
        tags: export.tags,
        language: export.language,
        fetched: export.fetched_at.map(|time| time.day().to_string()),
    };
    let paragraph = |text: &str| {
        let lines: Vec<_> = text.lines().map(escape_xml).collect();
        format!("<p>{}</p>\n", lines.join("<lb/>"))
    };
    let body: String = export.paragraphs().map(paragraph).collect();
    document(&header, &body, Namespace::Inherited)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;
    use gleaner_extract::base::time::Timestamp;

    #[test]
    fn a_corpus_is_well_formed_and_has_the_text() {
        let mut out = Vec::new();
        let mut tei = Tei::new(&mut out, About { title: "A & B", url: None, now: Timestamp::from_unix(0) }).unwrap();
        tei.document(&sample::document("One <b> & \u{ffff}two.\nlines\n\nשלום")).unwrap();
        tei.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("<title>A &amp; B</title>") && text.contains("xml:lang=\"en\""), "{text}");
        assert!(text.contains("<p>One &lt;b&gt; &amp; two.<lb/>lines</p>\n<p>שלום</p>\n"), "{text}");
        let mut reader = quick_xml::Reader::from_str(&text);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }
}
