//! The shape of a block's text, in any script.

use super::matrix::flag;
use crate::document::Block;
use crate::label::block_signals::BlockSignals;

/// Appends the columns of a block's text.
pub fn push(block: &Block, signals: &BlockSignals<'_>, out: &mut Vec<f32>) {
    let counts = CharCounts::of(&block.text);
    let chars = counts.chars().max(1) as f32;
    let words = signals.words.max(1) as f32;
    let count = |kind: Kind| counts.of_kind(kind) as f32;
    let share = |kind: Kind| count(kind) / chars;
    let first = block.text.chars().next().unwrap_or(' ');
    let last = block.text.chars().next_back().unwrap_or(' ');
    out.extend([
        (1.0 + signals.weighted_chars).ln(),
        signals.link_share,
        flag(signals.ends_sentence),
        words.min(300.0),
        chars / words,
        signals.sentences.min(20) as f32,
        share(Kind::Comma),
        share(Kind::Upper),
        share(Kind::Digit),
        counts.capitals as f32 / words,
        count(Kind::Separator),
        count(Kind::Symbol),
        count(Kind::At),
        count(Kind::Currency),
        share(Kind::Mark),
        flag(signals.trails_off),
        flag(matches!(last, ':' | '：')),
        flag(matches!(last, '?' | '？' | '؟')),
        flag(first.is_lowercase()),
        flag(matches!(first, '"' | '“' | '«' | '„' | '「' | '『' | '‘' | '—' | '–')),
        flag(block.text.as_bytes().windows(4).any(|four| four == b"http" || four == b"www.")),
        flag(first.is_numeric()),
        share(Kind::Lower),
    ]);
}

/// A kind of character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Space,
    Comma,
    Separator,
    Symbol,
    At,
    Currency,
    Mark,
    Other,
}

impl Kind {
    const COUNT: usize = Self::Other as usize + 1;

    /// The kinds of the ASCII characters, so that most characters take one lookup.
    const ASCII: [Self; 128] = {
        let mut kinds = [Self::Other; 128];
        let mut byte = 0;
        while byte < kinds.len() {
            kinds[byte] = match byte as u8 {
                b'a'..=b'z' => Self::Lower,
                b'A'..=b'Z' => Self::Upper,
                b'0'..=b'9' => Self::Digit,
                b' ' => Self::Space,
                b'\t'..=b'\r' => Self::Other,
                b',' => Self::Comma,
                b'|' | b'>' | b'/' => Self::Separator,
                b'@' => Self::At,
                b'$' => Self::Currency,
                _ => Self::Mark,
            };
            byte += 1;
        }
        kinds
    };

    fn of(c: char) -> Self {
        match Self::ASCII.get(c as usize) {
            Some(kind) => *kind,
            None => Self::of_other(c),
        }
    }

    /// The kind of a character beyond ASCII.
    fn of_other(c: char) -> Self {
        match c {
            '，' | '、' | '،' => Self::Comma,
            '›' | '»' | '·' | '•' | '→' => Self::Separator,
            '©' | '®' | '™' => Self::Symbol,
            '€' | '£' | '¥' | '₽' | '₩' | '₹' => Self::Currency,
            c if c.is_uppercase() => Self::Upper,
            c if c.is_lowercase() => Self::Lower,
            c if c.is_numeric() => Self::Digit,
            c if !c.is_alphanumeric() && !c.is_whitespace() => Self::Mark,
            _ => Self::Other,
        }
    }
}

/// The number of characters of each kind.
#[derive(Default)]
struct CharCounts {
    counts: [u32; Kind::COUNT],
    /// Words that begin with a capital.
    capitals: u32,
}

impl CharCounts {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        let mut starts = true;
        for c in text.chars() {
            let kind = Kind::of(c);
            counts.counts[kind as usize] += 1;
            counts.capitals += u32::from(starts && kind == Kind::Upper);
            starts = kind == Kind::Space;
        }
        counts
    }

    fn of_kind(&self, kind: Kind) -> u32 {
        self.counts[kind as usize]
    }

    fn chars(&self) -> u32 {
        self.counts.iter().sum()
    }
}
