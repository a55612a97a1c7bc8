//! Detects what a document is, for the error when something else was expected. Reads only its beginning.

use std::fmt;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use gleaner_extract::page::{self, binary};

use super::charset::decode_xml;
use super::listing_kind::{ListingKind, listing_kind};

/// What a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// It has no text.
    Empty,
    /// HTML.
    Html,
    /// A list of articles or of such lists.
    Listing(ListingKind),
    /// XML with another root element, which has this name.
    Xml(String),
    /// JSON other than a JSON Feed.
    Json,
    /// Lines that start with `http://` or `https://`.
    Urls,
    /// Neither text nor a compressed sitemap; the kind of data.
    Binary(&'static str),
    /// Text of any other kind.
    Text,
}

/// Bytes that are read.
const HEAD: usize = 16 << 10;

/// Longest name of an element that is shown, in characters.
const MAX_NAME: usize = 40;

/// Tags by which HTML without a doctype is recognised.
const HTML_TAGS: &[&str] = &[
    "html", "head", "body", "meta", "title", "link", "script", "style", "div", "p", "a", "h1", "h2", "h3", "ul", "ol", "nav",
    "main", "header", "section", "article", "span", "table", "img", "form", "center", "font", "br", "noscript", "iframe",
];

impl BodyKind {
    /// The kind of a document. Gzip is what its content is.
    pub fn of(bytes: &[u8], content_type: Option<&str>) -> Self {
        let mut unpacked = Vec::new();
        let bytes = match bytes.starts_with(&[0x1f, 0x8b]) {
            // What could be decompressed before the damage decides.
            true if MultiGzDecoder::new(bytes).take(HEAD as u64).read_to_end(&mut unpacked).is_ok() || !unpacked.is_empty() => {
                unpacked.as_slice()
            }
            true => return Self::Binary("gzip"),
            false => bytes,
        };
        let head = bytes.get(..HEAD).unwrap_or(bytes);
        if let Some(listing) = listing_kind(head, content_type) {
            return Self::Listing(listing);
        }
        if let Err(page::Error::Binary { kind }) = binary::reject(head, content_type) {
            return Self::Binary(kind);
        }
        let text = decode_xml(head, content_type);
        let is_declared = content_type.is_some_and(|declared| declared.to_ascii_lowercase().contains("html"));
        Self::of_text(text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}'), is_declared)
    }

    /// `is_declared` is true if it was sent as HTML.
    fn of_text(text: &str, is_declared: bool) -> Self {
        let lower = text.to_ascii_lowercase();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
        if text.is_empty() {
            return Self::Empty;
        }
        if lower.starts_with("<!doctype html") || lower.contains("<html") || (is_declared && lower.contains("</")) {
            return Self::Html;
        }
        if text.starts_with('<') {
            let root = root(text);
            let is_html = root.as_ref().is_some_and(|root| HTML_TAGS.contains(&root.to_ascii_lowercase().as_str()));
            return if is_html { Self::Html } else { root.map_or(Self::Text, Self::Xml) };
        }
        if is_json(text) {
            return Self::Json;
        }
        let is_url = |line: &str| line.starts_with("https://") || line.starts_with("http://");
        if lines.peek().is_some() && lines.all(is_url) { Self::Urls } else { Self::Text }
    }

    /// What to do where something else was expected; `kind` is that of a source in the configuration.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Html => "did you mean `kind = \"page\"`? It takes the links of a page that look like articles",
            Self::Listing(ListingKind::Feed) => "did you mean `kind = \"feed\"`?",
            Self::Listing(ListingKind::Sitemap) => "did you mean `kind = \"sitemap\"`?",
            Self::Listing(ListingKind::Opml) => "did you mean `kind = \"opml\"`?",
            Self::Urls => "save it as a file, and name that with `kind = \"list\"` and `file`, or with `gleaner ingest --list`",
            Self::Empty => "open it in a browser: it may be empty only for a while, or only for programs",
            Self::Xml(_) | Self::Json | Self::Binary(_) | Self::Text => {
                "open it in a browser, and check the `url` and `kind` of the source"
            }
        }
    }
}

/// True if a text starts as JSON objects and arrays do.
fn is_json(text: &str) -> bool {
    let inner = text.trim_start_matches(|c: char| c == '[' || c.is_whitespace());
    match inner.chars().next() {
        Some('{') => inner[1..].trim_start().starts_with(['"', '}']),
        first => inner.len() < text.len() && first.is_none_or(|c| c.is_ascii_digit() || matches!(c, '"' | '-' | ']')),
    }
}

/// The name of the first element.
fn root(text: &str) -> Option<String> {
    let mut tags = text.split('<').skip(1);
    let tag = tags.find(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))?;
    let name = tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?;
    Some(name.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect())
}

impl fmt::Display for BodyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::Html => f.write_str("an HTML page"),
            Self::Listing(ListingKind::Feed) => f.write_str("a feed"),
            Self::Listing(ListingKind::Sitemap) => f.write_str("a sitemap"),
            Self::Listing(ListingKind::Opml) => f.write_str("an OPML list"),
            Self::Xml(root) => write!(f, "XML of another kind (<{root}>)"),
            Self::Json => f.write_str("JSON"),
            Self::Urls => f.write_str("a list of URLs"),
            Self::Binary(kind) => write!(f, "binary data ({kind})"),
            Self::Text => f.write_str("plain text"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn kind(bytes: &[u8]) -> String {
        BodyKind::of(bytes, None).to_string()
    }

    #[test]
    fn every_kind_of_document_is_named() {
        for (bytes, expected) in [
            ("", "empty"),
            (" \n", "empty"),
            ("<!DOCTYPE html><p>x", "an HTML page"),
            ("<?xml version='1.0'?>\n<html xmlns='x'>", "an HTML page"),
            ("<script>1</script>", "an HTML page"),
            ("<rss>", "a feed"),
            ("<sitemapindex>", "a sitemap"),
            ("<opml>", "an OPML list"),
            ("<?xml version='1.0'?><!-- a --><Error><Code>", "XML of another kind (<Error>)"),
            ("{\"items\": []}", "JSON"),
            ("[1, 2]", "JSON"),
            ("[[\"a\"]]", "JSON"),
            ("[[source]]\nkind = \"feed\"", "plain text"),
            ("{% include x %}", "plain text"),
            ("# mine\nhttps://a.example/1\n\nhttp://a.example/2\n", "a list of URLs"),
            ("User-agent: *\nDisallow: /", "plain text"),
            ("%PDF-1.7", "binary data (PDF)"),
            ("<", "plain text"),
        ] {
            assert_eq!(kind(bytes.as_bytes()), expected, "{bytes}");
        }
    }

    #[test]
    fn gzip_is_what_it_contains() {
        let pack = |text: &[u8]| {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            packed.write_all(text).unwrap();
            packed.finish().unwrap()
        };
        assert_eq!(kind(&pack(b"<urlset>")), "a sitemap");
        assert_eq!(kind(&pack(&[b' '; 1 << 20])), "empty");
        assert_eq!(kind(&pack(b"<html>")), "an HTML page");
        assert_eq!(kind(b"\x1f\x8bbroken"), "binary data (gzip)");
    }
}
