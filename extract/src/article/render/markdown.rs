//! Renders an article as Markdown: CommonMark with the tables of GitHub Flavored Markdown. The title, then the story with its lists, quotations,
//! tables, links and emphasis, and what else is asked for. Text that looks like markup is escaped, so that what is read back is the story's text.

use super::story::{ListItem, Piece, Span, SpanKind, StoryBlock, story, write_spans};
use crate::article::clean::CleanedPage;
use crate::article::extras::{Comment, Extras, StoryImage};
use crate::document::{ContainerId, Role};

/// Characters that are markup anywhere in a line.
const ANYWHERE: &[char] = &['\\', '`', '*', '_', '[', ']', '<', '>', '&', '~'];

/// Renders an article. Ends with a newline.
pub fn render(cleaned: &CleanedPage, extras: &Extras) -> String {
    let mut writer = Writer::default();
    if let Some(title) = &cleaned.article.metadata.title {
        writer.block(&format!("# {}", heading(&escape(&title.value))));
    }
    let story = story(cleaned, extras);
    let is_same_table = |a: &StoryBlock<'_>, b: &StoryBlock<'_>| a.row.is_some() && table_of(a) == table_of(b);
    for group in story.blocks.chunk_by(is_same_table) {
        group.iter().flat_map(|block| &block.images).for_each(|found| writer.block(&image(found)));
        match group {
            [first, ..] if first.row.is_some() => writer.table(group),
            _ => group.iter().for_each(|block| writer.story_block(block)),
        }
    }
    story.last_images.iter().for_each(|found| writer.block(&image(found)));
    if !extras.comments.is_empty() {
        writer.block("## Comments");
        extras.comments.iter().for_each(|comment| writer.block(&quoted(comment)));
    }
    writer.out
}

/// An image on its own.
fn image(image: &StoryImage) -> String {
    format!("![{}]({})", escape(&image.alt), destination(&image.url))
}

/// A comment as a quotation, so that it is seen where it ends.
fn quoted(comment: &Comment) -> String {
    let date = comment.date.map(|day| day.to_string());
    let author = comment.author.as_deref().map(standfirst);
    let signature: Vec<String> = author.into_iter().chain(date).collect();
    let signature = (!signature.is_empty()).then(|| signature.join(", "));
    let paragraphs = comment.paragraphs().map(|text| escape_start(&escape(&one_line(text))));
    let paragraphs: Vec<String> = signature.into_iter().chain(paragraphs).map(|text| format!("> {text}")).collect();
    paragraphs.join("\n>\n")
}

fn table_of(block: &StoryBlock<'_>) -> Option<ContainerId> {
    block.row.map(|row| row.table)
}

/// A list item that is being written.
struct OpenItem {
    list: Option<ContainerId>,
    item: Option<ContainerId>,
    /// The column of its content.
    content_at: usize,
    /// The character that ends the marker: `-` and `*`, `.` and `)`. Another one begins another list.
    delimiter: char,
}

/// The Markdown so far, and what the next block may continue.
#[derive(Default)]
struct Writer {
    out: String,
    items: Vec<OpenItem>,
    quote: Option<ContainerId>,
}

impl Writer {
    /// A block of its own: ends lists and quotations.
    fn block(&mut self, text: &str) {
        self.items.clear();
        self.quote = None;
        self.blank_line();
        self.line(0, text);
    }

