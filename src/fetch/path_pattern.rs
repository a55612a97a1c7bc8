//! Path patterns of robots.txt and tdmrep.json, and the normalisation under which patterns and paths are compared (RFC 9309 §2.2.2).

use memchr::memmem;
use percent_encoding::{percent_decode, percent_encode_byte};

/// A path pattern: the literals between its `*`, matched from the start of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathPattern {
    literals: Vec<Box<[u8]>>,
    /// Whether it ends in `$`: the match must end where the path ends.
    is_anchored: bool,
    /// A whole path that matches as well.
    also: Option<Box<[u8]>>,
}

impl PathPattern {
    /// Parses a normalised pattern.
    pub fn new(normalised: &[u8]) -> Self {
        let (body, is_anchored) = match normalised.strip_suffix(b"$") {
            Some(body) => (body, true),
            None => (normalised, false),
        };
        Self { literals: body.split(|b| *b == b'*').map(Into::into).collect(), is_anchored, also: None }
    }

    /// Parses the normalised pattern of an index page (`/a/index.html`), which matches its folder (`/a/`) as well.
    pub fn index_page(normalised: &[u8]) -> Self {
        let folder = normalised.iter().rposition(|b| *b == b'/').map(|slash| normalised[..=slash].into());
        Self { also: folder, ..Self::new(normalised) }
    }

    pub fn matches(&self, path: &[u8]) -> bool {
        self.also.as_deref() == Some(path) || self.matches_literals(path)
    }

    fn matches_literals(&self, path: &[u8]) -> bool {
        let Some((first, rest)) = self.literals.split_first() else { return false };
        let Some(mut left) = path.strip_prefix(&**first) else { return false };
        let Some((last, middle)) = rest.split_last() else { return !self.is_anchored || left.is_empty() };
        // The leftmost match of each literal leaves the most text for the ones after it.
        for literal in middle {
            let Some(at) = memmem::find(left, literal) else { return false };
            left = &left[at + literal.len()..];
        }
        if self.is_anchored { left.ends_with(last) } else { memmem::find(left, last).is_some() }
    }
}

/// What is normalised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PathSyntax {
    /// A path of a URL.
    Path,
    /// A pattern, in which `*` and a final `$` are special.
    Pattern,
}

/// Which percent-encoded bytes are equal to the bare ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unescape {
    /// `-`, `.`, `_` and `~`.
    Marks,
    /// All unreserved characters of RFC 3986: letters and digits too.
    Unreserved,
}

impl Unescape {
    fn covers(self, byte: u8) -> bool {
        matches!(byte, b'-' | b'.' | b'_' | b'~') || (self == Self::Unreserved && byte.is_ascii_alphanumeric())
    }
}

/// Gives equal paths the same bytes: hex digits in upper case, bytes outside a URL's set encoded, unreserved ones decoded. `*` and `$`
/// stay bare only where they are special. Decoding everything, as `percent_decode` does, would make `/a%2Fb` equal to `/a/b`.
pub(super) fn normalise(text: &[u8], syntax: PathSyntax, unescape: Unescape) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if let Some(decoded) = escaped_byte(&text[at..]) {
            if unescape.covers(decoded) {
                out.push(decoded)
            } else {
                out.extend(percent_encode_byte(decoded).bytes())
            }
            at += 3;
            continue;
        }
        at += 1;
        let is_special = syntax == PathSyntax::Pattern && (byte == b'*' || (byte == b'$' && at == text.len()));
        // The path of a URL has no such bytes; a caller who did not encode them gets no match, as in Google's test vectors.
        let is_foreign = syntax == PathSyntax::Path && !byte.is_ascii();
        if is_special || is_foreign || (byte.is_ascii_graphic() && !b"*$\"<>\\^`{|}".contains(&byte)) {
            out.push(byte);
        } else {
            out.extend(percent_encode_byte(byte).bytes());
        }
    }
    out
}

/// The byte that the text starts with, if it starts with a percent-encoded one.
fn escaped_byte(text: &[u8]) -> Option<u8> {
    let mut decoded = percent_decode(text.get(..3)?);
    // Three bytes that decode to one are `%` and two hex digits.
    decoded.next().filter(|_| decoded.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        let path = normalise(path.as_bytes(), PathSyntax::Path, Unescape::Unreserved);
        PathPattern::new(&normalise(pattern.as_bytes(), PathSyntax::Pattern, Unescape::Unreserved)).matches(&path)
    }

    #[test]
    fn wildcards_and_anchors() {
        for (pattern, path, expected) in [
            ("/*.pdf$", "/a/b.pdf", true),
            ("/*.pdf$", "/a/b.pdf?x", false),
            ("/*.pdf", "/a/b.pdf?x", true),
            ("*", "/anything", true),
            ("/a*", "/a", true),
            ("/a**b", "/a-b", true),
            ("/a*b*c$", "/abcbc", true),
            ("/a*b*c$", "/abcb", false),
            ("/a*a$", "/a", false),
            ("/$", "/", true),
            ("/$", "/a", false),
            ("$", "/", false),
            ("/a$b", "/a$bc", true),
            ("/a%24", "/a$", true),
            ("/a%2A", "/a*", true),
            ("/a%2A", "/ab", false),
            ("/x?y=*", "/x?y=1", true),
            ("news", "/news", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} on {path}");
        }
    }
}
