//! Markup to a DOM, by [`super::tokens`] and within the limits of [`super::caps`]. Where the parser is put together.

use std::cell::RefCell;

use html5ever::tree_builder::TreeSink;
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use scraper::{Html, HtmlTreeSink};

use super::Config;
use super::caps::DepthLimit;
use super::tokens;

/// Parses markup into a document. Scripting counts as enabled, so `<noscript>` holds raw text and is no content.
pub fn parse(html: &str, config: &Config) -> Html {
    let sink = HtmlTreeSink(RefCell::new(Html::new_document()));
    let builder = TreeBuilder::new(sink, TreeBuilderOpts { drop_doctype: true, ..TreeBuilderOpts::default() });
    let limited = DepthLimit::new(builder, config.max_depth);
    tokens::feed(html, config.max_attributes, &limited);
    limited.inner.sink.finish()
}
