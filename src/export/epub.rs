//! An e-book of a selection: EPUB 3.3 (<https://www.w3.org/TR/epub-33/>), a chapter per document with its headline, byline and source, and a table of contents.
//!
//! Chapters are written as they come; the table of contents, which is last, is kept in memory. So the number of chapters is bounded: no reader opens more.

use std::io::{self, Write};

use zip::write::{PreparedZipFile, SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::atom::urn;
use super::body::{direction, uri, xhtml};
use super::document::ExportDocument;
use super::exporter::{About, Exporter, FileFormat};
use gleaner_extract::base::escape::escape_xml;
use gleaner_extract::base::hash::ContentHash;

/// EPUB.
pub const FORMAT: FileFormat = FileFormat {
    name: "epub",
    extensions: &[".epub"],
    is_compressible: false,
    is_feed: false,
    open: |out, about| Ok(Box::new(Epub::new(out, about)?)),
};

/// Most chapters.
pub const MAX_CHAPTERS: usize = 10_000;

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\n<rootfiles>\n\
    <rootfile full-path=\"EPUB/package.opf\" media-type=\"application/oebps-package+xml\"/>\n</rootfiles>\n</container>\n";

/// Little: readers have their own ideas of how a book looks.
const STYLE: &str = "body { line-height: 1.5; }\nh1 { line-height: 1.2; }\n.meta { font-size: 0.85em; }\n";

struct Epub<W: Write> {
    /// `None` once the book is finished.
    zip: Option<ZipWriter<StreamWriter<Fused<W>>>>,
    title: String,
    modified: String,
    chapters: Vec<Chapter>,
}

/// Writes nothing after an error, which was returned: a `ZipWriter` that is dropped tries to end its archive, and would print that it cannot.
struct Fused<W> {
    out: W,
    has_failed: bool,
}

impl<W: Write> Write for Fused<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.has_failed {
            return Ok(bytes.len());
        }
        self.out.write(bytes).inspect_err(|error| self.has_failed = error.kind() != io::ErrorKind::Interrupted)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.has_failed { Ok(()) } else { self.out.flush() }
    }
}

/// A chapter in the table of contents.
struct Chapter {
    heading: String,
    id: String,
    language: Option<String>,
}

impl<W: Write> Epub<W> {
    fn new(out: W, about: About<'_>) -> io::Result<Self> {
        let zip = Some(ZipWriter::new(StreamWriter::new(Fused { out, has_failed: false })));
        let (title, modified) = (about.title.to_owned(), about.now.to_string());
        let mut epub = Self { zip, title, modified, chapters: Vec::new() };
        // It must be the first file, and not compressed (EPUB OCF 3.3 §4.3.2).
        epub.add("mimetype", "application/epub+zip", CompressionMethod::Stored)?;
        epub.add("META-INF/container.xml", CONTAINER, CompressionMethod::Deflated)?;
        epub.add("EPUB/style.css", STYLE, CompressionMethod::Deflated)?;
        Ok(epub)
    }

    /// Adds a file whose size is known beforehand: nothing that was written is changed later, and no time of the clock goes into the archive.
    fn add(&mut self, name: &str, content: &str, method: CompressionMethod) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(zip::DateTime::default());
        let file = PreparedZipFile::from_data(name, options, content.as_bytes())?;
        self.zip.as_mut().map_or(Ok(()), |zip| zip.add_prepared_file(file))?;
        Ok(())
    }

    fn package(&self) -> String {
        let ids: Vec<&[u8]> = self.chapters.iter().map(|chapter| chapter.id.as_bytes()).collect();
        let id = ContentHash::of_pieces(&ids);
        let languages: std::collections::BTreeSet<&str> =
            self.chapters.iter().filter_map(|chapter| chapter.language.as_deref()).collect();
        let languages: String = match languages.is_empty() {
            true => "<dc:language>und</dc:language>\n".to_owned(),
            false => languages.iter().map(|code| format!("<dc:language>{}</dc:language>\n", escape_xml(code))).collect(),
        };
        let (mut manifest, mut spine) = (String::new(), String::new());
        for number in 1..=self.chapters.len() {
            manifest.push_str(&format!(
                "<item id=\"c{number}\" href=\"{}\" media-type=\"application/xhtml+xml\"/>\n",
                chapter_name(number)
            ));
            spine.push_str(&format!("<itemref idref=\"c{number}\"/>\n"));
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"id\">\n\
             <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<dc:identifier id=\"id\">urn:sha256:{id}</dc:identifier>\n\
             <dc:title>{}</dc:title>\n{languages}<meta property=\"dcterms:modified\">{}</meta>\n</metadata>\n<manifest>\n\
             <item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\n\
             <item id=\"style\" href=\"style.css\" media-type=\"text/css\"/>\n{manifest}</manifest>\n<spine>\n<itemref idref=\"nav\"/>\n{spine}</spine>\n\
             </package>\n",
            escape_xml(&self.title),
            self.modified
        )
    }

    fn navigation(&self) -> String {
        let entry = |(at, chapter): (usize, &Chapter)| {
            let lang = chapter.language.as_deref().map(lang).unwrap_or_default();
            format!("<li{lang}><a href=\"{}\">{}</a></li>\n", chapter_name(at + 1), escape_xml(&chapter.heading))
        };
        let entries: String = self.chapters.iter().enumerate().map(entry).collect();
        // A list without items would not be valid.
        let list = if entries.is_empty() { "<li><span>no documents</span></li>\n" } else { &entries };
        let body =
            format!("<nav epub:type=\"toc\" id=\"toc\">\n<h1>{}</h1>\n<ol>\n{list}</ol>\n</nav>\n", escape_xml(&self.title));
        page(&self.title, None, &body)
    }
}

