//! The images of a story: which they are, and where they stand between its blocks. Loads none.

use std::collections::HashSet;

use url::Url;

use super::elements::{BlockCounts, MAX_ADDRESS, address, ancestors, attribute, is_element, is_hidden};
use crate::article::clean::CleanedPage;
use crate::base::printable::into_printable;
use crate::base::text::{into_nfc, squeeze};
use crate::document::elements::{ElementTree, NodeContent, ROOT};
use crate::document::{Category, Tag};
use crate::label::Verdict;
use crate::page::Page;
use crate::rules::{RuleSet, Strength};

/// Most images of a page.
const MAX_IMAGES: usize = 1000;

/// Longest alternative text in bytes; the rest is cut.
const MAX_ALT: usize = 2000;

/// What declares to be smaller, in pixels, is a symbol or a tracker.
const MIN_PIXELS: u32 = 50;

/// Elements that are images.
const NAMES: &[&str] = &["img", "amp-img"];

/// Where the address of an image is: pages that load images late have another picture, or nothing, in `src`.
const SOURCES: &[&str] = &["data-src", "data-original", "data-lazy-src", "src"];

/// Lists of addresses of one image in several sizes.
const SETS: &[&str] = &["data-srcset", "srcset"];

/// Elements whose images are not of the story, unless some of its text is in them.
const ASIDES: &[&str] = &["nav", "aside", "footer", "form", "button", "dialog", "menu", "noscript", "template"];

/// An image of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryImage {
    /// Its absolute address, http or https.
    pub url: String,
    /// Its alternative text; empty if it has none.
    pub alt: String,
    /// The index on the page of the block before which it stands.
    pub block: usize,
}

/// Finds the images of a story. Those of removed blocks are left out, captions apart.
pub fn find(tree: &ElementTree, cleaned: &CleanedPage, rules: &RuleSet, base: Option<&Url>) -> Vec<StoryImage> {
    let Some(places) = Places::of(tree, cleaned, rules) else { return Vec::new() };
    let (mut images, mut seen) = (Vec::new(), HashSet::new());
    let mut cursor = Cursor::default();
    for node in 0..tree.len() {
        cursor.advance(tree, node);
        let block = cursor.block();
        if images.len() == MAX_IMAGES {
            break;
        }
        if !NAMES.contains(&tree.name(node)) || is_small(tree, node) {
            continue;
        }
        let Some(url) = source(tree, node, base).filter(|url| !seen.contains(url)) else { continue };
        // The cells of a row became one block.
        let row = ancestors(tree, node).find(|around| tree.name(*around) == "tr").and_then(|row| tree.node(row));
        let block = row.map_or(block, |row| block.min(row.blocks.1));
        if !places.is_of_story(tree, node, block) {
            continue;
        }
        seen.insert(url.clone());
        let alt = attribute(tree, node, "alt").unwrap_or_default();
        let alt = alt.get(..alt.floor_char_boundary(MAX_ALT)).unwrap_or_default();
        images.push(StoryImage { url, alt: into_printable(into_nfc(squeeze(alt))), block: block as usize });
    }
    images
}

/// The block before which the next image stands.
#[derive(Debug, Default)]
struct Cursor {
    blocks: u32,
    /// Whether the block that is being read has text already: an image stands after it.
    has_text: bool,
}

impl Cursor {
    fn advance(&mut self, tree: &ElementTree, at: u32) {
        let Some(node) = tree.node(at) else { return };
        if node.blocks.0 != self.blocks {
            (self.blocks, self.has_text) = (node.blocks.0, false);
        }
        if let NodeContent::Text(text) = &node.content {
            self.has_text |= text.chars().any(char::is_alphanumeric);
        }
    }

    fn block(&self) -> u32 {
        self.blocks + u32::from(self.has_text)
    }
}

/// Where images of the story may be.
struct Places {
    /// Blocks that are neither of the story nor of what belongs to an image or stands above the story.
    between: BlockCounts,
    /// The first block of the story, and the one after its last.
    story: (u32, u32),
    /// For each element without text of the story, whether something says that its images are not of the story.
    is_aside: Vec<bool>,
    /// The element that holds the story, if it is marked as such.
    container: Option<u32>,
}

impl Places {
    /// `None` if nothing is kept.
    fn of(tree: &ElementTree, cleaned: &CleanedPage, rules: &RuleSet) -> Option<Self> {
        let verdicts = &cleaned.labelled.verdicts;
        let first = u32::try_from(cleaned.labelled.kept().next()?.0).ok()?;
        let last = u32::try_from(cleaned.labelled.kept().last()?.0).ok()?;
        let kept = BlockCounts::of(verdicts, |verdict| matches!(verdict, Verdict::Kept { .. }));
        let of_others = BlockCounts::of(verdicts, |verdict| is_of(verdict, |category| !CAPTIONS.contains(&category)));
        let between = BlockCounts::of(verdicts, |verdict| is_of(verdict, |category| !HEAD.contains(&category)));
        let mut is_aside = vec![false; tree.len() as usize];
        let mut container = None;
        for at in 0..tree.len() {
            let Some(node) = tree.node(at).filter(|_| is_element(tree, at)) else { continue };
            let (from, to) = node.blocks;
            if kept.any(from, to) {
                let holds_first = (from..to).contains(&first);
                container = if holds_first && matches!(tree.name(at), "article" | "main") { Some(at) } else { container };
                continue;
            }
            let is_around = at != ROOT && is_aside.get(node.parent as usize).copied().unwrap_or_default();
            let is_named = || ASIDES.contains(&tree.name(at)) || is_hidden(tree, at);
            let is_ruled = || node.container.is_some_and(|id| has_other_name(&cleaned.page, id.index(), rules));
            let is = is_around || of_others.any(from, to) || is_named() || is_ruled();
            is_aside.get_mut(at as usize).into_iter().for_each(|slot| *slot = is);
        }
        Some(Self { between, story: (first, last + 1), is_aside, container })
    }

