//! Texts of a page as ranges: of the markup, or of the texts that had to be decoded.

/// A range of the markup, or of the decoded texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Where it begins; in the decoded texts from [`DECODED`] on.
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Where the decoded texts begin. Longer markup is not parsed.
pub(super) const DECODED: u32 = 1 << 31;

/// Longest markup in bytes.
pub const MAX_BYTES: usize = DECODED as usize - 1;

impl Span {
    /// A range of the markup.
    pub fn of_source(start: usize, end: usize) -> Self {
        let position = |at: usize| u32::try_from(at).unwrap_or(0);
        Self { start: position(start), end: position(end) }
    }

    /// The part from this byte on.
    pub fn from(self, at: usize) -> Self {
        Self { start: (self.start + u32::try_from(at).unwrap_or(0)).min(self.end), end: self.end }
    }

    /// The part up to this byte.
    pub fn up_to(self, at: usize) -> Self {
        Self { start: self.start, end: self.from(at).start }
    }

    /// Whether it is empty.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }
}
