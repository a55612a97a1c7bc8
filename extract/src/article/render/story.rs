//! The blocks of a story with what the renderers show of their surroundings: lists, quotations, tables, links, emphasis, images. Writes no format.

use std::ops::Range;

use url::Url;

use crate::article::clean::CleanedPage;
use crate::article::extras::{Extras, StoryImage, address};
use crate::base::text::is_space;
use crate::document::{Block, Container, ContainerId, InlineKind, InlineSpan, Role, Tag};
use crate::page::Page;

/// Most lists inside each other that are shown as such; items of deeper ones are further paragraphs of the innermost item shown. Every block has its
/// items, and every renderer compares them with those of the block before.
const MAX_LIST_DEPTH: usize = 16;

/// A kept block.
pub(super) struct StoryBlock<'a> {
    /// Its role.
    pub role: Role,
    /// Its text.
    pub text: &'a str,
    /// The items of lists that it is in, outermost first, at most [`MAX_LIST_DEPTH`]; empty for an item without a list around it, such as a line of a text dump.
    pub items: Vec<ListItem>,
    /// The quotation that it is in.
    pub quote: Option<ContainerId>,
    /// Its place in a table.
    pub row: Option<TableRow>,
    /// Its links and emphasis, outer ones first.
    pub spans: Vec<Span>,
    /// The images before it; those of a table are before its first row.
    pub images: Vec<&'a StoryImage>,
    /// Which paragraph of the clean text it begins with, from 0.
    pub paragraph: usize,
}

/// A story.
pub(super) struct Story<'a> {
    /// Its blocks, in order.
    pub blocks: Vec<StoryBlock<'a>>,
    /// The images after the last.
    pub last_images: &'a [StoryImage],
    /// The number of paragraphs of the clean text.
    pub paragraphs: usize,
}

/// An item of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ListItem {
    pub list: ContainerId,
    pub item: ContainerId,
    /// Its number, from 1, in a numbered list.
    pub number: Option<u32>,
}

/// The place of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TableRow {
    pub table: ContainerId,
    /// Its cells are headers of columns.
    pub is_header: bool,
}

/// A link or emphasised run, as a range of bytes of the text.
pub(super) struct Span {
    pub range: Range<usize>,
    pub kind: SpanKind,
}

/// What a span is.
pub(super) enum SpanKind {
    /// A link to an absolute http or https URL.
    Link(String),
    Strong,
    Emphasis,
}

impl StoryBlock<'_> {
    /// The cells of a row.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.text.split(" | ")
    }
}

/// The kept blocks, in order, with the images that were asked for. The lines of a merged block (see [`crate::document::Limit::Blocks`]) come one by one,
/// without spans; only code has line breaks.
pub(super) fn story<'a>(cleaned: &'a CleanedPage, extras: &'a Extras) -> Story<'a> {
    let page = &cleaned.page;
    let places = Places::of(page);
    let base = if extras.include.links { extras.base.as_ref() } else { page.head.url.as_ref() };
    let (mut images, mut paragraphs) = (extras.images.as_slice(), 0);
    let kept = cleaned.labelled.kept().filter_map(|(index, role)| Some((index, role, page.blocks.get(index)?)));
    let block_of = |(index, role, block): (usize, Role, &'a Block)| {
        let (before, rest) = images.split_at(images.partition_point(|image| image.block <= index));
        let paragraph = paragraphs;
        images = rest;
        paragraphs += block.text.split("\n\n").count();
        StoryBlock {
            role,
            text: &block.text,
            items: if role == Role::ListItem { places.items(block.container) } else { Vec::new() },
            quote: places.ancestor(block.container, Tag::Blockquote).filter(|_| role == Role::Quote),
            row: places.row(block.container).filter(|_| role == Role::TableRow),
            spans: spans(page, index, role, (&block.text, base)),
            images: before.iter().collect(),
            paragraph,
        }
    };
    let mut blocks = Vec::new();
    for block in kept.map(block_of) {
        if block.role == Role::Code || !block.text.contains('\n') {
            blocks.push(block);
            continue;
        }
        let lines = block.text.split('\n').enumerate().map(|(number, text)| StoryBlock {
            text,
            items: block.items.clone(),
            spans: Vec::new(),
            images: if number == 0 { block.images.clone() } else { Vec::new() },
            ..block
        });
        blocks.extend(lines);
    }
    gather_images_of_tables(&mut blocks);
    Story { blocks, last_images: images, paragraphs }
}