    fn blank_line(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn story_block(&mut self, block: &StoryBlock<'_>) {
        match block.role {
            // Only the title is a first-level heading.
            Role::Heading(level) => {
                self.block(&format!("{} {}", "#".repeat(usize::from(level.clamp(2, 6))), heading(&inline(block))));
            }
            Role::Standfirst => self.block(&standfirst(&one_line(block.text))),
            Role::Paragraph | Role::TableRow => self.block(&escape_start(&inline(block))),
            Role::ListItem => self.list_item(block),
            Role::Quote => self.quote(block),
            Role::Code => self.block(&code(block.text)),
        }
    }

    /// Blocks of one quotation stay together.
    fn quote(&mut self, block: &StoryBlock<'_>) {
        self.items.clear();
        if self.quote.is_some() && self.quote == block.quote {
            self.line(0, ">");
        } else {
            self.blank_line();
        }
        self.quote = block.quote;
        self.line(0, &format!("> {}", escape_start(&inline(block))));
    }

    fn list_item(&mut self, block: &StoryBlock<'_>) {
        self.quote = None;
        let follows_list = !self.items.is_empty();
        let text = escape_start(&inline(block));
        let place = block.items.last();
        // What this block is not in ends.
        let is_around = |open: &OpenItem| block.items.iter().any(|around| Some(around.item) == open.item);
        let kept = self.items.iter().take_while(|open| is_around(open)).count();
        let closed: Option<OpenItem> = self.items.drain(kept..).next();
        let inside = self.items.last().map(|open| (open.item, open.content_at));
        if let (Some((item, content_at)), Some(place)) = (inside, place)
            && item == Some(place.item)
        {
            // A further paragraph of the same item.
            self.blank_line();
            self.line(content_at, &text);
            return;
        }
        let marker_at = inside.map_or(0, |(_, content_at)| content_at);
        let delimiter = delimiter(place, closed.as_ref());
        let marker = match place.and_then(|place| place.number) {
            Some(number) => format!("{number}{delimiter}"),
            None => delimiter.to_string(),
        };
        // A numbered list that does not begin with 1 cannot follow a paragraph at once.
        let is_first = closed.as_ref().is_none_or(|closed| closed.delimiter != delimiter);
        if !follows_list || (is_first && place.is_some_and(|place| place.number.is_some_and(|number| number != 1))) {
            self.blank_line();
        }
        self.line(marker_at, &format!("{marker} {text}"));
        self.items.push(OpenItem {
            list: place.map(|place| place.list),
            item: place.map(|place| place.item),
            content_at: marker_at + marker.len() + 1,
            delimiter,
        });
    }

    /// The rows of a table. One column is no table but a layout; its cells are paragraphs.
    fn table(&mut self, rows: &[StoryBlock<'_>]) {
        let columns = rows.iter().map(|row| row.cells().count()).max().unwrap_or_default();
        if columns < 2 {
            rows.iter().for_each(|row| self.story_block(row));
            return;
        }
        let (header, body) = match rows {
            [first, rest @ ..] if first.row.is_some_and(|row| row.is_header) => (table_row(first.cells(), columns), rest),
            _ => (table_row(std::iter::empty(), columns), rows),
        };
        self.block(&header);
        self.line(0, &format!("|{}", "---|".repeat(columns)));
        for row in body {
            self.line(0, &table_row(row.cells(), columns));
        }
    }
}

/// The end of an item's marker: that of the item before in the same list; another one if another list ended here.
fn delimiter(place: Option<&ListItem>, closed: Option<&OpenItem>) -> char {
    let usual = if place.is_some_and(|place| place.number.is_some()) { ['.', ')'] } else { ['-', '*'] };
    match closed {
        Some(closed) if closed.list == place.map(|place| place.list) => closed.delimiter,
        Some(closed) if closed.delimiter == usual[0] => usual[1],
        _ => usual[0],
    }
}

fn table_row<'a>(cells: impl Iterator<Item = &'a str>, columns: usize) -> String {
    let cells: Vec<String> = cells.map(|cell| escape(&one_line(cell)).replace('|', "\\|")).collect();
    let padding = columns.saturating_sub(cells.len());
    let row: String = cells.iter().map(|cell| format!(" {cell} |")).collect();
    format!("|{row}{}", "  |".repeat(padding))
}

/// The summary, all of it strong. Strong text ends badly next to some punctuation; then it is a plain paragraph.
fn standfirst(text: &str) -> String {
    match text.chars().next() {
        Some(first) if !first.is_whitespace() && !text.ends_with(char::is_whitespace) => format!("**{}**", escape(text)),
        _ => escape_start(&escape(text)),
    }
}

/// Text on one line: preformatted text has line breaks, which only code keeps.
fn one_line(text: &str) -> String {
    if text.contains('\n') {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    }
}

/// The text of a block on one line, with its links and emphasis.
fn inline(block: &StoryBlock<'_>) -> String {
    let text = block.text;
    if block.spans.is_empty() || text.contains('\n') {
        return escape(&one_line(text));
    }
    let mut out = String::with_capacity(text.len() + 16);
    // Two runs of asterisks side by side would be read as one.
    let mut last_close = None;
    let mut shown = Vec::new();
    write_spans(text, &block.spans, &mut |piece| match piece {
        Piece::Text(run) => out.push_str(&escape(run)),
        Piece::Open(span) => {
            let mark = mark(span).filter(|mark| mark.starts_with('[') || (can_mark(text, span) && last_close != Some(out.len())));
            shown.push(mark.is_some());
            // `![` would be an image.
            if mark == Some("[") && out.ends_with('!') {
                out.truncate(out.len() - 1);
                out.push_str("\\!");
            }
            out.push_str(mark.unwrap_or_default());
        }
        Piece::Close(span) => {
            if shown.pop() == Some(true) {
                match &span.kind {
                    SpanKind::Link(target) => out.push_str(&format!("]({})", destination(target))),
                    _ => {
                        out.push_str(mark(span).unwrap_or_default());
                        last_close = Some(out.len());
                    }
                }
            }
        }
    });
    out
}

/// What opens a span.
fn mark(span: &Span) -> Option<&'static str> {
    Some(match span.kind {
        SpanKind::Link(_) => "[",
        SpanKind::Strong => "**",
        SpanKind::Emphasis => "*",
    })
}

