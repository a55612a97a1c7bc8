//! The limit between tokenizer and tree builder: nesting depth.
//!
//! html5ever takes time quadratic in the nesting depth. [`DepthLimit`] dissolves elements nested too deep; their text stays. The limits on
//! attributes are in `tokens`.

use std::cell::RefCell;

use html5ever::LocalName;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use crate::base::fast_hash::FastMap;

/// A token sink that passes on to the tree builder only elements within the depth limit. It keeps its own list of open elements with the end tags that
/// the HTML Standard implies, so that unclosed `<p>`, `<li>` or `<td>` do not count as depth.
pub struct DepthLimit<Sink> {
    /// The tree builder.
    pub inner: Sink,
    max_depth: usize,
    open: RefCell<OpenElements>,
}

impl<Sink: TokenSink> DepthLimit<Sink> {
    /// Stands in front of `inner`.
    pub fn new(inner: Sink, max_depth: usize) -> Self {
        Self { inner, max_depth, open: RefCell::default() }
    }

    /// Whether the tag goes on to the tree builder.
    fn admits(&self, tag: &Tag) -> bool {
        let mut open = self.open.borrow_mut();
        match tag.kind {
            TagKind::StartTag => open.start(tag, self.max_depth),
            TagKind::EndTag => open.end(&tag.name),
        }
    }
}

/// The open elements as the tree builder has them, as far as depth is concerned. Where the two differ this one is the deeper.
#[derive(Default)]
struct OpenElements {
    stack: Vec<Opened>,
    /// Elements of the stack that were passed on.
    passed: usize,
    /// What is known of each name.
    names: FastMap<LocalName, Name>,
    /// Where elements stand that an end tag does not reach across; see [`Kind`].
    special: Vec<usize>,
    scopes: Vec<usize>,
    lists: Vec<usize>,
    tables: Vec<usize>,
}

/// What is known of an element's name: looked up once a tag.
struct Name {
    kind: Kind,
    childless: bool,
    /// See [`closed_by`].
    closes: &'static [&'static str],
    /// Elements that an end tag does not reach across.
    is_scope: bool,
    /// Where it stands open, so that a stray end tag costs no search.
    open: Vec<usize>,
}

impl Name {
    fn of(name: &str) -> Self {
        let is_scope =
            matches!(name, "applet" | "caption" | "marquee" | "object" | "table" | "td" | "th" | "template" | "button");
        Self { kind: kind(name), childless: is_childless(name), closes: closed_by(name), is_scope, open: Vec::new() }
    }
}

struct Opened {
    name: LocalName,
    /// Whether it was passed on to the tree builder.
    passed: bool,
    /// Still open; a formatting element that was ended under an open block keeps its place in the depth.
    open: bool,
}

/// How the HTML Standard treats an element's end tag ("the stack of open elements", "any other end tag", "adoption agency").
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Ends across anything but scope markers; blocks inside it stay open.
    Formatting,
    /// Ends within its scope.
    Special,
    /// Ends within its table.
    TablePart,
    /// Ends only where no special element is open inside it.
    Ordinary,
}

fn kind(name: &str) -> Kind {
    match name {
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u" => {
            Kind::Formatting
        }
        "table" | "caption" | "colgroup" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" => Kind::TablePart,
        "address" | "applet" | "article" | "aside" | "blockquote" | "button" | "center" | "dd" | "details" | "dialog" | "dir"
        | "div" | "dl" | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "header" | "hgroup" | "li" | "listing" | "main" | "marquee" | "menu" | "nav" | "object" | "ol" | "p" | "pre"
        | "search" | "section" | "select" | "summary" | "template" | "ul" => Kind::Special,
        _ => Kind::Ordinary,
    }
}

impl OpenElements {
    fn start(&mut self, tag: &Tag, max_depth: usize) -> bool {
        let known = self.names.entry(tag.name.clone()).or_insert_with(|| Name::of(&tag.name));
        if known.childless {
            return true;
        }
        let (kind, is_scope, closes) = (known.kind, known.is_scope, known.closes);
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
        if matches!(kind, Kind::Special | Kind::TablePart) {
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
        self.stack.push(Opened { name: tag.name.clone(), passed, open: true });
        passed
    }

    /// Whether the end tag goes on. One that ends nothing does: `</p>` and `</br>` make elements of their own.
    fn end(&mut self, name: &LocalName) -> bool {
        let Some(known) = self.names.get_mut(name) else { return true };
        let Some(at) = known.open.last().copied() else { return true };
        let passed = self.stack.get(at).is_none_or(|opened| opened.passed);
        let inside = |marks: &Vec<usize>| marks.last().is_some_and(|mark| *mark > at);
        let out_of_reach = match known.kind {
            Kind::TablePart => inside(&self.tables),
            Kind::Special => inside(&self.scopes) || (**name == *"li" && inside(&self.lists)),
            Kind::Formatting => inside(&self.scopes),
            Kind::Ordinary => inside(&self.special),
        };
        if out_of_reach {
            return passed;
        }
        if known.kind == Kind::Formatting && inside(&self.special) {
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
        for marks in [&mut self.special, &mut self.scopes, &mut self.lists, &mut self.tables] {
            while marks.last().is_some_and(|mark| *mark >= length) {
                marks.pop();
            }
        }
    }
}

/// Elements that hold no elements: void ones, and those whose content is raw text (their start tags switch the tokenizer).
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

/// The open elements that a start tag closes where they are innermost.
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