fn gather_images_of_tables(blocks: &mut [StoryBlock<'_>]) {
    for table in blocks.chunk_by_mut(|a, b| a.row.is_some() && a.row.map(|row| row.table) == b.row.map(|row| row.table)) {
        let [first, rows @ ..] = table else { continue };
        rows.iter_mut().for_each(|row| first.images.append(&mut row.images));
    }
}

/// Answers questions about containers, each in time linear in the depth.
struct Places<'a> {
    containers: &'a [Container],
    /// For an `li` of a numbered list, its number; else 0.
    numbers: Vec<u32>,
    /// Whether the container is a row with header cells and no others.
    header_rows: Vec<bool>,
}

impl<'a> Places<'a> {
    fn of(page: &'a Page) -> Self {
        let containers = page.containers.as_slice();
        let mut counts = vec![0u32; containers.len()];
        let mut numbers = counts.clone();
        let (mut headers, mut others) = (vec![false; containers.len()], vec![false; containers.len()]);
        for (index, container) in containers.iter().enumerate() {
            let parent = container.parent.index();
            let is_numbered = container.tag == Tag::Li && containers.get(parent).is_some_and(|parent| parent.tag == Tag::Ol);
            if let (true, Some(count), Some(number)) = (is_numbered, counts.get_mut(parent), numbers.get_mut(index)) {
                *count += 1;
                *number = *count;
            }
            let cells = match container.tag {
                Tag::Th => &mut headers,
                Tag::Td => &mut others,
                _ => continue,
            };
            cells.get_mut(parent).into_iter().for_each(|has| *has = true);
        }
        let header_rows = headers.into_iter().zip(others).map(|(header, other)| header && !other).collect();
        Self { containers, numbers, header_rows }
    }

    /// A container and those around it, innermost first, without the root.
    fn around(&self, from: ContainerId) -> impl Iterator<Item = (ContainerId, &'a Container)> {
        let mut next = Some(from);
        std::iter::from_fn(move || {
            let id = next.filter(|id| *id != ContainerId::ROOT)?;
            let container = self.containers.get(id.index())?;
            next = Some(container.parent);
            Some((id, container))
        })
    }

    fn ancestor(&self, from: ContainerId, tag: Tag) -> Option<ContainerId> {
        self.around(from).find(|(_, container)| container.tag == tag).map(|(id, _)| id)
    }

    fn items(&self, from: ContainerId) -> Vec<ListItem> {
        let item = |(item, container): (ContainerId, &Container)| {
            let list = container.parent;
            let is_list = matches!(self.containers.get(list.index())?.tag, Tag::Ul | Tag::Ol | Tag::Menu);
            let number = self.numbers.get(item.index()).copied().filter(|number| *number > 0);
            (container.tag == Tag::Li && is_list).then_some(ListItem { list, item, number })
        };
        let mut items: Vec<ListItem> = self.around(from).filter_map(item).collect();
        items.reverse();
        items.truncate(MAX_LIST_DEPTH);
        items
    }

    fn row(&self, from: ContainerId) -> Option<TableRow> {
        let table = self.ancestor(from, Tag::Table)?;
        let row = self.ancestor(from, Tag::Tr)?;
        Some(TableRow { table, is_header: self.header_rows.get(row.index()).copied().unwrap_or_default() })
    }
}

