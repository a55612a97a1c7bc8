//! The nodes of a parsed page in one vector, with 32-bit links, and their texts as ranges of the markup. Builds nothing by itself: `builder` does.

use super::attribute::Attribute;
use super::name::{Name, Names};
use super::span::{DECODED, Span};

/// The position of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// No node.
    pub(super) const NONE: Self = Self(u32::MAX);

    pub(super) const DOCUMENT: Self = Self(0);

    fn index(self) -> usize {
        self.0 as usize
    }

    pub(super) fn some(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

/// The namespace of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// HTML
    Html,
    /// SVG
    Svg,
    /// MathML
    MathMl,
}

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// The document.
    Document,
    /// The content of a `<template>`.
    Fragment,
    /// An element.
    Element(ElementData),
    /// A text.
    Text {
        /// Its first, or only, piece.
        span: Span,
        /// The last of its further pieces while the tree is built, as an index of [`Arena::pieces`].
        last_piece: u32,
    },
}

/// An element's name and attributes.
#[derive(Clone, Copy, Debug)]
pub struct ElementData {
    /// Its name.
    pub name: Name,
    /// Its namespace.
    pub namespace: Namespace,
    /// The range of its attributes.
    pub attributes: (u32, u32),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub parent: NodeId,
    pub previous: NodeId,
    pub next: NodeId,
    pub first_child: NodeId,
    pub last_child: NodeId,
    pub content: Content,
}

impl Node {
    const fn new(content: Content) -> Self {
        const NONE: NodeId = NodeId::NONE;
        Self { parent: NONE, previous: NONE, next: NONE, first_child: NONE, last_child: NONE, content }
    }
}

/// A piece of a text that is not contiguous in the markup.
#[derive(Debug)]
struct Piece {
    span: Span,
    /// The piece before it.
    previous: u32,
}

/// No piece.
const NO_PIECE: u32 = u32::MAX;

/// The nodes of a page, with their names, attributes and decoded texts. The first is the document.
#[derive(Debug)]
pub struct Arena {
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<Attribute>,
    /// Texts with character references, and others that are not in the markup as they are.
    pub(super) decoded: String,
    pub(super) names: Names,
    pieces: Vec<Piece>,
    /// The texts with more than one piece.
    divided: Vec<NodeId>,
}

/// Stands for nodes that do not exist.
const NO_NODE: Node = Node::new(Content::Document);

impl Default for Arena {
    fn default() -> Self {
        let (attributes, decoded, names) = (Vec::new(), String::new(), Names::default());
        Self { nodes: vec![NO_NODE], attributes, decoded, names, pieces: Vec::new(), divided: Vec::new() }
    }
}

/// Approximate bytes of markup per node.
const BYTES_PER_NODE: usize = 64;

/// Most nodes for which memory is reserved in advance.
const MAX_RESERVED: usize = 1 << 14;

impl Arena {
    /// An arena for markup of this many bytes.
    pub fn for_markup(bytes: usize) -> Self {
        let mut arena = Self::default();
        let nodes = (bytes / BYTES_PER_NODE).min(MAX_RESERVED);
        arena.nodes.reserve(nodes);
        arena.attributes.reserve(nodes);
        arena
    }

    /// The text of a name.
    pub fn name_text(&self, name: Name) -> &str {
        self.names.text(name)
    }

