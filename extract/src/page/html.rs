//! Markup to a document: puts the parser together from [`super::tokens`], `tree_budget` and [`super::html_tree`].

use std::collections::BTreeSet;

use super::html_tree::{Arena, Document, MAX_BYTES, Name, TreeBuilder};
use super::input::Config;
use super::tokens::{self, Kept};
use super::tree_budget::TreeBudget;
use crate::document::Limit;

/// A parsed document.
#[derive(Debug)]
pub struct ParsedHtml<'a> {
    /// The document.
    pub document: Document<'a>,
    /// The caps that its markup exceeded.
    pub limits: BTreeSet<Limit>,
}

/// Parses markup into a document, within the limits. Scripting counts as enabled, so `<noscript>` contains raw text.
pub fn parse<'a>(html: &'a str, config: &Config) -> ParsedHtml<'a> {
    parse_keeping(html, config, &[])
}

/// [`parse`] that keeps attributes with these lower-case names too.
pub fn parse_keeping<'a>(html: &'a str, config: &Config, attributes: &[String]) -> ParsedHtml<'a> {
    let html = html.strip_prefix('\u{feff}').unwrap_or(html);
    let source = tokens::with_line_feeds(html.get(..html.floor_char_boundary(MAX_BYTES)).unwrap_or_default());
    let mut budget = TreeBudget::new(TreeBuilder::new(&source, Arena::for_markup(source.len())), config.max_depth);
    tokens::feed(&source, Kept { max: config.max_attributes, named: attributes }, &mut budget);
    let exceeded = [(budget.is_too_deep(), Limit::Depth), (budget.is_spent(), Limit::Markup)];
    let limits = exceeded.into_iter().filter_map(|(exceeded, limit)| exceeded.then_some(limit)).collect();
    let arena = budget.finish();
    ParsedHtml { document: Document::new(source, arena), limits }
}

/// The markup in the longest `<noscript>`, which the parser keeps as one text.
pub fn longest_noscript<'d>(document: &'d Document<'_>) -> Option<&'d str> {
    let elements = document.elements().filter(|element| element.name() == Name::NOSCRIPT);
    let texts = elements.filter_map(|element| element.node.first_child()?.text());
    texts.max_by_key(|text| text.len())
}
