//! The lines of one page, as far as they are needed to see which recur on its site, and their compact form for storage.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::key::KeyedLine;
use crate::label::{Labelled, Verdict};
use crate::page::Page;

/// The most lines that are noted of a page; further ones are not.
const MAX_LINES: usize = 1024;

/// The labeller's score from which a dropped line is noted with templates: no other is ever kept on another page.
const MIN_SCORE: f32 = 0.05;

/// A line of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The hash of its words.
    pub key: u32,
    /// Hashes of parts of its words, for a line that was kept or nearly kept.
    pub templates: Vec<u32>,
    /// The labeller's probability that it is article text, in fifteenths.
    pub score: u8,
    /// Its words, at most 255.
    pub words: u8,
    /// Whether the labeller keeps it.
    pub kept: bool,
    /// Whether it begins like a quotation.
    pub quoted: bool,
    /// Whether it was removed because it recurs.
    pub removed: bool,
}

/// The lines of a page, in its order, without those that have no words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageLines {
    /// The lines.
    pub lines: Vec<Line>,
}

impl PageLines {
    /// The lines of a labelled page, and the block of each.
    pub fn of_page(page: &Page, labelled: &Labelled) -> (Self, Vec<usize>) {
        if !labelled.is_story {
            return (Self::default(), Vec::new());
        }
        let blocks = page.blocks.iter().zip(&labelled.verdicts).enumerate();
        let lines = blocks.filter_map(|(index, (block, verdict))| Some((Line::new(&block.text, verdict)?, index)));
        let (lines, blocks) = lines.take(MAX_LINES).unzip();
        (Self { lines }, blocks)
    }

    /// Adds the lines of another page of the same story.
    pub fn extend(&mut self, other: Self) {
        let left = MAX_LINES.saturating_sub(self.lines.len());
        self.lines.extend(other.lines.into_iter().take(left));
    }

    /// As bytes: for each line its key, a byte of facts, its words, the number of its templates, and these; numbers are little-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for line in &self.lines {
            bytes.extend(line.key.to_le_bytes());
            bytes.extend([line.facts(), line.words, u8::try_from(line.templates.len()).unwrap_or(u8::MAX)]);
            line.templates.iter().take(usize::from(u8::MAX)).for_each(|key| bytes.extend(key.to_le_bytes()));
        }
        bytes
    }

    /// From bytes; `None` if they are not those of a page.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let mut lines = Vec::new();
        while !bytes.is_empty() && lines.len() < MAX_LINES {
            let (key, rest) = bytes.split_first_chunk::<4>()?;
            let ([facts, words, count], mut rest) = rest.split_first_chunk::<3>().map(|(head, rest)| (*head, rest))?;
            let mut templates = Vec::with_capacity(usize::from(count));
            for _ in 0..count {
                let (key, after) = rest.split_first_chunk::<4>()?;
                templates.push(u32::from_le_bytes(*key));
                rest = after;
            }
            lines.push(Line::from_facts(u32::from_le_bytes(*key), templates, facts, words));
            bytes = rest;
        }
        Some(Self { lines })
    }
}

impl Line {
    fn new(text: &str, verdict: &Verdict) -> Option<Self> {
        let keyed = KeyedLine::new(text)?;
        let (kept, score) = match verdict {
            Verdict::Kept { score, .. } => (true, *score),
            Verdict::Removed(removal) => (false, removal.score),
        };
        Some(Self {
            key: keyed.key(),
            templates: if kept || score >= MIN_SCORE { keyed.template_keys() } else { Vec::new() },
            score: (score.clamp(0.0, 1.0) * 15.0).round() as u8,
            words: u8::try_from(keyed.count).unwrap_or(u8::MAX),
            kept,
            quoted: begins_like_a_quotation(text),
            removed: false,
        })
    }

    fn facts(&self) -> u8 {
        self.score | u8::from(self.kept) << 4 | u8::from(self.quoted) << 5 | u8::from(self.removed) << 6
    }

    fn from_facts(key: u32, templates: Vec<u32>, facts: u8, words: u8) -> Self {
        let has = |bit: u8| facts >> bit & 1 == 1;
        Self { key, templates, score: facts & 15, words, kept: has(4), quoted: has(5), removed: has(6) }
    }
}

/// Whether a text begins with a quotation mark, or with the dash that begins direct speech in many languages.
fn begins_like_a_quotation(text: &str) -> bool {
    let marks = ['"', '“', '„', '«', '»', '‹', '‘', '‚', '「', '『', '《', '〝', '–', '—', '―'];
    text.trim_start().starts_with(marks)
}

impl Serialize for PageLines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD_NO_PAD.encode(self.to_bytes()))
    }
}

impl<'de> Deserialize<'de> for PageLines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(serde::de::Error::custom)?;
        Self::from_bytes(&bytes).ok_or_else(|| serde::de::Error::custom("not the lines of a page"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_line() -> impl Strategy<Value = Line> {
        let numbers = (any::<u32>(), proptest::collection::vec(any::<u32>(), 0..9), 0..16u8, any::<u8>());
        (numbers, any::<[bool; 3]>()).prop_map(|((key, templates, score, words), [kept, quoted, removed])| Line {
            key,
            templates,
            score,
            words,
            kept,
            quoted,
            removed,
        })
    }

    proptest! {
        #[test]
        fn lines_read_back(lines in proptest::collection::vec(any_line(), 0..40)) {
            let lines = PageLines { lines };
            let json = serde_json::to_string(&lines).unwrap();
            prop_assert_eq!(serde_json::from_str::<PageLines>(&json).unwrap(), lines);
        }

        #[test]
        fn other_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(lines) = PageLines::from_bytes(&bytes) {
                prop_assert!(lines.lines.len() <= bytes.len() / 7);
            }
        }
    }

    #[test]
    fn dashes_and_quotation_marks_begin_quotations() {
        for quoted in ["“No,” she said.", "— Да, — сказал он.", "「いいえ」と彼女は言った。", "„Nein“, sagte sie."]
        {
            assert!(begins_like_a_quotation(quoted), "{quoted}");
        }
        assert!(!begins_like_a_quotation("She said “no”."));
    }
}
