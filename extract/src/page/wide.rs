//! UTF-16 and UTF-32: recognises them by their byte order mark or by what they decode to, and decodes UTF-32. UTF-16 is decoded by `encoding_rs`.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use unicode_normalization::char::is_combining_mark;

/// The number of bytes that are looked at.
const SAMPLE_BYTES: usize = 64 << 10;

/// Fewest characters by which such text is recognised without a byte order mark.
const MIN_CHARS: usize = 8;

/// A charset with two or four bytes for most characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wide {
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// UTF-32, the low byte first.
    Utf32Le,
    /// UTF-32, the high byte first.
    Utf32Be,
}

impl Wide {
    const ALL: [Self; 4] = [Self::Utf32Le, Self::Utf32Be, Self::Utf16Le, Self::Utf16Be];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf16Le => UTF_16LE.name(),
            Self::Utf16Be => UTF_16BE.name(),
            Self::Utf32Le => "UTF-32LE",
            Self::Utf32Be => "UTF-32BE",
        }
    }

    /// UTF-16 as `encoding_rs` knows it; it does not know UTF-32.
    pub fn encoding(self) -> Option<&'static Encoding> {
        match self {
            Self::Utf16Le => Some(UTF_16LE),
            Self::Utf16Be => Some(UTF_16BE),
            Self::Utf32Le | Self::Utf32Be => None,
        }
    }

    /// The charset that a byte order mark says. That of UTF-32LE is that of UTF-16LE and a NUL, which no text begins with.
    pub fn by_mark(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] => Some(Self::Utf32Le),
            [0, 0, 0xfe, 0xff, ..] => Some(Self::Utf32Be),
            [0xff, 0xfe, ..] => Some(Self::Utf16Le),
            [0xfe, 0xff, ..] => Some(Self::Utf16Be),
            _ => None,
        }
    }

    /// The charset that the bytes are text in, without a byte order mark. Only bytes with zeros are considered, which no other charset has in text, and
    /// nearly all characters must be those of texts.
    pub fn by_content(bytes: &[u8]) -> Option<Self> {
        let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
        // A stray zero shows nothing; in such text each space and line feed has one.
        memchr::memchr_iter(0, sample).nth(1)?;
        let counted = Self::ALL.iter().filter_map(|wide| Some((*wide, wide.count(sample)?)));
        let plausible = counted.filter(|(_, counts)| counts.is_text());
        // Read from the wrong end, words without a space can look like a text in Han: there are no ASCII characters in it then.
        plausible.max_by_key(|(_, counts)| counts.ascii).map(|(wide, _)| wide)
    }

    /// Counts the kinds of characters; `None` if the bytes are not this charset.
    fn count(self, sample: &[u8]) -> Option<Counts> {
        let mut counts = Counts::default();
        match self {
            Self::Utf32Le | Self::Utf32Be => {
                for unit in sample.chunks_exact(4) {
                    counts.add(self.scalar(unit)?);
                }
            }
            Self::Utf16Le | Self::Utf16Be => {
                let units = sample.chunks_exact(2).map(|unit| self.unit(unit));
                let mut decoded = char::decode_utf16(units).peekable();
                while let Some(next) = decoded.next() {
                    match next {
                        Ok(c) => counts.add(c),
                        // The sample may end within a pair.
                        Err(_) if decoded.peek().is_none() => {}
                        Err(_) => return None,
                    }
                }
            }
        }
        Some(counts)
    }

    fn unit(self, bytes: &[u8]) -> u16 {
        let bytes = [bytes.first().copied().unwrap_or_default(), bytes.get(1).copied().unwrap_or_default()];
        if self == Self::Utf16Le { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) }
    }

    fn scalar(self, bytes: &[u8]) -> Option<char> {
        let bytes: [u8; 4] = bytes.try_into().ok()?;
        char::from_u32(if self == Self::Utf32Le { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    /// Decodes UTF-32, without its byte order mark; U+FFFD stands for what is no character.
    pub fn decode_utf32(self, bytes: &[u8]) -> String {
        let chars = bytes.chunks(4).map(|unit| self.scalar(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        chars.enumerate().filter(|(at, c)| *at > 0 || *c != '\u{feff}').map(|(_, c)| c).collect()
    }
}

/// How many characters of each kind a sample has.
#[derive(Default)]
struct Counts {
    all: usize,
    /// ASCII characters: other texts have spaces and line feeds at least.
    ascii: usize,
    /// Han characters.
    han: usize,
    /// Kana, Hangul, and the punctuation of East Asian texts: Han characters never come without any of them.
    east_asian: usize,
    /// Characters that texts hardly have: controls, unassigned ones, private ones, spaces of fixed widths.
    odd: usize,
}

impl Counts {
    fn add(&mut self, c: char) {
        self.all += 1;
        match c {
            '\t' | '\n' | '\r' | '\u{c}' | ' '..='~' => self.ascii += 1,
            '\u{4e00}'..='\u{9fff}' => self.han += 1,
            '\u{3000}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff00}'..='\u{ffef}' => self.east_asian += 1,
            _ if is_of_texts(c) => {}
            _ => self.odd += 1,
        }
    }

    fn is_text(&self) -> bool {
        let has_form = if (self.han + self.east_asian) * 2 > self.all {
            // Pairs of ASCII characters look like Han characters.
            self.east_asian * 100 >= self.all && self.ascii > 0
        } else {
            self.ascii * 20 >= self.all
        };
        self.all >= MIN_CHARS && self.odd * 50 <= self.all && has_form
    }
}

/// Whether a character other than ASCII, Han, kana and Hangul is one that texts have.
fn is_of_texts(c: char) -> bool {
    let is_sign = matches!(c,
        '\u{a0}'..='\u{bf}' | '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{2027}' | '\u{202a}'..='\u{202e}' | '\u{2030}'..='\u{203f}'
        | '\u{20a0}'..='\u{20bf}' | '\u{2100}'..='\u{214f}' | '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{27bf}' | '\u{feff}'
        | '\u{1f000}'..='\u{1faff}');
    let is_private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    is_sign
        || (!is_private
            && (c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{370}'..='\u{1cff}' if !c.is_control())))
}
