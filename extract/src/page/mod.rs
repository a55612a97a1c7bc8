//! From bytes to blocks: charset, HTML or plain text, and what the page's head says. Judges nothing.
//!
//! [`read`] is the one door. The parser's types stay inside this room.

pub mod anchors;
pub mod aside;
mod attributes;
pub mod blocks;
pub mod caps;
pub mod decode;
pub mod html;
mod json_ld;
mod markdown;
mod marks;
mod names;
mod paging;
pub mod plain;
mod references;
mod scripts;
pub mod tokens;

use std::sync::OnceLock;

use serde_json::Value;
use url::Url;

use crate::document::{Block, Container, ContainerId, FeedEntry};

/// A parsed page: blocks in document order, the containers around them, and the facts of its head.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// What it was read from.
    pub format: Format,
    /// Runs of text in document order. Together they hold all the visible and hidden text of the page.
    pub blocks: Vec<Block>,
    /// Block-level elements in document order; the first is the root. Text dumps have the root only.
    pub containers: Vec<Container>,
    /// What the page says about itself.
    pub head: Head,
    /// What the feed that led here says of it: put in by who knows, no part of the bytes.
    pub feed: Option<Box<FeedEntry>>,
}

impl Page {
    /// The containers around a block, innermost first, root last.
    pub fn ancestors(&self, block: &Block) -> impl Iterator<Item = &Container> {
        let mut next = Some(block.container);
        std::iter::from_fn(move || {
            let id = next?;
            let container = self.containers.get(id.index())?;
            next = (id != ContainerId::ROOT).then_some(container.parent);
            Some(container)
        })
    }
}

impl Page {
    /// The page that readers without scripts see, where this one is hardly more than the shell that scripts fill: forums and applications keep their text
    /// in one large `<noscript>`.
    fn or_without_scripts(mut self, other: Self) -> Self {
        let text = |page: &Self| page.blocks.iter().map(|block| block.text.len()).sum::<usize>();
        if text(&other) > 4 * text(&self) {
            (self.blocks, self.containers) = (other.blocks, other.containers);
            (self.head.times, self.head.bylines) = (other.head.times, other.head.bylines);
        }
        self
    }
}

/// What a page was read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// HTML markup.
    #[default]
    Html,
    /// Plain text or Markdown, one line or paragraph a block.
    Text,
}

/// What the page says about itself outside its text.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The `<title>`, squeezed.
    pub title: Option<String>,
    /// The root element's `lang`, as written.
    pub lang: Option<String>,
    /// `<meta>` elements in order: lower-case `name`, `property`, `itemprop` or `http-equiv`, and the content as written.
    pub meta: Vec<(String, String)>,
    /// `<link>` elements that have `rel` and `href`, in order; also `<a rel="license">`.
    pub links: Vec<Link>,
    /// Links that may lead to another part of the same story, in order.
    pub paging: Vec<Paging>,
    /// Contents of `<script type="application/ld+json">`, in order, untouched.
    pub json_ld: Vec<String>,
    /// Where `<script>` and `<iframe>` elements load from, in order, as written.
    pub embeds: Vec<String>,
    /// What `<noscript>` elements say, squeezed, without markup.
    pub noscript: Vec<String>,
    /// Dates in the data of other scripts: the key and the value as written, in order.
    pub script_dates: Vec<(String, String)>,
    /// `<time>` elements, and other elements with `datetime` or an `itemprop` of a date, in order.
    pub times: Vec<TimeMark>,
    /// Elements that markup names as author or byline: `rel="author"`, `itemprop="author"`, class words `author`, `byline`…
    pub bylines: Vec<Mark>,
    /// The address of the page, where known.
    pub url: Option<Url>,
    /// [`Head::json_ld`], parsed when it is first asked for.
    pub(crate) parsed: OnceLock<Vec<Value>>,
}

impl Head {
    /// The JSON values of all [`Head::json_ld`] in order, broken JSON repaired where it has one plain meaning.
    pub fn json_ld_values(&self) -> &[Value] {
        self.parsed.get_or_init(|| self.json_ld.iter().flat_map(|text| json_ld::parse(text)).collect())
    }

    /// The first non-empty content of the `<meta>` with this lower-case name.
    pub fn meta(&self, name: &str) -> Option<&str> {
        self.meta_all(name).next()
    }

    /// The page's own summary: `description`, else `og:description`.
    pub fn description(&self) -> Option<&str> {
        ["description", "og:description"].iter().find_map(|name| self.meta(name))
    }

    /// Every non-empty content of the `<meta>` elements with this lower-case name, in order.
    pub fn meta_all(&self, name: &str) -> impl Iterator<Item = &str> {
        let found = self.meta.iter().filter(move |(key, _)| key == name);
        found.map(|(_, content)| content.trim()).filter(|content| !content.is_empty())
    }
}

/// A `<link>` of the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Lower-case `rel`, as written otherwise.
    pub rel: String,
    /// `href` as written.
    pub href: String,
    /// `type`, lower case.
    pub kind: Option<String>,
    /// `hreflang` as written.
    pub hreflang: Option<String>,
}

