//! Bytes to text: detects the charset by BOM, header, `<meta>` or a guess, and rejects binary data.
//!
//! A declared charset is ignored if the bytes are valid UTF-8, or if UTF-8 is declared and they are not: wrong declarations are more common than
//! such bytes by accident.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

use super::input::Error;

/// The number of bytes that are searched for a `<meta>` with a charset. The HTML Standard scans 1,024 and lets the parser find later ones.
const PRESCAN_BYTES: usize = 64 << 10;

/// Decodes a page or text. `content_type` is the value of the header; `top_level_domain` helps to guess the charset.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, top_level_domain: Option<&str>) -> Cow<'a, str> {
    let encoding = charset(bytes, content_type, top_level_domain);
    encoding.decode(bytes).0
}

/// The charset of a page, by BOM, header, `<meta>` or a guess, in this order, corrected as described above.
pub fn charset(bytes: &[u8], content_type: Option<&str>, top_level_domain: Option<&str>) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    let declared = content_type.and_then(charset_of_content_type).or_else(|| declared_in_meta(bytes));
    let utf8 = is_utf8_up_to_the_end(bytes);
    match declared {
        Some(encoding) if encoding == ISO_2022_JP && bytes.contains(&0x1b) => encoding,
        // Markup in UTF-16 has zero bytes, and UTF-8 has none.
        Some(encoding) if is_wide(encoding) && bytes.contains(&0) => encoding,
        _ if utf8 => UTF_8,
        Some(encoding) if encoding != UTF_8 && !is_wide(encoding) => encoding,
        _ => guess(bytes, top_level_domain),
    }
}

fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// Whether the bytes are UTF-8, the last character perhaps incomplete, as in an interrupted download.
fn is_utf8_up_to_the_end(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    }
}

fn guess(bytes: &[u8], top_level_domain: Option<&str>) -> &'static Encoding {
    if is_mostly_utf8(bytes) {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes.get(..1 << 20).unwrap_or(bytes), true);
    // The detector panics on labels that are not lower-case ASCII.
    let tld = top_level_domain.map(str::as_bytes).filter(|tld| tld.iter().all(u8::is_ascii_lowercase));
    detector.guess(tld, Utf8Detection::Allow)
}

/// Whether the bytes are UTF-8 with a few invalid sequences, such as a pasted legacy character: at least fifty valid multi-byte characters for each
/// of them.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut invalid) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|byte| *byte >= 0xc2).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    valid >= 50 * invalid.max(1)
}

/// The charset parameter of a Content-Type (RFC 9110 §8.3).
fn charset_of_content_type(value: &str) -> Option<&'static Encoding> {
    let lower = value.to_ascii_lowercase();
    let parameter = lower.split(';').skip(1).find_map(|part| part.trim().strip_prefix("charset"))?;
    let label = parameter.trim_start().strip_prefix('=')?.trim().trim_matches(['"', '\'']);
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != REPLACEMENT)
}

/// The charset that a `<meta>` in the first bytes names (HTML Standard, "prescan a byte stream to determine its encoding").
pub fn declared_in_meta(bytes: &[u8]) -> Option<&'static Encoding> {
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

/// First bytes of binary files.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF87a", "GIF image"),
    (b"GIF89a", "GIF image"),
    (b"PK\x03\x04", "ZIP archive or office document"),
    (b"PK\x05\x06", "ZIP archive"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7-Zip archive"),
    (b"\x7fELF", "ELF program"),
    (b"MZ\x90", "Windows program"),
    (b"OggS", "Ogg media"),
    (b"ID3", "MP3 audio"),
    (b"RIFF", "RIFF media"),
    (b"SQLite format 3", "SQLite database"),
    (b"\xd0\xcf\x11\xe0", "old office document"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
];

/// Rejects binary data, by its first bytes or by many control characters. `content_type` is the value of the header.
pub fn reject_binary(bytes: &[u8], content_type: Option<&str>) -> Result<(), Error> {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Error::Binary { kind });
    }
    let sample = bytes.get(..64 << 10).unwrap_or(bytes);
    let by_bom = Encoding::for_bom(sample).map(|(encoding, _)| encoding);
    let wide = by_bom.or_else(|| content_type.and_then(charset_of_content_type)).is_some_and(is_wide);
    // Counting in a byte per chunk lets the compiler vectorise it.
    let control = |byte: &u8| u8::from(matches!(byte, 0x00..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f));
    let controls: usize = sample.chunks(255).map(|chunk| usize::from(chunk.iter().map(control).sum::<u8>())).sum();
    if !wide && controls * 50 > sample.len() {
        return Err(Error::Binary { kind: "control characters" });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8], content_type: Option<&str>) -> &'static str {
        charset(bytes, content_type, None).name()
    }

    #[test]
    fn bom_header_meta_and_guess_count_in_this_order() {
        assert_eq!(name(b"\xef\xbb\xbfabc", Some("text/html; charset=koi8-r")), "UTF-8");
        assert_eq!(name(b"<meta charset=windows-1251>\xcf\xf0\xe8", Some("text/html; charset=\"KOI8-R\"")), "KOI8-R");
        assert_eq!(name(b"<meta charset=windows-1251>\xcf\xf0\xe8", None), "windows-1251");
        let (korean, _, _) = encoding_rs::EUC_KR.encode("대한민국의 날씨는 오늘도 맑고 바람이 조금 분다");
        assert_eq!(name(&korean, None), "EUC-KR");
    }

    #[test]
    fn wrong_declarations_are_ignored() {
        assert_eq!(name("<meta charset=iso-8859-1>Zürich".as_bytes(), None), "UTF-8");
        assert_ne!(name(b"<meta charset=utf-8>Z\xfcrich liegt am See", None), "UTF-8");
        let mut mixed = "Привет, как дела? ".repeat(20).into_bytes();
        mixed.push(0x92);
        assert_eq!(name(&mixed, None), "UTF-8");
    }

    #[test]
    fn meta_is_found_as_the_standard_says() {
        let found = |text: &str| declared_in_meta(text.as_bytes()).map(Encoding::name);
        assert_eq!(found("<!-- <meta charset=koi8-r> --><meta charset='Shift_JIS'>"), Some("Shift_JIS"));
        assert_eq!(found("<META content='text/html; charset=euc-jp' HTTP-EQUIV=Content-Type>"), Some("EUC-JP"));
        assert_eq!(found("<meta name=x content='charset=euc-jp'>"), None);
        assert_eq!(found("<meta charset=utf-16>"), Some("UTF-8"));
        assert_eq!(found("<a title='<meta charset=koi8-r>'>"), None);
        assert_eq!(found("<meta"), None);
    }

    #[test]
    fn binary_data_is_rejected_and_text_is_not() {
        assert!(reject_binary(b"%PDF-1.7 ...", None).is_err());
        assert!(reject_binary(&[0u8; 100], None).is_err());
        assert!(reject_binary("Überall plain text\n".as_bytes(), None).is_ok());
        assert!(reject_binary(b"\xff\xfea\0b\0c\0", None).is_ok());
        let unmarked = b"a\0b\0c\0";
        assert!(reject_binary(unmarked, Some("text/html; charset=utf-16le")).is_ok() && reject_binary(unmarked, None).is_err());
        assert_eq!(name(unmarked, Some("text/html; charset=utf-16le")), "UTF-16LE");
        assert_eq!(name("plain £".as_bytes(), Some("text/html; charset=utf-16")), "UTF-8");
    }
}
