//! Feeds in XML, parsed as a stream of events.

use gleaner_extract::base::escape::escape_html_content;
use url::Url;

use super::document::{EXPECTED, Feed, MAX_AUTHORS, MAX_ENTRIES, NOT_A_FEED};
use super::plain_text;
use crate::discover::failure::Error;
use crate::discover::found_url::{FoundIn, FoundUrl};
use crate::discover::link::resolve_link;
use crate::discover::open_elements::OpenElements;
use crate::discover::xml::{MAX_TEXT_BYTES, Vocabulary, XmlEvent, XmlReader, XmlTag};
use crate::feed_date::feed_date;
use gleaner_extract::base::time::Timestamp;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 200;

/// Reads a feed in XML.
pub fn read(xml: &str, base: Option<&Url>) -> Result<Feed, Error> {
    let mut parser = FeedParser {
        base: base.cloned(),
        feed: Feed::default(),
        format: None,
        open: OpenElements::default(),
        entry: None,
        part: None,
    };
    let mut reader = XmlReader::new(xml.as_bytes());
    loop {
        match reader.next() {
            Ok(Some(event)) => parser.handle(event)?,
            Ok(None) => break,
            Err(cause) if parser.format.is_none() => return Err(Error::Malformed { expected: EXPECTED, cause }),
            Err(damage) => {
                parser.feed.damage = Some(damage);
                break;
            }
        }
        if parser.feed.count >= MAX_ENTRIES {
            break;
        }
    }
    if parser.format.is_none() {
        return Err(NOT_A_FEED);
    }
    parser.close_entry();
    Ok(parser.feed)
}

/// The format of a feed, by its root element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FeedFormat {
    Rss,
    Atom,
    /// The Channel Definition Format of 1997, which has URLs in attributes.
    Cdf,
}

const ROOTS: &[(&str, FeedFormat)] = &[
    ("rss", FeedFormat::Rss),
    ("rdf", FeedFormat::Rss),
    ("redirect", FeedFormat::Rss),
    ("channel", FeedFormat::Cdf),
    ("feed", FeedFormat::Atom),
    ("entry", FeedFormat::Atom),
];

/// A part of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EntryPart {
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

impl EntryPart {
    fn may_have_markup(self) -> bool {
        matches!(self, Self::Text | Self::Summary | Self::Title)
    }
}

/// The elements of an entry, by vocabulary and name.
const PARTS: &[(Vocabulary, &str, EntryPart)] = &[
    (Vocabulary::FeedBurner, "origlink", EntryPart::OriginalLink),
    (Vocabulary::Own, "link", EntryPart::Link),
    (Vocabulary::Own, "guid", EntryPart::PermaLink),
    (Vocabulary::Own, "title", EntryPart::Title),
    (Vocabulary::Atom, "title", EntryPart::Title),
    (Vocabulary::Dc, "title", EntryPart::Title),
    (Vocabulary::Own, "pubdate", EntryPart::Published),
    (Vocabulary::Atom, "published", EntryPart::Published),
    (Vocabulary::Atom, "issued", EntryPart::Published),
    (Vocabulary::Atom, "created", EntryPart::Published),
    (Vocabulary::Own, "published", EntryPart::Published),
    (Vocabulary::Own, "issued", EntryPart::Published),
    (Vocabulary::Dc, "date", EntryPart::Published),
    (Vocabulary::Atom, "updated", EntryPart::Updated),
    (Vocabulary::Atom, "modified", EntryPart::Updated),
    (Vocabulary::Own, "updated", EntryPart::Updated),
    (Vocabulary::Own, "modified", EntryPart::Updated),
    (Vocabulary::Content, "encoded", EntryPart::Text),
    (Vocabulary::Atom, "content", EntryPart::Text),
    (Vocabulary::Own, "content", EntryPart::Text),
    (Vocabulary::Own, "body", EntryPart::Text),
    (Vocabulary::Xhtml, "body", EntryPart::Text),
    (Vocabulary::Own, "fullitem", EntryPart::Text),
    (Vocabulary::Own, "description", EntryPart::Summary),
    (Vocabulary::Atom, "summary", EntryPart::Summary),
    (Vocabulary::Own, "summary", EntryPart::Summary),
    (Vocabulary::Dc, "description", EntryPart::Summary),
    (Vocabulary::Own, "abstract", EntryPart::Summary),
    (Vocabulary::Own, "author", EntryPart::Author),
    (Vocabulary::Atom, "author", EntryPart::Author),
    (Vocabulary::Dc, "creator", EntryPart::Author),
];