impl<W: Write> Exporter for Epub<W> {
    fn document(&mut self, document: &ExportDocument<'_>) -> io::Result<()> {
        if self.chapters.len() == MAX_CHAPTERS {
            let message = format!("an e-book has at most {MAX_CHAPTERS} chapters; export fewer documents");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        let heading = document.heading();
        let name = format!("EPUB/{}", chapter_name(self.chapters.len() + 1));
        let body = format!("<h1>{}</h1>\n{}{}", escape_xml(&heading), byline(document), xhtml(document));
        self.add(&name, &page(&heading, document.language, &body), CompressionMethod::Deflated)?;
        self.chapters.push(Chapter { heading, id: urn(document), language: document.language.map(str::to_owned) });
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let (navigation, package) = (self.navigation(), self.package());
        self.add("EPUB/nav.xhtml", &navigation, CompressionMethod::Deflated)?;
        self.add("EPUB/package.opf", &package, CompressionMethod::Deflated)?;
        match self.zip.take() {
            Some(zip) => zip.finish()?.into_inner().flush(),
            None => Ok(()),
        }
    }
}

fn chapter_name(number: usize) -> String {
    format!("c{number:05}.xhtml")
}

fn lang(code: &str) -> String {
    let code = escape_xml(code);
    format!(" lang=\"{code}\" xml:lang=\"{code}\"")
}

fn page(title: &str, language: Option<&str>, body: &str) -> String {
    let (lang, direction) = (language.map(lang).unwrap_or_default(), direction(language));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" \
         xmlns:epub=\"http://www.idpf.org/2007/ops\"{lang} dir=\"{direction}\">\n<head>\n<title>{}</title>\n\
         <link rel=\"stylesheet\" href=\"style.css\"/>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escape_xml(title)
    )
}

/// Who wrote it, when and where, and its address.
fn byline(document: &ExportDocument<'_>) -> String {
    let authors = (!document.authors.is_empty()).then(|| document.authors.join(", "));
    let day = document.day().map(|day| day.to_string());
    let parts: Vec<String> = [authors, document.site.map(str::to_owned), day].into_iter().flatten().collect();
    let mut out = String::new();
    if !parts.is_empty() {
        out.push_str(&format!("<p class=\"meta\">{}</p>\n", escape_xml(&parts.join(" · "))));
    }
    // Only addresses of the web become links.
    if let Some(url) = document.url.filter(|url| url.starts_with("http://") || url.starts_with("https://")) {
        let (address, shown) = (uri(url), escape_xml(url));
        out.push_str(&format!("<p class=\"meta\"><a href=\"{}\">{shown}</a></p>\n", escape_xml(&address)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;
    use gleaner_extract::base::time::Timestamp;
    use std::io::{Cursor, Read};
    use zip::ZipArchive;

    fn book(documents: &[ExportDocument<'_>]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut epub = Epub::new(&mut out, About { title: "A & B", url: None, now: Timestamp::from_unix(0) }).unwrap();
        documents.iter().for_each(|document| epub.document(document).unwrap());
        epub.finish().unwrap();
        drop(epub);
        out
    }

    #[test]
    fn a_book_begins_with_its_type_and_has_its_chapters() {
        let bytes = book(&[sample::document("One <b>."), ExportDocument { language: Some("he"), ..sample::document("שלום") }]);
        assert!(
            bytes.get(30..).unwrap().starts_with(b"mimetypeapplication/epub+zip"),
            "not compressed, and without extra fields"
        );
        assert_eq!(bytes[6] & 8, 0, "the size stands before the content");
        let mut zip = ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        let expected = ["mimetype", "META-INF/container.xml", "EPUB/style.css", "EPUB/c00001.xhtml", "EPUB/c00002.xhtml"];
        assert_eq!(names.get(..5).unwrap(), expected);
        let mut chapter = String::new();
        zip.by_name("EPUB/c00002.xhtml").unwrap().read_to_string(&mut chapter).unwrap();
        assert!(chapter.contains("lang=\"he\" xml:lang=\"he\" dir=\"rtl\"") && chapter.contains("<p>שלום</p>"), "{chapter}");
        assert_eq!(
            bytes,
            book(&[sample::document("One <b>."), ExportDocument { language: Some("he"), ..sample::document("שלום") }])
        );
    }

    #[test]
    fn an_error_of_the_output_is_returned_once() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let about = About { title: "A", url: None, now: Timestamp::from_unix(0) };
        assert_eq!(Epub::new(Full, about).err().map(|error| error.kind()), Some(io::ErrorKind::StorageFull));
    }
}
