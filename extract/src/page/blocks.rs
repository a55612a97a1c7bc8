//! DOM to blocks: the direct inline text of each block-level element, with the containers around it. Makes no judgement.
//!
//! Inline elements become containers only if block-level elements are inside them (`<a><div>…</div></a>`), so that their class names are not lost.
//! A row of a data table becomes one block, its cells joined by ` | `.

use super::caps::MAX_CONTAINER_DEPTH;
use super::class_words::ClassWords;
use super::content::Page;
use super::element_kind::{ElementKind, ElementKinds};
use super::element_tree::TreeRecorder;
use super::html::ParsedHtml;
use super::html_tree::{Edge, Element, Key, Name};
use super::inline::{InlineWalk, RawSpan, SpansByLine};
use super::inline_gap::{self, InlineGap};
use super::marks::{self, Attributes, ElementWords};
use super::paging;
use super::pending::{Counts, PendingText};
use crate::base::text::{into_nfc, is_space, squeeze, without_invisible};
use crate::document::{Block, Container, ContainerId, Limit, Tag};

/// Elements whose text is one block, whatever line breaks it has.
const WHOLE: &[Tag] = &[Tag::Th, Tag::Caption, Tag::Dt, Tag::Legend, Tag::Label, Tag::Button, Tag::Summary];

/// Longest cell of a table row that becomes one block, in characters.
const ROW_CELL_CHARS: usize = 200;

/// Turns a document into a page.
pub fn page_of(document: &ParsedHtml) -> Page {
    recorded_page_of(document, &mut None)
}

/// [`page_of`] that records the elements too, where there is a recorder.
pub fn recorded_page_of(document: &ParsedHtml, recorder: &mut Option<TreeRecorder>) -> Page {
    let mut walk = BlockWalk::new();
    walk.page.limits.clone_from(&document.limits);
    let mut skipping = 0u32;
    let mut kinds = ElementKinds::new(document.document.names());
    for edge in document.document.traverse() {
        match edge {
            Edge::Open(element) => {
                recorder.iter_mut().for_each(|recorder| recorder.open(element, &walk.page));
                let kind = kinds.of(element);
                if skipping > 0 {
                    skipping += 1;
                } else if kind.skipped || is_inert(element) {
                    skipping = 1;
                    walk.gap.open(kind.role, None);
                    marks::note_skipped(&mut walk.page.head, &Attributes::of(element));
                } else {
                    let containers = walk.page.containers.len();
                    walk.open(element, kind);
                    recorder.iter_mut().for_each(|recorder| recorder.note_containers(containers, &walk.page));
                }
            }
            Edge::Text(text) => {
                recorder.iter_mut().for_each(|recorder| recorder.text(text, &walk.page));
                if skipping == 0 {
                    walk.text(text);
                }
            }
            Edge::Close(element) => {
                if skipping > 0 {
                    skipping -= 1;
                } else if element.name() != Name::BR {
                    walk.close(kinds.of(element));
                }
                recorder.iter_mut().for_each(|recorder| recorder.close(&walk.page));
            }
        }
    }
    walk.finish()
}

/// Whether the element is a template that is not rendered.
fn is_inert(element: Element<'_>) -> bool {
    element.name() == Name::TEMPLATE && element.get(Key::Shadowrootmode).is_none()
}

/// An open element.
struct OpenElement {
    tag: Tag,
    /// Its container, once it has one.
    container: Option<ContainerId>,
    /// The container around it.
    within: ContainerId,
    /// Where the words of its names begin in [`BlockWalk::words`], for its container.
    words: usize,
    itemprop: Option<String>,
    hidden: bool,
    /// Its text is only read aloud.
    unseen: bool,
    children: u32,
    /// The target of a link, as a hash.
    link: Option<u64>,
    emphasis: bool,
    /// The number of blocks before it: for rows, where its cells begin.
    first_block: usize,
}