/// An entry that is being read.
#[derive(Default)]
struct PartialEntry {
    /// Depth of its element.
    depth: usize,
    /// Links with their rank; the lowest rank is preferred.
    links: Vec<(u8, String)>,
    parts: Vec<(EntryPart, String)>,
    authors: Vec<String>,
}

/// A part that is being read.
struct PartialPart {
    kind: EntryPart,
    depth: usize,
    /// Whether the content is plain text (Atom), not markup.
    is_plain: bool,
    markup: String,
}

struct FeedParser {
    base: Option<Url>,
    feed: Feed,
    format: Option<FeedFormat>,
    open: OpenElements<()>,
    entry: Option<PartialEntry>,
    part: Option<PartialPart>,
}

impl FeedParser {
    fn handle(&mut self, event: XmlEvent) -> Result<(), Error> {
        match event {
            XmlEvent::Open(tag) => {
                self.open.open(tag.name.clone(), ());
                self.start(&tag)
            }
            XmlEvent::Text(text) => {
                if let Some(part) = self.part.as_mut().filter(|part| part.markup.len() + text.len() <= MAX_TEXT_BYTES) {
                    match part.is_plain || part.depth < self.open.len() {
                        true => part.markup.push_str(&escape_html_content(&text)),
                        false => part.markup.push_str(&text),
                    }
                }
                Ok(())
            }
            XmlEvent::Close(name) => {
                self.close(&name);
                Ok(())
            }
        }
    }

    fn start(&mut self, tag: &XmlTag) -> Result<(), Error> {
        let depth = self.open.len();
        if self.format.is_none() {
            let (_, format) = ROOTS.iter().find(|(name, _)| *name == tag.name).ok_or(NOT_A_FEED)?;
            self.format = Some(*format);
        }
        if depth == 1
            && let Some(base) = tag.attribute("base").and_then(|base| resolve_link(self.base.as_ref(), base))
        {
            self.base = Some(base);
        }
        if depth > MAX_DEPTH {
            return Ok(());
        }
        if let Some(part) = &mut self.part {
            // Markup within a part: XHTML in Atom, and unescaped markup in other feeds.
            if part.kind.may_have_markup() && part.markup.len() < MAX_TEXT_BYTES {
                part.markup.push_str(&format!("<{}>", tag.name));
            } else {
                // The elements of a person: name, e-mail.
                part.markup.push(' ');
            }
            return Ok(());
        }
        if matches!(tag.name.as_str(), "item" | "entry") && matches!(tag.vocabulary, Vocabulary::Own | Vocabulary::Atom) {
            self.close_entry();
            let mut entry = PartialEntry { depth, ..PartialEntry::default() };
            entry.links.extend(["about", "href"].into_iter().filter_map(|name| Some((5, tag.attribute(name)?.to_owned()))));
            self.entry = Some(entry);
            return Ok(());
        }
        self.start_part(tag, depth);
        Ok(())
    }

