//! XML as a stream of tags and texts, as forgiving as feeds need it. Knows no format.
//!
//! What a DOCTYPE declares is not looked at: no entity of a document is ever expanded and nothing outside it is ever read. References
//! to entities that XML does not know stay as they are written, for HTML may know them.

use std::collections::HashMap;
use std::io::BufRead;

use quick_xml::events::{BytesRef, BytesStart, Event as Xml};
use quick_xml::reader::Reader;

/// Longest text of one element in bytes; the rest is left out.
pub const MAX_TEXT: usize = 1 << 20;

/// Prefixes, open elements and attributes that are remembered or read of one document or tag.
const MAX_PREFIXES: usize = 256;
const MAX_OPEN: usize = 1000;
const MAX_ATTRIBUTES: usize = 64;

/// The vocabularies that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// The format's own, or none.
    Own,
    /// Atom (RFC 4287), also within other feeds.
    Atom,
    /// RSS's full text (<https://web.resource.org/rss/1.0/modules/content/>).
    Content,
    /// Dublin Core.
    Dc,
    /// What FeedBurner adds.
    FeedBurner,
    /// News sitemaps (<https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap>).
    News,
    /// XHTML, also links to versions in other languages.
    Xhtml,
    /// Anything else.
    Other,
}

/// Vocabularies by a part of their names that every edition has.
const SPACES: &[(&str, Space)] = &[
    ("w3.org/2005/atom", Space::Atom),
    ("purl.org/atom", Space::Atom),
    ("modules/content", Space::Content),
    ("purl.org/dc/", Space::Dc),
    ("feedburner", Space::FeedBurner),
    ("sitemap-news", Space::News),
    ("w3.org/1999/xhtml", Space::Xhtml),
    ("purl.org/rss/1.0/modules/", Space::Other),
    ("backend.userland.com", Space::Own),
    ("blogs.law.harvard.edu", Space::Own),
    ("purl.org/rss/", Space::Own),
    ("purl.org/net/rss", Space::Own),
    ("my.netscape.com/rdf", Space::Own),
    ("channel.netscape.com/rdf", Space::Own),
    ("22-rdf-syntax-ns", Space::Own),
    ("sitemaps.org/schemas/sitemap", Space::Own),
    ("google.com/schemas/sitemap/0", Space::Own),
];

/// Prefixes that are used without being declared.
const PREFIXES: &[(&str, Space)] = &[
    ("atom", Space::Atom),
    ("content", Space::Content),
    ("dc", Space::Dc),
    ("feedburner", Space::FeedBurner),
    ("news", Space::News),
    ("xhtml", Space::Xhtml),
    ("rdf", Space::Own),
    ("rss", Space::Own),
];

/// A piece of a document.
#[derive(Debug)]
pub enum Event {
    /// An element begins; empty elements end at once.
    Open(Tag),
    /// Text with its references resolved.
    Text(String),
    /// An element with this local name, in lower case, ends.
    Close(String),
}

/// The beginning of an element.
#[derive(Debug)]
pub struct Tag {
    /// Its vocabulary.
    pub space: Space,
    /// Its local name, in lower case.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// An attribute by its local name, in lower case.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A document being read.
pub struct Document<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    /// What prefixes stand for; they are declared once, if at all.
    spaces: HashMap<String, Space>,
    /// The open elements, each with the vocabulary that names without a prefix have in it.
    open: Vec<(String, Space)>,
    /// The end of an empty element, to be told next.
    closing: Option<String>,
    last: u64,
}

impl<R: BufRead> Document<R> {
    /// Reads UTF-8.
    pub fn new(source: R) -> Self {
        let mut reader = Reader::from_reader(source);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        config.trim_markup_names_in_closing_tags = true;
        Self { reader, buffer: Vec::new(), spaces: HashMap::new(), open: Vec::new(), closing: None, last: 0 }
    }

    /// The next piece; `None` at the end. The error says where the document is damaged, and nothing comes after it.
    pub fn next(&mut self) -> Result<Option<Event>, String> {
        if let Some(name) = self.closing.take() {
            return Ok(Some(self.closed(name)));
        }
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            let event = event.map_err(|error| format!("{error} (at byte {})", self.last))?;
            self.last = self.reader.buffer_position();
            return Ok(Some(match event {
                Xml::Start(tag) => Event::Open(opened(&tag, &mut self.spaces, &mut self.open)),
                Xml::Empty(tag) => {
                    let tag = opened(&tag, &mut self.spaces, &mut self.open);
                    self.closing = Some(tag.name.clone());
                    Event::Open(tag)
                }
                Xml::End(tag) => {
                    let name = tag.local_name().as_ref().to_ascii_lowercase();
                    self.closed(name)
                }
                Xml::Text(text) => Event::Text(clipped(&text.xml10_content())),
                Xml::CData(text) => Event::Text(clipped(&text.xml10_content())),
                Xml::GeneralRef(reference) => Event::Text(resolved(&reference)),
                Xml::Eof => return Ok(None),
                Xml::Comment(_) | Xml::Decl(_) | Xml::PI(_) | Xml::DocType(_) => continue,
            }));
        }
    }
}

