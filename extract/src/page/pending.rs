//! The text of the block that is being read, with its line breaks: a run of text with single `<br>` becomes one block per line, unless they divide
//! sentences. Two `<br>` in a row always end a block, which `blocks` sees to.

use std::ops::Range;

use crate::base::text::is_space;

/// The text since the last block.
#[derive(Debug, Default)]
pub(super) struct PendingText {
    /// As in the markup.
    pub text: String,
    /// Counts of `text`.
    pub counts: Counts,
    /// Line breaks since the last text.
    pub breaks: u8,
    /// Where lines begin, the first left out, with the counts up to there.
    lines: Vec<(usize, Counts)>,
}

/// What is counted of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Characters in links.
    pub link_chars: u32,
    /// Links that begin in it.
    pub links: u32,
    /// Characters in emphasis.
    pub emphasis_chars: u32,
}

impl Counts {
    /// What was counted after `before`.
    fn since(self, before: Self) -> Self {
        Self {
            link_chars: self.link_chars - before.link_chars,
            links: self.links - before.links,
            emphasis_chars: self.emphasis_chars - before.emphasis_chars,
        }
    }
}

/// A line of the pending text.
#[derive(Debug)]
pub(super) struct PendingLine {
    /// Its bytes.
    pub bytes: Range<usize>,
    /// Its counts.
    pub counts: Counts,
}

impl PendingText {
    /// A line break at which the block may be divided.
    pub fn break_line(&mut self) {
        self.lines.push((self.text.len(), self.counts));
    }

    /// Whether there is a line break at which the block may be divided.
    pub fn has_breaks(&self) -> bool {
        !self.lines.is_empty()
    }

    /// All of it as one line.
    pub fn whole(&self) -> PendingLine {
        PendingLine { bytes: 0..self.text.len(), counts: self.counts }
    }

    /// Empties it for the next block.
    pub fn clear(&mut self) {
        self.text.clear();
        self.lines.clear();
        (self.counts, self.breaks) = (Counts::default(), 0);
    }

    /// The lines that become blocks: those between line breaks, or all as one.
    pub fn lines(&self, divide: bool) -> Vec<PendingLine> {
        let kinds = if divide { self.kinds_of_breaks() } else { Vec::new() };
        let continued = kinds.iter().filter(|kind| **kind == LineEnd::Continued).count();
        // Text that was wrapped with line breaks has them within sentences everywhere.
        let is_divided = continued * WRAPPED < kinds.len();
        let ends =
            self.lines.iter().zip(&kinds).filter(|(_, kind)| is_divided && **kind == LineEnd::Ended).map(|(line, _)| *line);
        let (mut start, mut counted) = (0, Counts::default());
        let lines = ends.chain([(self.text.len(), self.counts)]).map(|(at, counts)| {
            let line = PendingLine { bytes: start..at, counts: counts.since(counted) };
            (start, counted) = (at, counts);
            line
        });
        lines.collect()
    }

    fn kinds_of_breaks(&self) -> Vec<LineEnd> {
        let ends = self.lines.iter().skip(1).map(|(at, _)| *at).chain([self.text.len()]);
        let mut start = 0;
        let breaks = self.lines.iter().zip(ends).map(|((at, _), end)| {
            let before = self.text.get(start..*at).unwrap_or_default();
            start = *at;
            LineEnd::between(before, self.text.get(*at..end).unwrap_or_default())
        });
        breaks.collect()
    }
}

/// One line in so many may go on in the next, in a block that is divided.
const WRAPPED: usize = 4;

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnd {
    /// With its sentence, or without one, as in verses, addresses and lists.
    Ended,
    /// Within a sentence.
    Continued,
}

impl LineEnd {
    fn between(before: &str, after: &str) -> Self {
        let is_closing =
            |c: char| is_space(c) || matches!(c, '"' | '\'' | '»' | '«' | '”' | '“' | '’' | ')' | ']' | '」' | '』' | '）');
        let last = before.trim_end_matches(is_closing).chars().next_back();
        let first = after.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().next();
        let is_end = last.is_none_or(|c| SENTENCE_ENDS.contains(&c));
        if !is_end && first.is_none_or(char::is_lowercase) { Self::Continued } else { Self::Ended }
    }
}

/// Characters that end a sentence, or announce what follows, in any script.
const SENTENCE_ENDS: &[char] =
    &['.', '!', '?', '…', ':', ';', '。', '！', '？', '：', '；', '．', '।', '॥', '؟', '۔', '؛', '።', '፧', '။', '។', '։'];
