//! Renders an article as a small, complete HTML page without scripts or styles: the story with its lists, quotations, tables, links and emphasis.

use super::story::{ListItem, Piece, SpanKind, StoryBlock, story_blocks, write_spans};
use crate::article::clean::CleanedPage;
use crate::base::escape::escape_html;
use crate::document::{ContainerId, Role};

/// Renders an article. Ends with a newline.
pub fn render(cleaned: &CleanedPage) -> String {
    let mut writer = Writer { out: head(cleaned), open: Vec::new() };
    for block in story_blocks(cleaned) {
        writer.block(&block);
    }
    writer.close_all();
    writer.out + "</article>\n</body>\n</html>\n"
}

/// The page up to the story.
fn head(cleaned: &CleanedPage) -> String {
    let metadata = &cleaned.article.metadata;
    let title = metadata.title.as_ref().map(|found| escape_html(&found.value)).unwrap_or_default();
    let lang = metadata.language.as_ref().map(|found| format!(" lang=\"{}\"", escape_html(&found.value))).unwrap_or_default();
    let mut out = format!("<!doctype html>\n<html{lang}>\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n");
    if let Some(authors) = &metadata.authors {
        for author in &authors.value {
            out.push_str(&format!("<meta name=\"author\" content=\"{}\">\n", escape_html(author)));
        }
    }
    if let Some(published) = &metadata.published {
        let day = published.value.day;
        out.push_str(&format!("<meta property=\"article:published_time\" content=\"{day}\">\n"));
    }
    out.push_str("</head>\n<body>\n<article>\n");
    if !title.is_empty() {
        out.push_str(&format!("<h1>{title}</h1>\n"));
    }
    out
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

struct Writer {
    out: String,
    open: Vec<OpenGroup>,
}

impl Writer {
    fn block(&mut self, block: &StoryBlock<'_>) {
        match block.role {
            Role::ListItem => return self.list_item(block),
            Role::TableRow => self.enter(&[(Group::Table(block.row.map(|row| row.table)), "<table>", "</table>")]),
            Role::Quote => self.enter(&[(Group::Quote(block.quote), "<blockquote>", "</blockquote>")]),
            _ => self.enter(&[]),
        }
        let text = if block.role == Role::Code { escape_html(block.text) } else { inline(block) };
        let html = match block.role {
            // Only the title is a first-level heading.
            Role::Heading(level) => format!("<h{0}>{text}</h{0}>", level.clamp(2, 6)),
            Role::Standfirst => format!("<p><strong>{}</strong></p>", escape_html(block.text)),
            Role::Paragraph | Role::Quote | Role::ListItem => format!("<p>{text}</p>"),
            Role::TableRow => row(block),
            // The parser drops a line feed right after the tag.
            Role::Code => format!("<pre>\n{text}</pre>"),
        };
        self.out.push_str(&(html + "\n"));
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

    fn close_all(&mut self) {
        self.close_to(0);
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
            self.out.push_str(&format!("<p>{}</p>\n", inline(block)));
            return;
        }
        for (depth, item) in items.iter().enumerate().skip(same / 2) {
            if self.open.len() == 2 * depth {
                let (start, end) = if item.number.is_some() { ("<ol>\n", "</ol>") } else { ("<ul>\n", "</ul>") };
                self.out.push_str(start);
                self.open.push(OpenGroup { kind: Group::List(place(item.list)), end });
            }
            let start = item.number.map_or_else(|| "<li>".to_owned(), |number| format!("<li value=\"{number}\">"));
            self.out.push_str(&start);
            self.open.push(OpenGroup { kind: Group::Item(place(item.item)), end: "</li>" });
        }
        self.out.push_str(&(inline(block) + "\n"));
    }
}

fn row(block: &StoryBlock<'_>) -> String {
    let cell = if block.row.is_some_and(|row| row.is_header) { "th" } else { "td" };
    let cells: String = block.cells().map(|text| format!("<{cell}>{}</{cell}>", escape_html(text))).collect();
    format!("<tr>{cells}</tr>")
}

/// The text of a block with its links and emphasis.
fn inline(block: &StoryBlock<'_>) -> String {
    let mut out = String::with_capacity(block.text.len() + 16);
    write_spans(block.text, &block.spans, &mut |piece| match piece {
        Piece::Text(run) => out.push_str(&escape_html(run)),
        Piece::Open(span) => match &span.kind {
            SpanKind::Link(target) => out.push_str(&format!("<a href=\"{}\">", escape_html(target))),
            SpanKind::Strong => out.push_str("<strong>"),
            SpanKind::Emphasis => out.push_str("<em>"),
        },
        Piece::Close(span) => out.push_str(match span.kind {
            SpanKind::Link(_) => "</a>",
            SpanKind::Strong => "</strong>",
            SpanKind::Emphasis => "</em>",
        }),
    });
    out
}
