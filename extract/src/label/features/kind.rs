//! What kind of page it is: facts of the page as a whole, the same for each of its blocks.

use url::Url;

use super::tree::Tree;
use super::{LabelInput, flag};
use crate::document::{Block, Tag};
use crate::label::lexicon::{Level, Lexicon, Summary};
use crate::label::signals::PageSignals;
use crate::page::{Format, Page};

/// Families of schema.org types (<https://schema.org/docs/full.html>), by how a type's name ends, lower case.
const TYPES: [&[&str]; 6] = [
    &["newsarticle", "blogposting", "article", "report", "reportage", "liveblogposting"],
    &["product", "offer", "productgroup", "softwareapplication", "book", "vehicle"],
    &["itemlist", "collectionpage", "offercatalog", "searchresultspage", "datacatalog"],
    &["discussionforumposting", "qapage", "question", "answer", "comment"],
    &["techarticle", "apireference", "howto", "recipe", "faqpage", "course", "learningresource"],
    &["service", "localbusiness", "organization", "event", "jobposting", "contactpage", "aboutpage"],
];

/// Longest JSON-LD script, in bytes, whose types are read.
const MAX_SCRIPT: usize = 200_000;

/// The page's columns.
pub fn facts(page: &Page, evidence: &PageSignals<'_>) -> Vec<f32> {
    let facts = &evidence.facts;
    let weighted_chars: f32 = facts.iter().map(|facts| facts.weighted_chars).sum::<f32>().max(1.0);
    let linked: f32 = facts.iter().map(|facts| facts.weighted_chars * facts.link_share).sum();
    let paragraphs = facts.iter().filter(|facts| facts.is_paragraph()).count() as f32;
    let count_of = |tag: Tag| facts.iter().filter(|facts| facts.tag == tag).count() as f32;
    let mut out = vec![
        (1.0 + facts.len() as f32).ln(),
        weighted_chars.ln(),
        linked / weighted_chars,
        evidence.paragraph_chars / weighted_chars,
        (1.0 + paragraphs).ln(),
        evidence.paragraph_chars / paragraphs.max(1.0),
    ];
    match page.format {
        Format::Html => {
            out.extend([Tag::H1, Tag::H2, Tag::H3, Tag::Li, Tag::Tr, Tag::P].map(|tag| (1.0 + count_of(tag)).ln()));
            out.push((1.0 + page.containers.iter().filter(|c| c.tag == Tag::Article).count() as f32).ln());
            out.push((1.0 + page.containers.iter().filter(|c| c.tag == Tag::Form).count() as f32).ln());
            push_types(page, &mut out);
        }
        Format::Text => {
            let apart = page.blocks.iter().filter(|block| block.gap > 0).count() as f32;
            let marked = facts.iter().filter(|facts| facts.tag != Tag::Text).count() as f32;
            let blocks = facts.len().max(1) as f32;
            out.extend([apart / blocks, marked / blocks, weighted_chars / blocks]);
        }
    }
    out
}

/// Outermost elements whose names tell of the page.
const OUTERMOST: usize = 6;

/// The row of the page for telling articles from other pages. Files often come without their address.
pub fn row(input: &LabelInput<'_>, address: Option<&Url>, lexicon: &Lexicon) -> Vec<f32> {
    let LabelInput { page, evidence, .. } = *input;
    let mut row = input.whole.clone();
    push_address(address, &mut row);
    let mut words = Summary::default();
    page_words(page, address, |word| {
        if let Some(odds) = lexicon.odds(Level::Page, word) {
            words.add(odds);
        }
    });
    row.extend([words.low, words.high, words.mean(), words.sum, words.count]);
    let body = input.tree.as_ref().map(Tree::body);
    let inside = |block: &Block| body.is_some_and(|body| body.steps(block.container) == 0.0);
    let blocks = page.blocks.iter().zip(&evidence.facts).filter(|(block, _)| inside(block));
    let (mut weighted_chars, mut linked, mut paragraphs, mut longest) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
    for (_, facts) in blocks {
        weighted_chars += facts.weighted_chars;
        linked += facts.weighted_chars * facts.link_share;
        paragraphs += flag(facts.is_paragraph());
        longest = longest.max(facts.weighted_chars);
    }
    let all: f32 = evidence.facts.iter().map(|facts| facts.weighted_chars).sum::<f32>().max(1.0);
    row.extend([(1.0 + weighted_chars).ln(), weighted_chars / all, linked / weighted_chars.max(1.0), paragraphs, longest]);
    row
}

/// Calls with the words of the page's address, of its outermost elements' names, of the types it gives itself, and of its generator.
pub fn page_words(page: &Page, address: Option<&Url>, mut take: impl FnMut(&str)) {
    let mut spell = |prefix: &str, text: &str| {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && word.len() <= 24);
        words.take(40).for_each(|word| take(&format!("{prefix}:{}", word.to_lowercase())));
    };
    if let Some(url) = address {
        let parts = url.path().split('/').filter(|part| !part.is_empty());
        let count = parts.clone().count();
        parts.enumerate().for_each(|(index, part)| spell(if index + 1 == count { "last" } else { "path" }, part));
        spell("host", url.host_str().and_then(|host| host.split_once('.')).map_or("", |(first, _)| first));
    }
    page.containers.iter().take(OUTERMOST).for_each(|container| spell("name", &container.tokens));
    for name in ["og:type", "generator"] {
        page.head.meta(name).into_iter().for_each(|value| spell(name, value));
    }
    types(page).for_each(|name| spell("type", name));
}

/// The names of the types that the page's JSON-LD gives its parts.
fn types(page: &Page) -> impl Iterator<Item = &str> {
    let scripts = page.head.json_ld.iter().filter(|text| text.len() <= MAX_SCRIPT);
    scripts.flat_map(|script| script.match_indices("\"@type\"").map(move |(at, key)| (script, at + key.len()))).map(
        |(script, at)| {
            let rest = script.get(at..).unwrap_or_default().trim_start_matches([' ', ':', '\n', '\t', '[', '\r']);
            rest.strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or_default()
        },
    )
}

/// Which families of types the page's JSON-LD and `og:type` name.
fn push_types(page: &Page, out: &mut Vec<f32>) {
    let mut found = [false; TYPES.len()];
    for name in types(page).map(str::to_ascii_lowercase) {
        for (slot, family) in found.iter_mut().zip(TYPES) {
            *slot |= family.contains(&name.as_str());
        }
    }
    out.extend(found.map(flag));
    let kind = page.head.meta("og:type").unwrap_or_default();
    out.extend([kind.eq_ignore_ascii_case("article"), kind.to_ascii_lowercase().contains("product"), !kind.is_empty()].map(flag));
    out.push(flag(page.head.meta_all("article:published_time").next().is_some()));
}

/// The shape of the page's address: depth, hyphens and length of its last part, runs of digits, query. −1 where it is not known.
fn push_address(address: Option<&Url>, out: &mut Vec<f32>) {
    let Some(url) = address else {
        out.extend([-1.0; 5]);
        return;
    };
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let last = parts.last().copied().unwrap_or_default();
    let digits = url.path().split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    out.extend([
        parts.len().min(9) as f32,
        last.matches(['-', '_']).count().min(20) as f32,
        last.len().min(200) as f32,
        digits.min(12) as f32,
        flag(url.query().is_some()),
    ]);
}
