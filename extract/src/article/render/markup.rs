//! Writes the blocks of a story as elements, in the names of one markup language: lists inside each other, tables, quotations, links, emphasis and images.
//! Knows no language; see [`Elements`].

use super::story::{ListItem, Piece, SpanKind, Story, StoryBlock, write_spans};
use crate::article::extras::{Comment, StoryImage};
use crate::document::{ContainerId, Role};

/// What a markup language calls the parts of a story. What text means is escaped by [`Elements::escape`] first.
pub(super) trait Elements {
    /// Escapes text.
    fn escape(&self, text: &str) -> String;
    /// The start and end of a list.
    fn list(&self, is_numbered: bool) -> (&'static str, &'static str);
    /// The start of an item.
    fn item(&self, number: Option<u32>) -> String;
    /// The end of an item.
    fn item_end(&self) -> &'static str;
    /// The start and end of a table.
    fn table(&self) -> (&'static str, &'static str);
    /// A row.
    fn row(&self, cells: &[String], is_header: bool) -> String;
    /// The start and end of a quotation.
    fn quote(&self) -> (&'static str, &'static str);
    /// A block that is none of these, from its escaped text with links and emphasis.
    fn block(&self, role: Role, text: &str) -> String;
    /// The start of a link or emphasised run.
    fn open(&self, kind: &SpanKind) -> String;
    /// Its end.
    fn close(&self, kind: &SpanKind) -> &'static str;
    /// An image on its own.
    fn image(&self, image: &StoryImage) -> String;
    /// A comment, the first of which has the number 1.
    fn comment(&self, number: usize, comment: &Comment) -> String;
}

/// A story as elements, each on a line.
pub(super) fn write<E: Elements>(elements: &E, story: &Story<'_>) -> String {
    let mut writer = Writer { elements, out: String::new(), open: Vec::new() };
    for block in &story.blocks {
        if !block.images.is_empty() {
            writer.close_to(0);
        }
        block.images.iter().for_each(|image| writer.image(image));
        writer.block(block);
    }
    writer.close_to(0);
    story.last_images.iter().for_each(|image| writer.image(image));
    writer.out
}

/// Comments as elements, each on a line.
pub(super) fn write_comments<E: Elements>(elements: &E, comments: &[Comment]) -> String {
    comments.iter().zip(1..).map(|(comment, number)| elements.comment(number, comment) + "\n").collect()
}

/// The paragraphs of a comment as elements with this name.
pub(super) fn paragraphs<E: Elements>(elements: &E, comment: &Comment) -> Vec<String> {
    comment.paragraphs().map(|text| format!("<p>{}</p>", elements.escape(text))).collect()
}

/// An element that further blocks may go into.
struct OpenGroup {
    kind: Group,
    /// What closes it.
    end: &'static str,
}

/// What an open element is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    /// A list; `None` for items without one.
    List(Option<ContainerId>),
    /// An item of the list around it.
    Item(Option<ContainerId>),
    Table(Option<ContainerId>),
    Quote(Option<ContainerId>),
}

struct Writer<'e, E> {
    elements: &'e E,
    out: String,
    open: Vec<OpenGroup>,
}

impl<E: Elements> Writer<'_, E> {
    fn image(&mut self, image: &StoryImage) {
        let element = self.elements.image(image);
        self.out.push_str(&(element + "\n"));
    }

    fn block(&mut self, block: &StoryBlock<'_>) {
        let (table, quote) = (self.elements.table(), self.elements.quote());
        match block.role {
            Role::ListItem => return self.list_item(block),
            Role::TableRow => self.enter(&[(Group::Table(block.row.map(|row| row.table)), table.0, table.1)]),
            Role::Quote => self.enter(&[(Group::Quote(block.quote), quote.0, quote.1)]),
            _ => self.enter(&[]),
        }
        let text = match block.role {
            Role::TableRow => self.row(block),
            Role::Code | Role::Standfirst => self.elements.block(block.role, &self.elements.escape(block.text)),
            role => self.elements.block(role, &self.inline(block)),
        };
        self.out.push_str(&(text + "\n"));
    }

    fn row(&self, block: &StoryBlock<'_>) -> String {
        let cells: Vec<String> = block.cells().map(|text| self.elements.escape(text)).collect();
        self.elements.row(&cells, block.row.is_some_and(|row| row.is_header))
    }

    /// The text of a block with its links and emphasis.
    fn inline(&self, block: &StoryBlock<'_>) -> String {
        let mut out = String::with_capacity(block.text.len() + 16);
        write_spans(block.text, &block.spans, &mut |piece| match piece {
            Piece::Text(run) => out.push_str(&self.elements.escape(run)),
            Piece::Open(span) => out.push_str(&self.elements.open(&span.kind)),
            Piece::Close(span) => out.push_str(self.elements.close(&span.kind)),
        });
        out
    }

    /// Closes what the next block is not in, and opens what it is in.
    fn enter(&mut self, groups: &[(Group, &str, &'static str)]) {
        let same = self.open.iter().zip(groups).take_while(|(open, (kind, ..))| open.kind == *kind).count();
        self.close_to(same);
        for (kind, start, end) in groups.iter().skip(same) {
            self.out.push_str(&format!("{start}\n"));
            self.open.push(OpenGroup { kind: *kind, end });
        }
    }

    fn close_to(&mut self, length: usize) {
        while self.open.len() > length
            && let Some(group) = self.open.pop()
        {
            self.out.push_str(&format!("{}\n", group.end));
        }
    }

    fn list_item(&mut self, block: &StoryBlock<'_>) {
        let flat = [ListItem { list: ContainerId::ROOT, item: ContainerId::ROOT, number: None }];
        let is_flat = block.items.is_empty();
        let items = if is_flat { flat.as_slice() } else { block.items.as_slice() };
        let place = |id: ContainerId| (!is_flat).then_some(id);
        // How far the open elements are those around this block.
        let wanted = items.iter().flat_map(|item| [Group::List(place(item.list)), Group::Item(place(item.item))]);
        let mut same = self.open.iter().zip(wanted).take_while(|(open, wanted)| open.kind == *wanted).count();
        if is_flat {
            // Each is an item of its own.
            same = same.min(1);
        }
        self.close_to(same);
        if same == 2 * items.len() {
            let text = self.elements.block(Role::ListItem, &self.inline(block));
            self.out.push_str(&(text + "\n"));
            return;
        }
        for (depth, item) in items.iter().enumerate().skip(same / 2) {
            if self.open.len() == 2 * depth {
                let (start, end) = self.elements.list(item.number.is_some());
                self.out.push_str(&format!("{start}\n"));
                self.open.push(OpenGroup { kind: Group::List(place(item.list)), end });
            }
            self.out.push_str(&self.elements.item(item.number));
            self.open.push(OpenGroup { kind: Group::Item(place(item.item)), end: self.elements.item_end() });
        }
        let text = self.inline(block);
        self.out.push_str(&(text + "\n"));
    }
}
