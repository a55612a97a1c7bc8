//! Feeds: RSS 0.9 to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0, CDF and JSON Feed, into addresses. Fetches nothing.
//!
//! What is read before a feed is damaged counts: half a feed is better than none.

mod json;
mod text;

use url::Url;

use super::charset::declared;
use super::feed_date::moment;
use super::xml::{Document, Event, MAX_TEXT, Space, Tag};
use super::{Error, Found, Witness, join};
use gleaner_extract::base::escape::escape_html_content;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::page::decode::decode;

/// Most entries of one feed; the rest is left out.
pub const MAX_ENTRIES: usize = 5_000;

/// Deepest nesting that is looked into.
const MAX_DEPTH: usize = 200;

/// What a feed says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// The outlet's or section's name, as plain text.
    pub title: Option<String>,
    /// The entries that have an address, in the feed's order.
    pub entries: Vec<Found>,
    /// Entries in all, those without an address included.
    pub count: usize,
    /// Where it says that the feed goes on with older entries (RFC 5005: `next`, else `prev-archive`; `next_url` of JSON Feed).
    pub next: Option<Url>,
    /// What is wrong with it after the entries that were read.
    pub damage: Option<String>,
}

/// Reads a feed of any format. `base` is the address that it was fetched from; links without a host need it.
pub fn read(bytes: &[u8], content_type: Option<&str>, base: Option<&Url>) -> Result<Feed, Error> {
    let text = decode_xml(bytes, content_type);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.starts_with('{') {
        return json::read(start, base);
    }
    let mut reader =
        FeedReader { base: base.cloned(), feed: Feed::default(), root: None, stack: Vec::new(), entry: None, field: None };
    let mut document = Document::new(start.as_bytes());
    loop {
        match document.next() {
            Ok(Some(event)) => reader.take(event)?,
            Ok(None) => break,
            Err(damage) if reader.root.is_none() => return Err(Error::Damaged { what: "the feed", damage }),
            Err(damage) => {
                reader.feed.damage = Some(damage);
                break;
            }
        }
        if reader.feed.count >= MAX_ENTRIES {
            break;
        }
    }
    if reader.root.is_none() {
        return Err(Error::Not { what: "the feed" });
    }
    reader.close_entry();
    Ok(reader.feed)
}

/// The text of an XML document: byte order mark, then the charset that it declares itself, then what is told of pages.
pub(super) fn decode_xml<'a>(bytes: &'a [u8], content_type: Option<&str>) -> std::borrow::Cow<'a, str> {
    match declared(bytes) {
        Some(encoding) => decode(bytes, Some(&format!("text/xml; charset={}", encoding.name())), None),
        None => decode(bytes, content_type, None),
    }
}

/// What the root element says that the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    Rss,
    Atom,
    /// The Channel Definition Format of 1997: addresses stand in attributes.
    Cdf,
}

const ROOTS: &[(&str, Root)] = &[
    ("rss", Root::Rss),
    ("rdf", Root::Rss),
    ("redirect", Root::Rss),
    ("channel", Root::Cdf),
    ("feed", Root::Atom),
    ("entry", Root::Atom),
];

/// A part of an entry, the best ways of saying it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    OriginalLink,
    Link,
    PermaLink,
    Title,
    Published,
    Updated,
    Text,
    Summary,
    Author,
}

