//! The attributes of a tag: where each begins and ends, and which are kept because some part of gleaner reads them.

use super::html_tree::{Key, Name, NameSet};

/// Longest tag in bytes; further attributes are dropped.
pub const MAX_TAG_BYTES: usize = 64 << 10;

/// Formatting elements keep all attributes, because the tree builder compares them. (It never does so for links.)
const COMPARED: NameSet = NameSet::of(&[
    Name::B,
    Name::I,
    Name::S,
    Name::U,
    Name::EM,
    Name::TT,
    Name::BIG,
    Name::CODE,
    Name::FONT,
    Name::NOBR,
    Name::SMALL,
    Name::STRIKE,
    Name::STRONG,
]);

/// Elements whose `src` is read by `marks`.
const EMBEDDING: NameSet = NameSet::of(&[Name::SCRIPT, Name::IFRAME]);

/// Which attributes of a tag are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptAttributes {
    /// All.
    All,
    /// Those with a [`Key`] but `src`.
    Keyed,
    /// Those with a [`Key`].
    KeyedAndSource,
    /// None, as for end tags.
    None,
}

impl KeptAttributes {
    /// The attributes that an element keeps.
    pub fn of(element: Name) -> Self {
        match () {
            () if COMPARED.contains(element) => Self::All,
            () if EMBEDDING.contains(element) => Self::KeyedAndSource,
            () => Self::Keyed,
        }
    }

    /// The key of an attribute with this name, if it is kept.
    pub fn key_of(self, name: &str) -> Option<Key> {
        let key = match Key::of(name.as_bytes()) {
            Key::Other if name.bytes().any(|byte| byte.is_ascii_uppercase()) => Key::of(name.to_ascii_lowercase().as_bytes()),
            key => key,
        };
        let is_kept = match self {
            Self::None => false,
            Self::All => true,
            Self::Keyed => !matches!(key, Key::Other | Key::Src),
            Self::KeyedAndSource => key != Key::Other,
        };
        is_kept.then_some(key)
    }
}

/// An attribute as written.
pub struct RawAttribute<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it begins.
    pub start: usize,
    /// Where its value begins and ends, without quotes; an empty range if it has none.
    pub value: (usize, usize),
    /// Where it ends.
    pub end: usize,
}

/// Reads the attributes of a tag, starting after its name (HTML Standard, "before attribute name state" and the following).
pub struct AttributeReader<'a> {
    html: &'a str,
    /// The current position: after the last attribute, in the end after the tag.
    pub at: usize,
    /// The tag's `>` has been reached.
    pub closed: bool,
    /// A `/` comes right before the `>`.
    pub self_closing: bool,
}

impl<'a> AttributeReader<'a> {
    /// A reader that begins at `at`.
    pub fn new(html: &'a str, at: usize) -> Self {
        Self { html, at, closed: false, self_closing: false }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.html.as_bytes().get(at).copied()
    }

    /// The end of the run of bytes that pass.
    fn skip(&self, mut at: usize, passes: impl Fn(u8) -> bool) -> usize {
        while self.byte(at).is_some_and(&passes) {
            at += 1;
        }
        at
    }

    /// The next attribute; `None` at the tag's end.
    pub fn next(&mut self) -> Option<RawAttribute<'a>> {
        let start = self.skip(self.at, is_separator);
        match self.byte(start) {
            None => {
                self.at = start;
                return None;
            }
            Some(b'>') => {
                self.self_closing = start > self.at && self.byte(start - 1) == Some(b'/');
                (self.at, self.closed) = (start + 1, true);
                return None;
            }
            Some(_) => {}
        }
        let end = self.skip(start + 1, |byte| !is_separator(byte) && byte != b'>' && byte != b'=');
        let name = self.html.get(start..end).unwrap_or_default();
        let mark = self.skip(end, |byte| byte.is_ascii_whitespace());
        let (value, end) = if self.byte(mark) == Some(b'=') { self.value(mark + 1) } else { ((end, end), end) };
        self.at = end;
        Some(RawAttribute { name, start, value, end })
    }

    /// The range of the value that starts after `=`, and where it ends including its quote.
    fn value(&self, at: usize) -> ((usize, usize), usize) {
        let at = self.skip(at, |byte| byte.is_ascii_whitespace());
        let all = self.html.len();
        match self.byte(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let rest = self.html.as_bytes().get(at + 1..).unwrap_or_default();
                memchr::memchr(quote, rest).map_or(((at + 1, all), all), |length| ((at + 1, at + 1 + length), at + 2 + length))
            }
            _ => {
                let end = self.skip(at, |byte| !byte.is_ascii_whitespace() && byte != b'>');
                ((at, end), end)
            }
        }
    }
}

/// Whether the byte separates attributes: white space or a slash.
pub fn is_separator(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        let html = "<img src=\"x>y\" alt='a \"b\"' class=c/d onload = f() hidden/><p>";
        let mut reader = AttributeReader::new(html, 4);
        let mut read = Vec::new();
        while let Some(attribute) = reader.next() {
            read.push((attribute.name, &html[attribute.value.0..attribute.value.1]));
        }
        assert_eq!(read, [("src", "x>y"), ("alt", "a \"b\""), ("class", "c/d"), ("onload", "f()"), ("hidden", "")]);
        assert!(reader.closed && reader.self_closing && &html[reader.at..] == "<p>");
    }

    #[test]
    fn only_attributes_that_are_read_or_compared_are_kept() {
        assert!(KeptAttributes::of(Name::P).key_of("ONCLICK").is_none() && KeptAttributes::of(Name::P).key_of("src").is_none());
        assert_eq!(KeptAttributes::of(Name::P).key_of("CLASS"), Some(Key::Class));
        assert_eq!(KeptAttributes::of(Name::SCRIPT).key_of("src"), Some(Key::Src));
        assert_eq!(KeptAttributes::of(Name::FONT).key_of("Color"), Some(Key::Other));
    }
}
