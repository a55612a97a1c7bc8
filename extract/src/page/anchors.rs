//! The links of a page: their text, the area of the page that they are in, and which of them have the same markup. Makes no judgement.
//!
//! [`super::read`] only keeps the share of links in a block, which is all that the labeller needs; front pages consist of links.

use url::Url;

use super::aside::{NamedArea, area_of};
use super::decode::decode;
use super::head::Head;
use super::html_tree::{Document, Edge, Element, Key};
use super::input::{Config, Error, ReadHints};
use super::{blocks, html};
use crate::base::hash::ContentHash;
use crate::base::text::squeeze;

/// Most links of one page; the rest are left out.
pub const MAX_LINKS: usize = 10_000;

/// Longest text of a link in bytes.
const MAX_TEXT: usize = 2_000;

/// Longest classes, ids and roles of an element, in bytes.
const MAX_NAMES: usize = 1_000;

/// Elements around a link that make up its [`Anchor::pattern`].
const PATTERN_DEPTH: usize = 4;

/// The links of a page, and its head.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// The links in document order, `<a>` and `<area>` with an `href`.
    pub anchors: Vec<Anchor>,
    /// What the page declares about itself.
    pub head: Head,
    /// The URL that its links are relative to: its own, unless `<base>` names another.
    pub base: Option<Url>,
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// As written.
    pub href: String,
    /// Its text, squeezed; its `title` or `aria-label` if it has none.
    pub text: String,
    /// Its `rel`, lower case.
    pub rel: String,
    /// The area of the page that it is in.
    pub area: PageArea,
    /// Whether it is in a heading, or contains one.
    pub heading: bool,
    /// A hash of the innermost elements around it, by their names, classes, ids and roles.
    pub pattern: u64,
    /// The classes, ids and roles of the innermost elements around it and its own, lower case, separated by spaces.
    pub names: String,
}

/// An area of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PageArea {
    /// The main content, or an area that the markup does not name.
    #[default]
    Body,
    /// Sidebars.
    Aside,
    /// Menus, breadcrumbs, pagination.
    Navigation,
    /// The page's header.
    Header,
    /// The page's footer.
    Footer,
}

/// Elements and roles that are areas of a page.
const ELEMENTS: &[(&str, PageArea)] = &[
    ("nav", PageArea::Navigation),
    ("navigation", PageArea::Navigation),
    ("menu", PageArea::Navigation),
    ("menubar", PageArea::Navigation),
    ("aside", PageArea::Aside),
    ("complementary", PageArea::Aside),
    ("footer", PageArea::Footer),
    ("contentinfo", PageArea::Footer),
    ("banner", PageArea::Header),
];

/// Elements inside which a `<header>` belongs to a story, not to the page.
const SECTIONS: &[&str] = &["article", "section", "main", "li"];

/// Reads the links of a page.
pub fn outline(bytes: &[u8], hints: ReadHints<'_>, config: &Config) -> Result<Outline, Error> {
    if bytes.len() > config.max_bytes {
        return Err(Error::TooLarge { size: bytes.len(), cap: config.max_bytes });
    }
    super::binary::reject(bytes, hints.content_type)?;
    let text = decode(bytes, hints.content_type, None).text;
    let parsed = html::parse(&text, config);
    let mut head = blocks::page_of(&parsed).head;
    head.url = hints.url.cloned();
    let mut walk = LinkWalk::default();
    walk.document(&parsed.document);
    let base = walk.base.as_deref().and_then(|base| match hints.url {
        Some(url) => url.join(base).ok(),
        None => Url::parse(base).ok(),
    });
    Ok(Outline { anchors: walk.anchors, head, base: base.or_else(|| hints.url.cloned()) })
}

/// An open element.
struct OpenElement {
    name: String,
    /// Its classes, ids and roles.
    names: String,
    area: Option<PageArea>,
}

#[derive(Default)]
struct LinkWalk {
    anchors: Vec<Anchor>,
    base: Option<String>,
    open: Vec<OpenElement>,
    headings: u32,
    /// The depth of the link that is being read, and its text so far.
    reading: Option<(usize, String)>,
}

impl LinkWalk {
    fn document(&mut self, document: &Document<'_>) {
        for edge in document.traverse() {
            match edge {
                Edge::Open(element) => self.enter(element),
                Edge::Close(_) => self.leave(),
                Edge::Text(text) => {
                    if let Some((_, read)) = self.reading.as_mut().filter(|(_, read)| read.len() < MAX_TEXT) {
                        read.push_str(text);
                    }
                }
            }
        }
    }

