//! The formats of hostile inputs: what comes before and after a shape, how the whole is packed, and which command reads it. Knows no shapes.

use std::io::{Cursor, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// The format of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// In the body of an HTML page.
    Html,
    /// In the body of an HTML page, which is printed as Markdown.
    HtmlAsMarkdown,
    /// In the body of an HTML page, which is printed as HTML.
    HtmlAsHtml,
    /// In the head of an HTML page.
    Head,
    /// In a JSON-LD script in the head of an HTML page.
    JsonLd,
    /// A text file.
    Text,
    /// A Markdown file, after a heading.
    Markdown,
    /// The same, printed as Markdown.
    MarkdownAsMarkdown,
    /// The body of a DOCX file.
    Docx,
    /// A message, from the middle of its header on.
    Mail,
    /// The HTML of a message, encoded as Base64.
    MailBase64,
    /// A mailbox.
    Mbox,
    /// The chapter of an EPUB.
    Chapter,
    /// The package of an EPUB: its list of files and chapters. `{long}` becomes a long reference.
    Package,
    /// The folder of an EPUB's package, which lists 10,000 chapters.
    Folder,
    /// A page in a ZIP.
    ZipPage,
    /// The names of empty files in a ZIP, a line each.
    ZipNames,
    /// The names of files in the directory of a ZIP, a line each; all of them are the same file.
    ZipDirectory,
    /// The names of empty files in a tar, a line each.
    TarNames,
    /// A tar whose first file is whole.
    Tar,
    /// A table in JSON Lines.
    JsonLines,
    /// A table in CSV.
    Csv,
    /// A WARC file, after its first record.
    Warc,
    /// The channel of an RSS feed.
    Rss,
    /// An Atom feed.
    Atom,
    /// The items of a JSON Feed.
    JsonFeed,
    /// A sitemap.
    Sitemap,
    /// A list of feeds.
    Opml,
}

/// What reads an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// `gleaner extract` with this output format.
    Extract(&'static str),
    /// `gleaner ingest` of the file.
    Ingest,
    /// `gleaner sources import` of the file.
    Import,
    /// `gleaner ingest` of the URL at which it is served.
    Fetch,
}

const STORY: &str =
    "<h1>The mill at the river</h1><p>The mill burnt down in the night, and nobody was hurt in it.</p></body></html>";
const PAGE: &str = "<!doctype html><html><head><title>The mill at the river</title></head><body>";
const MAIL: &str = "MIME-Version: 1.0\nFrom: a@b.example\nSubject: The mill\n";
const WARC: &str = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n";
const SITEMAP: &str = "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
    xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">";

