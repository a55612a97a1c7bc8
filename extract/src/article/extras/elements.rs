//! What is asked of the elements and blocks of a page by those that look for images and comments. Finds neither.

use url::Url;

use crate::base::url::without_login;
use crate::document::elements::{ElementTree, NodeContent, ROOT};
use crate::label::Verdict;
use crate::page::style_hides;

/// Longest address of an image or of `<base>`, in bytes.
pub const MAX_ADDRESS: usize = 2048;

/// An address as an absolute URL, without login; `None` for other schemes, such as `javascript:`.
pub fn address(base: Option<&Url>, target: &str) -> Option<String> {
    let target = target.trim();
    let url = match base {
        Some(base) => base.join(target).ok()?,
        None => Url::parse(target).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then(|| without_login(url).into())
}

/// An attribute of an element.
pub fn attribute<'t>(tree: &'t ElementTree, node: u32, name: &str) -> Option<&'t str> {
    tree.attributes(node).iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The elements around a node, innermost first.
pub fn ancestors(tree: &ElementTree, node: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(node), |at| tree.node(*at).filter(|_| *at != ROOT).map(|at| at.parent)).skip(1)
}

/// Whether the element's attributes hide it.
pub fn is_hidden(tree: &ElementTree, node: u32) -> bool {
    let style = || attribute(tree, node, "style").is_some_and(style_hides);
    attribute(tree, node, "hidden").is_some_and(|value| !value.eq_ignore_ascii_case("until-found")) || style()
}

/// Whether the node is an element.
pub fn is_element(tree: &ElementTree, node: u32) -> bool {
    tree.node(node).is_some_and(|node| matches!(node.content, NodeContent::Element(..)))
}

/// Counts blocks of one kind before any block.
pub struct BlockCounts(Vec<u32>);

impl BlockCounts {
    /// Counts those that pass.
    pub fn of(verdicts: &[Verdict], is_counted: impl Fn(&Verdict) -> bool) -> Self {
        let mut count = 0;
        let counts = verdicts.iter().map(|verdict| {
            count += u32::from(is_counted(verdict));
            count
        });
        Self(std::iter::once(0).chain(counts).collect())
    }

    /// Whether any block from one to before another is counted.
    pub fn any(&self, from: u32, to: u32) -> bool {
        let before = |at: u32| self.0.get(at as usize).or(self.0.last()).copied().unwrap_or_default();
        // Nothing is between a block and one before it.
        before(to) > before(from)
    }
}