/// The spans of a block, with the address that its links are relative to: no emphasis inside emphasis, no link inside a link.
fn spans(page: &Page, block: usize, role: Role, (text, base): (&str, Option<&Url>)) -> Vec<Span> {
    let index = u32::try_from(block).unwrap_or(u32::MAX);
    let first = page.inline.partition_point(|span| span.block < index);
    let own = page.inline.get(first..).unwrap_or_default();
    let own = own.get(..own.partition_point(|span| span.block == index)).unwrap_or_default();
    // Cells and lines have no place for them.
    if own.is_empty() || matches!(role, Role::TableRow | Role::Code) {
        return Vec::new();
    }
    let offsets: Vec<usize> = text.char_indices().filter(|(_, c)| !is_space(*c)).map(|(at, _)| at).collect();
    let (mut spans, mut link_end, mut emphasis_end) = (Vec::<Span>::new(), 0, 0);
    for InlineSpan { start, end, kind, .. } in own.iter().filter(|span| span.of as usize == offsets.len()) {
        let end_of = |last: usize| text.get(last..).and_then(|rest| rest.chars().next()).map_or(last, |c| last + c.len_utf8());
        let last = (*end as usize).checked_sub(1).and_then(|last| offsets.get(last).copied());
        let (Some(start), Some(end)) = (offsets.get(*start as usize).copied(), last.map(end_of)) else { continue };
        let kind = match kind {
            InlineKind::Link(target) if start >= link_end => match address(base, target) {
                Some(target) => SpanKind::Link(target),
                None => continue,
            },
            InlineKind::Strong if start >= emphasis_end => SpanKind::Strong,
            InlineKind::Emphasis if start >= emphasis_end => SpanKind::Emphasis,
            _ => continue,
        };
        let is_nested = spans.iter().rev().take_while(|outer| outer.range.end > start).all(|outer| outer.range.end >= end);
        if !is_nested {
            continue;
        }
        let covered = if matches!(kind, SpanKind::Link(_)) { &mut link_end } else { &mut emphasis_end };
        *covered = end;
        spans.push(Span { range: start..end, kind });
    }
    spans
}

/// Writes text with its spans: `write` gets each run of text, and each span as it opens and closes.
pub(super) fn write_spans<'s>(text: &str, spans: &'s [Span], write: &mut dyn FnMut(Piece<'_, 's>)) {
    let (mut at, mut open) = (0, Vec::<&Span>::new());
    for span in spans {
        while let Some(inner) = open.pop_if(|inner| inner.range.end <= span.range.start) {
            write_text(text, &mut at, inner.range.end, write);
            write(Piece::Close(inner));
        }
        write_text(text, &mut at, span.range.start, write);
        write(Piece::Open(span));
        open.push(span);
    }
    while let Some(inner) = open.pop() {
        write_text(text, &mut at, inner.range.end, write);
        write(Piece::Close(inner));
    }
    write_text(text, &mut at, text.len(), write);
}

fn write_text<'s>(text: &str, at: &mut usize, end: usize, write: &mut dyn FnMut(Piece<'_, 's>)) {
    if let Some(run) = text.get(*at..end).filter(|run| !run.is_empty()) {
        write(Piece::Text(run));
        *at = end;
    }
}

/// A part of a text with spans.
pub(super) enum Piece<'t, 's> {
    Text(&'t str),
    Open(&'s Span),
    Close(&'s Span),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Config, ReadHints, read};

    #[test]
    fn lists_are_shown_up_to_a_depth() {
        let depth = |lists: usize| {
            let html = format!("<html>{}<p>The ferry sails again.</p>", "<ul><li>".repeat(lists));
            let page = read(html.as_bytes(), ReadHints::default(), &Config::default()).unwrap();
            let block = page.blocks.iter().find(|block| block.text.contains("ferry")).unwrap();
            Places::of(&page).items(block.container).len()
        };
        assert_eq!([1, 3, 16, 400].map(depth), [1, 3, 16, MAX_LIST_DEPTH]);
    }
}
