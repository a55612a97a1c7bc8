//! Reads XML as a stream of tags and text, as tolerant as real feeds require. Knows no feed format.
//!
//! A DOCTYPE is ignored: no entity that a document declares is expanded, and nothing outside the document is read. References to entities
//! that XML does not predefine stay as written, since HTML may define them.

use std::collections::HashMap;
use std::io::BufRead;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::open_elements::OpenElements;

/// Longest text of one element in bytes; the rest is left out.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// Most namespace prefixes and open elements of one document, and attributes of one tag, that are read.
const MAX_PREFIXES: usize = 256;
const MAX_OPEN: usize = 1000;
const MAX_ATTRIBUTES: usize = 64;

/// Longest name of a reference in bytes.
const MAX_REFERENCE: usize = 10;

/// The vocabularies (XML namespaces) that are distinguished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// The format's own, or none.
    Own,
    /// Atom (RFC 4287), also within other feeds.
    Atom,
    /// Full text in RSS (<https://web.resource.org/rss/1.0/modules/content/>).
    Content,
    /// Dublin Core.
    Dc,
    /// Extensions by FeedBurner.
    FeedBurner,
    /// News sitemaps (<https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap>).
    News,
    /// XHTML, also links to versions in other languages.
    Xhtml,
    /// Anything else.
    Other,
}

/// Vocabularies by a part of the namespace name that all versions share.
const NAMESPACES: &[(&str, Vocabulary)] = &[
    ("w3.org/2005/atom", Vocabulary::Atom),
    ("purl.org/atom", Vocabulary::Atom),
    ("modules/content", Vocabulary::Content),
    ("purl.org/dc/", Vocabulary::Dc),
    ("feedburner", Vocabulary::FeedBurner),
    ("sitemap-news", Vocabulary::News),
    ("w3.org/1999/xhtml", Vocabulary::Xhtml),
    ("purl.org/rss/1.0/modules/", Vocabulary::Other),
    ("backend.userland.com", Vocabulary::Own),
    ("blogs.law.harvard.edu", Vocabulary::Own),
    ("purl.org/rss/", Vocabulary::Own),
    ("purl.org/net/rss", Vocabulary::Own),
    ("my.netscape.com/rdf", Vocabulary::Own),
    ("channel.netscape.com/rdf", Vocabulary::Own),
    ("22-rdf-syntax-ns", Vocabulary::Own),
    ("sitemaps.org/schemas/sitemap", Vocabulary::Own),
    ("google.com/schemas/sitemap/0", Vocabulary::Own),
];

/// Prefixes that are often used without being declared.
const PREFIXES: &[(&str, Vocabulary)] = &[
    ("atom", Vocabulary::Atom),
    ("content", Vocabulary::Content),
    ("dc", Vocabulary::Dc),
    ("feedburner", Vocabulary::FeedBurner),
    ("news", Vocabulary::News),
    ("xhtml", Vocabulary::Xhtml),
    ("rdf", Vocabulary::Own),
    ("rss", Vocabulary::Own),
];

/// An event of the stream.
#[derive(Debug)]
pub enum XmlEvent {
    /// An element starts; empty elements end at once.
    Open(XmlTag),
    /// Text, with references resolved.
    Text(String),
    /// An element with this local name, in lower case, ends.
    Close(String),
}

/// A start tag.
#[derive(Debug)]
pub struct XmlTag {
    /// Its vocabulary.
    pub vocabulary: Vocabulary,
    /// Its local name, in lower case.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl XmlTag {
    /// An attribute by its local name, in lower case.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a document event by event.
pub struct XmlReader<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    /// The declared prefixes; their scope is ignored.
    prefixes: HashMap<String, Vocabulary>,
    /// The open elements, each with its default vocabulary.
    open: OpenElements<Vocabulary>,
    /// The empty element whose end is the next event.
    closing: Option<String>,
    /// Where the last event ended.
    position: u64,
}

impl<R: BufRead> XmlReader<R> {
    /// Reads UTF-8.
    pub fn new(source: R) -> Self {
        let mut reader = Reader::from_reader(source);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        config.trim_markup_names_in_closing_tags = true;
        Self { reader, buffer: Vec::new(), prefixes: HashMap::new(), open: OpenElements::default(), closing: None, position: 0 }
    }

    /// The next event; `None` at the end. An error names the position of malformed XML, and ends the stream.
    pub fn next(&mut self) -> Result<Option<XmlEvent>, String> {
        if let Some(name) = self.closing.take() {
            return Ok(Some(self.closed(name)));
        }
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            let event = event.map_err(|error| format!("{error} (at byte {})", self.position))?;
            self.position = self.reader.buffer_position();
            return Ok(Some(match event {
                Event::Start(tag) => XmlEvent::Open(opened(&tag, &mut self.prefixes, &mut self.open)),
                Event::Empty(tag) => {
                    let tag = opened(&tag, &mut self.prefixes, &mut self.open);
                    self.closing = Some(tag.name.clone());
                    XmlEvent::Open(tag)
                }
                Event::End(tag) => {
                    let name = tag.local_name().as_ref().to_ascii_lowercase();
                    self.closed(name)
                }
                Event::Text(text) => XmlEvent::Text(clipped(&text.xml10_content())),
                Event::CData(text) => XmlEvent::Text(clipped(&text.xml10_content())),
                Event::GeneralRef(reference) => XmlEvent::Text(resolved(&reference)),
                Event::Eof => return Ok(None),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            }));
        }
    }
}