/// Whether asterisks around the span are read as emphasis: they must not stand between punctuation inside and a word outside
/// (CommonMark 0.31 §6.2, a little stricter).
fn can_mark(text: &str, span: &Span) -> bool {
    let before = text.get(..span.range.start).and_then(|before| before.chars().next_back());
    let after = text.get(span.range.end..).and_then(|after| after.chars().next());
    let inside = text.get(span.range.clone()).unwrap_or_default();
    let is_free = |c: Option<char>| c.is_none_or(|c| c.is_whitespace());
    let fits = |inner: Option<char>, outer: Option<char>| {
        is_free(outer) || (inner.is_some_and(char::is_alphanumeric) && outer != Some('*'))
    };
    fits(inside.chars().next(), before) && fits(inside.chars().next_back(), after)
}

/// A URL as a link's destination.
fn destination(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '\\' => out.push_str("%5C"),
            '`' => out.push_str("%60"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '&' => out.push_str("\\&"),
            c => out.push(c),
        }
    }
    out
}

/// Escapes characters that are markup anywhere.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if ANYWHERE.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A heading may end in a row of `#`, which means nothing.
fn heading(text: &str) -> String {
    text.replace('#', "\\#")
}

/// Escapes what is markup only at the start of a line: headings, lists, rules, tables.
fn escape_start(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) && text[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    if text.starts_with(['#', '-', '+', '=', '|']) { format!("\\{text}") } else { text.to_owned() }
}

/// Code in a fence that is longer than any run of backticks in it.
fn code(text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}\n{text}\n{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_markup_is_escaped() {
        let paragraph = |text: &str| escape_start(&escape(text));
        assert_eq!(paragraph("1. a *b* <c>"), "1\\. a \\*b\\* \\<c\\>");
        assert_eq!(paragraph("# no heading"), "\\# no heading");
        assert_eq!(paragraph("1984 was"), "1984 was");
        assert_eq!(heading(&escape("A_b in C #")), "A\\_b in C \\#");
        assert_eq!(code("a ``` b"), "````\na ``` b\n````");
        assert_eq!(table_row(["a|b", "*c*"].into_iter(), 3), "| a\\|b | \\*c\\* |  |");
        assert_eq!(destination("https://a.example/(b)?c&copy=1"), "https://a.example/%28b%29?c\\&copy=1");
    }
}
