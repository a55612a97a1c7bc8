//! Limits between the bytes and the tree builder: attributes, tag size and nesting depth.
//!
//! html5ever takes time quadratic in the attributes of a tag and in the nesting depth. [`limit_tags`] cuts overlong tags before the tokenizer
//! sees them; [`DepthLimit`] stands between tokenizer and tree builder and dissolves elements nested too deep. Text is never lost.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use html5ever::LocalName;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

/// Longest tag in bytes that is left as it is. Longer ones keep their first attributes.
const MAX_TAG_BYTES: usize = 64 << 10;

/// The markup with the attributes beyond `max_attributes` (or beyond 64 KiB) of any one tag cut off. Borrowed where nothing is too long, as
/// on every ordinary page.
pub fn limit_tags(html: &str, max_attributes: usize) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(offset) = bytes.get(at..).and_then(|rest| memchr::memchr(b'<', rest)) {
        at += offset;
        let Some(rest) = bytes.get(at..) else { break };
        if rest.starts_with(b"<!--") {
            at += memchr::memmem::find(rest, b"-->").map_or(rest.len(), |end| end + 3);
            continue;
        }
        if !rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            at += 1;
            continue;
        }
        let tag = scan_tag(rest, max_attributes);
        if let Some(cut) = tag.cut {
            out.push_str(html.get(copied..at + cut).unwrap_or_default());
            copied = at + tag.close;
        }
        at += tag.end;
        if let Some(name) = raw_text_element(rest) {
            at += find_end_tag(bytes.get(at..).unwrap_or_default(), name);
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(html.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// Offsets within a tag, from its `<`.
struct TagSpan {
    /// Where to cut off, at an attribute's start or within an overlong value; `None` where the tag is within the limits.
    cut: Option<usize>,
    /// Where the closing `>` stands (or the end of the bytes).
    close: usize,
    /// Behind the tag.
    end: usize,
}

fn scan_tag(bytes: &[u8], max_attributes: usize) -> TagSpan {
    let (mut at, mut attributes, mut cut) = (1, 0, None);
    let mut in_name = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return TagSpan { cut, close: at, end: at + 1 },
            b'"' | b'\'' if bytes.get(at - 1) == Some(&b'=') || after_equals(bytes, at) => {
                let value = bytes.get(at + 1..).unwrap_or_default();
                let length = memchr::memchr(byte, value).map_or(value.len(), |end| end + 1);
                if length > MAX_TAG_BYTES && cut.is_none() {
                    // Everything from this attribute on goes; its bare name stays and does no harm.
                    cut = Some(at - 1);
                }
                at += 1 + length;
                in_name = false;
                continue;
            }
            byte if byte.is_ascii_whitespace() || byte == b'/' => in_name = false,
            _ if !in_name && bytes.get(at - 1).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'"' | b'\'')) => {
                attributes += 1;
                if cut.is_none() && (attributes > max_attributes || at > MAX_TAG_BYTES) {
                    cut = Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    TagSpan { cut: cut.filter(|_| at > MAX_TAG_BYTES || attributes > max_attributes), close: bytes.len(), end: bytes.len() }
}

fn after_equals(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default().trim_ascii_end();
    before.last() == Some(&b'=')
}

/// Elements whose content holds no tags.
const RAW_TEXT: &[&[u8]] = &[b"script", b"style", b"textarea", b"title", b"xmp", b"iframe", b"noembed", b"noframes"];

fn raw_text_element(tag: &[u8]) -> Option<&'static [u8]> {
    let name = tag.get(1..)?;
    let length = name.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
    let name = name.get(..length)?;
    RAW_TEXT.iter().copied().find(|raw| raw.eq_ignore_ascii_case(name))
}

/// Offset of `</name`, or the end of the bytes.
fn find_end_tag(bytes: &[u8], name: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, b"</")
        .find(|at| bytes.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)))
        .unwrap_or(bytes.len())
}

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
    /// Where each name stands open, so that a stray end tag costs no search.
    positions: HashMap<LocalName, Vec<usize>>,
    /// Where elements stand that an end tag does not reach across; see [`Kind`].
    special: Vec<usize>,
    scopes: Vec<usize>,
    lists: Vec<usize>,
    tables: Vec<usize>,
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
        let name: &str = &tag.name;
        if is_childless(name) {
            return true;
        }
        for implied in closed_by(name) {
            if self.stack.last().is_some_and(|top| *top.name == **implied) {
                self.truncate(self.stack.len() - 1);
            }
        }
        let at = self.stack.len();
        let passed = self.passed < max_depth;
        self.passed += usize::from(passed);
        self.positions.entry(tag.name.clone()).or_default().push(at);
        if matches!(kind(name), Kind::Special | Kind::TablePart) {
            self.special.push(at);
        }
        match name {
            "table" => self.tables.push(at),
            "ul" | "ol" => self.lists.push(at),
            _ => {}
        }
        if matches!(name, "applet" | "caption" | "marquee" | "object" | "table" | "td" | "th" | "template" | "button") {
            self.scopes.push(at);
        }
        self.stack.push(Opened { name: tag.name.clone(), passed, open: true });
        passed
    }

    /// Whether the end tag goes on. One that ends nothing does: `</p>` and `</br>` make elements of their own.
    fn end(&mut self, name: &LocalName) -> bool {
        let Some(at) = self.positions.get(name).and_then(|at| at.last().copied()) else { return true };
        let passed = self.stack.get(at).is_none_or(|opened| opened.passed);
        let inside = |marks: &Vec<usize>| marks.last().is_some_and(|mark| *mark > at);
        let out_of_reach = match kind(name) {
            Kind::TablePart => inside(&self.tables),
            Kind::Special => inside(&self.scopes) || (**name == *"li" && inside(&self.lists)),
            Kind::Formatting => inside(&self.scopes),
            Kind::Ordinary => inside(&self.special),
        };
        if out_of_reach {
            return passed;
        }
        if kind(name) == Kind::Formatting && inside(&self.special) {
            if let Some(opened) = self.stack.get_mut(at) {
                opened.open = false;
            }
            self.positions.entry(name.clone()).or_default().pop();
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
                && let Some(positions) = self.positions.get_mut(&opened.name)
            {
                positions.pop();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_markup_is_not_copied() {
        let html = "<p class=\"a > b\" id='x'>1 < 2</p><script>if (a<b && \"c\") {}</script><!-- <p a b c> -->";
        assert!(matches!(limit_tags(html, 4), Cow::Borrowed(_)));
    }

    #[test]
    fn surplus_attributes_go_and_text_stays() {
        let html = format!("<p {}>kept</p><b x>too</b>", "a=1 b='2' c=\"3\" ".repeat(100));
        let limited = limit_tags(&html, 5);
        assert!(limited.starts_with("<p a=1 b='2' c=\"3\" a=1 b='2' "), "{limited}");
        assert!(limited.ends_with(">kept</p><b x>too</b>"), "{limited}");
        assert!(limited.len() < 100);
    }

    #[test]
    fn an_overlong_value_goes_and_text_stays() {
        let html = format!("<p class=a data-x=\"{}\" id=b>kept</p>", "é<>".repeat(50_000));
        let limited = limit_tags(&html, 5);
        assert!(limited.len() < 60 && limited.ends_with(">kept</p>"), "{limited}");
    }

    #[test]
    fn scripts_are_left_alone() {
        let script = format!("<script>for(i=0;i<n;{})</script><p>kept</p>", "a b ".repeat(1000));
        assert!(matches!(limit_tags(&script, 5), Cow::Borrowed(_)));
    }
}
