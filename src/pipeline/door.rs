//! Documents that lead to pages: what is asked for, and what is found in them. Pure: reads bodies, fetches and stores nothing.

use url::Url;

use crate::discover::{self, FoundUrl, ListingKind, feed, listing_kind, opml, page, sitemap};
use crate::queue::PollBounds;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::{FeedEntry, RawDocument};

/// How many doors may lie behind one another: an index of indexes of sitemaps.
const MAX_DEPTH: u8 = 4;

/// Most doors that one document leads to.
const MAX_DOORS: usize = 2_000;

/// A document that leads to pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// Its address.
    pub url: Url,
    /// What is expected there.
    pub what: What,
    /// The source that it belongs to; empty where a user named it.
    pub source: String,
    /// Doors in front of it.
    pub depth: u8,
    /// Entries of sitemaps that last changed before are left out.
    pub since: Option<Timestamp>,
    /// How often it may be looked at.
    pub bounds: PollBounds,
    /// The door in front of it.
    pub parent: Option<Url>,
    /// When it last changed, as the document says that led to it.
    pub modified: Option<Timestamp>,
    /// Which page of which feed it is, where it is an older one.
    pub older: Option<Older>,
}

/// A page of a feed with older entries (RFC 5005).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Older {
    /// The feed.
    pub feed: Url,
    /// Its number, from 2.
    pub page: u32,
}

/// What is expected behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
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

/// What a door leads to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Pages.
    pub pages: Vec<FoundUrl>,
    /// Further doors.
    pub doors: Vec<Door>,
    /// Where a feed goes on with older entries.
    pub next: Option<Url>,
    /// What was wrong with it, where part of it could be read.
    pub damage: Option<String>,
}

impl Door {
    /// A door that a source names. The front page of a site stands for its robots.txt where a sitemap is wanted.
    pub fn new(url: Url, what: What, source: &str, bounds: PollBounds) -> Self {
        let mut url = url;
        if what == What::Sitemap && url.path() == "/" && url.query().is_none() {
            url.set_path("/robots.txt");
        }
        Self { url, what, source: source.to_owned(), depth: 0, since: None, bounds, parent: None, modified: None, older: None }
    }

    /// A page of this feed with older entries.
    pub fn older(&self, url: Url, page: u32) -> Self {
        let older = Some(Older { feed: self.feed().clone(), page });
        Self { url, what: What::Feed, parent: None, modified: None, older, ..self.clone() }
    }

    /// The feed of which this is a page; its own address where it is no older one.
    pub fn feed(&self) -> &Url {
        self.older.as_ref().map_or(&self.url, |older| &older.feed)
    }

    fn behind(&self, url: Url, what: What) -> Self {
        Self { url, what, depth: self.depth + 1, parent: Some(self.url.clone()), modified: None, ..self.clone() }
    }

    /// What the feed says of a page, as it is kept with the page.
    pub fn witness(&self, found: &FoundUrl) -> Option<Box<FeedEntry>> {
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

/// Reads what came from a door.
pub fn read(door: &Door, raw: &RawDocument, config: &gleaner_extract::page::Config) -> Result<Findings, discover::Error> {
    let content_type = raw.http.as_ref().and_then(|http| http.header("content-type"));
    let base = raw.final_url().unwrap_or_else(|| door.url.clone());
    let bytes = raw.bytes.as_slice();
    let mut findings = match (door.what, listing_kind(bytes, content_type)) {
        (What::Feed | What::Sitemap | What::Any, Some(ListingKind::Feed)) => of_feed(bytes, content_type, &base)?,
        (What::Sitemap | What::Any, Some(ListingKind::Sitemap)) => of_sitemap(door, bytes, &base)?,
        (What::Feed | What::List | What::Any, Some(ListingKind::Opml)) => of_opml(door, bytes, content_type)?,
        (What::List, _) => return Err(discover::Error::WrongKind { expected: "an OPML file" }),
        (What::Sitemap, None) if door.url.path() == "/robots.txt" => of_robots(door, bytes, &base),
        (What::Sitemap, _) => return Err(discover::Error::WrongKind { expected: "a sitemap" }),
        (What::Feed, Some(ListingKind::Sitemap)) => return Err(discover::Error::WrongKind { expected: "a feed" }),
        (What::Feed | What::Page | What::Any, _) => of_page(door, page::read(bytes, content_type, &base, config)?)?,
    };
    findings.doors.truncate(if door.depth < MAX_DEPTH { MAX_DOORS } else { 0 });
    Ok(findings)
}

fn of_feed(bytes: &[u8], content_type: Option<&str>, base: &Url) -> Result<Findings, discover::Error> {
    let feed = feed::read(bytes, content_type, Some(base))?;
    let next = feed.next.filter(|next| next != base);
    Ok(Findings { pages: feed.entries, next, damage: feed.damage, ..Findings::default() })
}

fn of_sitemap(door: &Door, bytes: &[u8], base: &Url) -> Result<Findings, discover::Error> {
    let mut findings = Findings::default();
    let summary = sitemap::read(bytes, Some(base), door.since, &mut |entry| match entry {
        sitemap::SitemapEntry::Page(found) => findings.pages.push(*found),
        sitemap::SitemapEntry::Sitemap { url, modified } => {
            findings.doors.push(Door { modified: modified.map(end_of_day), ..door.behind(url, What::Sitemap) });
        }
    })?;
    Ok(Findings { damage: summary.damage, ..findings })
}

/// Sitemaps may tell the day only: what changed on a day may have changed at its end.
fn end_of_day(modified: Timestamp) -> Timestamp {
    const DAY: i64 = 86_400;
    if modified.unix() % DAY == 0 { Timestamp::from_unix(modified.unix() + DAY) } else { modified }
}

fn of_robots(door: &Door, bytes: &[u8], base: &Url) -> Findings {
    let mut named = sitemap::of_robots(bytes, Some(base));
    if named.is_empty() {
        // Where most of those lie that robots.txt does not name.
        named.extend(base.join("/sitemap.xml"));
    }
    Findings { doors: named.into_iter().map(|url| door.behind(url, What::Sitemap)).collect(), ..Findings::default() }
}

fn of_opml(door: &Door, bytes: &[u8], content_type: Option<&str>) -> Result<Findings, discover::Error> {
    let feeds = opml::read(bytes, content_type)?;
    Ok(Findings { doors: feeds.into_iter().map(|feed| door.behind(feed.feed, What::Feed)).collect(), ..Findings::default() })
}

fn of_page(door: &Door, front: page::FrontPage) -> Result<Findings, discover::Error> {
    // The first feed that a page declares is its own; those after it are of comments and sections.
    let feed = front.feeds.into_iter().next().filter(|_| door.what != What::Page);
    match feed {
        Some(feed) => Ok(Findings { doors: vec![door.behind(feed, What::Feed)], ..Findings::default() }),
        None if door.what == What::Feed => Err(discover::Error::WrongKind { expected: "a feed" }),
        None => Ok(Findings { pages: front.articles, ..Findings::default() }),
    }
}
