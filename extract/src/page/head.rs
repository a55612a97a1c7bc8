//! What a page declares about itself outside its text: title, `<meta>`, links, JSON-LD, and the dates and bylines in its markup.

use std::sync::OnceLock;

use serde_json::Value;
use url::Url;

use super::caps::{MAX_JSON_LD_BYTES, MAX_LINKS, MAX_META, MAX_META_BYTES};
use super::json_ld;

/// What a page declares about itself outside its text.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The `<title>`, squeezed.
    pub title: Option<String>,
    /// The root element's `lang`, as written.
    pub lang: Option<String>,
    /// `<meta>` elements in order: lower-case `name`, `property`, `itemprop` or `http-equiv`, and the content as written.
    pub meta: Vec<(String, String)>,
    /// `<link>` elements with `rel` and `href`, in order; also `<a rel="license">`.
    pub links: Vec<Link>,
    /// Links that may lead to another page of the same story, in order.
    pub paging: Vec<Paging>,
    /// Contents of `<script type="application/ld+json">`, in order, unchanged.
    pub json_ld: Vec<String>,
    /// The URLs that `<script>` and `<iframe>` elements load from, in order, as written.
    pub embeds: Vec<String>,
    /// The text of `<noscript>` elements, squeezed, without markup.
    pub noscript: Vec<String>,
    /// Dates in the data of other scripts: the key and the value as written, in order.
    pub script_dates: Vec<(String, String)>,
    /// `<time>` elements, and other elements with `datetime` or a date's `itemprop`, in order.
    pub times: Vec<TimeMark>,
    /// Elements that the markup names as author or byline: `rel="author"`, `itemprop="author"`, class words `author`, `byline`…
    pub bylines: Vec<Mark>,
    /// The URL of the page, if known.
    pub url: Option<Url>,
    /// JSON-LD, `<meta>` or `<link>` elements were left out, as there were too many.
    pub(crate) is_full: bool,
    /// [`Head::json_ld`], parsed on first use.
    pub(crate) parsed: OnceLock<Vec<Value>>,
}

impl Head {
    /// Adds the name and content of a `<meta>`, up to [`MAX_META`] and [`MAX_META_BYTES`].
    pub(super) fn push_meta(&mut self, name: String, mut content: String) {
        self.is_full |= self.meta.len() >= MAX_META;
        if self.meta.len() < MAX_META {
            content.truncate(content.floor_char_boundary(MAX_META_BYTES));
            self.meta.push((name, content));
        }
    }

    /// Adds the content of a JSON-LD script, up to [`MAX_JSON_LD_BYTES`] of all together.
    pub(super) fn push_json_ld(&mut self, text: String) {
        let bytes: usize = self.json_ld.iter().map(String::len).sum();
        let fits = bytes + text.len() <= MAX_JSON_LD_BYTES;
        self.is_full |= !fits;
        self.json_ld.extend(fits.then_some(text));
    }

    /// Adds a `<link>`, up to [`MAX_LINKS`].
    pub(super) fn push_link(&mut self, link: Link) {
        self.is_full |= self.links.len() >= MAX_LINKS;
        if self.links.len() < MAX_LINKS {
            self.links.push(link);
        }
    }

    /// The JSON values of all [`Head::json_ld`] in order. Broken JSON is repaired if its meaning is clear.
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
        let named = self.meta.iter().filter(move |(key, _)| key == name);
        named.map(|(_, content)| content.trim()).filter(|content| !content.is_empty())
    }
}

/// A `<link>` of the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// `rel`, lower case.
    pub rel: String,
    /// `href` as written.
    pub href: String,
    /// `type`, lower case.
    pub kind: Option<String>,
    /// `hreflang` as written.
    pub hreflang: Option<String>,
}

/// A link that may lead to another page of the same story, by its text, URL or `rel`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// As written.
    pub href: String,
    /// Its `rel`, lower case.
    pub rel: String,
    /// The number in its text, if that is (nearly) all of its text.
    pub number: Option<u32>,
    /// Its position on the page: the number of blocks before it.
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
    /// Its position on the page: the number of blocks before it.
    pub block: usize,
}

/// The attribute that marks an element as an author or byline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkedBy {
    /// `rel="author"`
    Rel,
    /// `itemprop="author"` or `itemprop="creator"`
    Itemprop,
    /// A word of class, id or another name.
    Class,
    /// The URL of an author's page.
    Href,
}

impl MarkedBy {
    /// The attribute's name.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Rel => "rel",
            Self::Itemprop => "itemprop",
            Self::Class => "class",
            Self::Href => "href",
        }
    }
}

/// An author or byline in the markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The visible text, squeezed.
    pub text: String,
    /// What marks it as an author.
    pub by: MarkedBy,
    /// Lower-case words of class, id, rel and itemprop of the element.
    pub tokens: String,
    /// Its position on the page: the number of blocks before it.
    pub block: usize,
}
