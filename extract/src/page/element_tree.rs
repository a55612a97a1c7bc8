//! Records the elements of a document while its blocks are walked, with the containers and blocks that they became. Selects nothing.

use super::content::Page;
use super::html_tree::Element;
use crate::document::ContainerId;
use crate::document::elements::{ElementTree, NodeContent, ROOT};

/// Most nodes of a tree. What comes later is not in it.
const MAX_NODES: u32 = 400_000;

/// Elements whose content is no text.
const UNREAD: &[&str] = &["script", "style", "noscript", "iframe", "noembed", "noframes"];

/// A tree being recorded.
#[derive(Default)]
pub struct TreeRecorder {
    tree: ElementTree,
    /// The open elements; those beyond [`MAX_NODES`] have no node.
    open: Vec<OpenNode>,
    /// Whether nodes were left out.
    is_full: bool,
}

struct OpenNode {
    node: Option<u32>,
    /// Whether its container is known. Elements whose text is skipped never have one.
    has_container: bool,
}

impl TreeRecorder {
    /// Notes an element that begins.
    pub fn open(&mut self, element: Element<'_>, page: &Page) {
        let mut attributes: Vec<_> = element.attributes().collect();
        attributes.sort_unstable();
        let attributes = attributes.into_iter().map(|(_, name, value)| (name.to_owned(), value.to_owned())).collect();
        let node = self.push(NodeContent::Element(element.name_text().to_owned(), attributes), page);
        self.open.push(OpenNode { node, has_container: false });
    }

    /// Notes the containers that were created since there were `before` of them: for open elements that had none, outermost first.
    pub fn note_containers(&mut self, before: usize, page: &Page) {
        if let Some(top) = self.open.last_mut()
            && top.node.is_some_and(|node| self.tree.name(node) == "html")
        {
            top.has_container = true;
            top.node.into_iter().for_each(|node| self.tree.set_container(node, ContainerId::ROOT));
            return;
        }
        let first = self.open.iter().rposition(|open| open.has_container).map_or(0, |at| at + 1);
        for (id, open) in (before..page.containers.len()).zip(self.open.iter_mut().skip(first)) {
            open.has_container = true;
            if let Some((node, id)) = open.node.zip(u32::try_from(id).ok()) {
                self.tree.set_container(node, ContainerId(id));
            }
        }
    }

    /// Notes a text.
    pub fn text(&mut self, text: &str, page: &Page) {
        let inside = self.open.last().and_then(|open| open.node).map_or("", |node| self.tree.name(node));
        if !text.is_empty() && !UNREAD.contains(&inside) {
            self.push(NodeContent::Text(text.to_owned()), page);
        }
    }

    /// Notes that the innermost element ends.
    pub fn close(&mut self, page: &Page) {
        if let Some(node) = self.open.pop().and_then(|open| open.node) {
            self.tree.close(node, blocks(page));
        }
    }

    /// The tree, and whether it has all nodes.
    pub fn finish(mut self, page: &Page) -> (ElementTree, bool) {
        while !self.open.is_empty() {
            self.close(page);
        }
        self.tree.close(ROOT, blocks(page));
        (self.tree, !self.is_full)
    }

    fn push(&mut self, content: NodeContent, page: &Page) -> Option<u32> {
        if self.tree.len() >= MAX_NODES {
            self.is_full = true;
            return None;
        }
        let parent = self.open.iter().rev().find_map(|open| open.node).unwrap_or(ROOT);
        Some(self.tree.push(parent, content, blocks(page)))
    }
}

fn blocks(page: &Page) -> u32 {
    u32::try_from(page.blocks.len()).unwrap_or(u32::MAX)
}