    fn start_part(&mut self, tag: &XmlTag, depth: usize) {
        let known =
            PARTS.iter().find(|(vocabulary, name, _)| *vocabulary == tag.vocabulary && *name == tag.name).map(|known| known.2);
        if matches!(tag.vocabulary, Vocabulary::Own | Vocabulary::Atom)
            && tag.name == "link"
            && let Some(href) = tag.attribute("href")
        {
            self.link(tag, href);
            return;
        }
        let Some(part) = known else { return };
        // Elements nested in images, sources and threads of an entry do not describe the entry.
        let parent = self.open.nth_innermost(1).map_or("", |(name, ())| name.as_str());
        let is_own = match (&self.entry, part) {
            (Some(entry), _) => depth == entry.depth + 1 || (part == EntryPart::Title && parent == "ulink"),
            (None, EntryPart::Title) => matches!(parent, "channel" | "feed"),
            (None, _) => false,
        };
        let is_permanent = tag.attribute("ispermalink").is_none_or(|value| !value.trim().eq_ignore_ascii_case("false"));
        if is_own && (part != EntryPart::PermaLink || is_permanent) {
            let content_type = tag.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
            let is_atom = self.format == Some(FeedFormat::Atom);
            let is_base64 = tag.attribute("mode").is_some_and(|mode| mode == "base64");
            if !is_base64 {
                let is_plain = is_atom && matches!(content_type.as_str(), "" | "text" | "text/plain");
                self.part = Some(PartialPart { kind: part, depth, is_plain, markup: String::new() });
            }
        }
    }

    /// An Atom link, in an Atom feed or any other.
    fn link(&mut self, tag: &XmlTag, href: &str) {
        let rel = tag.attribute("rel").unwrap_or("alternate").trim().to_ascii_lowercase();
        let content_type = tag.attribute("type").unwrap_or("text/html").to_ascii_lowercase();
        match &mut self.entry {
            Some(entry) if rel.ends_with("alternate") || rel.is_empty() => {
                entry.links.push((if content_type.contains("html") { 2 } else { 3 }, href.to_owned()));
            }
            Some(_) => {}
            None if rel == "next" => self.feed.next = resolve_link(self.base.as_ref(), href),
            None if rel == "prev-archive" => {
                self.feed.next = self.feed.next.take().or_else(|| resolve_link(self.base.as_ref(), href))
            }
            None => {}
        }
    }

    fn close(&mut self, name: &str) {
        // End tags without a start tag are ignored.
        let Some(at) = self.open.close(name) else { return };
        match self.part.take() {
            Some(part) if part.depth > at => self.close_part(part),
            Some(mut part) => {
                if part.kind.may_have_markup() {
                    part.markup.push_str(&format!("</{name}>"));
                }
                self.part = Some(part);
            }
            None => {}
        }
        if self.entry.as_ref().is_some_and(|entry| entry.depth > at) {
            self.close_entry();
        }
    }

    fn close_part(&mut self, closed: PartialPart) {
        let Some(entry) = &mut self.entry else {
            self.feed.title = self.feed.title.take().or_else(|| plain_text::line(&closed.markup));
            return;
        };
        match closed.kind {
            EntryPart::OriginalLink => entry.links.push((0, closed.markup)),
            EntryPart::Link => entry.links.push((1, closed.markup)),
            EntryPart::PermaLink => entry.links.push((4, closed.markup)),
            EntryPart::Author if entry.authors.len() >= MAX_AUTHORS => {}
            EntryPart::Author => {
                entry.authors.extend(plain_text::name(&closed.markup).filter(|name| !entry.authors.contains(name)))
            }
            part => entry.parts.push((part, closed.markup)),
        }
    }

    fn close_entry(&mut self) {
        let Some(mut entry) = self.entry.take() else { return };
        self.feed.count += 1;
        // The best link, and of equally good ones the first.
        entry.links.sort_by_key(|link| link.0);
        let Some(url) = entry.links.iter().find_map(|(_, link)| resolve_link(self.base.as_ref(), link)) else { return };
        let part =
            |wanted: EntryPart| entry.parts.iter().filter(move |(part, _)| *part == wanted).map(|(_, markup)| markup.as_str());
        let date = |wanted: EntryPart| part(wanted).find_map(feed_date);
        let updated: Option<Timestamp> = date(EntryPart::Updated);
        let published = date(EntryPart::Published).or(updated);
        let texts = part(EntryPart::Text).chain(part(EntryPart::Summary)).filter_map(plain_text::paragraphs);
        let text = texts.max_by_key(|text| text.len());
        let title = part(EntryPart::Title).find_map(plain_text::line);
        self.feed.entries.push(FoundUrl {
            url,
            found_in: FoundIn::Feed,
            title,
            published,
            updated,
            text,
            authors: entry.authors,
        });
    }
}
