//! Markup to a DOM, trimmed by [`super::trim`] and within the limits of [`super::caps`]. The only place that knows the parser.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use html5ever::tree_builder::TreeSink;
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use scraper::{Html, HtmlTreeSink};

use super::Config;
use super::caps::DepthLimit;
use super::trim::trim;

/// Parses markup into a document. Scripting counts as enabled, so `<noscript>` holds raw text and is no content.
pub fn parse(html: &str, config: &Config) -> Html {
    let trimmed = trim(html, config.max_attributes);
    let sink = HtmlTreeSink(RefCell::new(Html::new_document()));
    let builder = TreeBuilder::new(sink, TreeBuilderOpts { drop_doctype: true, ..TreeBuilderOpts::default() });
    let tokenizer = Tokenizer::new(DepthLimit::new(builder, config.max_depth), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&trimmed));
    // The tokenizer pauses after each `</script>`, as a browser would to run it.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.inner.sink.finish()
}
