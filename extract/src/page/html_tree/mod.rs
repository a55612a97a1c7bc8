//! A page's tree of elements and texts: how it is stored, and how it is built from tokens by the HTML Standard (§ 13.2.6). Reads no markup itself:
//! `tokens` does, and `tree_budget` limits what it may cost.
//!
//! Texts and the values of attributes are ranges of the markup; only those with character references are decoded, into one buffer. Nodes are in one
//! vector, with 32-bit links. Comments and doctypes have no nodes.
//!
//! It is held to html5ever 0.40: the trees are the same on all of html5lib's cases that are about whole pages with scripting, but for ten
//! (`tests/html_tree` names the reasons), on random markup, and on every page of the shared data. Where html5ever differs from the Standard, so does this:
//! `<search>` and the special elements of SVG and MathML do not stop an end tag's search.
//!
//! What it gains over html5ever's tree builder and scraper's tree behind the same tokenizer, in instructions (callgrind) of the first 60 pages of the WCXB
//! development set, 20.4 MB: parsing 8.8 to 3.8 million a page, all of reading a page 17.1 to 11.2 million.

mod arena;
mod attribute;
mod builder;
mod doctype;
mod document;
mod formatting;
mod formatting_list;
mod mode;
mod modes;
mod name;
mod open_elements;
mod span;

pub use arena::{Arena, Namespace};
pub use attribute::{Attribute, Key, Prefix};
pub use builder::{Reading, StartTag, TreeBuilder};
pub use doctype::is_quirky;
pub use document::{Document, Edge, Element, NodeKind, NodeRef};
pub use name::{Name, NameSet};
pub use span::{MAX_BYTES, Span};
