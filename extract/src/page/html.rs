//! Markup to a DOM, by [`super::tokens`] and within the limits of [`super::caps`]. Where the parser is put together.

use std::cell::RefCell;

use ego_tree::Tree;
use html5ever::tree_builder::TreeSink;
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use scraper::{Html, HtmlTreeSink, Node};

use super::Config;
use super::caps::DepthLimit;
use super::tokens;

/// Bytes of markup to a node, about.
const NODE_BYTES: usize = 100;

/// Most nodes that room is made for at once.
const MOST_NODES: usize = 1 << 14;

/// Parses markup into a document. Scripting counts as enabled, so `<noscript>` holds raw text and is no content.
pub fn parse(html: &str, config: &Config) -> Html {
    let mut document = Html::new_document();
    // Room for about as many nodes as there will be: moving them all as they become more costs as much as making them.
    document.tree = Tree::with_capacity(Node::Document, (html.len() / NODE_BYTES).min(MOST_NODES));
    let sink = HtmlTreeSink(RefCell::new(document));
    let builder = TreeBuilder::new(sink, TreeBuilderOpts { drop_doctype: true, ..TreeBuilderOpts::default() });
    let limited = DepthLimit::new(builder, config.max_depth);
    tokens::feed(html, config.max_attributes, &limited);
    limited.inner.sink.finish()
}
