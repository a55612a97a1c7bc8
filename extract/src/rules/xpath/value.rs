//! What XPath expressions evaluate to, and how one kind of value becomes another (XPath 1.0, § 4). Evaluates nothing.

use crate::document::elements::ElementTree;

/// An element or text, or an attribute of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The node.
    pub node: u32,
    /// The attribute: 0 for the node itself, else its number among the node's attributes, from 1.
    pub attribute: u32,
}

impl Spot {
    pub(super) fn node(node: u32) -> Self {
        Self { node, attribute: 0 }
    }

    /// The name and value of the attribute; `None` for a node.
    pub fn attribute(self, tree: &ElementTree) -> Option<&(String, String)> {
        tree.attributes(self.node).get((self.attribute as usize).checked_sub(1)?)
    }

    /// The text of the node, or the value of the attribute.
    pub fn text(self, tree: &ElementTree) -> String {
        match self.attribute {
            0 => tree.text(self.node),
            _ => self.attribute(tree).map(|(_, value)| value.clone()).unwrap_or_default(),
        }
    }
}

/// A value. Nodes are in document order, each once.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Nodes(Vec<Spot>),
    Text(String),
    Number(f64),
    Bool(bool),
}

impl Value {
    pub fn is_true(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Bool(value) => *value,
        }
    }

    pub fn into_text(self, tree: &ElementTree) -> String {
        match self {
            Self::Nodes(nodes) => nodes.first().map(|first| first.text(tree)).unwrap_or_default(),
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
        }
    }

    pub fn into_number(self, tree: &ElementTree) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Bool(value) => f64::from(u8::from(value)),
            other => other.into_text(tree).trim().parse().unwrap_or(f64::NAN),
        }
    }
}
