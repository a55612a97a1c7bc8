//! Markup to a DOM: puts the parser together from [`super::tokens`], [`super::caps`] and html5ever's tree builder.

use std::cell::RefCell;

use ego_tree::Tree;
use html5ever::tree_builder::TreeSink;
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use scraper::{Html, HtmlTreeSink, Node};

use super::caps::DepthLimit;
use super::input::Config;
use super::tokens;

/// Approximate bytes of markup per node.
const BYTES_PER_NODE: usize = 100;

/// Most nodes that are allocated in advance.
const MAX_CAPACITY: usize = 1 << 14;

/// Parses markup into a document. Scripting counts as enabled, so `<noscript>` contains raw text.
pub fn parse(html: &str, config: &Config) -> Html {
    let mut document = Html::new_document();
    // Reserve about as many nodes as there will be: growing the vector costs as much as creating them.
    document.tree = Tree::with_capacity(Node::Document, (html.len() / BYTES_PER_NODE).min(MAX_CAPACITY));
    let sink = HtmlTreeSink(RefCell::new(document));
    let builder = TreeBuilder::new(sink, TreeBuilderOpts { drop_doctype: true, ..TreeBuilderOpts::default() });
    let limited = DepthLimit::new(builder, config.max_depth);
    tokens::feed(html, config.max_attributes, &limited);
    limited.inner.sink.finish()
}