impl Format {
    /// The extension of a file in this format.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Html | Self::HtmlAsMarkdown | Self::HtmlAsHtml | Self::Head | Self::JsonLd => "html",
            Self::Text => "txt",
            Self::Markdown | Self::MarkdownAsMarkdown => "md",
            Self::Docx => "docx",
            Self::Mail | Self::MailBase64 => "eml",
            Self::Mbox => "mbox",
            Self::Chapter | Self::Package | Self::Folder => "epub",
            Self::ZipPage | Self::ZipNames | Self::ZipDirectory => "zip",
            Self::TarNames | Self::Tar => "tar",
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
            Self::Warc => "warc",
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::JsonFeed => "json",
            Self::Sitemap => "xml",
            Self::Opml => "opml",
        }
    }

    /// What reads it.
    pub fn reading(self) -> Reading {
        match self {
            Self::HtmlAsMarkdown | Self::MarkdownAsMarkdown => Reading::Extract("markdown"),
            Self::HtmlAsHtml => Reading::Extract("html"),
            Self::Rss | Self::Atom | Self::JsonFeed | Self::Sitemap => Reading::Fetch,
            Self::Opml => Reading::Import,
            _ if matches!(self.extension(), "html" | "txt" | "md" | "docx" | "eml") => Reading::Extract("text"),
            _ => Reading::Ingest,
        }
    }

    /// What comes before the shape and after it.
    pub fn frame(self) -> (&'static str, &'static str) {
        match self {
            Self::Html | Self::HtmlAsMarkdown | Self::HtmlAsHtml | Self::Chapter | Self::ZipPage => (PAGE, STORY),
            Self::MailBase64 => (PAGE, STORY),
            Self::Head => ("<!doctype html><html><head><title>The mill at the river</title>", STORY),
            Self::JsonLd => (
                "<!doctype html><html><head><script type=\"application/ld+json\">",
                "</script></head><body><h1>The mill at the river</h1><p>It burnt down in the night.</p></body></html>",
            ),
            Self::Markdown | Self::MarkdownAsMarkdown => ("# The mill at the river\n\n", ""),
            Self::Docx => ("<w:document><w:body>", "</w:body></w:document>"),
            Self::Mail => (MAIL, ""),
            Self::Package => ("<package>", "</package>"),
            Self::JsonLines => ("{\"url\":\"http://a.example/\",\"text\":\"The mill\"}\n", ""),
            Self::Csv => ("url,text\nhttp://a.example/,\"The mill\"\n", ""),
            Self::Warc => (WARC, ""),
            Self::Rss => ("<rss version=\"2.0\"><channel><title>The mill</title>", "</channel></rss>"),
            Self::Atom => ("<feed xmlns=\"http://www.w3.org/2005/Atom\">", "</feed>"),
            Self::JsonFeed => ("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[", "{}]}"),
            Self::Sitemap => (SITEMAP, "</urlset>"),
            Self::Opml => ("<opml><body>", "</body></opml>"),
            _ => ("", ""),
        }
    }

    /// Bytes of the file for each byte of the shape. What is compressed counts as it is decoded.
    pub fn bytes_per_byte(self) -> usize {
        match self {
            Self::ZipNames => 12,
            Self::ZipDirectory => 6,
            Self::TarNames => 60,
            _ => 1,
        }
    }

    /// The file with this text.
    pub fn pack(self, text: String) -> Vec<u8> {
        const CONTAINER: &str = "<container><rootfiles><rootfile full-path=\"book.opf\"/></rootfiles></container>";
        const PACKAGE: &str = "<package><manifest><item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/></manifest>\
            <spine><itemref idref=\"a\"/></spine></package>";
        let epub = |name: &str, package: &str, chapter: &str| {
            zip(&[
                ("mimetype", "application/epub+zip"),
                ("META-INF/container.xml", &CONTAINER.replace("book.opf", name)),
                (name, package),
                ("a.xhtml", chapter),
            ])
        };
        match self {
            Self::Docx => zip(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &text)]),
            Self::MailBase64 => {
                let encoded = STANDARD.encode(text);
                let lines: Vec<&str> =
                    encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
                let fields = "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n";
                [MAIL, fields, &lines.join("\n")].concat().into_bytes()
            }
            Self::Chapter => epub("book.opf", PACKAGE, &text),
            Self::Package => epub("book.opf", &text.replace("{long}", &"a/".repeat(10_000)), STORY),
            Self::Folder => {
                let item = |number: usize| format!("<item id=\"{number}\" href=\"{number}\" media-type=\"text/html\"/>");
                let items: String = (0..10_000).map(item).collect();
                let spine: String = (0..10_000).map(|number| format!("<itemref idref=\"{number}\"/>")).collect();
                // A name in a ZIP has at most 64 KiB.
                let folder = text.get(..text.len().min(60_000)).unwrap_or_default();
                epub(&format!("{folder}book.opf"), &format!("<package>{items}{spine}</package>"), STORY)
            }
            Self::ZipPage => zip(&[("a.html", &text)]),
            Self::ZipNames => zip(&text.lines().map(|name| (name, "")).collect::<Vec<_>>()),
            Self::ZipDirectory => zip_directory(&text),
            Self::TarNames => tar(text.lines().map(|name| (name, "".as_bytes()))),
            Self::Tar => {
                // The two blocks of the end come after the shape.
                let mut file = tar([("a.html", STORY.as_bytes())].into_iter());
                file.truncate(1024);
                [file, text.into_bytes()].concat()
            }
            _ => text.into_bytes(),
        }
    }
}

/// A ZIP of these files. Of an EPUB, the first one must not be compressed.
fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let method =
            if *name == "mimetype" || content.is_empty() { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A ZIP64 with one empty file, which the directory lists under each of these names
/// (<https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>).
fn zip_directory(names: &str) -> Vec<u8> {
    let mut file = [b"PK\x03\x04\x14\0".as_slice(), &[0; 20], b"\x01\0\0\0a"].concat();
    let start = file.len() as u64;
    for name in names.lines() {
        file.extend(b"PK\x01\x02\x14\0\x14\0");
        file.extend([0; 20]);
        file.extend((name.len() as u16).to_le_bytes());
        file.extend([0; 16]);
        file.extend(name.as_bytes());
    }
    let (count, end) = (names.lines().count() as u64, file.len() as u64);
    file.extend(b"PK\x06\x06");
    file.extend(44u64.to_le_bytes());
    file.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    file.extend([count, count, end - start, start].into_iter().flat_map(u64::to_le_bytes));
    file.extend(b"PK\x06\x07\0\0\0\0");
    file.extend(end.to_le_bytes());
    file.extend(1u32.to_le_bytes());
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([0xff; 12]);
    file.extend([0; 2]);
    file
}

fn tar<'t>(files: impl Iterator<Item = (&'t str, &'t [u8])>) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, name, content).unwrap();
    }
    tar.into_inner().unwrap()
}
