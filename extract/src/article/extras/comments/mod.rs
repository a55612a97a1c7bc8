//! The comments of readers, from the blocks that the labeller removed as such. What is a comment, who wrote it and when is what the markup names; where it
//! names no comments, every paragraph is one.

mod names;

use serde::Serialize;

use super::elements::{BlockCounts, attribute};
use crate::article::clean::CleanedPage;
use crate::base::printable::into_printable;
use crate::base::text::{into_nfc, squeeze};
use crate::base::time::Day;
use crate::document::elements::{ElementTree, NodeContent};
use crate::document::{Block, Category, Removal, Role, Tag};
use crate::label::{Verdict, role_of};
use crate::metadata::read_day;
use crate::page::{Format, Page};
use crate::rules::RuleSet;
use names::Part;

/// Most comments of a page.
const MAX_COMMENTS: usize = 5000;

/// Longest author of a comment, in characters.
const MAX_AUTHOR: usize = 80;

/// Longest text of an element that is read for an author or a date, in bytes.
const MAX_NAMED: usize = 400;

/// Fewest characters of a paragraph where nothing but its place says that it is a comment.
const MIN_CHARS: usize = 15;

/// Rules on the texts around comments: headings, forms and controls.
const CONTROLS: &[&str] = &["comments.heading", "comments.form", "comments.reader-reply"];

/// A reader's comment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comment {
    /// Who wrote it, if the markup says so.
    pub author: Option<String>,
    /// The day, if the markup says so.
    #[serde(serialize_with = "as_text")]
    pub date: Option<Day>,
    /// Its paragraphs, joined by blank lines.
    pub text: String,
}

fn as_text<S: serde::Serializer>(day: &Option<Day>, serializer: S) -> Result<S::Ok, S::Error> {
    day.map(|day| day.to_string()).serialize(serializer)
}

impl Comment {
    /// The author and the day, as far as they are known; empty if neither is.
    pub fn signature(&self) -> String {
        let parts = [self.author.clone(), self.date.map(|day| day.to_string())];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Its paragraphs.
    pub fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.text.split("\n\n")
    }
}

/// Whether there can be comments on the page: whether any block was removed as such. Without one, there is no need for a second look at its elements.
pub fn may_have(cleaned: &CleanedPage) -> bool {
    cleaned.labelled.verdicts.iter().any(|verdict| comment_block(verdict).is_some())
}

/// Finds the comments of readers.
pub fn find(tree: &ElementTree, cleaned: &CleanedPage, rules: &RuleSet) -> Vec<Comment> {
    if !may_have(cleaned) {
        return Vec::new();
    }
    let verdicts = &cleaned.labelled.verdicts;
    let removed = BlockCounts::of(verdicts, |verdict| comment_block(verdict).is_some());
    let kept = BlockCounts::of(verdicts, |verdict| matches!(verdict, Verdict::Kept { .. }));
    let mut items = Vec::new();
    for node in 0..tree.len() {
        let blocks = tree.node(node).map_or((0, 0), |node| node.blocks);
        if removed.any(blocks.0, blocks.1) && !kept.any(blocks.0, blocks.1) && names::is_comment(tree, node) {
            items.push(Item { node, blocks });
        }
    }
    items.truncate(MAX_COMMENTS);
    if items.is_empty() { unnamed(cleaned, rules) } else { named(tree, cleaned, rules, &items) }
}

/// The removal of a block of comments that may be text of one.
fn comment_block(verdict: &Verdict) -> Option<&Removal> {
    match verdict {
        Verdict::Removed(removal) => Some(removal).filter(|removal| removal.category == Category::Comments),
        Verdict::Kept { .. } => None,
    }
}

/// An element that is a comment, with its blocks: from the first to before the second.
#[derive(Clone, Copy, Debug)]
struct Item {
    node: u32,
    blocks: (u32, u32),
}

/// Where elements are comments. Each block is of the innermost one around it.
fn named(tree: &ElementTree, cleaned: &CleanedPage, rules: &RuleSet, items: &[Item]) -> Vec<Comment> {
    let owners = owners(items, cleaned.page.blocks.len());
    let mut comments: Vec<Comment> = Vec::with_capacity(items.len());
    // The author and day of a comment whose text is in an element of its own.
    let mut outer: Option<(u32, Comment)> = None;
    for (index, item) in items.iter().enumerate() {
        let inner = items.get(index + 1..).unwrap_or_default();
        let reader = ItemReader { tree, cleaned, rules, owners: &owners, index, item: *item };
        let mut comment = reader.read(inner);
        if let Some((_, known)) = outer.take_if(|(end, _)| item.node < *end).filter(|_| comment.author.is_none()) {
            (comment.author, comment.date) = (known.author, comment.date.or(known.date));
        }
        if !comment.text.is_empty() {
            outer = None;
            comments.push(comment);
        } else if comment.author.is_some() {
            outer = Some((end_of(tree, item.node), comment));
        }
    }
    comments
}

