//! Columns that describe the page as a whole, the same for each of its blocks.

use super::matrix::flag;
use crate::document::Tag;
use crate::label::signals::PageSignals;
use crate::page::{Format, Page};

/// Families of schema.org types (<https://schema.org/docs/full.html>), lower case.
const TYPE_FAMILIES: [&[&str]; 6] = [
    &["newsarticle", "blogposting", "article", "report", "reportage", "liveblogposting"],
    &["product", "offer", "productgroup", "softwareapplication", "book", "vehicle"],
    &["itemlist", "collectionpage", "offercatalog", "searchresultspage", "datacatalog"],
    &["discussionforumposting", "qapage", "question", "answer", "comment"],
    &["techarticle", "apireference", "howto", "recipe", "faqpage", "course", "learningresource"],
    &["service", "localbusiness", "organization", "event", "jobposting", "contactpage", "aboutpage"],
];

/// Longest JSON-LD script that is read, in bytes.
const MAX_SCRIPT_BYTES: usize = 200_000;

/// Size, links, paragraphs, elements and declared types of a page.
pub fn page_columns(page: &Page, page_signals: &PageSignals<'_>) -> Vec<f32> {
    let blocks = &page_signals.blocks;
    let weighted_chars: f32 = blocks.iter().map(|block| block.weighted_chars).sum::<f32>().max(1.0);
    let linked: f32 = blocks.iter().map(|block| block.weighted_chars * block.link_share).sum();
    let paragraphs = blocks.iter().filter(|block| block.is_paragraph()).count() as f32;
    let count_of = |tag: Tag| blocks.iter().filter(|block| block.tag == tag).count() as f32;
    let mut out = vec![
        (1.0 + blocks.len() as f32).ln(),
        weighted_chars.ln(),
        linked / weighted_chars,
        page_signals.paragraph_chars / weighted_chars,
        (1.0 + paragraphs).ln(),
        page_signals.paragraph_chars / paragraphs.max(1.0),
    ];
    match page.format {
        Format::Html => {
            out.extend([Tag::H1, Tag::H2, Tag::H3, Tag::Li, Tag::Tr, Tag::P].map(|tag| (1.0 + count_of(tag)).ln()));
            out.push((1.0 + page.containers.iter().filter(|c| c.tag == Tag::Article).count() as f32).ln());
            out.push((1.0 + page.containers.iter().filter(|c| c.tag == Tag::Form).count() as f32).ln());
            push_types(page, &mut out);
        }
        Format::Text => {
            let separate = page.blocks.iter().filter(|block| block.gap > 0).count() as f32;
            let with_marker = blocks.iter().filter(|block| block.tag != Tag::Text).count() as f32;
            let count = blocks.len().max(1) as f32;
            out.extend([separate / count, with_marker / count, weighted_chars / count]);
        }
    }
    out
}

/// The names of all types in the page's JSON-LD.
pub fn types(page: &Page) -> impl Iterator<Item = &str> {
    let scripts = page.head.json_ld.iter().filter(|text| text.len() <= MAX_SCRIPT_BYTES);
    scripts.flat_map(|script| script.match_indices("\"@type\"").map(move |(at, key)| (script, at + key.len()))).map(
        |(script, at)| {
            let rest = script.get(at..).unwrap_or_default().trim_start_matches([' ', ':', '\n', '\t', '[', '\r']);
            rest.strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or_default()
        },
    )
}

/// Which families of types the page declares in JSON-LD and `og:type`.
fn push_types(page: &Page, out: &mut Vec<f32>) {
    let mut found = [false; TYPE_FAMILIES.len()];
    for name in types(page).map(str::to_ascii_lowercase) {
        for (slot, family) in found.iter_mut().zip(TYPE_FAMILIES) {
            *slot |= family.contains(&name.as_str());
        }
    }
    out.extend(found.map(flag));
    let og_type = page.head.meta("og:type").unwrap_or_default();
    let is_article = og_type.eq_ignore_ascii_case("article");
    out.extend([is_article, og_type.to_ascii_lowercase().contains("product"), !og_type.is_empty()].map(flag));
    out.push(flag(page.head.meta_all("article:published_time").next().is_some()));
}