    fn is_of_story(&self, tree: &ElementTree, image: u32, block: u32) -> bool {
        if self.is_aside.get(image as usize) == Some(&true) || is_hidden(tree, image) {
            return false;
        }
        let (first, end) = self.story;
        if block > first && block < end {
            return true;
        }
        // Right before and after the story there are logos and portraits too, outside of what holds it.
        let is_next_to_it = !self.between.any(block, first) && !self.between.any(end, block);
        is_next_to_it && self.container.is_none_or(|container| is_inside_of(tree, image, container))
    }
}

/// What belongs to images.
const CAPTIONS: &[Category] = &[Category::Caption, Category::Credit];

/// What belongs to images or is between them and the story.
const HEAD: &[Category] = &[
    Category::Caption,
    Category::Credit,
    Category::Title,
    Category::Byline,
    Category::Date,
    Category::Source,
    Category::Section,
    Category::Share,
];

fn is_of(verdict: &Verdict, is_meant: impl Fn(Category) -> bool) -> bool {
    matches!(verdict, Verdict::Removed(removal) if is_meant(removal.category))
}

/// Whether the element's names say that it is something else than the story or an image with its caption.
fn has_other_name(page: &Page, container: usize, rules: &RuleSet) -> bool {
    let Some(container) = page.containers.get(container).filter(|container| container.tag != Tag::Html) else { return false };
    let mut rules = rules.match_names(container.tag.name(), &container.tokens).into_iter();
    rules.any(|rule| rule.strength > Strength::Hint && !HEAD.contains(&rule.category))
}

/// Whether a node is inside of another.
fn is_inside_of(tree: &ElementTree, node: u32, outer: u32) -> bool {
    (outer..tree.node(outer).map_or(0, |outer| outer.end)).contains(&node)
}

/// Whether the image declares that it is small.
fn is_small(tree: &ElementTree, image: u32) -> bool {
    let pixels = |name: &str| attribute(tree, image, name)?.trim().trim_end_matches("px").parse::<u32>().ok();
    [pixels("width"), pixels("height")].into_iter().flatten().any(|pixels| pixels < MIN_PIXELS)
}

/// The address of an image.
fn source(tree: &ElementTree, image: u32, base: Option<&Url>) -> Option<String> {
    let usable = |written: &str| (written.len() <= MAX_ADDRESS && !written.trim().is_empty()).then(|| address(base, written))?;
    let own = SOURCES.iter().filter_map(|name| attribute(tree, image, name)).find_map(usable);
    let largest = |node: u32| SETS.iter().filter_map(|name| attribute(tree, node, name)).find_map(|set| usable(largest(set)?));
    let parent = tree.node(image).map(|node| node.parent).filter(|parent| tree.name(*parent) == "picture");
    let sources = || parent.into_iter().flat_map(|picture| tree.children(picture)).filter(|child| tree.name(*child) == "source");
    own.or_else(|| largest(image)).or_else(|| sources().take(MAX_SOURCES).find_map(largest))
}

/// Most sources of one `<picture>` that are looked at.
const MAX_SOURCES: usize = 16;

/// The address in a `srcset` with the greatest width or density (HTML Standard, "image candidate string").
fn largest(set: &str) -> Option<&str> {
    let mut words = set.split_whitespace().filter(|word| *word != ",").peekable();
    let mut best: Option<(&str, f32)> = None;
    while let Some(word) = words.next() {
        let url = word.trim_end_matches(',');
        // A comma ends a candidate that says no size.
        let size = if url.len() < word.len() { None } else { words.next() };
        let size = size.map_or(Some(1.0), |size| size.trim_end_matches([',', 'w', 'x', 'h']).parse().ok()).unwrap_or_default();
        if best.is_none_or(|(_, largest)| size > largest) && !url.is_empty() {
            best = Some((url, size));
        }
    }
    best.map(|(url, _)| url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_of_several_sizes_is_taken() {
        for (set, url) in [
            ("a.jpg 480w, b.jpg 1200w,\n c.jpg 800w", Some("b.jpg")),
            ("a.jpg, b.jpg 2x", Some("b.jpg")),
            ("a.jpg?w=1,2 1x", Some("a.jpg?w=1,2")),
            ("a.jpg", Some("a.jpg")),
            (" , ", None),
            ("", None),
        ] {
            assert_eq!(largest(set), url, "{set}");
        }
    }
}