const PARTS: &[(Space, &str, Part)] = &[
    (Space::FeedBurner, "origlink", Part::OriginalLink),
    (Space::Own, "link", Part::Link),
    (Space::Own, "guid", Part::PermaLink),
    (Space::Own, "title", Part::Title),
    (Space::Atom, "title", Part::Title),
    (Space::Dc, "title", Part::Title),
    (Space::Own, "pubdate", Part::Published),
    (Space::Atom, "published", Part::Published),
    (Space::Atom, "issued", Part::Published),
    (Space::Atom, "created", Part::Published),
    (Space::Own, "published", Part::Published),
    (Space::Own, "issued", Part::Published),
    (Space::Dc, "date", Part::Published),
    (Space::Atom, "updated", Part::Updated),
    (Space::Atom, "modified", Part::Updated),
    (Space::Own, "updated", Part::Updated),
    (Space::Own, "modified", Part::Updated),
    (Space::Content, "encoded", Part::Text),
    (Space::Atom, "content", Part::Text),
    (Space::Own, "content", Part::Text),
    (Space::Own, "body", Part::Text),
    (Space::Xhtml, "body", Part::Text),
    (Space::Own, "fullitem", Part::Text),
    (Space::Own, "description", Part::Summary),
    (Space::Atom, "summary", Part::Summary),
    (Space::Own, "summary", Part::Summary),
    (Space::Dc, "description", Part::Summary),
    (Space::Own, "abstract", Part::Summary),
    (Space::Own, "author", Part::Author),
    (Space::Atom, "author", Part::Author),
    (Space::Dc, "creator", Part::Author),
];

/// An entry while it is read.
#[derive(Default)]
struct Entry {
    /// Depth of its element.
    depth: usize,
    links: Vec<(u8, String)>,
    parts: Vec<(Part, String)>,
    authors: Vec<String>,
}

/// A part while it is read.
struct Field {
    part: Part,
    depth: usize,
    /// Whether the text is text (Atom), not markup.
    plain: bool,
    markup: String,
}

struct FeedReader {
    base: Option<Url>,
    feed: Feed,
    root: Option<Root>,
    /// The names of the open elements.
    stack: Vec<String>,
    entry: Option<Entry>,
    field: Option<Field>,
}

