//! Near duplicates: which texts share passages, which of them are one story, and how they are related.
//!
//! A pure function of the *set* of texts, never of the order in which they arrive. Each text has a fingerprint
//! ([`gleaner_extract::article::fingerprint`]). [`settle`] finds in four steps what texts that are new to a collection change:
//!
//! 1. `hot`: fingerprints that many unrelated texts share are boilerplate and become hot; they are masked from then on.
//! 2. Texts are judged (again) that are new, or whose mask or candidates have changed.
//! 3. `candidates`: texts that share enough other fingerprints are candidates.
//! 4. `judge`: candidates are compared exactly, both ways, and their relation is named ([`RelationKind`]).
//!
//! There is no inverted index. The collection's fingerprints are read from beginning to end (`groups`), a few times a run, and
//! what is needed of them is sorted in memory of a fixed size. So a new text costs one row, and a changed one nothing
//! else. Where fingerprints and texts are kept is the caller's business ([`Texts`]): in memory ([`memory`]), or in a
//! database. Engines that group and join by themselves call what decides about one group or pair: [`are_unrelated`], [`pairs_of_group`], [`are_candidates`], [`judge`].

mod candidates;
mod capacity;
pub mod cluster;
mod groups;
mod hot;
mod judge;
pub mod memory;
mod relation;
mod settle;
mod texts;

pub use candidates::{are_candidates, pairs_of_group};
pub use capacity::{MAX_TEXTS, NearLimit};
pub use hot::{Holder, MAX_SAMPLE, MIN_UNRELATED, are_unrelated};
pub use judge::{MIN_SHARED, judge};
pub use relation::{Relation, RelationKind};
pub use settle::{Changes, Pair, Settled, settle};
pub use texts::{Content, HotSet, TextRow, Texts};
