//! The words of bylines in lists by which they are looked up, as `build.rs` makes them of `data/bylines.toml` (`table.rs`).

use super::kinds::KindTable;
use crate::base::list::Texts;
use crate::base::prefixes::Prefixes;
use crate::base::word_map::WordSet;

/// The words, folded.
#[derive(Clone, Debug)]
pub struct BylineWords {
    pub(super) kinds: KindTable,
    pub(super) lead_ins: Prefixes,
    pub(super) lead_outs: Prefixes,
    /// The same, longest first.
    pub(super) lead_out_list: Texts,
    pub(super) conjunctions: WordSet,
    pub(super) stops: Prefixes,
    pub(super) particles: WordSet,
    pub(super) inner: Prefixes,
    pub(super) companions: WordSet,
    pub(super) role_endings: Texts,
}
