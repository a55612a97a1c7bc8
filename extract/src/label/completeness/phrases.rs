//! The phrases by which pages without a whole story are recognised, as `build.rs` writes them.

use super::words::PhraseFinders;

/// The phrases.
pub static WORDS: PhraseFinders = built_in::PHRASES;

/// What build.rs writes of `data/completeness.toml`.
mod built_in {
    use super::super::words::{MarkupNames, PhraseFinder, PhraseFinders};
    use crate::base::hash_index::HashIndex;
    use crate::base::list::{List, Texts};
    use crate::base::phrase_set::PhraseSet;

    include!(concat!(env!("OUT_DIR"), "/completeness.rs"));
}