struct BlockWalk<'d> {
    page: Page,
    open: Vec<OpenElement>,
    classes: ClassWords<'d>,
    /// The words of the names of the open elements.
    words: String,
    pending: PendingText,
    inline: InlineWalk,
    gap: InlineGap,
    /// Text of hidden inline elements, which becomes a separate block after the visible one.
    hidden_inline: String,
    links: u32,
    emphasis: u32,
    hidden: u32,
    unseen: u32,
    preformatted: u32,
}

impl<'d> BlockWalk<'d> {
    fn new() -> Self {
        let root = Container::root(Tag::Html);
        let page = Page { containers: vec![root], ..Page::default() };
        Self {
            page,
            open: Vec::new(),
            classes: ClassWords::default(),
            words: String::new(),
            pending: PendingText::default(),
            inline: InlineWalk::default(),
            gap: InlineGap::default(),
            hidden_inline: String::new(),
            links: 0,
            emphasis: 0,
            hidden: 0,
            unseen: 0,
            preformatted: 0,
        }
    }

    fn open(&mut self, element: Element<'d>, kind: ElementKind) {
        let attributes = Attributes::of(element);
        let words = self.words.len();
        let marks = self.classes.push(&attributes, &mut self.words);
        let element_words = ElementWords { text: self.words.get(words..).unwrap_or_default(), marks };
        let name = element.name();
        let blocks = self.page.blocks.len();
        marks::note(&mut self.page.head, &attributes, element_words, blocks);
        if name == Name::A {
            paging::note(&mut self.page.head, element, &attributes, blocks);
        }
        let ElementKind { tag, block_level, emphasis, role, .. } = kind;
        let unseen = !block_level && marks::is_read_aloud(name, element_words);
        if let Some(parent) = self.open.last_mut() {
            parent.children += 1;
        }
        if let Some(parent) = self.current_container_mut() {
            parent.children += 1;
        }
        if name == Name::BR {
            self.words.truncate(words);
            self.line_break();
            return;
        }
        if block_level {
            self.flush();
        }
        let hidden = attributes.hide();
        let link = attributes.href.filter(|_| name == Name::A).map(inline_gap::target);
        self.gap.open(role, link);
        let open = OpenElement {
            tag,
            container: None,
            within: self.current_container(),
            words,
            itemprop: attributes.itemprop().map(str::to_string),
            hidden,
            unseen,
            children: 0,
            link,
            emphasis,
            first_block: self.page.blocks.len(),
        };
        self.links += u32::from(link.is_some());
        self.pending.counts.links += u32::from(link.is_some());
        self.emphasis += u32::from(open.emphasis);
        self.hidden += u32::from(hidden);
        self.unseen += u32::from(unseen);
        self.preformatted += u32::from(tag == Tag::Pre);
        if link.is_some() || open.emphasis {
            self.inline.open(element.name_text(), attributes.href, self.pending.text.len());
        }
        self.open.push(open);
        if block_level {
            self.create_containers();
        }
    }

    fn close(&mut self, kind: ElementKind) {
        let Some(top) = self.open.last() else { return };
        if top.container.is_some() {
            self.flush();
        }
        let Some(closed) = self.open.pop() else { return };
        self.words.truncate(closed.words);
        self.gap.close(kind.role, closed.link);
        if closed.link.is_some() || closed.emphasis {
            self.inline.close(self.pending.text.len());
        }
        self.links -= u32::from(closed.link.is_some());
        self.emphasis -= u32::from(closed.emphasis);
        self.hidden -= u32::from(closed.hidden);
        self.unseen -= u32::from(closed.unseen);
        self.preformatted -= u32::from(closed.tag == Tag::Pre);
        if closed.tag == Tag::Tr
            && let Some(row) = closed.container
        {
            self.join_row(row, closed.first_block);
        }
    }