impl<R> Document<R> {
    fn closed(&mut self, name: String) -> Event {
        // Ends that nothing began close nothing.
        if let Some(at) = self.open.iter().rposition(|open| open.0 == name) {
            self.open.truncate(at);
        }
        Event::Close(name)
    }
}

fn clipped(text: &str) -> String {
    text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default().to_owned()
}

fn opened(tag: &BytesStart<'_>, spaces: &mut HashMap<String, Space>, open: &mut Vec<(String, Space)>) -> Tag {
    let mut plain = open.last().map_or(Space::Own, |open| open.1);
    let mut attributes = Vec::new();
    // Feeds in the wild have attributes without quotes and twice.
    for attribute in tag.html_attributes().with_checks(false).flatten().take(MAX_ATTRIBUTES) {
        let key = attribute.key.as_ref().to_ascii_lowercase();
        let value = unescaped(&clipped(&attribute.value));
        let prefix = if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
        match prefix {
            Some("") => plain = space_of(&value),
            Some(prefix) if spaces.len() < MAX_PREFIXES => {
                spaces.insert(prefix.to_owned(), space_of(&value));
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
    let usual = || PREFIXES.iter().find(|(known, _)| *known == prefix).map_or(Space::Other, |(_, space)| *space);
    let space = match spaces.get(&prefix) {
        Some(space) => *space,
        None if prefix.is_empty() => plain,
        None => usual(),
    };
    let name = name.to_ascii_lowercase();
    // Nobody closes what lies this deep; the rest of such a document is one vocabulary.
    if open.len() < MAX_OPEN {
        open.push((name.clone(), plain));
    }
    Tag { space, name, attributes }
}

fn space_of(name: &str) -> Space {
    let name = name.trim().to_ascii_lowercase();
    match SPACES.iter().find(|(part, _)| name.contains(part)) {
        Some((_, space)) => *space,
        None if name.is_empty() => Space::Own,
        None => Space::Other,
    }
}

/// The references that XML itself knows (XML 1.0 §4.6).
const PREDEFINED: &[(&str, &str)] = &[("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'")];

fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    let name: &str = &reference.xml10_content();
    let known = PREDEFINED.iter().find(|(known, _)| *known == name);
    known.map_or_else(|| format!("&{name};"), |(_, text)| (*text).to_owned())
}

/// The text with the references that XML itself knows resolved.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let name = reference.get(1..).unwrap_or_default().split_once(';').map(|(name, _)| name).filter(|name| name.len() <= 10);
        let text = name.map(|name| resolved(&BytesRef::new(name)));
        // A bare `&`, as in most addresses.
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

    fn told(xml: &str) -> String {
        let mut document = Document::new(xml.as_bytes());
        let mut out = String::new();
        loop {
            match document.next() {
                Ok(Some(Event::Open(tag))) => out += &format!("<{:?} {} {:?}>", tag.space, tag.name, tag.attributes),
                Ok(Some(Event::Text(text))) => out += &text,
                Ok(Some(Event::Close(name))) => out += &format!("</{name}>"),
                Ok(None) => return out,
                Err(_) => return out + "!",
            }
        }
    }

    #[test]
    fn entities_of_a_document_are_never_expanded() {
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;"><!ENTITY f SYSTEM "file:///etc/passwd">]><a x="&c;">&c;&f;&amp;&#65;&nbsp;</a>"#;
        assert_eq!(told(bomb), r#"<Own a [("x", "&c;")]>&c;&f;&A&nbsp;</a>"#);
    }

    #[test]
    fn vocabularies_are_known_by_their_names_and_else_by_their_prefixes() {
        let xml = r#"<rss xmlns:a="http://www.w3.org/2005/Atom" xmlns:media="http://x/"><a:Link href='u?a=1&amp;b=2&c'/><dc:date/><media:title/></rss>"#;
        assert_eq!(
            told(xml),
            r#"<Own rss []><Atom link [("href", "u?a=1&b=2&c")]></link><Dc date []></date><Other title []></title></rss>"#
        );
    }

    #[test]
    fn damage_ends_the_document() {
        assert_eq!(told("<a>one</b></a>"), "<Own a []>one</b></a>");
        assert_eq!(told("<a>fish & chips</a>"), "<Own a []>fish & chips</a>");
        assert!(told("<a><![CDATA[never").ends_with('!'));
    }
}