    fn enter(&mut self, element: Element<'_>) {
        let name = element.name_text();
        let names = [Key::Class, Key::Id, Key::Role].map(|key| element.get(key).unwrap_or_default());
        // Every link has the names of all elements near it.
        let mut names = names.join(" ").to_ascii_lowercase();
        names.truncate(names.floor_char_boundary(MAX_NAMES));
        let area = self.area_of(name, &names);
        let is_heading = is_heading(name);
        self.headings += u32::from(is_heading);
        self.open.push(OpenElement { name: name.to_owned(), names, area });
        if let Some((_, read)) = &mut self.reading {
            read.push(' ');
        }
        match (name, element.get(Key::Href)) {
            ("base", Some(href)) => self.base = self.base.take().or_else(|| Some(href.to_owned())),
            ("a" | "area", Some(href)) if self.reading.is_none() && self.anchors.len() < MAX_LINKS => self.begin(element, href),
            _ if is_heading => {
                if let (Some(_), Some(anchor)) = (&self.reading, self.anchors.last_mut()) {
                    anchor.heading = true;
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, element: Element<'_>, href: &str) {
        let near = self.open.iter().rev().take(PATTERN_DEPTH);
        let signature: Vec<String> = near.clone().map(|open| format!("{}.{}", open.name, open.names)).collect();
        let pattern = ContentHash::of(signature.join(">"));
        let label = [Key::Title, Key::AriaLabel].into_iter().find_map(|key| element.get(key)).unwrap_or_default();
        self.anchors.push(Anchor {
            href: href.trim().to_owned(),
            text: squeeze(label.get(..label.floor_char_boundary(MAX_TEXT)).unwrap_or_default()),
            rel: element.get(Key::Rel).unwrap_or_default().to_ascii_lowercase(),
            area: self.open.iter().rev().find_map(|open| open.area).unwrap_or_default(),
            heading: self.headings > 0,
            pattern: u64::from_str_radix(&pattern.to_string()[..16], 16).unwrap_or_default(),
            names: near.map(|open| open.names.as_str()).collect::<Vec<_>>().join(" "),
        });
        self.reading = Some((self.open.len(), String::new()));
    }

    fn leave(&mut self) {
        let depth = self.open.len();
        let Some(open) = self.open.pop() else { return };
        self.headings -= u32::from(is_heading(&open.name));
        if let Some((_, read)) = self.reading.take_if(|(at, _)| *at == depth)
            && let Some(anchor) = self.anchors.last_mut()
        {
            let text = squeeze(&read);
            if !text.is_empty() {
                anchor.text = text;
            }
        }
    }

    fn area_of(&self, name: &str, names: &str) -> Option<PageArea> {
        if name == "header" {
            let is_in_story = self.open.iter().any(|open| SECTIONS.contains(&open.name.as_str()));
            return (!is_in_story).then_some(PageArea::Header);
        }
        let named = |word: &str| ELEMENTS.iter().find(|(known, _)| *known == word).map(|(_, area)| *area);
        let mut words = names.split(|c: char| !c.is_alphanumeric());
        let area = |named: NamedArea| match named {
            NamedArea::Navigation => PageArea::Navigation,
            NamedArea::Footer => PageArea::Footer,
            NamedArea::Sidebar => PageArea::Aside,
        };
        named(name).or_else(|| words.find_map(area_of).map(area))
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_have_their_text_and_area() {
        let html = "<!doctype html><base href='/x/'><header><a href='/'>Home</a></header><ul class='main-menu'><li><a href=a>News</a></ul>
            <main><article><header><h2><a href=b>A <b>bold</b>\n headline</a></h2></header></article>
            <article><header><h2><a href=c>Another</a></h2></header></article><a href=d title='Shown'><img></a><a><h3>no</h3></a>
            <a href=e><h3>In it</h3></a></main><footer><a href=f rel='Next'>About</a></footer>";
        let url = Url::parse("https://a.example/").unwrap();
        let outline = outline(html.as_bytes(), ReadHints { url: Some(&url), content_type: None }, &Config::default()).unwrap();
        assert_eq!(outline.base.unwrap().as_str(), "https://a.example/x/");
        let found: Vec<_> = outline.anchors.iter().map(|a| (a.href.as_str(), a.text.as_str(), a.area, a.heading)).collect();
        use PageArea::{Body, Footer, Header, Navigation};
        assert_eq!(
            found,
            [
                ("/", "Home", Header, false),
                ("a", "News", Navigation, false),
                ("b", "A bold headline", Body, true),
                ("c", "Another", Body, true),
                ("d", "Shown", Body, false),
                ("e", "In it", Body, true),
                ("f", "About", Footer, false)
            ]
        );
        assert_eq!(outline.anchors[2].pattern, outline.anchors[3].pattern);
        assert_ne!(outline.anchors[2].pattern, outline.anchors[5].pattern);
        assert_eq!(outline.anchors[6].rel, "next");
    }
}