    /// Creates a container for every open element that has none. Inline elements get theirs when a block-level element opens inside them.
    fn create_containers(&mut self) {
        let first = self.open.iter().rposition(|open| open.container.is_some()).map_or(0, |at| at + 1);
        for at in first..self.open.len() {
            let parent = at.checked_sub(1).and_then(|above| self.open.get(above)?.container).unwrap_or(ContainerId::ROOT);
            let (depth, hidden) = self.page.containers.get(parent.index()).map_or((0, false), |c| (c.depth, c.hidden));
            let id = ContainerId(u32::try_from(self.page.containers.len()).unwrap_or(u32::MAX));
            let words_end = self.open.get(at + 1).map_or(self.words.len(), |inner| inner.words);
            let Some(open) = self.open.get_mut(at) else { continue };
            if open.tag == Tag::Html {
                open.container = Some(ContainerId::ROOT);
                continue;
            }
            if depth >= MAX_CONTAINER_DEPTH {
                open.container = Some(parent);
                continue;
            }
            open.container = Some(id);
            self.page.containers.push(Container {
                tag: open.tag,
                parent,
                depth: depth.saturating_add(1),
                tokens: self.words.get(open.words..words_end).unwrap_or_default().to_owned(),
                itemprop: open.itemprop.take(),
                children: open.children,
                hidden: hidden || open.hidden,
            });
        }
    }

    fn current_container(&self) -> ContainerId {
        // When an element gets a container, so do all around it.
        self.open.last().map_or(ContainerId::ROOT, |open| open.container.unwrap_or(open.within))
    }

    fn current_container_mut(&mut self) -> Option<&mut Container> {
        let id = self.open.last()?.container?;
        self.page.containers.get_mut(id.index())
    }

    fn text(&mut self, text: &str) {
        let is_container_hidden = || self.page.containers.get(self.current_container().index()).is_some_and(|c| c.hidden);
        // Only read aloud, a colon still separates what is seen.
        let is_unseen = self.hidden > 0 || (self.unseen > 0 && has_content(text));
        if is_unseen && !is_container_hidden() {
            self.hidden_inline.push_str(text);
            return;
        }
        if text.chars().all(is_space) {
            self.pending.text.push_str(text);
            return;
        }
        self.pending.breaks = 0;
        if self.gap.precedes(&self.pending.text, text) && self.preformatted == 0 {
            self.pending.text.push(' ');
        }
        let chars = if self.links > 0 || self.emphasis > 0 { visible_chars(text) } else { 0 };
        self.pending.counts.link_chars += if self.links > 0 { chars } else { 0 };
        self.pending.counts.emphasis_chars += if self.emphasis > 0 { chars } else { 0 };
        self.pending.text.push_str(text);
    }

    /// One `<br>` may end a line, see [`super::pending`]; two in a row separate paragraphs.
    fn line_break(&mut self) {
        self.pending.text.push('\n');
        self.pending.breaks += 1;
        if self.preformatted > 0 {
            return;
        }
        if self.pending.breaks >= 2 {
            self.flush();
        } else if self.links == 0 {
            self.pending.break_line();
        }
    }

    /// Ends the current block.
    fn flush(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        if !pending.text.is_empty() || !self.hidden_inline.is_empty() {
            let container = self.current_container();
            let hidden = self.page.containers.get(container.index()).is_some_and(|c| c.hidden);
            let spans = self.inline.take(pending.text.len());
            // Between most elements there is only white space.
            if has_content(&pending.text) {
                self.push_lines(&pending, spans, container, hidden);
            }
            if has_content(&self.hidden_inline) {
                let text = squeeze(&without_invisible(&self.hidden_inline));
                self.push_block(text, container, Counts::default(), true);
            }
            self.hidden_inline.clear();
        }
        // The next block uses its memory again.
        pending.clear();
        self.pending = pending;
    }

