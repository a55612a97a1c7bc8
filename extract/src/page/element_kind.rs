//! What follows from an element's name alone, found once for each name of a page.

use super::html_tree::Element;
use super::inline_gap::InlineRole;
use crate::document::Tag;

/// Elements whose content is never text of the page.
const SKIPPED: &[&str] = &[
    "script", "style", "noscript", "svg", "math", "iframe", "object", "embed", "canvas", "select", "option", "audio", "video",
    "datalist", "textarea", "title", "noframes", "noembed", "applet", "map", "progress", "meter", "rp",
];

/// What follows from each of a page's element names, by its number.
pub(super) struct ElementKinds(Vec<Option<ElementKind>>);

impl ElementKinds {
    /// Of a page with so many element names.
    pub fn new(names: usize) -> Self {
        Self(vec![None; names])
    }

    /// What follows from the name of an element.
    pub fn of(&mut self, element: Element<'_>) -> ElementKind {
        match self.0.get_mut(element.name().index()) {
            Some(kind) => *kind.get_or_insert_with(|| ElementKind::of(element.name_text())),
            None => ElementKind::of(element.name_text()),
        }
    }
}

/// What follows from an element's name alone.
#[derive(Clone, Copy)]
pub(super) struct ElementKind {
    /// As a container.
    pub tag: Tag,
    /// Its text is a block of its own.
    pub block_level: bool,
    /// Its text is emphasised.
    pub emphasis: bool,
    /// Its content is never text of the page.
    pub skipped: bool,
    /// What it is within a line.
    pub role: InlineRole,
}

impl ElementKind {
    fn of(name: &str) -> Self {
        let tag = Tag::from_name(name);
        Self {
            tag,
            block_level: Tag::is_block_level(name),
            emphasis: matches!(name, "b" | "strong" | "em" | "i"),
            skipped: SKIPPED.contains(&name),
            role: InlineRole::of(name),
        }
    }
}
