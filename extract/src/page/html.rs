//! Markup to a DOM: puts the parser together from [`super::tokens`], `tree_budget`, [`super::caps`] and html5ever's tree builder.

use std::cell::RefCell;
use std::collections::BTreeSet;

use ego_tree::Tree;
use html5ever::LocalName;
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use scraper::{Html, HtmlTreeSink, Node};

use super::caps::DepthLimit;
use super::counting_sink::CountingSink;
use super::input::Config;
use super::tokens;
use super::tree_budget::TreeBudget;
use crate::document::Limit;

/// Approximate bytes of markup per node.
const BYTES_PER_NODE: usize = 100;

/// Most nodes that are allocated in advance.
const MAX_CAPACITY: usize = 1 << 14;

/// A parsed document.
#[derive(Debug)]
pub struct ParsedHtml {
    /// The document.
    pub html: Html,
    /// The caps that its markup exceeded.
    pub limits: BTreeSet<Limit>,
}

/// Parses markup into a document, within the limits. Scripting counts as enabled, so `<noscript>` contains raw text.
pub fn parse(html: &str, config: &Config) -> ParsedHtml {
    parse_keeping(html, config, &[])
}

/// [`parse`] that keeps attributes with these lower-case names too.
pub fn parse_keeping(html: &str, config: &Config, attributes: &[String]) -> ParsedHtml {
    let attributes: Vec<LocalName> = attributes.iter().map(|name| LocalName::from(name.as_str())).collect();
    let mut document = Html::new_document();
    // Reserve about as many nodes as there will be: growing the vector costs as much as creating them.
    document.tree = Tree::with_capacity(Node::Document, (html.len() / BYTES_PER_NODE).min(MAX_CAPACITY));
    let sink = CountingSink::new(HtmlTreeSink(RefCell::new(document)));
    let builder = TreeBuilder::new(sink, TreeBuilderOpts { drop_doctype: true, ..TreeBuilderOpts::default() });
    let budget = TreeBudget::new(DepthLimit::new(builder, config.max_depth));
    tokens::feed(html, config.max_attributes, &attributes, &budget);
    let exceeded = [(budget.inner.is_exceeded(), Limit::Depth), (budget.is_spent(), Limit::Markup)];
    let limits = exceeded.into_iter().filter_map(|(exceeded, limit)| exceeded.then_some(limit)).collect();
    ParsedHtml { html: budget.inner.inner.sink.finish(), limits }
}

/// The markup in the longest `<noscript>`, which the parser keeps as one text.
pub fn longest_noscript(html: &Html) -> Option<&str> {
    let elements = html.tree.nodes().filter(|node| node.value().as_element().is_some_and(|element| element.name() == "noscript"));
    let texts = elements.filter_map(|node| node.first_child()?.value().as_text().map(|text| &**text));
    texts.max_by_key(|text| text.len())
}
