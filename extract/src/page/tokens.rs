//! Markup to tokens for the tree builder, without what no part of gleaner reads: a tokenizer by the HTML Standard (§ 13.2.5) that searches for the next
//! `<` with memchr instead of stepping through states, and skips comments, unused attributes and the content of scripts and styles, which are three
//! fifths of the bytes of a page. Text and structure equal those of html5ever's own tokenizer; a test compares them.
//!
//! Attributes of a tag are compared with each other, so surplus and overlong ones are dropped here too.

use std::borrow::Cow;

use super::attributes::{self, KeptAttributes};
use super::caps::MAX_FORMATTING_ATTRIBUTES;
use super::html_tree::{self, Attribute, Key, Name, Prefix, Reading, Span, StartTag};
use super::marks;
use super::references::{ReferenceContext, push_decoded};
use super::scripts;
use super::tree_budget::TreeBudget;

/// Which attributes are kept.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// Most attributes of one tag.
    pub max: usize,
    /// Lower-case names of attributes that are kept besides the usual ones.
    pub named: &'a [String],
}

/// Feeds a document's tokens to the tree builder, but for the end of the page. `html` has no carriage returns, and is the source of the tree builder.
pub fn feed<'s>(html: &'s str, kept: Kept<'_>, sink: &mut TreeBudget<'s>) {
    let has_null = memchr::memchr(0, html.as_bytes()).is_some();
    let (attributes, lower) = (Vec::new(), String::new());
    Tokeniser { html, sink, kept, attributes, lower, formatting_attributes: MAX_FORMATTING_ATTRIBUTES, has_null }.run();
}

/// Normalises line breaks to line feeds (HTML Standard, "preprocessing the input stream").
pub fn with_line_feeds(html: &str) -> Cow<'_, str> {
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

struct Tokeniser<'t, 's> {
    html: &'s str,
    sink: &'t mut TreeBudget<'s>,
    kept: Kept<'t>,
    /// The attributes of the current tag.
    attributes: Vec<Attribute>,
    /// A name in lower case.
    lower: String,
    /// Attributes of formatting elements that may still be kept.
    formatting_attributes: usize,
    /// There is a U+0000 somewhere, which is dropped from texts.
    has_null: bool,
}

/// What a `<` begins.
enum Markup {
    /// Text.
    Text,
    /// Markup without a token, such as a comment, up to here.
    Skipped(usize),
    /// A tag whose name begins here.
    StartTag(usize),
    /// An end tag whose name begins here.
    EndTag(usize),
    /// A doctype, up to here.
    Doctype(usize),
    /// Characters, from here to here, and where to continue.
    Characters(usize, usize, usize),
}

/// A tag that was read; its attributes are in [`Tokeniser::attributes`].
struct ReadTag {
    name: Name,
    is_self_closing: bool,
    /// Its `>` was found: the document does not end inside it.
    is_closed: bool,
    end: usize,
}