    /// Makes blocks of the lines of the pending text.
    fn push_lines(&mut self, pending: &PendingText, spans: Vec<RawSpan>, container: ContainerId, hidden: bool) {
        let (whole, divided) =
            ([pending.whole()], pending.has_breaks().then(|| pending.lines(self.has_lines(container, &pending.text))));
        let lines = divided.as_deref().unwrap_or(&whole);
        let mut spans = SpansByLine::new(spans, lines);
        for line in lines {
            let raw = pending.text.get(line.bytes.clone()).unwrap_or_default();
            let text = if self.preformatted > 0 { tidy_preformatted(raw) } else { squeeze(&without_invisible(raw)) };
            let spans = spans.next_line();
            if !has_content(&text) {
                continue;
            }
            let is_merged = self.page.is_full();
            let links = line.counts.links.max(u32::from(self.links > 0));
            self.push_block(text, container, Counts { links, ..line.counts }, hidden);
            // The lines of a merged block have no spans: each block is looked at once.
            if !is_merged {
                self.inline.keep(spans, raw, &self.page.blocks);
            }
        }
    }

    fn push_block(&mut self, text: String, container: ContainerId, counts: Counts, hidden: bool) {
        let chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        self.page.push_block(Block {
            text: into_nfc(text),
            container,
            link_chars: counts.link_chars.min(chars),
            links: counts.links,
            emphasis_chars: counts.emphasis_chars.min(chars),
            hidden,
            line: 0,
            gap: 0,
        });
    }

    /// Whether line breaks divide the text of a container: not in headings and other labels, and not in the short cells of a table.
    fn has_lines(&self, container: ContainerId, text: &str) -> bool {
        let Some(inner) = self.page.containers.get(container.index()) else { return false };
        let parent = self.page.containers.get(inner.parent.index()).map(|parent| parent.tag);
        let is_cell = inner.tag == Tag::Td || (parent == Some(Tag::Td) && matches!(inner.tag, Tag::P | Tag::Div));
        inner.tag.heading_level().is_none()
            && !WHOLE.contains(&inner.tag)
            && !(is_cell && text.chars().take(ROW_CELL_CHARS + 1).count() <= ROW_CELL_CHARS)
    }

    /// Joins the cells of a data row to one block, if there are at least two, all short and of one block each.
    fn join_row(&mut self, row: ContainerId, first: usize) {
        if self.page.is_full() {
            return;
        }
        let Some(cells) = self.page.blocks.get(first..).filter(|cells| cells.len() >= 2) else { return };
        let mut previous = None;
        for cell in cells {
            let Some(td) = self.cell_of(cell.container, row) else { return };
            if previous == Some(td)
                || cell.text.len() > ROW_CELL_CHARS * 4
                || cell.chars() > ROW_CELL_CHARS
                || cell.text.contains('\n')
            {
                return;
            }
            previous = Some(td);
        }
        self.inline.forget_from(first);
        let cells = self.page.blocks.split_off(first);
        let sum = |count: fn(&Block) -> u32| cells.iter().map(count).fold(0, u32::saturating_add);
        self.page.blocks.push(Block {
            text: cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | "),
            container: row,
            link_chars: sum(|cell| cell.link_chars),
            links: sum(|cell| cell.links),
            emphasis_chars: sum(|cell| cell.emphasis_chars),
            hidden: cells.iter().all(|cell| cell.hidden),
            line: 0,
            gap: 0,
        });
    }

    /// The cell of `row` that is a block's container, or the parent of it.
    fn cell_of(&self, container: ContainerId, row: ContainerId) -> Option<ContainerId> {
        let inner = self.page.containers.get(container.index())?;
        let is_cell = |tag| matches!(tag, Tag::Td | Tag::Th);
        if is_cell(inner.tag) && inner.parent == row {
            return Some(container);
        }
        let outer = self.page.containers.get(inner.parent.index())?;
        (is_cell(outer.tag) && outer.parent == row && matches!(inner.tag, Tag::P | Tag::Div)).then_some(inner.parent)
    }

    fn finish(mut self) -> Page {
        self.flush();
        if self.page.head.is_full {
            self.page.limits.insert(Limit::Head);
        }
        self.page.inline = self.inline.finish();
        self.page
    }
}

/// Whether the text has letters or digits of any script, not just punctuation.
fn has_content(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

fn visible_chars(text: &str) -> u32 {
    let text = text.trim_matches(is_space);
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Removes empty lines at both ends, and spaces at line ends, of preformatted text; its line breaks stay.
fn tidy_preformatted(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_string()
}
