//! A parsed page: its blocks, the containers around them, and its head.

use std::collections::BTreeSet;

use super::caps::{MAX_BLOCKS, MERGED_BYTES};
use super::head::Head;
use crate::document::selected::Selected;
use crate::document::{Block, Container, ContainerId, Decoding, Favour, FeedEntry, InlineSpan, Limit};

/// A parsed page: blocks in document order, the containers around them, and what its head declares.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The format that it was read from.
    pub format: Format,
    /// Runs of text in document order. Together they are all the text of the page, visible and hidden.
    pub blocks: Vec<Block>,
    /// Block-level elements in document order, parents before their children; the first is the root. Text dumps have the root, and a container for
    /// each kind of line marker.
    pub containers: Vec<Container>,
    /// Links and emphasis in the blocks of HTML, sorted by block, for renderers that keep them.
    pub inline: Vec<InlineSpan>,
    /// What the page declares about itself.
    pub head: Head,
    /// The entry of the feed that linked to the page, which is not part of its bytes: set by the caller.
    pub feed: Option<Box<FeedEntry>>,
    /// The path of the file that it is from, with `/` as separator, if the caller knows it: for the rules of sites.
    pub path: Option<String>,
    /// The name of its site, if the caller knows it: for the rules of sites.
    pub site_name: Option<String>,
    /// What the expressions of its site's rules select.
    pub selected: Vec<Selected>,
    /// What is favoured where it is unsure whether a block belongs to the story.
    pub favour: Favour,
    /// The caps that the page exceeded.
    pub limits: BTreeSet<Limit>,
    /// What was wrong with its characters, if anything was.
    pub decoding: Option<Decoding>,
}

/// The format of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// HTML markup.
    #[default]
    Html,
    /// Plain text or Markdown, one line or paragraph per block.
    Text,
}

impl Page {
    /// Appends a block. Beyond [`MAX_BLOCKS`], its text becomes a line of the last block that is as visible, until that has [`MERGED_BYTES`].
    pub(super) fn push_block(&mut self, block: Block) {
        if self.blocks.len() >= MAX_BLOCKS {
            self.limits.insert(Limit::Blocks);
            let merged = self.blocks.iter_mut().skip(MAX_BLOCKS).rev().take(2);
            if let Some(last) = merged.into_iter().find(|last| last.hidden == block.hidden && last.text.len() < MERGED_BYTES) {
                last.text.push('\n');
                last.text.push_str(&block.text);
                last.link_chars = last.link_chars.saturating_add(block.link_chars);
                last.links = last.links.saturating_add(block.links);
                last.emphasis_chars = last.emphasis_chars.saturating_add(block.emphasis_chars);
                return;
            }
        }
        self.blocks.push(block);
    }

    /// Whether further blocks are merged.
    pub(super) fn is_full(&self) -> bool {
        self.blocks.len() >= MAX_BLOCKS
    }

    /// The containers around a block, innermost first, root last.
    pub fn ancestors(&self, block: &Block) -> impl Iterator<Item = &Container> {
        let mut next = Some(block.container);
        std::iter::from_fn(move || {
            let id = next?;
            let container = self.containers.get(id.index())?;
            next = (id != ContainerId::ROOT).then_some(container.parent);
            Some(container)
        })
    }

    /// Adds the value of each container to all its ancestors; `values` has one entry per container.
    pub fn sum_upwards<T: Copy>(&self, values: &mut [T], add: impl Fn(&mut T, T)) {
        // Parents come before their children, so one backward pass suffices.
        for index in (1..values.len()).rev() {
            let parent = self.containers.get(index).map_or(0, |container| container.parent.index());
            if let Some(own) = values.get(index).copied()
                && let Some(above) = values.get_mut(parent)
            {
                add(above, own);
            }
        }
    }

    /// Whether another page has so much more text that this one has hardly any.
    pub(super) fn is_outweighed_by(&self, other: &Self) -> bool {
        let text = |page: &Self| page.blocks.iter().map(|block| block.text.len()).sum::<usize>();
        text(other) > 4 * text(self)
    }

    /// Takes the content of the page's `<noscript>` if the page itself has hardly any text: forums and applications may serve an empty page that
    /// scripts fill, with the text in one large `<noscript>`.
    pub(super) fn or_noscript(mut self, noscript: Self) -> Self {
        if self.is_outweighed_by(&noscript) {
            (self.blocks, self.containers) = (noscript.blocks, noscript.containers);
            self.inline = noscript.inline;
            (self.head.times, self.head.bylines) = (noscript.head.times, noscript.head.bylines);
            self.limits.extend(noscript.limits);
        }
        self
    }
}
