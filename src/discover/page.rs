//! Front pages and sections: the links that lead to articles, and the feeds that a page declares. Fetches nothing.
//!
//! A link is believed to lead to an article by four witnesses: the shape of its address, what it says, where it stands, and how many
//! stand like it. None of them knows a site; words of addresses in many languages are data (`sections.toml`).

use std::collections::HashMap;

use url::Url;

use super::{Error, Found, Witness, join};
use gleaner_extract::base::text::{count_words, is_unspaced};
use gleaner_extract::base::url::{canonical, shape, site};
use gleaner_extract::page::anchors::{Anchor, Outline, PageArea, outline};
use gleaner_extract::page::{Config, ReadHints};

/// Links score at least so much to count as an article's; chosen on the front pages of `tests/discover`.
const ENOUGH: f32 = 3.5;

/// Links that stand alike, and addresses formed alike, are a list from so many on.
const LIST: usize = 3;

/// Most feeds that one page is believed to have.
const MAX_FEEDS: usize = 20;

/// What a front page leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontPage {
    /// The articles, in the order in which the page names them first.
    pub articles: Vec<Found>,
    /// The feeds that it declares (<https://www.rssboard.org/rss-autodiscovery>), in its order.
    pub feeds: Vec<Url>,
}

/// Reads a front page or section. `url` is the address that it answered at.
pub fn read(bytes: &[u8], content_type: Option<&str>, url: &Url, config: &Config) -> Result<FrontPage, Error> {
    let hints = ReadHints { content_type, url: Some(url) };
    let damaged = |error: gleaner_extract::page::Error| Error::Damaged { what: "the page", damage: error.to_string() };
    let outline = outline(bytes, hints, config).map_err(damaged)?;
    Ok(FrontPage { feeds: feeds(&outline), articles: articles(&outline, url) })
}

/// Media types of feeds.
const FEED_TYPES: &[&str] =
    &["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/rss+xml"];

fn feeds(outline: &Outline) -> Vec<Url> {
    let mut found: Vec<Url> = Vec::new();
    for link in &outline.head.links {
        let is_alternate = link.rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("alternate"));
        let kind = link.kind.as_deref().unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let is_feed = FEED_TYPES.iter().any(|known| kind.eq_ignore_ascii_case(known));
        if is_alternate && is_feed && found.len() < MAX_FEEDS {
            found.extend(join(outline.base.as_ref(), &link.href).filter(|url| !found.contains(url)));
        }
    }
    found
}

/// An address with all the links that lead to it.
struct Candidate<'a> {
    url: Url,
    anchors: Vec<&'a Anchor>,
    shape: shape::Shape,
}

/// The links that lead to articles.
fn articles(outline: &Outline, page: &Url) -> Vec<Found> {
    let candidates = candidates(outline, page);
    let mut forms: HashMap<&str, usize> = HashMap::new();
    let mut patterns: HashMap<u64, (usize, usize)> = HashMap::new();
    for candidate in &candidates {
        *forms.entry(candidate.shape.form.as_str()).or_default() += 1;
        for anchor in &candidate.anchors {
            let (count, telling) = patterns.entry(anchor.pattern).or_default();
            *count += 1;
            *telling += usize::from(weight(&anchor.text) >= 4);
        }
    }
    let is_list =
        |anchor: &&Anchor| patterns.get(&anchor.pattern).is_some_and(|(count, telling)| *count >= LIST && telling * 2 >= *count);
    let score = |candidate: &Candidate<'_>| {
        let listed = candidate.anchors.iter().copied().any(|anchor| is_list(&anchor));
        let alike = forms.get(candidate.shape.form.as_str()).is_some_and(|count| *count >= LIST);
        let said = candidate.anchors.iter().map(|anchor| said(anchor)).fold(f32::MIN, f32::max);
        let placed = candidate.anchors.iter().map(|anchor| placed(anchor.area)).fold(f32::MIN, f32::max);
        candidate.shape.score + said + placed + f32::from(u8::from(listed)) + 0.5 * f32::from(u8::from(alike))
    };
    let chosen = candidates.iter().filter(|candidate| score(candidate) >= ENOUGH);
    chosen
        .map(|candidate| {
            // The headline is said by a heading where there is one: teasers are longer.
            let longest = candidate.anchors.iter().max_by_key(|anchor| (anchor.heading, anchor.text.len()));
            let title = longest.map(|anchor| anchor.text.clone()).filter(|text| !text.is_empty());
            Found { title, ..Found::bare(candidate.url.clone(), Witness::Page) }
        })
        .collect()
}

fn candidates<'a>(outline: &'a Outline, page: &Url) -> Vec<Candidate<'a>> {
    let own = canonical(page);
    let mut found: Vec<Candidate<'a>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for anchor in &outline.anchors {
        if anchor.href.starts_with('#') {
            continue;
        }
        let Some(url) = join(outline.base.as_ref(), &anchor.href).map(|url| canonical(&url)) else { continue };
        if site(&url) != site(page) || url == own {
            continue;
        }
        if let Some(at) = places.get(url.as_str()) {
            found[*at].anchors.push(anchor);
            continue;
        }
        let Some(shape) = shape::shape(&url) else { continue };
        places.insert(url.to_string(), found.len());
        found.push(Candidate { url, anchors: vec![anchor], shape });
    }
    found
}

/// Words of a text; of scripts that do not part words, two characters count as one.
fn weight(text: &str) -> usize {
    let unspaced = text.chars().filter(|c| is_unspaced(*c)).count();
    if unspaced > 0 { unspaced / 2 } else { count_words(text) }
}

/// What a link's text says for it.
fn said(anchor: &Anchor) -> f32 {
    let by_length = match weight(&anchor.text) {
        0 => -1.5,
        1 => -1.0,
        2 => -0.5,
        3 => 0.5,
        4..=5 => 1.5,
        _ => 2.5,
    };
    by_length + if anchor.heading { 1.5 } else { 0.0 }
}

fn placed(place: PageArea) -> f32 {
    match place {
        PageArea::Body => 0.0,
        PageArea::Aside => -0.5,
        PageArea::Header => -1.5,
        PageArea::Navigation => -2.5,
        PageArea::Footer => -3.0,
    }
}
