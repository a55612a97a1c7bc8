//! Markup to tokens for html5ever's tree builder, without what no part of gleaner reads: a tokenizer by the HTML Standard (§ 13.2.5) that searches for
//! the next `<` with memchr instead of stepping through states, and skips comments, unused attributes and the content of scripts and styles, which are
//! three fifths of the bytes of a page. Text and structure equal those of html5ever's own tokenizer; a test compares them.
//!
//! html5ever takes time quadratic in the attributes of a tag, so surplus and overlong ones are dropped here too.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::{Attribute, LocalName, QualName, ns};

use super::attributes::{self, KeptAttributes};
use super::caps::MAX_FORMATTING_ATTRIBUTES;
use super::marks;
use super::references::{ReferenceContext, decoded};
use super::scripts;

/// Feeds a document's tokens to the tree builder, to the end. At most `max_attributes` of any one tag are kept; `wanted` are names of attributes that
/// are kept besides the usual ones.
pub fn feed<Sink: TokenSink>(html: &str, max_attributes: usize, wanted: &[LocalName], sink: &Sink) {
    let html = with_line_feeds(html.strip_prefix('\u{feff}').unwrap_or(html));
    let has_null = memchr::memchr(0, html.as_bytes()).is_some();
    let whole = StrTendril::from_slice(&html);
    let formatting_attributes = Cell::new(MAX_FORMATTING_ATTRIBUTES);
    let mut tokeniser = Tokeniser { html: &html, whole, sink, max_attributes, wanted, formatting_attributes, has_null };
    tokeniser.run();
    let _ = sink.process_token(Token::EOFToken, LINE);
    sink.end();
}