    /// The name with this text, in lower case.
    pub fn intern(&mut self, text: &str) -> Name {
        self.names.intern(text)
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.index()).unwrap_or(&NO_NODE)
    }

    fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.index())
    }

    /// The element that a node is.
    pub(super) fn element(&self, id: NodeId) -> Option<ElementData> {
        match self.node(id).content {
            Content::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The text of a span; `source` is the markup.
    pub(super) fn text<'t>(&'t self, source: &'t str, span: Span) -> &'t str {
        let (text, offset) = if span.start < DECODED { (source, 0) } else { (self.decoded.as_str(), DECODED) };
        text.get((span.start - offset) as usize..(span.end.saturating_sub(offset)) as usize).unwrap_or_default()
    }

    /// Adds a text by appending to the decoded texts.
    pub fn decode(&mut self, append: impl FnOnce(&mut String)) -> Span {
        let start = self.decoded.len();
        append(&mut self.decoded);
        self.decoded_since(start)
    }

    /// The span of what was added to the decoded texts since they had this length.
    fn decoded_since(&self, start: usize) -> Span {
        let position = |at: usize| DECODED + u32::try_from(at).unwrap_or(0).min(DECODED - 1);
        Span { start: position(start), end: position(self.decoded.len()) }
    }

    /// Adds a text that is not in the markup.
    pub fn push_decoded(&mut self, text: &str) -> Span {
        self.decode(|decoded| decoded.push_str(text))
    }

    /// Adds a node that is nowhere in the tree yet.
    pub(super) fn push(&mut self, content: Content) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node::new(content));
        id
    }

    /// Adds an element's attributes; returns their range.
    pub(super) fn push_attributes(&mut self, attributes: &[Attribute]) -> (u32, u32) {
        let position = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let start = position(self.attributes.len());
        self.attributes.extend_from_slice(attributes);
        (start, position(self.attributes.len()))
    }

    /// The attributes of a range.
    pub(super) fn attributes(&self, (start, end): (u32, u32)) -> &[Attribute] {
        self.attributes.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Replaces the attributes of an element.
    pub(super) fn set_attributes(&mut self, element: NodeId, range: (u32, u32)) {
        if let Some(Node { content: Content::Element(data), .. }) = self.node_mut(element) {
            data.attributes = range;
        }
    }

    /// Makes a node without a parent the last child of another.
    pub(super) fn append(&mut self, parent: NodeId, child: NodeId) {
        let last = self.node(parent).last_child;
        if let Some(node) = self.node_mut(child) {
            (node.parent, node.previous, node.next) = (parent, last, NodeId::NONE);
        }
        match self.node_mut(last) {
            Some(node) => node.next = child,
            None => {
                if let Some(node) = self.node_mut(parent) {
                    node.first_child = child;
                }
            }
        }
        if let Some(node) = self.node_mut(parent) {
            node.last_child = child;
        }
    }

    /// Puts a node without a parent before another, which has one.
    pub(super) fn insert_before(&mut self, sibling: NodeId, new: NodeId) {
        let Node { parent, previous, .. } = *self.node(sibling);
        if let Some(node) = self.node_mut(new) {
            (node.parent, node.previous, node.next) = (parent, previous, sibling);
        }
        if let Some(node) = self.node_mut(sibling) {
            node.previous = new;
        }
        match self.node_mut(previous) {
            Some(node) => node.next = new,
            None => {
                if let Some(node) = self.node_mut(parent) {
                    node.first_child = new;
                }
            }
        }
    }

    /// Takes a node out of the tree.
    pub(super) fn detach(&mut self, id: NodeId) {
        let Node { parent, previous, next, .. } = *self.node(id);
        match self.node_mut(previous) {
            Some(node) => node.next = next,
            None => {
                if let Some(node) = self.node_mut(parent) {
                    node.first_child = next;
                }
            }
        }
        match self.node_mut(next) {
            Some(node) => node.previous = previous,
            None => {
                if let Some(node) = self.node_mut(parent) {
                    node.last_child = previous;
                }
            }
        }
        if let Some(node) = self.node_mut(id) {
            (node.parent, node.previous, node.next) = (NodeId::NONE, NodeId::NONE, NodeId::NONE);
        }
    }

    /// Moves all children of a node to the end of another; returns how many.
    pub(super) fn move_children(&mut self, from: NodeId, to: NodeId) -> u64 {
        let Node { first_child: first, last_child: last, .. } = *self.node(from);
        if first == NodeId::NONE {
            return 0;
        }
        let (mut child, mut moved) = (first, 0);
        while let Some(node) = self.node_mut(child) {
            (node.parent, child, moved) = (to, node.next, moved + 1);
        }
        let before = self.node(to).last_child;
        if let Some(node) = self.node_mut(first) {
            node.previous = before;
        }
        match self.node_mut(before) {
            Some(node) => node.next = first,
            None => {
                if let Some(node) = self.node_mut(to) {
                    node.first_child = first;
                }
            }
        }
        if let Some(node) = self.node_mut(to) {
            node.last_child = last;
        }
        if let Some(node) = self.node_mut(from) {
            (node.first_child, node.last_child) = (NodeId::NONE, NodeId::NONE);
        }
        moved
    }

    /// Adds a text at the end of a node; to its last child, if that is a text.
    pub(super) fn append_text(&mut self, parent: NodeId, span: Span) {
        let last = self.node(parent).last_child;
        if !self.extend_text(last, span) {
            let text = self.push(Content::Text { span, last_piece: NO_PIECE });
            self.append(parent, text);
        }
    }

    /// Adds a text before a node; to the node before it, if that is a text.
    pub(super) fn insert_text_before(&mut self, sibling: NodeId, span: Span) {
        let previous = self.node(sibling).previous;
        if !self.extend_text(previous, span) {
            let text = self.push(Content::Text { span, last_piece: NO_PIECE });
            self.insert_before(sibling, text);
        }
    }

    /// Adds to a node if it is a text.
    fn extend_text(&mut self, id: NodeId, added: Span) -> bool {
        let next_piece = u32::try_from(self.pieces.len()).unwrap_or(NO_PIECE);
        let Some(Node { content: Content::Text { span, last_piece }, .. }) = self.nodes.get_mut(id.index()) else { return false };
        let last = self.pieces.get_mut(*last_piece as usize).map_or(&mut *span, |piece| &mut piece.span);
        if last.end == added.start {
            last.end = added.end;
            return true;
        }
        if *last_piece == NO_PIECE {
            self.divided.push(id);
        }
        let previous = std::mem::replace(last_piece, next_piece);
        self.pieces.push(Piece { span: added, previous });
        true
    }

    /// Joins the pieces of texts. To be called once, when the tree is complete.
    pub(super) fn join_texts(&mut self, source: &str) {
        let mut spans = Vec::new();
        for id in std::mem::take(&mut self.divided) {
            let Content::Text { span, last_piece } = self.node(id).content else { continue };
            let mut at = last_piece;
            while let Some(piece) = self.pieces.get(at as usize) {
                spans.push(piece.span);
                at = piece.previous;
            }
            spans.push(span);
            let start = self.decoded.len();
            for span in spans.drain(..).rev() {
                if span.start < DECODED {
                    self.decoded.push_str(source.get(span.start as usize..span.end as usize).unwrap_or_default());
                } else {
                    let (from, to) = ((span.start - DECODED) as usize, (span.end - DECODED) as usize);
                    self.decoded.extend_from_within(from..to);
                }
            }
            let whole = self.decoded_since(start);
            if let Some(node) = self.node_mut(id) {
                node.content = Content::Text { span: whole, last_piece: NO_PIECE };
            }
        }
        self.pieces.clear();
    }
}
