//! The limit on the size of a page's tree and on the work of building it, between tokenizer and tree builder.
//!
//! The tree builder searches its stack of open elements for nearly every tag, and opens formatting elements again in every block that they reach into,
//! so that small markup can cost time and memory quadratic in its size (`<b><i></b>x`, over and over). [`TreeBudget`] counts both. Once a page has
//! spent its budget, [`RestOfPage`] reads on without elements: the text goes into paragraphs of some length each. No text is lost.

use std::cell::{Cell, RefCell};

use ego_tree::NodeId;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::TreeBuilder;
use html5ever::{LocalName, local_name};

use super::caps::{DepthLimit, MAX_NODES, MAX_STEPS, MERGED_BYTES, is_formatting};
use super::counting_sink::CountingSink;
use crate::document;

/// A tree builder within the limit on depth.
type Builder = DepthLimit<TreeBuilder<NodeId, CountingSink>>;

/// A token sink that passes on tokens until the budget is spent.
pub struct TreeBudget {
    /// The tree builder.
    pub inner: Builder,
    /// Formatting elements that may be in the tree builder's list: it compares each with every new one.
    formatting: Cell<u64>,
    rest: RefCell<Option<RestOfPage>>,
}

/// Most formatting elements that count as being in the list: further ones cannot be without exceeding the budget for nodes.
const MAX_FORMATTING: u64 = 1000;

/// Steps for which comparing an attribute counts.
const STEPS_PER_ATTRIBUTE: u64 = 8;

impl TreeBudget {
    /// A sink with a whole budget.
    pub fn new(inner: Builder) -> Self {
        Self { inner, formatting: Cell::default(), rest: RefCell::default() }
    }

    /// Whether the budget was spent.
    pub fn is_spent(&self) -> bool {
        self.rest.borrow().is_some()
    }

    fn sink(&self) -> &CountingSink {
        &self.inner.inner.sink
    }

    /// Counts what a tag costs without looking at elements.
    fn count(&self, tag: &Tag) {
        if !is_formatting(&tag.name) {
            return;
        }
        let open = self.formatting.get();
        match tag.kind {
            TagKind::StartTag => {
                self.sink().add_steps(open.min(MAX_FORMATTING) * (1 + STEPS_PER_ATTRIBUTE * tag.attrs.len() as u64));
                self.formatting.set(open + 1);
            }
            TagKind::EndTag => self.formatting.set(open.saturating_sub(1)),
        }
    }

    /// Leaves the elements whose text is not part of the page.
    fn leave_inert_elements(&self) {
        for name in [local_name!("select"), local_name!("svg"), local_name!("math"), local_name!("template")] {
            let _ = self.inner.process_token(tag_token(TagKind::EndTag, name), 1);
        }
    }

    /// Sends the text so far as a paragraph.
    fn flush(&self, rest: &mut RestOfPage) {
        let text = std::mem::take(&mut rest.text);
        if !text.trim().is_empty() {
            let _ = self.inner.process_token(tag_token(TagKind::StartTag, local_name!("p")), 1);
            let _ = self.inner.process_token(Token::CharacterTokens(StrTendril::from_slice(&text)), 1);
        }
    }
}

fn tag_token(kind: TagKind, name: LocalName) -> Token {
    Token::TagToken(Tag { kind, name, self_closing: false, attrs: Vec::new(), had_duplicate_attributes: false })
}

/// What is read after the budget was spent.
#[derive(Default)]
struct RestOfPage {
    /// The text of the next paragraph.
    text: String,
    /// It is inside an element such as `<script>`, until the next tag.
    is_skipping: bool,
}

impl RestOfPage {
    /// Takes a tag; returns what the tokenizer has to do for it, and whether a block ends there.
    fn tag(&mut self, tag: &Tag) -> (TokenSinkResult<NodeId>, bool) {
        self.is_skipping = false;
        let name = &*tag.name;
        if tag.kind == TagKind::StartTag
            && let Some(kind) = raw_text_of(name)
        {
            self.is_skipping = name != "xmp";
            return (TokenSinkResult::RawData(kind), false);
        }
        if tag.kind == TagKind::StartTag && name == "plaintext" {
            return (TokenSinkResult::Plaintext, true);
        }
        (TokenSinkResult::Continue, name == "br" || document::Tag::is_block_level(name))
    }
}

/// How the content of an element is tokenised that contains no markup.
fn raw_text_of(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "title" | "textarea" => Some(RawKind::Rcdata),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" => Some(RawKind::Rawtext),
        _ => None,
    }
}

impl TokenSink for TreeBudget {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        if let Some(rest) = self.rest.borrow_mut().as_mut() {
            match &token {
                Token::CharacterTokens(text) if !rest.is_skipping => rest.text.push_str(text),
                Token::TagToken(tag) => {
                    let (result, ends_block) = rest.tag(tag);
                    if ends_block && rest.text.len() >= MERGED_BYTES {
                        self.flush(rest);
                    } else if ends_block {
                        rest.text.push('\n');
                    }
                    return result;
                }
                Token::EOFToken => {
                    self.flush(rest);
                    return self.inner.process_token(token, line);
                }
                _ => {}
            }
            return TokenSinkResult::Continue;
        }
        let is_tag = matches!(token, Token::TagToken(_));
        if let Token::TagToken(tag) = &token {
            self.count(tag);
        }
        let result = self.inner.process_token(token, line);
        // Not inside raw text, whose end tag the tree builder waits for.
        if is_tag && result == TokenSinkResult::Continue && (self.sink().steps() > MAX_STEPS || self.sink().size() > MAX_NODES) {
            self.leave_inert_elements();
            *self.rest.borrow_mut() = Some(RestOfPage::default());
        }
        result
    }

    fn end(&self) {
        self.inner.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        !self.is_spent() && self.inner.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
