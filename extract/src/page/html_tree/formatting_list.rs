//! The list of active formatting elements (HTML Standard, § 13.2.4.3).

use super::arena::NodeId;
use super::name::Name;

/// An entry of the list.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry {
    /// Separates what is inside a table cell, caption, template or object from what is outside.
    Marker,
    /// A formatting element.
    Element(Formatting),
}

/// A formatting element in the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Formatting {
    pub node: NodeId,
    pub name: Name,
    pub attributes: (u32, u32),
}

/// The list of active formatting elements.
#[derive(Debug, Default)]
pub(super) struct FormattingList(pub(super) Vec<Entry>);

impl FormattingList {
    /// Adds a marker.
    pub fn push_marker(&mut self) {
        self.0.push(Entry::Marker);
    }

    /// Removes everything up to and including the last marker.
    pub fn clear_to_marker(&mut self) {
        while matches!(self.0.pop(), Some(Entry::Element(_))) {}
    }

    /// The elements after the last marker with their positions, last first.
    pub fn since_marker(&self) -> impl Iterator<Item = (usize, Formatting)> {
        self.0.iter().enumerate().rev().map_while(|(at, entry)| match entry {
            Entry::Marker => None,
            Entry::Element(formatting) => Some((at, *formatting)),
        })
    }

    pub fn position(&self, node: NodeId) -> Option<usize> {
        self.0.iter().rposition(|entry| matches!(entry, Entry::Element(formatting) if formatting.node == node))
    }

    pub fn remove(&mut self, at: usize) {
        if at < self.0.len() {
            self.0.remove(at);
        }
    }

    pub fn remove_node(&mut self, node: NodeId) {
        if let Some(at) = self.position(node) {
            self.remove(at);
        }
    }

    pub fn get(&self, at: usize) -> Option<Formatting> {
        match self.0.get(at)? {
            Entry::Marker => None,
            Entry::Element(formatting) => Some(*formatting),
        }
    }

    pub fn set(&mut self, at: usize, formatting: Formatting) {
        if let Some(entry) = self.0.get_mut(at) {
            *entry = Entry::Element(formatting);
        }
    }
}