/// Normalises line breaks to line feeds (HTML Standard, "preprocessing the input stream").
fn with_line_feeds(html: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', html.as_bytes()).is_none() {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let (bytes, mut from) = (html.as_bytes(), 0);
    for at in memchr::memchr_iter(b'\r', bytes) {
        out.push_str(html.get(from..at).unwrap_or_default());
        from = at + 1;
        // A carriage return before a line feed is dropped; any other becomes one.
        if bytes.get(from) != Some(&b'\n') {
            out.push('\n');
        }
    }
    out.push_str(html.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// Replaces U+0000 in a name or value (HTML Standard, "unexpected-null-character").
fn without_null(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

/// Lines are only used for error messages, so they are not counted.
const LINE: u64 = 1;

struct Tokeniser<'a, Sink> {
    html: &'a str,
    /// The same text; token texts and values are slices that share its memory.
    whole: StrTendril,
    sink: &'a Sink,
    max_attributes: usize,
    /// Attributes that are kept although they are not listed.
    wanted: &'a [LocalName],
    /// Attributes of formatting elements that may still be kept.
    formatting_attributes: Cell<usize>,
    /// There is a U+0000 somewhere, which is dropped from texts.
    has_null: bool,
}

/// What a `<` begins.
enum Markup {
    /// Text.
    Text,
    /// Markup without a token, such as a comment, up to here.
    Skipped(usize),
    /// A tag, up to here; none if the document ends inside it.
    Tag(Option<Tag>, usize),
    /// A doctype, up to here.
    Doctype(usize),
    /// Characters, from here to here, and where to continue.
    Characters(usize, usize, usize),
}

impl<'a, Sink: TokenSink> Tokeniser<'a, Sink> {
    fn run(&mut self) {
        let (mut at, mut done) = (0, 0);
        while let Some(offset) = memchr::memchr(b'<', self.bytes(at)) {
            let start = at + offset;
            let markup = self.markup(start);
            if let Markup::Text = markup {
                at = start + 1;
                continue;
            }
            self.text(done, start, ReferenceContext::Text);
            at = match markup {
                Markup::Text | Markup::Tag(None, _) => self.html.len(),
                Markup::Skipped(end) => end,
                Markup::Tag(Some(tag), end) => self.tag(tag, end),
                Markup::Doctype(end) => self.doctype(start, end),
                Markup::Characters(from, to, end) => {
                    self.characters(from, to);
                    end
                }
            };
            done = at;
        }
        self.text(done, self.html.len(), ReferenceContext::Text);
    }

    fn bytes(&self, at: usize) -> &'a [u8] {
        self.html.as_bytes().get(at..).unwrap_or_default()
    }

    fn send(&self, token: Token) -> TokenSinkResult<Sink::Handle> {
        self.sink.process_token(token, LINE)
    }

    /// A slice of the document.
    fn slice(&self, from: usize, to: usize) -> StrTendril {
        let part = |at: usize| u32::try_from(at).ok();
        let shared = part(from).zip(part(to - from)).and_then(|(from, length)| self.whole.try_subtendril(from, length).ok());
        shared.unwrap_or_default()
    }

    fn characters(&self, from: usize, to: usize) {
        self.each_piece(from, to, |from, to| drop(self.send(Token::CharacterTokens(self.slice(from, to)))));
    }

    /// Sends characters that may contain references.
    fn text(&self, from: usize, to: usize, context: ReferenceContext) {
        self.each_piece(from, to, |from, to| match self.html.get(from..to).and_then(|text| decoded(text, context)) {
            Some(text) if text.is_empty() => {}
            Some(text) => drop(self.send(Token::CharacterTokens(StrTendril::from_slice(&text)))),
            None => drop(self.send(Token::CharacterTokens(self.slice(from, to)))),
        });
    }

    /// Visits the runs of characters between U+0000.
    fn each_piece(&self, mut from: usize, to: usize, piece: impl Fn(usize, usize)) {
        while from < to {
            let null = if self.has_null { self.html.get(from..to).and_then(|text| text.find('\0')) } else { None };
            let end = null.map_or(to, |ahead| from + ahead);
            if from < end {
                piece(from, end);
            }
            from = end + 1;
        }
    }

    fn markup(&self, at: usize) -> Markup {
        let rest = self.bytes(at);
        let end_of = |mark: &[u8], from: usize| {
            let found = rest.get(from..).and_then(|rest| memchr::memmem::find(rest, mark));
            at + found.map_or(rest.len(), |found| from + found + mark.len())
        };
        match (rest.get(1), rest.get(2)) {
            (Some(b'!'), _) if rest.starts_with(b"<!--") => Markup::Skipped(at + 4 + comment_end(self.bytes(at + 4))),
            (Some(b'!'), _) if rest.get(2..9).is_some_and(|name| name.eq_ignore_ascii_case(b"doctype")) => {
                Markup::Doctype(end_of(b">", 9))
            }
            (Some(b'!'), _)
                if rest.starts_with(b"<![CDATA[") && self.sink.adjusted_current_node_present_but_not_in_html_namespace() =>
            {
                let end = end_of(b"]]>", 9);
                let closed = self.html.get(..end).is_some_and(|html| html.ends_with("]]>"));
                Markup::Characters(at + 9, if closed { end - 3 } else { end }, end)
            }
            (Some(b'/'), None) => Markup::Text,
            (Some(b'!' | b'?'), _) => Markup::Skipped(end_of(b">", 2)),
            (Some(b'/'), Some(first)) if first.is_ascii_alphabetic() => self.read_tag(at + 2, TagKind::EndTag),
            (Some(b'/'), _) => Markup::Skipped(end_of(b">", 2)),
            (Some(first), _) if first.is_ascii_alphabetic() => self.read_tag(at + 1, TagKind::StartTag),
            _ => Markup::Text,
        }
    }

    /// Reads a tag, starting at its name.
    fn read_tag(&self, from: usize, kind: TagKind) -> Markup {
        let rest = self.bytes(from);
        let length = rest.iter().position(|byte| attributes::is_separator(*byte) || *byte == b'>').unwrap_or(rest.len());
        let name = lower_case(without_null(self.html.get(from..from + length).unwrap_or_default()));
        let kept_attributes = match kind {
            // Names are interned, in lists that grow with their number.
            TagKind::StartTag if self.formatting_attributes.get() == 0 => KeptAttributes::Listed,
            TagKind::StartTag => KeptAttributes::of(&name),
            TagKind::EndTag => KeptAttributes::None,
        };
        let mut tag =
            Tag { kind, name: LocalName::from(name), self_closing: false, attrs: Vec::new(), had_duplicate_attributes: false };
        let mut reader = attributes::AttributeReader::new(self.html, from + length);
        let mut count = 0;
        while let Some(attribute) = reader.next() {
            if count >= self.max_attributes || attribute.end - from > attributes::MAX_TAG_BYTES {
                continue;
            }
            let is_wanted = |name: &&LocalName| kind == TagKind::StartTag && str::eq_ignore_ascii_case(name, attribute.name);
            let wanted = || self.wanted.iter().find(is_wanted).cloned();
            let Some(name) = kept_attributes.name_of(attribute.name).or_else(wanted) else { continue };
            count += 1;
            let name = QualName::new(None, ns!(), name);
            if tag.attrs.iter().all(|known| known.name != name) {
                tag.attrs.push(Attribute { name, value: self.value(attribute.value) });
            }
        }
        if kept_attributes == KeptAttributes::All {
            self.formatting_attributes.set(self.formatting_attributes.get().saturating_sub(count));
        }
        tag.self_closing = reader.self_closing;
        Markup::Tag(reader.closed.then_some(tag), reader.at)
    }

    /// The value of an attribute in this range.
    fn value(&self, (from, to): (usize, usize)) -> StrTendril {
        let value = self.html.get(from..to).unwrap_or_default();
        let plain = if self.has_null { without_null(value) } else { value.into() };
        match (decoded(&plain, ReferenceContext::Attribute), plain) {
            (Some(value), _) => StrTendril::from_slice(&value),
            (None, Cow::Owned(value)) => StrTendril::from_slice(&value),
            (None, Cow::Borrowed(_)) => self.slice(from, to),
        }
    }

    /// Sends a tag, and the content after it if that is raw text; returns where to continue.
    fn tag(&self, tag: Tag, end: usize) -> usize {
        let name = tag.name.clone();
        let type_of_script = || tag.attrs.iter().find(|attribute| *attribute.name.local == *"type");
        let is_json_ld = *name == *"script" && type_of_script().is_some_and(|attribute| marks::is_json_ld(&attribute.value));
        match self.send(Token::TagToken(tag)) {
            TokenSinkResult::RawData(kind) => self.raw_text(end, &name, kind, is_json_ld),
            TokenSinkResult::Plaintext => {
                self.raw_characters(end, self.html.len(), RawKind::Rawtext);
                self.html.len()
            }
            TokenSinkResult::Continue | TokenSinkResult::Script(_) | TokenSinkResult::EncodingIndicator(_) => end,
        }
    }

    /// Sends the content of an element with raw text, if it is read; returns where its end tag begins.
    fn raw_text(&self, from: usize, name: &str, kind: RawKind, is_json_ld: bool) -> usize {
        let rest = self.bytes(from);
        let to = from + if name == "script" { script_end(rest) } else { find_end_tag(rest, name).unwrap_or(rest.len()) };
        let content = self.html.get(from..to).unwrap_or_default();
        let is_read = match name {
            "script" => is_json_ld || scripts::dates_the_page(content),
            _ => name != "style",
        };
        match kind {
            _ if !is_read => {}
            // U+0000 is dropped from scripts: a replacement character would break JSON.
            _ if name == "script" => self.characters(from, to),
            kind => self.raw_characters(from, to, kind),
        }
        to
    }

    /// Sends the content of an element with raw text.
    fn raw_characters(&self, from: usize, to: usize, kind: RawKind) {
        if self.has_null {
            let text = without_null(self.html.get(from..to).unwrap_or_default());
            let text =
                if kind == RawKind::Rcdata { decoded(&text, ReferenceContext::Text).map_or(text, Cow::Owned) } else { text };
            drop(self.send(Token::CharacterTokens(StrTendril::from_slice(&text))));
        } else if kind == RawKind::Rcdata {
            self.text(from, to, ReferenceContext::Text);
        } else {
            self.characters(from, to);
        }
    }

    /// Sends a doctype, which decides how the tree builder nests tables.
    fn doctype(&self, from: usize, to: usize) -> usize {
        let tokenizer = Tokenizer::new(DoctypeSink::default(), TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(self.slice(from, to));
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        if let Some(doctype) = tokenizer.sink.0.take() {
            let _ = self.send(Token::DoctypeToken(doctype));
        }
        to
    }
}

/// Receives the doctype from html5ever's tokenizer.
#[derive(Default)]
struct DoctypeSink(RefCell<Option<Doctype>>);

impl TokenSink for DoctypeSink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if let Token::DoctypeToken(doctype) = token {
            self.0.replace(Some(doctype));
        }
        TokenSinkResult::Continue
    }
}

