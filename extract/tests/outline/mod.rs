//! The tree of a page as lines, by gleaner's parser and by html5ever's: elements with the attributes that gleaner reads, and texts outside scripts and
//! styles. Of the places where the two differ on purpose, nothing is left in the lines; `html_tree` lists them.

mod reference;

use gleaner_extract::page::html::parse_keeping;
use gleaner_extract::page::html_tree::{Document, Edge, Namespace, Prefix};
use gleaner_extract::page::{self};
use scraper::{Html, Node};

/// A line: how deep it is nested, and the element or text.
pub type Line = (usize, String);

/// Attributes that both keep of every element.
const READ: &[&str] = &["id", "class", "href", "title", "content", "style", "type", "lang", "name", "rel", "itemprop", "viewBox"];

/// The outline by gleaner's parser, without limits on depth and attributes.
pub fn by_gleaner(markup: &str) -> Vec<Line> {
    let config = page::Config { max_depth: usize::MAX, max_attributes: usize::MAX, ..page::Config::default() };
    let named = ["xlink:href", "viewbox"].map(str::to_owned);
    of_document(&parse_keeping(markup, &config, &named).document, READ)
}

/// The outline of a document, with these attributes.
pub fn of_document(document: &Document<'_>, read: &[&str]) -> Vec<Line> {
    let mut outline = Outline::default();
    for edge in document.traverse() {
        match edge {
            Edge::Open(element) => {
                let namespace = match element.namespace() {
                    Namespace::Html => "",
                    Namespace::Svg => "svg ",
                    Namespace::MathMl => "math ",
                };
                let prefix = |prefix| match prefix {
                    Prefix::None => "",
                    Prefix::Xlink => "xlink ",
                    Prefix::Xml => "xml ",
                    Prefix::Xmlns => "xmlns ",
                };
                let read = element.attributes().filter(|(_, name, _)| read.contains(name));
                let attributes = read.map(|(of, name, value)| format!("{}{name}={value:?}", prefix(of))).collect();
                outline.open(&format!("{namespace}{}", element.name_text()), attributes);
            }
            Edge::Close(_) => outline.close(),
            Edge::Text(text) => outline.text(text),
        }
    }
    outline.lines
}

/// The outline by html5ever's.
pub fn by_html5ever(markup: &str) -> Vec<Line> {
    of_html(&reference::parse(markup))
}

fn of_html(html: &Html) -> Vec<Line> {
    let mut outline = Outline::default();
    for edge in html.tree.root().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => match node.value() {
                Node::Element(element) => {
                    let namespace = match &*element.name.ns {
                        "http://www.w3.org/2000/svg" => "svg ",
                        "http://www.w3.org/1998/Math/MathML" => "math ",
                        _ => "",
                    };
                    let read = element.attrs.iter().filter(|(name, _)| READ.contains(&&*name.local));
                    let attributes = read.map(|(name, value)| {
                        let prefix = name.prefix.as_ref().map(|prefix| format!("{prefix} ")).unwrap_or_default();
                        format!("{prefix}{}={:?}", name.local, &**value)
                    });
                    outline.open(&format!("{namespace}{}", element.name()), attributes.collect());
                }
                Node::Text(text) => outline.text(text),
                _ => {}
            },
            ego_tree::iter::Edge::Close(node) if node.value().is_element() => outline.close(),
            ego_tree::iter::Edge::Close(_) => {}
        }
    }
    outline.lines
}

/// An outline that is being made.
#[derive(Default)]
pub struct Outline {
    /// The lines so far.
    pub lines: Vec<Line>,
    open: Vec<String>,
}

impl Outline {
    /// An element begins.
    pub fn open(&mut self, name: &str, mut attributes: Vec<String>) {
        attributes.sort();
        let attributes: String = attributes.iter().map(|attribute| format!(" {attribute}")).collect();
        self.lines.push((self.open.len(), format!("<{name}{attributes}>")));
        self.open.push(name.to_owned());
    }

    /// An element ends.
    pub fn close(&mut self) {
        self.open.pop();
    }

    /// A text. U+0000 is left out, and the first line feed of a `<pre>`, as a comment before it has no node.
    pub fn text(&mut self, text: &str) {
        let parent = self.open.last().map_or("", String::as_str);
        if matches!(parent, "script" | "style") {
            return;
        }
        let text = text.replace('\0', "");
        let text = if matches!(parent, "pre" | "listing") { text.trim_start_matches('\n') } else { &text };
        match self.lines.last_mut().filter(|(depth, line)| *depth == self.open.len() && line.starts_with('"')) {
            Some((_, before)) => before.push_str(text),
            None if text.is_empty() => {}
            None => self.lines.push((self.open.len(), format!("\"{text}"))),
        }
    }
}
