//! Text dumps to blocks: one block per line, or per paragraph if the text is hard-wrapped. Markdown's line markers become containers.

use super::content::{Format, Page};
use super::markdown;
use crate::base::text::{into_nfc, is_space, squeeze, without_invisible};
use crate::document::{Block, Container, ContainerId, Tag};

/// Widest column at which people and programs wrap text.
const MAX_WRAP: usize = 100;

/// Narrowest column at which they do.
const MIN_WRAP: usize = 50;

/// How much shorter than the widest line a full line may be: hyphenation, double-width quotes and manual wrapping leave gaps.
const RAGGED: usize = 6;

/// Turns a text dump into a page. Line endings may be LF, CRLF, CR or the Unicode separators.
pub fn page_of(text: &str) -> Page {
    let mut page = Page { format: Format::Text, containers: vec![Container::root(Tag::Text)], ..Page::default() };
    let (front_matter, skipped) = markdown::front_matter(text);
    page.head.meta = front_matter;
    let lines = || lines_of(text).filter(|line| line.number > skipped);
    let markdown = skipped > 0 || markdown::is_likely(text);
    let width = wrap_width(lines);
    let mut open: Option<OpenParagraph> = None;
    for line in lines() {
        let joins =
            open.as_ref().is_some_and(|open| line.gap == 0 && width.is_some_and(|width| open.continues_with(&line, width)));
        match &mut open {
            Some(paragraph) if joins => paragraph.append(&line),
            _ => {
                push_block(&mut page, open.take(), markdown);
                open = Some(OpenParagraph::new(&line));
            }
        }
    }
    push_block(&mut page, open, markdown);
    page
}

/// A non-empty line.
#[derive(Clone, Copy)]
struct TextLine<'a> {
    /// Without surrounding white space.
    text: &'a str,
    /// Line number, from 1.
    number: u32,
    /// Blank lines before it.
    gap: u32,
    chars: usize,
}

/// The lines with text. A large dump has millions, so they are not collected.
fn lines_of(text: &str) -> impl Iterator<Item = TextLine<'_>> {
    let (mut number, mut gap) = (0u32, 0u32);
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        while let Some(text) = rest {
            let (line, after) = split_line(text);
            rest = after;
            number = number.saturating_add(1);
            let text = line.trim_matches(is_space);
            if text.is_empty() {
                gap = gap.saturating_add(1);
                continue;
            }
            let chars = if text.is_ascii() { text.len() } else { text.chars().count() };
            return Some(TextLine { text, number, gap: std::mem::take(&mut gap), chars });
        }
        None
    })
}

/// The first line, and what is after its end, if it has one. A carriage return before another line ending is part of that.
fn split_line(text: &str) -> (&str, Option<&str>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    // A byte below 0x80 is a character; the other line endings begin with these two.
    while let Some(ahead) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| MAY_END_LINE[usize::from(*byte)])) {
        at += ahead;
        let after_return = usize::from(bytes.get(at) == Some(&b'\r'));
        let length = after_return + line_end(bytes.get(at + after_return..).unwrap_or_default());
        if length > 0 {
            return (text.get(..at).unwrap_or_default(), text.get(at + length..));
        }
        at += 1;
    }
    (text, None)
}

/// The length of the line ending that is not a carriage return, if the text begins with one.
fn line_end(text: &[u8]) -> usize {
    match text {
        [b'\n' | b'\x0c', ..] => 1,
        [0xc2, 0x85, ..] => 2,
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
        _ => 0,
    }
}

/// The first bytes of line endings.
static MAY_END_LINE: [bool; 256] = {
    let mut table = [false; 256];
    let firsts = [b'\n', b'\r', b'\x0c', 0xc2, 0xe2];
    let mut at = 0;
    while at < firsts.len() {
        table[firsts[at] as usize] = true;
        at += 1;
    }
    table
};

/// The column at which the text is hard-wrapped, if it is: hardly any line is longer, and most lines with a line right after them are full (the first
/// word of the next line would not have fitted).
fn wrap_width<'t, Lines: Iterator<Item = TextLine<'t>>>(lines: impl Fn() -> Lines) -> Option<usize> {
    let (mut count, mut with_length) = (0usize, [0usize; MAX_WRAP + 1]);
    for line in lines() {
        count += 1;
        if let Some(same) = with_length.get_mut(line.chars) {
            *same += 1;
        }
    }
    // The length that one line in fifty exceeds.
    let mut left = count - count / 50;
    let longest = with_length.iter().position(|same| {
        left = left.saturating_sub(*same);
        left == 0
    })?;
    if !(MIN_WRAP..=MAX_WRAP).contains(&longest) {
        return None;
    }
    let (mut all, mut full) = (0, 0);
    let mut previous = None;
    for line in lines() {
        if let Some(first) = previous.replace(line).filter(|_| line.gap == 0) {
            all += 1;
            full += usize::from(is_full(&first, &line, longest));
        }
    }
    (all >= 3 && full * 10 >= all * 6).then_some(longest)
}

fn is_full(first: &TextLine<'_>, second: &TextLine<'_>, width: usize) -> bool {
    let word = second.text.split(is_space).next().map_or(0, |word| word.chars().count());
    first.chars + 1 + word + RAGGED > width
}

