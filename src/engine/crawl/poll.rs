//! Sources of URLs – feeds, sitemaps, front pages, OPML lists – and what they contain. Pure: reads bodies; fetches and stores nothing.

use url::Url;

use crate::discover::{self, BodyKind, FoundUrl, ListingKind, feed, listing_kind, opml, page, sitemap};
use crate::queue::{PollBounds, SourceState};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::base::url::without_login;
use gleaner_extract::document::{FeedEntry, RawDocument};

/// How deep sources may be nested: a sitemap index that lists sitemap indexes.
const MAX_DEPTH: u8 = 4;

/// A document that leads to pages, and is polled for new ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its URL.
    pub url: Url,
    /// What is expected there.
    pub kind: ExpectedKind,
    /// The name of the configured source that it belongs to; empty if the user named it.
    pub name: String,
    /// Number of sources that led to it.
    pub depth: u8,
    /// Sitemap entries that last changed before this are left out.
    pub since: Option<Timestamp>,
    /// How often it may be polled.
    pub bounds: PollBounds,
    /// The source that led to it.
    pub parent: Option<Url>,
    /// The source that the configuration or the user named, and that led to it over any number of others; `None` if it is that one.
    pub root: Option<Url>,
    /// When it last changed, according to the source that led to it.
    pub modified: Option<Timestamp>,
    /// Which page of which feed it is, if it is one with older entries.
    pub older: Option<OlderPage>,
}

/// A feed page with older entries (RFC 5005).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OlderPage {
    /// The feed.
    pub feed: Url,
    /// Its number, from 2.
    pub page: u32,
}

/// What is expected at a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedKind {
    /// A feed, or a page that declares one.
    Feed,
    /// A sitemap; or a robots.txt that names some.
    Sitemap,
    /// A front page: its links, not its feeds.
    Page,
    /// A list of feeds.
    List,
    /// Anything: feed, sitemap, list of feeds, or a front page, whose feed is taken before its links.
    Any,
}

/// What a source leads to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceContent {
    /// Pages.
    pub pages: Vec<FoundUrl>,
    /// Further sources.
    pub sources: Vec<Source>,
    /// The page of a feed with older entries.
    pub next: Option<Url>,
    /// What was wrong with it, if only a part of it could be read.
    pub damage: Option<String>,
}

impl Source {
    /// A source by its URL. Where a sitemap is expected, the URL of a front page means its robots.txt.
    pub fn new(url: Url, kind: ExpectedKind, name: &str, bounds: PollBounds) -> Self {
        let mut url = without_login(url);
        if kind == ExpectedKind::Sitemap && url.path() == "/" && url.query().is_none() {
            url.set_path("/robots.txt");
        }
        let name = name.to_owned();
        Self { url, kind, name, depth: 0, since: None, bounds, parent: None, root: None, modified: None, older: None }
    }

    /// A page of this feed with older entries.
    pub fn older(&self, url: Url, page: u32) -> Self {
        let older = Some(OlderPage { feed: self.feed().clone(), page });
        Self { url: without_login(url), kind: ExpectedKind::Feed, parent: None, modified: None, older, ..self.clone() }
    }

    /// The feed that this is a page of; its own URL unless it is an older page.
    pub fn feed(&self) -> &Url {
        self.older.as_ref().map_or(&self.url, |older| &older.feed)
    }

    fn behind(&self, url: Url, kind: ExpectedKind) -> Self {
        let url = without_login(url);
        let (parent, root) = (Some(self.url.clone()), Some(self.root().clone()));
        Self { url, kind, depth: self.depth + 1, parent, root, modified: None, ..self.clone() }
    }

    /// The source that the configuration or the user named.
    pub fn root(&self) -> &Url {
        self.root.as_ref().unwrap_or(&self.url)
    }

    /// What reports call it: its name, else its URL.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { self.url.as_str() } else { &self.name }
    }

    /// True if it may be polled again.
    pub fn is_due(&self, known: &SourceState, now: Timestamp) -> bool {
        // What a list of feeds leads to has an interval of its own, and a feed's older pages belong to the poll of the feed.
        let is_always_due = self.kind == ExpectedKind::List || self.older.is_some();
        let is_due = known.next_at.is_none_or(|next| next <= now);
        match (self.modified, known.checked_at) {
            _ if known.failures > 0 && self.older.is_none() => is_due,
            _ if is_always_due || known.is_partial() => true,
            (Some(modified), Some(checked)) => modified > checked,
            _ => is_due,
        }
    }

    /// What the feed says of a page, in the form that is kept with the page.
    pub fn feed_entry(&self, found: &FoundUrl) -> Option<Box<FeedEntry>> {
        let text = found.text.as_deref().map(|text| text.get(..text.floor_char_boundary(FeedEntry::MAX_TEXT)).unwrap_or(text));
        let entry = FeedEntry {
            feed: self.url.to_string(),
            title: found.title.clone(),
            authors: found.authors.clone(),
            published: found.published,
            updated: found.updated,
            text: text.map(|text| text.replace("\n\n", "\n")),
        };
        (found.found_in == discover::FoundIn::Feed).then(|| Box::new(entry))
    }
}

