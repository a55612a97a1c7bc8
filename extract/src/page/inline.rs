//! Collects links and emphasis while the blocks are walked, within limits for the whole page. Renders nothing.

use super::pending::PendingLine;
use crate::base::text::is_space;
use crate::document::{Block, InlineKind, InlineSpan};

/// Most spans of a page.
const MAX_SPANS: usize = 4096;

/// Most bytes of link targets of a page.
const MAX_TARGET_BYTES: usize = 256 << 10;

/// Longest link target in bytes.
const MAX_TARGET: usize = 2048;

/// The spans of a page so far.
#[derive(Debug, Default)]
pub(super) struct InlineWalk {
    /// Open elements, with the length of the pending text where each began.
    open: Vec<(Option<InlineKind>, usize)>,
    /// Closed ones of the pending text, as byte ranges.
    pending: Vec<RawSpan>,
    done: Vec<InlineSpan>,
    target_bytes: usize,
}

/// A span of raw text, in bytes.
#[derive(Debug)]
pub(super) struct RawSpan {
    kind: InlineKind,
    start: usize,
    end: usize,
}

impl InlineWalk {
    /// An element opens; `at` is the length of the pending text. [`InlineWalk::close`] is to be called for it in any case.
    pub fn open(&mut self, name: &str, href: Option<&str>, at: usize) {
        let kind = match (name, href) {
            _ if self.done.len() + self.pending.len() >= MAX_SPANS => None,
            ("a", Some(href)) => self.link(href),
            ("b" | "strong", _) => Some(InlineKind::Strong),
            ("i" | "em", _) => Some(InlineKind::Emphasis),
            _ => None,
        };
        self.open.push((kind, at));
    }

    fn link(&mut self, href: &str) -> Option<InlineKind> {
        let fits = href.len() <= MAX_TARGET && self.target_bytes + href.len() <= MAX_TARGET_BYTES;
        self.target_bytes += if fits { href.len() } else { 0 };
        fits.then(|| InlineKind::Link(href.into()))
    }

    /// The innermost open element closes.
    pub fn close(&mut self, at: usize) {
        if let Some((Some(kind), start)) = self.open.pop()
            && start < at
        {
            self.pending.push(RawSpan { kind, start, end: at });
        }
    }

    /// The pending text, of this length, becomes a block: takes its spans. Elements that are still open go on in the next block.
    pub fn take(&mut self, length: usize) -> Vec<RawSpan> {
        let mut spans = std::mem::take(&mut self.pending);
        for (kind, start) in &mut self.open {
            if let Some(kind) = kind
                && *start < length
                && self.done.len() + spans.len() < MAX_SPANS
            {
                spans.push(RawSpan { kind: kind.clone(), start: *start, end: length });
            }
            *start = 0;
        }
        spans
    }

    /// Keeps the spans of a block, the last of the page, that was made from this raw text.
    pub fn keep(&mut self, spans: Vec<RawSpan>, raw: &str, blocks: &[Block]) {
        let (Some(block), false) = (blocks.last(), spans.is_empty()) else { return };
        let ends = spans.iter().flat_map(|span| [span.start, span.end]);
        let mut boundaries: Vec<usize> = ends.chain([raw.len()]).collect();
        boundaries.sort_unstable();
        boundaries.dedup();
        let counts = counts_at(raw, &boundaries);
        let (index, of) = (u32::try_from(blocks.len() - 1).unwrap_or(u32::MAX), visible(&block.text));
        if counts.last() != Some(&of) {
            return;
        }
        let count =
            |at: usize| boundaries.binary_search(&at).ok().and_then(|index| counts.get(index)).copied().unwrap_or_default();
        let spans = spans.into_iter().map(|RawSpan { kind, start, end }| InlineSpan {
            block: index,
            start: count(start),
            end: count(end),
            of,
            kind,
        });
        self.done.extend(spans.filter(|span| span.start < span.end));
    }

    /// Blocks from this one on were joined: their spans are void.
    pub fn forget_from(&mut self, block: usize) {
        let kept = self.done.partition_point(|span| (span.block as usize) < block);
        self.done.truncate(kept);
    }

    /// All spans, by block; outer ones before those inside them.
    pub fn finish(mut self) -> Vec<InlineSpan> {
        self.done.sort_by_key(|span| (span.block, span.start, std::cmp::Reverse(span.end)));
        self.done
    }
}

/// The spans of a pending text, line by line.
#[derive(Debug)]
pub(super) struct SpansByLine(std::vec::IntoIter<Vec<RawSpan>>);

impl SpansByLine {
    /// Divides spans at the ends of lines. Positions then count from the beginning of the line. At most [`MAX_SPANS`] are kept.
    pub fn new(spans: Vec<RawSpan>, lines: &[PendingLine]) -> Self {
        if spans.is_empty() {
            return Self(Vec::new().into_iter());
        }
        let mut by_line: Vec<Vec<RawSpan>> = Vec::new();
        by_line.resize_with(lines.len(), Vec::new);
        let mut left = MAX_SPANS;
        for RawSpan { kind, start, end } in spans {
            let first = lines.partition_point(|line| line.bytes.end <= start);
            for (line, spans) in
                lines.iter().zip(&mut by_line).skip(first).take_while(|(line, _)| line.bytes.start < end).take(left)
            {
                let (from, to) = (start.max(line.bytes.start), end.min(line.bytes.end));
                spans.push(RawSpan { kind: kind.clone(), start: from - line.bytes.start, end: to - line.bytes.start });
                left -= 1;
            }
        }
        Self(by_line.into_iter())
    }

    /// The spans of the next line.
    pub fn next_line(&mut self) -> Vec<RawSpan> {
        self.0.next().unwrap_or_default()
    }
}

/// The number of characters before each of these positions, which are sorted, white space not counted.
fn counts_at(text: &str, boundaries: &[usize]) -> Vec<u32> {
    let (mut at, mut count) = (0, 0u32);
    let counts = boundaries.iter().map(|boundary| {
        let boundary = (*boundary).min(text.len());
        count += visible(text.get(at..boundary).unwrap_or_default());
        at = boundary;
        count
    });
    counts.collect()
}

/// The number of characters that are not white space.
pub(super) fn visible(text: &str) -> u32 {
    let is_visible = |byte: &u8| u8::from(!matches!(byte, b' ' | b'\t'..=b'\r'));
    let count = match text.is_ascii() {
        // Counting in a byte per chunk lets the compiler vectorise it.
        true => text.as_bytes().chunks(255).map(|chunk| usize::from(chunk.iter().map(is_visible).sum::<u8>())).sum(),
        false => text.chars().filter(|c| !is_space(*c)).count(),
    };
    u32::try_from(count).unwrap_or(u32::MAX)
}