/// For each block, the innermost item that it is in.
fn owners(items: &[Item], blocks: usize) -> Vec<Option<usize>> {
    let (mut next, mut open) = (0, Vec::<usize>::new());
    let mut owners = Vec::with_capacity(blocks);
    for block in (0u32..).take(blocks) {
        while let Some(item) = items.get(next).filter(|item| item.blocks.0 <= block) {
            open.push(next);
            next += usize::from(item.blocks.0 <= block);
        }
        let is_over = |index: &mut usize| items.get(*index).is_none_or(|item| item.blocks.1 <= block);
        while open.pop_if(is_over).is_some() {}
        owners.push(open.last().copied());
    }
    owners
}

fn end_of(tree: &ElementTree, node: u32) -> u32 {
    tree.node(node).map_or(0, |node| node.end)
}

/// Reads one comment.
struct ItemReader<'a> {
    tree: &'a ElementTree,
    cleaned: &'a CleanedPage,
    rules: &'a RuleSet,
    owners: &'a [Option<usize>],
    index: usize,
    item: Item,
}

/// What the elements of a comment say.
#[derive(Default)]
struct Named {
    /// The author, with how plainly the name of the element says so; less is plainer.
    author: Option<(u8, String)>,
    date: Option<(u8, Day)>,
    /// The blocks of the text.
    text: Option<(u8, (u32, u32))>,
    /// Blocks of the author, the day, and the controls; apart and in order.
    others: Vec<(u32, u32)>,
}

impl ItemReader<'_> {
    fn read(&self, inner: &[Item]) -> Comment {
        let named = self.elements(inner);
        let author = named.author.map(|(_, author)| author);
        let (from, to) = named.text.map_or(self.item.blocks, |(_, blocks)| blocks);
        let is_other = |block: u32| {
            let at = named.others.partition_point(|(_, to)| *to <= block);
            named.others.get(at).is_some_and(|(from, _)| *from <= block)
        };
        let paragraphs = (from..to).filter(|block| !is_other(*block)).filter_map(|block| self.paragraph(block));
        let mut paragraphs: Vec<&str> = paragraphs.filter(|text| Some(*text) != author.as_deref()).collect();
        // `Jane: I was there.`
        if let (Some(author), Some(first)) = (&author, paragraphs.first_mut()) {
            let rest = first.strip_prefix(author.as_str()).and_then(|rest| rest.trim_start().strip_prefix([':', '：']));
            *first = rest.map_or(*first, str::trim_start);
        }
        Comment { date: named.date.map(|(_, day)| day), text: paragraphs.join("\n\n"), author }
    }

    /// What the elements of the item are, those of comments inside of it left out.
    fn elements(&self, inner: &[Item]) -> Named {
        let (mut named, mut at, mut inner) = (Named::default(), self.item.node + 1, inner.iter().peekable());
        while at < end_of(self.tree, self.item.node) {
            if inner.next_if(|inner| inner.node == at).is_some() {
                let end = end_of(self.tree, at);
                while inner.next_if(|inner| inner.node < end).is_some() {}
                at = end.max(at + 1);
                continue;
            }
            self.note(at, &mut named);
            at += 1;
        }
        named
    }

    fn note(&self, node: u32, named: &mut Named) {
        let Some((part, rank)) = names::part_of(self.tree, node) else { return };
        let blocks = self.tree.node(node).map_or((0, 0), |node| node.blocks);
        match part {
            Part::Author => {
                let text = text_of(self.tree, node);
                let day = read_day(&text, &self.cleaned.page);
                // A line with the name, the day and controls begins with the name.
                let name = if day.is_some() { first_text(self.tree, node).unwrap_or_default() } else { text };
                let author = name.trim_end_matches([':', '：', ',']).trim_end();
                let is_name = author.chars().any(char::is_alphanumeric) && author.chars().count() <= MAX_AUTHOR;
                let is_day = read_day(author, &self.cleaned.page).is_some();
                if is_name && !is_day && named.author.as_ref().is_none_or(|(best, _)| rank < *best) {
                    named.author = Some((rank, author.to_owned()));
                }
                named.date = named.date.or(day.map(|day| (u8::MAX, day)));
            }
            Part::Date if named.date.is_none_or(|(best, _)| rank < best) => {
                let values = ["datetime", "content", "title"].into_iter().filter_map(|name| attribute(self.tree, node, name));
                let read = |text: &str| read_day(text, &self.cleaned.page).map(|day| (rank, day));
                named.date =
                    values.map(str::to_owned).chain([text_of(self.tree, node)]).find_map(|text| read(&text)).or(named.date);
            }
            Part::Text if named.text.is_none_or(|(best, _)| rank < best) && blocks.0 < blocks.1 => {
                named.text = Some((rank, blocks));
                return;
            }
            _ => {}
        }
        if part == Part::Text || blocks.0 >= blocks.1 {
            return;
        }
        // Elements come in document order.
        match named.others.last_mut().filter(|last| blocks.0 < last.1) {
            Some(last) => last.1 = last.1.max(blocks.1),
            None => named.others.push(blocks),
        }
    }

    /// A block, if it is text of this comment.
    fn paragraph(&self, block: u32) -> Option<&str> {
        let index = block as usize;
        let own = self.owners.get(index).copied().flatten() == Some(self.index);
        let block = self.cleaned.page.blocks.get(index).filter(|block| own && !block.hidden)?;
        (!is_label(&self.cleaned.page, block) && !is_control(self.rules, block)).then_some(block.text.as_str())
    }
}

