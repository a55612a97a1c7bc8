//! The patterns that are searched for in metadata and in lines of text, as `build.rs` writes them.

use super::pattern_lists::MetadataPatterns;

/// The patterns.
pub static PATTERNS: MetadataPatterns = built_in::PATTERNS;

/// What build.rs writes of `pattern_sources`.
mod built_in {
    use super::super::pattern_lists::MetadataPatterns;
    use crate::base::automata::{Automata, Condition::*, State::*};
    use crate::base::hash_index::HashIndex;
    use crate::base::list::{List, Texts};
    use crate::base::literals::{Literal, Literals, PrefixTable};
    use crate::base::pattern::PatternList;
    use crate::base::prefixes::Prefixes;
    use crate::base::word_map::WordMap;

    include!(concat!(env!("OUT_DIR"), "/patterns.rs"));
}