fn lower_case(name: Cow<'_, str>) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name }
}

/// Where a comment ends, counted from after its `<!--`: at `-->` or `--!>`, or at once at `>` or `->`.
fn comment_end(rest: &[u8]) -> usize {
    if let Some(short) = [&b">"[..], b"->"].into_iter().find(|mark| rest.starts_with(mark)) {
        return short.len();
    }
    let mut from = 0;
    while let Some(found) = rest.get(from..).and_then(|rest| memchr::memmem::find(rest, b"--")) {
        let after = rest.get(from + found + 2..).unwrap_or_default();
        if let Some(mark) = [&b">"[..], b"!>"].into_iter().find(|mark| after.starts_with(mark)) {
            return from + found + 2 + mark.len();
        }
        // Of three dashes, the last two may end it.
        from += found + 1;
    }
    rest.len()
}

/// Whether the text after `<` or `</` is this tag name, as a whole word.
fn is_tag_name(after: &[u8], name: &str) -> bool {
    let found = after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
    found && after.get(name.len()).is_some_and(|byte| attributes::is_separator(*byte) || *byte == b'>')
}

/// The offset of the end tag with this name.
fn find_end_tag(bytes: &[u8], name: &str) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b"</").find(|at| bytes.get(at + 2..).is_some_and(|after| is_tag_name(after, name)))
}