/// The first text of an element, squeezed.
fn first_text(tree: &ElementTree, node: u32) -> Option<String> {
    let texts = (node..end_of(tree, node)).take(MAX_NAMED).filter_map(|at| match &tree.node(at)?.content {
        NodeContent::Text(text) => Some(squeeze(text.get(..text.floor_char_boundary(MAX_NAMED)).unwrap_or_default())),
        _ => None,
    });
    texts.map(|text| into_printable(into_nfc(text))).find(|text| text.chars().any(char::is_alphanumeric))
}

/// The text of an element up to [`MAX_NAMED`], squeezed.
fn text_of(tree: &ElementTree, node: u32) -> String {
    let mut text = String::new();
    for at in node..end_of(tree, node) {
        if text.len() > MAX_NAMED {
            break;
        }
        match tree.node(at).map(|node| &node.content) {
            Some(NodeContent::Text(part)) => text.push_str(part.get(..part.floor_char_boundary(MAX_NAMED)).unwrap_or_default()),
            // Elements that touch are words apart.
            _ => text.push(' '),
        }
    }
    into_printable(into_nfc(squeeze(&text)))
}

/// Whether the text is a heading, a form or a control, such as `Reply`, by the rules.
fn is_control(rules: &RuleSet, block: &Block) -> bool {
    rules.match_text(&block.text).iter().any(|rule| CONTROLS.contains(&rule.rule.0.as_str()))
}

/// Whether a block is a heading, a button or the label of a field, or mostly a link.
fn is_label(page: &Page, block: &Block) -> bool {
    const LABELS: &[Tag] = &[Tag::Button, Tag::Label, Tag::Legend, Tag::Summary];
    let is_link = block.link_chars as usize * 5 > block.text.chars().count() * 3;
    let is_inside = || page.ancestors(block).any(|around| LABELS.contains(&around.tag));
    is_link || matches!(role_of(page, block), Role::Heading(_)) || is_inside()
}

/// Where no element is a comment: the paragraphs that were removed as comments, of HTML those in an element that is named after comments.
fn unnamed(cleaned: &CleanedPage, rules: &RuleSet) -> Vec<Comment> {
    let page = &cleaned.page;
    let of_comments = containers_of_comments(page, rules);
    let paragraphs = cleaned.labelled.verdicts.iter().filter_map(comment_block).filter_map(|removal| {
        let block = page.blocks.get(removal.block).filter(|block| !block.hidden)?;
        let is_there = page.format == Format::Text || of_comments.get(block.container.index()) == Some(&true);
        let is_form = || page.ancestors(block).any(|around| around.tag == Tag::Form);
        let is_long = block.text.chars().count() >= MIN_CHARS && role_of(page, block) != Role::TableRow;
        let is_text = is_there && is_long && !is_label(page, block) && !is_form() && !is_control(rules, block);
        is_text.then(|| Comment { text: block.text.clone(), ..Comment::default() })
    });
    paragraphs.take(MAX_COMMENTS).collect()
}

/// For each container, whether it or one around it is named after comments.
fn containers_of_comments(page: &Page, rules: &RuleSet) -> Vec<bool> {
    let mut named: Vec<bool> = Vec::with_capacity(page.containers.len());
    for container in &page.containers {
        // The root is its own parent, and not in the list yet.
        let is_inside = named.get(container.parent.index()).copied().unwrap_or_default();
        let is_named = || {
            let rules = rules.match_names(container.tag.name(), &container.tokens);
            rules.iter().any(|rule| rule.category == Category::Comments)
        };
        named.push(is_inside || is_named());
    }
    named
}
