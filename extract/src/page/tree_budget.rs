//! The limit on the size of a page's tree and on the work of building it, between tokenizer and tree builder.
//!
//! The tree builder searches its stack of open elements for many tags, and opens formatting elements again in every block that they reach into, so that
//! small markup can cost time and memory quadratic in its size (`<b><i></b>x`, over and over). [`TreeBudget`] counts both. Once a page has spent its
//! budget, [`RestOfPage`] reads on without elements: the text goes into paragraphs of some length each. No text is lost.

use super::caps::{MAX_NODES, MAX_STEPS, MERGED_BYTES};
use super::depth_limit::{DepthLimit, FORMATTING};
use super::html_tree::{Arena, Name, Reading, Span, StartTag, TreeBuilder};
use crate::document;

/// A tree builder that gets tags within the limit on depth, until the budget is spent.
#[derive(Debug)]
pub struct TreeBudget<'s> {
    builder: TreeBuilder<'s>,
    depth: DepthLimit,
    /// Formatting elements that may be in the tree builder's list: it compares each with every new one.
    formatting: u64,
    rest: Option<RestOfPage>,
}

/// Most formatting elements that count as being in the list: further ones cannot be without exceeding the budget for nodes.
const MAX_FORMATTING: u64 = 1000;

/// Steps for which comparing an attribute counts.
const STEPS_PER_ATTRIBUTE: u64 = 8;

impl<'s> TreeBudget<'s> {
    /// A builder with a whole budget.
    pub fn new(builder: TreeBuilder<'s>, max_depth: usize) -> Self {
        Self { builder, depth: DepthLimit::new(max_depth), formatting: 0, rest: None }
    }

    /// Whether the budget was spent.
    pub fn is_spent(&self) -> bool {
        self.rest.is_some()
    }

    /// Whether an element was nested too deep.
    pub fn is_too_deep(&self) -> bool {
        self.depth.is_exceeded()
    }

    /// The nodes, names and texts so far.
    pub fn arena(&mut self) -> &mut Arena {
        &mut self.builder.arena
    }

    /// The text of a span.
    pub fn text_of(&self, span: Span) -> &str {
        self.builder.text_of(span)
    }

    /// Whether the innermost element is one of SVG or MathML.
    pub fn is_in_foreign_content(&self) -> bool {
        !self.is_spent() && self.builder.is_in_foreign_content()
    }

    /// Takes a doctype.
    pub fn doctype(&mut self, is_quirky: bool) {
        if self.rest.is_none() {
            self.builder.doctype(is_quirky);
        }
    }

    /// Takes a start tag; returns how the content after it is to be read.
    pub fn start_tag(&mut self, tag: StartTag<'_>) -> Reading {
        if let Some(rest) = &mut self.rest {
            let reading = rest.start_tag(tag.name);
            self.end_block_of_rest(tag.name, reading);
            return reading;
        }
        if FORMATTING.contains(tag.name) {
            let compared = 1 + STEPS_PER_ATTRIBUTE * tag.attributes.len() as u64;
            self.builder.add_steps(self.formatting.min(MAX_FORMATTING) * compared);
            self.formatting += 1;
        }
        let reading = if self.depth.admits_start(tag.name) { self.builder.start_tag(tag) } else { Reading::Markup };
        // Not inside raw text, whose end tag the tree builder waits for.
        if reading == Reading::Markup {
            self.check();
        }
        reading
    }

    /// Takes an end tag.
    pub fn end_tag(&mut self, name: Name) {
        if let Some(rest) = &mut self.rest {
            rest.is_skipping = false;
            self.end_block_of_rest(name, Reading::Markup);
            return;
        }
        if FORMATTING.contains(name) {
            self.formatting = self.formatting.saturating_sub(1);
        }
        if self.depth.admits_end(name) {
            self.builder.end_tag(name);
        }
        self.check();
    }

    /// Takes text that is not empty.
    pub fn text(&mut self, span: Span) {
        match &mut self.rest {
            None => self.builder.text(span),
            Some(rest) if !rest.is_skipping => rest.text.push_str(self.builder.text_of(span)),
            Some(_) => {}
        }
    }

    /// Takes the end of the page; returns its tree.
    pub fn finish(mut self) -> Arena {
        self.flush();
        self.builder.finish()
    }

    /// Reads the rest of the page without elements if the budget is spent.
    fn check(&mut self) {
        if self.builder.steps() > MAX_STEPS || self.builder.size() > MAX_NODES {
            // Leaves the elements whose text is not part of the page.
            for name in [Name::SELECT, Name::SVG, Name::MATH, Name::TEMPLATE] {
                if self.depth.admits_end(name) {
                    self.builder.end_tag(name);
                }
            }
            self.rest = Some(RestOfPage::default());
        }
    }

    /// Ends the paragraph or line of the rest of the page, if a tag of this name does.
    fn end_block_of_rest(&mut self, name: Name, reading: Reading) {
        let ends_block = match reading {
            Reading::PlainText => true,
            Reading::Markup => name == Name::BR || document::Tag::is_block_level(self.builder.arena.name_text(name)),
            _ => false,
        };
        match &mut self.rest {
            Some(rest) if ends_block && rest.text.len() < MERGED_BYTES => rest.text.push('\n'),
            Some(_) if ends_block => self.flush(),
            _ => {}
        }
    }

    /// Puts the text of the rest of the page so far into a paragraph.
    fn flush(&mut self) {
        let text = self.rest.as_mut().map(|rest| std::mem::take(&mut rest.text)).unwrap_or_default();
        if text.trim().is_empty() {
            return;
        }
        if self.depth.admits_start(Name::P) {
            self.builder.start_tag(StartTag::plain(Name::P));
        }
        let span = self.builder.arena.push_decoded(&text);
        self.builder.text(span);
    }
}

/// What is read after the budget was spent.
#[derive(Debug, Default)]
struct RestOfPage {
    /// The text of the next paragraph.
    text: String,
    /// It is inside an element such as `<script>`, until the next tag.
    is_skipping: bool,
}

impl RestOfPage {
    /// Takes a start tag; returns how the content after it is to be read.
    fn start_tag(&mut self, name: Name) -> Reading {
        let reading = match name {
            Name::SCRIPT => Reading::Script,
            Name::TITLE | Name::TEXTAREA => Reading::EscapableText,
            Name::STYLE | Name::XMP | Name::IFRAME | Name::NOEMBED | Name::NOFRAMES | Name::NOSCRIPT => Reading::RawText,
            Name::PLAINTEXT => Reading::PlainText,
            _ => Reading::Markup,
        };
        self.is_skipping = !matches!(reading, Reading::Markup | Reading::PlainText) && name != Name::XMP;
        reading
    }
}
