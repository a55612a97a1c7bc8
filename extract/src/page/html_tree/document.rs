//! A parsed page to be read: its elements and texts in order, with the names and attributes of elements as text. Changes nothing.

use std::borrow::Cow;

use super::arena::{Arena, Content, ElementData, NodeId};
use super::attribute::{Attribute, Key, Prefix};
use super::name::Name;

/// A parsed page.
#[derive(Debug)]
pub struct Document<'a> {
    source: Cow<'a, str>,
    arena: Arena,
}

/// A node of a page.
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'d> {
    document: &'d Document<'d>,
    id: NodeId,
}

/// An element of a page.
#[derive(Clone, Copy, Debug)]
pub struct Element<'d> {
    /// Its node.
    pub node: NodeRef<'d>,
    data: ElementData,
}

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub enum NodeKind<'d> {
    /// The document, or the content of a template.
    Root,
    /// An element.
    Element(Element<'d>),
    /// A text.
    Text(&'d str),
}

/// A step of the way through a page in document order.
#[derive(Clone, Copy, Debug)]
pub enum Edge<'d> {
    /// An element begins.
    Open(Element<'d>),
    /// An element ends.
    Close(Element<'d>),
    /// A text.
    Text(&'d str),
}

impl<'a> Document<'a> {
    /// The page of a markup, with the nodes that were made of it.
    pub fn new(source: Cow<'a, str>, arena: Arena) -> Self {
        Self { source, arena }
    }

    /// The document node.
    pub fn root(&self) -> NodeRef<'_> {
        NodeRef { document: self, id: NodeId::DOCUMENT }
    }

    /// All elements, also those that are nowhere in the tree.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        let ids = (0..self.arena.nodes.len()).filter_map(|at| u32::try_from(at).ok());
        ids.filter_map(|id| NodeRef { document: self, id: NodeId(id) }.element())
    }

    /// The elements and texts in document order.
    pub fn traverse(&self) -> Traverse<'_> {
        Traverse { document: self, next: Some((NodeId::DOCUMENT, false)) }
    }

    /// The number of names that its elements may have.
    pub fn names(&self) -> usize {
        self.arena.names.count()
    }
}

impl<'d> NodeRef<'d> {
    fn at(self, id: NodeId) -> Option<Self> {
        id.some().map(|id| Self { document: self.document, id })
    }

    /// The node around it.
    pub fn parent(self) -> Option<Self> {
        self.at(self.document.arena.node(self.id).parent)
    }

    /// The first node inside it.
    pub fn first_child(self) -> Option<Self> {
        self.at(self.document.arena.node(self.id).first_child)
    }

    /// The nodes directly inside it.
    pub fn children(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.first_child(), |node| node.at(node.document.arena.node(node.id).next))
    }

    /// It and all nodes inside it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), move |node| node.first_child().or_else(|| node.following(self.id)))
    }

    /// The next node after all inside this one, within `root`.
    fn following(self, root: NodeId) -> Option<Self> {
        let mut node = self;
        while node.id != root {
            if let Some(next) = node.at(node.document.arena.node(node.id).next) {
                return Some(next);
            }
            node = node.parent()?;
        }
        None
    }

    /// What it is.
    pub fn kind(self) -> NodeKind<'d> {
        match self.document.arena.node(self.id).content {
            Content::Document | Content::Fragment => NodeKind::Root,
            Content::Element(data) => NodeKind::Element(Element { node: self, data }),
            Content::Text { span, .. } => NodeKind::Text(self.document.arena.text(&self.document.source, span)),
        }
    }

    /// The element that it is.
    pub fn element(self) -> Option<Element<'d>> {
        match self.kind() {
            NodeKind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The text that it is.
    pub fn text(self) -> Option<&'d str> {
        match self.kind() {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'d> Element<'d> {
    /// Its name as a number.
    pub fn name(self) -> Name {
        self.data.name
    }

    /// Its name, lower case but for some of SVG.
    pub fn name_text(self) -> &'d str {
        self.node.document.arena.names.text(self.data.name)
    }

    /// Its namespace.
    pub fn namespace(self) -> super::Namespace {
        self.data.namespace
    }

    /// The keys and values of its attributes, as far as they have keys.
    pub fn keyed(self) -> impl Iterator<Item = (Key, &'d str)> {
        let document = self.node.document;
        self.raw_attributes().iter().map(|attribute| (attribute.key, document.arena.text(&document.source, attribute.value)))
    }

    /// The prefixes, names and values of its attributes.
    pub fn attributes(self) -> impl Iterator<Item = (Prefix, &'d str, &'d str)> {
        let Document { arena, source } = self.node.document;
        self.raw_attributes().iter().map(|attribute| {
            let name = attribute.key.text().unwrap_or_else(|| arena.text(source, attribute.name));
            (attribute.prefix, name, arena.text(source, attribute.value))
        })
    }

    /// The value of an attribute.
    pub fn get(self, key: Key) -> Option<&'d str> {
        self.keyed().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    fn raw_attributes(self) -> &'d [Attribute] {
        self.node.document.arena.attributes(self.data.attributes)
    }
}

/// The elements and texts of a page in document order.
#[derive(Debug)]
pub struct Traverse<'d> {
    document: &'d Document<'d>,
    /// The next node, and whether it ends.
    next: Option<(NodeId, bool)>,
}

impl<'d> Iterator for Traverse<'d> {
    type Item = Edge<'d>;

    fn next(&mut self) -> Option<Edge<'d>> {
        loop {
            let (id, is_end) = self.next?;
            let node = self.document.arena.node(id);
            self.next = if !is_end && node.first_child.some().is_some() {
                Some((node.first_child, false))
            } else if !is_end && matches!(node.content, Content::Element(_)) {
                Some((id, true))
            } else if node.next.some().is_some() {
                Some((node.next, false))
            } else {
                node.parent.some().map(|parent| (parent, true))
            };
            let reference = NodeRef { document: self.document, id };
            match node.content {
                Content::Element(data) if is_end => return Some(Edge::Close(Element { node: reference, data })),
                Content::Element(data) => return Some(Edge::Open(Element { node: reference, data })),
                Content::Text { span, .. } => return Some(Edge::Text(self.document.arena.text(&self.document.source, span))),
                Content::Document | Content::Fragment => {}
            }
        }
    }
}