impl FeedReader {
    fn take(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Open(tag) => {
                self.stack.push(tag.name.clone());
                self.open(&tag)
            }
            Event::Text(text) => {
                if let Some(field) = self.field.as_mut().filter(|field| field.markup.len() + text.len() <= MAX_TEXT) {
                    match field.plain || field.depth < self.stack.len() {
                        true => field.markup.push_str(&escape_html_content(&text)),
                        false => field.markup.push_str(&text),
                    }
                }
                Ok(())
            }
            Event::Close(name) => {
                self.close(&name);
                Ok(())
            }
        }
    }

    fn open(&mut self, tag: &Tag) -> Result<(), Error> {
        let depth = self.stack.len();
        if self.root.is_none() {
            let root = ROOTS.iter().find(|(name, _)| *name == tag.name).ok_or(Error::Not { what: "the feed" })?;
            self.root = Some(root.1);
        }
        if depth == 1
            && let Some(base) = tag.attribute("base").and_then(|base| join(self.base.as_ref(), base))
        {
            self.base = Some(base);
        }
        if depth > MAX_DEPTH {
            return Ok(());
        }
        if let Some(field) = &mut self.field {
            // Markup within a part: XHTML in Atom, and feeds that forgot to escape.
            if matches!(field.part, Part::Text | Part::Summary | Part::Title) && field.markup.len() < MAX_TEXT {
                field.markup.push_str(&format!("<{}>", tag.name));
            } else {
                // The parts of a person: name, address.
                field.markup.push(' ');
            }
            return Ok(());
        }
        if matches!(tag.name.as_str(), "item" | "entry") && matches!(tag.space, Space::Own | Space::Atom) {
            self.close_entry();
            let mut entry = Entry { depth, ..Entry::default() };
            entry.links.extend(["about", "href"].into_iter().filter_map(|name| Some((5, tag.attribute(name)?.to_owned()))));
            self.entry = Some(entry);
            return Ok(());
        }
        self.open_part(tag, depth);
        Ok(())
    }

    fn open_part(&mut self, tag: &Tag, depth: usize) {
        let known = PARTS.iter().find(|(space, name, _)| *space == tag.space && *name == tag.name).map(|known| known.2);
        if matches!(tag.space, Space::Own | Space::Atom)
            && tag.name == "link"
            && let Some(href) = tag.attribute("href")
        {
            self.link(tag, href);
            return;
        }
        let Some(part) = known else { return };
        // What is nested in images, sources and threads of an entry says nothing about the entry.
        let holder = self.stack.iter().rev().nth(1).map_or("", String::as_str);
        let is_own = match (&self.entry, part) {
            (Some(entry), _) => depth == entry.depth + 1 || (part == Part::Title && holder == "ulink"),
            (None, Part::Title) => matches!(holder, "channel" | "feed"),
            (None, _) => false,
        };
        let is_permanent = tag.attribute("ispermalink").is_none_or(|value| !value.trim().eq_ignore_ascii_case("false"));
        if is_own && (part != Part::PermaLink || is_permanent) {
            let kind = tag.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
            let is_atom = self.root == Some(Root::Atom);
            let is_base64 = tag.attribute("mode").is_some_and(|mode| mode == "base64");
            if !is_base64 {
                let plain = is_atom && matches!(kind.as_str(), "" | "text" | "text/plain");
                self.field = Some(Field { part, depth, plain, markup: String::new() });
            }
        }
    }

    /// An Atom link, in an Atom feed or any other.
    fn link(&mut self, tag: &Tag, href: &str) {
        let rel = tag.attribute("rel").unwrap_or("alternate").trim().to_ascii_lowercase();
        let kind = tag.attribute("type").unwrap_or("text/html").to_ascii_lowercase();
        match &mut self.entry {
            Some(entry) if rel.ends_with("alternate") || rel.is_empty() => {
                entry.links.push((if kind.contains("html") { 2 } else { 3 }, href.to_owned()));
            }
            Some(_) => {}
            None if rel == "next" => self.feed.next = join(self.base.as_ref(), href),
            None if rel == "prev-archive" => self.feed.next = self.feed.next.take().or_else(|| join(self.base.as_ref(), href)),
            None => {}
        }
    }

    fn close(&mut self, name: &str) {
        // Ends that nothing began are passed over.
        let Some(at) = self.stack.iter().rposition(|open| open == name) else { return };
        self.stack.truncate(at);
        match self.field.take() {
            Some(field) if field.depth > at => self.keep(field),
            Some(mut field) => {
                if matches!(field.part, Part::Text | Part::Summary | Part::Title) {
                    field.markup.push_str(&format!("</{name}>"));
                }
                self.field = Some(field);
            }
            None => {}
        }
        if self.entry.as_ref().is_some_and(|entry| entry.depth > at) {
            self.close_entry();
        }
    }

    fn keep(&mut self, field: Field) {
        let Some(entry) = &mut self.entry else {
            self.feed.title = self.feed.title.take().or_else(|| text::line(&field.markup));
            return;
        };
        match field.part {
            Part::OriginalLink => entry.links.push((0, field.markup)),
            Part::Link => entry.links.push((1, field.markup)),
            Part::PermaLink => entry.links.push((4, field.markup)),
            Part::Author => entry.authors.extend(text::name(&field.markup).filter(|name| !entry.authors.contains(name))),
            part => entry.parts.push((part, field.markup)),
        }
    }

    fn close_entry(&mut self) {
        let Some(mut entry) = self.entry.take() else { return };
        self.feed.count += 1;
        // The best kind of link, and of those the first.
        entry.links.sort_by_key(|link| link.0);
        let Some(url) = entry.links.iter().find_map(|(_, link)| join(self.base.as_ref(), link)) else { return };
        entry.parts.sort_by_key(|part| part.0);
        let part = |wanted: Part| entry.parts.iter().filter(move |(part, _)| *part == wanted).map(|(_, markup)| markup.as_str());
        let date = |wanted: Part| part(wanted).find_map(moment);
        let updated: Option<Timestamp> = date(Part::Updated);
        let published = date(Part::Published).or(updated);
        let texts = part(Part::Text).chain(part(Part::Summary)).filter_map(text::paragraphs);
        let text = texts.max_by_key(|text| text.len());
        let title = part(Part::Title).find_map(text::line);
        self.feed.entries.push(Found { url, witness: Witness::Feed, title, published, updated, text, authors: entry.authors });
    }
}

#[cfg(test)]
mod tests;
