//! Front pages and sections: finds the links that lead to articles, and the feeds that a page declares. Fetches nothing.
//!
//! Four signals decide whether a link leads to an article: the shape of its URL, its text, its place on the page, and how many links are
//! like it. None depends on a particular site; words of URLs in many languages are data (`sections.toml`).

use std::collections::HashMap;

use url::Url;

use super::failure::Error;
use super::found_url::{FoundIn, FoundUrl};
use super::link::resolve_link;
use gleaner_extract::base::text::{count_words, is_unspaced};
use gleaner_extract::base::url::{canonical, shape, site};
use gleaner_extract::page::anchors::{Anchor, Outline, PageArea, outline};
use gleaner_extract::page::{Config, ReadHints};

/// Lowest score of a link that leads to an article; chosen on the front pages of `tests/discover`.
const MIN_SCORE: f32 = 3.5;

/// Number of links in similar places, or URLs of the same form, that make a list.
const MIN_LIST: usize = 3;

/// Most feeds that are read from one page.
const MAX_FEEDS: usize = 20;

/// What a front page links to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontPage {
    /// The articles, in order of their first link.
    pub articles: Vec<FoundUrl>,
    /// The feeds that the page declares (<https://www.rssboard.org/rss-autodiscovery>), in its order.
    pub feeds: Vec<Url>,
}

/// Reads a front page or section. `url` is the one that it was fetched from, after redirects.
pub fn read(bytes: &[u8], content_type: Option<&str>, url: &Url, config: &Config) -> Result<FrontPage, Error> {
    let hints = ReadHints { content_type, url: Some(url) };
    let malformed = |error: gleaner_extract::page::Error| Error::Malformed { expected: "a page", cause: error.to_string() };
    let outline = outline(bytes, hints, config).map_err(malformed)?;
    Ok(FrontPage { feeds: feeds(&outline), articles: articles(&outline, url) })
}

/// Media types of feeds.
const FEED_TYPES: &[&str] =
    &["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/rss+xml"];

fn feeds(outline: &Outline) -> Vec<Url> {
    let mut found: Vec<Url> = Vec::new();
    for link in &outline.head.links {
        let is_alternate = link.rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("alternate"));
        let media_type = link.kind.as_deref().unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let is_feed = FEED_TYPES.iter().any(|known| media_type.eq_ignore_ascii_case(known));
        if is_alternate && is_feed && found.len() < MAX_FEEDS {
            found.extend(resolve_link(outline.base.as_ref(), &link.href).filter(|url| !found.contains(url)));
        }
    }
    found
}

/// A URL with all links that lead to it.
struct ArticleLink<'a> {
    url: Url,
    anchors: Vec<&'a Anchor>,
    shape: shape::UrlShape,
}

/// The links that lead to articles.
fn articles(outline: &Outline, page: &Url) -> Vec<FoundUrl> {
    let candidates = candidates(outline, page);
    let mut forms: HashMap<&str, usize> = HashMap::new();
    let mut patterns: HashMap<u64, (usize, usize)> = HashMap::new();
    for candidate in &candidates {
        *forms.entry(candidate.shape.signature.as_str()).or_default() += 1;
        for anchor in &candidate.anchors {
            let (count, with_text) = patterns.entry(anchor.pattern).or_default();
            *count += 1;
            *with_text += usize::from(word_count(&anchor.text) >= 4);
        }
    }
    let is_list = |anchor: &&Anchor| {
        patterns.get(&anchor.pattern).is_some_and(|(count, with_text)| *count >= MIN_LIST && with_text * 2 >= *count)
    };
    let score = |candidate: &ArticleLink<'_>| {
        let is_listed = candidate.anchors.iter().copied().any(|anchor| is_list(&anchor));
        let has_common_form = forms.get(candidate.shape.signature.as_str()).is_some_and(|count| *count >= MIN_LIST);
        let text = candidate.anchors.iter().map(|anchor| text_score(anchor)).fold(f32::MIN, f32::max);
        let place = candidate.anchors.iter().map(|anchor| place_score(anchor.area)).fold(f32::MIN, f32::max);
        candidate.shape.score + text + place + f32::from(u8::from(is_listed)) + 0.5 * f32::from(u8::from(has_common_form))
    };
    let chosen = candidates.iter().filter(|candidate| score(candidate) >= MIN_SCORE);
    chosen
        .map(|candidate| {
            // The headline is in a heading if there is one: teasers are longer.
            let headline = candidate.anchors.iter().max_by_key(|anchor| (anchor.heading, anchor.text.len()));
            let title = headline.map(|anchor| anchor.text.clone()).filter(|text| !text.is_empty());
            FoundUrl { title, ..FoundUrl::bare(candidate.url.clone(), FoundIn::Page) }
        })
        .collect()
}

fn candidates<'a>(outline: &'a Outline, page: &Url) -> Vec<ArticleLink<'a>> {
    let own = canonical(page);
    let mut found: Vec<ArticleLink<'a>> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for anchor in &outline.anchors {
        if anchor.href.starts_with('#') {
            continue;
        }
        let Some(url) = resolve_link(outline.base.as_ref(), &anchor.href).map(|url| canonical(&url)) else { continue };
        if site(&url) != site(page) || url == own {
            continue;
        }
        if let Some(at) = index.get(url.as_str()) {
            found[*at].anchors.push(anchor);
            continue;
        }
        let Some(shape) = shape::shape(&url) else { continue };
        index.insert(url.to_string(), found.len());
        found.push(ArticleLink { url, anchors: vec![anchor], shape });
    }
    found
}

/// Number of words; in scripts without spaces, two characters count as one.
fn word_count(text: &str) -> usize {
    let unspaced = text.chars().filter(|c| is_unspaced(*c)).count();
    if unspaced > 0 { unspaced / 2 } else { count_words(text) }
}

/// Scores a link by its text.
fn text_score(anchor: &Anchor) -> f32 {
    let by_length = match word_count(&anchor.text) {
        0 => -1.5,
        1 => -1.0,
        2 => -0.5,
        3 => 0.5,
        4..=5 => 1.5,
        _ => 2.5,
    };
    by_length + if anchor.heading { 1.5 } else { 0.0 }
}

/// Scores a link by its place on the page.
fn place_score(place: PageArea) -> f32 {
    match place {
        PageArea::Body => 0.0,
        PageArea::Aside => -0.5,
        PageArea::Header => -1.5,
        PageArea::Navigation => -2.5,
        PageArea::Footer => -3.0,
    }
}