/// Reads what a source sent.
pub fn read(
    source: &Source,
    raw: &RawDocument,
    config: &gleaner_extract::page::Config,
) -> Result<SourceContent, discover::Error> {
    let content_type = raw.http.as_ref().and_then(|http| http.header("content-type"));
    let mut content = read_body(source, raw, content_type, config).map_err(|error| error.with_found(&raw.bytes, content_type))?;
    if source.depth >= MAX_DEPTH && !content.sources.is_empty() {
        content.sources.clear();
        content.damage.get_or_insert_with(|| format!("it is behind {MAX_DEPTH} others, so what it lists in turn is left out"));
    }
    Ok(content)
}

fn read_body(
    source: &Source,
    raw: &RawDocument,
    content_type: Option<&str>,
    config: &gleaner_extract::page::Config,
) -> Result<SourceContent, discover::Error> {
    let base = raw.final_url().unwrap_or_else(|| source.url.clone());
    let bytes = raw.bytes.as_slice();
    let unlike = |expected| Err(discover::Error::WrongKind { expected, found: None });
    match (source.kind, listing_kind(bytes, content_type)) {
        (ExpectedKind::Feed | ExpectedKind::Sitemap | ExpectedKind::Any, Some(ListingKind::Feed)) => {
            of_feed(bytes, content_type, &base)
        }
        (ExpectedKind::Sitemap | ExpectedKind::Any, Some(ListingKind::Sitemap)) => of_sitemap(source, bytes, &base),
        (ExpectedKind::Feed | ExpectedKind::List | ExpectedKind::Any, Some(ListingKind::Opml)) => {
            of_opml(source, bytes, content_type)
        }
        (ExpectedKind::List, _) => unlike("an OPML list"),
        (ExpectedKind::Sitemap, None) if source.url.path() == "/robots.txt" => Ok(of_robots(source, bytes, &base)),
        (ExpectedKind::Sitemap, _) => unlike("a sitemap"),
        (ExpectedKind::Feed, Some(ListingKind::Sitemap)) => unlike("a feed"),
        (ExpectedKind::Page, Some(_)) => unlike("a front page"),
        (kind, None) if BodyKind::of(bytes, content_type) != BodyKind::Html => {
            unlike(if kind == ExpectedKind::Feed { "a feed" } else { "a front page" })
        }
        (ExpectedKind::Feed | ExpectedKind::Page | ExpectedKind::Any, _) => {
            of_page(source, page::read(bytes, content_type, &base, config)?)
        }
    }
}

fn of_feed(bytes: &[u8], content_type: Option<&str>, base: &Url) -> Result<SourceContent, discover::Error> {
    let feed = feed::read(bytes, content_type, Some(base))?;
    let next = feed.next.filter(|next| next != base);
    Ok(SourceContent { pages: feed.entries, next, damage: feed.damage, ..SourceContent::default() })
}

fn of_sitemap(source: &Source, bytes: &[u8], base: &Url) -> Result<SourceContent, discover::Error> {
    let mut content = SourceContent::default();
    let summary = sitemap::read(bytes, Some(base), source.since, &mut |entry| match entry {
        sitemap::SitemapEntry::Page(found) => content.pages.push(*found),
        sitemap::SitemapEntry::Sitemap { url, modified } => {
            content.sources.push(Source { modified: modified.map(end_of_day), ..source.behind(url, ExpectedKind::Sitemap) });
        }
    })?;
    Ok(SourceContent { damage: summary.damage, ..content })
}

/// Sitemaps may give the day only: what changed on a day may have changed at its end.
fn end_of_day(modified: Timestamp) -> Timestamp {
    const DAY: i64 = 86_400;
    if modified.unix() % DAY == 0 { Timestamp::from_unix(modified.unix() + DAY) } else { modified }
}

fn of_robots(source: &Source, bytes: &[u8], base: &Url) -> SourceContent {
    let mut named = sitemap::of_robots(bytes, Some(base));
    if named.is_empty() {
        // Where most sitemaps are that robots.txt does not list.
        named.extend(base.join("/sitemap.xml"));
    }
    SourceContent {
        sources: named.into_iter().map(|url| source.behind(url, ExpectedKind::Sitemap)).collect(),
        ..SourceContent::default()
    }
}

fn of_opml(source: &Source, bytes: &[u8], content_type: Option<&str>) -> Result<SourceContent, discover::Error> {
    let feeds = opml::read(bytes, content_type)?;
    Ok(SourceContent {
        sources: feeds.into_iter().map(|feed| source.behind(feed.feed, ExpectedKind::Feed)).collect(),
        ..SourceContent::default()
    })
}

fn of_page(source: &Source, front: page::FrontPage) -> Result<SourceContent, discover::Error> {
    // The first feed that a page declares is its own; those after it are of comments and sections.
    let feed = front.feeds.into_iter().next().filter(|_| source.kind != ExpectedKind::Page);
    match feed {
        Some(feed) => Ok(SourceContent { sources: vec![source.behind(feed, ExpectedKind::Feed)], ..SourceContent::default() }),
        None if source.kind == ExpectedKind::Feed => Err(discover::Error::NoFeedDeclared),
        None if front.articles.is_empty() => Err(discover::Error::NoArticles),
        None => Ok(SourceContent { pages: front.articles, ..SourceContent::default() }),
    }
}