/// Where a script's content ends (HTML Standard, "script data state" and the following): at its end tag, unless that follows a `<!--` and a `<script`.
fn script_end(bytes: &[u8]) -> usize {
    const NAME: &str = "script";
    // Where the dashes that end an open `<!--` may begin, and whether a script has begun inside it.
    let (mut escaped, mut nested) = (None, false);
    let mut next = 0;
    loop {
        let rest = bytes.get(next..).unwrap_or_default();
        // Scripts are full of `>`, which only matters after `<!--`.
        let mark = if escaped.is_none() { memchr::memchr(b'<', rest) } else { memchr::memchr2(b'<', b'>', rest) };
        let Some(at) = mark.map(|mark| next + mark) else { return bytes.len() };
        next = at + 1;
        let here = bytes.get(at..).unwrap_or_default();
        match (here, escaped) {
            ([b'>', ..], Some(from)) if at >= from + 2 && bytes.get(at - 2..at) == Some(b"--") => {
                (escaped, nested) = (None, false)
            }
            ([b'<', b'!', b'-', b'-', ..], None) => escaped = Some(at + 2),
            ([b'<', b'/', after @ ..], _) if is_tag_name(after, NAME) => {
                if !nested {
                    return at;
                }
                nested = false;
            }
            ([b'<', after @ ..], Some(_)) if is_tag_name(after, NAME) => nested = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_become_line_feeds() {
        for (html, wanted) in [("a\r\nb\rc\n", "a\nb\nc\n"), ("\r\r\n\r", "\n\n\n"), ("a\r\0\n", "a\n\0\n"), ("ab", "ab")] {
            assert_eq!(with_line_feeds(html), wanted, "{html:?}");
        }
    }

    #[test]
    fn comments_end_where_the_standard_says() {
        for (comment, rest) in
            [("-->x", "x"), (">x", "x"), ("->x", "x"), (" a -- b --->x", "x"), (" a --!>x", "x"), (" a -> b", "")]
        {
            assert_eq!(&comment[comment_end(comment.as_bytes())..], rest, "{comment}");
        }
    }

    #[test]
    fn scripts_end_where_the_standard_says() {
        for (script, rest) in [
            ("a < b</scripture></SCRIPT >x", "</SCRIPT >x"),
            ("<!-- <script></script> --></script>x", "</script>x"),
            ("<!-- </script>x", "</script>x"),
            ("<!--><script></script>x", "</script>x"),
            ("<!-- <script> --></script>x", "</script>x"),
            ("<!-- <script></script></script>x", "</script>x"),
            ("no end </script", ""),
        ] {
            assert_eq!(&script[script_end(script.as_bytes())..], rest, "{script}");
        }
    }
}
