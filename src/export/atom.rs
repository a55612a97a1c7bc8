//! An Atom feed (RFC 4287) with the full clean text of each document.

use std::io::{self, Write};

use super::body::{uri, xhtml};
use super::document::{ExportDocument, instant};
use super::exporter::{About, Exporter, FileFormat};
use gleaner_extract::base::escape::escape_xml;
use gleaner_extract::base::time::Timestamp;

/// Atom.
pub const FORMAT: FileFormat = FileFormat {
    name: "atom",
    extensions: &[".atom", ".xml"],
    is_compressible: true,
    is_feed: true,
    open: |out, about| Ok(Box::new(Atom::new(out, about)?)),
};

struct Atom<W> {
    out: W,
}

impl<W: Write> Atom<W> {
    fn new(mut out: W, about: About<'_>) -> io::Result<Self> {
        let title = escape_xml(about.title);
        // A feed needs an id that stays: where it is, or a URN of its title.
        let (id, link) = match about.url.map(escape_xml) {
            Some(url) => (url.to_string(), format!("<link rel=\"self\" href=\"{url}\"/>\n")),
            None => (format!("urn:gleaner:feed:{}", gleaner_extract::base::hash::ContentHash::of(about.title)), String::new()),
        };
        write!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>{title}</title>\n<id>{id}</id>\n{link}\
             <updated>{}</updated>\n<generator version=\"{}\">gleaner</generator>\n",
            about.now,
            env!("CARGO_PKG_VERSION")
        )?;
        Ok(Self { out })
    }
}

impl<W: Write> Exporter for Atom<W> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        self.out.write_all(entry(document).as_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(b"</feed>\n")?;
        self.out.flush()
    }
}

/// The id of a document in feeds and e-books: a URN that stays whatever becomes of its address.
pub(super) fn urn(document: &ExportDocument<'_>) -> String {
    format!("urn:sha256:{}", document.id)
}

fn entry(document: &ExportDocument<'_>) -> String {
    // RFC 4287 wants a time of each entry: nothing is known of this one.
    let updated = document.updated().unwrap_or(Timestamp::from_unix(0));
    let mut out = format!(
        "<entry>\n<title>{}</title>\n<id>{}</id>\n<updated>{updated}</updated>\n",
        escape_xml(&document.heading()),
        urn(document)
    );
    if let Some(published) = document.published {
        out.push_str(&format!("<published>{}</published>\n", instant(published)));
    }
    // An entry needs an author; where the page names none, it is the outlet.
    let outlet = [document.site.unwrap_or("unknown").to_owned()];
    for author in if document.authors.is_empty() { outlet.as_slice() } else { document.authors } {
        out.push_str(&format!("<author><name>{}</name></author>\n", escape_xml(author)));
    }
    if let Some(url) = document.url {
        out.push_str(&format!("<link rel=\"alternate\" href=\"{}\"/>\n", escape_xml(&uri(url))));
    }
    for tag in document.tags.iter().map(String::as_str).chain(document.section) {
        out.push_str(&format!("<category term=\"{}\"/>\n", escape_xml(tag)));
    }
    if let Some(summary) = document.description {
        out.push_str(&format!("<summary>{}</summary>\n", escape_xml(summary)));
    }
    if let Some(licence) = document.licence {
        out.push_str(&format!("<rights>{}</rights>\n", escape_xml(licence)));
    }
    let language = document.language.map(|code| format!(" xml:lang=\"{}\"", escape_xml(code))).unwrap_or_default();
    out.push_str(&format!("<content type=\"html\"{language}>{}</content>\n</entry>\n", escape_xml(&xhtml(document))));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    #[test]
    fn an_entry_has_what_the_format_requires() {
        let document = ExportDocument { published: None, fetched_at: None, ..sample::document("One <i>&</i> two.\u{fffe}") };
        let entry = entry(&document);
        assert!(entry.contains("<updated>1970-01-01T00:00:00Z</updated>\n<author><name>The Courier</name></author>"), "{entry}");
        assert!(entry.contains("<title>The glass bridge &amp; the dale</title>"), "{entry}");
        let content = "xml:lang=\"en\">&lt;p&gt;One &amp;lt;i&amp;gt;&amp;amp;&amp;lt;/i&amp;gt; two.&lt;/p&gt;\n</content>";
        assert!(entry.contains(content), "{entry}");
    }
}
