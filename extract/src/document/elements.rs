//! The elements of a page with their attributes and text, for expressions that select some of them. Selects nothing.
//!
//! Most pages need no such tree: blocks and containers have what labelling uses. It is built where a rule of the page's site asks for it.

use super::block::ContainerId;

/// The root of every tree.
pub const ROOT: u32 = 0;

/// Elements and texts in document order, each before what is inside it; the first is the root.
#[derive(Clone, Debug)]
pub struct ElementTree {
    nodes: Vec<Node>,
}

/// An element or a text.
#[derive(Clone, Debug)]
pub struct Node {
    /// The element around it. The root is its own parent.
    pub parent: u32,
    /// The index after the last node inside it.
    pub end: u32,
    /// What it is.
    pub content: NodeContent,
    /// The container that the element became.
    pub container: Option<ContainerId>,
    /// The number of blocks before it begins and before it ends.
    pub blocks: (u32, u32),
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeContent {
    /// The document.
    Root,
    /// An element: its lower-case name, and its attributes as written.
    Element(String, Vec<(String, String)>),
    /// A text.
    Text(String),
}

impl Default for ElementTree {
    fn default() -> Self {
        let root = Node { parent: ROOT, end: 1, content: NodeContent::Root, container: None, blocks: (0, 0) };
        Self { nodes: vec![root] }
    }
}

impl ElementTree {
    /// Adds a node at the end, inside of `parent`, which must still be open; returns its index.
    pub fn push(&mut self, parent: u32, content: NodeContent, blocks: u32) -> u32 {
        let index = self.len();
        self.nodes.push(Node { parent, end: index.saturating_add(1), content, container: None, blocks: (blocks, blocks) });
        index
    }

    /// Notes that nothing more will be added inside of the node.
    pub fn close(&mut self, index: u32, blocks: u32) {
        let end = self.len();
        if let Some(node) = self.nodes.get_mut(index as usize) {
            (node.end, node.blocks.1) = (end, blocks);
        }
    }

    /// Notes the container that an element became.
    pub fn set_container(&mut self, index: u32, container: ContainerId) {
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.container = Some(container);
        }
    }

    /// The number of nodes.
    pub fn len(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    /// Whether there is nothing but the root.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() <= 1
    }

    /// The node at an index.
    pub fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    /// The name of an element; empty for other nodes.
    pub fn name(&self, index: u32) -> &str {
        match self.node(index).map(|node| &node.content) {
            Some(NodeContent::Element(name, _)) => name,
            _ => "",
        }
    }

    /// The attributes of an element.
    pub fn attributes(&self, index: u32) -> &[(String, String)] {
        match self.node(index).map(|node| &node.content) {
            Some(NodeContent::Element(_, attributes)) => attributes,
            _ => &[],
        }
    }

    /// The nodes directly inside of one.
    pub fn children(&self, index: u32) -> impl Iterator<Item = u32> {
        let end = self.node(index).map_or(0, |node| node.end);
        let mut next = index.saturating_add(1);
        std::iter::from_fn(move || {
            let child = Some(next).filter(|next| *next < end)?;
            // The end of a node is after it, so this ends.
            next = self.node(child).map_or(end, |node| node.end.max(child.saturating_add(1)));
            Some(child)
        })
    }

    /// All text inside of a node, joined.
    pub fn text(&self, index: u32) -> String {
        let mut text = String::new();
        let end = self.node(index).map_or(0, |node| node.end);
        for node in self.nodes.get(index as usize..end as usize).into_iter().flatten() {
            if let NodeContent::Text(part) = &node.content {
                text.push_str(part);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_and_text_are_those_inside_of_the_node() {
        let mut tree = ElementTree::default();
        let body = tree.push(ROOT, NodeContent::Element("body".into(), Vec::new()), 0);
        let first = tree.push(body, NodeContent::Element("p".into(), vec![("class".into(), "x".into())]), 0);
        tree.push(first, NodeContent::Text("one".into()), 0);
        tree.close(first, 1);
        let second = tree.push(body, NodeContent::Text("two".into()), 1);
        tree.close(body, 1);
        tree.close(ROOT, 1);
        assert_eq!(tree.children(body).collect::<Vec<_>>(), [first, second]);
        assert_eq!((tree.text(first), tree.text(ROOT)), ("one".to_owned(), "onetwo".to_owned()));
        assert_eq!((tree.name(first), tree.attributes(first).len(), tree.name(second)), ("p", 1, ""));
    }
}