/// The element that a line marker of Markdown or of a plain list stands for, and the line without it.
fn marker(line: &str) -> (Tag, &str) {
    let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
    let heading = [Tag::H1, Tag::H2, Tag::H3, Tag::H4, Tag::H5, Tag::H6];
    if let Some(tag) = hashes.checked_sub(1).and_then(|level| heading.get(level))
        && let Some(rest) = line.get(hashes..).filter(|rest| rest.starts_with(' '))
    {
        return (*tag, rest.trim_start().trim_end_matches('#').trim_end());
    }
    for bullet in ["• ", "* ", "- ", "– ", "· ", "‣ ", "▪ ", "● ", "◦ ", "■ "] {
        if let Some(rest) = line.strip_prefix(bullet) {
            return (Tag::Li, rest.trim_start());
        }
    }
    match line.strip_prefix("> ") {
        Some(rest) => (Tag::Blockquote, rest.trim_start()),
        None => (Tag::Text, line),
    }
}

/// A paragraph that may continue on the next line.
struct OpenParagraph {
    tag: Tag,
    text: String,
    number: u32,
    gap: u32,
    last_chars: usize,
}

impl OpenParagraph {
    fn new(line: &TextLine<'_>) -> Self {
        let (tag, text) = marker(line.text);
        Self { tag, text: text.to_string(), number: line.number, gap: line.gap, last_chars: line.chars }
    }

    fn continues_with(&self, next: &TextLine<'_>, width: usize) -> bool {
        let (tag, _) = marker(next.text);
        // Each line of a quotation has a marker; the other markers begin a new block.
        let same_quote = self.tag == Tag::Blockquote && tag == Tag::Blockquote;
        if self.tag.heading_level().is_some() || !(tag == Tag::Text || same_quote) {
            return false;
        }
        let last = TextLine { text: "", number: 0, gap: 0, chars: self.last_chars };
        is_full(&last, next, width)
    }

    fn append(&mut self, line: &TextLine<'_>) {
        self.text.push(' ');
        self.text.push_str(marker(line.text).1);
        self.last_chars = line.chars;
    }
}

fn push_block(page: &mut Page, open: Option<OpenParagraph>, is_markdown: bool) {
    let Some(open) = open else { return };
    let inline = if is_markdown { markdown::inline(&open.text) } else { markdown::InlineText::plain(open.text) };
    let text = into_nfc(squeeze(&without_invisible(&inline.text)));
    if !text.chars().any(char::is_alphanumeric) {
        return;
    }
    let container = container_for(page, if inline.is_image { Tag::Figure } else { open.tag });
    page.push_block(Block {
        text,
        container,
        link_chars: inline.link_chars,
        links: inline.links,
        emphasis_chars: inline.emphasis_chars,
        hidden: false,
        line: open.number,
        gap: open.gap,
    });
}

/// The container for a line marker; there is one for each kind of marker on the page.
fn container_for(page: &mut Page, tag: Tag) -> ContainerId {
    let at = page.containers.iter().position(|container| container.tag == tag).unwrap_or_else(|| {
        page.containers.push(Container { tag, depth: 1, ..Container::root(Tag::Text) });
        page.containers.len() - 1
    });
    ContainerId(u32::try_from(at).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        page_of(text).blocks.into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn each_line_is_a_block_with_its_number_and_gap() {
        let page = page_of("One\r\n\r\n\r\nTwo \u{a0} words\r---\nThree\n");
        let seen: Vec<_> = page.blocks.iter().map(|b| (b.text.as_str(), b.line, b.gap)).collect();
        assert_eq!(seen, [("One", 1, 0), ("Two words", 4, 2), ("Three", 6, 0)]);
    }

    #[test]
    fn every_line_ending_counts_once() {
        let numbers = |text: &str| lines_of(text).map(|line| (line.text.to_owned(), line.number, line.gap)).collect::<Vec<_>>();
        for end in ["\n", "\r\n", "\r", "\u{2028}", "\u{2029}", "\r\u{2029}", "\u{85}", "\u{c}", "\r\u{c}"] {
            let text = format!("é “a”{end}{end} b{end}c{end}");
            let expected = [("é “a”", 1, 0), ("b", 3, 1), ("c", 4, 0)].map(|(text, number, gap)| (text.to_owned(), number, gap));
            assert_eq!(numbers(&text), expected, "{end:?}");
        }
        assert_eq!(numbers("a\r\r\nb"), [("a".to_owned(), 1, 0), ("b".to_owned(), 3, 1)]);
        assert!(numbers("").is_empty() && numbers("\n \r").is_empty());
    }

    #[test]
    fn hard_wrapped_paragraphs_are_joined() {
        let text = "The ferry had been late for the third day in a row when the\nharbour master finally wrote to the ministry to ask for a second\nboat and for a crew that could sail it.\n\nNobody answered, and by the end of the month the islanders had\nbegun to organise crossings of their own with fishing boats.\n";
        assert_eq!(texts(text).len(), 2);
        assert!(texts(text)[0].ends_with("a crew that could sail it."));
    }

    #[test]
    fn short_lines_that_follow_each_other_stay_apart() {
        assert_eq!(
            texts("Daily Briefing\nWeekend Letter\nSport\nA line that is quite a bit longer than all the others are").len(),
            4
        );
    }

    #[test]
    fn markdown_markers_become_containers() {
        let page = page_of("# Title\n\n- first\n- second\n\n> quoted\n");
        let tags: Vec<_> = page.blocks.iter().map(|b| page.containers[b.container.index()].tag).collect();
        assert_eq!(tags, [Tag::H1, Tag::Li, Tag::Li, Tag::Blockquote]);
        assert_eq!(page.blocks[1].text, "first");
    }
}