/// A link with a number, or a relation of order, in its text, address or markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// As written.
    pub href: String,
    /// Its `rel`, in lower case.
    pub rel: String,
    /// The number that it says, where that is all that it says.
    pub number: Option<u32>,
    /// The number of blocks in front of it: its place on the page.
    pub block: usize,
}

/// A date in the markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeMark {
    /// The machine-readable value: `datetime`, `content` or `title`.
    pub datetime: Option<String>,
    /// The visible text, squeezed.
    pub text: String,
    /// Lower-case words of class, id and itemprop of the element and its parent.
    pub tokens: String,
    /// The number of blocks in front of it: its place on the page.
    pub block: usize,
}

/// A piece of text that the markup marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The visible text, squeezed.
    pub text: String,
    /// How it is marked: `rel`, `itemprop`, `class`, or `href` where it links to an author's page.
    pub by: &'static str,
    /// Lower-case words of class, id, rel and itemprop of the element.
    pub tokens: String,
    /// The number of blocks in front of it: its place on the page.
    pub block: usize,
}

/// What is known about the bytes before they are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// The Content-Type header, or a guess from a file's name.
    pub content_type: Option<&'a str>,
    /// The page's address.
    pub url: Option<&'a Url>,
}

/// Why bytes could not become a page.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing in it.
    #[error("read the page: it is empty")]
    Empty,
    /// The bytes are neither HTML nor text.
    #[error("read the page: it is binary data ({kind}), not HTML or text")]
    Binary {
        /// What the first bytes say it is.
        kind: &'static str,
    },
    /// More bytes than the cap.
    #[error("read the page: it has {size} bytes, more than the {cap} allowed")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The cap in bytes.
        cap: usize,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "fetch it again, or delete the file",
            Self::Binary { .. } => "only HTML, Markdown and plain text are read; leave the file out or convert it to text",
            Self::TooLarge { .. } => "raise `page.max_bytes` in config.toml, or split the file",
        }
    }
}

/// Limits in front of the parser.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Largest page in bytes, after decompression.
    pub max_bytes: usize,
    /// Deepest nesting of elements that is kept; deeper elements are dissolved, their text stays.
    pub max_depth: usize,
    /// Most attributes of one element; the rest are dropped.
    pub max_attributes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { max_bytes: 20 << 20, max_depth: 512, max_attributes: 256 }
    }
}

/// Reads bytes into a page: finds the charset, tells HTML from text, parses within the limits.
pub fn read(bytes: &[u8], hints: Hints<'_>, config: &Config) -> Result<Page, Error> {
    if bytes.len() > config.max_bytes {
        return Err(Error::TooLarge { size: bytes.len(), cap: config.max_bytes });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::Empty);
    }
    decode::refuse_binary(bytes, hints.content_type)?;
    let domain = hints.url.and_then(|url| url.host_str()?.rsplit('.').next());
    let text = decode::decode(bytes, hints.content_type, domain);
    let mut page = if looks_like_html(&text, hints.content_type) {
        let document = html::parse(&text, config);
        let page = blocks::page_of(&document);
        match blocks::longest_noscript(&document).filter(|markup| markup.len() >= MIN_NOSCRIPT) {
            Some(markup) => page.or_without_scripts(blocks::page_of(&html::parse(markup, config))),
            None => page,
        }
    } else {
        plain::page_of(&text)
    };
    page.head.url = hints.url.cloned();
    Ok(page)
}

/// Least length, in bytes, of a `<noscript>` that may hold the page itself.
const MIN_NOSCRIPT: usize = 2000;

/// Tags that structure a page, as they stand in markup.
const STRUCTURE: &[&str] =
    &["</p>", "</div>", "</li>", "</h1>", "</h2>", "</td>", "</span>", "</a>", "<br>", "<br />", "<br/>", "<p>"];

/// Tells markup from text: by the first tag, by the declared type where the bytes bear it out, by the density of tags.
fn looks_like_html(text: &str, content_type: Option<&str>) -> bool {
    let start = text.trim_start_matches(crate::base::text::is_space);
    let head = first_chars(start, 1024).to_lowercase();
    if ["<!doctype html", "<html", "<head", "<body", "<?xml"].iter().any(|tag| head.starts_with(tag)) || head.contains("<html") {
        return true;
    }
    // Scripts and styles may stand in front of the root element.
    if start.starts_with('<') && ["<html", "<head", "<body"].iter().all(|tag| text.contains(tag)) {
        return true;
    }
    let lower = first_chars(text, 100_000).to_lowercase();
    // Most texts have none of them.
    let tags: usize = if lower.contains("</") || lower.contains("<br") || lower.contains("<p>") {
        STRUCTURE.iter().map(|tag| lower.matches(tag).count()).sum()
    } else {
        0
    };
    let kind = content_type.unwrap_or_default().to_ascii_lowercase();
    if kind.contains("html") {
        return tags > 0 || lower.contains("</");
    }
    // A dump may hold a stray iframe or a line of code; markup has a tag every few hundred characters.
    tags >= 3 && tags * 400 >= lower.len()
}

/// The beginning of a text, at most so many characters.
fn first_chars(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}
