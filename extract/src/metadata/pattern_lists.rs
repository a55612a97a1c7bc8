//! The patterns that are searched for in metadata and in lines of text, as tables. `build.rs` makes them of `pattern_sources`.

use crate::base::list::List;
use crate::base::pattern::PatternList;
use crate::base::prefixes::Prefixes;
use crate::base::word_map::WordSet;

/// The patterns, and words that belong to them.
#[derive(Clone, Debug)]
pub struct MetadataPatterns {
    /// Sentences in which a site names itself; the name is group 1.
    pub site_names: PatternList,
    /// The weight of each.
    pub site_name_weights: List<f32>,
    /// Words that are no site's name, folded.
    pub generic_names: WordSet,
    /// Words for the home page, longer ones first.
    pub home_words: Prefixes,
    /// Dates in the path of a URL: year, month and day as groups, [last one first](LAST_FIRST) in the last of them.
    pub path_dates: PatternList,
    /// The words for texts and those for pictures: a credit for both has one of each.
    pub credit_words: PatternList,
    /// In order of [`SearchPattern`].
    pub searched: PatternList,
}

/// A pattern that is searched for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchPattern {
    /// The name after `told `, as group 1.
    Told,
    /// The name of a domain.
    DomainName,
    /// An address of an e-mail or a page, or the like.
    Address,
    /// Brackets and what is in them.
    Brackets,
    /// A tag.
    Tag,
    /// A credit for both text and pictures: `Text & photos:`.
    SharedCredit,
}

/// The words before an interviewer's name.
pub const TOLD: &[&str] = &["told ", "tells "];

/// The one of [`MetadataPatterns::path_dates`] with the day as its first group.
pub const LAST_FIRST: usize = 5;