impl<'s> Tokeniser<'_, 's> {
    fn run(&mut self) {
        let (mut at, mut done) = (0, 0);
        while let Some(offset) = memchr::memchr(b'<', self.bytes(at)) {
            let start = at + offset;
            let markup = self.markup(start);
            if let Markup::Text = markup {
                at = start + 1;
                continue;
            }
            self.text(done, start);
            at = match markup {
                Markup::Text => start + 1,
                Markup::Skipped(end) => end,
                Markup::StartTag(name) => self.start_tag(name),
                Markup::EndTag(name) => self.end_tag(name),
                Markup::Doctype(end) => {
                    self.sink.doctype(html_tree::is_quirky(self.html.get(start..end).unwrap_or_default()));
                    end
                }
                Markup::Characters(from, to, end) => {
                    self.characters(from, to);
                    end
                }
            };
            done = at;
        }
        self.text(done, self.html.len());
    }

    fn bytes(&self, at: usize) -> &'s [u8] {
        self.html.as_bytes().get(at..).unwrap_or_default()
    }

    /// Sends characters as they are.
    fn characters(&mut self, from: usize, to: usize) {
        self.each_piece(from, to, |sink, span, _| sink.text(span));
    }

    /// Sends characters that may contain references.
    fn text(&mut self, from: usize, to: usize) {
        self.each_piece(from, to, |sink, span, text| {
            if memchr::memchr(b'&', text.as_bytes()).is_none() {
                sink.text(span);
                return;
            }
            let decoded = sink.arena().decode(|decoded| push_decoded(text, ReferenceContext::Text, decoded));
            if !decoded.is_empty() {
                sink.text(decoded);
            }
        });
    }

    /// Visits the runs of characters between U+0000.
    fn each_piece(&mut self, mut from: usize, to: usize, piece: impl Fn(&mut TreeBudget<'s>, Span, &'s str)) {
        while from < to {
            let text = self.html.get(from..to).unwrap_or_default();
            let null = if self.has_null { text.find('\0') } else { None };
            let end = null.map_or(to, |ahead| from + ahead);
            if from < end {
                piece(self.sink, Span::of_source(from, end), text.get(..end - from).unwrap_or_default());
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
            (Some(first), _) if first.is_ascii_alphabetic() => Markup::StartTag(at + 1),
            (Some(b'/'), Some(first)) if first.is_ascii_alphabetic() => Markup::EndTag(at + 2),
            (Some(b'/'), None) => Markup::Text,
            (Some(b'/'), _) => Markup::Skipped(end_of(b">", 2)),
            (Some(b'!'), _) if rest.starts_with(b"<!--") => Markup::Skipped(at + 4 + comment_end(self.bytes(at + 4))),
            (Some(b'!'), _) if rest.get(2..9).is_some_and(|name| name.eq_ignore_ascii_case(b"doctype")) => {
                Markup::Doctype(end_of(b">", 9))
            }
            (Some(b'!'), _) if rest.starts_with(b"<![CDATA[") && self.sink.is_in_foreign_content() => {
                let end = end_of(b"]]>", 9);
                let closed = self.html.get(..end).is_some_and(|html| html.ends_with("]]>"));
                Markup::Characters(at + 9, if closed { end - 3 } else { end }, end)
            }
            (Some(b'!' | b'?'), _) => Markup::Skipped(end_of(b">", 2)),
            _ => Markup::Text,
        }
    }

    /// The name of the tag that begins here, and where it ends.
    fn name(&mut self, from: usize) -> (Name, usize) {
        let rest = self.bytes(from);
        let length = rest.iter().position(|byte| attributes::is_separator(*byte) || *byte == b'>').unwrap_or(rest.len());
        let text = self.html.get(from..from + length).unwrap_or_default();
        let name = match Name::known(text) {
            // The name in SVG, not in lower case.
            Some(known) if known != Name::FOREIGN_OBJECT => known,
            _ if text.bytes().any(|byte| byte.is_ascii_uppercase() || byte == 0) => {
                self.lower.clear();
                self.lower.push_str(&without_null(text));
                self.lower.make_ascii_lowercase();
                self.sink.arena().intern(&self.lower)
            }
            _ => self.sink.arena().intern(text),
        };
        (name, from + length)
    }

    /// Reads a tag, starting at its name.
    fn read_tag(&mut self, from: usize, is_start: bool) -> ReadTag {
        let (name, end) = self.name(from);
        let kept = match name {
            _ if !is_start || self.sink.is_spent() => KeptAttributes::None,
            // Nodes and lists grow with their number.
            _ if self.formatting_attributes == 0 => KeptAttributes::Keyed,
            name => KeptAttributes::of(name),
        };
        self.attributes.clear();
        let mut reader = attributes::AttributeReader::new(self.html, end);
        let mut count = 0;
        while let Some(attribute) = reader.next() {
            if kept == KeptAttributes::None || count >= self.kept.max || attribute.end - from > attributes::MAX_TAG_BYTES {
                continue;
            }
            let named = || self.kept.named.iter().find(|name| name.eq_ignore_ascii_case(attribute.name));
            let key = kept.key_of(attribute.name).or_else(|| named().map(|name| Key::of(name.as_bytes())));
            let Some(key) = key else { continue };
            count += 1;
            self.keep(key, &attribute);
        }
        if kept == KeptAttributes::All {
            self.formatting_attributes = self.formatting_attributes.saturating_sub(count);
        }
        ReadTag { name, is_self_closing: reader.self_closing, is_closed: reader.closed, end: reader.at }
    }

    /// Keeps an attribute, if it is the first of its name.
    fn keep(&mut self, key: Key, attribute: &attributes::RawAttribute<'_>) {
        let is_known = self.attributes.iter().any(|known| {
            known.key == key && (key != Key::Other || self.sink.text_of(known.name).eq_ignore_ascii_case(attribute.name))
        });
        if is_known {
            return;
        }
        let name = match key {
            Key::Other if attribute.name.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                self.sink.arena().push_decoded(&attribute.name.to_ascii_lowercase())
            }
            Key::Other => Span::of_source(attribute.start, attribute.start + attribute.name.len()),
            _ => Span::default(),
        };
        let value = self.value(attribute.value);
        self.attributes.push(Attribute { key, prefix: Prefix::None, name, value });
    }

    /// The value of an attribute in this range.
    fn value(&mut self, (from, to): (usize, usize)) -> Span {
        let text = self.html.get(from..to).unwrap_or_default();
        if self.has_null && text.contains('\0') {
            let text = without_null(text);
            return self.sink.arena().decode(|decoded| push_decoded(&text, ReferenceContext::Attribute, decoded));
        }
        if memchr::memchr(b'&', text.as_bytes()).is_none() {
            return Span::of_source(from, to);
        }
        self.sink.arena().decode(|decoded| push_decoded(text, ReferenceContext::Attribute, decoded))
    }

    /// Sends a start tag, and the content after it if that is no markup; returns where to continue.
    fn start_tag(&mut self, from: usize) -> usize {
        let tag = self.read_tag(from, true);
        if !tag.is_closed {
            return self.html.len();
        }
        let (name, is_self_closing) = (tag.name, tag.is_self_closing);
        match self.sink.start_tag(StartTag { name, attributes: &self.attributes, is_self_closing }) {
            Reading::Markup => tag.end,
            Reading::PlainText => {
                self.raw_characters(tag.end, self.html.len(), Reading::RawText);
                self.html.len()
            }
            reading => self.raw_text(tag.end, name, reading),
        }
    }

    /// Sends an end tag; returns where to continue.
    fn end_tag(&mut self, from: usize) -> usize {
        let tag = self.read_tag(from, false);
        if !tag.is_closed {
            return self.html.len();
        }
        self.sink.end_tag(tag.name);
        tag.end
    }

    /// Sends the content of an element without markup, if it is read; returns where its end tag begins.
    fn raw_text(&mut self, from: usize, name: Name, reading: Reading) -> usize {
        let rest = self.bytes(from);
        let length = match reading {
            Reading::Script => script_end(rest),
            _ => find_end_tag(rest, self.sink.arena().name_text(name)).unwrap_or(rest.len()),
        };
        let to = from + length;
        let content = self.html.get(from..to).unwrap_or_default();
        match name {
            Name::SCRIPT if self.is_json_ld() || scripts::dates_the_page(content) => {
                // U+0000 is dropped from scripts: a replacement character would break JSON.
                self.characters(from, to);
            }
            Name::SCRIPT | Name::STYLE => {}
            _ => self.raw_characters(from, to, reading),
        }
        to
    }

    /// Whether the current tag has the type of JSON-LD.
    fn is_json_ld(&self) -> bool {
        let kind = self.attributes.iter().find(|attribute| attribute.key == Key::Type);
        kind.is_some_and(|attribute| marks::is_json_ld(self.sink.text_of(attribute.value)))
    }

    /// Sends the content of an element without markup.
    fn raw_characters(&mut self, from: usize, to: usize, reading: Reading) {
        let text = self.html.get(from..to).unwrap_or_default();
        if !self.has_null {
            if reading == Reading::EscapableText {
                self.text(from, to)
            } else {
                self.characters(from, to)
            }
            return;
        }
        let text = without_null(text);
        let span = match reading {
            Reading::EscapableText => self.sink.arena().decode(|decoded| push_decoded(&text, ReferenceContext::Text, decoded)),
            _ => self.sink.arena().push_decoded(&text),
        };
        if !span.is_empty() {
            self.sink.text(span);
        }
    }
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
