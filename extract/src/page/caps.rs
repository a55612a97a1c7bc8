//! The caps on a page's size, and the limit on nesting depth, between tokenizer and tree builder.
//!
//! html5ever takes time quadratic in the nesting depth. [`DepthLimit`] dissolves elements that are nested too deep; their text stays. The limits on
//! attributes are in `tokens`, those on the tree as a whole in `tree_budget`.
//!
//! The largest of 7,900 pages has 10,000 elements, 9,300 blocks, 290 `<meta>` and 470 `<link>` elements.

use std::cell::{Cell, RefCell};

use html5ever::LocalName;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use crate::base::fast_hash::FastMap;

/// Most blocks of a page; the text of further ones is merged into blocks of [`MERGED_BYTES`]. A block takes about 2 KB and 15 µs.
pub const MAX_BLOCKS: usize = 20_000;

/// Length from which on no more text is merged into a block, in bytes.
pub const MERGED_BYTES: usize = 2_000;

/// Deepest container around a block: deeper ones are dissolved.
pub const MAX_CONTAINER_DEPTH: u16 = 1_024;

/// Most nodes and attributes of a page's tree. A node takes about 220 bytes.
pub const MAX_NODES: usize = 300_000;

/// Most elements that the tree builder looks at while it builds a page's tree, some 10 ns each.
pub const MAX_STEPS: u64 = 40_000_000;

/// Most `<meta>` elements that are kept.
pub const MAX_META: usize = 2_000;

/// Longest content of a `<meta>` element that is kept, in bytes.
pub const MAX_META_BYTES: usize = 20_000;

/// Most JSON-LD that is kept. Parsed, it takes up to a hundred times as much.
pub const MAX_JSON_LD_BYTES: usize = 2 << 20;

/// Most `<link>` elements that are kept.
pub const MAX_LINKS: usize = 2_000;

/// Most attributes of formatting elements that are kept on a page. Other elements keep few anyway.
pub const MAX_FORMATTING_ATTRIBUTES: usize = 50_000;

/// A token sink that passes only elements within the depth limit on to the tree builder. It tracks the open elements, including the end tags that the
/// HTML Standard implies, so that unclosed `<p>`, `<li>` or `<td>` do not add to the depth.
pub struct DepthLimit<Sink> {
    /// The tree builder.
    pub inner: Sink,
    max_depth: usize,
    open: RefCell<OpenElements>,
    exceeded: Cell<bool>,
}

impl<Sink: TokenSink> DepthLimit<Sink> {
    /// A sink that passes tokens on to `inner`.
    pub fn new(inner: Sink, max_depth: usize) -> Self {
        Self { inner, max_depth, open: RefCell::default(), exceeded: Cell::default() }
    }

    /// Whether an element was dissolved.
    pub fn is_exceeded(&self) -> bool {
        self.exceeded.get()
    }

    /// Whether the tag is passed on to the tree builder.
    fn admits(&self, tag: &Tag) -> bool {
        let mut open = self.open.borrow_mut();
        match tag.kind {
            TagKind::StartTag => {
                let admits = open.start(tag, self.max_depth);
                self.exceeded.set(self.exceeded.get() || !admits);
                admits
            }
            TagKind::EndTag => open.end(&tag.name),
        }
    }
}

/// The open elements as the tree builder has them, as far as depth is concerned. Where the two differ, this stack is deeper.
#[derive(Default)]
struct OpenElements {
    stack: Vec<OpenElement>,
    /// The number of elements of the stack that were passed on.
    passed: usize,
    /// What is known about each element name.
    names: FastMap<LocalName, NameInfo>,
    /// Positions of the elements that stop the search of some end tags; see [`EndTagReach`].
    special: Vec<usize>,
    scopes: Vec<usize>,
    lists: Vec<usize>,
    tables: Vec<usize>,
}

/// What is known about an element name.
struct NameInfo {
    reach: EndTagReach,
    childless: bool,
    /// The open elements that its start tag closes; see [`closed_by`].
    closes: &'static [&'static str],
    /// Whether end tags outside it do not close elements inside it, or the other way round.
    is_scope: bool,
    /// The positions where it is open, so that a stray end tag needs no search.
    open: Vec<usize>,
}

impl NameInfo {
    fn of(name: &str) -> Self {
        let is_scope =
            matches!(name, "applet" | "caption" | "marquee" | "object" | "table" | "td" | "th" | "template" | "button");
        Self { reach: reach(name), childless: is_childless(name), closes: closed_by(name), is_scope, open: Vec::new() }
    }
}

struct OpenElement {
    name: LocalName,
    /// Whether it was passed on to the tree builder.
    passed: bool,
    /// Whether it is still open. A formatting element that was closed under an open block still counts towards the depth.
    open: bool,
}

/// How far up the stack an element's end tag searches for it (HTML Standard, "the stack of open elements", "any other end tag", "adoption agency").
#[derive(Clone, Copy, PartialEq, Eq)]
enum EndTagReach {
    /// Past anything but scope markers; blocks inside it stay open.
    Formatting,
    /// Within its scope.
    Special,
    /// Within its table.
    TablePart,
    /// Past ordinary elements only.
    Ordinary,
}

