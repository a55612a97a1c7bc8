//! What one page shows of its site: types alone.

/// Fewest pages that a proposal is made from: of fewer, what recurs may be chance.
pub const MIN_PAGES: usize = 5;

/// Most pages that a proposal should be made from; more add little.
pub const MAX_PAGES: usize = 200;

/// What one page shows of its site.
#[derive(Clone, Debug)]
pub struct PageProfile {
    /// Characters of the kept text.
    pub story: u32,
    /// Its elements by tag and name.
    pub boxes: Vec<BoxUse>,
    /// Its kept lines.
    pub lines: Vec<KeptLine>,
    /// Its elements that agree with a field of the metadata.
    pub fields: Vec<FieldUse>,
    /// The fields of metadata that are known.
    pub known: Vec<Field>,
}

/// An element by its tag and one of its names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BoxKey {
    /// The element's name, lower case.
    pub tag: &'static str,
    /// The words of a class or an id.
    pub name: String,
}

/// The elements of a page with one key.
#[derive(Clone, Debug)]
pub struct BoxUse {
    /// The tag and name.
    pub key: BoxKey,
    /// All words of the names of the first one.
    pub tokens: String,
    /// Characters in them.
    pub all: u32,
    /// Characters that are kept.
    pub kept: u32,
    /// The kept lines in them with their characters, if these are few.
    pub lines: Vec<(u64, u32)>,
}

/// A kept line.
#[derive(Clone, Debug)]
pub struct KeptLine {
    /// The line without case, accents, marks and numbers, hashed.
    pub key: u64,
    /// The line.
    pub text: String,
    /// Its words.
    pub words: usize,
}

/// A field of the metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The headline.
    Title,
    /// The authors.
    Author,
    /// The date of publication.
    Date,
}

/// An element of a page that an expression selects first.
#[derive(Clone, Debug)]
pub struct FieldUse {
    /// The expression.
    pub xpath: String,
    /// How specific it is: the lower, the better.
    pub rank: u8,
    /// Words of what the element says.
    pub words: usize,
    /// What the element says, hashed.
    pub value: u64,
    /// The fields that it agrees with.
    pub agrees: Vec<Field>,
}
