//! The charset that a page declares: in the header, or in a `<meta>`. Whether the declaration is true is for [`super::decode`] to say.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// The number of bytes that are searched for a `<meta>` with a charset. The HTML Standard scans 1,024 and lets the parser find later ones.
const PRESCAN_BYTES: usize = 64 << 10;

/// The charset parameter of a Content-Type (RFC 9110 §8.3).
pub fn in_content_type(value: &str) -> Option<&'static Encoding> {
    let lower = value.to_ascii_lowercase();
    let parameter = lower.split(';').skip(1).find_map(|part| part.trim().strip_prefix("charset"))?;
    let label = parameter.trim_start().strip_prefix('=')?.trim().trim_matches(['"', '\'']);
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != REPLACEMENT)
}

/// The charset that a `<meta>` in the first bytes names (HTML Standard, "prescan a byte stream to determine its encoding").
pub fn in_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..PRESCAN_BYTES).unwrap_or(bytes);
    let mut at = 0;
    while let Some(offset) = memchr::memchr(b'<', head.get(at..)?) {
        at += offset;
        let rest = head.get(at..)?;
        if rest.starts_with(b"<!--") {
            // The opening dashes may also close the comment: `<!-->`.
            at += 2 + memchr::memmem::find(rest.get(2..)?, b"-->")? + 3;
        } else if rest.len() > 5 && rest.get(1..5)?.eq_ignore_ascii_case(b"meta") && is_attribute_separator(*rest.get(5)?) {
            let mut tag = TagScanner { bytes: rest, at: 5, closed: false };
            if let Some(found) = charset_of_meta(&mut tag) {
                return Some(found);
            }
            at += tag.at;
        } else if rest.get(1).is_some_and(u8::is_ascii_alphabetic)
            || (rest.get(1) == Some(&b'/') && rest.get(2).is_some_and(u8::is_ascii_alphabetic))
        {
            let mut tag = TagScanner { bytes: rest, at: 1, closed: false };
            tag.skip_name();
            while tag.attribute().is_some() {}
            at += tag.at;
        } else if matches!(rest.get(1), Some(b'!' | b'/' | b'?')) {
            at += memchr::memchr(b'>', rest)? + 1;
        } else {
            at += 1;
        }
    }
    None
}

fn charset_of_meta(tag: &mut TagScanner<'_>) -> Option<&'static Encoding> {
    let (mut pragma, mut need_pragma, mut found) = (false, None, None);
    let mut seen: Vec<Vec<u8>> = Vec::new();
    while let Some((name, value)) = tag.attribute() {
        if seen.contains(&name) {
            continue;
        }
        match name.as_slice() {
            b"http-equiv" => pragma |= value == b"content-type",
            b"content" if found.is_none() => {
                if let Some(encoding) = charset_in_content(&value) {
                    found = Some(encoding);
                    need_pragma = Some(true);
                }
            }
            b"charset" => {
                found = Encoding::for_label(&value);
                need_pragma = Some(false);
            }
            _ => {}
        }
        seen.push(name);
    }
    let found = found.filter(|_| tag.closed).filter(|_| need_pragma == Some(false) || (need_pragma == Some(true) && pragma))?;
    Some(match found {
        encoding if encoding == UTF_16LE || encoding == UTF_16BE => UTF_8,
        encoding if encoding == X_USER_DEFINED => WINDOWS_1252,
        encoding => encoding,
    })
}

/// The HTML Standard's "algorithm for extracting a character encoding from a meta element".
fn charset_in_content(value: &[u8]) -> Option<&'static Encoding> {
    let mut rest = value;
    loop {
        let at = memchr::memmem::find(rest, b"charset")?;
        rest = rest.get(at + 7..)?.trim_ascii_start();
        if let Some(after) = rest.strip_prefix(b"=") {
            rest = after.trim_ascii_start();
            break;
        }
    }
    let label = match rest.first()? {
        quote @ (b'"' | b'\'') => {
            rest.get(1..)?.split(|byte| byte == quote).next().filter(|_| rest.get(1..).is_some_and(|r| r.contains(quote)))?
        }
        _ => rest.split(|byte| byte.is_ascii_whitespace() || *byte == b';').next()?,
    };
    Encoding::for_label(label)
}

fn is_attribute_separator(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/'
}

/// Reads the attributes of one tag.
struct TagScanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Its `>` has been reached; an incomplete tag does not count.
    closed: bool,
}

impl TagScanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_name(&mut self) {
        while self.peek().is_some_and(|byte| !byte.is_ascii_whitespace() && byte != b'>') {
            self.at += 1;
        }
    }

    /// The next attribute, lower case; `None` after the last one, when the scanner is after `>` or at the end of the bytes.
    fn attribute(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        while self.peek().is_some_and(is_attribute_separator) {
            self.at += 1;
        }
        if self.peek()? == b'>' {
            self.at += 1;
            self.closed = true;
            return None;
        }
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| !is_attribute_separator(*byte) && *byte != b'>') {
            if byte == b'=' && !name.is_empty() {
                break;
            }
            name.push(byte.to_ascii_lowercase());
            self.at += 1;
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        if self.peek() != Some(b'=') {
            return Some((name, Vec::new()));
        }
        self.at += 1;
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        Some((name, self.value()))
    }

    fn value(&mut self) -> Vec<u8> {
        let mut value = Vec::new();
        let quote = self.peek().filter(|byte| matches!(byte, b'"' | b'\''));
        if quote.is_some() {
            self.at += 1;
        }
        while let Some(byte) = self.peek() {
            let ends = match quote {
                Some(quote) => byte == quote,
                None => byte.is_ascii_whitespace() || byte == b'>',
            };
            if ends {
                self.at += usize::from(quote.is_some());
                break;
            }
            value.push(byte.to_ascii_lowercase());
            self.at += 1;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_is_found_as_the_standard_says() {
        let found = |text: &str| in_meta(text.as_bytes()).map(Encoding::name);
        assert_eq!(found("<!-- <meta charset=koi8-r> --><meta charset='Shift_JIS'>"), Some("Shift_JIS"));
        assert_eq!(found("<META content='text/html; charset=euc-jp' HTTP-EQUIV=Content-Type>"), Some("EUC-JP"));
        assert_eq!(found("<meta name=x content='charset=euc-jp'>"), None);
        assert_eq!(found("<meta charset=utf-16>"), Some("UTF-8"));
        assert_eq!(found("<a title='<meta charset=koi8-r>'>"), None);
        assert_eq!(found("<meta"), None);
    }
}