/// Whether the tree builder opens the element again in every block that it reaches into (HTML Standard, "formatting").
pub fn is_formatting(name: &str) -> bool {
    const NAMES: &[&str] = &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
    NAMES.contains(&name)
}

fn reach(name: &str) -> EndTagReach {
    match name {
        name if is_formatting(name) => EndTagReach::Formatting,
        "table" | "caption" | "colgroup" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" => EndTagReach::TablePart,
        "address" | "applet" | "article" | "aside" | "blockquote" | "button" | "center" | "dd" | "details" | "dialog" | "dir"
        | "div" | "dl" | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "header" | "hgroup" | "li" | "listing" | "main" | "marquee" | "menu" | "nav" | "object" | "ol" | "p" | "pre"
        | "search" | "section" | "select" | "summary" | "template" | "ul" => EndTagReach::Special,
        _ => EndTagReach::Ordinary,
    }
}

impl OpenElements {
    fn start(&mut self, tag: &Tag, max_depth: usize) -> bool {
        let known = self.names.entry(tag.name.clone()).or_insert_with(|| NameInfo::of(&tag.name));
        if known.childless {
            return true;
        }
        let (reach, is_scope, closes) = (known.reach, known.is_scope, known.closes);
        for implied in closes {
            if self.stack.last().is_some_and(|top| *top.name == **implied) {
                self.truncate(self.stack.len() - 1);
            }
        }
        let at = self.stack.len();
        let passed = self.passed < max_depth;
        self.passed += usize::from(passed);
        if let Some(known) = self.names.get_mut(&tag.name) {
            known.open.push(at);
        }
        if matches!(reach, EndTagReach::Special | EndTagReach::TablePart) {
            self.special.push(at);
        }
        match &*tag.name {
            "table" => self.tables.push(at),
            "ul" | "ol" => self.lists.push(at),
            _ => {}
        }
        if is_scope {
            self.scopes.push(at);
        }
        self.stack.push(OpenElement { name: tag.name.clone(), passed, open: true });
        passed
    }

    /// Whether the end tag is passed on. One without an open element is, as `</p>` and `</br>` create elements.
    fn end(&mut self, name: &LocalName) -> bool {
        let Some(known) = self.names.get_mut(name) else { return true };
        let Some(at) = known.open.last().copied() else { return true };
        let passed = self.stack.get(at).is_none_or(|opened| opened.passed);
        let is_inside = |positions: &Vec<usize>| positions.last().is_some_and(|position| *position > at);
        let out_of_reach = match known.reach {
            EndTagReach::TablePart => is_inside(&self.tables),
            EndTagReach::Special => is_inside(&self.scopes) || (**name == *"li" && is_inside(&self.lists)),
            EndTagReach::Formatting => is_inside(&self.scopes),
            EndTagReach::Ordinary => is_inside(&self.special),
        };
        if out_of_reach {
            return passed;
        }
        if known.reach == EndTagReach::Formatting && is_inside(&self.special) {
            if let Some(opened) = self.stack.get_mut(at) {
                opened.open = false;
            }
            known.open.pop();
        } else {
            self.truncate(at);
        }
        passed
    }

    fn truncate(&mut self, length: usize) {
        while self.stack.len() > length {
            let Some(opened) = self.stack.pop() else { break };
            self.passed -= usize::from(opened.passed);
            if opened.open
                && let Some(known) = self.names.get_mut(&opened.name)
            {
                known.open.pop();
            }
        }
        for positions in [&mut self.special, &mut self.scopes, &mut self.lists, &mut self.tables] {
            while positions.last().is_some_and(|position| *position >= length) {
                positions.pop();
            }
        }
    }
}

/// Whether an element never adds to the depth: void elements, those with raw text (their start tags switch the tokenizer), and the root elements.
fn is_childless(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
            | "script"
            | "style"
            | "textarea"
            | "title"
            | "xmp"
            | "iframe"
            | "noembed"
            | "noframes"
            | "noscript"
            | "plaintext"
            | "html"
            | "head"
            | "body"
    )
}

/// The open elements that a start tag closes if they are innermost, in this order.
fn closed_by(name: &str) -> &'static [&'static str] {
    match name {
        "li" => &["p", "li"],
        "dt" | "dd" => &["p", "dt", "dd"],
        "option" | "optgroup" => &["option"],
        "tr" => &["p", "td", "th", "tr"],
        "td" | "th" => &["p", "td", "th"],
        "tbody" | "thead" | "tfoot" => &["p", "td", "th", "tr", "tbody", "thead", "tfoot"],
        "p" | "div" | "ul" | "ol" | "dl" | "table" | "section" | "article" | "aside" | "header" | "footer" | "nav" | "main"
        | "form" | "figure" | "blockquote" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "fieldset" | "address"
        | "center" | "details" => &["p"],
        _ => &[],
    }
}

impl<Sink: TokenSink> TokenSink for DepthLimit<Sink> {
    type Handle = Sink::Handle;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<Self::Handle> {
        match &token {
            // Comments and parse errors carry no text.
            Token::CommentToken(_) | Token::ParseError(_) => TokenSinkResult::Continue,
            Token::TagToken(tag) if !self.admits(tag) => TokenSinkResult::Continue,
            _ => self.inner.process_token(token, line_number),
        }
    }

    fn end(&self) {
        self.inner.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.inner.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
