//! Links and emphasis inside a block: where they are. Only for renderers that keep them; nothing else reads it.

/// A link or emphasised run of a block's text. Positions count characters that are not white space, which no clean-up moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineSpan {
    /// The block's index on the page.
    pub block: u32,
    /// The first character.
    pub start: u32,
    /// After the last character.
    pub end: u32,
    /// The number of such characters in the block. If it has another number by now, its text was changed, and the span is void.
    pub of: u32,
    /// What it is.
    pub kind: InlineKind,
}

/// What a span is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InlineKind {
    /// A link, with its target as written.
    Link(Box<str>),
    /// `b` and `strong`.
    Strong,
    /// `i` and `em`.
    Emphasis,
}
