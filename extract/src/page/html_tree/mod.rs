//! A page's tree of elements and texts: how it is stored, and how it is built from tokens by the HTML Standard (§ 13.2.6). Reads no markup itself:
//! `tokens` does, and `tree_budget` limits what it may cost.
//!
//! Texts and the values of attributes are ranges of the markup; only those with character references are decoded, into one buffer. Nodes are in one
//! vector, with 32-bit links. Comments and doctypes have no nodes.

mod arena;
mod attribute;
mod builder;
mod doctype;
mod document;
mod formatting;
mod modes;
mod name;
mod open_elements;

pub use arena::{Arena, MAX_BYTES, Namespace, Span};
pub use attribute::{Attribute, Key, Prefix};
pub use builder::{Reading, StartTag, TreeBuilder};
pub use doctype::is_quirky;
pub use document::{Document, Edge, Element, NodeKind, NodeRef};
pub use name::{Name, NameSet};