impl<R> XmlReader<R> {
    fn closed(&mut self, name: String) -> XmlEvent {
        // End tags without a start tag close nothing.
        self.open.close(&name);
        XmlEvent::Close(name)
    }
}

fn clipped(text: &str) -> String {
    text.get(..text.floor_char_boundary(MAX_TEXT_BYTES)).unwrap_or_default().to_owned()
}

fn opened(tag: &BytesStart<'_>, prefixes: &mut HashMap<String, Vocabulary>, open: &mut OpenElements<Vocabulary>) -> XmlTag {
    let mut default = open.nth_innermost(0).map_or(Vocabulary::Own, |open| open.1);
    let mut attributes = Vec::new();
    // Real feeds have attributes without quotes and duplicate ones.
    for attribute in tag.html_attributes().with_checks(false).flatten().take(MAX_ATTRIBUTES) {
        let key = attribute.key.as_ref().to_ascii_lowercase();
        let value = unescaped(&clipped(&attribute.value));
        let prefix = if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
        match prefix {
            Some("") => default = vocabulary_of(&value),
            Some(prefix) if prefixes.len() < MAX_PREFIXES => {
                prefixes.insert(prefix.to_owned(), vocabulary_of(&value));
            }
            Some(_) => {}
            None => {
                let name = key.rsplit(':').next().unwrap_or(&key).to_owned();
                attributes.push((name, value));
            }
        }
    }
    let written = tag.name();
    let (prefix, name) = written.as_ref().split_once(':').unwrap_or(("", written.as_ref()));
    let prefix = prefix.to_ascii_lowercase();
    let undeclared =
        || PREFIXES.iter().find(|(known, _)| *known == prefix).map_or(Vocabulary::Other, |(_, vocabulary)| *vocabulary);
    let vocabulary = match prefixes.get(&prefix) {
        Some(vocabulary) => *vocabulary,
        None if prefix.is_empty() => default,
        None => undeclared(),
    };
    let name = name.to_ascii_lowercase();
    // Beyond this depth elements are not tracked any more, and inherit the default vocabulary from here.
    if open.len() < MAX_OPEN {
        open.open(name.clone(), default);
    }
    XmlTag { vocabulary, name, attributes }
}

fn vocabulary_of(name: &str) -> Vocabulary {
    let name = name.trim().to_ascii_lowercase();
    match NAMESPACES.iter().find(|(part, _)| name.contains(part)) {
        Some((_, vocabulary)) => *vocabulary,
        None if name.is_empty() => Vocabulary::Own,
        None => Vocabulary::Other,
    }
}

/// The predefined entities (XML 1.0 §4.6).
const PREDEFINED: &[(&str, &str)] = &[("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'")];

fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    let name: &str = &reference.xml10_content();
    let known = PREDEFINED.iter().find(|(known, _)| *known == name);
    known.map_or_else(|| format!("&{name};"), |(_, text)| (*text).to_owned())
}

/// Resolves character references and predefined entities.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let after = reference.get(1..).unwrap_or_default();
        let name = after.bytes().take(MAX_REFERENCE + 1).position(|byte| byte == b';').and_then(|end| after.get(..end));
        let text = name.map(|name| resolved(&BytesRef::new(name)));
        // A bare `&`, as in most URLs.
        let text = text.filter(|text| !text.starts_with('&') || text == "&");
        rest = reference.get(text.as_ref().map_or(1, |_| name.map_or(1, |name| name.len() + 2))..).unwrap_or_default();
        out.push_str(text.as_deref().unwrap_or("&"));
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(xml: &str) -> String {
        let mut reader = XmlReader::new(xml.as_bytes());
        let mut out = String::new();
        loop {
            match reader.next() {
                Ok(Some(XmlEvent::Open(tag))) => out += &format!("<{:?} {} {:?}>", tag.vocabulary, tag.name, tag.attributes),
                Ok(Some(XmlEvent::Text(text))) => out += &text,
                Ok(Some(XmlEvent::Close(name))) => out += &format!("</{name}>"),
                Ok(None) => return out,
                Err(_) => return out + "!",
            }
        }
    }

    #[test]
    fn declared_entities_are_never_expanded() {
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;"><!ENTITY f SYSTEM "file:///etc/passwd">]><a x="&c;">&c;&f;&amp;&#65;&nbsp;</a>"#;
        assert_eq!(events(bomb), r#"<Own a [("x", "&c;")]>&c;&f;&A&nbsp;</a>"#);
    }

    #[test]
    fn vocabularies_are_recognised_by_namespace_or_by_prefix() {
        let xml = r#"<rss xmlns:a="http://www.w3.org/2005/Atom" xmlns:media="http://x/"><a:Link href='u?a=1&amp;b=2&c'/><dc:date/><media:title/></rss>"#;
        assert_eq!(
            events(xml),
            r#"<Own rss []><Atom link [("href", "u?a=1&b=2&c")]></link><Dc date []></date><Other title []></title></rss>"#
        );
    }

    #[test]
    fn malformed_xml_ends_the_stream() {
        assert_eq!(events("<a>one</b></a>"), "<Own a []>one</b></a>");
        assert_eq!(events("<a>fish & chips</a>"), "<Own a []>fish & chips</a>");
        assert!(events("<a><![CDATA[never").ends_with('!'));
    }

    #[test]
    fn bare_ampersands_and_long_references_stay_as_written() {
        assert_eq!(unescaped("&&a;&amp;&abcdefghijk;&#65;&é;& "), "&&a;&&abcdefghijk;A&é;& ");
    }
}
