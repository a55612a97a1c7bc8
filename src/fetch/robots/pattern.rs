//! Path patterns of robots.txt and tdmrep.json, and the one spelling in which patterns and paths are compared (RFC 9309 §2.2.2).

use memchr::memmem;

/// A path pattern: the parts between its `*`, matched from the path's beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::fetch) struct Pattern {
    parts: Vec<Box<[u8]>>,
    /// It ends in `$`: the match must end where the path ends.
    to_end: bool,
    /// A whole path that is matched as well.
    also: Option<Box<[u8]>>,
}

impl Pattern {
    pub fn new(normalised: &[u8], index_page: bool) -> Self {
        let (body, to_end) = match normalised.strip_suffix(b"$") {
            Some(body) => (body, true),
            None => (normalised, false),
        };
        let folder = body.iter().rposition(|b| *b == b'/').map(|slash| body[..=slash].into());
        let parts = body.split(|b| *b == b'*').map(Into::into).collect();
        Self { parts, to_end, also: if index_page { folder } else { None } }
    }

    pub fn matches(&self, path: &[u8]) -> bool {
        self.also.as_deref() == Some(path) || self.matches_parts(path)
    }

    fn matches_parts(&self, path: &[u8]) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return false };
        let Some(mut left) = path.strip_prefix(&**first) else { return false };
        let Some((last, middle)) = rest.split_last() else { return !self.to_end || left.is_empty() };
        // The leftmost place for each part leaves the most permit for those after it.
        for part in middle {
            let Some(at) = memmem::find(left, part) else { return false };
            left = &left[at + part.len()..];
        }
        if self.to_end { left.ends_with(last) } else { memmem::find(left, last).is_some() }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum Side {
    Path,
    Pattern,
}

/// Which percent-encoded bytes are the same as the bare ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum Decode {
    /// `-`, `.`, `_` and `~`.
    Marks,
    /// All unreserved characters of RFC 3986: letters and digits too.
    Unreserved,
}

impl Decode {
    fn covers(self, byte: u8) -> bool {
        matches!(byte, b'-' | b'.' | b'_' | b'~') || (self == Self::Unreserved && byte.is_ascii_alphanumeric())
    }
}

/// One spelling for equal paths: hex digits upper case, bytes outside a URL's set encoded, unreserved ones decoded. `*` and `$`
/// stay bare only where they are signs of the pattern.
pub(in crate::fetch) fn normalise(text: &[u8], side: Side, decode: Decode) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if let Some(decoded) = escaped(&text[at..]) {
            if decode.covers(decoded) {
                out.push(decoded)
            } else {
                push_escaped(decoded, &mut out)
            }
            at += 3;
            continue;
        }
        at += 1;
        let is_sign = side == Side::Pattern && (byte == b'*' || (byte == b'$' && at == text.len()));
        // A URL's path holds no such bytes; a caller who did not encode them gets no match, as in Google's vectors.
        let is_foreign = side == Side::Path && !byte.is_ascii();
        if is_sign || is_foreign || (byte.is_ascii_graphic() && !b"*$\"<>\\^`{|}".contains(&byte)) {
            out.push(byte);
        } else {
            push_escaped(byte, &mut out);
        }
    }
    out
}

fn escaped(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else { return None };
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

fn push_escaped(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        let path = normalise(path.as_bytes(), Side::Path, Decode::Unreserved);
        Pattern::new(&normalise(pattern.as_bytes(), Side::Pattern, Decode::Unreserved), false).matches(&path)
    }

    #[test]
    fn signs_of_patterns() {
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
