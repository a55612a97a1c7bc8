//! The attributes of a tag: which are read by some part of gleaner, and where each begins and ends.

use std::sync::LazyLock;

use html5ever::LocalName;

/// Longest tag in bytes that is left as it is: further attributes go.
pub const MAX_TAG_BYTES: usize = 64 << 10;

/// Attributes that `page` reads (`marks`, `blocks`), and those that the tree builder looks at. Sorted by length.
const KEPT: &[&str] = &[
    "id",
    "rel",
    "lang",
    "role",
    "href",
    "type",
    "name",
    "class",
    "style",
    "title",
    "hidden",
    "content",
    "charset",
    "xml:lang",
    "itemprop",
    "datetime",
    "hreflang",
    "property",
    "encoding",
    "aria-label",
    "http-equiv",
    "data-testid",
    "shadowrootmode",
];

/// A name as it is written, and as the tree builder has it.
type Named = (&'static [u8], LocalName);

/// [`KEPT`] by length.
static KEPT_NAMES: LazyLock<Vec<Vec<Named>>> = LazyLock::new(|| {
    let longest = KEPT.iter().map(|name| name.len()).max().unwrap_or(0);
    let of_length = |length: usize| KEPT.iter().filter(move |name| name.len() == length);
    (0..=longest).map(|length| of_length(length).map(|name| (name.as_bytes(), LocalName::from(*name))).collect()).collect()
});

/// Formatting elements: the tree builder compares all their attributes, so they keep all. (Links never come to that comparison.)
const COMPARED: &[&str] = &["b", "i", "s", "u", "em", "tt", "big", "code", "font", "nobr", "small", "strike", "strong"];

/// Elements of which `marks` reads where they load from.
const EMBEDDING: &[&str] = &["script", "iframe"];

/// Which attributes of a tag are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All.
    All,
    /// The listed ones.
    Listed,
    /// The listed ones and `src`.
    ListedAndSource,
    /// None: those of an end tag, which nobody stores.
    None,
}

impl Keep {
    /// By the lower-case name of an element.
    pub fn of(element: &str) -> Self {
        match () {
            () if COMPARED.contains(&element) => Self::All,
            () if EMBEDDING.contains(&element) => Self::ListedAndSource,
            () => Self::Listed,
        }
    }

    /// An attribute's name in lower case, where it is kept.
    pub fn name_of(self, name: &str) -> Option<LocalName> {
        match self {
            Self::None => None,
            Self::All => Some(LocalName::from(name.to_ascii_lowercase())),
            Self::ListedAndSource if name.eq_ignore_ascii_case("src") => Some(LocalName::from("src")),
            Self::Listed | Self::ListedAndSource => {
                let known = KEPT_NAMES.get(name.len())?;
                known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes())).map(|(_, name)| name.clone())
            }
        }
    }
}

/// An attribute as it is written.
pub struct Written<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where its value begins and ends, quotes aside; an empty stretch where it has none.
    pub value: (usize, usize),
    /// Where it ends.
    pub end: usize,
}

/// Steps through the attributes of a tag from behind its name (HTML Standard, "before attribute name state" and the following).
pub struct Reader<'a> {
    html: &'a str,
    /// Where it stands: in the end behind the tag.
    pub at: usize,
    /// The tag's `>` has been reached.
    pub closed: bool,
    /// A `/` stands in front of it.
    pub self_closing: bool,
}

impl<'a> Reader<'a> {
    /// Begins at `at`.
    pub fn new(html: &'a str, at: usize) -> Self {
        Self { html, at, closed: false, self_closing: false }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.html.as_bytes().get(at).copied()
    }

    /// Where the bytes that pass end.
    fn skip(&self, mut at: usize, passes: impl Fn(u8) -> bool) -> usize {
        while self.byte(at).is_some_and(&passes) {
            at += 1;
        }
        at
    }

    /// The next attribute; `None` at the tag's end.
    pub fn next(&mut self) -> Option<Written<'a>> {
        let start = self.skip(self.at, is_gap);
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
        let end = self.skip(start + 1, |byte| !is_gap(byte) && byte != b'>' && byte != b'=');
        let name = self.html.get(start..end).unwrap_or_default();
        let mark = self.skip(end, |byte| byte.is_ascii_whitespace());
        let (value, end) = if self.byte(mark) == Some(b'=') { self.value(mark + 1) } else { ((end, end), end) };
        self.at = end;
        Some(Written { name, value, end })
    }

    /// Where the value from behind `=` begins and ends, and where it ends with its quote.
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

/// White space or a slash, which part attributes alike.
pub fn is_gap(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_as_they_are_written() {
        let html = "<img src=\"x>y\" alt='a \"b\"' class=c/d onload = f() hidden/><p>";
        let mut reader = Reader::new(html, 4);
        let mut read = Vec::new();
        while let Some(written) = reader.next() {
            read.push((written.name, &html[written.value.0..written.value.1]));
        }
        assert_eq!(read, [("src", "x>y"), ("alt", "a \"b\""), ("class", "c/d"), ("onload", "f()"), ("hidden", "")]);
        assert!(reader.closed && reader.self_closing && &html[reader.at..] == "<p>");
    }

    #[test]
    fn only_what_is_read_is_kept() {
        assert!(Keep::of("p").name_of("ONCLICK").is_none() && Keep::of("p").name_of("src").is_none());
        assert_eq!(Keep::of("p").name_of("CLASS").as_deref(), Some("class"));
        assert_eq!(Keep::of("script").name_of("src").as_deref(), Some("src"));
        assert_eq!(Keep::of("font").name_of("Color").as_deref(), Some("color"));
        assert!(KEPT.is_sorted_by_key(|name| name.len()));
    }
}
